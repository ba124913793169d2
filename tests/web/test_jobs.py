"""Long work beside the pages: one of a kind and account, how far it is, what it leaves, what stopped it."""

import threading

from data.fault import Fault
from web.jobs import Jobs


def test_it_says_how_far_it_is_and_keeps_its_result() -> None:
    jobs, go_on, is_half = Jobs(), threading.Event(), threading.Event()

    def work(tell):
        tell(1, 2, "一")
        is_half.set()
        go_on.wait(10)
        tell(2, 2)
        return "made"

    job = jobs.begin("blanks", "office", work)
    assert is_half.wait(10) and (job.done, job.number, job.is_over) == (1, 2, False)
    assert jobs.begin("blanks", "office", work) is job and jobs.running("blanks") is job
    assert jobs.of("lina") == [] and jobs.begin("blanks", "lina", lambda _: "other") is not job
    jobs.take_away(job)  # not while it runs
    go_on.set()
    assert job.wait(10) and job.result == "made" and jobs.of("office") == [job]
    jobs.take_away(job)
    assert jobs.of("office") == []


def test_what_stops_it_is_kept_and_it_may_be_begun_anew() -> None:
    jobs = Jobs()

    def fails(_):
        raise Fault("supervision.unknown")

    job = jobs.begin("sample", "office", fails)
    assert job.wait(10) and isinstance(job.fault, Fault) and job.result is None
    assert jobs.begin("sample", "office", lambda _: 1).wait(10) and jobs.of("office")[0].fault is None
