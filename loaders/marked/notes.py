"""The comments of a worksheet: ours beneath a person's own, and taken away again without a letter of hers."""

import re
from html import unescape
from xml.sax.saxutils import escape

from data.cell_text import legal, written
from loaders.marked.outline import Edit, Node, outline, prefixed, put_inside, spliced
from loaders.reading.texts import unescaped

AUTHOR = "准点"
TOP = "── 准点 ──"
END = "── 问题清单 #{number} ──"
_OURS = re.compile(r"\s*── 准点 ──.*?── 问题清单 #(\d{1,4}) ──", re.DOTALL)
_EMPTY = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<comments xmlns="{main}"><authors/><commentList/></comments>'
)
_LONGEST = 32_000


class Notes:
    """The part with the comments of one worksheet. places: cell → its comment, by its address."""

    def __init__(self, data: bytes | None, main: str) -> None:
        """data: None where the sheet has no comments yet. main: the namespace of the workbook."""
        self._data = data or _EMPTY.format(main=main).encode()
        self._root = outline(self._data)
        self._list, self._authors = self._root.first("commentList"), self._root.first("authors")
        if self._list is None or self._authors is None:
            raise ValueError("expected comments and their authors")
        self._nodes = {node.attribute("ref"): node for node in self._list.children}
        self._edits: list[Edit] = []
        self._fresh, self._is_author_new = "", False

    def text(self, coordinate: str) -> str | None:
        """What a comment says; None where the cell has none."""
        node = self._nodes.get(coordinate)
        return self._text(node) if node else None

    def _text(self, node: Node) -> str:
        pieces = (t for text in node.all("text") for t in text.within("t"))
        return unescaped("".join(unescape(self._data[t.inside : t.closing].decode()) for t in pieces))

    def take_ours(self) -> dict[str, tuple[int, bool]]:
        """Our part of each comment is taken away: cell → the number of its issue, and whether a person's part stays."""
        taken = {}
        for coordinate, node in self._nodes.items():
            text = self._text(node)
            if match := _OURS.search(text):
                rest = _OURS.sub("", text).strip()
                taken[coordinate] = int(match[1]), bool(rest)
                self._edits.append(self._without_ours(node, rest))
        return taken

    def _without_ours(self, node: Node, rest: str) -> Edit:
        if not rest:
            return node.start, node.end, b""
        runs = node.first("text").children if node.first("text") else []
        last = self._run_text(runs[-1]) if runs else ""
        if len(runs) > 1 and _OURS.fullmatch(last) and not any(_OURS.search(self._run_text(r)) for r in runs[:-1]):
            return runs[-1].start, runs[-1].end, b""
        text = node.first("text")
        return text.inside, text.closing, self._written(f"<t>{_xml(rest)}</t>")

    def _run_text(self, run: Node) -> str:
        return unescaped("".join(unescape(self._data[t.inside : t.closing].decode()) for t in run.within("t")))

    def add(self, coordinate: str, text: str) -> None:
        """Our text, in a comment of its own or in a run of its own behind what a person has written."""
        node = self._nodes.get(coordinate)
        body = node.first("text") if node else None
        if body is None:
            if node is not None:
                self._edits.append((node.start, node.end, b""))
            self._fresh += (
                f'<comment ref="{coordinate}" authorId="{self._author()}"><text><t>{_xml(text)}</t></text></comment>'
            )
            return
        run = self._written(f"<r><t>{_xml(f'{chr(10)}{chr(10)}{text}')}</t></r>")
        plain = body.first("t")
        if plain is not None:  # a text without runs becomes one
            own = self._data[plain.start : plain.end]
            opened, closed = self._written("<r>"), self._written("</r>")
            self._edits.append((plain.start, plain.end, opened + own + closed + run))
        else:
            last = max((r.end for r in body.all("r")), default=body.inside)
            self._edits.append((last, last, run))

    def _author(self) -> int:
        texts = [unescape(self._data[node.inside : node.closing].decode()) for node in self._authors.children]
        if AUTHOR in texts:
            return texts.index(AUTHOR)
        self._is_author_new = True
        return len(texts)

    def _written(self, text: str) -> bytes:
        return prefixed(text.replace("<t>", '<t xml:space="preserve">'), self._root.prefix).encode()

    def saved(self) -> bytes:
        """The part after all edits."""
        edits = list(self._edits)
        if self._fresh:
            edits.append(put_inside(self._data, self._list, self._written(self._fresh)))
        if self._is_author_new:
            edits.append(put_inside(self._data, self._authors, self._written(f"<author>{AUTHOR}</author>")))
        return spliced(self._data, edits)


def _xml(text: str) -> str:
    return escape(written(legal(text, _LONGEST)))
