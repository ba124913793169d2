"""The pages that need no Streamlit (sign-in, account, refusals): small HTML, no script, in both languages."""

import secrets
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from data.catalogue.in_force import catalogue_in_force
from data.fault import Fault
from data.store import StoreError, open_store
from locales import LOCALES, faults, pick, remembered, say
from locales.stores import store_title, store_words
from web.languages import remember

_TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=select_autoescape())
NAMES = {"zh-CN": "中文", "en": "English"}


def language(request: Request) -> str:
    """The language that the address asks for, else the one chosen last here, else the house's."""
    asked = request.query_params.get("lang")
    return asked if asked in LOCALES else remembered(request.cookies)


def page(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """The page of a template. In it t(key, …) gives words and `bureau` the bureau's name."""
    locale, nonce = language(request), secrets.token_urlsafe(16)

    def t(key: str, **words: object) -> str:
        return say(locale, key, **words)

    others = [(code, NAMES[code]) for code in LOCALES if code != locale]
    html = _TEMPLATES.get_template(f"{template}.html").render(
        t=t, lang=locale, others=others, nonce=nonce, bureau=_bureau(locale), path=request.url.path, **values
    )
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; img-src data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    headers = {"Content-Security-Policy": policy, "Cache-Control": "no-store"}
    response = HTMLResponse(html, status, headers)
    if request.query_params.get("lang") in LOCALES:
        remember(response, locale)
    return response


def fault_words(request: Request, fault: Fault) -> str:
    """What was expected, what was found, what to do."""
    return faults.fault_words(fault, language(request))


def refusal(request: Request, status: int, code: str, **values: Any) -> Response:
    """A page that says why not, and what to do: the words access.refused.<code>."""
    return page(request, "refused", status, code=code, **values)


def unusable(request: Request, error: Exception) -> Response:
    """A page that says what is wrong with the store, and what to do."""
    locale = language(request)
    told = {"code": "unusable", "title": store_title(error, locale), "told": store_words(error, locale)}
    return page(request, "refused", 503, **told)


def _bureau(locale: str) -> str:
    try:
        return pick(catalogue_in_force(open_store()).bureau.bureau_name, locale)
    except (StoreError, ValueError):
        return ""
