"""The first days of a store: the checklist, what the first month brings, and blanks made beside the pages."""

import io
import zipfile
from datetime import date

import pytest

from data.catalogue.in_force import set_counting_start
from pages.frame import asking
from tests.conftest import OFFICE, signed_in
from tests.pages.fabricated import NOW, empty_store
from tests.pages.round.test_round import opened, words
from tests.pages.supervision.test_supervision import LEADER, REPORTER
from web.jobs import JOBS


@pytest.fixture
def store(tmp_path, monkeypatch):
    """Begun with November on the 24th of it: its first round opens in December."""
    made = empty_store(tmp_path / "small.duckdb")
    monkeypatch.setenv("ZHUNDIAN_STORE", str(made.path))
    monkeypatch.setattr(asking, "now", lambda: NOW)
    set_counting_start(made.seen_by(OFFICE), date(2026, 11, 1), NOW)
    yield made
    made.close()


def seen(monkeypatch, person, page=None, **query):
    signed_in(monkeypatch, person)
    return opened(page, **query)


def test_the_office_sees_what_is_to_be_done_and_hides_it(store, monkeypatch):
    app = seen(monkeypatch, OFFICE)
    said = words(app)
    assert (
        app.expander[0].label == "首次截止前要做的事（完成 1 / 7）"
        and "2 个单位中 0 个有账号。（还差：甲科、乙科）" in said
    )
    assert "第一个统计的是**2026年11月**数据：2026-12-01 周二 起可以报" in said and "2 个单位，共 3 份" in said
    app.button(key="checklist-hide").click().run()
    assert not app.expander and "第一个统计的是" in words(app)


@pytest.mark.parametrize(("person", "dues"), [(LEADER, "2 个单位，共 3 份"), (REPORTER, "1 个单位，共 1 份")])
def test_others_see_what_comes_and_no_checklist(store, monkeypatch, person, dues):
    app = seen(monkeypatch, person, "round/overview")
    assert dues in words(app) and not app.expander


def test_the_blanks_of_all_units_are_made_beside_the_pages(store, monkeypatch):
    app = seen(monkeypatch, OFFICE, "hand_in/templates")
    app.selectbox(key="templates_month").set_value(date(2026, 11, 1)).run()
    next(button for button in app.button if "全部单位" in button.label).click().run()
    job = next(job for job in JOBS.of(OFFICE.user_code) if job.kind == "blanks")
    assert job.wait(60)
    name, content = job.result
    assert name == "空白表_全部单位_2026-11.zip"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert sorted(path.split("/")[0] for path in archive.namelist()) == ["乙科", "甲科", "甲科"]
    elsewhere = seen(monkeypatch, OFFICE, "deadlines/deadlines")
    assert "2026年11月全部单位的空白表做好了，共 3 份。" in elsewhere.success[0].value
    elsewhere.button(key="job-away-blanks").click().run()
    assert job not in JOBS.of(OFFICE.user_code)
