"""什么会扣分: said before anything is sent, from the formula in force."""

import streamlit as st

import text
from data.boards.points import Points
from data.boards.standings import points_at
from pages.frame import asking
from text import t


def lines(points: Points) -> list[str]:
    """What costs nothing, then what costs points, a sentence each; what the formula does not charge is left out."""
    values = {name: text.number(getattr(points, name)) for name in ("late", "late_day", "late_cap", "missing")}
    values |= {name: text.number(getattr(points, name)) for name in ("corrected", "returned", "returns_free")}
    said = [t("costs.nothing")]
    if points.late or points.late_day or points.missing:
        said.append(t("costs.late.once" if points.late else "costs.late", **values))
    if points.corrected:
        said.append(t("costs.corrected", **values))
    if points.returned:
        said.append(t("costs.returned", **values))
    return said


def show() -> None:
    """Folded, with what costs nothing as its heading: that is what she is afraid of."""
    with st.expander(t("costs.title"), icon=":material/sentiment_satisfied:"):
        st.markdown("\n".join(f"- {line}" for line in lines(points_at(asking.store(), asking.now()))))
