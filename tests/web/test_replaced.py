"""What is replaced in uvicorn and asyncio is still there, still used, and does what it is for."""

import asyncio
import socket

import pytest
import uvicorn
import uvicorn.config
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from web import replaced


async def answering(scope, receive, send) -> None:
    """An app that answers nothing."""


@pytest.fixture
def before(monkeypatch: pytest.MonkeyPatch) -> None:
    """As they were, and again afterwards."""
    monkeypatch.setattr(uvicorn.config, "ProxyHeadersMiddleware", ProxyHeadersMiddleware)
    monkeypatch.setattr(asyncio.base_events, "_set_nodelay", lambda connection: None)


def loaded() -> object:
    config = uvicorn.Config(answering, log_config=None)
    config.load()
    return config.loaded_app


def accepted() -> bool:
    """Whether a connection to a socket like Streamlit's sends without delay."""

    async def serve() -> bool:
        listening = socket.socket(family=socket.AF_INET)
        listening.bind(("127.0.0.1", 0))
        taken: asyncio.Future[asyncio.StreamWriter] = asyncio.get_running_loop().create_future()
        server = await asyncio.start_server(lambda _, writer: taken.set_result(writer), sock=listening)
        _, asking = await asyncio.open_connection(*listening.getsockname())
        writer = await asyncio.wait_for(taken, 5)
        option = writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        for one in (asking, writer):
            one.close()
        server.close()
        return bool(option)

    return asyncio.run(serve())


@pytest.mark.usefixtures("before")
def test_uvicorn_puts_no_layer_of_its_own_round_the_app() -> None:
    assert isinstance(loaded(), ProxyHeadersMiddleware)
    replaced.replace_all()
    assert loaded() is answering


@pytest.mark.usefixtures("before")
def test_a_connection_that_asyncio_accepts_sends_without_delay() -> None:
    assert not accepted()
    replaced.replace_all()
    assert accepted()


@pytest.mark.usefixtures("before")
@pytest.mark.parametrize(
    ("module", "name"), [(uvicorn.config, "ProxyHeadersMiddleware"), (asyncio.base_events, "_set_nodelay")]
)
def test_a_name_that_is_gone_is_no_silence(monkeypatch: pytest.MonkeyPatch, module, name: str) -> None:
    monkeypatch.delattr(module, name)
    with pytest.raises(RuntimeError, match=name):
        replaced.replace_all()


def test_the_server_replaces_them() -> None:
    from web import server  # noqa: F401 - importing it is what does

    assert loaded() is answering and accepted()
