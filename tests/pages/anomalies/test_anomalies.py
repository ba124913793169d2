"""The page of anomalies: what a flag says, what a section answers, and what the office sees of it."""

import pytest

import text
from data.access import Person, Role
from data.anomalies.triage import FlagStep
from data.store import append, open_store
from tests.conftest import OFFICE, signed_in
from tests.data.anomalies.test_anomalies import STEADY
from tests.data.worlds import later_month
from tests.pages.fabricated import FIRST, small_store
from tests.pages.people.test_users import pressed
from tests.pages.round.test_round import opened, words

CLERK = Person("wang", "王五", Role.REPORTER, "A")


@pytest.fixture
def store(tmp_path, monkeypatch):
    """The small store, in which A's T1 has eight months of past and a figure ten times too large in September."""
    made = small_store(tmp_path / "small.duckdb")
    monkeypatch.setenv("ZHUNDIAN_STORE", str(made.path))
    with made.write() as cursor:
        cursor.execute("DELETE FROM fact")
        cursor.execute("DELETE FROM issue")
        for back in range(1, 9):
            period = later_month(FIRST, -back)
            one = dict(zip(*_columns(made), strict=True)) | {"submission_id": f"past-{back}", "period": period}
            append(cursor, "submission", {name: [value] for name, value in one.items()})
            _fact(cursor, f"past-{back}", STEADY[back - 1])
        ids = made.rows("SELECT submission_id, period FROM submission WHERE unit_code = 'A' AND template_code = 'T1'")
        for number, period in ids:
            if not number.startswith("past"):
                _fact(cursor, number, 1010 if period.month == 9 else 100)
    signed_in(monkeypatch)
    yield open_store()
    made.close()


def _columns(made) -> tuple[list[str], tuple]:
    names = [name for (name,) in made.rows("SELECT column_name FROM duckdb_columns() WHERE table_name = 'submission'")]
    return names, made.rows("SELECT * FROM submission WHERE unit_code = 'A' AND template_code = 'T1' LIMIT 1")[0]


def _fact(cursor, submission_id: str, value: float) -> None:
    (name,) = cursor.execute(
        """SELECT json_extract_string(definition, '$.columns[0].name') FROM "template" LIMIT 1"""
    ).fetchone()
    (name,) = [
        one
        for (one,) in cursor.execute(
            """SELECT c->>'name' FROM (SELECT unnest(CAST(definition->'columns' AS JSON[])) AS c FROM "template"
            WHERE template_code = 'T1') WHERE c->>'nature' = 'flow' LIMIT 1"""
        ).fetchall()
    ] or [name]
    row = {"submission_id": submission_id, "sheet": "填报表", "row_no": 5, "col_no": 2, "column_name": name}
    append(cursor, "fact", {key: [one] for key, one in (row | {"row_key": "甲项", "num": float(value)}).items()})


def test_a_flag_says_what_it_looks_like_and_a_section_answers_it(store, monkeypatch):
    signed_in(monkeypatch, CLERK)
    app = opened("anomalies/anomalies", month="2026-09")
    shown = words(app)
    assert "小数点错位" in shown and "填的是 1,010" in shown and "可能应为 101" in shown and "逾期" in shown
    next(one for one in app.radio if one.key.startswith("triage-step")).set_value(FlagStep.CONFIRMED).run()
    reason = next(one for one in app.text_input if one.key.startswith("triage-reason"))
    reason.set_value("有一次性大额业务，附合同").run()
    pressed(app, "保存答复")
    assert "没有待答复的疑似异常" in words(app)
    ((step, user),) = store.rows("SELECT step, user_name FROM anomaly_step")
    assert (step, user) == ("confirmed", "王五")

    signed_in(monkeypatch, OFFICE)
    app = opened("anomalies/anomalies", month="2026-09")
    app.segmented_control(key="way").set_value("answered").run()
    shown = words(app)
    assert "确认属实" in shown and "有一次性大额业务，附合同" in shown
    assert app.dataframe[0].value["已答复"].tolist() == [1]


def test_a_clerks_list_names_the_figure_that_wants_an_answer(store, monkeypatch):
    signed_in(monkeypatch, CLERK)
    app = opened("tasks/tasks")
    assert "要答复的疑似异常 1 处（各月合计）" in words(app) and "填的是 1,010" in words(app) and "甲项" in words(app)


def test_an_answer_without_a_reason_is_refused(store, monkeypatch):
    app = opened("anomalies/anomalies", month="2026-09")
    app = next(one for one in app.button if one.label == "保存答复").click().run()
    assert "请先选一项" in app.warning[0].value
    next(one for one in app.radio if one.key.startswith("triage-step")).set_value(FlagStep.TO_CORRECT).run()
    for reason in ("", "asdfgh", "经核实数据无误"):
        next(one for one in app.text_input if one.key.startswith("triage-reason")).set_value(reason).run()
        pressed(app, "保存答复")
        assert any("“核实无误”之类不算说明" in one.value for one in app.warning)
    assert store.rows("SELECT count(*) FROM anomaly_step") == [(0,)]


def test_a_leader_reads_and_answers_nothing(store, monkeypatch):
    signed_in(monkeypatch, Person("zhao", "赵局长", Role.LEADER))
    app = opened("anomalies/anomalies", month="2026-09")
    assert "小数点错位" in words(app)
    assert not [one for one in app.button if one.label == "保存答复"]


def test_an_estimate_is_never_certain():
    assert [text.likelihood(share) for share in (0.5, 0.99, 0.9951, 1.0)] == ["50%", "99%", "> 99%", "> 99%"]


def _with_a_total(store) -> None:
    """A second row, which is always 20 more than the first: what breaks the one moves the other by as much."""
    with store.write() as cursor:
        cursor.execute(
            """INSERT INTO fact (submission_id, sheet, row_no, col_no, column_name, row_key, num, txt)
            SELECT submission_id, sheet, 6, col_no, column_name, '合计', num + 20, txt FROM fact"""
        )


def test_a_wrong_row_and_its_total_are_one_card_and_one_answer(store, monkeypatch):
    _with_a_total(store)
    signed_in(monkeypatch, CLERK)
    app = opened("anomalies/anomalies", month="2026-09")
    shown = words(app)
    assert "共 1 处、2 个数字，涉及 1 个单位" in shown and ":gray-badge[2 个数字]" in shown
    (cells,) = [frame.value for frame in app.dataframe if "单元格" in frame.value]
    assert cells["行"].tolist() == ["甲项", "合计"] and cells["单元格"].tolist() == ["B5", "B6"]
    next(one for one in app.radio if one.key.startswith("triage-step")).set_value(FlagStep.CONFIRMED).run()
    next(one for one in app.text_input if one.key.startswith("triage-reason")).set_value(
        "有一次性大额业务，附合同"
    ).run()
    pressed(app, "保存答复")
    assert store.rows("SELECT count(*), count(DISTINCT row_key) FROM anomaly_step") == [(2, 2)]
    assert "没有待答复的疑似异常" in words(app)


def test_one_figure_of_a_card_may_be_answered_alone(store, monkeypatch):
    _with_a_total(store)
    signed_in(monkeypatch, CLERK)
    app = opened("anomalies/anomalies", month="2026-09")
    next(one for one in app.selectbox if one.key.startswith("triage-about")).set_value(1).run()
    next(one for one in app.radio if one.key.startswith("triage-step")).set_value(FlagStep.CONFIRMED).run()
    next(one for one in app.text_input if one.key.startswith("triage-reason")).set_value(
        "有一次性大额业务，附合同"
    ).run()
    pressed(app, "保存答复")
    assert [len(store.rows("SELECT row_key FROM anomaly_step"))] == [1]
    assert "共 1 处、2 个数字" in words(app)  # the card still waits for the other
