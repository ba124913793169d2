"""Where the pieces of an XML part lie, so that one can be changed while every other byte stays."""

import html
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

Edit = tuple[int, int, bytes]
"""start, end, what stands there instead."""

ATTRIBUTES = rb"""[^<>"']*(?:"[^"]*"[^<>"']*|'[^']*'[^<>"']*)*"""
_LONG = 48 << 20
_TAG = re.compile(rb"<" + ATTRIBUTES + rb">")
_ATTRIBUTE = re.compile(rb"""\s+([^\s=<>"'/]+)\s*=\s*("[^"]*"|'[^']*')""")


@dataclass
class Node:
    """An element and its place: its tag from start to inside, its content to closing, its end.

    tag is as written, with its prefix; so are the names of the attributes.
    """

    tag: str
    attributes: dict[str, str]
    start: int
    inside: int
    closing: int = 0
    end: int = 0
    children: list["Node"] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The tag without its prefix."""
        return self.tag.rpartition(":")[2]

    @property
    def prefix(self) -> str:
        """What its tag begins with: x: or nothing."""
        return self.tag[: len(self.tag) - len(self.name)]

    @property
    def is_empty(self) -> bool:
        """Whether it is one tag, <a/>, into which nothing can be put."""
        return self.inside == self.end

    def all(self, name: str) -> list["Node"]:
        """The children of a name."""
        return [child for child in self.children if child.name == name]

    def first(self, name: str) -> "Node | None":
        """The first child of a name."""
        return next((child for child in self.children if child.name == name), None)

    def within(self, name: str) -> Iterator["Node"]:
        """Everything of a name below it."""
        for child in self.children:
            if child.name == name:
                yield child
            yield from child.within(name)

    def attribute(self, name: str) -> str:
        """An attribute by its name without prefix; empty where there is none."""
        return next((value for key, value in self.attributes.items() if key.rpartition(":")[2] == name), "")


def outline(data: bytes) -> Node:
    """The root of a part, with everything below it. Raises ValueError where the XML is none."""
    roots: list[Node] = []
    path: list[Node] = []
    parser = expat.ParserCreate()

    def begin(tag: str, attributes: dict[str, str]) -> None:
        start = parser.CurrentByteIndex
        node = Node(tag, attributes, start, start + len(_TAG.match(data, start)[0]))
        (path[-1].children if path else roots).append(node)
        path.append(node)

    def finish(_: str) -> None:
        node = path.pop()
        node.closing = max(parser.CurrentByteIndex, node.inside)
        is_one_tag = data[node.inside - 2 : node.inside] == b"/>"
        node.end = node.inside if is_one_tag else data.index(b">", node.closing) + 1
        node.closing = min(node.closing, node.end)

    parser.StartElementHandler, parser.EndElementHandler = begin, finish
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise ValueError(f"expected XML: {error}") from error
    return roots[0]


def spliced(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes after edits that do not overlap; of insertions at one place the earlier one comes first."""
    pieces, at = [], 0
    for start, end, text in sorted(edits, key=lambda edit: edit[:2]):
        pieces += [data[at:start], text]
        at = end
    return b"".join([*pieces, data[at:]])


def with_attribute(tag: bytes, name: str, value: str | None) -> bytes:
    """A start tag with one attribute set, or taken away."""
    written = f" {name}={quoteattr(value)}".encode() if value is not None else b""
    for match in _ATTRIBUTE.finditer(tag):
        if match[1] == name.encode():
            return tag[: match.start()] + written + tag[match.end() :]
    end = len(tag) - (2 if tag.endswith(b"/>") else 1)
    return tag[:end].rstrip() + written + tag[end:]


def attributes_of(tag: bytes) -> dict[str, str]:
    """The attributes of a start tag."""
    return {m[1].decode(): html.unescape(m[2][1:-1].decode()) for m in _ATTRIBUTE.finditer(tag)}


def set_attribute(data: bytes, node: Node, name: str, value: str | None) -> Edit:
    """The edit that sets one attribute of an element, or takes it away."""
    return node.start, node.inside, with_attribute(data[node.start : node.inside], name, value)


def put_inside(data: bytes, node: Node, text: bytes) -> Edit:
    """The edit that puts something at the end of an element."""
    if not node.is_empty:
        return node.closing, node.closing, text
    tag = data[node.start : node.inside - 2].rstrip()
    return node.start, node.end, tag + b">" + text + f"</{node.tag}>".encode()


def put_behind(root: Node, names: Collection[str]) -> int:
    """Where a child belongs that must come behind all children of these names."""
    return max((child.end for child in root.children if child.name in names), default=root.inside)


def prefixed(text: str, prefix: str) -> str:
    """XML that was written without prefixes, in the prefix of the part that it goes into."""
    return re.sub(r"<(/?)(?=[A-Za-z])", rf"<\1{prefix}", text) if prefix else text


def checked(name: str, data: bytes) -> None:
    """Raises ValueError where a part that should be XML is none: such a copy is never handed out. Of the largest parts,
    in which only tags were changed, it would take too long.
    """
    if name.endswith((".xml", ".rels")) and len(data) < _LONG:
        try:
            expat.ParserCreate(namespace_separator=" ").Parse(data, True)
        except expat.ExpatError as error:
            raise ValueError(f"expected XML in {name}: {error}") from error
