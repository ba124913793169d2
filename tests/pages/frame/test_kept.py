"""Kept answers: made once for all who wait, forgotten with the data, bounded, and shared with the same eyes alone."""

import threading
import time
from dataclasses import dataclass

import pandas
import pytest

from pages.frame.kept import Kept, hashable, size_of

NOW, LATER = (1, 7), (1, 8)


def test_ten_who_ask_at_once_have_it_made_once() -> None:
    kept, made, answers = Kept(), [], []
    is_asked = threading.Barrier(10)

    def make() -> int:
        made.append(1)
        time.sleep(0.05)
        return len(made)

    def ask() -> None:
        is_asked.wait()
        answers.append(kept.answer(NOW, "how many", make))

    threads = [threading.Thread(target=ask) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [1] * 10 and made == [1]


def test_what_fails_is_raised_and_not_kept() -> None:
    kept = Kept()

    def fail() -> int:
        raise ValueError("expected")

    for _ in range(2):
        with pytest.raises(ValueError, match="expected"):
            kept.answer(NOW, "a", fail)
    assert kept.answer(NOW, "a", lambda: 3) == 3


def test_whoever_waits_for_one_that_fails_makes_it() -> None:
    kept, is_begun, may_fail = Kept(), threading.Event(), threading.Event()

    def fail() -> int:
        is_begun.set()
        may_fail.wait(5)
        raise ValueError

    def first() -> None:
        with pytest.raises(ValueError):
            kept.answer(NOW, "a", fail)

    answers = []
    waiting = [
        threading.Thread(target=first),
        threading.Thread(target=lambda: answers.append(kept.answer(NOW, "a", lambda: 5))),
    ]
    waiting[0].start()
    assert is_begun.wait(5)
    waiting[1].start()
    may_fail.set()
    for thread in waiting:
        thread.join()
    assert answers == [5]


def test_a_write_forgets_what_was_before_it() -> None:
    kept = Kept()
    assert kept.answer(NOW, "a", lambda: "x" * 1000) == "x" * 1000
    assert kept.answer(LATER, "a", lambda: "y") == "y"
    assert kept.size() < 1000
    assert kept.answer(NOW, "a", lambda: "asked again") == "asked again"  # whoever began before the write


def test_the_memory_is_bounded_and_what_is_asked_for_stays() -> None:
    kept = Kept(most_bytes=100_000)
    for number in range(100):
        kept.answer(NOW, number, lambda: "x" * 10_000)
        assert kept.answer(NOW, 0, lambda: "made again") == "x" * 10_000
        assert kept.size() <= 100_000
    assert kept.answer(NOW, 1, lambda: "made again") == "made again"
    kept.answer(NOW, "large", lambda: "x" * 90_000)  # would push out all the others
    assert kept.answer(NOW, 0, lambda: "made again") == "x" * 10_000


def test_a_frame_is_the_callers_own() -> None:
    kept = Kept()
    for _ in range(2):
        frame = kept.answer(NOW, "a", lambda: pandas.DataFrame({"n": [1, 2]}))
        assert list(frame.columns) == ["n"] and frame["n"].tolist() == [1, 2]
        frame["more"] = 1
        frame.loc[0, "n"] = 9


def test_a_parameter_that_cannot_be_told_apart_is_refused() -> None:
    assert hashable({"by": ["a", "b"], "month": None}) == hashable({"month": None, "by": ("a", "b")})
    assert hashable({"by": ["a", "b"]}) != hashable({"by": ["b", "a"]})
    assert hashable(_Card(["a"])) == hashable(_Card(["a"])) != hashable(_Card(["b"]))
    with pytest.raises(TypeError):
        hashable({"frame": pandas.DataFrame()})


@dataclass(frozen=True)
class _Card:
    lines: list[str]


def test_size_counts_what_lies_inside() -> None:
    assert size_of(_Card(["x" * 5000])) > 5000
    assert size_of(pandas.DataFrame({"a": ["x" * 5000]})) > 5000
    assert size_of({"a": ("x" * 5000,)}) > 5000
