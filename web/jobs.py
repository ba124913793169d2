"""Long work beside the pages: it goes on whatever page its reader opens, says how far it is, and keeps its result."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from data.fault import Fault
from data.store import StoreError

Progress = Callable[[int, int, str], None]
_LOG = logging.getLogger(__name__)


@dataclass
class Job:
    """A piece of work. kind: as pages name it; of: the account that began it. done of number: 0 of 0 until it is known.
    result: what the work returned; fault: what stopped it, instead.
    """

    kind: str
    of: str
    about: str = ""
    done: int = 0
    number: int = 0
    label: str = ""
    is_over: bool = False
    result: Any = None
    fault: Exception | None = None
    _thread: threading.Thread | None = field(default=None, repr=False)

    def tell(self, done: int, number: int, label: str = "") -> None:
        """How far it is."""
        self.done, self.number, self.label = done, number, label

    def wait(self, seconds: float | None = None) -> bool:
        """Until it is over; False where it is not by then."""
        if self._thread:
            self._thread.join(seconds)
        return self.is_over


class Jobs:
    """One of a kind and an account at a time. What is over is kept until it is taken away, or begun anew; a server that
    is stopped forgets all of them, so that work which must not be left half done says so in the store itself.
    """

    def __init__(self) -> None:
        self._jobs: dict[tuple[str, str], Job] = {}
        self._lock = threading.Lock()

    def begin(self, kind: str, of: str, work: Callable[[Progress], Any], about: str = "") -> Job:
        """Have it done; the one that runs already where there is one."""
        with self._lock:
            running = self._jobs.get((kind, of))
            if running and not running.is_over:
                return running
            job = self._jobs[kind, of] = Job(kind, of, about)
            job._thread = threading.Thread(target=_run, args=(job, work), name=f"job-{kind}", daemon=True)
            job._thread.start()
            return job

    def of(self, account: str) -> list[Job]:
        """An account's, in the order in which they were begun."""
        with self._lock:
            return [job for job in self._jobs.values() if job.of == account]

    def running(self, kind: str) -> Job | None:
        """One of this kind that is under way, whoever began it."""
        with self._lock:
            return next((job for job in self._jobs.values() if job.kind == kind and not job.is_over), None)

    def take_away(self, job: Job) -> None:
        """Forget what is over."""
        with self._lock:
            if job.is_over and self._jobs.get((job.kind, job.of)) is job:
                del self._jobs[job.kind, job.of]


def _run(job: Job, work: Callable[[Progress], Any]) -> None:
    try:
        job.result = work(job.tell)
    except (Fault, StoreError, ValueError) as fault:
        job.fault = fault
    except Exception as error:  # a bug: told as one, for the thread has nobody above it
        _LOG.exception("the job %s ended", job.kind)
        job.fault = error
    finally:
        job.is_over = True


JOBS = Jobs()
