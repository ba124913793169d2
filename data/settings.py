"""What the office may change without a new catalogue: named values, kept with who set them and when."""

import json
from datetime import datetime
from typing import Any

from data import audit
from data.access import Right
from data.audit import Act
from data.store import Store, insert


def setting(store: Store, name: str, default: Any, as_of: datetime | None = None) -> Any:
    """The value that was set last by as_of (None: by now), else the default. Any value that JSON can hold."""
    rows = store.rows(
        "SELECT setting_value FROM setting WHERE setting_name = $name AND ($as_of::TIMESTAMPTZ IS NULL OR "
        "set_at <= $as_of) ORDER BY set_at DESC, rowid DESC LIMIT 1",
        {"name": name, "as_of": as_of},
    )
    return json.loads(rows[0].setting_value) if rows else default


def set_setting(store: Store, name: str, value: Any, now: datetime | None = None) -> None:
    """Keep a value from now on, with a line in the audit trail. Forbidden to all but the office; the caller has checked
    that the value is one.
    """
    store.person.must_have(Right.MANAGE)
    now, kept = now or store.now(), json.dumps(value, ensure_ascii=False)
    with store.write() as cursor:
        row = {"setting_name": name, "setting_value": kept, "set_at": now, "set_by": store.person.user_name}
        insert(cursor, "setting", row)
        audit.keep(store, cursor, [Act("setting_changed", name, details={"value": value})])
