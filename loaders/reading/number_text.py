"""What a cell shows of a number: the text that its number format makes of it, where that can be told for certain."""

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

NEGATIVE = ";"
"""Before the code of a section that is for negative numbers alone, which shows them without a minus."""
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|!(?P<banged>.)|_(?P<space>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>general|g/通用格式)|(?P<power>e[+-])|(?P<digit>[0#?])|(?P<mark>[.,%@/])|(?P<bare>.)",
    re.IGNORECASE | re.DOTALL,
)
_CURRENCY = re.compile(r"\$([^-\]]*)(?:-[0-9A-Fa-f]+)?")
_FIGURES = 10  # what General shows of a fraction in a column of any width


class _Piece(NamedTuple):
    """kind: "text", a placeholder ("0", "#", "?"), ".", ",", "%", or "general"."""

    kind: str
    text: str = ""


def general_text(number: float) -> str | None:
    """A number as the format General shows it; None where the width of its column would decide."""
    if number == int(number):
        return str(int(number))
    text = f"{number:.15g}"
    return None if "e" in text or len(text.lstrip("-0.").replace(".", "")) > _FIGURES else text


def shown_text(number: float, code: str) -> str | None:
    """A number under one section of a number format, without blanks at its ends; None where that is not certain:
    fractions, powers of ten, Chinese numerals.
    """
    is_bare = code.startswith(NEGATIVE)
    pieces = _pieces(code.removeprefix(NEGATIVE))
    if pieces is None:
        return None
    if any(piece.kind == "general" for piece in pieces):
        text = general_text(abs(number))
        shown = None if text is None else "".join(text if p.kind == "general" else p.text for p in pieces)
    else:
        shown = _laid_out(abs(number), pieces)
    if shown is None:
        return None
    is_minus = number < 0 and not is_bare and re.search(r"[1-9]", shown)
    return f"-{shown.strip()}" if is_minus else shown.strip()


def decorated_text(text: str, code: str) -> str:
    """A text under the section for texts, which may write something beside it: "EZCJ-"@."""
    pieces = _pieces(code) or [_Piece("general")]
    return "".join(text if piece.kind == "general" else piece.text for piece in pieces).strip()


def literal_text(code: str) -> str:
    """What a section writes beside the figures: 万元 of 0.00"万元"; empty where it cannot be read."""
    return "".join(piece.text for piece in _pieces(code.removeprefix(NEGATIVE)) or () if piece.kind == "text").strip()


def _pieces(code: str) -> list[_Piece] | None:
    pieces = []
    for token in _TOKEN.finditer(code):
        kind, text = token.lastgroup, token[token.lastgroup]
        if kind in ("quoted", "escaped", "banged", "bare"):
            pieces.append(_Piece("text", text))
        elif kind == "space":
            pieces.append(_Piece("text", " "))
        elif kind == "bracket":
            if text.lower().startswith("dbnum"):
                return None
            currency = _CURRENCY.fullmatch(text)
            pieces += [_Piece("text", currency[1])] if currency else []
        elif kind == "general" or text == "@":
            pieces.append(_Piece("general"))
        elif kind == "power" or text == "/":
            return None
        elif kind != "fill":
            pieces.append(_Piece(text))
    return pieces


def _laid_out(number: float, pieces: list[_Piece]) -> str:
    """The figures put into the places of the code, from the point outwards."""
    kinds = [piece.kind for piece in pieces]
    point = kinds.index(".") if "." in kinds else len(pieces)
    places = [index for index, kind in enumerate(kinds) if kind in ("0", "#", "?")]
    whole = [index for index in places if index < point]
    last_whole, last = (whole or [-1])[-1], (places or [-1])[-1]
    scale = sum(k == "," and (last_whole < index < point or index > last) for index, k in enumerate(kinds))
    is_grouped = bool(whole) and "," in kinds[whole[0] : whole[-1]]
    amount = Decimal(f"{number:.15g}") * 100 ** kinds.count("%") / 1000**scale
    decimals = len(places) - len(whole)
    rounded = amount.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    digits, _, fraction = f"{rounded:f}".partition(".")
    filled = _whole_places(digits.lstrip("0"), [(index, kinds[index]) for index in whole], is_grouped)
    filled |= _decimal_places(fraction, [(index, kinds[index]) for index in places if index > point])
    visible = {"%": "%", ".": "."}
    return "".join(filled.get(i, visible.get(piece.kind, piece.text)) for i, piece in enumerate(pieces))


def _whole_places(digits: str, places: list[tuple[int, str]], is_grouped: bool) -> dict[int, str]:
    """Index of a place → what stands there; the first place takes all the digits that are left."""
    filled, position = {}, 0
    for number, (index, kind) in enumerate(reversed(places), 1):
        is_first = number == len(places)
        taken = digits if is_first else digits[-1:]
        digits = "" if is_first else digits[:-1]
        taken = taken or {"0": "0", "?": " "}.get(kind, "")
        text = ""
        for digit in reversed(taken):
            text = digit + ("," if is_grouped and position and position % 3 == 0 else "") + text
            position += 1
        filled[index] = text
    return filled


def _decimal_places(fraction: str, places: Iterable[tuple[int, str]]) -> dict[int, str]:
    filled, is_end = {}, True
    for (index, kind), digit in reversed(list(zip(places, fraction, strict=True))):
        is_end = is_end and digit == "0" and kind != "0"
        filled[index] = ("" if kind == "#" else " ") if is_end else digit
    return filled
