"""A draft being written from top to bottom: marks and title, text, tables and charts, signature, annexes, imprint."""

from collections.abc import Sequence

from docx import Document
from docx.enum.text import WD_BREAK, WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm
from docx.text.paragraph import Paragraph

from documents.draft import Draft
from documents.layout import sheet, styles
from documents.layout.imprint import imprint
from documents.layout.native_charts import Chart, add_chart
from documents.layout.package import packed, set_properties, strip
from documents.layout.styles import TEXT
from documents.layout.tables import TableColumn, table
from documents.layout.typeface import SIZE_3, font_table
from documents.wording import balanced, blank, day_words, plain, width

_CHARACTER = SIZE_3 * 20  # twips


class Paper:
    """One document. `lines` is its text as it grows, for whoever wants to read before she downloads."""

    def __init__(self, draft: Draft, title: Sequence[str], bulletin_head: tuple[str, str] | None = None) -> None:
        """title: in pieces, between which it may be broken into lines. bulletin_head: name and number of a 简报, in
        place of a document's number.
        """
        self.draft, self.title = draft, plain("".join(title))
        if bulletin_head:
            self.title = f"{bulletin_head[0]}：{self.title}"
        self.lines: list[str] = []
        self._document = Document()
        self._charts = self._attachments = 0
        self._width: float = sheet.TEXT_WIDTH
        strip(self._document)
        styles.set_styles(self._document)
        set_properties(self._document, self.title, draft.signed_by, draft.as_of)
        sheet.set_page(self._document, draft.header)
        for part in self._document.part.package.iter_parts():
            if str(part.partname) == "/word/fontTable.xml":
                part._blob = font_table()
        self._ids = {style.name: style.style_id for style in self._document.styles}
        self._opening(bulletin_head)
        self._title(title)
        self._skip()

    def _opening(self, bulletin_head: tuple[str, str] | None) -> None:
        """No red head: the mark of a draft, and room for a number; a 简报 has its own head, black."""
        self._add(styles.MARK, self.draft.mark.value)
        if bulletin_head is None:
            self._skip()
            self._add(styles.NUMBER, self.draft.number_words)
            self._skip()
            return
        name, number = bulletin_head
        self._add(styles.BANNER, name)
        self._add(styles.NUMBER, number)
        self._skip()
        self._lean(self.draft.signed_by, day_words(self.draft.day), "bottom")
        self._skip()

    def _lean(self, left: str, right: str, line: str) -> None:
        """One text at each side, one character in, with a rule of the text's width below or above."""
        paragraph = self._add(styles.SIDES, f"　{left}\t{right}　")
        paragraph.clear()
        paragraph.add_run(f"　{plain(left)}\t{plain(right)}　")
        properties = paragraph._p.get_or_add_pPr()
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(self._width), WD_TAB_ALIGNMENT.RIGHT)
        rule = f'<w:{line} w:val="single" w:sz="8" w:space="4" w:color="000000"/>'
        properties.find(qn("w:tabs")).addprevious(parse_xml(f"<w:pBdr {nsdecls('w')}>{rule}</w:pBdr>"))

    def _title(self, pieces: Sequence[str]) -> None:
        paragraph = self._add("Title", "")
        lines = balanced(pieces)
        self.lines[-1] = "".join(lines)
        for number, line in enumerate(lines):
            if number:
                paragraph.add_run().add_break(WD_BREAK.LINE)
            paragraph.add_run(line)

    def _add(self, style: str, text: str) -> Paragraph:
        written = plain(text)
        self.lines.append(written)
        return self._document.add_paragraph(written, style=style)

    def _skip(self, number: int = 1) -> None:
        for _ in range(number):
            self._document.add_paragraph(style="Normal")

    def recipients(self, names: Sequence[str]) -> None:
        """主送机关, closed by a full-width colon; blank where nobody is named."""
        self._add(styles.RECIPIENTS, f"{'、'.join(names) or '（' + '　' * 10 + '）'}：")

    def heading(self, level: int, text: str) -> None:
        """A heading of level 1 to 4; its number stands in the text: 一、 （一） 1. （1）."""
        self._add(f"Heading {level}", text)

    def text(self, *sentences: str) -> None:
        """A paragraph of the body."""
        self._add(TEXT, "".join(sentences))

    def caption(self, text: str) -> None:
        """The name of the table or chart that follows."""
        self._add(styles.CAPTION, text)

    def note(self, text: str) -> None:
        """Small print under a table or chart."""
        self._add(styles.NOTE, text)

    def table(
        self,
        columns: Sequence[TableColumn],
        rows: Sequence[Sequence[object]],
        size: str = "normal",
        has_total: bool = False,
    ) -> None:
        """A table as wide as the text."""
        built = table(columns, rows, self._width, size, has_total, self._ids)
        self._document._body._body.insert_element_before(built, "w:sectPr")
        self.lines += ["　".join(plain(value) for value in row) for row in rows]

    def chart(self, chart: Chart) -> None:
        """A chart as wide as the text."""
        self._charts += 1
        paragraph = self._document.add_paragraph(style=styles.FIGURE)
        add_chart(self._document, paragraph, chart, self._charts, self._width, self.draft.as_of)

    def attachments(self, names: Sequence[str]) -> None:
        """附件说明: one line below the text, numbered where there are several."""
        if not names:
            return
        self._document.add_paragraph(style="Normal").paragraph_format.keep_with_next = True
        for number, name in enumerate(names, 1):
            first = f"{number}." if len(names) > 1 else ""
            paragraph = self._add(styles.ATTACHED, f"{'附件：' if number == 1 else ''}{first}{name}")
            hanging = len(names) > 1
            left = 5 + hanging  # behind 附件：1.
            self._indent(paragraph, left, -left + 2 if number == 1 else -1 if hanging else 0)
            paragraph.paragraph_format.keep_with_next = True

    def _indent(self, paragraph: Paragraph, left: float, first: float) -> None:
        word = "hanging" if first < 0 else "firstLine"
        size = f'w:{word}Chars="{abs(first) * 100:.0f}" w:{word}="{abs(first) * _CHARACTER:.0f}"'
        indent = f'<w:ind {nsdecls("w")} w:leftChars="{left * 100:.0f}" w:left="{left * _CHARACTER:.0f}" {size}/>'
        paragraph._p.get_or_add_pPr()._insert_ind(parse_xml(indent))

    def signature(self) -> None:
        """署名 over the middle of the date, which ends four characters before the margin: there is room for a seal."""
        signed_by, day = plain(self.draft.signed_by), day_words(self.draft.day)
        before = 4 + (width(day) - width(signed_by)) / 2
        after = 4 + max(0.0, 1 - before)
        self._document.paragraphs[-1].paragraph_format.keep_with_next = True  # no signature alone on a page
        for _ in range(2):
            self._document.add_paragraph(style="Normal").paragraph_format.keep_with_next = True
        for text, right in ((signed_by, max(1.0, before)), (day, after)):
            paragraph = self._add(styles.SIGNATURE, text)
            space = f'w:rightChars="{right * 100:.0f}" w:right="{right * _CHARACTER:.0f}"'
            paragraph._p.get_or_add_pPr()._insert_ind(
                parse_xml(f'<w:ind {nsdecls("w")} {space} w:firstLineChars="0" w:firstLine="0"/>')
            )
            paragraph.paragraph_format.keep_with_next = text is signed_by

    def annex(self, title: Sequence[str], is_landscape: bool = False, is_only: bool = False) -> None:
        """附件 on a new page: its number in the first line, its title in the third."""
        self._attachments += 1
        sheet.add_section(self._document, is_landscape)
        self._width = 297 - sheet.TOP - sheet.BOTTOM if is_landscape else sheet.TEXT_WIDTH
        self._add(styles.ANNEX, "附件" if is_only else f"附件{self._attachments}")
        self._skip()
        self._title(title)
        if not is_landscape:
            self._skip()

    def imprint(self) -> None:
        """版记 at the foot of the last page."""
        built, said = imprint(self.draft, self._width, self._ids[styles.IMPRINT])
        self._document._body._body.insert_element_before(built, "w:sectPr")
        self._document.add_paragraph(style=styles.FIGURE)  # what the floating table is fastened to
        self.lines += said

    def bulletin_foot(self, copies: str) -> None:
        """报尾: 报, 送, 发 and the number of copies."""
        self._skip()
        to = "、".join(self.draft.copies_to) or blank(10)
        self._lean(f"报送：{to}", "", "top")
        self._lean("", f"（共印{copies or '　　'}份）", "top")

    def content(self) -> bytes:
        """The .docx; the same facts give the same bytes."""
        return packed(self._document)
