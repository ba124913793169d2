"""Does one thing again and again on a disk that fails at the first, the second, the n-th call, until none fails any
more; a line of JSON for each. With the shim of failing_disk.c in LD_PRELOAD:
`python -m tests.data.failing_disk FOLDER ACT KIND ERROR STEP`
"""

import ctypes
import errno
import json
import os
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from data import audit, backup, timekeeper
from data.dues.changes import Until, extend
from data.store import Store, open_store
from data.store_errors import StoreError
from loaders.intake.ingest import take_in
from loaders.intake.opening import Upload
from locales import LOCALES
from locales.stores import store_title, store_words
from tests.data.worlds import later_month
from tests.ready import copy_whole
from tests.simulator.bureau import BEGAN, opening, workbook

KEY = ("U1", "T1", date(2026, 1, 1))
_SHIM = ctypes.CDLL(None)
_MOST = 2000
_NOW = BEGAN.replace(day=5)


def main(folder: Path, act: str, kind: str, error: str, step: int) -> None:
    """Try every step-th call."""
    timekeeper._wall = lambda: _NOW
    ready, copy = folder / "ready" / "store.duckdb", folder / "ready" / "copy.duckdb"
    ready.parent.mkdir()
    opening(ready)
    store = Store(ready)
    content = workbook(store, KEY, 100)
    backup.backup(store, copy)
    audit.note(store, audit.Act("later"))
    store.close()
    prepared = ACTS[act](content, copy)
    for number in range(0, _MOST, step):
        path = copy_whole(ready, _emptied(folder / "disk") / "store.duckdb")
        os.environ["ZHUNDIAN_STORE"] = str(path)
        os.environ["ZHUNDIAN_WITNESS"] = str(folder / "disk" / "witness")
        _SHIM.disk_arm(os.fsencode(path.parent), int(kind == "read"), number, getattr(errno, error))
        told = _tried(prepared, path)
        hits = _SHIM.disk_hits()
        print(json.dumps({"n": number, "hit": bool(hits), **told, **_left(path)}), flush=True)
        if not hits:
            return


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def _tried(act: Callable[[Path], Any], path: Path) -> dict[str, Any]:
    """What the act answered: done, or the error with its words. Reading goes on afterwards, or says why it does not."""
    try:
        answered = {"told": act(path)}
    except StoreError as error:
        said = all(store_title(error, locale) and store_words(error, locale) for locale in LOCALES)
        answered = {"error": error.cause, "said": said, "text": str(error)}
    except OSError as error:
        answered = {"error": "OSError", "text": str(error)}
    except Exception as error:
        answered = {"error": type(error).__name__, "text": str(error)[:300], "bug": True}
    return answered | {"reads": _reads(path)}


def _reads(path: Path) -> str:
    """What a reader meets after the failure: what was there, or why not."""
    _SHIM.disk_disarm()
    try:
        store = open_store(path)
        read = store.value("""SELECT count(*) FROM audit WHERE "action" IN ('later', 'restored')""")
        store.close()
    except StoreError as error:
        with suppress(Exception):
            open_store(path).close()
        return error.cause
    return "as before" if read == 1 else f"{read} rows"


def _left(path: Path) -> dict[str, Any]:
    """What the disk holds once it works again."""
    try:
        store = Store(path)
    except StoreError as error:
        return {"lost": str(error)}
    audit.note_loss(store)
    left = {
        "faults": backup.check(store),
        "kept": store.value("SELECT count(*) FROM submission"),
        "changes": store.value("SELECT count(*) FROM due_change"),
        "restored": store.value("""SELECT count(*) FROM audit WHERE "action" = 'restored'"""),
        "later": store.value("""SELECT count(*) FROM audit WHERE "action" = 'later'"""),
        "backups": store.value("""SELECT count(*) FROM audit WHERE "action" = 'backup_written'"""),
    }
    store.close()
    copies = [name for name in os.listdir(path.parent) if name.startswith("made")]
    return left | {"files": copies, "copies": [_is_whole(path.parent / name) for name in copies]}


def _is_whole(copy: Path) -> bool:
    made = Store(copy, is_copy=True)
    faults = backup.check(made, has_head=False)
    made.close()
    return faults == []


def _ingest(content: bytes, _copy: Path) -> Callable[[Path], Any]:
    def act(path: Path) -> str:
        store = open_store(path)
        (receipts,) = take_in(store, [Upload(content, "a.xlsx", _NOW, "王五")])
        return receipts[0].outcome

    return act


def _decision(_content: bytes, _copy: Path) -> Callable[[Path], Any]:
    def act(path: Path) -> int:
        day = later_month(KEY[2], 1).replace(day=28)
        return len(extend(open_store(path), [KEY], Until(day), "系统故障，经局办公室同意延期", _NOW))

    return act


def _backup(_content: bytes, _copy: Path) -> Callable[[Path], Any]:
    def act(path: Path) -> bool:
        backup.backup(open_store(path), path.parent / "made.duckdb")
        return True

    return act


def _restore(_content: bytes, copy: Path) -> Callable[[Path], Any]:
    def act(path: Path) -> bool:
        backup.restore(copy, path)
        open_store(path)
        return True

    return act


ACTS = {"ingest": _ingest, "decision": _decision, "backup": _backup, "restore": _restore}

if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:5], int(sys.argv[5]))
