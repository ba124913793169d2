"""The whole way: a real nginx with the example's configuration and TLS before the real program."""

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
import pytest
from websockets.sync.client import connect

from data.store import Store
from loaders.arriving.gate import MAX_ARRIVING, MAX_BYTES
from tests.served import free_port, served
from tests.web.people import PASSWORD, bureau, page_of, says

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
NAME = "zhundian.example.gov.cn"
CONFIG = Path(__file__).parents[2] / "deploy" / "nginx.conf"
ELSEWHERE = "127.0.0.2"  # this machine's too, but not the proxy's
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not os.path.exists(NGINX) or not shutil.which("openssl"), reason="no nginx or no openssl here"),
]


@dataclass(frozen=True)
class Front:
    """A running nginx: its folder, which has the certificate, and the ports of http, of https and of what is behind."""

    folder: Path
    plain: int
    secure: int
    behind: int

    @property
    def origin(self) -> str:
        """The public address."""
        return f"https://{NAME}:{self.secure}"


@contextmanager
def fronted(folder: Path) -> Iterator[Front]:
    """nginx with the example's configuration, in which ports, folders and the certificate are the test's."""
    front = Front(folder, free_port(), free_port(), free_port())
    subject = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
    command += ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    text = re.sub(r"listen \[::\]:\d+( ssl)?;\n", "", CONFIG.read_text(encoding="utf-8"))
    for there, here in (
        ("listen 80;", f"listen 127.0.0.1:{front.plain};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{front.secure} ssl;"),
        ("127.0.0.1:8501", f"127.0.0.1:{front.behind}"),
        ("/etc/ssl/zhundian", str(folder)),
        ("$host;", f"$host:{front.secure};"),
        (f"https://{NAME}$", f"{front.origin}$"),
    ):
        assert there in text
        text = text.replace(there, here)
    paths = "".join(f"{one}_temp_path {folder}/{one};" for one in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    as_root = "user root; " if os.geteuid() == 0 else ""  # else its workers may not enter the test's folder
    (folder / "nginx.conf").write_text(
        f"{as_root}daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ access_log off; {paths}\n{text}\n}}",
        encoding="utf-8",
    )
    process = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")])
    try:
        _wait(front.secure)
        yield front
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The program behind nginx."""
    with fronted(tmp_path_factory.mktemp("nginx")) as front:
        store = front.folder / "store.duckdb"
        bureau(store).close()
        environment = {"ZHUNDIAN_ORIGIN": front.origin, "ZHUNDIAN_PROXY": "127.0.0.1"}
        with served(store, environment | {"ZHUNDIAN_USER_HEADER": "X-Remote-User"}, front.behind):
            yield front


class Echo(BaseHTTPRequestHandler):
    """Answers with the headers that reached it."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps([[name.lower(), value] for name, value in self.headers.items()]).encode())

    def log_message(self, *_: object) -> None:
        """Quietly."""


@pytest.fixture(scope="module")
def echo(tmp_path_factory):
    """A server behind nginx that says what reached it."""
    with fronted(tmp_path_factory.mktemp("echo")) as front:
        server = ThreadingHTTPServer(("127.0.0.1", front.behind), Echo)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield front
        server.shutdown()
        server.server_close()


def _wait(port: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(port)


class Visitor:
    """A browser that knows the certificate. address: from which of this machine's own it comes."""

    def __init__(self, site: Front, address: str = "127.0.0.1") -> None:
        self.address, self.port, self.origin, self.cookies = address, site.secure, site.origin, {}
        self.trust = ssl.create_default_context(cafile=str(site.folder / "fullchain.pem"))

    def ask(self, method: str, path: str, **more) -> httpx2.Response:
        headers = {
            "Host": f"{NAME}:{self.port}",
            "Origin": self.origin,
            "Accept": "text/html",
            **more.pop("headers", {}),
        }
        transport = httpx2.HTTPTransport(verify=self.trust, local_address=self.address)
        with httpx2.Client(transport=transport, cookies=self.cookies, timeout=60) as client:
            answer = client.request(
                method,
                f"https://127.0.0.1:{self.port}{path}",
                headers=headers,
                extensions={"sni_hostname": NAME},
                **more,
            )
        self.cookies |= {name: value for name, value in answer.cookies.items() if value}
        return answer

    def sign_in(self, user: str) -> httpx2.Response:
        return self.ask("POST", "/sign-in", data={"user": user, "password": PASSWORD})


def test_plain_http_is_sent_to_tls(site):
    answer = httpx2.get(f"http://127.0.0.1:{site.plain}/late?x=1", headers={"Host": NAME})
    assert (answer.status_code, answer.headers["location"]) == (301, f"{site.origin}/late?x=1")


def test_signing_in_through_tls_and_the_web_socket_behind_it(site):
    visitor = Visitor(site)
    answer = visitor.sign_in("reporter-a")
    assert answer.status_code == 303 and answer.headers["set-cookie"].startswith("__Host-zhundian=")
    assert "strict-transport-security" in answer.headers
    assert visitor.ask("GET", "/late").status_code == 200
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    with connect(
        f"wss://{NAME}:{visitor.port}/_stcore/stream",
        sock=socket.create_connection(("127.0.0.1", visitor.port), timeout=30),
        ssl=visitor.trust,
        server_hostname=NAME,
        origin=visitor.origin,
        additional_headers={"Cookie": cookie},
        subprotocols=["streamlit"],
        max_size=None,
    ) as open_socket:
        sent = page_of(open_socket, "late")
    assert says(sent, "甲科") and not says(sent, "乙科")


def test_what_is_too_large_is_the_pages_to_answer_up_to_a_point(site):
    visitor = Visitor(site)
    visitor.sign_in("reporter-a")

    def put(size: int) -> httpx2.Response:
        form = {"file": ("建设工程项目审批情况月报表.xlsx", b"x" * size)}  # in its frame, as a browser sends it
        return visitor.ask("PUT", "/_stcore/upload_file/x/y", files=form)

    passed, refused = put(MAX_ARRIVING), put(MAX_ARRIVING + (1 << 20))
    assert passed.status_code in (400, 403)  # it reached Streamlit, which does not know this session
    assert refused.status_code == 413 and "<center>nginx" in refused.text  # the program would refuse it too, later


def test_an_early_answer_to_a_large_upload_arrives(site, echo):
    """A program told to close does so while nginx still sends, which then answers 502, one time in eight."""
    assert "close" not in dict(Visitor(echo).ask("GET", "/").json()).values()
    stranger = Visitor(site)
    codes = {stranger.ask("PUT", "/_stcore/upload_file/x/y", content=b"x" * MAX_BYTES).status_code for _ in range(10)}
    assert codes == {401}


@pytest.mark.parametrize("address", ["127.0.0.1", ELSEWHERE])
def test_what_a_client_says_of_itself_does_not_get_through(echo, address):
    said = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http", "Forwarded": "for=203.0.113.9"}
    said |= {"x-remote-user": "office", "X_Remote_User": "office", "X-Own": "passes"}
    for path in ("/", "/static/x.js", "/_stcore/stream", "/sign-in"):
        answer = Visitor(echo, address).ask("GET", path, headers=said)
        reached = [(name, value) for name, value in answer.json() if name.replace("_", "-").startswith(("x-", "forw"))]
        assert sorted(reached) == [("x-forwarded-for", address), ("x-forwarded-proto", "https"), ("x-own", "passes")]


def test_no_client_names_its_own_address_or_account(site):
    visitor = Visitor(site, ELSEWHERE)
    spoofed = {"X-Forwarded-For": "203.0.113.9", "X-Remote-User": "office", "Forwarded": "for=203.0.113.9"}
    assert visitor.ask("GET", "/late", headers=spoofed).headers["location"].startswith("/sign-in")
    assert (
        visitor.ask("POST", "/sign-in", headers=spoofed, data={"user": "leader", "password": PASSWORD}).status_code
        == 303
    )
    assert "leader" in visitor.ask("GET", "/account", headers=spoofed).text


def test_metrics_are_for_this_machine_and_a_token(site):
    assert Visitor(site).ask("GET", "/metrics").status_code == 401
    assert Visitor(site, ELSEWHERE).ask("GET", "/metrics").status_code == 403


def test_what_lies_in_static_is_packed_on_its_way(site):
    visitor = Visitor(site)
    visitor.sign_in("reporter-a")
    script = re.search(r'src="\./(static/js/[^"]+)"', visitor.ask("GET", "/late").text).group(1)
    answer = visitor.ask("GET", f"/{script}")
    assert (answer.status_code, answer.headers.get("content-encoding")) == (200, "gzip")


def test_whoever_keeps_trying_to_sign_in_is_slowed_down(site):
    visitor = Visitor(site, "127.0.0.3")
    codes = [visitor.ask("GET", "/sign-in").status_code for _ in range(40)]
    assert codes[:20] == [200] * 20 and 429 in codes
    assert Visitor(site).ask("GET", "/sign-in").status_code == 200  # nobody else is


def test_what_was_noted_is_the_proxys_word(site):
    """Run last: the store is read by a copy, since the server has it."""
    copy = site.folder / "copy.duckdb"
    shutil.copy(site.folder / "store.duckdb", copy)
    wal = site.folder / "store.duckdb.wal"
    if wal.exists():
        shutil.copy(wal, f"{copy}.wal")
    store = Store(copy)
    addresses = {row[0] for row in store.rows("SELECT address FROM audit WHERE \"action\" = 'signed_in'")}
    store.close()
    assert addresses == {"127.0.0.1", ELSEWHERE}  # each one's own, neither the proxy's nor what she said of herself
