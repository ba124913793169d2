"""Where the lines of the tables of this room lead."""

from datetime import datetime

import pandas

from data.dues.behind import first_accepted
from pages.frame import asking, ways

_GRAIN = ["unit_code", "template_code", "period"]


def with_forms(dues: pandas.DataFrame, as_of: datetime, unit_code: str | None = None) -> pandas.DataFrame:
    """The dues with `address`: the form by which it was decided whether they were in time, None where none came."""
    decided = asking.ask(first_accepted, as_of, unit_code=unit_code)
    merged = dues.merge(decided, on=_GRAIN, how="left")
    return merged.assign(address=[ways.form_address(submission_id) for submission_id in merged["submission_id"]])


def of_figures(figures: pandas.DataFrame) -> list[str]:
    """For each line of `pages.round.words.figures_table` the due."""
    newest = figures.sort_values(["month", "unit_code", "template_code"], ascending=[False, True, True])
    return [
        ways.dues_address(unit=row.unit_code, template=row.template_code, month=row.month)
        for row in newest.itertuples()
    ]
