"""Somebody who looks at pages and hands files in, as a browser does it over the web socket, but without the browser."""

import os
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from data.access import Role
from data.people import accounts
from data.store import Store
from tests.web.people import PASSWORD, Client

PATIENCE = 120  # seconds
_XSRF = "_streamlit_xsrf"


@dataclass
class Tab:
    """An open page. size: bytes that the last rerun sent; faults: exceptions that a page has shown."""

    client: Client
    socket: Any
    session_id: str = ""
    size: int = 0
    faults: int = 0
    query: str = ""
    _elements: list[Any] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)

    def open(self, page: str, query: str = "") -> None:
        """A click in the menu: one rerun of the page, up to its last message."""
        self.query = query
        self._run(page, [])

    def elements(self, kind: str) -> list[Any]:
        """What the last rerun drew of this kind: button, file_uploader, text_input …"""
        return [getattr(element, kind) for element in self._elements if element.WhichOneof("type") == kind]

    def set(self, page: str, states: Iterable[WidgetState]) -> None:
        """Something was typed, pressed or chosen."""
        self._run(page, states)

    def sent_up(self, name: str, content: bytes) -> WidgetState:
        """A file put into the page's uploader; the state of the uploader that holds it."""
        message = BackMsg()
        message.file_urls_request.request_id = str(uuid.uuid4())
        message.file_urls_request.file_names.append(name)
        message.file_urls_request.session_id = self.session_id
        self.socket.send(message.SerializeToString())
        told = self._receive()
        while told.WhichOneof("type") != "file_urls_response":
            told = self._receive()
        (urls,) = told.file_urls_response.file_urls
        headers = {"X-Xsrftoken": self.client.cookies.get(_XSRF) or self._xsrf()}
        answer = self.client.ask("PUT", urls.upload_url, files={"file": (name, content)}, headers=headers)
        if answer.status_code >= 300:
            raise RuntimeError(f"expected the file to be taken, found {answer.status_code} {answer.text[:200]}")
        (uploader,) = self.elements("file_uploader")
        state = WidgetState(id=uploader.id)
        info = state.file_uploader_state_value.uploaded_file_info.add()
        info.name, info.size, info.file_id = name, len(content), urls.file_id
        info.file_urls.CopyFrom(urls)
        return state

    def _xsrf(self) -> str:
        """Streamlit's own token, which a browser gets with its first question for the server's health."""
        self.client.ask("GET", "/_stcore/health")
        return self.client.cookies[_XSRF]

    def _run(self, page: str, states: Iterable[WidgetState]) -> None:
        message = BackMsg()
        message.rerun_script.page_name, message.rerun_script.query_string = page, self.query
        message.rerun_script.widget_states.widgets.extend(states)
        message.rerun_script.cached_message_hashes.extend(self._known)
        self.socket.send(message.SerializeToString())
        self.size, self._elements = 0, []
        while (told := self._receive()).WhichOneof("type") != "script_finished":
            self._take(told)
        if told.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:  # the page wants to be shown anew
            self._elements = []
            while (told := self._receive()).WhichOneof("type") != "script_finished":
                self._take(told)

    def _take(self, told: ForwardMsg) -> None:
        kind = told.WhichOneof("type")
        if told.metadata.cacheable:
            self._known.add(told.hash)
        if kind == "new_session":
            self.session_id = told.new_session.initialize.session_id
        elif kind == "delta" and told.delta.WhichOneof("type") == "new_element":
            self._elements.append(told.delta.new_element)
            self.faults += told.delta.new_element.WhichOneof("type") == "exception"

    def _receive(self) -> ForwardMsg:
        received = self.socket.recv(timeout=PATIENCE)
        self.size += len(received)
        told = ForwardMsg()
        told.ParseFromString(received)
        return told


@contextmanager
def tab(client: Client) -> Iterator[Tab]:
    """A page opened by somebody who is signed in."""
    with client.socket() as socket:
        yield Tab(client, socket)


def signed_in(address: str, user: str) -> Client:
    """A browser in which she is signed in."""
    client = Client(address)
    answer = client.sign_in(user)
    if answer.status_code != 303:
        raise RuntimeError(f"{user} could not sign in: {answer.status_code}")
    return client


def with_accounts(store: Store, units: Iterable[str]) -> Mapping[str, str | None]:
    """Accounts for the office, a leader and a clerk of each unit, all with PASSWORD: account → unit."""
    first = accounts.create_first(store, "bench-office", "测试", PASSWORD)
    office = store.seen_by(first.person())
    people = {"bench-leader": (Role.LEADER, None)} | {f"bench-{unit}": (Role.REPORTER, unit) for unit in units}
    for user, (role, unit) in people.items():
        given = accounts.create(office, user.lower(), user, role, unit)
        accounts.change_password(office, accounts.account(office, user.lower()).person(), given, PASSWORD)
    return {"bench-office": None} | {user.lower(): unit for user, (_, unit) in people.items()}


def processor_seconds(process_id: int) -> float:
    """What a process has taken of the processors so far, the system's work for it included; Linux alone."""
    fields = Path(f"/proc/{process_id}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_megabytes(process_id: int) -> tuple[int, int]:
    """What it has in memory now, and the most that it ever had."""
    lines = Path(f"/proc/{process_id}/status").read_text(encoding="ascii").splitlines()
    found = {line.split(":")[0]: int(line.split()[1]) // 1024 for line in lines if line.startswith(("VmRSS", "VmHWM"))}
    return found["VmRSS"], found["VmHWM"]
