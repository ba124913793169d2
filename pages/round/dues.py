"""应报明细: the dues behind a figure, each with its status and a way to what was received."""

from datetime import date

import pandas
import streamlit as st

import text
from data.dues import timeliness
from data.dues.behind import GROUPS, Wanted, dues_behind
from data.dues.tally import summed
from data.fault import Fault
from data.periods import month_asked
from pages.frame import asking, choices, display, empty, ways
from pages.frame.display import show_table
from pages.frame.escaping import escaped
from pages.frame.words import as_of_words, status_and_kind
from pages.round.words import received
from text import t

OF = "dues"
MOST = 500  # lines; whoever needs more narrows the choice
STATUSES = ("received", "on_time", "late", "owed", "awaited", "missing", "pending", "open", "extended", "exempt")
COUNTS = ("expected", "received", "on_time", "late", "missing", "pending", "exempt")


def asked_month(name: str) -> date | None:
    """A month of the address: the first or last of those that a figure counts; None where it names none."""
    try:
        return month_asked(st.query_params[name])
    except (KeyError, Fault):
        return None


def status_name(status: str) -> str:
    """A status, or a group of them, as the choice calls it."""
    return t(f"dues.group.{status}" if status in GROUPS else f"status.{status}")


def chosen_words() -> str:
    """城建档案馆 · 2026年9月 · 迟报: what is listed."""
    when = text.month_name(month) if month else t("choice.all_months")
    if since or until:
        when = t("dues.between", **{"since": _month_name(since), "until": _month_name(until)})
    unit = text.unit_name(catalogue, unit_code) if unit_code else None
    template = text.template_name(catalogue, template_code) if template_code else None
    return " · ".join(filter(None, (unit, template, when, status_name(status) if status else None)))


def _month_name(end: date | None) -> str:
    return text.month_name(end) if end else text.DASH


def became(due) -> str:
    """按时（零报告）; what nothing was accepted of, but files were returned of, says so."""
    said = status_and_kind(due)
    return t("dues.returned", status=said, number=due.returns) if due.is_returned else said


def table_of(rows: list) -> pandas.DataFrame:
    """The dues with headings in the reader's language."""
    columns = {
        "status": [became(due) for due in rows],
        "unit": [text.unit_name(catalogue, due.unit_code, on=due.due_date.date()) for due in rows],
        "template": [text.template_name(catalogue, due.template_code) for due in rows],
        "period": [text.period_label(catalogue, due.template_code, due.period) for due in rows],
        "received_at": [received(due, catalogue.clock) for due in rows],
        "deadline": [text.deadline(due) for due in rows],
        "code": [due.template_code for due in rows],
    }
    table = {t(f"column.{name}"): values for name, values in columns.items()}
    table[t("receipts.number")] = [None if pandas.isna(due.receipt_no) else due.receipt_no for due in rows]
    return pandas.DataFrame(table)


st.title(t("page.dues"), anchor=False)
empty.stop_before_the_start()
heading = st.empty()
with st.expander(t("dues.choose"), icon=":material/tune:"), st.grid(3, min_column_width=220):
    unit_code = choices.choose_unit(of=OF)
    template_code = choices.choose_template(of=OF)
    as_of = asking.as_of()
    empty.stop_where_nothing_is_due(as_of)
    month = choices.choose_month(as_of, has_all=True, of=OF)
    status = choices.choose(
        "status",
        STATUSES,
        status_name,
        t("column.status"),
        t("dues.all"),
        OF,
    )

catalogue = asking.catalogue()
since, until = (None, None) if month else (asked_month("since"), asked_month("until"))
counts = asking.ask(timeliness.figures, as_of, by=("template_code", "month"), month=month, unit_code=unit_code)
is_meant = counts["month"].between(
    pandas.Timestamp(since or pandas.Timestamp.min), pandas.Timestamp(until or pandas.Timestamp.max)
)
counts = counts[is_meant & (counts["template_code"] == template_code if template_code else True)]
if counts.empty:
    st.info(t("dues.none"), icon=":material/event_available:")
    st.stop()
heading.subheader(escaped(chosen_words()), anchor=False)
total = summed(counts.assign(all=0), ["all"]).iloc[0]
st.markdown(t("dues.sentence", **{name: f"{int(total[name]):,}" for name in COUNTS}))
st.caption(as_of_words(as_of))
wanted = Wanted(month, since, until, unit_code, template_code, status)
dues = asking.ask(dues_behind, as_of, wanted=wanted, limit=MOST)
if dues.empty:
    st.info(t("dues.none.of_status"), icon=":material/event_available:")
    st.stop()
rows, number = list(dues.itertuples()), int(dues["dues"].iloc[0])
st.caption(f"{t('dues.listed', number=number)} {t('dues.how')}")
table = table_of(rows)
show_table(table, [ways.form_address(due.submission_id) for due in rows])
if number > len(rows):
    st.caption(t("dues.more", shown=len(rows), number=number))
display.download(table, t("dues.file"), as_of)
