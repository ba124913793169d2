"""How every endpoint answers: who asks (a token, nothing else), what is refused and in which form."""

import json
import sys
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from data.access import Forbidden, Person, Right
from data.catalogue_store import catalogue_in_force
from data.store import Store, StoreError, open_store, parse_moment
from data.tokens import bearer
from locales import DEFAULT, LOCALES
from web.guard import TooLarge
from web.sessions import sessions_of


class Refused(Exception):
    """An answer that is no: status, a code for programs, and what was expected and found."""

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass(frozen=True)
class Part:
    """A file of a form."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Sent:
    """What came with a request: a body, or the texts and files of a form."""

    body: bytes = b""
    is_form: bool = False
    words: dict[str, str] = field(default_factory=dict)
    files: list[Part] = field(default_factory=list)


@dataclass(frozen=True)
class Asked:
    """One request, with what came with it: who asks, the store as she sees it, when it came, in which language."""

    request: Request
    person: Person
    store: Store
    at: datetime
    sent: Sent
    locale: str

    def one_of(self, name: str, default: str | None = None) -> str | None:
        """A word of the query; asking twice for one thing is refused, since only one of them could be answered."""
        given = self.request.query_params.getlist(name)
        if len(given) > 1:
            raise Refused(400, "twice", f"{name}: expected it once, found it {len(given)} times")
        return given[0] if given else default

    def only(self, *names: str) -> None:
        """Refuses a query with any other word: a misspelt one would silently be everything."""
        unknown = sorted(set(self.request.query_params) - set(names) - {"lang"})
        if unknown:
            raise Refused(
                400, "unknown_parameter", f"expected some of {', '.join(names) or 'none'}, found {unknown[0]}"
            )

    def unit(self) -> str | None:
        """The unit that is asked for: the token's own where it has one. Another unit's is refused, never empty."""
        wanted = self.one_of("unit")
        if wanted and wanted not in {unit.unit_code for unit in catalogue_in_force(self.store).units}:
            raise Refused(400, "unit", f"unit: expected the code of a unit of the catalogue, found {wanted!r}")
        if wanted:
            self.person.must_have(Right.READ, wanted)
        return wanted or self.person.unit_code

    def as_of(self) -> datetime:
        """The moment that is asked for; now where none is. Never one to come."""
        wanted = self.one_of("as_of")
        if wanted is None:
            return self.at
        try:
            moment = parse_moment(wanted, catalogue_in_force(self.store).bureau.timezone)
        except (ValueError, OverflowError):
            raise Refused(400, "as_of", f"as_of: expected an ISO 8601 moment, found {wanted!r}") from None
        if moment > self.at:
            raise Refused(400, "as_of", f"as_of: expected a moment that has been, found {wanted!r}")
        return moment


def endpoint(
    answer: Callable[[Asked], Response], right: Right | None = Right.READ
) -> Callable[[Request], Awaitable[Response]]:
    """What a route calls. answer: blocking, run in a thread. right None: any token will do.

    Every way out is an answer; a bug is said to be one, and told to the log alone.
    """

    async def reply(request: Request) -> Response:
        try:
            person = await run_in_threadpool(asking, request)
            if right is not None and not any(person.may(right, unit) for unit in (None, person.unit_code)):
                raise Forbidden(person, right)
            sent = await _sent(request)
            return await run_in_threadpool(lambda: answer(_asked(request, person, sent)))
        except (TooLarge, ClientDisconnect):
            raise
        except Refused as refused:
            return error(refused.status, refused.code, refused.message, refused.headers)
        except Forbidden as forbidden:
            return error(403, "forbidden", str(forbidden))
        except StoreError as failed:
            return error(503, "store", str(failed).splitlines()[0])
        except Exception:
            traceback.print_exc(file=sys.stderr)
            return error(500, "bug", "this is a fault of the program; the log of the server has more")

    return reply


def _asked(request: Request, person: Person, sent: Sent) -> Asked:
    wanted = request.query_params.get("lang") or request.headers.get("accept-language", "")[:2]
    locale = wanted if wanted in LOCALES else DEFAULT
    return Asked(request, person, open_store().seen_by(person), datetime.now(UTC), sent, locale)


async def _sent(request: Request) -> Sent:
    body = await request.body()
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        return Sent(body)
    try:
        form = await request.form(max_files=2, max_fields=20)
    except HTTPException as fault:
        raise Refused(400, "form", f"the form cannot be read: {fault.detail}") from fault
    words, files = {}, []
    for name, value in form.multi_items():
        if isinstance(value, str):
            words[name] = value
        else:
            files.append(Part(value.filename or "", await value.read()))
    await form.close()
    return Sent(body, True, words, files)


def asking(request: Request) -> Person:
    """Whose token came with the request. Refused without one, with a wrong one, and after too many wrong ones."""
    address = request.state.asker.address
    sessions = sessions_of(open_store().path)
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret:
        raise Refused(401, "token", "expected Authorization: Bearer TOKEN", WWW_Authenticate="Bearer")
    if wait := sessions.wait_for_address(f"api {address}"):
        raise Refused(429, "tries", f"too many wrong tokens; again in {wait} s", Retry_After=str(wait))
    person = bearer(open_store(), secret.strip(), address)
    if person is None:
        sessions.note_address_failure(f"api {address}")
        said = 'Bearer error="invalid_token"'
        raise Refused(401, "token", "expected a token that holds, found one that does not", WWW_Authenticate=said)
    sessions.note_use(person.user_code.removeprefix("token:"))
    return person


def error(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Response:
    """The one form in which the API says no."""
    return answered({"error": {"code": code, "message": message}}, status, headers)


def answered(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A value as JSON."""
    content = json.dumps(value, ensure_ascii=False, default=str)
    return Response(content, status, headers, "application/json")


async def not_found(request: Request) -> Response:
    """Nothing of the API lies there."""
    return error(404, "unknown_path", f"expected a path of /api/v1/openapi.json, found {request.url.path[:200]}")


def wrong_method(allowed: str) -> Callable[[Request], Awaitable[Response]]:
    """What answers the methods that an address does not take."""

    async def refuse(request: Request) -> Response:
        return error(405, "method", f"expected {allowed}, found {request.method[:20]}", {"Allow": allowed})

    return refuse
