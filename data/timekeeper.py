"""The present moment of one store. The machine's clock is not believed alone: time never runs back behind the newest
row, and a clock that is moved while the program runs is told from time that passes.
"""

import datetime
import sys
import threading
import time

JUMP = datetime.timedelta(minutes=2)
"""What a clock may be set by without being said to have been moved."""
ABSENCE = datetime.timedelta(days=40)
"""How far after its newest row a store is taken to be when it is opened; what would open later waits for an act."""


class Timekeeper:
    """newest: the moment of the newest row when the store was opened; None where there is none."""

    def __init__(self, newest: datetime.datetime | None) -> None:
        self._lock = threading.Lock()
        self._opened_at_tick = _tick()
        self._newest = newest
        self._believed_at, self._tick = _wall(), self._opened_at_tick
        if newest is not None and newest - self._believed_at > JUMP:
            self._believed_at = newest  # the clock was set back while nobody looked: time goes on from the newest row
        self._last = self._believed_at
        self._moved = 0  # 1: the clock is ahead, -1: behind, 0: it passes as time does
        self.is_told = True
        """False while the clock is moved and no row says so yet."""

    def now(self) -> datetime.datetime:
        """The present moment, in UTC: the clock's, while it passes as time does; else the last one that was believed,
        and as much later as the machine ran since.
        """
        with self._lock:
            wall, tick = _wall(), _tick()
            expected = self._believed_at + datetime.timedelta(seconds=tick - self._tick)
            if abs(wall - expected) <= JUMP:
                self._believed_at, self._tick, self._moved, self.is_told = wall, tick, 0, True
                moment = wall
            else:
                moved = _sign(wall - expected)
                self._moved, self.is_told = moved, self.is_told and self._moved == moved
                moment = expected
            self._last = max(self._last, moment)
            return self._last

    def off_by(self) -> datetime.timedelta:
        """How far the clock is from the moment that is believed; zero where it is believed. Ahead is positive."""
        off = _wall() - self.now()
        return off if abs(off) > JUMP else datetime.timedelta(0)

    def timely(self, moment: datetime.datetime) -> datetime.datetime:
        """A moment that was read off the clock, as it is believed; one read before the clock was moved stays."""
        off = self.off_by()
        believed = self.now()
        if not off or abs(believed - moment) <= abs(believed + off - moment):
            return moment
        return min(moment - off, moment + (believed - moment))  # both on the clock of `moment`

    def lived_until(self) -> datetime.datetime:
        """Now, but not long after the newest row that was there at the opening."""
        now = self.now()
        if self._newest is None:
            return now
        return min(now, self._newest + ABSENCE + datetime.timedelta(seconds=_tick() - self._opened_at_tick))

    def confirm(self) -> datetime.datetime:
        """From now on the clock is believed as it is; somebody has looked at it."""
        with self._lock:
            self._believed_at, self._tick = _wall(), _tick()
            self._last = self._newest = self._believed_at
            self._moved, self.is_told = 0, True
            return self._last


def _wall() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _tick() -> float:
    """Seconds that pass whatever the clock shows; where the system can tell, also while the machine sleeps."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":  # there time.monotonic stops while the machine sleeps, and this does not
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.monotonic()


def _sign(off: datetime.timedelta) -> int:
    return 1 if off > datetime.timedelta(0) else -1
