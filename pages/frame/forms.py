"""Forms of several pages: settings kept as a frozen dataclass, and a popover that asks once more."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from typing import Any

import streamlit as st

from pages.frame.acts import attempt
from text import t


def settings_form(
    name: str,
    current: Any,
    save: Callable[[dict[str, Any]], object],
    choices: Mapping[str, Sequence[str]] | None = None,
    leave_out: Sequence[str] = (),
) -> None:
    """name: the words are `name`.<field>, those of a choice `name`.<field>.<value>. save takes what was changed, and
    raises Fault where it cannot be.
    """
    choices = choices or {}
    shown = [field for field in fields(current) if field.name not in leave_out]
    with st.form(f"settings-{name}", border=False):
        given = {}
        with st.grid(3, min_column_width=200):
            for field in shown:
                value = getattr(current, field.name)
                given[field.name] = _ask(name, field.name, field.type, value, choices.get(field.name))
        is_sent = st.form_submit_button(t("settings.save"))
    changed = {field: value for field, value in given.items() if value != getattr(current, field)}
    if is_sent and changed:
        attempt(lambda: save(changed), "settings.saved")


def _ask(name: str, field: str, kind: Any, value: Any, options: Sequence[str] | None) -> Any:
    label, key = t(f"{name}.{field}"), f"{name}-{field}"
    if options:
        place = list(options).index(value)
        return st.selectbox(label, options, place, format_func=lambda option: t(f"{name}.{field}.{option}"), key=key)
    if kind is bool:
        return st.checkbox(label, value, key=key)
    if kind is int:
        return st.number_input(label, value=int(value), step=1, min_value=0, key=key)
    given = st.number_input(label, value=float(value), step=0.1, min_value=0.0, format="%g", key=key)
    return int(given) if given.is_integer() else given


@contextmanager
def closing_popover(label: str, key: str, **more: Any) -> Iterator[Callable[[], None]]:
    """A popover that asks once more. Yields what its button calls to close it, so that it does not cover the answer."""

    def close() -> None:
        st.session_state[key] = False

    with st.popover(label, key=key, on_change="rerun", **more):
        yield close
