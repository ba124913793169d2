"""What is kept by key: worked out once, and the oldest forgotten first."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from data.anomalies.kept import Kept


def test_a_result_is_worked_out_once_and_the_one_that_was_asked_for_least_lately_is_forgotten() -> None:
    kept, done = Kept[str](2), []

    def work_out(name: str) -> str:
        return kept.get(name, lambda: done.append(name) or name.upper())

    assert [work_out(name) for name in ("a", "b", "a", "c", "a", "b")] == ["A", "B", "A", "C", "A", "B"]
    assert done == ["a", "b", "c", "b"]
    kept.clear()
    work_out("a")
    assert done == ["a", "b", "c", "b", "a"]


def test_of_those_who_ask_for_the_same_at_once_one_works_it_out() -> None:
    kept, done = Kept[int](4), []

    def work_out() -> int:
        done.append(1)
        time.sleep(0.05)
        return len(done)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: kept.get("a", work_out), range(8)))
    assert answers == [1] * 8 and len(done) == 1


def test_where_it_fails_the_next_one_tries() -> None:
    kept = Kept[int](4)
    with pytest.raises(ZeroDivisionError):
        kept.get("a", lambda: 1 // 0)
    assert kept.get("a", lambda: 7) == 7


def test_no_more_is_kept_than_may_lie_in_memory() -> None:
    kept, done = Kept[str](100, len, 10), []

    def work_out(text: str) -> str:
        return kept.get(text, lambda: done.append(text) or text)

    for text in ("aaaa", "bbbb", "cccc", "bbbb", "aaaa"):
        work_out(text)
    assert done == ["aaaa", "bbbb", "cccc", "aaaa"]
