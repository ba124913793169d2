"""What people call a row: the name beside a code (事项名称 beside 事项编码), as the template's own columns say it."""

from data.catalogue.model import Column, ColumnType, Template, TemplateKind


def named_by(template: Template, column: Column) -> list[str]:
    """The columns of names that go with a column of codes: license_type_code: license_type; task_code: task_name."""
    stem = column.name.removesuffix("_code")
    texts = _texts(template)
    return [name for name in (stem, f"{stem}_name") if name in texts and name != column.name]


def row_name_columns(template: Template) -> tuple[str, ...]:
    """The columns that together say which row it is: names where there are some, else the key itself. Empty: the key
    says it already. A ledger's numbers go by the first column of names (工程名称).
    """
    by_key = {name: named_by(template, template.column(name)) for name in template.row_key}
    if any(by_key.values()):
        return tuple(names[0] if names else name for name, names in by_key.items())
    if template.kind is TemplateKind.LEDGER:
        return tuple(name for name in _texts(template) if name.endswith("_name"))[:1]
    return ()


def _texts(template: Template) -> list[str]:
    return [column.name for column in template.columns if column.type is ColumnType.STR]
