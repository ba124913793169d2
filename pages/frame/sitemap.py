"""Every page: its place in the menu, its icon, and who may see it. The guard asks here too, before Streamlit does."""

from dataclasses import dataclass

from data.access import Role
from pages.frame.viewer import EVERYBODY, OFFICE, READERS, UNIT


@dataclass(frozen=True)
class Place:
    """A page. path: pages/<path>.py; its last part is the page's address. has_past: it can show a past moment, and then
    offers nothing to do.
    """

    path: str
    icon: str
    roles: frozenset[Role] = EVERYBODY
    has_past: bool = False

    @property
    def address(self) -> str:
        """What stands behind the host."""
        return self.path.split("/")[1]


WELCOME = Place("start/welcome", "flag", OFFICE)
OVERVIEW = Place("round/overview", "dashboard", has_past=True)
TASKS = Place("tasks/tasks", "checklist", UNIT)
UPLOAD = Place("hand_in/upload", "upload_file", UNIT | OFFICE)
REVIEW = Place("receipts/review", "rate_review", UNIT | OFFICE)
RECEIPTS = Place("receipts/receipts", "receipt_long", has_past=True)
ANOMALIES = Place("anomalies/anomalies", "troubleshoot", has_past=True)
BOARD = Place("boards/board", "leaderboard", has_past=True)
INDICATORS = Place("indicators/indicators", "monitoring", has_past=True)
REMINDERS = Place("reminders/reminders", "notifications", OFFICE)
ROWS = Place("rows/rows", "table_view", has_past=True)
MENU = {
    "menu.watch_round": (OVERVIEW, Place("round/late", "assignment_late", has_past=True)),
    "menu.report": (
        UPLOAD,
        Place("hand_in/declare", "exposure_zero", UNIT | OFFICE),
        Place("hand_in/templates", "description", UNIT | OFFICE),
        REVIEW,
        RECEIPTS,
        Place("receipts/versions", "history", has_past=True),
    ),
    "menu.monitor": (
        INDICATORS,
        ROWS,
        Place("round/timeliness", "schedule", has_past=True),
        Place("round/freshness", "update", has_past=True),
        ANOMALIES,
        BOARD,
        Place("units/unit", "apartment", has_past=True),
    ),
    "menu.office": (
        Place("supervision/supervision", "gavel", READERS, has_past=True),
        Place("deadlines/deadlines", "event_available"),
        Place("documents/documents", "draft", OFFICE, has_past=True),
        REMINDERS,
        Place("people/users", "group", OFFICE),
        Place("audit/audit", "policy", READERS),
    ),
}

MENU_OF_UNIT = {
    Role.REPORTER: (TASKS, UPLOAD, RECEIPTS, ANOMALIES, BOARD),
    Role.REVIEWER: (TASKS, UPLOAD, REVIEW, RECEIPTS, ANOMALIES, BOARD),
}
"""What somebody who comes once a month is shown. Every other page keeps its address, and hers lead to it."""

FORM = Place("receipts/form", "grid_on", has_past=True)
DUES = Place("round/dues", "checklist", has_past=True)
WALL = Place("round/wall", "slideshow", READERS, has_past=True)
BEHIND = (FORM, DUES, WALL)
"""What figures lead to: pages that have an address, and no place in the menu."""


def home_of(role: Role, is_empty: bool) -> Place:
    """The page that opens by itself: while the store is empty the first one, for whoever may begin; a unit's people see
    what they have to do, all others where the month stands.
    """
    if is_empty and role in WELCOME.roles:
        return WELCOME
    return TASKS if role in UNIT else OVERVIEW


def place_at(address: str) -> Place | None:
    """The page of this address; None where there is none."""
    every = (WELCOME, TASKS, *BEHIND, *(place for places in MENU.values() for place in places))
    return next((place for place in every if place.address == address), None)


def page_roles() -> dict[str, frozenset[Role]]:
    """address → who may see it; the page that opens by itself has none of its own, and goes by others at times."""
    roles = {place.address: place.roles for places in (*MENU.values(), BEHIND) for place in places}
    own = {WELCOME.address: OFFICE, TASKS.address: UNIT}
    return roles | own | {"": EVERYBODY, "round": EVERYBODY, "start": OFFICE, "own": UNIT}
