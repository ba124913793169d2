"""What came with a request: a body, or the texts and files of a form; and when its last byte did."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request

from web.api.refusals import Refused


@dataclass(frozen=True)
class Part:
    """A file of a form."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Sent:
    """at: when the last byte came, however long it waits until somebody looks at it."""

    at: datetime
    body: bytes = b""
    is_form: bool = False
    words: dict[str, str] = field(default_factory=dict)
    files: list[Part] = field(default_factory=list)


async def received(request: Request) -> Sent:
    """Read to its end. Refused where it is a form that cannot be read, or says one thing twice."""
    body = await request.body()
    at = datetime.now(UTC)
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        return Sent(at, body)
    try:
        form = await request.form(max_files=2, max_fields=20)
    except HTTPException as fault:
        raise Refused(400, "form.unreadable", found=fault.detail) from fault
    words: dict[str, str] = {}
    files = []
    for name, value in form.multi_items():
        if not isinstance(value, str):
            files.append(Part(value.filename or "", await value.read()))
        elif name in words:
            raise Refused(400, "twice", name=name, found=2)
        else:
            words[name] = value
    await form.close()
    return Sent(at, body, True, words, files)
