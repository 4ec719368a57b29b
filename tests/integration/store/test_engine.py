"""Settings that could lose an acknowledged act are refused; a lost server is no end."""

from pathlib import Path
from typing import Any

import pytest

from mithaq.errors import MithaqError, RefusedError, UnavailableError

from ..database import migrate_databases, sqlite_databases, use_databases


@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
def test_sqlite_without_full_sync_is_refused(
    synchronous: str, tmp_path: Path, django_db_blocker: Any
) -> None:
    from mithaq.adapters.store.engine import check_engine

    databases = sqlite_databases(tmp_path, synchronous)
    with django_db_blocker.unblock(), use_databases(databases), pytest.raises(RefusedError) as caught:
        check_engine()
    assert caught.value.code == "engine_settings"
    assert "synchronous" in caught.value.message


@pytest.mark.parametrize(
    ("setting", "value"), [("fsync", "off"), ("full_page_writes", "off"), ("synchronous_commit", "off")]
)
def test_postgresql_without_full_sync_is_refused(
    setting: str, value: str, postgresql_server: Any, django_db_blocker: Any
) -> None:
    from mithaq.adapters.store.engine import check_engine

    databases = postgresql_server.databases(postgresql_server.create_database())
    postgresql_server.set_parameter(setting, value)
    try:
        with django_db_blocker.unblock(), use_databases(databases), pytest.raises(RefusedError) as caught:
            check_engine()
    finally:
        postgresql_server.set_parameter(setting, None)
    assert setting in caught.value.message


def test_a_migration_runs_once_and_again_changes_nothing(
    postgresql_server: Any, django_db_blocker: Any
) -> None:
    databases = postgresql_server.databases(postgresql_server.create_database())
    with django_db_blocker.unblock(), use_databases(databases):
        migrate_databases()
        migrate_databases()
        from mithaq.adapters.store.models import Log, Nonce

        assert (Log.objects.count(), Nonce.objects.count()) == (0, 0)


def test_a_connection_lost_in_a_transaction_is_the_disk(
    postgresql_server: Any, django_db_blocker: Any
) -> None:
    from mithaq.adapters.store.store import DatabaseStore, create_own_log

    from .samples import OWN, OWN_LOG, make_act

    with django_db_blocker.unblock():
        databases = postgresql_server.databases(postgresql_server.create_migrated())
    with django_db_blocker.unblock(), use_databases(databases):
        create_own_log(OWN, OWN_LOG)
        store = DatabaseStore(OWN, OWN_LOG)
        with pytest.raises(UnavailableError) as caught, store.transaction():
            store.own.add_acts([make_act(0)], [])
            postgresql_server.restart()
            store.own.add_acts([make_act(1)], [])
        assert caught.value.code == "disk"
        # The next transaction opens a connection of its own.
        with store.transaction():
            store.own.add_acts([make_act(0)], [])
        assert store.own.head().next_index == 1


def test_a_connection_lost_between_calls_is_replaced(postgresql_server: Any, django_db_blocker: Any) -> None:
    """A thread that polls must live on when its server was away for a moment."""
    from mithaq.adapters.store.store import DatabaseStore, create_own_log

    from .samples import OWN, OWN_LOG

    with django_db_blocker.unblock():
        databases = postgresql_server.databases(postgresql_server.create_migrated())
    with django_db_blocker.unblock(), use_databases(databases):
        create_own_log(OWN, OWN_LOG)
        store = DatabaseStore(OWN, OWN_LOG)
        assert store.own.head().tree_size == 0
        postgresql_server.restart()
        with pytest.raises(MithaqError) as caught:
            store.own.head()
        assert caught.value.code == "disk"
        assert store.own.head().tree_size == 0
