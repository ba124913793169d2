"""A server of the test's own on 127.0.0.1, as the README starts it, which ends with the block."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Served:
    """Where it answers, where what it prints is kept, and which process it is."""

    address: str
    log: Path
    process_id: int

    def __str__(self) -> str:
        return self.address


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextmanager
def served(
    store: Path,
    environment: Mapping[str, str] | None = None,
    port: int | None = None,
    through: Sequence[str] = (),
) -> Iterator[Served]:
    """The dashboard over a store, with further environment variables. through: a module that runs it, and its words."""
    port = port or free_port()
    command = [sys.executable, "-m", *through, "streamlit", "run", "dashboard.py", "--server.address", "127.0.0.1"]
    log = store.with_name(f"{store.name}.log")
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, "--server.port", str(port)],
            cwd=ROOT,
            env=os.environ | {"ZHUNDIAN_STORE": str(store)} | dict(environment or {}),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(f"http://127.0.0.1:{port}/healthz", process)
        yield Served(f"http://127.0.0.1:{port}", log, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(address: str, process: subprocess.Popen) -> None:
    until = time.monotonic() + 240
    while time.monotonic() < until:
        assert process.poll() is None, "the server ended before it answered"
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(address)
