"""What a program is answered over HTTP, chapter by chapter, about the store that the story has left.

Left out: 429, whose words hold the seconds that are left, and of /metrics all that is measured in seconds or bytes.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx2

from tests.transcripts.files import fill, workbook_text
from tests.transcripts.masks import Masks
from tests.transcripts.story import EXPLANATION, QUESTIONS, one_blank, rows_of

NOW = "2026-11-27T14:00:00+08:00"
SHOWN = ("content-type", "content-disposition", "allow", "www-authenticate", "retry-after", "cache-control")
OCTOBER = "period=2026-10&as_of=2026-11-24"
COUNTED = ("submissions", "dues", "uploads_total", "audit_rows", "sessions_open")


@dataclass
class Conversation:
    """What was asked and what was answered. secrets: of the tokens, by name."""

    address: str
    folder: Path
    secrets: dict[str, str]
    hidden: dict[str, str]
    lines: list[str] = field(default_factory=list)

    def ask(self, method: str, path: str, who: str | None = None, show: bool = True, **more: Any) -> httpx2.Response:
        """One request by whoever has this token; path: below /api/v1, or the whole of it after a /."""
        headers = {"Authorization": f"Bearer {self.secrets.get(who, who)}"} if who else {}
        said = " ".join([f"{name}: {value}" for name, value in more.get("headers", {}).items()])
        headers |= more.pop("headers", {})
        path = path if path.startswith("/") else f"/api/v1/{path}"
        answer = httpx2.request(method, f"{self.address}{path}", headers=headers, timeout=60, verify=False, **more)
        self.lines.append(f"> {method} {path} as {who or 'nobody'}" + (f", {said}" if said else ""))
        self.lines.append(f"< {answer.status_code}")
        for name in SHOWN:
            if name in answer.headers:
                self.lines.append(f"< {name}: {unquote(answer.headers[name])}")
        if show:
            self.lines += _body(answer)
        self.lines.append("")
        return answer

    def show(self, name: str, text: str) -> None:
        """What a file holds."""
        self.lines += [f"# {name}", *text.splitlines(), ""]

    def text(self) -> str:
        """As it is recorded."""
        return Masks(self.folder, self.hidden)("\n".join(self.lines)) + "\n"


def _body(answer: httpx2.Response) -> list[str]:
    """Line by line as it came; of JSON each object on a line of its own."""
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if kind == "application/json":
        return answer.content.decode().replace("}, {", "},\n{").splitlines()
    if kind.startswith("text/"):
        return answer.content.decode().replace("\ufeff", "<BOM>").splitlines()
    return []


def api_lists(asked: Conversation) -> None:
    """The six questions, in JSON and CSV, and what is refused."""
    for name in QUESTIONS:
        asked.ask("GET", f"{name}?{OCTOBER}&unit=FJS", "leader")
        asked.ask("GET", f"{name}?{OCTOBER}&format=csv", "XZSP")
        for who in (None, "wrong", "ended", "monitor"):
            asked.ask("GET", name, who)
        asked.ask("GET", f"{name}?unit=FJS", "ZFD")
        asked.ask("GET", f"{name}?period=2026-13", "ZFD")
    asked.ask("GET", f"late?{OCTOBER}&unit=ZFD", "leader", headers={"Accept": "text/csv"})
    asked.ask("GET", f"late?{OCTOBER}", "ZFD", headers={"If-None-Match": "*"})
    asked.ask("GET", "late", "leader")
    asked.ask("HEAD", "late", "leader")
    for words in ("unit=NOBODY", "as_of=noon", "as_of=2027-01-01", "format=xml", "colour=red", "unit=ZFD&unit=ZFD"):
        asked.ask("GET", f"late?{words}", "leader")
        asked.ask("GET", f"late?{words}&lang=en", "leader")
    asked.ask("GET", "late?lang=fr", "leader")
    asked.ask("GET", "late?period=x", "leader", headers={"Accept-Language": "en-GB, zh;q=0.5"})
    asked.ask("GET", "late", headers={"Authorization": "Basic eA=="})


def api_handing_in(asked: Conversation) -> None:
    """Workbooks and statements by program, their receipts and files."""
    folder, blanks = asked.folder, asked.folder / "blanks"
    fill(one_blank(blanks, "BE-02"), folder / "newer.xlsx", rows_of("BE-02", "XZSP")[:2])
    newer, bad, strange = ((folder / f"{name}.xlsx").read_bytes() for name in ("newer", "bad", "strange"))
    asked.ask("POST", "workbooks?file_name=newer.xlsx&dry_run=true", "XZSP", content=newer)
    asked.ask("POST", "workbooks?file_name=newer.xlsx", "XZSP", content=newer)  # rows are gone: why?
    first = asked.ask("POST", f"workbooks?file_name=newer.xlsx&explanation={EXPLANATION}", "XZSP", content=newer)
    asked.ask("POST", "workbooks?file_name=newer.xlsx&lang=en", "XZSP", content=newer)
    returned = asked.ask("POST", "workbooks", "XZSP", files={"file": ("bad.xlsx", bad)}, data={"period": "2026-10"})
    asked.ask("POST", "workbooks?file_name=bad.xlsx&lang=en", "XZSP", content=bad)
    asked.ask("POST", "workbooks?file_name=strange.xlsx", "ZFD", content=strange)
    asked.ask("POST", f"workbooks?file_name=strange.xlsx&explanation={EXPLANATION}", "XZSP", content=strange)
    asked.ask("POST", "workbooks?file_name=letter.pdf", "XZSP", content=b"%PDF-1.7")
    for words in ("explanation=无误", "unit=NOBODY", "period=soon", "dry_run=yes", "file_name=" + 256 * "a", "by=me"):
        asked.ask("POST", f"workbooks?{words}", "XZSP", content=newer)
    asked.ask("POST", "workbooks?unit=ZFD", "XZSP", content=newer)
    asked.ask("POST", "workbooks", "XZSP", content=b"")
    asked.ask("POST", "workbooks", "XZSP", content=bytes(11 << 20))
    asked.ask("POST", "workbooks", "XZSP", files={"one": ("a.xlsx", newer), "two": ("b.xlsx", newer)})
    for who in (None, "wrong", "leader", "monitor"):
        asked.ask("POST", "workbooks", who, content=newer)
    for answer in (first, returned):
        number = answer.json()[0]["receipt_no"]
        for ending in ("", "?lang=en", "/original", "/marked", "/marked?lang=en"):
            got = asked.ask("GET", f"receipts/{number}{ending}", "XZSP")
            if ending == "/original":
                asked.show("as it was sent", str(got.content in (newer, bad)))
            elif got.status_code == 200 and ending.startswith("/marked"):
                (folder / "got.xlsx").write_bytes(got.content)
                asked.show("marked", workbook_text(folder / "got.xlsx", "问题清单", "Issues"))
        asked.ask("GET", f"receipts/{number}", "ZFD")
    for who in (None, "leader"):
        asked.ask("GET", "receipts/20261124-0000", who)


def api_declarations(asked: Conversation) -> None:
    """Zero reports and platform deliveries by program."""
    zero = {"kind": "zero_report", "template": "SV-02", "period": "2026-09"}
    sent = {"kind": "platform_declaration", "template": "SV-03", "period": "2026-09", "count": "12"}
    sent["delivered_on"] = "2026-10-19"
    proof = {"proof": ("proof.pdf", b"%PDF-1.4\n%%EOF\n")}
    asked.ask("POST", "declarations", "ZFD", json=zero | {"reason": "本月未开展"})
    asked.ask("POST", "declarations?lang=en", "ZFD", json=zero | {"reason": "本月未开展"})
    asked.ask("POST", "declarations", "ZFD", data=sent, files=proof)
    asked.ask("POST", "declarations", "ZFD", data=sent | {"count": "many"}, files=proof)
    asked.ask("POST", "declarations", "ZFD", json=sent)
    for words in (
        {"template": "XX-01"}, {"template": "BE-02"}, {"period": "2027-10"}, {"period": "soon"}, {"kind": "joke"},
        {"unit": "FJS"}, {"colour": "red"}, {"reason": "x" * 201}, {"template": ["SV-02"]},
    ):  # fmt: skip
        asked.ask("POST", "declarations", "ZFD", json=zero | words)
        asked.ask("POST", "declarations?lang=en", "ZFD", json=zero | words)
    asked.ask("POST", "declarations", "ZFD", content=b"{", headers={"Content-Type": "application/json"})
    for who in (None, "leader"):
        asked.ask("POST", "declarations", who, json=zero)


def api_others(asked: Conversation) -> None:
    """Blank workbooks, the description, addresses that are not there, and what monitoring reads."""
    asked.ask("GET", "blanks?period=2026-10", "ZFD")
    asked.ask("GET", "blanks?period=2026-Q4", "leader")
    asked.ask("GET", "blanks?period=2026-10&template=BE-02&unit=XZSP", "leader")
    for words in ("period=soon", "", "period=2026-10&template=XX-01", "period=2026-10&unit=NOBODY"):
        asked.ask("GET", f"blanks?{words}", "leader")
    asked.ask("GET", "blanks?period=2026-10&unit=FJS", "ZFD")
    got = asked.ask("GET", "blanks/ZFD/SV-02/2026-10", "ZFD")
    (asked.folder / "got.xlsx").write_bytes(got.content)
    asked.show("blank", workbook_text(asked.folder / "got.xlsx", "_meta"))
    for path in (
        "ZFD/BE-02/2026-10",
        "ZFD/SV-02/2026-Q4",
        "ZFD/SV-02/soon",
        "NOBODY/SV-02/2026-10",
        "FJS/BE-04/2026-10",
    ):
        asked.ask("GET", f"blanks/{path}", "ZFD")
    written = asked.ask("GET", "openapi.json", "ZFD", show=False).json()
    asked.show("openapi.json", _contents(written))
    for method, path in (
        ("GET", "nothing"),
        ("POST", "late"),
        ("GET", "workbooks"),
        ("DELETE", "receipts/x"),
        ("GET", "/api"),
    ):
        asked.ask(method, path, "ZFD")
        asked.ask(method, f"{path}?lang=en")
    asked.ask("GET", "/healthz")
    for who in (None, "ZFD"):
        asked.ask("GET", "/metrics", who)
    got = asked.ask("GET", "/metrics", "monitor", show=False)
    lines = [line for line in got.text.splitlines() if "zhundian_" in line and "_created" not in line]
    asked.show("metrics", "\n".join(line for line in lines if line[0] == "#" or line[9:].startswith(COUNTED)))


def _contents(written: dict) -> str:
    """What an OpenAPI document says there is, a line each."""
    lines = [
        f"{method} {path} {' '.join(one['responses'])}"
        for path, own in written["paths"].items()
        for method, one in own.items()
    ]
    for name, schema in written["components"]["schemas"].items():
        lines.append(f"{name}: {json.dumps(schema, ensure_ascii=False)}")
    return "\n".join(lines)


CHAPTERS: tuple[Callable[[Conversation], None], ...] = (api_lists, api_handing_in, api_declarations, api_others)
