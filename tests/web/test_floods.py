"""A flood of sign-ins, wrong tokens and uploads stops nobody else; what somebody was shut out of stays shut."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from data.people import accounts, passwords
from data.store import open_store
from tests.served import served
from tests.web.people import Client, bureau
from web import sessions, uploads
from web.identity import _account, visitor
from web.sessions import Sessions, network_of, sessions_of


@pytest.fixture
def own(tmp_path):
    """Sessions of the test's own."""
    opened = Sessions(tmp_path / "x.sessions")
    yield opened
    opened.close()


def test_no_number_of_tries_at_once_gets_past_the_limit(own):
    with ThreadPoolExecutor(30) as threads:
        waits = list(threads.map(lambda _: own.reserve("leader", "10.0.0.7"), range(60)))
    assert waits.count(0) == sessions.MAX_OF_USER
    own.forget_failures("leader", "10.0.0.7")
    assert own.reserve("leader", "10.0.0.7") == 0


def test_who_got_in_took_no_try_from_her_address(own):
    for _ in range(3 * sessions.MAX_OF_ADDRESS):
        assert own.reserve("leader", "10.0.0.7") == 0
        own.forget_failures("leader", "10.0.0.7")


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("10.0.0.7", "10.0.0.7"),
        ("::ffff:10.0.0.7", "10.0.0.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("testclient", "testclient"),
    ],
)
def test_a_house_is_one_whatever_addresses_it_has(address, counted):
    assert network_of(address) == counted


def test_a_house_has_no_more_tries_by_ipv6(own):
    waits = [own.reserve(f"guess{n}", f"2001:db8:1:2::{n:x}") for n in range(sessions.MAX_OF_ADDRESS + 5)]
    assert waits.count(0) == sessions.MAX_OF_ADDRESS


def test_passwords_are_worked_out_one_at_a_time(monkeypatch):
    at_once, most = 0, 0
    guard = threading.Lock()

    class Slow:
        def verify(self, *_):
            nonlocal at_once, most
            with guard:
                at_once += 1
                most = max(most, at_once)
            time.sleep(0.01)
            with guard:
                at_once -= 1
            return True

    monkeypatch.setattr(passwords, "_HASHER", Slow())
    with ThreadPoolExecutor(20) as threads:
        assert all(threads.map(lambda _: passwords.is_password("kept", "x"), range(20)))
    assert most == 1


@pytest.mark.slow
def test_readers_go_on_during_a_flood_of_sign_ins(tmp_path):
    """Real password hashing, since the server is a process of its own."""
    bureau(tmp_path / "store.duckdb").close()
    with served(tmp_path / "store.duckdb") as server:
        reader = Client(server.address)
        assert reader.sign_in("leader").status_code == 303
        with ThreadPoolExecutor(60) as threads:
            flood = [threads.submit(Client(server.address).sign_in, f"guess{n}", "x") for n in range(60)]
            seconds = []
            while not all(done.done() for done in flood) and len(seconds) < 200:
                began = time.monotonic()
                assert reader.ask("GET", "/account").status_code == 200
                seconds.append(time.monotonic() - began)
            statuses = [done.result().status_code for done in flood]
    assert statuses.count(401) <= sessions.MAX_OF_ADDRESS and set(statuses) <= {401, 429}
    assert sorted(seconds)[int(len(seconds) * 0.95)] < 3, sorted(seconds)[-5:]


def test_wrong_tokens_shut_out_no_good_one(server, tmp_path):
    client = Client(server.address)
    for _ in range(sessions.MAX_OF_ADDRESS + 5):
        last = client.ask("GET", "/api/v1/late", headers={"Authorization": "Bearer zhundian_wrong"})
    assert last.status_code == 429


# Shut out


def test_a_session_from_before_is_over_though_the_account_is_enabled_again(tmp_path, monkeypatch):
    monkeypatch.setenv("ZHUNDIAN_STORE", str(tmp_path / "store.duckdb"))
    store = bureau(tmp_path / "store.duckdb")
    store.close()
    opened = open_store()
    token = sessions_of(opened.path).open("reporter-a", "10.0.0.7", "password")
    assert visitor(token) is not None
    accounts.change(opened, "reporter-a", is_active=False)
    assert visitor(token) is None
    accounts.change(opened, "reporter-a", is_active=True)
    assert visitor(token) is None
    again = sessions_of(opened.path).open("reporter-a", "10.0.0.7", "password")
    assert visitor(again) is not None
    _account.cache_clear()
    opened.close()


# Uploads that nobody has sent


def test_what_is_chosen_and_not_sent_is_bounded_for_each_and_for_all(monkeypatch):
    held: dict[str, int] = {}
    monkeypatch.setattr(uploads, "_held", lambda: held)
    monkeypatch.setattr(uploads, "_whose", {})
    size = 10 << 20

    def choose(person: str, session: str) -> bool:
        has_room = uploads.has_room(f"{uploads.PREFIX}{session}/f", person, size)
        if has_room:
            held[session] = held.get(session, 0) + size
        return has_room

    assert [choose("wang", f"tab{n % 4}") for n in range(40)].count(True) == 10  # of 400 MB
    assert choose("zhao", "other")
    for person in "abcdefgh":
        for _ in range(9):
            choose(person, person)
    assert sum(held.values()) <= uploads.MAX_OF_ALL
    held.clear()  # their pages were closed
    assert choose("wang", "tab1")


def test_what_streamlit_holds_is_measured(monkeypatch):
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
    from streamlit.runtime.uploaded_file_manager import UploadedFileRec

    manager = MemoryUploadedFileManager("/x")
    manager.add_file("tab", UploadedFileRec("1", "a.xlsx", "x", b"12345"))
    runtime = SimpleNamespace(instance=lambda: SimpleNamespace(uploaded_file_mgr=manager))
    monkeypatch.setattr(uploads, "exists", lambda: True)
    monkeypatch.setattr(uploads, "Runtime", runtime)
    assert uploads._held() == {"tab": 5}


def test_single_sign_on_that_is_not_set_is_not_there(server):
    for path in ("/sign-in/oidc", "/sign-in/oidc/back"):
        assert Client(server.address).ask("GET", path).status_code == 404


# A full disk


def test_bookkeeping_that_cannot_be_written_stops_no_reader(own, monkeypatch):
    token = own.open("leader", "10.0.0.7", "password")
    monkeypatch.setattr(time, "time", lambda now=time.time: now() + 600)
    own._file.execute("PRAGMA query_only = ON")  # as a full disk answers: an OperationalError at each write
    assert own.held_by(token) is not None
    own.note_use("token")


def test_where_their_file_cannot_be_made_sessions_are_kept_in_memory(tmp_path, capsys):
    (tmp_path / "x.sessions").mkdir()
    opened = Sessions(tmp_path / "x.sessions")
    assert opened.held_by(opened.open("leader", "", "password")) is not None
    assert "in memory" in capsys.readouterr().err
    opened.close()
