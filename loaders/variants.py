"""Which sentence an issue takes: one code may need several, by what was found."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from data.anomalies.panels import ROWS
from data.catalogue.model import Column, Severity, Template, TemplateKind
from loaders.issues import Issue
from locales import words

_SPREADSHEETS = (".xlsx", ".xls", ".et", ".xlsm", ".csv")
_ARCHIVES = ("RAR", "7z", "gzip", ".zip")


def wording(issue: Issue, template: Template | None, locale: str) -> str:
    """The code, or the variant of its sentence that fits what was found."""
    variant = _VARIANTS.get(issue.code)
    name = variant(issue, template) if variant else ""
    key = f"{issue.code}.{name}"
    return key if name and f"issue.{key}" in words(locale) else issue.code


def _variant_of_rule(issue: Issue, template: Template | None) -> str:
    """A broken check asks for words."""
    return "check" if issue.severity is Severity.CHECK else ""


def _variant_of_required(issue: Issue, template: Template | None) -> str:
    """A missing number can be 0, where the column takes a 0; of a text, what stands there in its place."""
    column = column_of(issue, template)
    if column is None or not column.type.is_number:
        return "said" if issue.details.get("found") else ""
    takes_zero = (column.min or 0) <= 0 and (column.above is None or column.above < 0)
    return "number" if takes_zero else ""


def _variant_of_unlikely(issue: Issue, template: Template | None) -> str:
    """A ledger is judged by its number of rows and by its sums, which nobody has typed."""
    if issue.column_name == ROWS:
        return "rows"
    return "sum" if template and template.kind is TemplateKind.LEDGER and not issue.cell else ""


def _variant_of_lost(issue: Issue, template: Template | None) -> str:
    return "version" if issue.details["of"] == "version" else ""


def _variant_of_kind(issue: Issue, template: Template | None) -> str:
    """No spreadsheet: another kind of file, an archive that is not opened here, or none that its name promises."""
    content = str(issue.details.get("found", ""))
    if content in _ARCHIVES:
        return "archive"
    return "inside" if content in _SPREADSHEETS else ""


def _variant_of_name(issue: Issue, template: Template | None) -> str:
    return "long" if issue.details.get("is_long") else ""


def _variant_of_key(issue: Issue, template: Template | None) -> str:
    """Without a key there is nothing to show: the table has but one row, or nobody filled the key in."""
    if str(issue.details.get("found", "")).strip("| "):
        return ""
    return "blank" if issue.column_name else "only"


def _variant_of_pattern(issue: Issue, template: Template | None) -> str:
    """Without a hint there is only the pattern itself, which nobody reads."""
    column = column_of(issue, template)
    return "" if column and column.hint else "plain"


def _variant_of_more(issue: Issue, template: Template | None) -> str:
    return "must" if issue.details.get("must_go_back", True) else ""


def _variant_of_csv(issue: Issue, template: Template | None) -> str:
    return "row" if issue.details.get("row") else ""


_VARIANTS: Mapping[str, Callable[[Issue, Template | None], str]] = MappingProxyType(
    {
        "rule": _variant_of_rule,
        "contradiction": _variant_of_rule,
        "required": _variant_of_required,
        "unlikely": _variant_of_unlikely,
        "lost_columns": _variant_of_lost,
        "not_a_spreadsheet": _variant_of_kind,
        "bad_name": _variant_of_name,
        "duplicate_key": _variant_of_key,
        "bad_pattern": _variant_of_pattern,
        "more_issues": _variant_of_more,
        "bad_csv": _variant_of_csv,
    }
)


def column_of(issue: Issue, template: Template | None) -> Column | None:
    """The column of the template that the issue is about; None where it is about none."""
    if template is None or issue.column_name is None:
        return None
    return next((column for column in template.columns if column.name == issue.column_name), None)
