"""What we replace in uvicorn and asyncio, where neither has a switch that can be set in time.

FORWARDED_ALLOW_IPS is read before Streamlit imports our app, and the safety of `streamlit run dashboard.py` must not
hang on a variable that somebody forgets; Streamlit makes the listening socket itself. tests/web/test_replaced.py fails
where either no longer works.
"""

import asyncio.base_events
import socket
from collections.abc import Callable
from types import ModuleType
from typing import Any

import uvicorn.config


def replace_all() -> None:
    """Called before the app is served. RuntimeError where a name is gone: nothing would be in its place then."""
    # uvicorn believes forwarded headers of whoever is on this machine, and hides who really asked. web.asker decides
    # that by the settings, so uvicorn's own layer is left out; it is put round the app after dashboard.py is imported.
    _replace(uvicorn.config, "ProxyHeadersMiddleware", _as_it_is)
    _replace(asyncio.base_events, "_set_nodelay", without_delay)


def _replace(module: ModuleType, name: str, new: Callable[..., Any]) -> None:
    if not hasattr(module, name):
        raise RuntimeError(
            f"expected {module.__name__}.{name}, found none: web/replaced.py must follow its new version"
        )
    setattr(module, name, new)


def _as_it_is(app: Any, **_: Any) -> Any:
    return app


def without_delay(connection: socket.socket) -> None:
    """asyncio leaves Nagle's algorithm on for sockets made without naming TCP, as Streamlit's is: an answer in
    two writes on a connection that is kept then waits 40 ms for the other side's delayed acknowledgement.
    """
    if connection.family in (socket.AF_INET, socket.AF_INET6):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
