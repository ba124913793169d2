"""The boxes in which comments are shown: a drawing of an old kind (VML), which other things may lie in too.

It need not be well-formed; what is not ours is left as it is written.
"""

import re
from collections.abc import Collection

from loaders.blank.layout import wrapped_lines

EMPTY = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
    '<o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'
)
_KIND = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = re.compile(r"<v:shape\b(?:(?!<v:shape\b).)*?</v:shape>\s*", re.DOTALL)
_ROW, _COLUMN = re.compile(r"<x:Row>\s*(\d+)\s*</x:Row>"), re.compile(r"<x:Column>\s*(\d+)\s*</x:Column>")
_WIDTH, _CHARACTERS, _LINE_HEIGHT, _HEIGHTS = 330, 52, 17, (70, 460)
_FIRST_SHAPE = 1025


class Boxes:
    """One such drawing."""

    def __init__(self, data: bytes | None) -> None:
        self._text = (data or EMPTY.encode()).decode("utf-8", "surrogateescape")
        self._fresh: list[str] = []
        numbers = re.findall(r"_x0000_s(\d{1,9})\b", self._text)
        self._next = max([_FIRST_SHAPE, *(int(number) + 1 for number in numbers)])

    def take(self, places: Collection[tuple[int, int]]) -> None:
        """Remove the boxes of some cells' comments; row and column from 1."""

        def kept(match: re.Match) -> str:
            row, column = _ROW.search(match[0]), _COLUMN.search(match[0])
            is_note = 'ObjectType="Note"' in match[0] and row and column
            return "" if is_note and (int(row[1]) + 1, int(column[1]) + 1) in places else match[0]

        self._text = _SHAPE.sub(kept, self._text)

    def put(self, row_no: int, col_no: int, text: str) -> None:
        """A box for the comment of a cell that has none, as large as its text wants."""
        least, most = _HEIGHTS
        height = min(most, max(least, (wrapped_lines(text[:4000], _CHARACTERS) + 1) * _LINE_HEIGHT))
        style = f"position:absolute;margin-left:59.25pt;margin-top:1.5pt;width:{_WIDTH}px;height:{height}px"
        self._fresh.append(
            f'<v:shape id="_x0000_s{self._next}" type="#_x0000_t202" style="{style};z-index:1;visibility:hidden"'
            ' fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow color="black" obscured="t"/>'
            '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"/>'
            '</v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:AutoFill>False'
            f"</x:AutoFill><x:Row>{row_no - 1}</x:Row><x:Column>{col_no - 1}</x:Column></x:ClientData></v:shape>"
        )
        self._next += 1

    def saved(self) -> bytes:
        """The part with the boxes that were put into it. Raises ValueError where it has no end."""
        at = self._text.rfind("</xml>")
        if at < 0:
            raise ValueError("expected a drawing, found no end of it")
        kind = "" if "_x0000_t202" in self._text.split("<v:shape ", 1)[0] or not self._fresh else _KIND
        return (self._text[:at] + kind + "".join(self._fresh) + self._text[at:]).encode("utf-8", "surrogateescape")
