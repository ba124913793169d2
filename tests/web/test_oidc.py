"""Single sign-on against a real OpenID provider on this machine, through the real server."""

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import httpx2
import oidc_provider_mock
import pytest

from data.store import Store
from tests.served import Served, free_port, served
from tests.web.people import Client, bureau, page_of, says

CLIENT = "zhundian"


@pytest.fixture(scope="module")
def city() -> Iterator[str]:
    """The address of a provider that knows a few people."""
    users = [
        oidc_provider_mock.User(sub="1", claims={"preferred_username": "reporter-a", "email": "a@bureau.example"}),
        oidc_provider_mock.User(sub="2", claims={"preferred_username": "stranger"}),
        oidc_provider_mock.User(sub="3", claims={"preferred_username": "gone"}),
        oidc_provider_mock.User(sub="4", claims={"email": "leader"}),
        oidc_provider_mock.User(sub="5", claims={"preferred_username": " OFFICE "}),
    ]
    with oidc_provider_mock.run_server_in_thread(user_claims=users) as provider:
        yield f"http://localhost:{provider.server_port}"


@pytest.fixture(scope="module")
def settings(city, tmp_path_factory) -> dict[str, str]:
    """The environment of a server that sends people there; its port with it."""
    folder = tmp_path_factory.mktemp("oidc")
    (folder / "secret").write_text("a secret\n", encoding="utf-8")
    port = free_port()
    return {
        "ZHUNDIAN_ORIGIN": f"http://127.0.0.1:{port}",
        "ZHUNDIAN_OIDC_ISSUER": city,
        "ZHUNDIAN_OIDC_CLIENT_ID": CLIENT,
        "ZHUNDIAN_OIDC_CLIENT_SECRET_FILE": str(folder / "secret"),
    }


@pytest.fixture(scope="module")
def server(settings, tmp_path_factory) -> Iterator[Served]:
    path = tmp_path_factory.mktemp("bureau") / "store.duckdb"
    bureau(path).close()
    with served(path, settings, urlsplit(settings["ZHUNDIAN_ORIGIN"]).port) as one:
        yield one
    store = Store(path)
    ways = store.rows("""SELECT "action", user_code FROM audit WHERE details LIKE '%"oidc"%' ORDER BY audit_no""")
    store.close()
    assert ("signed_in", "reporter-a") in ways and ("sign_in_failed", "stranger") in ways


class _Hidden(HTMLParser):
    """The hidden fields of a form."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag, attrs):
        own = dict(attrs)
        if tag == "input" and own.get("type") == "hidden":
            self.fields[own["name"]] = own.get("value") or ""


def at_the_city(leaving: httpx2.Response, sub: str) -> str:
    """Sign in there as this person; the address to which the browser is sent back."""
    form = _Hidden()
    with httpx2.Client(timeout=20) as browser:
        form.feed(browser.get(leaving.headers["location"]).text)
        answer = browser.post(leaving.headers["location"], data=form.fields | {"sub": sub})
    assert answer.status_code in (302, 303), answer.text
    return answer.headers["location"]


def back(address: str) -> str:
    return f"{urlsplit(address).path}?{urlsplit(address).query}"


def come(server: Served, sub: str, wanted: str = "/late") -> tuple[Client, httpx2.Response]:
    client = Client(server.address)
    leaving = client.ask("GET", f"/sign-in/oidc?next={wanted}")
    assert leaving.status_code == 302
    return client, client.ask("GET", back(at_the_city(leaving, sub)))


def test_the_sign_in_page_offers_it(server):
    assert "统一身份认证" in Client(server.address).ask("GET", "/sign-in").text


def test_it_asks_with_state_nonce_and_proof_key(server):
    leaving = Client(server.address).ask("GET", "/sign-in/oidc")
    asked = parse_qs(urlsplit(leaving.headers["location"]).query)
    assert asked["client_id"] == [CLIENT] and asked["code_challenge_method"] == ["S256"]
    assert len(asked["state"][0]) >= 20 and len(asked["nonce"][0]) >= 20
    assert "openid" in asked["scope"][0] and "a secret" not in leaving.headers["location"]


def test_whoever_has_an_account_comes_in_as_that_account(server):
    client, answer = come(server, "1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/late")
    with client.socket() as socket:
        sent = page_of(socket, "late")
    assert says(sent, "甲科") and not says(sent, "乙科")
    page = client.ask("GET", "/account").text
    assert "reporter-a" in page and 'name="old"' not in page  # her password is the city's matter


def test_the_name_is_matched_as_typed_names_are(server):
    assert come(server, "5")[1].status_code == 303


@pytest.mark.parametrize(
    ("sub", "status", "told"), [("2", 403, "stranger"), ("3", 403, "gone"), ("4", 401, "没有通过")]
)
def test_nobody_else_does(server, sub, status, told):
    client, answer = come(server, sub)
    assert answer.status_code == status and told in answer.text
    assert "zhundian" not in client.cookies and client.ask("GET", "/late").status_code == 303


def test_an_answer_meant_for_another_browser_is_worth_nothing(server):
    """Login CSRF: the attacker's own answer, carried into the victim's browser."""
    attacker, victim = Client(server.address), Client(server.address)
    answer = back(at_the_city(attacker.ask("GET", "/sign-in/oidc"), "1"))
    victim.ask("GET", "/sign-in/oidc")
    refused = victim.ask("GET", answer)
    assert refused.status_code == 401 and "zhundian" not in victim.cookies


def test_an_answer_is_good_once(server):
    client = Client(server.address)
    answer = back(at_the_city(client.ask("GET", "/sign-in/oidc"), "1"))
    assert client.ask("GET", answer).status_code == 303
    assert (
        Client(server.address, {"zhundian-oidc": client.cookies["zhundian-oidc"]}).ask("GET", answer).status_code == 401
    )


@pytest.mark.parametrize("query", ["", "?code=x", "?state=x", "?code=x&state=y", "?error=access_denied&state=x"])
def test_an_answer_out_of_nowhere_is_refused(server, query):
    client = Client(server.address)
    client.ask("GET", "/sign-in/oidc")
    answer = client.ask("GET", f"/sign-in/oidc/back{query}")
    assert answer.status_code == 401 and "没有通过" in answer.text


def test_a_provider_that_is_away_is_said_to_be(settings, tmp_path):
    bureau(tmp_path / "store.duckdb").close()
    port = free_port()
    away = settings | {"ZHUNDIAN_ORIGIN": f"http://127.0.0.1:{port}", "ZHUNDIAN_OIDC_ISSUER": "http://127.0.0.1:9"}
    with served(tmp_path / "store.duckdb", away, port) as server:
        answer = Client(server.address).ask("GET", "/sign-in/oidc")
        assert answer.status_code == 502 and "没有通过" in answer.text
        assert Client(server.address).sign_in("office").status_code == 303  # the password still works


def test_the_secret_is_in_no_log(server):
    assert "a secret" not in server.log.read_text(encoding="utf-8")
