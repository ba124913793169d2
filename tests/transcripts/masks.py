"""What differs from one run to the next, and what stands for it in the transcripts. Nothing else is masked.

Of the first group, the same value is the same number all through a transcript: it can be seen what belongs together.
"""

import re
from pathlib import Path

_NUMBERED = (
    ("seal", r"(?<=\b\d-)[0-9a-f]{16}\b|(?<=\b\d\d-)[0-9a-f]{16}\b|(?<=\b\d\d\d-)[0-9a-f]{16}\b"),
    ("hash", r"\b[0-9a-f]{64}\b"),
    ("id", r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"),
    ("receipt", r"(?<=\b20\d{6}-)[0-9A-F]{8}(?![0-9A-Za-z])"),
    ("secret", r"\bzhundian_[\w-]{43}"),
    ("password", r"\b[a-hjkmnp-z2-9]{4}(?:-[a-hjkmnp-z2-9]{4}){2}\b"),
)
_PLAIN = (
    (r"(?<=\d\d:\d\d:\d\d)\.\d{6}\b", ""),  # how often the clock was looked at
    (r"\b\d+(?= MB free\b)", "SIZE"),
    (r"\b\d+(?= s ago\b)", "SECONDS"),
    (r"(?<=\bbytes\t)\d+|(?<=\"bytes\": )\d+", "SIZE"),
    (r"(?<=\bseconds\t)[\d.]+|(?<=\"seconds\": )[\d.]+", "SECONDS"),
)


ROOT = Path(__file__).parents[2]


class Masks:
    """The masks of one transcript."""

    def __init__(self, folder: Path, named: dict[str, str]) -> None:
        """folder: where it happened; named: value → what stands for it, of what the story knows by name."""
        self._named = {str(folder): "FOLDER", str(ROOT): "PROGRAM"} | {one: f"<{name}>" for one, name in named.items()}
        self._known: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        """The text as it is recorded."""
        for pattern, instead in _PLAIN:
            text = re.sub(pattern, instead, text)
        for kind, pattern in _NUMBERED:
            text = re.sub(pattern, lambda found, kind=kind: self._numbered(kind, found[0]), text)
        for value, instead in self._named.items():
            text = text.replace(value, instead)
        return text

    def _numbered(self, kind: str, value: str) -> str:
        number = sum(one.startswith(f"<{kind} ") for one in self._known.values()) + 1
        return self._known.setdefault(value, f"<{kind} {number}>")
