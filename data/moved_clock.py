"""The office looks at a clock that is not believed, and says that it is right: an act of its own, with a reason."""

from data import audit
from data.access import Right
from data.audit import Act
from data.reasons import DECISION, is_reason, tidy
from data.store import Store


def confirm_clock(store: Store, reason: str) -> None:
    """From now on the machine's clock is believed as it is, even behind the newest row. Forbidden to all but
    the office; ValueError without a reason.
    """
    store.person.must_have(Right.MANAGE)
    if not is_reason(reason, DECISION):
        raise ValueError(f"expected a reason of at least {DECISION.min_length} characters, found {reason!r}")
    off = round(store.timekeeper.off_by().total_seconds())
    now = store.timekeeper.confirm()
    audit.note(store, Act(audit.CONFIRMED, details={"reason": tidy(reason), "off_by_seconds": off}), at=now)
