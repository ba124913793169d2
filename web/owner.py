"""The process that owns the store: opens it with its catalogue, keeps its dues frozen, and opens its door."""

import sys
import threading
from datetime import datetime, timedelta

import data.commands
import documents.commands
import loaders.commands
import reminding.commands
from data import audit
from data.catalogue.in_force import ensure_catalogue, refresh_dues
from data.door import Door
from data.store import Store, open_store
from data.store_errors import StoreError

PROGRAMS = {
    "data": data.commands.run_for_another,
    "documents": documents.commands.run_for_another,
    "loaders": loaders.commands.run_for_another,
    "reminding": reminding.commands.run_for_another,
}
"""The programs whose commands the owner runs for other processes."""
_ready: dict[str, datetime] = {}  # store path → when its dues were last refreshed
_preparing = threading.Lock()


def prepare() -> Store:
    """The store with its catalogue, opened once; what has opened is frozen at most once a minute. StoreError,
    CatalogueError.
    """
    store = open_store()
    path = str(store.path)
    with _preparing:
        started = store.now()
        if path not in _ready:
            ensure_catalogue(store, store.timekeeper.lived_until())
            _tell_losses(store)
            _open_door(store)
        elif started - _ready[path] > timedelta(minutes=1):
            _refresh(store)
        else:
            return store
        _ready[path] = started
    return store


def _refresh(store: Store) -> None:
    """What cannot be written now (a full disk) stops no reader: the plan answers as what is frozen does."""
    try:
        refresh_dues(store, store.timekeeper.lived_until())
        _tell_losses(store)
    except StoreError as error:
        if error.cause != "full":
            raise
        print(error, file=sys.stderr, flush=True)


def _tell_losses(store: Store) -> None:
    """What was noted of the trail and is not in it (a log cut short, say) is told at once, and for ever."""
    if fault := audit.note_loss(store):
        print(f"{store.path}: {fault}", file=sys.stderr, flush=True)


def _open_door(store: Store) -> None:
    """From now on this process runs the command line's commands, which find the store in use."""
    try:
        Door(store.path, PROGRAMS)
    except OSError as error:  # without a door the dashboard works; only the command line is told to wait
        print(f"no door for the command line: {error}", file=sys.stderr)
