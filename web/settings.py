"""What whoever runs the server may set, all by environment variables; without any it serves this machine alone."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from reminding import outside

VARIABLES = frozenset(
    {
        "ZHUNDIAN_STORE",
        "ZHUNDIAN_WITNESS",
        "ZHUNDIAN_ORIGIN",
        "ZHUNDIAN_PROXY",
        "ZHUNDIAN_USER_HEADER",
        "ZHUNDIAN_OIDC_ISSUER",
        "ZHUNDIAN_OIDC_CLIENT_ID",
        "ZHUNDIAN_OIDC_CLIENT_SECRET_FILE",
        "ZHUNDIAN_OIDC_CLAIM",
        *outside.VARIABLES,
    }
)
"""ZHUNDIAN_STORE is read by data.store, ZHUNDIAN_WITNESS by data.witness, those of the mails by reminding.outside, the
others here.
"""


class SettingsError(ValueError):
    """A variable that cannot be used; the text says which, what was expected and what was found."""


@dataclass(frozen=True)
class Oidc:
    """The city's single sign-on. claim: the one that names the account."""

    issuer: str
    client_id: str
    client_secret: str
    claim: str = "preferred_username"


@dataclass(frozen=True)
class Settings:
    """origin: the one public address; None: this machine and bare IP addresses. proxies: whose forwarded headers are
    believed. user_header: the header in which such a proxy names the account that it has let in.
    """

    origin: str | None = None
    proxies: frozenset[str] = frozenset()
    user_header: str | None = None
    oidc: Oidc | None = None

    @property
    def is_secure(self) -> bool:
        """Whether people come by TLS."""
        return bool(self.origin and self.origin.startswith("https://"))

    @property
    def host(self) -> str | None:
        """The public address's host, with its port where it has one."""
        return urlsplit(self.origin).netloc if self.origin else None

    @property
    def cookie_name(self) -> str:
        """__Host- under TLS: no other host or path can have set it."""
        return "__Host-zhundian" if self.is_secure else "zhundian"


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of an environment (None: the process's own). SettingsError where one cannot be used."""
    values = os.environ if environment is None else environment
    given = {name: values.get(name, "").strip() for name in VARIABLES}
    unknown = sorted(name for name in values if name.startswith("ZHUNDIAN_") and name not in VARIABLES)
    if unknown:
        raise SettingsError(f"{unknown[0]}: expected one of {', '.join(sorted(VARIABLES))}")
    proxies = frozenset(_address(proxy) for proxy in given["ZHUNDIAN_PROXY"].split(",") if proxy.strip())
    header = given["ZHUNDIAN_USER_HEADER"].lower() or None
    if header and not proxies:
        raise SettingsError("ZHUNDIAN_USER_HEADER: expected ZHUNDIAN_PROXY beside it; anybody could send the header")
    return Settings(_origin(given["ZHUNDIAN_ORIGIN"]), proxies, header, _oidc(given))


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return read()


def _origin(text: str) -> str | None:
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/") or parts.query or "@" in text:
        raise SettingsError(f"ZHUNDIAN_ORIGIN: expected an address such as https://zhundian.example, found {text!r}")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text.strip()))
    except ValueError:
        raise SettingsError(f"ZHUNDIAN_PROXY: expected IP addresses with commas between, found {text!r}") from None


def _oidc(given: Mapping[str, str]) -> Oidc | None:
    names = ("ZHUNDIAN_OIDC_ISSUER", "ZHUNDIAN_OIDC_CLIENT_ID", "ZHUNDIAN_OIDC_CLIENT_SECRET_FILE")
    if not any(given[name] for name in names):
        return None
    missing = [name for name in names if not given[name]]
    if missing:
        raise SettingsError(f"{missing[0]}: expected beside the other ZHUNDIAN_OIDC_ variables, found nothing")
    if not given["ZHUNDIAN_ORIGIN"]:
        raise SettingsError("ZHUNDIAN_OIDC_ISSUER: expected ZHUNDIAN_ORIGIN beside it, to which people are sent back")
    try:
        secret = Path(given[names[2]]).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{names[2]}: expected a file with the secret, found {error}") from error
    claim = given["ZHUNDIAN_OIDC_CLAIM"] or Oidc.claim
    return Oidc(given[names[0]].rstrip("/"), given[names[1]], secret, claim)
