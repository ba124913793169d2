"""The city's single sign-on by OpenID Connect: it says who somebody is, our own account says what she may do.

Nobody gets in who has no account here, and the session afterwards is ours: opaque, and ended by disabling the account.
"""

import secrets

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth
from joserfc.errors import JoseError
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from data import audit
from data.access import Person, Role
from data.audit import Act
from data.fault import Fault
from data.people.accounts import account, normal
from data.store import open_store
from web.html import fault_words, page
from web.settings import Oidc, Settings
from web.sign_in import next_of
from web.signed_in import signed_in

_FLOW = 600  # seconds from leaving for the provider to coming back
_BACK = "/sign-in/oidc/back"


def routes(settings: Settings) -> list[Route]:
    """The way to the provider and the way back; none where no provider is set."""
    if settings.oidc is None:  # not there, rather than a page of Streamlit's that nobody can see
        return [Route(path, _not_there) for path in ("/sign-in/oidc", _BACK)]
    client = _client(settings.oidc)
    flow = Middleware(  # holds state, nonce and the PKCE verifier of one sign-in; signed anew by each process
        SessionMiddleware,
        secret_key=secrets.token_hex(32),
        session_cookie="zhundian-oidc",
        max_age=_FLOW,
        same_site="lax",
        https_only=settings.is_secure,
    )

    async def leave(request: Request) -> Response:
        request.session["next"] = next_of(request.query_params.get("next"))
        try:
            return await client.authorize_redirect(request, f"{settings.origin}{_BACK}")
        except (httpx2.HTTPError, AuthlibBaseError, ValueError) as error:
            return await run_in_threadpool(_refused, request, settings, 502, error)

    async def come_back(request: Request) -> Response:
        try:
            token = await client.authorize_access_token(request)
        except (httpx2.HTTPError, AuthlibBaseError, JoseError, ValueError, KeyError) as error:
            return await run_in_threadpool(_refused, request, settings, 401, error)
        wanted = next_of(request.session.pop("next", None))
        return await run_in_threadpool(_let_in, request, settings, token.get("userinfo") or {}, wanted)

    return [
        Route("/sign-in/oidc", leave, methods=["GET"], middleware=[flow]),
        Route(_BACK, come_back, methods=["GET"], middleware=[flow]),
    ]


def _not_there(_: Request) -> Response:
    return PlainTextResponse("Not Found", 404)


def _client(oidc: Oidc):
    return OAuth().register(
        "city",
        client_id=oidc.client_id,
        client_secret=oidc.client_secret,
        server_metadata_url=f"{oidc.issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256", "timeout": 10.0},
    )


def _let_in(request: Request, settings: Settings, claims: dict, wanted: str) -> Response:
    named = claims.get(settings.oidc.claim)
    if not isinstance(named, str) or not named.strip():
        return _refused(request, settings, 401, f"the claim {settings.oidc.claim} is missing")
    if settings.oidc.claim == "email" and claims.get("email_verified") is not True:
        return _refused(request, settings, 401, "the e-mail address is not verified")
    holder = account(open_store(), named)
    if holder is None or not holder.is_active:
        _note(request, normal(named)[:64])
        told = fault_words(request, Fault("sign_in.oidc_unknown", found=named[:64]))
        return page(request, "sign_in", 403, told=told, user="", next=wanted, has_oidc=True)
    return signed_in(request, settings, holder.user_code, "oidc", wanted)


def _refused(request: Request, settings: Settings, status: int, why: object) -> Response:
    """Back to the form; why is for the log, where the provider's own words help, and holds no secret of ours."""
    print(f"single sign-on: {type(why).__name__}: {str(why)[:300]}", flush=True)
    _note(request, "")
    told = fault_words(request, Fault("sign_in.oidc"))
    return page(request, "sign_in", status, told=told, user="", next="/", has_oidc=True)


def _note(request: Request, user_code: str) -> None:
    nobody = Person(user_code, "", Role.NOBODY, address=request.state.asker.address)
    audit.note(open_store(), Act("sign_in_failed", user_code, details={"way": "oidc"}), nobody)
