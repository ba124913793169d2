"""A worksheet with many rows in which nothing stands: a spreadsheet whose formats reach down to row 200,000.

What such rows hold is dropped while the part is inflated, so that no size that a file claims is ever held in memory.
"""

from collections.abc import Iterator

from loaders.issues import FileFault
from loaders.reading.package import MAX_PART, Package, is_bomb, unsafe

_ROW = b"<row "
_VALUES = (b"<v", b"<is", b"<f")


def worksheet(package: Package, name: str) -> bytes:
    """The XML of a worksheet; of a long one, without runs of rows in which nothing stands.

    Raises FileFault: unsafe_package where what is left came out of next to nothing, too_many_cells where it is still
    more than any table.
    """
    if not package.is_long(name):
        return package.read(name)
    kept, size, entry = [], 0, package.entries[name]
    for piece in _with_values(package.pieces(name)):
        kept.append(piece)
        size += len(piece)
        if size > MAX_PART:
            is_unsafe = is_bomb(entry.file_size, entry.compress_size)
            raise unsafe("inflated size") if is_unsafe else FileFault("too_many_cells", found=f"{size}")
    if is_bomb(size, entry.compress_size):
        raise unsafe("inflated size")
    return b"".join(kept)


def _with_values(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces, cut before a row, without those that are rows with formats and nothing else."""
    rest = b""
    for piece in pieces:
        rest += piece
        at = rest.rfind(_ROW)
        if b"<!" in rest:  # in a comment or CDATA such characters would be text
            yield rest
            break
        if at > 0 or len(rest) > 4 * len(piece):
            at = at if at > 0 else len(rest)
            block, rest = rest[:at], rest[at:]
            first = block.find(_ROW)
            is_filled = first < 0 or any(mark in block for mark in _VALUES)
            yield block if is_filled else block[:first]
    else:
        yield rest
    yield from pieces
