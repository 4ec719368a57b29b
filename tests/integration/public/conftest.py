"""One world for all tests of the public pages, and a browser without a browser."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from ..database import sqlite_databases, use_databases
from .world import World, build_world

Serve = Callable[[Path], AbstractContextManager[Any]]


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return build_world(tmp_path_factory.mktemp("public"))


@pytest.fixture
def serve(django_db_blocker: Any) -> Serve:
    """Serve the node of a home in this process; gives Django's test client."""
    from django.test import Client

    from mithaq.main.cli.homes import NoSigner
    from mithaq.main.wiring.build import open_node
    from mithaq.web.runtime import set_node

    @contextmanager
    def served(home: Path) -> Iterator[Client]:
        with django_db_blocker.unblock(), use_databases(sqlite_databases(home)):
            set_node(open_node(home, NoSigner()))
            try:
                yield Client()
            finally:
                set_node(None)

    return served


@pytest.fixture(params=["rabat", "paris"])
def client(request: pytest.FixtureRequest, world: World, serve: Serve) -> Iterator[Any]:
    """A client of either node: of the author's and of the partner's."""
    with serve(getattr(world, request.param)) as found:
        yield found
