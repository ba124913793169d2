"""A sign-in that has succeeded, whichever way it came: noted in the trail, with a session of its own."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from data import audit
from data.audit import Act
from data.people.accounts import account
from data.store import open_store
from web.cookies import set_session
from web.sessions import sessions_of
from web.settings import Settings


def signed_in(request: Request, settings: Settings, user_code: str, way: str, wanted: str) -> Response:
    """Open a session, a new one whatever cookie came along, and go where she wanted to."""
    store, address = open_store(), request.state.asker.address
    holder = account(store, user_code)
    sessions = sessions_of(store.path)
    if before := request.cookies.get(settings.cookie_name):
        sessions.end(before)
    act = Act("signed_in", holder.user_code, holder.unit_code, {"way": way})
    audit.note(store, act, holder.person("page", address))
    response = RedirectResponse(wanted, 303)
    set_session(response, settings, sessions.open(holder.user_code, address, way))
    return response
