"""A node with a partner, its accounts, a clock that tests move, and browsers without a browser."""

import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.forks import forked_signers
from tests.prepared import prepared

from ..database import copy_sqlite, migrate_databases, migrated_sqlite, sqlite_databases, use_databases

PARTNER = "fr-mi"


@dataclass
class MovedClock:
    """The real clock, moved on by tests."""

    real: Any
    ahead: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return self.real.now() + self.ahead

    def monotonic_s(self) -> float:
        return self.real.monotonic_s() + self.ahead.total_seconds()

    def forward(self, **by: float) -> None:
        self.ahead += timedelta(**by)


@dataclass
class Office:
    """A node at work.

    Attributes:
        engine: ``sqlite`` or ``postgresql``.
    """

    node: Any
    clock: MovedClock
    engine: str

    def found(self, login: str, post: str, *roles: str, **changes: Any) -> Any:
        """An account with one post; gives the account."""
        from mithaq.web.accounts.founding import Founder, found_account
        from mithaq.web.accounts.models import User

        chosen = {"clearance": "red", "must_enrol": False, "pseudonym": f"p-{login}", **changes}
        founder = Founder(login, login.title(), "fr", post, roles, **chosen)
        self.tokens[login] = found_account(founder, self.clock.now())
        return User.objects.get(login=login)

    def __post_init__(self) -> None:
        self.tokens: dict[str, str] = {}

    def browser(self, login: str = "") -> Any:
        """A browser; signed in by the one-time link of that account."""
        from django.test import Client

        client = Client(enforce_csrf_checks=True)
        if login:
            answer = post(client, f"/fr/account/link/{self.tokens[login]}/")
            assert answer.status_code == 302, answer.content[:500]
            enrol_administrator(login)
        return client


def enrol_administrator(login: str) -> None:
    """Two authenticators for who administers, and nothing for others; after the link, which asks for none."""
    from allauth.mfa.models import Authenticator

    from mithaq.web.accounts.enrolment import needs_two
    from mithaq.web.accounts.models import User

    user = User.objects.get(login=login)
    roles = [role for each in user.assignments.all() for role in each.roles]
    if not user.must_enrol and needs_two(roles):
        for name in ("one", "two"):
            data = {"name": name, "credential": {}}
            Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)


def post(client: Any, address: str, /, page: str = "", **fields: str) -> Any:
    """Send a form of a page (by default that of the address) with its own token."""
    return send(client, address, client.get(page or address).content.decode(), **fields)


def send(client: Any, address: str, html: str, /, **fields: str) -> Any:
    """Send a form of a page that is open."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
    assert found, html[:2000]
    return client.post(address, {"csrfmiddlewaretoken": found[1], **fields})


def make_office(folder: Path, databases: dict[str, Any], address: Any = None) -> None:
    """Two homes in a folder; ``rabat`` has its databases and ``paris`` for a partner."""
    from mithaq.adapters.clock import SystemClock
    from mithaq.adapters.entropy import SystemEntropy
    from mithaq.adapters.store.store import DatabaseStore, create_own_log
    from mithaq.main.card import parse_card
    from mithaq.main.enrolment import add_partner, build_card, create_node, load_own_root

    parts = {"clock": SystemClock(), "entropy": SystemEntropy()}
    tables = {"web": {"secret_key": "x"}, **({"database": address} if address else {})}
    made = create_node(folder / "rabat", "ma-mi", "Rabat", "http://127.0.0.1:8100", tables=tables, **parts)
    create_node(folder / "paris", PARTNER, "Paris", "http://127.0.0.1:8101", **parts)
    card = parse_card(build_card(folder / "paris"))
    if address is None:
        copy_sqlite(migrated_sqlite(), folder / "rabat")
    with use_databases(databases):
        migrate_databases()  # a copy has its tables
        store = DatabaseStore(made.identity.code, made.identity.origin)
        with store.transaction():
            create_own_log(made.identity.code, made.identity.origin)
            store.roster.add_root(made.identity.code, 1, load_own_root(folder / "rabat"))
            add_partner(store.roster, store.followed, card, card.fingerprint, own_code=made.identity.code)


def copy_office(folder: Path) -> None:
    """The same on SQLite, made once a run."""
    made = prepared("office", lambda new: make_office(new, sqlite_databases(new / "rabat")))
    shutil.copytree(made, folder, dirs_exist_ok=True)


@contextmanager
def opened_office(folder: Path, engine: str, databases: dict[str, Any], address: Any) -> Iterator[Office]:
    from mithaq.main.wiring.build import opened_node
    from mithaq.main.wiring.writer import inline_writer
    from mithaq.web.runtime import set_node

    if address is None:
        copy_office(folder)
    else:
        make_office(folder, databases, address)
    with ExitStack() as stack:
        stack.enter_context(use_databases(databases))
        stack.enter_context(forked_signers())
        node = stack.enter_context(opened_node(folder / "rabat"))
        clock = MovedClock(node.clock)
        node.clock = clock
        stack.enter_context(inline_writer(node, folder / "rabat"))
        set_node(node)
        stack.callback(set_node, None)
        yield Office(node, clock, engine)


@pytest.fixture
def office(tmp_path: Path, django_db_blocker: Any) -> Iterator[Office]:
    """On SQLite, as a node is by default."""
    folder = tmp_path / "rabat"
    with (
        django_db_blocker.unblock(),
        opened_office(tmp_path, "sqlite", sqlite_databases(folder), None) as found,
    ):
        yield found


@pytest.fixture(params=["sqlite", "postgresql"])
def any_office(request: pytest.FixtureRequest, tmp_path: Path, django_db_blocker: Any) -> Iterator[Office]:
    """On both engines: what the database itself keeps."""
    address = None
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql_server")
        with django_db_blocker.unblock():
            name = server.create_migrated()
        databases, address = server.databases(name), server.address(name)
    else:
        databases = sqlite_databases(tmp_path / "rabat")
    with (
        django_db_blocker.unblock(),
        opened_office(tmp_path, request.param, databases, address) as found,
    ):
        yield found
