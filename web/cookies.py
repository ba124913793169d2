"""The session's cookie: HttpOnly, SameSite=Lax, and under TLS Secure with the prefix __Host-."""

from starlette.responses import Response

from web.sessions import LIFETIME
from web.settings import Settings


def set_session(response: Response, settings: Settings, token: str) -> None:
    """Hand the session to the browser, for as long as it can live at most."""
    response.set_cookie(
        settings.cookie_name,
        token,
        max_age=LIFETIME,
        path="/",
        httponly=True,
        samesite="lax",
        secure=settings.is_secure,
    )


def clear_session(response: Response, settings: Settings) -> None:
    """Take it back."""
    response.delete_cookie(settings.cookie_name, path="/", httponly=True, samesite="lax", secure=settings.is_secure)
