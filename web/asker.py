"""Who asks: the address, host and scheme of a request, with a proxy's word believed where the settings say so."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from web.settings import Settings

_LOCAL = {"localhost"}


@dataclass(frozen=True)
class Asker:
    """address: the client's own. is_by_proxy: a proxy of the settings passed it on."""

    address: str
    host: str
    scheme: str
    is_by_proxy: bool

    @property
    def origin(self) -> str:
        """The address of this server as the browser knows it."""
        return f"{self.scheme}://{self.host}"


def asker(scope: dict, headers: Headers, settings: Settings) -> Asker:
    """Of an ASGI scope. Forwarded headers count only from a proxy of the settings, and of those what it added last."""
    address = scope["client"][0] if scope.get("client") else ""
    scheme = {"ws": "http", "wss": "https"}.get(scope["scheme"], scope["scheme"])
    is_by_proxy = address in settings.proxies
    if is_by_proxy:
        forwarded = [hop.strip() for hop in ",".join(headers.getlist("x-forwarded-for")).split(",")]
        address = next((hop for hop in reversed(forwarded) if hop and hop not in settings.proxies), address)
        scheme = "https" if headers.get("x-forwarded-proto", scheme).strip().lower() == "https" else scheme
    return Asker(address[:64], headers.get("host", "").lower(), scheme, is_by_proxy)


def is_host_allowed(host: str, settings: Settings) -> bool:
    """The public host of the settings. Without one localhost and bare IP addresses: no name that a stranger could point
    here (DNS rebinding).
    """
    if "@" in host:
        return False
    if settings.host:
        return host == settings.host or _is_this_machine(host)
    try:
        name = urlsplit(f"//{host}").hostname or ""
        _ = urlsplit(f"//{host}").port
    except ValueError:
        return False
    return name in _LOCAL or _is_ip(name)


def _is_this_machine(host: str) -> bool:
    """Monitoring on the machine itself may ask by its own address."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    return name in _LOCAL or (_is_ip(name) and ipaddress.ip_address(name).is_loopback)


def _is_ip(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_of_this_machine(who: Asker) -> bool:
    """Whether the asker sits on this very machine, with no proxy in between."""
    return not who.is_by_proxy and _is_ip(who.address) and ipaddress.ip_address(who.address).is_loopback


def is_same_origin(headers: Headers, who: Asker, settings: Settings) -> bool:
    """Whether a page of ours sent this: by its Origin, else by the browser's own Sec-Fetch-Site. Nothing said: no."""
    origin = headers.get("origin")
    if origin is not None:
        return origin.lower() in {who.origin, settings.origin or who.origin}
    return headers.get("sec-fetch-site") == "same-origin"
