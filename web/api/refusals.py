"""The API's answers in JSON, and the one form in which it says no, in the language that the program asks for."""

import json
import math
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from data.fault import Fault
from locales import DEFAULT, LOCALES, say
from locales.faults import fault_words


class Refused(Exception):
    """An answer that is no. code: what stands before its first point is for programs; the words are those of
    api.<code>, with the values in them.
    """

    def __init__(self, status: int, code: str, headers: dict[str, str] | None = None, **values: object) -> None:
        super().__init__(code)
        self.status, self.code, self.headers, self._values = status, code, headers, values

    def response(self, locale: str) -> Response:
        """As JSON."""
        words = say(locale, f"api.{self.code}", **self._values)
        return refusal(self.status, self.code.partition(".")[0], words, self.headers)


class Refusing:
    """What answers an address that is not there, or the methods that one does not take, whatever the method is."""

    def __init__(self, allowed: str = "") -> None:
        self._allowed = allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        if self._allowed:
            headers = {"Allow": self._allowed}
            refused = Refused(405, "method", headers, expected=self._allowed, found=request.method[:20])
        else:
            refused = Refused(404, "unknown_path", found=request.url.path[:200])
        await refused.response(language(request))(scope, receive, send)


def language(request: Request) -> str:
    """The locale of the words: ?lang, else the first of Accept-Language that we have, else the house's."""
    wanted = [request.query_params.get("lang", ""), *ranked(request.headers.get("accept-language", ""))]
    for tag in wanted:
        for locale in LOCALES:
            if tag.lower() == locale.lower() or tag.partition("-")[0].lower() == locale.partition("-")[0].lower():
                return locale
    return DEFAULT


def ranked(header: str) -> list[str]:
    """The names in an Accept or Accept-Language header, the most wanted first (RFC 9110, 12.4.2)."""
    weighted: list[tuple[float, str]] = []
    for part in header.split(","):
        name, *parameters = (word.strip() for word in part.split(";"))
        weight = next((word[2:] for word in parameters if word.startswith("q=")), "1")
        try:
            weighted.append((float(weight), name))
        except ValueError:
            continue
    return [name for weight, name in sorted(weighted, key=lambda pair: -pair[0]) if weight > 0]


def refused(fault: Fault, locale: str) -> Response:
    """A fault as the API says it: 400 for a question that the catalogue cannot answer, 422 for what is refused though
    it can be read. For programs its name up to the first point.
    """
    status = 400 if fault.area in ("catalogue", "rows", "freshness") else 422
    return refusal(status, fault.name.partition(".")[0], fault_words(fault, locale))


def refusal(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Response:
    """The one form of every no."""
    return answered({"error": {"code": code, "message": message}}, status, headers)


def answered(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A value as JSON, which has no NaN: null stands there."""
    try:
        content = json.dumps(value, ensure_ascii=False, default=str, allow_nan=False)
    except ValueError:
        content = json.dumps(_without_nan(value), ensure_ascii=False, default=str, allow_nan=False)
    return Response(content.encode("utf-8", "replace"), status, headers, "application/json")


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nan(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
