"""The typefaces of the standard, by the names of their customary files, and what stands in where they are missing.

None is embedded: where a computer lacks one, it takes the stand-in that the font table names.
"""

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from lxml import etree

TITLE, BODY, KAI, HEI, SONG = "方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体"
_STAND_INS = {  # font → (what the same letters are called elsewhere, panose)
    TITLE: ("方正小标宋_GBK,FZXiaoBiaoSong-B05S,小标宋体,华文中宋,STZhongsong,宋体,SimSun", "02010601030101010101"),
    BODY: ("FangSong_GB2312,仿宋,FangSong,方正仿宋_GBK,华文仿宋,STFangsong", "02010609030101010101"),
    KAI: ("KaiTi_GB2312,楷体,KaiTi,方正楷体_GBK,华文楷体,STKaiti", "02010609030101010101"),
    HEI: ("SimHei,方正黑体_GBK,华文黑体,STHeiti", "02010609060101010101"),
    SONG: ("SimSun,新宋体,华文宋体,STSong", "02010600030101010101"),
}

# 字号 in points.
SIZE_BANNER = 36.0  # 小初
SIZE_2, SIZE_3, SIZE_4, SIZE_SMALL_4, SIZE_5, SIZE_SMALL_5 = 22.0, 16.0, 14.0, 12.0, 10.5, 9.0


TIGHTER = -5  # twentieths of a point: 28 characters of 16 pt have 156 mm, 442.2 pt


def set_font(properties: etree._Element, font: str, size: float | None = None) -> None:
    """Write a typeface into run properties (w:rPr) for all scripts alike; fonts of the theme would win over it."""
    for name in ("rFonts", "color", "spacing", "sz", "szCs", "b", "bCs", "i", "iCs", "kern"):
        for old in properties.findall(qn(f"w:{name}")):
            properties.remove(old)
    fonts = parse_xml(
        f'<w:rFonts {nsdecls("w")} w:hint="eastAsia" w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{font}" '
        f'w:cs="{font}"/>'
    )
    properties.insert(0, fonts)
    following = [("b", "0"), ("bCs", "0"), ("color", "000000"), ("spacing", TIGHTER if size == SIZE_3 else 0)]
    if size is not None:
        following += [("sz", f"{2 * size:.0f}"), ("szCs", f"{2 * size:.0f}")]
    for place, (name, value) in enumerate(following, 1):
        properties.insert(place, parse_xml(f'<w:{name} {nsdecls("w")} w:val="{value}"/>'))


def font_table() -> bytes:
    """word/fontTable.xml: each typeface with its stand-ins."""
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{names}"/><w:panose1 w:val="{panose}"/><w:charset w:val="86"/>'
        f'<w:family w:val="{"roman" if name in (TITLE, SONG) else "modern"}"/><w:pitch w:val="default"/></w:font>'
        for name, (names, panose) in _STAND_INS.items()
    )
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {nsdecls("w")}>{fonts}</w:fonts>'.encode()
