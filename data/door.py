"""The door of a store in use: the process that owns it runs commands for others on the same machine and user.

DuckDB lets one process have the file. So that `python -m data late` works while the dashboard runs, the owner listens
on a local socket (a named pipe on Windows), whose address and key lie beside the store, readable by its user alone.
"""

import io
import json
import os
import secrets
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Listener, answer_challenge, deliver_challenge
from pathlib import Path

Command = Callable[[Sequence[str], Path, io.StringIO, io.StringIO], int]
"""Runs words of a command line as if in a folder, writing to the two streams; returns the exit code."""


def _note(store_path: Path) -> Path:
    return store_path.with_name(store_path.name + ".door")


class Door:
    """Listens until the process ends. programs: name (data, loaders) → Command."""

    def __init__(self, store_path: Path, programs: dict[str, Command]) -> None:
        self._programs = programs
        self._key = secrets.token_bytes(32)
        self._listener = Listener(_address())  # challenged in _answer: a mute caller holds up nobody
        note = _note(store_path)
        note.unlink(missing_ok=True)
        written = json.dumps({"address": self._listener.address, "key": self._key.hex()})
        with os.fdopen(os.open(note, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(written)
        threading.Thread(target=self._serve, name="door", daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                caller = self._listener.accept()
            except ConnectionError:
                continue
            except OSError:
                return  # closed
            threading.Thread(target=self._answer, args=[caller], daemon=True).start()

    def _answer(self, caller) -> None:
        with caller:
            try:
                deliver_challenge(caller, self._key)
                answer_challenge(caller, self._key)
                asked = json.loads(caller.recv_bytes(1 << 24))
            except (AuthenticationError, EOFError, OSError, ValueError):
                return
            out, errors = io.StringIO(), io.StringIO()
            try:
                code = self._programs[asked["program"]](asked["words"], Path(asked["folder"]), out, errors)
            except BaseException as error:  # the caller must hear of it; the owner goes on
                code = 2
                print(f"{type(error).__name__}: {error}", file=errors)
            answer = {"code": code, "out": out.getvalue(), "errors": errors.getvalue()}
            with suppress(OSError):  # the caller has gone
                caller.send_bytes(json.dumps(answer).encode())

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()
        _sweep()


_BEGINNING = 60  # seconds in which a door may not listen yet


def _sweep() -> None:
    """Folders of doors whose process has died: nobody listens there any more."""
    for folder in Path(tempfile.gettempdir()).glob("zhundian-????????"):
        door = folder / "door"
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime < _BEGINNING:
                continue
            if [file.name for file in folder.iterdir()] in (["door"], []) and not _is_open(door):
                door.unlink(missing_ok=True)
                folder.rmdir()


def _is_open(door: Path) -> bool:
    """Whether somebody listens there; where that cannot be told, yes."""
    with socket.socket(socket.AF_UNIX) as caller:
        try:
            caller.connect(str(door))
        except (FileNotFoundError, ConnectionRefusedError):
            return False
        except OSError:
            return True
    return True


def _address() -> str | None:
    if os.name == "nt":
        return None  # multiprocessing names a pipe of its own
    _sweep()
    return str(Path(tempfile.mkdtemp(prefix="zhundian-")) / "door")


def knock(store_path: Path, program: str, words: Sequence[str]) -> int | None:
    """Have the owner of the store run a command; prints its answer. None where nobody listens."""
    try:
        note = json.loads(_note(store_path).read_text(encoding="utf-8"))
        with Client(note["address"], authkey=bytes.fromhex(note["key"])) as owner:
            asked = {"program": program, "words": list(words), "folder": os.getcwd()}
            owner.send_bytes(json.dumps(asked).encode())
            answer = json.loads(owner.recv_bytes())
    except (OSError, EOFError, ValueError, KeyError, TypeError, AuthenticationError):
        return None
    sys.stdout.write(answer["out"])
    sys.stderr.write(answer["errors"])
    return answer["code"]
