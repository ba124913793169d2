"""Texts as an .xlsx writes them: with escapes, in runs."""

import re
from xml.etree.ElementTree import Element

from loaders.reading.markup import finished

_ITEM = re.compile(r'<si><t(?: xml:space="preserve")?>([^<&]*)</t>(?:<phoneticPr(?: [A-Za-z]+="[^<>&"]*")*/>)?</si>')
_PLAIN = re.compile(
    r'<si><t(?: xml:space="preserve")?>([^<&]*)</t>(?:<phoneticPr(?: [A-Za-z]+="[^<>&"]*")*/>)?</si>'
    r"|(<si>.*?</si>|<si/>)|(.+)",
    re.DOTALL,
)
_NO_XML = bytes([*range(9), 11, 12, *range(14, 32), 13])
_NO_TEXT = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """Text with its _xHHHH_ escapes (ST_Xstring) resolved; half characters and NUL stay as they are written."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(_unescaped, text)


def _unescaped(found: re.Match) -> str:
    code = int(found[1], 16)
    return found[0] if code == 0 or 0xD800 <= code <= 0xDFFF or code >= 0xFFFE else chr(code)


def is_plain(data: bytes) -> bool:
    """Whether XML holds nothing that only a parser may read, or refuse."""
    if b"]]>" in data or (b"\xef\xbf" in data and any(mark in data for mark in _NO_TEXT)):
        return False
    return len(data.translate(None, _NO_XML)) == len(data)


def shared_strings(data: bytes) -> list[str]:
    """The texts that cells name by their numbers. Raises FileFault (broken_workbook)."""
    head, last = re.match(rb"(?:<\?xml [^<>]*\?>\s*)?<sst [^<>]*>", data), data.rfind(b"</sst>")
    if head and last > 0 and b"<!" not in data and is_plain(data) and not data[last + 6 :].strip():
        try:
            body = data[head.end() : last].decode()
        except UnicodeDecodeError:
            return _parsed(data)
        items = _ITEM.findall(body)
        if body.count("<") == 4 * len(items) + body.count("<phoneticPr") and "&" not in body:
            return list(map(unescaped, items)) if "_x" in body else items
        texts = _PLAIN.findall(body)
        odd = [text for _, text, _ in texts if text]
        if not texts or not texts[-1][2]:
            read = iter(_parsed(head[0] + "".join(odd).encode() + b"</sst>")) if odd else iter(())
            return [next(read) if other else unescaped(plain) for plain, other, _ in texts]
    return _parsed(data)


def _parsed(data: bytes) -> list[str]:
    return [rich_text(item) for _, item in finished(data, {"si"}, "sharedStrings")]


def rich_text(item: Element) -> str:
    """The text of <si> or <is>: its own and that of its runs, without the phonetic guides."""
    pieces = []
    for child in item:
        name = child.tag.rpartition("}")[2]
        if name == "t":
            pieces.append(child.text or "")
        elif name == "r":
            pieces += [text.text or "" for text in child if text.tag.endswith("}t")]
    return unescaped("".join(pieces))
