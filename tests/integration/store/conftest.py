"""A migrated store for each test, on the engine that its class names."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ..database import copy_sqlite, migrated_sqlite, sqlite_databases, use_databases
from . import engines
from .samples import OWN, OWN_LOG, PARTNER, PARTNER_LOG, THIRD, THIRD_LOG, make_followed


@pytest.fixture(scope="session")
def postgresql_databases(postgresql_server: Any, django_db_blocker: Any) -> dict[str, dict[str, Any]]:
    """One migrated database, emptied before each test."""
    with django_db_blocker.unblock():
        name = postgresql_server.create_migrated()
    databases: dict[str, dict[str, Any]] = postgresql_server.databases(name)
    return databases


@pytest.fixture
def databases(request: pytest.FixtureRequest, tmp_path: Path, django_db_blocker: Any) -> Iterator[None]:
    """The databases of the engine of this class, empty."""
    if request.cls.engine == "sqlite":
        with django_db_blocker.unblock():
            copy_sqlite(migrated_sqlite(), tmp_path)
        chosen = sqlite_databases(tmp_path)
    else:
        chosen = request.getfixturevalue("postgresql_databases")
    with django_db_blocker.unblock(), use_databases(chosen):
        engines.empty_tables()
        yield


@pytest.fixture
def store(databases: None) -> Any:
    """The store of ``ma-mi``, which follows two partners."""
    from mithaq.adapters.store.store import DatabaseStore, create_own_log

    create_own_log(OWN, OWN_LOG)
    made = DatabaseStore(OWN, OWN_LOG)
    made.followed.add(make_followed(PARTNER, PARTNER_LOG))
    made.followed.add(make_followed(THIRD, THIRD_LOG))
    return made
