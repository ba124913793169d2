"""XML as it may come from anybody: no document types, no foreign encodings, and large parts in pieces."""

import re
from collections.abc import Collection, Iterator
from xml.etree import ElementTree

from loaders.issues import FileFault
from loaders.reading.package import unsafe

_CHUNK = 1 << 17
_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([^"']+)["']""")
_WIDE = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}


def plain_xml(data: bytes) -> bytes:
    """An XML part as UTF-8 without a document type. Raises FileFault (unsafe_package): entities are how XML attacks."""
    if encoding := _WIDE.get(data[:2]):
        try:
            data = data.decode(encoding).lstrip("\ufeff").encode()
        except UnicodeDecodeError as error:
            raise FileFault("broken_workbook", found="XML") from error
        data = re.sub(rb"^<\?xml[^>]*\?>", b"", data)
    declared = _DECLARED.match(data[:400].removeprefix(b"\xef\xbb\xbf").lstrip())
    if declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii"):
        raise unsafe("encoding", declared[1].decode("ascii", "replace")[:20])
    if b"<!" in data and (b"<!DOCTYPE" in data or b"<!ENTITY" in data):
        raise unsafe("DOCTYPE")
    return data


def tree(data: bytes, part: str) -> ElementTree.Element:
    """A small part as a whole. Raises FileFault (broken_workbook)."""
    try:
        return ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        raise FileFault("broken_workbook", found=part[-60:]) from error


def finished(data: bytes, names: Collection[str], part: str) -> Iterator[tuple[str, ElementTree.Element]]:
    """(local name, element) of each element of these names when it ends; emptied once the next one is asked for.

    Raises FileFault (broken_workbook) where the XML is none.
    """
    parser = ElementTree.XMLPullParser(("end",))
    wanted: dict[str, str] = {}
    try:
        for start in range(0, len(data) + 1, _CHUNK):
            if start + _CHUNK > len(data):
                parser.feed(data[start:])
                parser.close()
            else:
                parser.feed(data[start : start + _CHUNK])
            for _, element in parser.read_events():
                name = wanted.get(element.tag)
                if name is None:
                    local = element.tag.rpartition("}")[2]
                    name = wanted[element.tag] = local if local in names else ""
                if name:
                    yield name, element
                    element.clear()
    except ElementTree.ParseError as error:
        raise FileFault("broken_workbook", found=part[-60:]) from error
