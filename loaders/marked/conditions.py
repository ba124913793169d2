"""Conditional colours cover a cell's own, as the blank's does on required cells left empty: ours go before them."""

from collections.abc import Mapping, Sequence
from html import unescape
from xml.sax.saxutils import escape

from loaders.marked.grid import Grid
from loaders.marked.outline import Node, prefixed, set_attribute
from loaders.marked.styles import Styles

CONDITION = 'LEN("zhundian-mark")>0'  # always true; its text tells ours from the form's own


def drop_conditions(grid: Grid) -> None:
    """Take those of an earlier return away."""
    for area in grid.root.all("conditionalFormatting"):
        ours = [rule for rule in area.children if _is_ours(grid, rule)]
        if ours and len(ours) == len(area.all("cfRule")):
            grid.edit((area.start, area.end, b""))
        else:
            for rule in ours:
                grid.edit((rule.start, rule.end, b""))


def _is_ours(grid: Grid, rule: Node) -> bool:
    texts = [grid.data[formula.inside : formula.closing].decode() for formula in rule.all("formula")]
    return [unescape(text) for text in texts] == [CONDITION]


def go_before_conditions(grid: Grid, places: Mapping[str, Sequence[str]], styles: Styles) -> None:
    """places: RGB colour → the cells that are marked in it. By priority for Excel, by their order for LibreOffice."""
    rules = list(grid.root.within("cfRule"))
    if not rules or not any(places.values()):
        return
    least = min((int(rule.attribute("priority") or 0) for rule in rules), default=1)
    if (more := len(places) + 1 - least) > 0:
        for rule in rules:
            if priority := rule.attribute("priority"):
                grid.edit(set_attribute(grid.data, rule, "priority", str(int(priority) + more)))
    texts = []
    for priority, (color, coordinates) in enumerate(places.items(), 1):
        if coordinates:
            look = styles.add_plain("dxfs", _look(color))
            texts.append(
                f'<conditionalFormatting sqref="{" ".join(coordinates)}"><cfRule type="expression" dxfId="{look}"'
                f' priority="{priority}"><formula>{escape(CONDITION)}</formula></cfRule></conditionalFormatting>'
            )
    text = prefixed("".join(texts), grid.prefix)
    if first := grid.root.first("conditionalFormatting"):
        grid.put(first.start, text)
    else:
        grid.add_element("conditionalFormatting", text)


def _look(color: str) -> str:
    """As a conditional fill Excel reads the end colour, LibreOffice the start colour: both are set."""
    colors = f'<fgColor rgb="{color}"/><bgColor rgb="{color}"/>'
    return f'<dxf><fill><patternFill patternType="solid">{colors}</patternFill></fill></dxf>'
