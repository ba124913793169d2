"""Every page: its place in the menu, its icon, and who may see it. The guard asks here too, before Streamlit does."""

from dataclasses import dataclass

from data.access import Role
from pages.frame.viewer import EVERYBODY, OFFICE, READERS, UNIT


@dataclass(frozen=True)
class Place:
    """A page. path: pages/<path>.py; its last part is the page's address."""

    path: str
    icon: str
    roles: frozenset[Role] = EVERYBODY

    @property
    def address(self) -> str:
        """What stands behind the host."""
        return self.path.split("/")[1]


WELCOME = Place("start/welcome", "flag", OFFICE)
OVERVIEW = Place("round/overview", "dashboard")
INDICATORS = Place("indicators/indicators", "monitoring")
MENU = {
    "menu.watch_round": (OVERVIEW, Place("round/late", "assignment_late")),
    "menu.report": (
        Place("hand_in/upload", "upload_file", UNIT | OFFICE),
        Place("hand_in/declare", "exposure_zero", UNIT | OFFICE),
        Place("hand_in/templates", "description", UNIT | OFFICE),
        Place("receipts/review", "rate_review", UNIT | OFFICE),
        Place("receipts/receipts", "receipt_long"),
        Place("receipts/versions", "history"),
    ),
    "menu.monitor": (
        INDICATORS,
        Place("round/timeliness", "schedule"),
        Place("round/freshness", "update"),
        Place("anomalies/anomalies", "troubleshoot"),
        Place("boards/board", "leaderboard"),
    ),
    "menu.office": (
        Place("supervision/supervision", "gavel", READERS),
        Place("deadlines/deadlines", "event_available"),
        Place("documents/documents", "draft", OFFICE),
        Place("reminders/reminders", "notifications", OFFICE),
        Place("people/users", "group", OFFICE),
        Place("audit/audit", "policy", READERS),
    ),
}

FORM = Place("receipts/form", "grid_on")
DUES = Place("round/dues", "checklist")
BEHIND = (FORM, DUES)
"""What figures lead to: pages that have an address, and no place in the menu."""


def place_at(address: str) -> Place | None:
    """The page of this address; None where there is none."""
    every = (WELCOME, *BEHIND, *(place for places in MENU.values() for place in places))
    return next((place for place in every if place.address == address), None)


def page_roles() -> dict[str, frozenset[Role]]:
    """address → who may see it; the start has no address of its own, and goes by others at times."""
    roles = {place.address: place.roles for places in (*MENU.values(), BEHIND) for place in places}
    return roles | {"": EVERYBODY, "round": EVERYBODY, "start": OFFICE, WELCOME.address: OFFICE}
