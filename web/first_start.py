"""The first start: whoever started the program makes the administrator's account, with a code that only she can see."""

import secrets
import threading

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from data.fault import Fault
from data.people.accounts import create_first, has_accounts
from data.store import Store, open_store
from web.html import fault_words, page
from web.sessions import sessions_of
from web.settings import Settings
from web.signed_in import signed_in

_code: dict[str, str] = {}
_making = threading.Lock()


def code_of(store: Store) -> str:
    """The code of this process, made when it is first wanted."""
    with _making:
        return _code.setdefault(str(store.path), "-".join(secrets.token_hex(2) for _ in range(3)))


def announce(store: Store, address: str) -> None:
    """Tell whoever looks at the program's output which address to open: the one with the code where there is no
    account yet.
    """
    words = "请打开 Open:"
    if not has_accounts(store):
        words, address = "首次启动，请打开 First start, open:", f"{address}/first-start?code={code_of(store)}"
    print(f"\n  准点 · {words}\n  {address}\n", flush=True)


def show(request: Request) -> Response:
    """GET: the form, or on to the sign-in where there is an account already."""
    if has_accounts(open_store()):
        return RedirectResponse("/sign-in", 303)
    return page(request, "first_start", first_code=request.query_params.get("code", ""), user="", name="")


def take(request: Request, form: dict[str, str], settings: Settings) -> Response:
    """POST: make the account and sign in with it."""
    store, address = open_store(), request.state.asker.address
    typed = {"first_code": form.get("code", ""), "user": form.get("user", ""), "name": form.get("name", "")}
    sessions = sessions_of(store.path)
    if wait := sessions.reserve("", address):
        fault = Fault("sign_in.wait", minutes=-(-wait // 60))
        return page(request, "first_start", 429, told=fault_words(request, fault), **typed)
    if not secrets.compare_digest(typed["first_code"].strip().lower().encode(), code_of(store).encode()):
        return page(request, "first_start", 403, told=fault_words(request, Fault("sign_in.code")), **typed)
    sessions.give_back("", address)
    if form.get("password") != form.get("again"):
        return page(request, "first_start", 422, told=fault_words(request, Fault("sign_in.again")), **typed)
    try:
        made = create_first(store, typed["user"], typed["name"], form.get("password", ""))
    except Fault as fault:
        return page(request, "first_start", 422, told=fault_words(request, fault), **typed)
    return signed_in(request, settings, made.user_code, "password", "/")
