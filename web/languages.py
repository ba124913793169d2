"""The reader's language beyond one page: her browser remembers it, and is told which one a page speaks.

Streamlit speaks English alone: the words of its own toolbars are changed in the browser (web/static/language.js).
"""

import json
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from locales import DEFAULT, LANGUAGE_COOKIE, LOCALES, words

PATH = "/language.js"
_SCRIPT = Path(__file__).parent / "static" / "language.js"
_YEAR = 365 * 86400
_OF_STREAMLIT = "streamlit."


def remember(response: Response, language: str) -> None:
    """Have the browser keep it, for a year."""
    response.set_cookie(LANGUAGE_COOKIE, language, max_age=_YEAR, samesite="lax", httponly=True)


def script_tag(language: str, is_chosen: bool) -> str:
    """What a page says to the browser. is_chosen: the reader has just asked for this language, so it is remembered."""
    kept = "&keep=1" if is_chosen else ""
    return f'<script src="{PATH}?lang={language}{kept}" defer></script>'


def script(request: Request) -> Response:
    """GET: the script with the words of the language that is asked for; with keep=1 it is remembered."""
    asked = request.query_params.get("lang")
    language = asked if asked in LOCALES else DEFAULT
    content = _SCRIPT.read_text(encoding="utf-8")
    for name, value in (("LANGUAGE", language), ("WORDS", streamlits_words(language))):
        content = content.replace(f'"{name}"', json.dumps(value))
    response = Response(content, media_type="text/javascript")
    if request.query_params.get("keep") == "1":
        remember(response, language)
    return response


def streamlits_words(language: str) -> dict[str, str]:
    """Streamlit's own words in every other language → in this one."""
    keys = [key for key in words(DEFAULT) if key.startswith(_OF_STREAMLIT)]
    return {words(other)[key]: words(language)[key] for other in LOCALES if other != language for key in keys}
