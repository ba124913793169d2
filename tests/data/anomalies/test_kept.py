"""What is kept by key: worked out once, and the oldest forgotten first."""

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
