"""/metrics for Prometheus: what comes in, how long it takes, and how the store stands. For tokens that may monitor."""

import time
from collections.abc import Iterable
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data.access import Role
from data.queries.audit import last_act
from data.queries.timeliness import round_at
from data.store import open_store
from web.sessions import sessions_of

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)
REQUESTS = Counter("zhundian_requests", "HTTP requests", ["route", "method", "status"], registry=REGISTRY)
SECONDS = Histogram(
    "zhundian_request_seconds",
    "Time until the answer began",
    ["route"],
    registry=REGISTRY,
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10),
)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class _Standing(Collector):
    """How the store stands at the moment of the question."""

    def collect(self) -> Iterable[Metric]:
        store, now = open_store(), datetime.now(UTC)
        yield GaugeMetricFamily("zhundian_store_bytes", "Size of the store's file", store.path.stat().st_size)
        yield GaugeMetricFamily("zhundian_sessions_open", "People who are signed in", sessions_of(store.path).count())
        yield GaugeMetricFamily("zhundian_audit_rows", "Rows of the audit trail", _count(store, "audit"))
        yield GaugeMetricFamily("zhundian_data_version", "Grows with every write", store.data_version)
        kept = GaugeMetricFamily("zhundian_submissions", "Submissions that are kept", labels=["outcome"])
        for outcome, number in store.rows("SELECT outcome, count(*) FROM submission GROUP BY ALL"):
            kept.add_metric([outcome], number)
        yield kept
        dues = GaugeMetricFamily("zhundian_dues", "Dues of the newest round", labels=["status"])
        sql = 'SELECT status, count(*) FROM timeliness_at($at) WHERE "month" = $month GROUP BY ALL'
        for status, number in store.rows(sql, {"at": now, "month": round_at(store, now)}):
            dues.add_metric([status], number)
        yield dues
        backup = last_act(store, "backup_written")
        if backup is not None:
            yield GaugeMetricFamily(
                "zhundian_backup_age_seconds", "Since the last backup", (now - backup).total_seconds()
            )


def _count(store, table: str) -> int:
    return store.rows(f'SELECT count(*) FROM "{table}"')[0][0]


REGISTRY.register(_Standing())


def measured() -> Response:
    """What Prometheus reads."""
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)


def may_monitor(role: Role) -> bool:
    """A token for monitoring, and the ones that read everything."""
    return role in (Role.MONITOR, Role.LEADER, Role.OFFICE)


class Meter:
    """Counts and times every request by the route that answers it, never by the address that was typed."""

    def __init__(self, app: ASGIApp, routes: list) -> None:
        self.app, self._routes = app, routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, route = time.perf_counter(), self._name(scope)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                method = scope["method"] if scope["method"] in _METHODS else "other"
                REQUESTS.labels(route, method, message["status"]).inc()
                SECONDS.labels(route).observe(time.perf_counter() - began)
            await send(message)

        await self.app(scope, receive, sending)

    def _name(self, scope: Scope) -> str:
        for route in self._routes:
            if route.matches(scope)[0] is not Match.NONE:
                return route.path
        first = scope["path"].split("/")[1]
        return f"/{first}" if first in ("_stcore", "static", "media", "component") else "page"
