"""One server for the tests of a module, with people of every kind; each test comes with browsers of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.served import Served, served
from tests.web.people import PEOPLE, Client, bureau


@pytest.fixture(scope="module")
def store_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small bureau's store, closed."""
    path = tmp_path_factory.mktemp("bureau") / "store.duckdb"
    bureau(path).close()
    return path


@pytest.fixture(scope="module")
def server(store_path: Path) -> Iterator[Served]:
    """The dashboard over the small bureau."""
    with served(store_path) as one:
        yield one


@pytest.fixture(scope="module")
def as_person(server: Served) -> Callable[[str | None], Client]:
    """name → a client that is signed in as her (None: nobody); one session a person and module."""
    known: dict[str, dict[str, str]] = {}

    def come(name: str | None) -> Client:
        client = Client(server.address)
        if name:
            if name not in known:
                assert client.sign_in(name).status_code == 303, name
                known[name] = dict(client.cookies)
            client.cookies = dict(known[name])
        return client

    return come


EVERYBODY = (None, *PEOPLE)
