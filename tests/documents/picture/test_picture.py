"""The month in one picture: 1080 wide, the same bytes for the same facts, and a clear fault without a typeface."""

import io

import pytest
from PIL import Image

from data.dues.tally import Tally
from data.fault import Fault
from documents.kinds.month_facts import UnitMonth
from documents.picture import typefaces
from documents.picture.canvas import INNER, wrapped
from documents.picture.month import month_picture
from documents.picture.typefaces import typeface
from tests.documents.test_circular import UNITS, facts


@pytest.fixture(autouse=True)
def has_letters() -> None:
    try:
        typeface(20)
    except Fault:
        pytest.skip("this machine has no Chinese typeface")


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png))


def test_it_is_a_png_of_that_width_and_the_same_every_time() -> None:
    png = month_picture(facts())
    assert opened(png).format == "PNG" and opened(png).width == 1080
    assert png == month_picture(facts())


def test_the_bar_has_the_parts_of_the_month() -> None:
    picture = opened(month_picture(facts((UnitMonth("甲科", Tally(on_time=1, missing=1)),)))).convert("RGB")
    colours = {picture.getpixel((x, y)) for x in (200, 900) for y in range(400, 500)}
    assert {(0xBC, 0xD7, 0xEE), (0xDB, 0x74, 0x48)} <= colours


def test_many_units_make_it_longer_and_no_wider() -> None:
    many = tuple(UnitMonth(f"第{number}建设管理监督检查科", Tally(missing=number)) for number in range(1, 60))
    assert opened(month_picture(facts(many))).height > opened(month_picture(facts(UNITS))).height


def test_lines_break_between_names() -> None:
    font = typeface(30)
    lines = wrapped("、".join(["建筑业管理科"] * 12), font, INNER)
    assert len(lines) > 1
    assert all(line.rstrip("、").endswith("建筑业管理科") and line.startswith("建筑业管理科") for line in lines)


def test_letters_are_of_the_simplified_form() -> None:
    assert "JP" not in typeface(20).getname()[0]


def test_without_a_typeface_the_fault_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(typefaces.SETTING, "/nowhere/letters.ttf")
    for cached in (typefaces.typeface, typefaces._paths):
        cached.cache_clear()
    try:
        with pytest.raises(Fault) as told:
            month_picture(facts())
        assert told.value.code == "document.no_typeface"
    finally:
        for cached in (typefaces.typeface, typefaces._paths):
            cached.cache_clear()
