"""Pictures that float over the cells of a worksheet, which some paste where a figure should be typed."""

from xml.etree.ElementTree import Element

from loaders.issues import FileFault
from loaders.reading.places import whole
from loaders.reading.relations import Parts, part_tree, relations_of

_MOST = 500
_Area = tuple[int, int, int, int]


def floating_pictures(package: Parts, sheet_part: str) -> list[_Area]:
    """(row, column, last row, last column) of what lies under each; row and column count from 1."""
    areas: list[_Area] = []
    for kind, target in relations_of(package, sheet_part).values():
        if kind == "drawing" and target in package:
            try:
                root = part_tree(package, target)
            except FileFault:
                continue  # what is drawn is no data; nobody needs to read it
            areas += [area for anchor in root[:_MOST] if (area := _under(anchor))]
    return areas[:_MOST]


def _under(anchor: Element) -> _Area | None:
    corner, end = anchor.find("{*}from"), anchor.find("{*}to")
    if anchor.find("{*}pic") is None or corner is None:
        return None
    row_no, col_no = _place(corner)
    last_row, last_col = _place(end) if end is not None else (row_no, col_no)
    return row_no, col_no, max(row_no, last_row), max(col_no, last_col)


def _place(corner: Element) -> tuple[int, int]:
    return whole(corner.findtext("{*}row")) + 1, whole(corner.findtext("{*}col")) + 1
