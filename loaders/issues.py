"""Something wrong in a file: code and details are kept, the words are made for the reader."""

from dataclasses import dataclass, field
from typing import Any

from data.catalogue.model import Severity


class FileFault(Exception):
    """The whole file cannot be used: the code of an issue, and its details."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


@dataclass
class Issue:
    """One issue; sheet, cell and column_name are None where it is about the whole file or sheet."""

    severity: Severity
    code: str
    sheet: str | None = None
    cell: str | None = None
    column_name: str | None = None
    row_key: str | None = None
    details: dict[str, Any] = field(default_factory=dict)
    explanation: str | None = None

    @property
    def key(self) -> str:
        """What an explanation refers to: the same for the same issue when the file is sent again."""
        place = self.cell or self.column_name  # of two sums of one sheet, neither has a cell
        parts = [self.code, self.sheet, place, self.details.get("rule")]
        parts += [self.details["condition"]] if "condition" in self.details else []
        return "|".join(str(part or "") for part in parts)
