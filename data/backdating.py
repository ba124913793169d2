"""补记: the office enters what reached it earlier, by mail or on paper, with reason and proof."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from data.audit import Act
from data.store import Store, append

AT_ONCE = timedelta(minutes=5)
"""What is entered so soon after it came is not entered later."""


@dataclass(frozen=True)
class Backdating:
    """Why a moment before the entry is the right one; the file that shows it (a mail, a scan), where there is one."""

    reason: str = ""
    proof: bytes | None = None
    proof_name: str | None = None

    @property
    def proof_sha256(self) -> str | None:
        """The proof's identity."""
        return None if self.proof is None else hashlib.sha256(self.proof).hexdigest()


def keep_backdating(
    store: Store, cursor: Any, entered: Sequence[tuple[str, str, str | None, datetime]], now: datetime
) -> list[Act]:
    """Keep why these were entered later; their acts. entered: submission, receipt, unit and moment of receipt."""
    backdating = store.backdating
    late = [row for row in entered if now - row[3] > AT_ONCE] if backdating else []
    if not late:
        return []
    sha256, size = backdating.proof_sha256, len(late)
    is_there = "SELECT 1 FROM workbook_file WHERE sha256 = ?"
    if sha256 and not cursor.execute(is_there, [sha256]).fetchone():
        file = {"sha256": [sha256], "file_name": [backdating.proof_name], "size": [len(backdating.proof)]}
        append(cursor, "workbook_file", file | {"content": [backdating.proof], "stored_at": [now]})
    columns = {"reason": backdating.reason, "proof_sha256": sha256, "proof_name": backdating.proof_name}
    columns |= {"entered_by": store.person.user_name, "entered_at": now}
    rows = {"submission_id": [row[0] for row in late]} | {name: [value] * size for name, value in columns.items()}
    append(cursor, "backdating", rows)
    return [
        Act(
            "submission_backdated",
            receipt_no,
            unit_code,
            {"received_at": received_at.isoformat(), "reason": backdating.reason, "proof": sha256},
        )
        for _, receipt_no, unit_code, received_at in late
    ]
