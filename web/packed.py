"""Streamlit's own scripts and styles, packed once: it sends them as they lie on the disk, 9 MB on a first visit."""

import gzip
import mimetypes
from functools import cache
from pathlib import Path

import streamlit
from anyio import CapacityLimiter, to_thread
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

_FOLDER = Path(streamlit.__file__).parent / "static" / "static"
_PREFIX = "/static/"
_KINDS = frozenset({".js", ".css", ".svg", ".json", ".wasm", ".ttf"})  # what is not packed already
_LEAST = 1024  # bytes
_FOREVER = "public, immutable, max-age=31536000"  # their names change with what is in them
_ONE_AT_A_TIME = CapacityLimiter(1)
"""Packing is a lane of its own: the largest takes half a second of a processor, once after a start."""


class Packed:
    """Answers for what can be packed, to whoever can unpack it; everything else goes on to Streamlit."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = _file(scope) if scope["type"] == "http" and scope["method"] == "GET" else None
        if path is None:
            await self._app(scope, receive, send)
            return
        content = await to_thread.run_sync(_packed, path, limiter=_ONE_AT_A_TIME)
        headers = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding", "Cache-Control": _FOREVER}
        kind = mimetypes.guess_type(path.name)[0]
        await Response(content, headers=headers, media_type=kind)(scope, receive, send)


def _file(scope: Scope) -> Path | None:
    """The file that is asked for; None where it is none of these, or is not asked for whole and packed."""
    headers, path = Headers(scope=scope), scope["path"]
    can_unpack = "gzip" in headers.get("accept-encoding", "") and "range" not in headers
    return _files().get(path.removeprefix(_PREFIX)) if can_unpack and path.startswith(_PREFIX) else None


@cache
def _files() -> dict[str, Path]:
    """Path below /static/ → file: no path that is asked for is ever looked for on the disk."""
    files = (path for path in _FOLDER.rglob("*") if path.suffix in _KINDS and path.stat().st_size >= _LEAST)
    return {path.relative_to(_FOLDER).as_posix(): path for path in files}


@cache
def _packed(path: Path) -> bytes:
    """A few megabytes of all that people ever ask for."""
    return gzip.compress(path.read_bytes(), 9, mtime=0)
