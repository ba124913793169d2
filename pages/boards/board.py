"""积分榜: points and places of a month or a year, by a formula that stands beside them; and objections."""

from datetime import date

import streamlit as st

import text
from data.access import Right
from data.boards import standings as queries
from data.boards.places import BoardRules
from data.boards.points import Points
from pages.boards import acts, views
from pages.frame import asking, choices, display, empty, folding, moment
from pages.frame.choices import choose_closed_month
from pages.frame.viewer import may, viewer
from pages.supervision import own_notices
from text import t

st.title(t("page.board"), anchor=False)
as_of = asking.as_of()
empty.stop_where_nothing_is_due(as_of)
own_unit, is_office = viewer().unit_code, may(Right.DECIDE)
with folding.filters(2):
    kind = st.segmented_control(
        t("board.kind"),
        ("month", "year"),
        default="month",
        format_func=lambda option: t(f"board.kind.{option}"),
        key="board",
        required=True,
    )
    folding.tell(t(f"board.kind.{kind}"))
    if kind == "month":
        period = choose_closed_month(as_of, "board-month")
    else:
        years = sorted({month.year for month in asking.months(as_of)}, reverse=True)
        year = st.selectbox(
            t("board.year"), years, format_func=lambda option: t("board.year.name", year=option), key="board-year"
        )
        period = date(year, 1, 1)
        folding.tell(t("board.year.name", year=year))

words = views.period_words(kind, period)
published = asking.ask(queries.publications, as_of, kind=kind, period=period)
newest = published[0] if published else None
is_published = newest is not None
if newest and not own_unit:
    view = st.segmented_control(
        t("board.view"),
        ("published", "now"),
        default="published",
        format_func=lambda place: t(f"board.view.{place}"),
        key="board-view",
        required=True,
    )
    is_published = view == "published"
if is_published:
    lines, points = newest.lines, Points(**newest.content["points"])
    rules, is_settled = BoardRules(**newest.content["rules"]), True
    published_at = text.moment(newest.published_at, asking.clock())
    st.caption(t("board.published", edition=newest.edition, at=published_at, by=newest.user_name))
    if newest.reason:
        st.caption(t("board.edition_reason", reason=newest.reason))
else:
    live = asking.ask(queries.board, as_of, kind=kind, period=period)
    lines, points, rules, is_settled = (
        [queries.line_of(option) for option in live.places],
        live.points,
        live.rules,
        False,
    )
    is_settled = live.is_settled
    key = "board.live" if newest else "board.unpublished.unit" if own_unit else "board.unpublished"
    st.caption(t(key, period=words, edition=newest.edition if newest else ""))
if not is_settled:
    st.info(t("board.provisional.year" if kind == "year" else "board.provisional"), icon=":material/hourglass_top:")

for own_line in (line for line in lines if line["unit_code"] == own_unit):
    views.show_own(own_line, rules)
ranked = [line for line in lines if line["rank"]]
if not own_unit:
    perfect = sum(line["due"] == line["on_time"] for line in ranked)
    st.subheader(t("board.sentence", period=words, ranked=len(ranked), perfect=perfect), anchor=False)
    views.show_lists(ranked, rules)
table = views.ranking_table(lines, rules, kind == "year")
has_all = not own_unit or any(line["list"] != "red" and line["unit_code"] != own_unit for line in lines)
if has_all:  # what the office shows to units is their own place, the red list with it, or all
    st.subheader(t("board.table"), anchor=False)
    views.show_ranking(table, views.addresses_of(lines, period, kind == "year"))
elif any(line["list"] == "red" for line in lines):
    views.show_lists(ranked, rules, ["red"])
with st.expander(t("board.formula"), expanded=True):
    st.markdown(views.formula(points, kind == "year"))
if kind == "month":
    with st.expander(t("board.costs"), expanded=bool(own_unit)):
        views.show_costs(period, own_unit or choices.choose_unit(everything=None) or lines[0]["unit_code"])
    if own_unit and newest and not moment.chosen():
        acts.show_objecting(period, own_unit, newest)
    acts.show_objections(period, is_office)
if own_unit:
    own_notices.show(as_of)
if not own_unit:
    display.download(table, t("board.file", period=words), as_of)
if is_office:
    if is_settled:
        acts.show_publishing(kind, period, newest, queries.board_rules_at(asking.store(), as_of).objection_days)
    with st.expander(t("board.settings")):
        acts.show_settings()
