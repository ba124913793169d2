"""How long a question takes: the median of several times, after one that warms up."""

import statistics
import time
from collections.abc import Callable


def median_ms(ask: Callable[[], object], rounds: int = 30) -> float:
    """Milliseconds."""
    ask()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        ask()
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def median_processor_ms(ask: Callable[[], object], rounds: int = 30) -> float:
    """Milliseconds of processor time, of all threads together: what holds on a machine that has other things to do."""
    ask()
    times = []
    for _ in range(rounds):
        began = time.process_time()
        ask()
        times.append(time.process_time() - began)
    return statistics.median(times) * 1000
