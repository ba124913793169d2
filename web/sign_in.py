"""Signing in and out, and the account's own page: plain forms, answered on the server."""

import sqlite3
import sys
from urllib.parse import urlsplit

from anyio import to_thread
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from data import audit
from data.access import Person, Role
from data.audit import Act
from data.catalogue.in_force import catalogue_in_force
from data.fault import Fault
from data.people.accounts import account, change_password, has_accounts, is_password_of, normal
from data.store import open_store
from data.store_errors import StoreError
from web import first_start
from web.cookies import clear_session, set_session
from web.html import fault_words, language, page, unusable
from web.identity import Visitor, visitor
from web.lanes import HASHING
from web.sessions import sessions_of
from web.settings import Settings
from web.signed_in import signed_in


def routes(settings: Settings) -> list[Route]:
    """/sign-in, /sign-out, /account and /first-start."""
    return [
        _route("/sign-in", _show_sign_in, _sign_in, settings),
        _route("/sign-out", lambda request, _: RedirectResponse("/account", 303), _sign_out, settings),
        _route("/account", _show_account, _change_password, settings),
        _route("/first-start", lambda request, _: first_start.show(request), first_start.take, settings),
    ]


def _route(path: str, show, take, settings: Settings) -> Route:
    async def answer(request: Request) -> Response:
        if request.method != "POST":
            return await run_in_threadpool(show, request, settings)
        form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
        try:
            return await to_thread.run_sync(take, request, form, settings, limiter=HASHING)
        except (StoreError, sqlite3.OperationalError) as error:  # nobody can be let in while nothing can be written
            print(error, file=sys.stderr, flush=True)
            return unusable(request, error)

    return Route(path, answer, methods=["GET", "POST"])


def next_of(wanted: str | None) -> str:
    """Where to go after signing in: a page of ours, never another site."""
    parts = urlsplit(wanted or "/")
    is_ours = not parts.scheme and not parts.netloc and parts.path.startswith("/")
    is_odd = any(mark in (wanted or "") for mark in ("\\", "\r", "\n", "\t")) or (wanted or "").startswith("//")
    return (wanted or "/") if is_ours and not is_odd else "/"


def _show_sign_in(request: Request, settings: Settings, status: int = 200, **values: str) -> Response:
    if not has_accounts(open_store()):
        return RedirectResponse("/first-start", 303)
    shown = {"user": "", "told": "", "next": next_of(request.query_params.get("next")), **values}
    return page(request, "sign_in", status, has_oidc=settings.oidc is not None, **shown)


def _sign_in(request: Request, form: dict[str, str], settings: Settings) -> Response:
    store, address = open_store(), request.state.asker.address
    user_code, wanted = normal(form.get("user", ""))[:64], next_of(form.get("next"))
    sessions = sessions_of(store.path)
    shown = {"user": form.get("user", "")[:64], "next": wanted}
    if wait := sessions.reserve(user_code, address):
        response = _show_sign_in(request, settings, 429, told=_wait(request, wait), **shown)
        response.headers["Retry-After"] = str(wait)
        return response
    if not is_password_of(store, user_code, form.get("password", "")):
        _note_failure(user_code, address)
        return _show_sign_in(request, settings, 401, told=fault_words(request, Fault("sign_in.wrong")), **shown)
    sessions.forget_failures(user_code, address)
    return signed_in(request, settings, user_code, "password", wanted)


def _wait(request: Request, seconds: int) -> str:
    return fault_words(request, Fault("sign_in.wait", minutes=-(-seconds // 60)))


def _note_failure(user_code: str, address: str) -> None:
    """In the audit trail; a name that no account has is not kept: it may be a password typed into the wrong box."""
    holder = account(open_store(), user_code)
    nobody = Person(
        holder.user_code if holder else "", holder.user_name if holder else "", Role.NOBODY, None, "page", address
    )
    audit.note(open_store(), Act("sign_in_failed", nobody.user_code), nobody)


def _visitor(request: Request, settings: Settings) -> Visitor:
    guest = request.scope["state"].get("visitor")
    return guest or visitor(request.cookies.get(settings.cookie_name), request.state.asker.address)


def _sign_out(request: Request, form: dict[str, str], settings: Settings) -> Response:
    guest = _visitor(request, settings)
    sessions_of(open_store().path).end(request.cookies[settings.cookie_name])
    audit.note(open_store(), Act("signed_out", guest.person.user_code, guest.person.unit_code), guest.person)
    response = RedirectResponse("/sign-in", 303)
    clear_session(response, settings)
    return response


def _show_account(request: Request, settings: Settings, status: int = 200, told: str = "") -> Response:
    guest = _visitor(request, settings)
    unit = guest.person.unit_code
    name = catalogue_in_force(open_store()).unit_name(unit, language(request)) if unit else ""
    shown = {"person": guest.person, "unit": name, "must_change": guest.must_change, "told": told}
    return page(request, "account", status, has_password=guest.session.way == "password", **shown)


def _change_password(request: Request, form: dict[str, str], settings: Settings) -> Response:
    store, address = open_store(), request.state.asker.address
    guest = _visitor(request, settings)
    user_code, sessions = guest.person.user_code, sessions_of(store.path)
    if form.get("new") != form.get("again"):
        return _show_account(request, settings, 422, fault_words(request, Fault("sign_in.again")))
    if wait := sessions.reserve(user_code, address):
        return _show_account(request, settings, 429, _wait(request, wait))
    try:
        change_password(store, guest.person, form.get("old", ""), form.get("new", ""))
    except Fault as fault:
        if fault.code != "password.wrong":
            sessions.give_back(user_code, address)
        return _show_account(request, settings, 422, fault_words(request, fault))
    sessions.forget_failures(user_code, address)
    sessions.end_all_of(user_code)
    response = RedirectResponse("/", 303)
    set_session(response, settings, sessions.open(user_code, address, "password"))
    return response
