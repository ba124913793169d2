"""Signing in, staying in, being put out: cookies, first passwords, brute force, fixation, revocation."""

import re
import time

import pytest
from websockets.exceptions import InvalidStatus

from data.access import Role
from data.fault import Fault
from data.people import accounts
from data.people.audit_trail import last_sign_ins
from data.store import Store
from tests.served import served
from tests.web.people import FIRST, PASSWORD, Client, bureau, page_of, says
from web import sessions
from web.sessions import IDLE, LIFETIME, Sessions
from web.sign_in import next_of

pytestmark = pytest.mark.variants


def acts(store_path) -> list[tuple]:
    """action, user_code, address of the audit trail, once the server has let go of the store."""
    store = Store(store_path)
    try:
        return store.rows("SELECT action, user_code, address, details FROM audit ORDER BY audit_no")
    finally:
        store.close()


def test_the_cookie_is_opaque_and_out_of_reach_of_scripts(server):
    client = Client(server.address)
    cookie = client.sign_in("leader").headers["set-cookie"]
    assert re.match(r"zhundian=[\w-]{43};", cookie)
    assert "HttpOnly" in cookie and "samesite=lax" in cookie.lower() and "Path=/" in cookie
    assert "leader" not in cookie


def test_a_session_holds_through_a_refresh_and_in_a_second_tab(as_person):
    client = as_person("reporter-a")
    assert [client.ask("GET", "/late").status_code for _ in range(2)] == [200, 200]
    with client.socket() as one, client.socket() as two:
        assert says(page_of(one, "late"), "甲科") and says(page_of(two, "timeliness"), "甲科")


@pytest.mark.parametrize(
    ("user", "password"), [("office", "x"), ("office", ""), ("nobody", PASSWORD), ("gone", PASSWORD), ("", "")]
)
def test_a_wrong_try_says_the_same_whoever_it_was(server, user, password):
    answer = Client(server.address).sign_in(user, password)
    assert answer.status_code == 401 and "账号或密码不对" in answer.text
    assert "set-cookie" not in answer.headers


def test_capitals_and_full_width_letters_are_the_same_account(server):
    assert Client(server.address).sign_in(" ＬＥＡＤＥＲ ").status_code == 303


def test_signing_in_brings_a_new_session_and_ends_the_one_that_came_along(server):
    """Session fixation: a cookie planted beforehand is worth nothing afterwards."""
    planted = Client(server.address)
    planted.sign_in("reporter-b")
    before = dict(planted.cookies)
    planted.sign_in("office")
    assert planted.cookies != before
    assert Client(server.address, before).ask("GET", "/late").status_code == 303
    chosen = Client(server.address, {"zhundian": "a" * 43})
    chosen.sign_in("office")
    assert chosen.cookies["zhundian"] != "a" * 43


def test_signing_out_ends_the_session_for_whoever_has_the_cookie(server):
    client = Client(server.address)
    client.sign_in("leader")
    stolen = Client(server.address, dict(client.cookies))
    assert client.ask("GET", "/sign-out").status_code == 303 and stolen.ask("GET", "/late").status_code == 200
    answer = client.ask("POST", "/sign-out")
    assert answer.headers["location"] == "/sign-in" and 'zhundian=""' in answer.headers["set-cookie"]
    assert stolen.ask("GET", "/late").status_code == 303
    with pytest.raises(InvalidStatus), stolen.socket():
        pass


@pytest.mark.parametrize(
    ("wanted", "led"),
    [
        ("/late?unit=A", "/late?unit=A"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/\tevil", "/"),
        ("late", "/"),
        (None, "/"),
    ],
)
def test_the_way_on_leads_to_a_page_of_ours(wanted, led):
    assert next_of(wanted) == led


def test_a_page_in_html_holds_what_was_typed_as_text_alone(server):
    answer = Client(server.address).sign_in('"><script>alert(1)</script>', "x")
    assert "<script>" not in answer.text and "&lt;script&gt;" in answer.text
    odd = Client(server.address).ask("GET", '/sign-in?next=/"><script>x')
    assert "<script>" not in odd.text


# First passwords


def test_a_first_password_is_good_for_setting_ones_own(server, store_path):
    client = Client(server.address)
    assert client.sign_in("newcomer", FIRST[store_path]).status_code == 303
    assert client.ask("GET", "/late").headers["location"] == "/account"
    assert client.ask("GET", "/_stcore/health", headers={"Accept": "*/*"}).status_code == 401
    with pytest.raises(InvalidStatus), client.socket():
        pass
    other_tab = dict(client.cookies)
    for new, again, told in (
        ("short", "short", "密码太短"),
        ("newcomer 2026", "newcomer 2026", "不能含有账号"),
        ("1234567890", "1234567890", "密码太简单"),
        (PASSWORD, PASSWORD + "x", "两次输入的新密码不一样"),
        (FIRST[store_path], FIRST[store_path], "和现在的一样"),
    ):
        answer = client.ask("POST", "/account", data={"old": FIRST[store_path], "new": new, "again": again})
        assert answer.status_code == 422 and told in answer.text
    wrong = client.ask("POST", "/account", data={"old": "x", "new": PASSWORD, "again": PASSWORD})
    assert wrong.status_code == 422 and "现在的密码不对" in wrong.text
    done = client.ask("POST", "/account", data={"old": FIRST[store_path], "new": PASSWORD, "again": PASSWORD})
    assert done.headers["location"] == "/" and client.ask("GET", "/late").status_code == 200
    assert Client(server.address, other_tab).ask("GET", "/late").status_code == 303  # the old session has ended
    assert Client(server.address).sign_in("newcomer", FIRST[store_path]).status_code == 401


# What is open must end


@pytest.fixture
def own(tmp_path):
    """Sessions with a clock of their own."""
    known = Sessions(tmp_path / "sessions")
    yield known
    known.close()


@pytest.mark.parametrize(("after", "is_in"), [(IDLE - 1, True), (IDLE + 1, False)])
def test_an_idle_session_ends(own, monkeypatch, after, is_in):
    token, began = own.open("x", "", "password"), time.time()
    monkeypatch.setattr(sessions.time, "time", lambda: began + after)
    assert (own.held_by(token) is not None) == is_in


def test_a_session_that_is_used_ends_after_a_working_day(own, monkeypatch):
    token, began = own.open("x", "", "password"), time.time()
    for passed in range(0, LIFETIME, IDLE // 2):
        monkeypatch.setattr(sessions.time, "time", lambda passed=passed: began + passed)
        assert own.held_by(token) is not None
    monkeypatch.setattr(sessions.time, "time", lambda: began + LIFETIME + 1)
    assert own.held_by(token) is None


def test_the_file_holds_no_token(own, tmp_path):
    token = own.open("x", "", "password")
    own.close()
    assert all(token.encode() not in path.read_bytes() for path in tmp_path.iterdir())
    assert (tmp_path / "sessions").stat().st_mode & 0o077 == 0
    own.__init__(tmp_path / "sessions")
    assert own.held_by(token).user_code == "x"  # a restart of the server signs nobody out


@pytest.mark.parametrize("forged", ["", "x", "a" * 43, "'; DROP TABLE session; --", "\ud800", "x" * 100_000])
def test_a_forged_token_is_nobodys(own, forged):
    own.open("x", "", "password")
    assert own.held_by(forged) is None


# Brute force


def test_tries_at_one_account_are_few_and_so_are_tries_from_one_address(tmp_path):
    bureau(tmp_path / "store.duckdb").close()
    with served(tmp_path / "store.duckdb") as server:
        client = Client(server.address)
        statuses = [client.sign_in("leader", f"wrong {n}").status_code for n in range(sessions.MAX_OF_USER + 1)]
        assert statuses == [401] * sessions.MAX_OF_USER + [429]
        right = client.sign_in("leader")
        assert (
            right.status_code == 429 and 0 < int(right.headers["retry-after"]) <= 15 * 60 and "分钟再试" in right.text
        )
        assert Client(server.address, headers={"X-Forwarded-For": "10.9.9.9"}).sign_in("leader").status_code == 429
        assert client.sign_in("office").status_code == 303  # another account is another matter
        rest = sessions.MAX_OF_ADDRESS - sessions.MAX_OF_USER
        assert [Client(server.address).sign_in(f"guess{n}", "x").status_code for n in range(rest)] == [401] * rest
        assert Client(server.address).sign_in("office").status_code == 429
    kept = acts(tmp_path / "store.duckdb")
    assert [act[0] for act in kept].count("sign_in_failed") == sessions.MAX_OF_ADDRESS
    assert ("signed_in", "office", "127.0.0.1") in [act[:3] for act in kept]
    assert not any("guess" in str(act) or "wrong" in str(act) for act in kept)  # may be a password in the wrong box
    assert PASSWORD not in (tmp_path / "store.duckdb.log").read_text(encoding="utf-8")


# Shut out in the middle


def test_whoever_is_shut_out_is_out_at_the_next_click(tmp_path):
    """The office's command line acts through the door while the page is open."""
    path = tmp_path / "store.duckdb"
    bureau(path).close()
    with served(path) as server:
        client, office = Client(server.address), Client(server.address)
        client.sign_in("reporter-a")
        office.sign_in("office")
        with client.socket() as socket:
            assert says(page_of(socket, "late"), "甲科")
            change(path, "disable", "reporter-a")
            sent = page_of(socket, "late")
            assert says(sent, "已退出登录") and not says(sent, "甲科")
            assert client.ask("GET", "/late").status_code == 303
            change(path, "enable", "reporter-a")
        client.sign_in("reporter-a")
        with client.socket() as socket:
            assert says(page_of(socket, "late"), "甲科")
            change(path, "change", "reporter-a", "--unit", "B")
            sent = page_of(socket, "late")
            assert says(sent, "乙科") and not says(sent, "甲科")
            change(path, "reset", "reporter-a")
            assert says(page_of(socket, "late"), "已退出登录")
    assert [act[0] for act in acts(path)].count("account_changed") >= 3


def change(path, *words: str) -> None:
    """python -m data users …, which the server runs."""
    import os
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-m", "data", "users", *words],
        env=os.environ | {"ZHUNDIAN_STORE": str(path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


# The first start


def test_the_first_start_wants_the_code_that_the_console_shows(tmp_path):
    from tests.pages.fabricated import empty_store

    path = tmp_path / "store.duckdb"
    empty_store(path).close()
    with served(path) as server:
        client = Client(server.address)
        assert client.ask("GET", "/late").headers["location"] == "/first-start"
        assert client.ask("GET", "/sign-in").headers["location"] == "/first-start"
        code = re.search(r"first-start\?code=([\w-]+)", server.log.read_text(encoding="utf-8")).group(1)
        form = {"user": "admin", "name": "张建国", "password": PASSWORD, "again": PASSWORD}
        refused = client.ask("POST", "/first-start", data=form | {"code": "0000-0000-0000"})
        assert refused.status_code == 403 and "启动码不对" in refused.text and "set-cookie" not in refused.headers
        weak = client.ask("POST", "/first-start", data=form | {"code": code, "password": "x", "again": "x"})
        assert weak.status_code == 422 and "密码太短" in weak.text
        done = client.ask("POST", "/first-start", data=form | {"code": code})
        assert done.headers["location"] == "/" and client.ask("GET", "/").status_code == 200
        again = client.ask("POST", "/first-start", data=form | {"code": code, "user": "second"})
        assert again.status_code == 422 and "已经有账号了" in again.text
        assert client.ask("GET", "/first-start").headers["location"] == "/sign-in"
    store = Store(path)
    assert [(one.user_code, one.role) for one in accounts.accounts(store)] == [("admin", Role.OFFICE)]
    assert "admin" in last_sign_ins(store)  # she has signed in by it
    store.close()


def test_the_start_prints_one_address(tmp_path):
    from tests.pages.fabricated import empty_store

    path = tmp_path / "store.duckdb"
    empty_store(path).close()
    with served(path) as server:
        printed = server.log.read_text(encoding="utf-8")
    assert re.findall(r"https?://\S+", printed) == re.findall(r"http://\S+/first-start\?code=\S+", printed)
    store = Store(path)
    accounts.create_first(store, "admin", "张建国", PASSWORD)
    store.close()
    with served(path) as server:
        printed = server.log.read_text(encoding="utf-8")
    assert len(re.findall(r"https?://\S+", printed)) == 1 and "first-start" not in printed


def test_two_first_starts_at_once_make_one_account(tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    from tests.pages.fabricated import empty_store

    store = empty_store(tmp_path / "store.duckdb")

    def make(number: int) -> bool:
        try:
            accounts.create_first(store, f"admin{number}", "张", PASSWORD)
        except Fault as fault:
            assert fault.code == "account.not_first"
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(make, range(4))) == 1
    store.close()
