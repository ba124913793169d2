"""Every page: its place in the menu, its icon, and who may see it. The guard asks here too, before Streamlit does."""

from dataclasses import dataclass

from data.access import Role
from pages.shared.viewer import EVERYBODY, OFFICE, READERS, UNIT


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
OVERVIEW = Place("month/overview", "dashboard")
MENU = {
    "menu.watch_round": (OVERVIEW, Place("month/late", "assignment_late")),
    "menu.report": (
        Place("month/upload", "upload_file", UNIT | OFFICE),
        Place("month/declare", "exposure_zero", UNIT | OFFICE),
        Place("month/templates", "description", UNIT | OFFICE),
        Place("month/review", "rate_review", UNIT | OFFICE),
        Place("month/receipts", "receipt_long"),
        Place("month/versions", "history"),
    ),
    "menu.monitor": (
        Place("watch/timeliness", "schedule"),
        Place("watch/freshness", "update"),
        Place("watch/anomalies", "troubleshoot"),
        Place("watch/board", "leaderboard"),
    ),
    "menu.office": (
        Place("office/supervision", "gavel", READERS),
        Place("office/deadlines", "event_available"),
        Place("office/documents", "draft", OFFICE),
        Place("office/reminders", "notifications", OFFICE),
        Place("office/users", "group", OFFICE),
        Place("office/audit", "policy", READERS),
    ),
}


def page_roles() -> dict[str, frozenset[Role]]:
    """address → who may see it; the start has no address of its own, and goes by others at times."""
    known = {place.address: place.roles for places in MENU.values() for place in places}
    return known | {"": EVERYBODY, "round": EVERYBODY, "start": OFFICE, WELCOME.address: OFFICE}
