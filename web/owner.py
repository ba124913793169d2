"""The process that owns the store: opens it with its catalogue, keeps its dues frozen, and opens its door."""

import sys
import threading
from datetime import UTC, datetime, timedelta

import data.commands
import documents.commands
import loaders.commands
import reminding.commands
from data.catalogue.in_force import ensure_catalogue, refresh_dues
from data.door import Door
from data.store import Store, open_store

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
        started = datetime.now(UTC)
        if path not in _ready:
            ensure_catalogue(store, started)
            _open_door(store)
        elif started - _ready[path] > timedelta(minutes=1):
            refresh_dues(store, started)
        else:
            return store
        _ready[path] = started
    return store


def _open_door(store: Store) -> None:
    """From now on this process runs the command line's commands, which find the store in use."""
    try:
        Door(store.path, PROGRAMS)
    except OSError as error:  # without a door the dashboard works; only the command line is told to wait
        print(f"no door for the command line: {error}", file=sys.stderr)
