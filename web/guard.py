"""What stands before everything, the web socket too: host, origin, size, session, role; and the headers of each answer.

Pure ASGI: Starlette's own middleware class does not see web sockets.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import streamlit
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data.access import Role
from data.catalogue.files import CatalogueError
from data.people.accounts import has_accounts
from data.store_errors import StoreError
from loaders.arriving.gate import MAX_ARRIVING, MAX_BYTES
from locales.stores import store_words
from web import html, languages, uploads
from web.asker import Asker, asker, is_host_allowed, is_same_origin
from web.html import language
from web.identity import Visitor, visitor
from web.owner import prepare
from web.proxy import of_proxy
from web.settings import Settings

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OPEN = frozenset({"/healthz", "/sign-in", "/sign-in/oidc", "/sign-in/oidc/back", "/first-start"})
"""What stands open: each of these routes looks after itself."""
STREAMLIT = ("/_stcore/upload_file/", "/_stcore/bidi-components/", "/media/", "/component/", "/static/")
STREAMLIT_ONE = frozenset(
    {"/_stcore/health", "/_stcore/host-config", "/_stcore/script-health-check", "/_stcore/stream", "/favicon.png"}
)
OWN = frozenset({"/account", "/sign-out", "/print.js", languages.PATH})
MAX_FORM = 16 * 1024
MAX_UPLOAD = MAX_BYTES + 64 * 1024  # a form's frame around the file
MAX_ON_PAGE = MAX_ARRIVING + 64 * 1024


@dataclass(frozen=True)
class Guard:
    """page_roles: address of each page → who may see it. Everything else is not there."""

    app: ASGIApp
    settings: Settings
    page_roles: Mapping[str, frozenset[Role]] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        who = asker(scope, headers, self.settings)
        scope.setdefault("state", {})["asker"] = who
        is_http = scope["type"] == "http"
        if is_http:
            send = _with_headers(send, self.settings, scope["path"])
        refused = await run_in_threadpool(self._refused, scope, headers, who)  # it may wait for the store
        if refused is None and is_http:
            limit = _limit(scope["path"])
            if _says_more_than(headers, limit):
                refused = _no(scope, 413, "Content Too Large")
            receive = _bounded(receive, limit)
        if refused is None:
            await self._pass_on(scope, receive, send)
        elif is_http:
            await refused(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})  # before it is accepted: the browser gets a 403

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.app(scope, receive, send)
        except TooLarge:
            await _no(scope, 413, "Content Too Large")(scope, receive, send)

    def _refused(self, scope: Scope, headers: Headers, who: Asker) -> Response | None:
        """The answer instead of what was asked for; None where it may pass."""
        path = scope["path"]
        if not is_host_allowed(who.host, self.settings):
            return _no(scope, 421, "This address is not served here: see ZHUNDIAN_ORIGIN")
        if not _is_plain(path) or not _is_plain(scope.get("raw_path", b"").decode("latin-1").split("?")[0], True):
            return _no(scope, 400, "Bad Request: an odd path")
        if path == "/healthz":
            return None
        try:
            store = prepare()
        except (StoreError, CatalogueError) as error:
            if _is_by_token(path):
                return _no(scope, 503, store_words(error, language(Request(scope))))
            return self._unusable(scope, error)
        if _is_by_token(path):
            return None
        is_socket = scope["type"] == "websocket"
        if (is_socket or scope["method"] not in SAFE) and not is_same_origin(headers, who, self.settings):
            return _no(scope, 403, "Forbidden: this request comes from another site")
        if path in OPEN:
            return None
        if not has_accounts(store):
            return self._to(scope, "/first-start")
        connection = HTTPConnection(scope)
        guest = visitor(connection.cookies.get(self.settings.cookie_name), who.address)
        response = None
        if guest is None or self.settings.user_header:
            guest, response = of_proxy(self.settings, connection, who, guest)
        if response is not None:
            return response
        if guest is None:
            wanted = path + (f"?{query}" if (query := scope["query_string"].decode("latin-1")) else "")
            return self._to(scope, f"/sign-in?next={quote(wanted)}" if path != "/" or query else "/sign-in")
        scope["state"]["visitor"] = guest
        return self._refused_to(guest, scope)

    def _refused_to(self, guest: Visitor, scope: Scope) -> Response | None:
        """What somebody who is signed in may not have."""
        path = scope["path"]
        if path in OWN:
            return None
        if guest.must_change:
            return self._to(scope, "/account")
        if path.startswith(uploads.PREFIX) and scope.get("method") in ("PUT", "POST"):
            size = Headers(scope=scope).get("content-length", "0")
            if not uploads.has_room(path, guest.person.user_code, int(size) if size.isdecimal() else MAX_UPLOAD):
                return _no(scope, 413, "Too many files are waiting to be sent: send them, or take them out")
        if path in STREAMLIT_ONE or path.startswith(STREAMLIT):
            return None
        name = path.strip("/")
        if name not in self.page_roles or scope.get("method") not in SAFE:
            return self._page(scope, 404, "unknown", "/")
        if guest.person.role not in self.page_roles[name]:
            return self._page(scope, 403, "role", "/")
        return None

    def _to(self, scope: Scope, address: str) -> Response:
        """A person is sent on; a program (a script, a socket, an upload) is told."""
        headers = Headers(scope=scope)
        is_page = scope.get("method") in SAFE and "text/html" in headers.get("accept", "")
        return RedirectResponse(address, 303) if is_page else PlainTextResponse("Unauthorized: sign in first", 401)

    def _unusable(self, scope: Scope, error: StoreError | CatalogueError) -> Response:
        if scope["type"] == "websocket":
            return PlainTextResponse("unusable", 503)
        return html.unusable(Request(scope), error)

    def _page(self, scope: Scope, status: int, code: str, link: str = "") -> Response:
        if scope["type"] == "websocket":
            return PlainTextResponse(code, status)
        return html.refusal(Request(scope), status, code, link=link)


class TooLarge(Exception):
    """The body grew beyond what the route takes."""


def _is_by_token(path: str) -> bool:
    """What programs ask with a token in a header; no cookie counts there, so no other site can use one."""
    return path == "/metrics" or path.startswith("/api/")


def _no(scope: Scope, status: int, words: str) -> Response:
    """A short answer to what no page of ours sends; the API's has the API's form."""
    if scope["path"].startswith("/api"):
        code = {413: "too_large", 503: "unusable"}.get(status, "guard")
        return JSONResponse({"error": {"code": code, "message": words}}, status)
    return PlainTextResponse(words, status)


def _limit(path: str) -> int:
    """Bytes that a request to this path may bring."""
    if path.startswith("/_stcore/upload_file/"):
        return MAX_ON_PAGE
    return MAX_UPLOAD if path.startswith("/api/") else MAX_FORM


def _says_more_than(headers: Headers, limit: int) -> bool:
    length = headers.get("content-length", "0")
    return not length.isdecimal() or int(length) > limit


def _bounded(receive: Receive, limit: int) -> Receive:
    """Counts what comes, whatever was announced."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise TooLarge
        return message

    return counted


def _is_plain(path: str, is_raw: bool = False) -> bool:
    """No path that another program could read as another one."""
    folded = path.lower()
    if is_raw and re.search(r"%(?:2e|2f|5c|25|0|1)", folded):
        return False
    return not ("//" in path or "\\" in path or "\0" in path or any(part in (".", "..") for part in path.split("/")))


def _with_headers(send: Send, settings: Settings, path: str) -> Send:
    """Adds the headers that tell the browser what our pages never do."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("Content-Security-Policy", _POLICY)
            headers["X-Content-Type-Options"] = "nosniff"
            headers["X-Frame-Options"] = "DENY"
            headers["Referrer-Policy"] = "same-origin"
            headers["Cross-Origin-Opener-Policy"] = "same-origin"
            headers["Cross-Origin-Resource-Policy"] = "same-origin"
            headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
            for name in ("Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Server"):
                if name in headers:
                    del headers[name]
            if settings.is_secure:
                headers["Strict-Transport-Security"] = "max-age=31536000"
            if not path.startswith("/static/"):
                headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return sending


def _inline_scripts() -> str:
    """The hashes of the scripts in Streamlit's own start page: no other inline script may run."""
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    return " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in scripts
    )


_POLICY = (
    f"default-src 'self'; script-src 'self' {_inline_scripts()} 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' blob:; connect-src 'self'; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
