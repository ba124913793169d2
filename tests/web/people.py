"""A small bureau with people of every kind, and a client that comes as one of them: over raw HTTP and web sockets."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import create_connection

import httpx2
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from data.access import Role
from data.people import accounts
from data.store import Store, open_store
from tests.pages.fabricated import small_store
from tests.ready import ready_copy

PASSWORD = "好记的一句话 2026"
PEOPLE = {
    "office": (Role.OFFICE, None),
    "leader": (Role.LEADER, None),
    "reporter-a": (Role.REPORTER, "A"),
    "reporter-b": (Role.REPORTER, "B"),
    "reviewer-a": (Role.REVIEWER, "A"),
}


def bureau(path: Path) -> Store:
    """The small store (甲科 A, 乙科 B) with an account each of PEOPLE, all with PASSWORD; "newcomer" has her first
    password still, FIRST[path], and "gone" is disabled.
    """
    ready_copy(_bureau, path)
    FIRST[path] = _FIRST["newcomer"]
    return open_store(path)


def _bureau(path: Path) -> None:
    store = small_store(path)
    office = store.seen_by(accounts.create_first(store, "office", "office", PASSWORD).person())
    for name, (role, unit) in PEOPLE.items():
        if name != "office":
            _create(office, name, role, unit)
    _FIRST["newcomer"] = accounts.create(office, "newcomer", "新来的", Role.REPORTER, "A")
    _create(office, "gone", Role.REPORTER, "A")
    accounts.change(office, "gone", is_active=False)
    store.close()


def _create(office: Store, name: str, role: Role, unit: str | None) -> None:
    first = accounts.create(office, name, name, role, unit)
    accounts.change_password(office, accounts.account(office, name).person(), first, PASSWORD)


FIRST: dict[Path, str] = {}
_FIRST: dict[str, str] = {}


@dataclass
class Client:
    """Somebody's browser, without the browser. cookies: what she holds; headers: what each request brings."""

    address: str
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, **more) -> httpx2.Response:
        """One request, as a page of ours would send it; redirects are not followed, cookies are kept."""
        own = {"Origin": self.address, "Accept": "text/html", **self.headers, **more.pop("headers", {})}
        own = {name: value for name, value in own.items() if value}
        with httpx2.Client(cookies=self.cookies, timeout=30, verify=False) as client:  # plain http: no certificates
            answer = client.request(method, f"{self.address}{path}", headers=own, **more)
        self.cookies |= {name: value for name, value in answer.cookies.items() if value}
        return answer

    def sign_in(self, user: str, password: str = PASSWORD) -> httpx2.Response:
        """By the form."""
        return self.ask("POST", "/sign-in", data={"user": user, "password": password, "next": "/"})

    @contextmanager
    def socket(self, origin: str | None = "own", **headers: str) -> Iterator:
        """The web socket that a page opens. InvalidStatus where it is refused."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        wanted = {"Cookie": cookie, **self.headers, **headers}
        host = self.address.removeprefix("http://")
        named = wanted.pop("Host", host)
        origin = wanted.pop("Origin", self.address) if origin == "own" else origin
        wanted.pop("Origin", None)
        with connect(
            f"ws://{named}/_stcore/stream",
            sock=create_connection(host.split(":"), timeout=30),
            origin=origin,
            additional_headers={name: value for name, value in wanted.items() if value},
            subprotocols=["streamlit"],
            max_size=None,
        ) as open_socket:
            yield open_socket


def page_of(open_socket, page: str = "", query: str = "") -> bytes:
    """Everything that one rerun of a page sends down the socket, as bytes; page: its address."""
    message = BackMsg()
    message.rerun_script.query_string = query
    message.rerun_script.page_name = page
    open_socket.send(message.SerializeToString())
    sent = b""
    while True:
        received = open_socket.recv(timeout=30)
        sent += received
        told = ForwardMsg()
        told.ParseFromString(received)
        if told.WhichOneof("type") == "script_finished":
            return sent


def says(sent: bytes, words: str) -> bool:
    """Whether what was sent holds these words, in a text or in a table's Arrow."""
    return words.encode() in sent
