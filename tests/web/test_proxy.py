"""A reverse proxy: whom it is believed to have let in, and only by explicit setting; TLS and what follows from it."""

import pytest
from websockets.exceptions import InvalidStatus

from tests.served import served
from tests.web.people import PASSWORD, Client, bureau, page_of, says
from web.settings import Settings, SettingsError, read

BEHIND_TLS = {"ZHUNDIAN_ORIGIN": "https://zhundian.example", "ZHUNDIAN_PROXY": "127.0.0.1"}
BY_NGINX = {
    "X-Forwarded-For": "203.0.113.9",
    "Host": "zhundian.example",
    "X-Forwarded-Proto": "https",
    "Origin": "https://zhundian.example",
}


@pytest.fixture(scope="module")
def behind(tmp_path_factory):
    """A server that believes a proxy on this machine, and its header x-city-user."""
    path = tmp_path_factory.mktemp("bureau") / "store.duckdb"
    bureau(path).close()
    with served(path, BEHIND_TLS | {"ZHUNDIAN_USER_HEADER": "X-City-User"}) as one:
        yield one


def test_under_tls_the_cookie_is_bound_to_host_and_tls(behind):
    client = Client(behind.address, headers=BY_NGINX)
    answer = client.sign_in("leader")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-zhundian=") and "Secure" in cookie and "Domain" not in cookie
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert client.ask("GET", "/late").status_code == 200
    bare = Client(behind.address, {"zhundian": client.cookies["__Host-zhundian"]}, BY_NGINX)
    assert bare.ask("GET", "/late").status_code == 303  # a subdomain could have set that one


@pytest.mark.parametrize(
    "origin", ["http://zhundian.example", "https://www.zhundian.example", "https://zhundian.example:8443"]
)
def test_the_public_origin_is_one(behind, origin):
    client = Client(behind.address, headers=BY_NGINX)
    client.sign_in("leader")
    assert client.ask("POST", "/sign-out", headers={"Origin": origin}).status_code == 403
    with pytest.raises(InvalidStatus), client.socket(origin):
        pass


def test_whom_the_proxy_names_is_in_and_has_a_session_of_ours(behind):
    client = Client(behind.address, headers=BY_NGINX | {"X-City-User": "reporter-a"})
    answer = client.ask("GET", "/late?x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/late?x=1")
    assert client.ask("GET", "/late").status_code == 200
    with client.socket() as socket:
        sent = page_of(socket, "late")
    assert says(sent, "甲科") and not says(sent, "乙科")
    client.headers["X-City-User"] = "reporter-b"  # another one at the same desk
    assert client.ask("GET", "/late").status_code == 303
    with client.socket() as socket:
        sent = page_of(socket, "late")
    assert says(sent, "乙科") and not says(sent, "甲科")


@pytest.mark.parametrize("named", ["stranger", "gone", "", "office;"])
def test_whom_it_names_without_an_account_is_not(behind, named):
    client = Client(behind.address, headers=BY_NGINX | {"X-City-User": named})
    assert client.ask("GET", "/late").headers["location"].startswith("/sign-in")


def test_without_the_setting_the_header_is_nothing(tmp_path):
    bureau(tmp_path / "store.duckdb").close()
    with served(tmp_path / "store.duckdb", BEHIND_TLS) as server:
        client = Client(server.address, headers=BY_NGINX | {"X-City-User": "office", "X-Remote-User": "office"})
        assert client.ask("GET", "/late").status_code == 303
        assert client.sign_in("leader", PASSWORD).status_code == 303
        assert "leader" in client.ask("GET", "/account").text


def test_without_a_proxy_in_the_settings_nobody_is_one(tmp_path):
    bureau(tmp_path / "store.duckdb").close()
    with served(tmp_path / "store.duckdb") as server:
        client = Client(server.address, headers={"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"})
        client.sign_in("office", "wrong")
    from data.store import Store

    store = Store(tmp_path / "store.duckdb")
    assert store.rows("SELECT address FROM audit WHERE \"action\" = 'sign_in_failed'") == [("127.0.0.1",)]
    store.close()


# The settings


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"ZHUNDIAN_USER_HEADER": "X-User"}, "expected ZHUNDIAN_PROXY beside it"),
        ({"ZHUNDIAN_PROXY": "nginx"}, "expected IP addresses"),
        ({"ZHUNDIAN_ORIGIN": "zhundian.example"}, "expected an address such as"),
        ({"ZHUNDIAN_ORIGIN": "https://zhundian.example/app"}, "expected an address such as"),
        ({"ZHUNDIAN_ORIGN": "https://zhundian.example"}, "ZHUNDIAN_ORIGN: expected one of"),
        ({"ZHUNDIAN_OIDC_ISSUER": "https://id.example"}, "ZHUNDIAN_OIDC_CLIENT_ID: expected beside"),
        (
            {
                "ZHUNDIAN_OIDC_ISSUER": "https://id.example",
                "ZHUNDIAN_OIDC_CLIENT_ID": "x",
                "ZHUNDIAN_OIDC_CLIENT_SECRET_FILE": "/nowhere",
            },
            "expected ZHUNDIAN_ORIGIN beside it",
        ),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(wrong, told):
    with pytest.raises(SettingsError, match=told):
        read(wrong)


def test_nothing_set_is_this_machine_alone():
    assert read({}) == Settings()
    assert (Settings().cookie_name, Settings().is_secure) == ("zhundian", False)
