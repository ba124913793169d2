"""The machine on which the store lives: its clock, its disk, and the ways in which it dies."""

import os
import random
import resource
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from data import audit, timekeeper, witness
from data import store as store_module
from data.store import Store
from data.traces import BESIDE, beside
from reminding import sending

JUMP = timedelta(minutes=2)
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_WRITE = Store.write


class Killed(BaseException):
    """The process has died here; nothing after it happens."""


class Machine:
    """truth: the moment that it really is. off: how far the machine's clock is from it. believed: how far the moment is
    from it that the program should believe, in plain Python.
    """

    def __init__(self, path: Path, truth: datetime) -> None:
        self.path, self.truth = path, truth
        self.off = self.believed = timedelta(0)
        self.newest: datetime | None = None
        self.trouble: tuple[str, int] | None = None
        self.was_full = 0
        self.store: Store = None  # type: ignore[assignment]
        self._dead = path.with_name("dead")

    @contextmanager
    def running(self) -> Iterator["Machine"]:
        """With its clock and its disk in the place of this machine's."""
        own = {"ZHUNDIAN_STORE": str(self.path), "ZHUNDIAN_WITNESS": str(self.path.parent / "witness")}
        before = {name: os.environ.get(name) for name in own}
        clock = timekeeper._wall, timekeeper._tick
        handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        os.environ.update(own)
        timekeeper._wall, timekeeper._tick = (
            lambda: self.truth + self.off,
            lambda: (self.truth - _EPOCH).total_seconds(),
        )
        Store.write = self._writing()
        try:
            yield self
        finally:
            Store.write = _WRITE
            timekeeper._wall, timekeeper._tick = clock
            signal.signal(signal.SIGXFSZ, handler)
            for name, value in before.items():
                os.environ.pop(name) if value is None else os.environ.update({name: value})
            with suppress(Exception):
                self.store.close()

    # The clock

    def wait(self, seconds: float) -> None:
        """Time passes; a clock that comes near what is believed is believed again."""
        self.truth += timedelta(seconds=seconds)

    def jump(self, off: timedelta) -> None:
        """The clock is set."""
        self.off = off
        if abs(self.off - self.believed) <= JUMP:
            self.believed = self.off

    def confirmed(self) -> None:
        """The office has said that the clock is right."""
        self.believed = self.off

    @property
    def moment(self) -> datetime:
        """What the program should believe that it is."""
        return self.truth + self.believed

    # The process

    def open(self) -> Store:
        """Start the program."""
        audit._compared.discard(self.path)
        sending._in_flight.clear()
        self.store = Store(self.path)
        newest, wall = self.store.value(store_module._NEWEST), self.truth + self.off
        is_behind = newest is not None and newest - wall > JUMP
        self.believed = newest - self.truth if is_behind else self.off
        audit.note_loss(self.store)
        return self.store

    def restart(self) -> Store:
        """End it in order, and start it."""
        self.store.close()
        return self.open()

    def come_back(self, spoil: Callable[[Path], None] | None = None) -> None:
        """After a kill: what the disk had then is what there is. spoil: what happened to the log besides."""
        with suppress(Exception):
            self.store.close()
        for ending in ("", *BESIDE):
            left, here = beside(self._dead / self.path.name, ending), beside(self.path, ending)
            here.unlink(missing_ok=True)
            if left.exists():
                left.replace(here)
        if (self._dead / "witness").exists():
            (self._dead / "witness").replace(witness.path_of(self.path))
        log = beside(self.path, ".wal")
        if spoil and log.exists():
            spoil(log)

    def die(self) -> None:
        """Now."""
        self._dead.mkdir(exist_ok=True)
        for ending in ("", *BESIDE):
            left = beside(self._dead / self.path.name, ending)
            left.unlink(missing_ok=True)
            if beside(self.path, ending).exists():
                shutil.copyfile(beside(self.path, ending), left)
        if witness.path_of(self.path).exists():
            shutil.copyfile(witness.path_of(self.path), self._dead / "witness")
        self.trouble = None

    # The disk

    def _writing(self) -> Callable[..., Any]:
        machine = self

        @contextmanager
        def write(store: Store, is_news: bool = True) -> Iterator[Any]:
            trouble = machine._due() if store.path == machine.path else None
            if trouble == "before":
                machine.die()
                raise Killed
            if trouble == "committed":
                file, told = store._file, store._file.has_written
                file.has_written = machine._dying
                try:
                    with _WRITE(store, is_news) as cursor:
                        yield cursor
                finally:
                    file.has_written = told
                return
            try:
                with _WRITE(store, is_news) as cursor:
                    yield cursor
                    if trouble == "full":
                        machine._fill()
            finally:
                machine._make_room()
            if trouble == "after":
                machine.die()
                raise Killed

        return write

    def _due(self) -> str | None:
        """The trouble that comes at this very write."""
        if self.trouble is None:
            return None
        kind, writes = self.trouble
        self.trouble = (kind, writes - 1) if writes else None
        return None if writes else kind

    def _dying(self) -> None:
        self.die()
        raise Killed

    def _fill(self) -> None:
        """From here on no file grows beyond what the log is, and a little: the disk is full at the commit."""
        log = beside(self.path, ".wal")
        size = (log.stat().st_size if log.exists() else 0) + random.Random(str(self.truth)).randrange(0, 3000)
        self.was_full += 1
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))

    def _make_room(self) -> None:
        most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
