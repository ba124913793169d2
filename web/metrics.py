"""/metrics for Prometheus: what comes in, how long it takes, and how the store stands. For tokens that may monitor."""

import time
from collections.abc import Iterable
from datetime import datetime

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
from data.drill.drill import PASSED
from data.dues.freshness import STATES, freshness, freshness_tally
from data.dues.rounds import RoundStanding, round_standing
from data.dues.timeliness import round_at
from data.people.audit_trail import last_act
from data.store import Store, open_store
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
UPLOADS = Counter("zhundian_uploads", "Returns and statements by API since the start", ["outcome"], registry=REGISTRY)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_OF_STREAMLIT = frozenset({"_stcore", "static", "media", "component"})
_HOLDS = 60  # seconds for which counts of an unchanged store are good, unless a deadline passes before


class _Standing(Collector):
    """How the store stands at the moment of the question."""

    def __init__(self) -> None:
        self._counted: tuple[tuple, float, list[Metric]] = ((), 0.0, [])

    def collect(self) -> Iterable[Metric]:
        store = open_store()
        now = store.now()
        yield GaugeMetricFamily("zhundian_store_bytes", "Size of the store's file", store.path.stat().st_size)
        yield GaugeMetricFamily("zhundian_sessions_open", "People who are signed in", sessions_of(store.path).count())
        rows = store.value("SELECT count(*) FROM audit")
        yield GaugeMetricFamily("zhundian_audit_rows", "Rows of the audit trail", rows)
        yield GaugeMetricFamily("zhundian_data_version", "Grows with every write", store.data_version)
        backup = last_act(store, "backup_written")
        if backup is not None:
            age = (now - backup).total_seconds()
            yield GaugeMetricFamily("zhundian_backup_age_seconds", "Since the last backup", age)
        drilled = last_act(store, PASSED)
        if drilled is not None:
            age = (now - drilled).total_seconds()
            yield GaugeMetricFamily("zhundian_drill_age_seconds", "Since the last good restore drill", age)
        yield from self._counts(store, now)

    def _counts(self, store: Store, now: datetime) -> list[Metric]:
        """What takes queries over every submission: asked again only when something was written, after a
        minute, or when the next deadline has passed.
        """
        state = str(store.path), store.data_version
        counted_at, until, metrics = self._counted
        if counted_at != state or time.monotonic() > until:
            standing = _round(store, now)
            metrics, holds = [_submissions(store), _dues(standing), *_freshness(store, now)], float(_HOLDS)
            if standing and standing.next_day:
                holds = min(holds, standing.next_day.time_left.total_seconds())
            self._counted = (state, time.monotonic() + holds, metrics)
        return metrics


def _submissions(store: Store) -> Metric:
    kept = GaugeMetricFamily("zhundian_submissions", "Submissions that are kept", labels=["outcome"])
    numbers = dict.fromkeys(("accepted", "returned"), 0)
    for outcome, number in (
        numbers | dict(store.rows("SELECT outcome, count(*) FROM submission GROUP BY ALL"))
    ).items():
        kept.add_metric([outcome], number)
    return kept


def _dues(standing: RoundStanding | None) -> Metric:
    dues = GaugeMetricFamily("zhundian_dues", "Dues of the newest round", labels=["status"])
    for status in ("on_time", "late", "missing", "pending", "exempt"):
        dues.add_metric([status], getattr(standing.tally, status) if standing else 0)
    return dues


def _freshness(store: Store, now: datetime) -> list[Metric]:
    """The share is left out where nothing is judged: it would be neither 0 nor 1."""
    tally = freshness_tally(freshness(store, now)["state"])
    states = GaugeMetricFamily("zhundian_freshness", "Units x templates by the state of their data", labels=["state"])
    for state in STATES:
        states.add_metric([state.value], tally.counts[state])
    if tally.fresh_share is None:
        return [states]
    text = "Share of the data that is judged which is up to date"
    return [states, GaugeMetricFamily("zhundian_fresh_ratio", text, float(tally.fresh_share))]


def _round(store: Store, now: datetime) -> RoundStanding | None:
    """The newest round; None before the first has opened."""
    month = round_at(store, now)
    return None if month is None else round_standing(store, now, month)


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
        began, route, is_answered = time.perf_counter(), self._name(scope), False
        method = scope["method"] if scope["method"] in _METHODS else "other"

        async def sending(message: Message) -> None:
            nonlocal is_answered
            if message["type"] == "http.response.start":
                is_answered = True
                REQUESTS.labels(route, method, message["status"]).inc()
                SECONDS.labels(route).observe(time.perf_counter() - began)
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except Exception:
            if not is_answered:  # what stands before everything answers 500 now
                REQUESTS.labels(route, method, 500).inc()
            raise

    def _name(self, scope: Scope) -> str:
        for route in self._routes:
            if route.matches(scope)[0] is not Match.NONE:
                return route.path
        first = scope["path"].lstrip("/").partition("/")[0]  # "*" has no slash
        return f"/{first}" if first in _OF_STREAMLIT else "page"
