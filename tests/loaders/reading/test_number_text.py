"""What a cell shows of a number is what Excel, WPS and LibreOffice show, or is not told at all."""

import pytest

from loaders.reading.formats import as_shown, look, look_by_id
from loaders.reading.number_text import NEGATIVE, decorated_text, general_text, literal_text, shown_text


@pytest.mark.parametrize(
    ("code", "number", "text"),
    [
        ("0000", 112, "0112"),
        ('"EZCJ-"0000', 112, "EZCJ-0112"),
        ("0.00", 12.1, "12.10"),
        ("0.00", 12.345, "12.35"),
        ("0.00", 0.005, "0.01"),
        ("0", 2.5, "3"),
        ("000-0000", 7110112, "711-0112"),
        ("0000-0000000", 7113861234, "0711-3861234"),
        ("00\\.00\\.00", 123456, "12.34.56"),
        ('"第"000"号"', 7, "第007号"),
        ('General"号"', 3, "3号"),
        ("#,##0.00##", 4231.55, "4,231.55"),
        ("#,##0", 1000000, "1,000,000"),
        ("#", 0, ""),
        ("0.##", 1234, "1234."),
        (".00", 0.5, ".50"),
        ("0%", 0.5, "50%"),
        ('0!.0,"万"', 42315500, "4231.6万"),
        ("0.0,", 42315500, "42315.5"),
        ("0,.0", 42315500, "42315.5"),
        ("#,##0.0,,", 42315500, "42.3"),
        ("0!.0000,", 42315500, "4.2316"),
        ("0\\.00,", 42315500, "423.16"),
        ("[$￥-804]#,##0.00", 1876, "￥1,876.00"),
        ('_ "￥"* #,##0.00_ ', 1876, "￥1,876.00"),
        ("[Red][>100]0.0", 112, "112.0"),
        ("0.00", -5, "-5.00"),
        ("0", -0.2, "0"),
        (NEGATIVE + '"("0.00")"', -5, "(5.00)"),
        ('"x"', 5, "x"),
        ("@", 12, "12"),
        ("# ?/?", 0.25, None),
        ("[DBNum1]0", 12, None),
        ("0.00E+00", 12345, None),
    ],
)
def test_a_number_as_it_is_shown(code, number, text):
    assert shown_text(number, code) == text


@pytest.mark.parametrize(
    ("number", "text"), [(112, "112"), (12.1, "12.1"), (0.1 + 0.2, "0.3"), (-5, "-5"), (1 / 3, None), (1e-9, None)]
)
def test_general_shows_what_fits(number, text):
    assert general_text(number) == text


def test_what_a_format_writes_beside_figures_and_texts():
    assert literal_text('0!.0,"万元"') == ".万元"
    assert literal_text("[Red]0.00") == ""
    assert decorated_text("0112", '"EZCJ-"@') == "EZCJ-0112"


@pytest.mark.parametrize(
    ("code", "number", "kind"),
    [
        ("General", 1, "n"),
        ("@", 1, "n"),
        ("0000", 1, "n0000"),
        ("0.00;[Red]-0.00", -1, f"n{NEGATIVE}[Red]-0.00"),
        ('0;-0;"—"', 0, "n"),
        ('0;-0;"—"', 3, "n0"),
        ('0"a;b"', 3, 'n0"a;b"'),
        ("0,", 5, "x0,"),
        ("0,", 0, "n"),
        (";;;", 5, "x"),
        ("yyyy-mm-dd", 46000, "d"),
        ('yyyy"年"m"月"d"日";@', 46000, "d"),
        ('m"月"d"日"', 46000, 'dm"月"d"日"'),
        ("0%", 0.5, "p0%"),
    ],
)
def test_the_code_of_the_section_that_holds_comes_with_the_number(code, number, kind):
    assert as_shown(number, look(code), False)[0] == kind


@pytest.mark.parametrize(("code", "text"), [("h:mm", "1:50"), ("hh:mm", "01:50"), ("[h]:mm:ss", "1:50:00")])
def test_hours_are_told_as_they_are_shown(code, text):
    assert as_shown(110 / 1440, look(code), False) == ("s", text)


def test_built_in_formats_have_codes_too():
    assert as_shown(12.1, look_by_id(2, None), False) == ("n0.00", 12.1)
    assert as_shown(46000, look_by_id(58, None), False)[0] == "dm-d"
    assert as_shown(46000, look_by_id(14, None), False)[0] == "d"


@pytest.mark.parametrize(
    ("code", "kind"),
    [("@", "s"), ("General", "s"), ('"EZCJ-"@', 's"EZCJ-"@'), ('0;0;0;"第"@', 's"第"@'), ("_ * 0_ ;_ @_ ", "s")],
)
def test_a_format_that_writes_beside_texts_is_told(code, kind):
    assert look(code).text_kind == kind
