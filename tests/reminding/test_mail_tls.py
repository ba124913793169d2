"""Mail by STARTTLS and by smtps, against a real server with a certificate of a made-up authority."""

import datetime
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from data.reminders.log import Outcome
from reminding.delivery import Delivery
from reminding.mail import send_mail
from reminding.outside import MailServer, outside
from tests.pages.fabricated import NOW

ID = "0123456789abcdef0123456789abcdef"
TODAY = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)


class Authority:
    """It signs certificates of servers."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "测试根证书")])
        made = self._builder(self._name, self._key, -DAY, 9 * DAY)
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
        names = "digital_signature content_commitment key_encipherment data_encipherment key_agreement crl_sign"
        usage = dict.fromkeys([*names.split(), "encipher_only", "decipher_only"], False)
        made = made.add_extension(x509.KeyUsage(**usage, key_cert_sign=True), critical=True)
        self._own = made.sign(self._key, hashes.SHA256())

    def write(self, path: Path) -> Path:
        """Its own certificate, for whoever trusts it."""
        path.write_bytes(self._own.public_bytes(serialization.Encoding.PEM))
        return path

    def context(self, folder: Path, host: str = "127.0.0.1", since: datetime.timedelta = -DAY) -> ssl.SSLContext:
        """What a server of this host presents; since: from when on its certificate is valid, for a day and a half."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._builder(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)]), key, since, since + 1.5 * DAY)
        made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), False)
        by = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        signed = made.add_extension(by, critical=False).sign(self._key, hashes.SHA256())
        pem = folder / f"{host}{since}.pem"
        pem.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + signed.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        return context

    def _builder(
        self, name: x509.Name, key: ec.EllipticCurvePrivateKey, since: datetime.timedelta, until: datetime.timedelta
    ) -> x509.CertificateBuilder:
        made = x509.CertificateBuilder().subject_name(name).issuer_name(self._name).public_key(key.public_key())
        made = made.serial_number(x509.random_serial_number())
        return made.not_valid_before(TODAY + since).not_valid_after(TODAY + until)


@dataclass
class Post:
    """A mail server: what it was handed, and which of it by TLS; the passwords that it was told."""

    mails: list[bytes] = field(default_factory=list)
    by_tls: list[bool] = field(default_factory=list)
    passwords: list[bytes] = field(default_factory=list)

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(envelope.content)
        self.by_tls.append(server.transport.get_extra_info("ssl_object") is not None)
        return "250 OK"

    def known(self, server, session, envelope, mechanism, data):
        if isinstance(data, LoginPassword):
            self.passwords.append(data.password)
        return AuthResult(success=True)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """One that this machine trusts, and no other; the server seems to be another machine."""
    made = Authority()
    monkeypatch.setenv("SSL_CERT_FILE", str(made.write(tmp_path / "trusted.pem")))
    monkeypatch.setattr(MailServer, "is_here", False)
    return made


class _Controller(Controller):
    starttls: ssl.SSLContext | None = None

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        if self.ssl_context is None:
            super()._trigger_server()
        else:
            socket.create_connection(("127.0.0.1", self.port), timeout=10).close()  # the super's would check its name

    def factory(self):
        post = self.handler
        return SMTP(
            post,
            hostname="127.0.0.1",
            tls_context=self.starttls,
            require_starttls=self.starttls is not None,
            authenticator=post.known,
            auth_require_tls=self.ssl_context is None,
        )


@pytest.fixture
def served() -> Iterator:
    """serve(starttls=context) or serve(tls=context): a server and its mails, ended with the test."""
    running: list[Controller] = []

    def serve(starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None) -> tuple[int, Post]:
        post = Post()
        controller = _Controller(post, hostname="127.0.0.1", port=0, ssl_context=tls)
        controller.starttls = starttls
        controller.start()
        running.append(controller)
        return controller.port, post

    yield serve
    for controller in running:
        controller.stop()


def sent(url: str) -> Delivery:
    own = {"ZHUNDIAN_SMTP": url, "ZHUNDIAN_MAIL_FROM": "准点 <zhundian@ju.example>"}
    return send_mail(outside(own), "a@a.example", "标题", "正文", ID, NOW)


def test_by_starttls_it_arrives_encrypted(served, authority, tmp_path):
    port, post = served(starttls=authority.context(tmp_path))
    assert sent(f"smtp://127.0.0.1:{port}").outcome is Outcome.SENT
    assert post.by_tls == [True] and len(post.mails) == 1


def test_a_password_goes_by_starttls_alone(served, authority, tmp_path):
    port, post = served(starttls=authority.context(tmp_path))
    assert sent(f"smtp://zhundian:geheim99@127.0.0.1:{port}").outcome is Outcome.SENT
    assert post.passwords == [b"geheim99"] and post.by_tls == [True]


def test_by_smtps_it_arrives_encrypted_with_the_password(served, authority, tmp_path):
    port, post = served(tls=authority.context(tmp_path))
    assert sent(f"smtps://zhundian:geheim99@127.0.0.1:{port}").outcome is Outcome.SENT
    assert post.passwords == [b"geheim99"] and post.by_tls == [True]


@pytest.mark.parametrize("way", ["starttls", "tls"])
@pytest.mark.parametrize("wrong", ["another authority", "another host", "expired", "not yet valid"])
def test_a_certificate_that_is_not_right_stops_mail_and_password(served, authority, tmp_path, way, wrong):
    context = {
        "another authority": lambda: Authority().context(tmp_path),
        "another host": lambda: authority.context(tmp_path, host="127.0.0.9"),
        "expired": lambda: authority.context(tmp_path, since=-3 * DAY),
        "not yet valid": lambda: authority.context(tmp_path, since=2 * DAY),
    }[wrong]()
    port, post = served(**{way: context})
    scheme = "smtp" if way == "starttls" else "smtps"
    delivery = sent(f"{scheme}://zhundian:geheim99@127.0.0.1:{port}")
    assert delivery.outcome is Outcome.FAILED and "certificate" in delivery.error.lower(), delivery
    assert not delivery.is_final and "geheim99" not in delivery.error  # a certificate is renewed, and then it goes
    assert post.mails == [] and post.passwords == []


def test_smtps_to_a_server_that_speaks_plainly_fails_and_says_nothing(served, authority, tmp_path):
    port, post = served()
    delivery = sent(f"smtps://zhundian:geheim99@127.0.0.1:{port}")
    assert delivery.outcome is Outcome.FAILED and "geheim99" not in delivery.error
    assert post.mails == [] and post.passwords == []
