"""A small store whose every figure can be counted by hand: two units, two templates, three months."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from data.catalogue.in_force import load_catalogue
from data.catalogue.model import (
    Bureau,
    Catalogue,
    Column,
    ColumnType,
    DuePolicy,
    Nature,
    Obligation,
    Template,
    TemplateKind,
    Unit,
)
from data.periods import Cycle
from data.store import Store, append, open_store
from data.submissions.prints import keep_prints
from tests.ready import ready_copy

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=SHANGHAI)
FIRST = date(2026, 8, 1)
# unit, template, period, received: on time but for A/T1 of September (3 days), A/T2 of October (1) and B/T1 (missing)
RECEIVED = (
    ("A", "T1", date(2026, 8, 1), datetime(2026, 9, 20, 10, 0)),
    ("A", "T2", date(2026, 8, 1), datetime(2026, 9, 22, 23, 59, 59)),
    ("B", "T1", date(2026, 8, 1), datetime(2026, 9, 10, 10, 0)),
    ("A", "T1", date(2026, 9, 1), datetime(2026, 10, 25, 10, 0)),
    ("A", "T2", date(2026, 9, 1), datetime(2026, 10, 20, 10, 0)),
    ("B", "T1", date(2026, 9, 1), datetime(2026, 10, 21, 10, 0)),
    ("A", "T1", date(2026, 10, 1), datetime(2026, 11, 20, 10, 0)),
    ("A", "T2", date(2026, 10, 1), datetime(2026, 11, 23, 10, 0)),
)


def catalogue(zone: str = "Asia/Shanghai") -> Catalogue:
    """A owes T1 and T2, B owes T1."""
    return Catalogue(
        bureau=Bureau({"zh-CN": "测试局", "en": "Test bureau"}, zone),
        units=(Unit("A", {"zh-CN": "甲科", "en": "Section A"}), Unit("B", {"zh-CN": "乙科", "en": "Section B"})),
        obligations=(Obligation("A", "T1", FIRST), Obligation("A", "T2", FIRST), Obligation("B", "T1", FIRST)),
        templates=(_template("T1", "受理月报"), _template("T2", "办结月报")),
        calendar=(),
    )


def _template(code: str, name: str) -> Template:
    columns = (
        Column("item", {"zh-CN": "事项", "en": "Item"}, ColumnType.STR, required=True),
        Column("cases", {"zh-CN": "件数", "en": "Cases"}, ColumnType.INT, required=True, nature=Nature.FLOW),
    )
    names = {"zh-CN": name, "en": f"Return {code}"}
    return Template(code, "1", names, TemplateKind.SUMMARY, Cycle.MONTH, DuePolicy(), ("item",), columns, ())


def empty_store(path: Path, zone: str = "Asia/Shanghai") -> Store:
    """A store with the catalogue and nothing received."""
    return open_store(ready_copy(_empty, path, zone))


def _empty(path: Path, zone: str) -> None:
    store = open_store(path)
    load_catalogue(store, catalogue(zone), NOW.replace(tzinfo=ZoneInfo(zone)))
    store.close()


def small_store(path: Path, zone: str = "Asia/Shanghai") -> Store:
    """The store of RECEIVED, whose hours are those of the zone; A's T1 of October repeats September's four figures,
    which makes a possible copy.
    """
    return open_store(ready_copy(_small, path, zone))


def _small(path: Path, zone: str) -> None:
    store = empty_store(path, zone)
    with store.write() as cursor:
        append(cursor, "submission", _columns([_submission(n, zone, *row) for n, row in enumerate(RECEIVED)]))
        append(cursor, "fact", _columns([cell for n, row in enumerate(RECEIVED) for cell in _cells(n, *row)]))
        keep_prints(cursor, catalogue(zone), [f"s{n}" for n in range(len(RECEIVED))])
    store.close()


def _submission(number: int, zone: str, unit: str, template: str, period: date, received: datetime) -> dict:
    moment = received.replace(tzinfo=ZoneInfo(zone))
    return {
        "submission_id": f"s{number}",
        "receipt_no": f"R{number}",
        "sha256": f"h{number}",
        "file_name": f"{unit}-{template}.xlsx",
        "unit_code": unit,
        "template_code": template,
        "template_version": "1",
        "period": period,
        "version": 1,
        "kind": "workbook",
        "outcome": "accepted",
        "received_at": moment,
        "recorded_at": moment,
        "reported_by": "张三",
        "row_count": 4,
        "is_sample": False,
    }


def _cells(number: int, unit: str, template: str, period: date, _received: datetime) -> list[dict]:
    is_copy = (unit, template) == ("A", "T1") and period.month >= 9
    return [
        {
            "submission_id": f"s{number}",
            "sheet": "填报表",
            "row_no": 4 + row,
            "col_no": 2,
            "column_name": "cases",
            "row_key": f"事项{row}",
            "num": float(30 + row + (0 if is_copy else number)),
            "txt": None,
        }
        for row in range(4)
    ]


def _columns(rows: list[dict]) -> dict[str, list]:
    return {name: [row[name] for row in rows] for name in rows[0]}
