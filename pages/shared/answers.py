"""What the pages share: the store, the clock, cached answers, and the choices that outlive a page."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas
import streamlit as st
from plotly.graph_objects import Figure

import text
from charts import CONFIG
from data.access import Right
from data.audit import Act
from data.catalogue.in_force import catalogue_in_force, has_begun
from data.catalogue.model import Catalogue
from data.dues import timeliness
from data.store import Store, open_store
from data.submissions.received import has_sample
from loaders.list_workbook import list_workbook
from pages.shared.viewer import handing_out, may, viewer
from web.identity import store_of

PAGES = Path(__file__).parents[1]
ALL = ""  # the first choice of a list: everything, or this round
EVERY = "all"  # every month


def store() -> Store:
    """The process's store as the reader may see it; what is written through it is her act."""
    return store_of(viewer())


def catalogue() -> Catalogue:
    """The catalogue in force."""
    return catalogue_in_force(open_store())


def zone() -> ZoneInfo:
    """The bureau's own time zone."""
    return ZoneInfo(catalogue().bureau.timezone)


def now() -> datetime:
    """The moment of this rerun, in the bureau's time zone."""
    return datetime.now(zone())


def is_demonstration() -> bool:
    """True where the store holds the made-up history, whoever looks: every page must say so."""
    return has_sample(open_store())


def ask(question: Callable[..., pandas.DataFrame], as_of: datetime, **parameters: Any) -> pandas.DataFrame:
    """The answer of a question of data, kept until the data or the minute changes; a copy of the caller's own.

    Asked with the exact moment, not the floored one: what has just arrived must show.
    """
    minute = as_of.astimezone(ZoneInfo("UTC")).replace(second=0, microsecond=0)
    return _asked(question, as_of, minute, parameters)


def ask_daily(question: Callable[..., pandas.DataFrame], as_of: datetime, **parameters: Any) -> pandas.DataFrame:
    """As `ask`, for slow questions whose answer follows the data and not the clock: kept while the data stays."""
    return _asked(question, as_of, as_of.astimezone(zone()).date(), parameters)


def _asked(
    question: Callable[..., pandas.DataFrame], as_of: datetime, until: date, parameters: dict
) -> pandas.DataFrame:
    """Kept for everybody who sees the same rows, and for nobody else."""
    own, name = store(), f"{question.__module__}.{question.__name__}"
    return _answer(name, str(own.path), own.sight, own.data_version, until, parameters, question, own, as_of)


@st.cache_data(max_entries=500, show_spinner=False)
def _answer(name, path, sight, data_version, until, parameters, _question, _store, _as_of) -> pandas.DataFrame:
    return _question(_store, _as_of, **parameters)


def this_round(as_of: datetime) -> date | None:
    """The month now being collected, or collected last."""
    return timeliness.round_at(store(), as_of)


def months(as_of: datetime) -> list[date]:
    """The rounds that have opened, the newest first."""
    found = ask(timeliness.timeliness, as_of, by=("month",))
    return [when.date() for when in reversed(found["month"].tolist())]


def summed(figures: pandas.DataFrame, by: Sequence[str]) -> pandas.DataFrame:
    """The five figures of `timeliness` at a coarser grain; a rate stays NaN where nothing was due."""
    counts = ["due", "received", "on_time", "late", "missing", "pending", "exempt"]
    coarse = figures.groupby(list(by), as_index=False, sort=False)[counts].sum()
    due = coarse["due"].where(coarse["due"] > 0)
    return coarse.assign(reporting_rate=coarse["received"] / due, on_time_rate=coarse["on_time"] / due)


def obliged_units() -> list[str]:
    """The units that owe anything and that the reader may see, in the catalogue's order."""
    owing = {one.unit_code for one in catalogue().obligations if may(Right.READ, one.unit_code)}
    return list(dict.fromkeys(unit.unit_code for unit in catalogue().units if unit.unit_code in owing))


def choose(
    key: str, options: Sequence[str], name: Callable[[str], str], label: str, everything: str | None
) -> str | None:
    """A choice kept in the address and through page changes; None for all. The address holds codes, not names.

    everything: what the choice of all is called; None where one must be chosen, and the first is unless another is.
    """
    known = list(options) if everything is None else [ALL, *options]
    if key not in st.session_state:
        st.session_state[key] = st.query_params.get(key, known[0])
    # Written on every run, for what lies here after a change of page is a leftover that the new page's widget ignores.
    st.session_state[key] = st.session_state[key] if st.session_state[key] in known else known[0]
    chosen = st.selectbox(
        label,
        known,
        format_func=lambda code: name(code) if code else everything,
        key=key,
        persist_state="session",
    )
    if chosen:
        st.query_params[key] = chosen
    else:
        st.query_params.pop(key, None)
    return chosen or None


def choose_unit(label: str | None = None, everything: str | None = None) -> str | None:
    """The unit to look at; None for all. Whoever belongs to one has no choice, whatever the address says."""
    if own := viewer().unit_code:
        show_own_unit(own, label)
        return own
    return choose(
        "unit",
        obliged_units(),
        lambda c: text.unit_name(catalogue(), c),
        label or text.t("choice.unit"),
        everything or text.t("choice.all_units"),
    )


def show_own_unit(unit_code: str, label: str | None = None) -> None:
    """In the place of a choice: the unit whose page this is."""
    st.query_params.pop("unit", None)
    st.session_state["unit"] = unit_code
    st.text_input(
        label or text.t("choice.unit"),
        text.unit_name(catalogue(), unit_code),
        disabled=True,
        key=f"own-unit-{unit_code}",
    )


def choose_template() -> str | None:
    """The template to look at; None for all."""
    codes = [template.template_code for template in catalogue().templates]

    def name(code: str) -> str:
        return f"{code} {text.template_name(catalogue(), code)}"

    return choose("template", codes, name, text.t("choice.template"), text.t("choice.all_templates"))


def choose_month(as_of: datetime, has_all: bool = False) -> date | None:
    """The round to look at, this one unless another is chosen; None for all months, where that is offered."""
    options = [f"{month:%Y-%m}" for month in months(as_of)]
    current, *earlier = options

    def name(code: str) -> str:
        return text.t("choice.all_months") if code == EVERY else text.month_name(_month(code))

    everything = text.t("choice.this_round", month=text.month_name(_month(current)))
    offered = [EVERY, *earlier] if has_all else earlier
    chosen = choose("month", offered, name, text.t("choice.month"), everything)
    return None if chosen == EVERY else _month(chosen or current)


def _month(code: str) -> date:
    return date.fromisoformat(f"{code}-01")


def link(page: str, label: str) -> None:
    """A link to another page, such as pages/month/late.py, that keeps language, unit and month."""
    kept = {key: st.query_params[key] for key in ("lang", "unit", "month") if key in st.query_params}
    st.page_link(
        str(PAGES.parent / page), label=label, icon=":material/arrow_forward:", icon_position="right", query_params=kept
    )


def stop_before_the_start() -> None:
    """On a store that nobody has begun with, nobody owes anything yet: says how to begin and ends the page."""
    if not has_begun(open_store()):
        st.info(text.t("empty.not_begun" if may(Right.MANAGE) else "empty.not_begun.others"), icon=":material/flag:")
        if may(Right.MANAGE):
            link("pages/start/welcome.py", text.t("page.welcome"))
        st.stop()


def stop_where_nothing_is_due(as_of: datetime) -> date:
    """This round's month; before the start, or where no round has opened, says so and ends the page."""
    stop_before_the_start()
    month = this_round(as_of)
    if month is None:
        st.info(text.t("empty.no_round"), icon=":material/event_available:")
        st.stop()
    return month


def choose_moment() -> datetime:
    """The moment at which the question is asked; left empty it is now. Kept in the address; never in the future."""
    picked = st.datetime_input(
        text.t("choice.as_of"), value=None, key="as_of", bind="query-params", step=timedelta(minutes=1)
    )
    return min(picked.replace(tzinfo=zone()), now()) if picked else now()


def figures(
    as_of: datetime, within: Sequence[date], unit_code: str | None = None, template_code: str | None = None
) -> pandas.DataFrame:
    """The five figures by unit, template, period and month, for the rounds `within`."""
    by = ("unit_code", "template_code", "period", "month")
    found = ask(timeliness.timeliness, as_of, by=by, unit_code=unit_code)
    wanted = found["month"].isin([pandas.Timestamp(month) for month in within])
    if template_code:
        wanted &= found["template_code"] == template_code
    return found[wanted]


def closed(found: pandas.DataFrame) -> pandas.DataFrame:
    """The figures by month, of the rounds in which nothing is pending any more."""
    by_month = summed(found, ["month"]).sort_values("month")
    return by_month[by_month["pending"] == 0]


def template_names() -> dict[str, str]:
    """code → name in the reader's language, in the catalogue's order."""
    return {item.template_code: text.pick_words(item.template_name) for item in catalogue().templates}


def show(figure: Figure, name: str, key: str | None = None) -> None:
    """A figure without Plotly's English tool bar; the text `name`.alt says what it shows to those who cannot see it."""
    st.plotly_chart(figure, config=CONFIG, alt=text.t(f"{name}.alt"), key=key or name)


def download(table: pandas.DataFrame, title: str, as_of: datetime) -> None:
    """A button that hands out the table as a neat .xlsx, made only when somebody asks."""
    sheet = text.t("download.sheet")
    line = text.t("download.as_of", moment=text.moment(as_of, str(zone())))
    st.download_button(
        text.t("download.button"),
        data=handing_out(Act("list_downloaded", title), lambda _: list_workbook(table, title, line, sheet)),
        file_name=f"{title}_{as_of:%Y%m%d}.xlsx",
        mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        icon=":material/download:",
        on_click="ignore",
    )
