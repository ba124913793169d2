"""What the office fills in once for all its drafts: who signs, to whom, on what ground, whom to call."""

from collections.abc import Mapping
from typing import Any

from data.fault import Fault
from data.settings import set_setting, setting
from data.store import Store
from documents.draft import DraftMark

NAME = "documents"
TEXTS = ("issued_by", "basis", "contact", "printed_by", "mark")
LISTS = ("recipients", "copies_to")
_MAX = 1000


def document_settings(store: Store) -> dict[str, Any]:
    """Each of TEXTS as a string and of LISTS as a list; empty where nobody has set it."""
    kept = setting(store, NAME, {})
    return {name: kept.get(name, "") for name in TEXTS} | {name: list(kept.get(name, [])) for name in LISTS}


def set_document_settings(store: Store, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Change some of them and keep the rest; an empty value takes one back. Fault for one that cannot be used."""
    unknown = set(changes) - {*TEXTS, *LISTS}
    if unknown:
        raise ValueError(f"expected some of {[*TEXTS, *LISTS]}, found {sorted(unknown)}")
    current = document_settings(store)
    wanted = current | {name: _clean(name, value) for name, value in changes.items()}
    if wanted["mark"] not in ("", *DraftMark):
        raise Fault("setting.choice", name="mark", expected=[mark.value for mark in DraftMark], found=wanted["mark"])
    if wanted != current:
        set_setting(store, NAME, wanted)
    return wanted


def _clean(name: str, value: Any) -> Any:
    texts = [" ".join(str(line).split()) for line in (value if name in LISTS else [value])]
    if any(len(text) > _MAX for text in texts):
        raise Fault("setting.too_long", name=name, limit=_MAX)
    return [text for text in texts if text] if name in LISTS else texts[0]
