"""One world for all tests of the public pages, and a browser without a browser."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from mithaq.web.pdf.press import Press

from ..database import sqlite_databases, use_databases
from .world import World, build_world

_PRESS = Press()
Serve = Callable[[Path], AbstractContextManager[Any]]


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return build_world(tmp_path_factory.mktemp("public"))


@pytest.fixture(autouse=True)
def one_press(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test has printed is not printed again by the next: it takes a second each."""
    from mithaq.web.pdf import document

    monkeypatch.setattr(document, "press", lambda: _PRESS)


@pytest.fixture
def article_suspended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every public text as if a side had suspended its second article."""
    from dataclasses import replace
    from datetime import UTC, datetime

    from mithaq.core.instruments.duration import Suspension
    from mithaq.core.types import AdministrationCode
    from mithaq.web.public.publication import Publications, PublicText

    read = Publications.text
    spell = Suspension((AdministrationCode("fr-mi"),), datetime(2020, 1, 1, tzinfo=UTC), None, ("#art_2",))

    def text(*given: Any) -> PublicText:
        found = read(*given)
        return replace(found, version=replace(found.version, suspensions=(spell,)))

    monkeypatch.setattr(Publications, "text", text)


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


@pytest.fixture(params=["rabat", "paris"])
def reader(request: pytest.FixtureRequest, world: World, serve: Serve) -> Iterator[Any]:
    """A browser on either node, signed in by its one-time link, for a post that reads everything."""
    with serve(getattr(world, request.param)) as client:
        from mithaq.web.accounts.founding import Founder, found_account
        from mithaq.web.runtime import get_node

        login = f"reader-{uuid4().hex[:12]}"
        chosen = {"clearance": "red", "must_enrol": False, "pseudonym": login}
        founder = Founder(login, "Reader", "fr", "desk", ("reader",), **chosen)
        token = found_account(founder, get_node().clock.now())
        shown = client.get(f"/fr/account/link/{token}/").content.decode()
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', shown)
        assert found
        answer = client.post(f"/fr/account/link/{token}/", {"csrfmiddlewaretoken": found[1]})
        assert answer.status_code == 302
        yield client
