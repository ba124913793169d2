"""What stands around the pages: our own routes beside Streamlit's, the guard before all of them, and the start."""

import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from streamlit import config

from data.access import Forbidden, Right, Role
from data.anomalies.flags import anomalies
from data.catalogue.files import CatalogueError
from data.store import StoreError
from reminding.scheduler import Reminding
from web import api, first_start, oidc, sign_in
from web.api.answering import Asked, endpoint
from web.guard import Guard
from web.metrics import Meter, may_monitor, measured
from web.owner import prepare
from web.replaced import replace_all
from web.settings import settings

_PRINTING = Path(__file__).parent / "static" / "print.js"

replace_all()


def routes() -> list[BaseRoute]:
    """Everything that is answered without Streamlit."""
    health = [Route("/healthz", _health), Route("/metrics", endpoint(_metrics, None, is_quick=True))]
    printing = Route("/print.js", lambda _: FileResponse(_PRINTING, media_type="text/javascript"))
    return [*health, printing, *sign_in.routes(settings()), *oidc.routes(settings()), *api.routes()]


def middleware(page_roles: Mapping[str, frozenset[Role]]) -> list[Middleware]:
    """What measures, and the guard. page_roles: address of each page → who may see it."""
    guard = Middleware(Guard, settings=settings(), page_roles=page_roles)
    return [Middleware(Meter, routes=routes()), guard]


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[dict[str, Any]]:
    """Opens the store before the first request, says how to begin where there is no account yet, reminds, and judges
    all figures once, so that nobody's first page waits for it.
    """
    try:
        local = f"http://localhost:{config.get_option('server.port')}"
        first_start.announce(prepare(), settings().origin or local)
    except (StoreError, CatalogueError) as error:  # each request tries again, and its page says so
        print(error, flush=True)
    reminding = Reminding(prepare)
    reminding.start()
    judging = threading.Thread(target=_judge_once, name="judging")
    judging.start()
    try:
        yield {}
    finally:
        await run_in_threadpool(reminding.stop)
        await run_in_threadpool(judging.join)


def _judge_once() -> None:
    """Fills the cache of verdicts."""
    try:
        anomalies(prepare(), datetime.now(UTC))
    except (StoreError, CatalogueError):  # said above, and again on each page
        return


def _metrics(asked: Asked) -> Response:
    if not may_monitor(asked.person.role):
        raise Forbidden(asked.person, Right.MONITOR)
    return measured()


async def _health(_: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")
