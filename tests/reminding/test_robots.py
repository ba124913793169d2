"""Robots against a real host: formats, signatures, and every way in which they say no."""

import base64
import hashlib
import hmac
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from data.fault import Fault
from data.reminders.contacts import Channel, Contact, add, masked, objection
from data.reminders.log import Outcome
from reminding import robots as rooms
from reminding.robots import send_to_robot
from tests.pages.fabricated import NOW

SECRET = "SEC0123456789abcdef0123456789abcdef"


def wecom(host):
    return Contact("B", Channel.WECOM, host.wecom)


def dingtalk(host, secret=SECRET):
    return Contact("B", Channel.DINGTALK, host.dingtalk, secret=secret)


def test_wecom_is_sent_a_text(robots):
    assert send_to_robot(wecom(robots), "标题\n\n正文", NOW).outcome is Outcome.SENT
    assert robots.told == [
        (
            "/cgi-bin/webhook/send",
            {"key": ["693a91f6-7aoc-4bc4-97a0-0ec2sifa5aaa"]},
            {"msgtype": "text", "text": {"content": "标题\n\n正文"}},
        )
    ]


def test_dingtalk_is_sent_a_text_with_a_signature_that_holds(robots):
    assert send_to_robot(dingtalk(robots), "正文", NOW).outcome is Outcome.SENT
    ((path, query, said),) = robots.told
    assert path == "/robot/send" and said == {"msgtype": "text", "text": {"content": "正文"}}
    assert query["timestamp"] == [str(int(NOW.timestamp() * 1000))]
    written = f"{query['timestamp'][0]}\n{SECRET}".encode()
    assert base64.b64decode(query["sign"][0]) == hmac.new(SECRET.encode(), written, hashlib.sha256).digest()
    assert query["access_token"] == ["abcdef0123456789abcdef0123456789"]


def test_dingtalk_without_a_secret_is_not_signed(robots):
    send_to_robot(dingtalk(robots, ""), "正文", NOW)
    assert set(robots.told[0][1]) == {"access_token"}


@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [
        (200, '{"errcode": 93000, "errmsg": "invalid webhook url"}', "errcode 93000: invalid webhook url"),
        (200, '{"errcode": 45009, "errmsg": "api freq out of limit"}', "errcode 45009"),
        (500, "oops", "HTTP 500"),
        (404, '{"errcode": 0}', "HTTP 404"),
        (200, "<html>sign in to the network</html>", "no robot's address"),
        (200, "[]", "no robot's address"),
        (200, '{"ok": true}', "no robot's address"),
        (200, "x" * 200_000, "no robot's address"),
    ],
)
def test_every_no_is_a_failure_that_is_tried_again(robots, status, answer, said):
    robots.status, robots.answer = status, answer
    found = send_to_robot(wecom(robots), "正文", NOW)
    assert found.outcome is Outcome.FAILED and not found.is_final and said in found.error


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_nothing_is_followed_elsewhere(robots, status):
    robots.status, robots.headers = status, {"Location": f"http://127.0.0.1:{robots.port}/elsewhere"}
    found = send_to_robot(wecom(robots), "正文", NOW)
    assert found.outcome is Outcome.FAILED and "redirection" in found.error
    assert [path for path, _, _ in robots.told] == ["/cgi-bin/webhook/send"]


def test_silence_after_it_was_said_leaves_it_unsure(robots, monkeypatch):
    monkeypatch.setattr(rooms, "SECONDS", 0.3)
    robots.slow = 1.0
    found = send_to_robot(wecom(robots), "正文", NOW)
    assert found.outcome is Outcome.UNSURE and "key=" not in found.error


def test_an_answer_in_small_pieces_ends(monkeypatch):
    monkeypatch.setattr(rooms, "SECONDS", 0.4)

    class Drip(BaseHTTPRequestHandler):
        def do_POST(self):
            self.send_response(200)
            self.end_headers()
            try:
                for _ in range(40):
                    self.wfile.write(b" ")
                    self.wfile.flush()
                    threading.Event().wait(0.1)
            except OSError:
                pass

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Drip)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    one = Contact("B", Channel.WECOM, f"http://127.0.0.1:{server.server_address[1]}/cgi-bin/webhook/send?key=1")
    assert send_to_robot(one, "正文", NOW).outcome is Outcome.UNSURE
    server.shutdown()
    server.server_close()


def test_a_host_that_is_away_is_a_failure(robots):
    gone = Contact("B", Channel.WECOM, "http://127.0.0.1:1/cgi-bin/webhook/send?key=secret-key-0123456789")
    found = send_to_robot(gone, "正文", NOW)
    assert found.outcome is Outcome.FAILED and "secret-key" not in found.error


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6", None),
        ("https://oapi.dingtalk.com/robot/send?access_token=x", None),
        ("https://robots.intranet.example:8443/x", None),
        ("https://10.1.2.3/x", None),
        ("http://127.0.0.1:8080/x", None),
        ("http://localhost/x", None),
        ("http://qyapi.weixin.qq.com/x", "webhook_plain"),
        ("http://127.0.0.1.nip.example/x", "webhook_plain"),
        ("http://10.1.2.3/x", "webhook_plain"),
        ("https://169.254.169.254/latest/meta-data", "webhook_host"),
        ("https://[fe80::1]/x", "webhook_host"),
        ("https://[::ffff:169.254.169.254]/x", "webhook_host"),
        ("https://0.0.0.0/x", "webhook_host"),
        ("https://224.0.0.1/x", "webhook_host"),
        ("ftp://a.example/x", "webhook"),
        ("https://user:pass@a.example/x", "webhook"),
        ("https:///x", "webhook"),
        ("https://a.example:99999/x", "webhook"),
        ("https://a.example/x\r\nHost: b", "webhook"),
        ("https://a.example/机器人", "webhook"),
        ("https://a.example/x#y", "webhook"),
        (f"https://a.example/{'x' * 500}", "webhook"),
        ("693a91f6-7aoc", "webhook"),
        ("https://[", "webhook"),
        ("", "webhook"),
    ],
)
def test_which_addresses_may_be_a_robots(store, address, code):
    fault = objection(address)
    assert (fault and fault.name) == code
    if code:
        with pytest.raises(Fault) as found:
            add(store, Contact("B", Channel.WECOM, address))
        assert found.value.code == f"contact.{code}"


@pytest.mark.parametrize("host", ["2852039166", "0xa9fea9fe", "metadata"])
def test_a_name_that_leads_to_a_link_local_network_is_not_asked(host, monkeypatch):
    """169.254.169.254 as a number, which resolvers understand, and by a name."""
    real = rooms.socket.getaddrinfo

    def resolved(name, *args, **more):
        return real("169.254.169.254" if name == "metadata" else name, *args, **more)

    monkeypatch.setattr(rooms.socket, "getaddrinfo", resolved)
    found = send_to_robot(Contact("B", Channel.WECOM, f"https://{host}/x"), "正文", NOW)
    assert found.outcome is Outcome.FAILED and found.is_final and "link-local" in found.error


def test_a_key_is_masked():
    address = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7aoc-4bc4-97a0-0ec2sifa5aaa"
    assert masked(address) == "qyapi.weixin.qq.com/…5aaa"
    assert masked("https://a.example/abcd") == "a.example/…"
    assert Contact("B", Channel.EMAIL, "wang@b.example").noted == "w***@b.example"
