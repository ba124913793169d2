"""Programs that come with tokens over raw HTTP; every answer that they get is held against openapi.json."""

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
from jsonschema import Draft202012Validator

from data.access import Role
from data.catalogue.in_force import set_counting_start
from data.people import accounts, tokens
from data.store import Store
from tests.ready import ready_copy, reference_store
from tests.served import Served
from tests.web.people import PASSWORD
from web.api import BASE
from web.api.description import DOCUMENT

OCTOBER = date(2026, 10, 1)
BEARERS = {
    "dag": (Role.REPORTER, "DAG"),
    "fjs": (Role.REPORTER, "FJS"),
    "leader": (Role.LEADER, None),
    "monitor": (Role.MONITOR, None),
}
_WRITTEN = json.loads(DOCUMENT.read_text(encoding="utf-8"))


def bureau(path: Path, start: date | None = OCTOBER) -> tuple[Store, dict[str, str]]:
    """The reference catalogue, with an administrator; and the secret of a token each of BEARERS."""
    return Store(ready_copy(_bureau, path, start)), dict(_SECRETS[start])


def _bureau(path: Path, start: date | None) -> None:
    store = reference_store(path)
    office = store.seen_by(accounts.create_first(store, "office", "张建国", PASSWORD).person())
    if start:
        set_counting_start(office, start, datetime.now(UTC))
    _SECRETS[start] = {name: tokens.create(office, name, role, unit)[1] for name, (role, unit) in BEARERS.items()}
    store.close()


_SECRETS: dict[date | None, dict[str, str]] = {}


@dataclass
class Programs:
    """The server, and who may come with what secret."""

    server: Served
    secrets: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, who: str | None = None, **more: Any) -> httpx2.Response:
        """One request to the API; path with its query, who: a name of the secrets, or a secret itself."""
        headers = {"Authorization": f"Bearer {self.secrets.get(who, who)}"} if who else {}
        headers |= more.pop("headers", {})
        address = f"{self.server.address}{BASE}{path}"
        answer = httpx2.request(method, address, headers=headers, timeout=60, verify=False, **more)
        judge(answer, method, path)
        return answer

    def hand_in(self, content: bytes, who: str = "dag", **query: str) -> httpx2.Response:
        """A workbook, as the body."""
        return self.ask("POST", "/workbooks", who, params={"file_name": "a.xlsx", **query}, content=content)

    def log(self) -> str:
        """What the server has printed."""
        return self.server.log.read_text(encoding="utf-8")


def judge(answer: httpx2.Response, method: str, path: str) -> None:
    """That status, media type and body are as openapi.json says; for an address that it has not, the form of a no."""
    template = _template(BASE + path.partition("?")[0])
    operation = _WRITTEN["paths"].get(template, {}).get(method.lower())
    if answer.status_code == 304:
        assert answer.content == b"" and answer.headers["etag"]
        return
    media_type = answer.headers["content-type"].partition(";")[0]
    if operation is None:
        assert answer.status_code in (404, 405) and media_type == "application/json"
        _validator("#/components/schemas/Error").validate(answer.json())
        return
    said = _followed(operation["responses"][str(answer.status_code)])["content"][media_type]["schema"]
    if media_type == "application/json":
        value = json.loads(answer.content, parse_constant=_no_constant)
        Draft202012Validator(said | {"components": _WRITTEN["components"]}).validate(value)


def _no_constant(text: str) -> None:
    raise ValueError(f"{text} is no JSON")


def _template(path: str) -> str:
    """The path of the document that this one fits."""
    parts = path.split("/")
    for known in _WRITTEN["paths"]:
        own = known.split("/")
        if len(own) == len(parts) and all(a == b or (a[:1] == "{" and b) for a, b in zip(own, parts, strict=True)):
            return known
    return ""


def _followed(written: dict[str, Any]) -> dict[str, Any]:
    reference = written.get("$ref")
    return _WRITTEN["components"]["responses"][reference.rpartition("/")[2]] if reference else written


@cache
def _validator(reference: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": reference, "components": _WRITTEN["components"]})
