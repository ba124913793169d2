"""What is done with boards on screen: publishing, objecting, answering, and the rules of points."""

from datetime import date
from functools import partial
from typing import Any

import streamlit as st

import text
from data.boards import publishing
from data.boards import standings as queries
from data.boards.places import SHOWN
from data.boards.points import PRESETS
from data.boards.standings import Publication
from data.settings import setting
from data.supervision.waivers import Ground
from pages.boards import views
from pages.frame import acts, asking, choices
from pages.frame.escaping import escaped
from pages.frame.forms import settings_form
from text import t

STATES = {"open": "orange", "upheld": "green", "dismissed": "gray"}


def show_publishing(kind: str, period: date, newest: Publication | None, objection_days: int) -> None:
    """The office's button, and the reason that a further edition wants."""
    with st.container(border=True):
        st.caption(t("board.publish.how", days=objection_days))
        label = t("board.publish", period=views.period_words(kind, period))
        reason = ""
        if newest:
            label = t("board.publish.again", edition=newest.edition + 1)
            reason = st.text_input(t("board.publish.reason"), max_chars=200, key="publish-reason")
        if st.button(label, icon=":material/campaign:"):
            acts.attempt(
                lambda: publishing.publish(asking.store(), kind, period, asking.now(), reason), "board.publish.done"
            )


def show_objecting(month: date, unit_code: str, newest: Publication) -> None:
    """A unit's own form, while there is time."""
    if asking.now() >= queries.objections_close(newest, asking.clock()):
        st.caption(t("board.object.over", day=text.day(newest.objections_until)))
        return
    with st.expander(t("board.object")), st.form("object", border=False):
        days = newest.content["rules"]["objection_days"]
        st.caption(t("board.object.until", day=text.day(newest.objections_until), days=days))
        owed = asking.ask(queries.costs, asking.now(), month=month, unit_code=unit_code)["template_code"].unique()
        names = asking.template_names()
        template = st.selectbox(
            t("board.object.what"),
            [choices.ALL, *owed],
            format_func=lambda code: f"{code} {names.get(code, '')}" if code else t("board.object.all"),
        )
        reason = st.text_area(t("board.object.reason"), placeholder=t("board.object.reason.example"), max_chars=400)
        if st.form_submit_button(t("board.object.button")):
            about = (month, unit_code, reason, asking.now(), template or None)
            acts.attempt(lambda: publishing.object_to(asking.store(), *about), "board.object.done")


def show_objections(month: date, may_answer: bool) -> None:
    """Objections to a month, each with its answer or the form for one."""
    objections = queries.objections(asking.store(), asking.now(), month)
    if objections.empty:
        return
    st.subheader(t("board.objections", number=len(objections)), anchor=False)
    clock = asking.clock()
    for objection in objections.itertuples():
        with st.container(border=True):
            about = text.unit_name(asking.catalogue(), objection.unit_code)
            if not text.is_blank(objection.template_code):
                about += f" · {objection.template_code}"
            badge = f":{STATES[objection.state]}-badge[{t(f'board.objection.state.{objection.state}')}]"
            st.markdown(f"**{escaped(about)}** {badge}")
            by, reason, at = (
                escaped(objection.user_name),
                escaped(objection.reason),
                text.moment(objection.made_at, clock),
            )
            st.markdown(t("board.objection.line", at=at, by=by, reason=reason))
            if objection.state != "open":
                at, by = text.moment(objection.answered_at, clock), escaped(objection.answered_by)
                st.caption(t("board.objection.answer", at=at, by=by, answer=escaped(objection.answer)))
            elif may_answer:
                _answer(objection.objection_id)


def _answer(objection_id: str) -> None:
    reason = st.text_input(t("board.answer.reason"), max_chars=200, key=f"answer-{objection_id}")
    ground = st.selectbox(
        t("board.answer.waive"),
        [None, *Ground],
        format_func=lambda ground_code: (
            t(f"waiver.ground.{ground_code}") if ground_code else t("board.answer.no_waiver")
        ),
        key=f"ground-{objection_id}",
    )
    with st.container(horizontal=True):
        for is_upheld, label in ((True, "uphold"), (False, "dismiss")):
            if st.button(t(f"board.answer.{label}"), key=f"{label}-{objection_id}"):
                about: tuple[Any, ...] = (is_upheld, reason, asking.now(), ground if is_upheld else None)
                answer = partial(publishing.answer_objection, asking.store(), objection_id)
                acts.attempt(partial(answer, *about), "board.answer.done")


def show_settings() -> None:
    """The office's forms: preset, formula, lists, and what units see."""
    store, now = asking.store(), asking.now()
    st.caption(t("board.settings.how"))
    current = queries.points_at(store, now)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = list(PRESETS)
        preset = st.selectbox(
            t("points.preset"),
            names,
            names.index(current.preset),
            format_func=lambda name: t(f"points.preset.{name}"),
            key="preset",
        )
        if st.button(t("points.preset.apply")):
            publishing.set_points(store, {"preset": preset}, now)
            for key in [key for key in st.session_state if str(key).startswith("points-")]:
                del st.session_state[key]
            st.rerun()
    st.markdown("\n".join(f"- {line}" for line in views.worked_examples(PRESETS[preset])))
    settings_form("points", current, lambda changed: publishing.set_points(store, changed, now), leave_out=["preset"])
    rules = queries.board_rules_at(store, now)
    settings_form("boards", rules, lambda changed: publishing.set_board_rules(store, changed, now))
    shown = setting(store, "boards_shown", "red", now)
    chosen = st.segmented_control(
        t("boards.shown"), SHOWN, default=shown, format_func=lambda choice: t(f"boards.shown.{choice}"), key="shown"
    )
    if chosen and chosen != shown:
        publishing.set_shown(store, chosen, now)
        st.rerun()
