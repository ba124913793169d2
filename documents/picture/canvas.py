"""A sheet 1080 pixels wide that grows downwards: text, tiles and bars, with the same bytes for the same calls."""

import io
import re
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

from documents.picture.typefaces import typeface

WIDTH, MARGIN, GAP = 1080, 56, 28
INNER = WIDTH - 2 * MARGIN
INK, GREY, LINE, PAPER, NAVY = "#1B2733", "#5B6B7B", "#D5DDE6", "#FFFFFF", "#0B3D6E"
_TALLEST = 8000


class Canvas:
    """`at`: how far down the sheet is filled."""

    def __init__(self) -> None:
        self._image = Image.new("RGB", (WIDTH, _TALLEST), PAPER)
        self.draw = ImageDraw.Draw(self._image)
        self.at = 0

    def band(self, title: str, above: str, below: str) -> None:
        """The head: a dark band with the title in it."""
        height = 236
        self.draw.rectangle((0, 0, WIDTH, height), fill=NAVY)
        self.draw.text((MARGIN, 40), above, "#BFD6EC", typeface(30))
        self.draw.text((MARGIN, 88), title, PAPER, typeface(56, True))
        self.draw.text((MARGIN, 172), below, "#BFD6EC", typeface(28))
        self.at = height + GAP

    def text(self, words: str, size: int = 32, colour: str = INK, is_bold: bool = False, left: int = 0) -> None:
        """Lines as wide as the sheet, broken between letters."""
        font = typeface(size, is_bold)
        for line in wrapped(words, font, INNER - left):
            self.draw.text((MARGIN + left, self.at), line, colour, font)
            self.at += round(size * 1.45)

    def heading(self, words: str) -> None:
        """What follows is about this."""
        self.at += GAP // 2
        self.text(words, 36, is_bold=True)
        self.at += 4

    def tiles(self, tiles: Sequence[tuple[str, str, str]]) -> None:
        """(label, value, colour), side by side."""
        width, height = (INNER - (len(tiles) - 1) * 16) // len(tiles), 150
        for number, (label, value, colour) in enumerate(tiles):
            left = MARGIN + number * (width + 16)
            self.draw.rounded_rectangle((left, self.at, left + width, self.at + height), 14, outline=LINE, width=2)
            self.draw.text((left + 20, self.at + 18), label, GREY, typeface(26))
            self.draw.text((left + 20, self.at + 58), value, colour, typeface(54, True))
        self.at += height + GAP

    def bar(self, parts: Sequence[tuple[str, int, str]]) -> None:
        """(name, number, colour): one bar of all of them, and what the colours mean."""
        total, left = sum(number for _, number, _ in parts) or 1, float(MARGIN)
        for _, number, colour in parts:
            right = left + INNER * number / total
            self.draw.rectangle((round(left), self.at, round(right) - (2 if number else 0), self.at + 40), fill=colour)
            left = right
        self.at += 54
        left, font = MARGIN, typeface(26)
        for name, number, colour in parts:
            self.draw.rectangle((left, self.at + 8, left + 22, self.at + 30), fill=colour)
            words = f"{name} {number}"
            self.draw.text((left + 32, self.at), words, INK, font)
            left += 32 + round(font.getlength(words)) + 40
        self.at += 40 + GAP

    def png(self) -> bytes:
        """The sheet, cut to what is on it; no moment and no program's name in it."""
        out = io.BytesIO()
        self._image.crop((0, 0, WIDTH, min(self.at + MARGIN, _TALLEST))).save(
            out, "PNG", optimize=True, pnginfo=PngImagePlugin.PngInfo()
        )
        return out.getvalue()


def wrapped(words: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Lines that fit: broken behind a mark where there is one, so that names stay whole, else between letters."""
    lines, line = [], ""
    for piece in re.findall(r"[^、，。；]*[、，。；]?", words):
        if line and font.getlength((line + piece).rstrip("、，。；")) > width:
            lines.append(line)
            line = ""
        for letter in piece:
            if line and font.getlength(line + letter) > width and letter not in "，。、；：）”":
                lines.append(line)
                line = ""
            line += letter
    return [*lines, line] if line else lines
