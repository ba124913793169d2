"""How every endpoint answers: who asks (a token, nothing else), what is refused, and how many work at once."""

import hashlib
import sys
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from anyio import CapacityLimiter, to_thread
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from data.access import Forbidden, Person, Right
from data.catalogue.files import CatalogueError
from data.catalogue.in_force import catalogue_in_force, clock_of
from data.fault import Fault
from data.people.tokens import bearer
from data.store import Store, StoreError, open_store
from locales import LOCALES
from locales.stores import store_words
from web.api.refusals import Refused, language, refusal, refused
from web.api.sent import Sent, received
from web.guard import TooLarge
from web.sessions import network_of, sessions_of

_AT_ONCE = CapacityLimiter(8)
"""Programs that are answered at once. The others wait without a thread: pages and the guard need those too."""


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
            raise Refused(400, "twice", name=name, found=len(given))
        return given[0] if given else default

    def only(self, *names: str) -> None:
        """Refuses a query with any other word: a misspelt one would silently be everything."""
        unknown = sorted(set(self.request.query_params) - set(names) - {"lang"})
        if unknown:
            raise Refused(400, "unknown_parameter", expected=", ".join((*names, "lang")), found=unknown[0][:60])
        if (lang := self.one_of("lang")) is not None and lang not in LOCALES:
            raise Refused(400, "lang", expected=", ".join(LOCALES), found=lang[:60])

    def unit(self) -> str | None:
        """The unit that is asked for: the token's own where it has one. Another unit's is refused, never empty."""
        wanted = self.one_of("unit")
        if wanted is None:
            return self.person.unit_code
        catalogue_in_force(self.store).unit(wanted)
        self.person.must_have(Right.READ, wanted)
        return wanted

    def as_of(self) -> datetime:
        """The moment that is asked for; now where none is. Never one to come."""
        return self._moment("as_of") or self.at

    def store_then(self) -> Store:
        """The store, without what was entered after the moment known_at, where one is asked for."""
        known_at = self._moment("known_at")
        return self.store.known_at(known_at) if known_at else self.store

    def _moment(self, name: str) -> datetime | None:
        wanted = self.one_of(name)
        if wanted is None:
            return None
        try:
            moment = clock_of(self.store).parse(wanted)
        except (ValueError, OverflowError):
            raise Refused(400, "as_of", found=wanted[:60]) from None
        if moment > self.at:
            raise Refused(400, "as_of.future", found=wanted[:60])
        return moment


def endpoint(
    answer: Callable[[Asked], Response], right: Right | None = Right.READ, is_quick: bool = False
) -> Callable[[Request], Awaitable[Response]]:
    """What a route calls. answer: blocking, run in a thread. right None: any token will do. is_quick: it costs next to
    nothing, and does not wait for those that do.

    Every way out is an answer; a bug is said to be one, and told to the log alone.
    """

    async def reply(request: Request) -> Response:
        locale = language(request)
        try:
            person = await run_in_threadpool(asking, request)
            if right is not None and not any(person.may(right, unit) for unit in (None, person.unit_code)):
                raise Forbidden(person, right)
            sent = await received(request)
            limiter = None if is_quick else _AT_ONCE
            return await to_thread.run_sync(_answer, answer, request, person, sent, locale, limiter=limiter)
        except TooLarge:
            raise
        except ClientDisconnect:  # nobody is there to hear it
            return Response(status_code=400)
        except Refused as no:
            return no.response(locale)
        except Fault as fault:
            return refused(fault, locale)
        except Forbidden as no:
            return Refused(403, "forbidden", found=str(no)).response(locale)
        except (StoreError, CatalogueError) as failed:
            print(failed, file=sys.stderr, flush=True)  # which file and why is the server's own business
            return refusal(503, "store", store_words(failed, locale))
        except Exception:
            traceback.print_exc(file=sys.stderr)
            return Refused(500, "bug").response(locale)

    return reply


def _answer(answer: Callable[[Asked], Response], request: Request, person: Person, sent: Sent, locale: str) -> Response:
    store = open_store().seen_by(person)
    return answer(Asked(request, person, store, store.timely(sent.at), sent, locale))


def asking(request: Request) -> Person:
    """Whose token came with the request. Refused without one, with a wrong one, and after too many wrong ones."""
    address = request.state.asker.address
    sessions = sessions_of(open_store().path)
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise Refused(401, "token", {"WWW-Authenticate": "Bearer"})
    person = bearer(open_store(), secret.strip(), address)  # first: wrong ones from there shut out no good one
    if person is None:
        network = f"api {network_of(address)}"
        if wait := sessions.wait_for_address(network):
            raise Refused(429, "tries", {"Retry-After": str(wait)}, seconds=wait)
        sessions.note_address_failure(network)
        raise Refused(401, "token.wrong", {"WWW-Authenticate": 'Bearer error="invalid_token"'})
    sessions.note_use(person.user_code.removeprefix("token:"))
    return person


def tagged(asked: Asked, response: Response) -> Response:
    """The answer with its ETag; 304 where the program says that it has this very one.

    Of what is said, not of the data's version: the same figures are another answer once a deadline has passed.
    """
    tag = f'W/"{hashlib.sha256(bytes(response.body)).hexdigest()[:32]}"'
    tags = [known_tag.strip() for known_tag in asked.request.headers.get("if-none-match", "").split(",")]
    if "*" in tags or tag.removeprefix("W/") in (known_tag.removeprefix("W/") for known_tag in tags):
        response = Response(status_code=304)
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-cache"  # keep it, and ask each time
    return response
