"""The working calendar on its page: a year's holidays and worked weekends, which the office may edit."""

from dataclasses import replace
from datetime import date, datetime

import pandas
import streamlit as st

from data.access import Right
from data.catalogue.files import CatalogueError
from data.catalogue.in_force import load_catalogue
from data.catalogue.model import CalendarDay, Catalogue
from locales.deadlines import weekday
from pages.frame import asking
from pages.frame.display import edit_table, show_table
from pages.frame.viewer import may
from text import language, t


def show(catalogue: Catalogue, as_of: datetime) -> None:
    """One year of days that depart from Monday to Friday."""
    years = sorted({day.day.year for day in catalogue.calendar} | {as_of.year, as_of.year + 1}, reverse=True)
    year = st.selectbox(t("due.year"), years, index=years.index(as_of.year), key="calendar-year")
    days = [day for day in catalogue.calendar if day.day.year == year]
    if not days:
        st.warning(t("due.year_missing", years=year), icon=":material/event_busy:")
    frame = pandas.DataFrame(
        {
            "day": [day.day for day in days],
            "weekday": [weekday(language(), day.day) for day in days],
            "is_workday": [day.is_workday for day in days],
            "day_name": [day.day_name for day in days],
        }
    ).astype({"day": object, "is_workday": bool, "day_name": str, "weekday": str})
    columns = {
        "day": st.column_config.DateColumn(t("due.day"), min_value=date(year, 1, 1), max_value=date(year, 12, 31)),
        "weekday": st.column_config.TextColumn(t("due.weekday"), disabled=True),
        "is_workday": st.column_config.CheckboxColumn(t("due.is_workday")),
        "day_name": st.column_config.TextColumn(t("due.day_name")),
    }
    if not may(Right.MANAGE):
        show_table(frame, column_config=columns)
        return
    st.caption(t("due.calendar.how"))
    edited = edit_table(frame, column_config=columns, key=f"calendar-{year}")
    if st.button(t("due.calendar.save", year=year), type="primary", key="calendar-save"):
        _save(catalogue, year, edited, as_of)


def _save(catalogue: Catalogue, year: int, edited: pandas.DataFrame, as_of: datetime) -> None:
    others = [day for day in catalogue.calendar if day.day.year != year]
    days = []
    for row in edited.itertuples():
        if pandas.isna(row.day):
            st.warning(t("due.calendar.no_day"), icon=":material/edit:")
            return
        name = "" if pandas.isna(row.day_name) else str(row.day_name).strip()
        days.append(CalendarDay(pandas.Timestamp(row.day).date(), bool(row.is_workday), name))
    calendar = tuple(sorted([*others, *days], key=lambda calendar_day: calendar_day.day))
    try:
        is_new = load_catalogue(asking.store(), replace(catalogue, calendar=calendar), as_of)
    except CatalogueError as error:
        st.warning(str(error), icon=":material/edit:")
        return
    if is_new:
        st.success(t("due.calendar.saved", year=year, number=len(days)), icon=":material/check_circle:")
    else:
        st.info(t("due.unchanged"))
