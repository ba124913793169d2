"""A trusted reverse proxy that has let somebody in already names her account in a header; only by explicit setting."""

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response

from data import audit
from data.audit import Act
from data.people.accounts import account, normal
from data.store import open_store
from web.asker import Asker
from web.cookies import set_session
from web.identity import Visitor, visitor
from web.sessions import sessions_of
from web.settings import Settings


def of_proxy(
    settings: Settings, connection: HTTPConnection, who: Asker, guest: Visitor | None
) -> tuple[Visitor | None, Response | None]:
    """Who the proxy says it is, and the answer that opens her session where she has none yet. Without a header, or not
    by the proxy, things stay as they are; a header that names another account than the session's ends that session.
    """
    named = connection.headers.get(settings.user_header) if settings.user_header and who.is_by_proxy else None
    if named is None:
        return guest, None
    user_code = normal(named)
    if guest is not None and guest.person.user_code == user_code:
        return guest, None
    if guest is not None:
        sessions_of(open_store().path).end(connection.cookies[settings.cookie_name])
    holder = account(open_store(), user_code)
    if holder is None or not holder.is_active or connection.scope["type"] != "http":
        return None, None
    token = sessions_of(open_store().path).open(user_code, who.address, "proxy")
    act = Act("signed_in", user_code, holder.unit_code, {"way": "proxy"})
    audit.note(open_store(), act, holder.person("page", who.address))
    query = f"?{connection.url.query}" if connection.url.query else ""
    response = RedirectResponse(f"{connection.url.path}{query}", 303)
    set_session(response, settings, token)
    return visitor(token, who.address), response
