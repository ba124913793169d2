"""What stands around the pages: our own routes beside Streamlit's, the guard before all of them, and the start."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from streamlit import config

from data.access import Forbidden, Right, Role
from data.catalogue.files import CatalogueError
from data.store import StoreError
from reminding.scheduler import Reminding
from web import api, first_start, languages, oidc, sign_in
from web.api.answering import Asked, endpoint
from web.asker import is_of_this_machine
from web.guard import Guard
from web.health import health
from web.judging import Judging
from web.memory import Collecting
from web.metrics import Meter, may_monitor, measured
from web.owner import prepare
from web.packed import Packed
from web.replaced import replace_all
from web.settings import settings

_PRINTING = Path(__file__).parent / "static" / "print.js"

replace_all()


def routes() -> list[BaseRoute]:
    """Everything that is answered without Streamlit."""
    health = [Route("/healthz", _health), Route("/metrics", endpoint(_metrics, None, is_quick=True))]
    printing = Route("/print.js", lambda _: FileResponse(_PRINTING, media_type="text/javascript"))
    speaking = Route(languages.PATH, languages.script)
    return [*health, printing, speaking, *sign_in.routes(settings()), *oidc.routes(settings()), *api.routes()]


def middleware(page_roles: Mapping[str, frozenset[Role]]) -> list[Middleware]:
    """What measures, the guard, and what packs. page_roles: address of each page → who may see it."""
    guard = Middleware(Guard, settings=settings(), page_roles=page_roles)
    return [Middleware(Meter, routes=routes()), guard, Middleware(Packed)]


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[dict[str, Any]]:
    """Opens the store before the first request, says how to begin where there is no account yet, reminds, and judges
    figures as they come.
    """
    try:
        local = f"http://localhost:{config.get_option('server.port')}"
        first_start.announce(prepare(), settings().origin or local)
    except (StoreError, CatalogueError) as error:  # each request tries again, and its page says so
        print(error, flush=True)
    reminding = Reminding(prepare)
    reminding.start()
    collecting = Collecting()
    judging = Judging(prepare, then=collecting.start)
    judging.start()
    try:
        yield {}
    finally:
        await run_in_threadpool(reminding.stop)
        await run_in_threadpool(judging.stop)
        await run_in_threadpool(collecting.stop)


def _metrics(asked: Asked) -> Response:
    if not may_monitor(asked.person.role):
        raise Forbidden(asked.person, Right.MONITOR)
    return measured()


async def _health(request: Request) -> PlainTextResponse:
    """To whoever is on this machine all that was measured; to strangers whether people can work, and what is wrong."""
    state, who = await run_in_threadpool(health), request.state.asker
    words = str(state) if is_of_this_machine(who) else state.words
    return PlainTextResponse(words, 200 if state.is_well else 503, {"Cache-Control": "no-store"})
