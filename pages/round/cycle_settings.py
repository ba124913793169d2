"""How often data is to be renewed and from when on it is old: in words for everybody, as forms for the office."""

import streamlit as st

from data.catalogue.model import Catalogue
from data.dues.update_cycles import UpdateCycle, UpdateRules, set_limits, set_update_cycle
from pages.frame import acts, asking
from pages.round import freshness_words
from text import t


def show(catalogue: Catalogue, rules: UpdateRules) -> None:
    """The limits of every cycle, and the templates that are renewed more often than they are due."""
    st.markdown("\n".join(f"- {line}" for line in freshness_words.limits_words(rules)))
    names = asking.template_names()
    own = [
        t("freshness.cycles.own.item", template=f"{code} {names[code]}", cycle=t(f"freshness.cycle.{cycle}"))
        for code, cycle in rules.own.items()
        if code in names
    ]
    if own:
        st.markdown(t("freshness.cycles.own", list=t("list.comma").join(own)))


def ask(catalogue: Catalogue, rules: UpdateRules) -> None:
    """The office's forms."""
    with st.expander(t("freshness.cycles")):
        st.caption(t("freshness.cycles.how"))
        _ask_limits(rules)
        _ask_template(catalogue, rules)


def _ask_limits(rules: UpdateRules) -> None:
    measured = [cycle for cycle, limits in rules.limits.items() if limits.warn is not None]
    place = measured.index(UpdateCycle.MONTH)
    cycle = st.selectbox(t("freshness.set.cycle"), measured, place, format_func=lambda c: t(f"freshness.cycle.{c}"))
    limits = rules.limits[cycle]
    with st.form(f"limits-{cycle}", border=False):
        with st.grid(2, min_column_width=130):
            warn = st.text_input(t("freshness.set.warn"), f"{limits.warn:g}", key=f"warn-{cycle}")
            error = st.text_input(t("freshness.set.error"), f"{limits.error:g}", key=f"error-{cycle}")
        if st.form_submit_button(t("freshness.set.save")):
            acts.attempt(
                lambda: set_limits(asking.store(), cycle.value, warn, error, asking.now()), "freshness.set.done"
            )


def _ask_template(catalogue: Catalogue, rules: UpdateRules) -> None:
    names = asking.template_names()
    code = st.selectbox(t("freshness.renew.template"), list(names), format_func=lambda code: f"{code} {names[code]}")
    due = UpdateCycle(catalogue.template(code).cycle.value)
    offered = [due, UpdateCycle.REAL_TIME, UpdateCycle.DAY, UpdateCycle.WEEK, UpdateCycle.ON_OCCURRENCE]
    place = offered.index(rules.cycle(code, due.value))
    with st.form(f"renew-{code}", border=False):
        label = t("freshness.renew.cycle")
        cycle = st.selectbox(
            label, offered, place, format_func=lambda c: t(f"freshness.cycle.{c}"), key=f"cycle-{code}"
        )
        if st.form_submit_button(t("freshness.renew.save")):
            acts.attempt(
                lambda: set_update_cycle(asking.store(), code, cycle.value, asking.now()), "freshness.set.done"
            )
