"""The city's single sign-on by OpenID Connect."""

from starlette.routing import Route

from web.settings import Settings


def routes(settings: Settings) -> list[Route]:
    """None where no provider is set."""
    return []
