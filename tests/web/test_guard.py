"""Who may have what, over raw HTTP and raw web sockets: role x route x method → the status that is expected."""

import asyncio
import itertools
from types import SimpleNamespace

import httpx2
import pytest
from websockets.exceptions import InvalidStatus

from loaders.arriving.gate import MAX_ARRIVING
from pages.frame.sitemap import page_roles
from tests.web.people import PEOPLE, Client, page_of, says
from web import server
from web.asker import Asker
from web.health import Health

UNIT = {"reporter-a", "reporter-b", "reviewer-a"}
READERS = {"office", "leader"}
EVERYBODY = UNIT | READERS
SAID = {
    "/": EVERYBODY,
    "/overview": EVERYBODY,
    "/late": EVERYBODY,
    "/upload": UNIT | {"office"},
    "/declare": UNIT | {"office"},
    "/templates": UNIT | {"office"},
    "/review": UNIT | {"office"},
    "/receipts": EVERYBODY,
    "/versions": EVERYBODY,
    "/timeliness": EVERYBODY,
    "/freshness": EVERYBODY,
    "/anomalies": EVERYBODY,
    "/welcome": {"office"},
    "/users": {"office"},
    "/audit": READERS,
}
"""What was said of these by hand; the others are held to what the sitemap says."""
PAGES = {
    f"/{address}": {name for name, (role, _) in PEOPLE.items() if role in roles}
    for address, roles in page_roles().items()
}
BEHIND = (
    "/_stcore/health",
    "/_stcore/host-config",
    "/_stcore/upload_file/x/y",
    "/media/0123456789abcdef.xlsx",
    "/component/x/y.js",
    "/static/js/none.js",
    "/favicon.png",
)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@pytest.mark.parametrize("path", SAID)
def test_the_sitemap_lets_in_whom_it_should(path):
    assert PAGES[path] == SAID[path]


@pytest.mark.parametrize(("path", "name"), list(itertools.product(PAGES, (None, *PEOPLE))))
def test_a_page_opens_for_its_roles_alone(as_person, path, name):
    answer = as_person(name).ask("GET", path)
    if name is None:
        assert answer.status_code == 303
        assert answer.headers["location"] == ("/sign-in" if path == "/" else f"/sign-in?next={path}")
    elif name in PAGES[path]:
        assert answer.status_code == 200 and 'id="root"' in answer.text
    else:
        assert answer.status_code == 403 and "不对您开放" in answer.text and 'id="root"' not in answer.text


@pytest.mark.parametrize(("path", "name"), list(itertools.product(SAID, (None, *PEOPLE))))
def test_no_page_takes_anything_but_reading(as_person, path, name):
    expected = {401} if name is None else {404}
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert as_person(name).ask(method, path, content=b"x").status_code in expected, method


@pytest.mark.parametrize(("path", "method"), list(itertools.product(BEHIND, METHODS)))
def test_what_streamlit_serves_stands_behind_the_sign_in(as_person, path, method):
    assert as_person(None).ask(method, path, headers={"Accept": "*/*"}).status_code == 401
    answer = as_person("leader").ask(method, path, headers={"Accept": "*/*"})
    assert answer.status_code in {200, 204, 400, 403, 404, 405}, answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/metricsfoo",
        "/apifoo",
        "/_stcore/metrics",
        "/_stcore/agent/interact",
        "/_stcore/agent/openapi.json",
    ],
)
def test_what_is_not_on_the_list_is_not_there(as_person, path):
    assert as_person(None).ask("GET", path, headers={"Accept": "*/*"}).status_code == 401
    assert as_person("office").ask("GET", path).status_code == 404


def test_health_is_open_and_says_to_this_machine_what_was_measured(as_person):
    answer = as_person(None).ask("GET", "/healthz")
    first, *lines = answer.text.splitlines()
    assert (answer.status_code, first) == (200, "ok; look at: backup")
    measured = [line.partition(":")[0] for line in lines]
    assert measured == ["store", "last_write", "last_backup", "last_good_drill", "clock", "disk"]


@pytest.mark.parametrize("who", [Asker("10.0.0.7", "", "http", False), Asker("127.0.0.1", "", "http", True)])
def test_strangers_hear_nothing_but_whether_it_works(who, monkeypatch):
    request = SimpleNamespace(state=SimpleNamespace(asker=who))
    monkeypatch.setattr(server, "health", lambda: Health({"disk": "1 MB free"}, ("disk",)))
    answer = asyncio.run(server._health(request))
    assert (answer.status_code, answer.body) == (503, b"wrong: disk")


# The web socket


@pytest.mark.parametrize("cookies", [{}, {"zhundian": "forged"}, {"zhundian": ""}, {"__Host-zhundian": "forged"}])
def test_no_socket_without_a_session(server, cookies):
    with pytest.raises(InvalidStatus) as refused, Client(server.address, cookies).socket():
        pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("origin", [None, "https://evil.example", "http://127.0.0.1:1", "null", "http://localhost"])
def test_no_socket_for_a_page_of_another_site(as_person, origin):
    with pytest.raises(InvalidStatus) as refused, as_person("office").socket(origin):
        pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("name", sorted(UNIT))
@pytest.mark.parametrize("page", ["", "late", "receipts", "timeliness", "freshness", "anomalies", "upload", "declare"])
def test_a_section_meets_its_own_unit_whatever_it_asks_for(as_person, name, page):
    own, other = ("甲科", "乙科") if name.endswith("a") else ("乙科", "甲科")
    with as_person(name).socket() as socket:
        sent = page_of(socket, page, f"unit={'B' if own == '甲科' else 'A'}")
    assert says(sent, own) and not says(sent, other)


@pytest.mark.parametrize(("name", "page"), [("reporter-a", "users"), ("leader", "users"), ("leader", "upload")])
def test_a_page_asked_for_down_the_socket_is_not_there_either(as_person, name, page):
    with as_person(name).socket() as socket:
        sent = page_of(socket, page)
    assert not says(sent, "reporter-b") and not says(sent, "拖到这里")


def test_the_office_and_leaders_see_every_unit(as_person):
    for name in sorted(READERS):
        with as_person(name).socket() as socket:
            sent = page_of(socket, "late")
        assert says(sent, "甲科") and says(sent, "乙科"), name


# Other sites, other hosts, odd paths


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "", "Sec-Fetch-Site": "same-site"},
        {"Origin": ""},
    ],
)
@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/account", "/first-start", "/_stcore/upload_file/x/y"])
def test_no_form_of_another_site_is_taken(as_person, path, headers):
    client = as_person("reporter-a")
    answer = client.ask("POST", path, headers=headers, data={"user": "office", "password": "x"})
    assert answer.status_code == 403 and "another site" in answer.text
    assert client.ask("GET", "/account").status_code == 200


def test_a_form_without_origin_is_taken_where_the_browser_vouches_for_it(server):
    answer = Client(server.address).ask(
        "POST", "/sign-in", headers={"Origin": "", "Sec-Fetch-Site": "same-origin"}, data={"user": "x", "password": "y"}
    )
    assert answer.status_code == 401


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "a@127.0.0.1"])
def test_no_other_name_is_served(as_person, host):
    """A stranger's page whose name points here (DNS rebinding) would be of the same origin as ours."""
    answer = as_person("office").ask("GET", "/late", headers={"Host": host, "Origin": ""})
    assert answer.status_code in {400, 421} and 'id="root"' not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "//late",
        "/late//",
        "/static/../late",
        "/static/%2e%2e/late",
        "/static/%2E%2E%2Flate",
        "/sign-in/../late",
        "/sign-in/%2e%2e/late",
        "/sign-in%2f..%2flate",
        "/healthz/../late",
        "/healthz%00",
        "/late%5c",
        "/%252e%252e/late",
        "/api/../late",
        "/api/%2e%2e/late",
        "/metrics/../late",
    ],
)
def test_no_odd_path_leads_round_the_guard(server, path):
    """Sent as it is: an ordinary client would tidy it up first."""
    host = server.address.removeprefix("http://")
    import socket

    with socket.create_connection(host.split(":"), timeout=10) as raw:
        raw.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: raw.recv(65536), b""))
    assert int(answer.split()[1]) in {400, 401, 404, 303} and b'id="root"' not in answer


@pytest.mark.parametrize(
    "name", ["X-Forwarded-For", "X-Real-IP", "X-Bureau-User", "X-Remote-User", "Remote-User", "X-User"]
)
def test_no_header_lets_anybody_in(server, name):
    answer = Client(server.address, headers={name: "office"}).ask("GET", "/late")
    assert answer.status_code == 303
    with pytest.raises(InvalidStatus), Client(server.address, headers={name: "office"}).socket():
        pass


# Sizes


@pytest.mark.parametrize("path", ["/sign-in", "/account", "/first-start"])
def test_a_form_is_small(as_person, path):
    assert as_person("leader").ask("POST", path, content=b"x" * 20_000).status_code == 413


def test_an_upload_is_bounded_by_what_comes_not_by_what_is_said(as_person):
    client = as_person("reporter-a")

    def slowly():
        for _ in range(MAX_ARRIVING // 65536 + 4):
            yield b"x" * 65536

    path = "/_stcore/upload_file/x/y"
    assert client.ask("PUT", path, content=b"x" * (MAX_ARRIVING + 100_000)).status_code == 413
    try:
        status = client.ask("PUT", path, content=slowly()).status_code
    except httpx2.HTTPError:  # the server has hung up in the middle
        status = 413
    assert status in {400, 403, 413}  # an unknown Streamlit session is refused before the body is read


# What each answer tells the browser


def test_every_answer_has_the_headers(as_person):
    for name, path in itertools.product(
        (None, "office"), ("/", "/sign-in", "/healthz", "/late", "/nowhere", "/api/v1/late")
    ):
        headers = as_person(name).ask("GET", path).headers
        assert headers["x-content-type-options"] == "nosniff" and headers["x-frame-options"] == "DENY", path
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe-inline' " not in headers["content-security-policy"].split("style-src")[0]
        assert headers["referrer-policy"] == "same-origin"
        assert "access-control-allow-origin" not in headers


def test_nothing_of_ours_is_cached(as_person):
    assert as_person("office").ask("GET", "/account").headers["cache-control"] == "no-store"
    assert "no-" in as_person("office").ask("GET", "/late").headers["cache-control"]
