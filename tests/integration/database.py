"""Django in the process of the tests, and its databases changed under it: one process sees many homes."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import django
from django.conf import settings

from mithaq.adapters.store.engine import sqlite_database
from tests.prepared import prepared

ALIASES = ("default", "ephemeral")


def configure_django() -> None:
    """Settings as a node has them, with no database until ``use_databases`` names some."""
    if settings.configured:
        return
    home = os.environ.pop("MITHAQ_HOME", None)
    try:
        from mithaq.main import settings as of_a_node
    finally:
        if home is not None:
            os.environ["MITHAQ_HOME"] = home
    values = {name: getattr(of_a_node, name) for name in dir(of_a_node) if name.isupper()}
    settings.configure(**{**values, "DATABASES": {}})
    django.setup()


def sqlite_databases(folder: Path, synchronous: str = "FULL") -> dict[str, dict[str, Any]]:
    """Both databases of a home on SQLite."""
    return {
        "default": sqlite_database(folder / "record.sqlite3", synchronous=synchronous),
        "ephemeral": sqlite_database(folder / "ephemeral.sqlite3", synchronous="NORMAL"),
    }


def close_connections() -> None:
    """Close those of this thread; the next query opens new ones."""
    from django.db import connections

    for alias in ALIASES:
        if alias in connections.settings:
            connections[alias].close()
            del connections[alias]


@contextmanager
def use_databases(databases: Mapping[str, Mapping[str, Any]]) -> Iterator[None]:
    """Point Django at these databases in this thread and in those started within."""
    from django.db import connections

    close_connections()
    before = dict(connections.settings)
    connections.settings.update(connections.configure_settings({k: dict(v) for k, v in databases.items()}))
    try:
        yield
    finally:
        close_connections()
        connections.settings.clear()
        connections.settings.update(before)


def migrate_databases() -> None:
    """The tables of a node in the databases in use."""
    from mithaq.main.wiring.setup import migrate

    migrate()


@cache
def migrated_sqlite() -> Path:
    """Migrated, empty databases on SQLite: made once a run, gone with it."""
    return prepared("migrated", _migrate_sqlite)


def _migrate_sqlite(folder: Path) -> None:
    with use_databases(sqlite_databases(folder)):
        migrate_databases()


def copy_sqlite(template: Path, folder: Path) -> None:
    """A fresh pair of databases from a migrated one: much faster than to migrate again."""
    for file in template.glob("*.sqlite3"):
        shutil.copyfile(file, folder / file.name)


@contextmanager
def caught_statements() -> Iterator[list[str]]:
    """What the engine is asked to read or write, by Django and by the store's own driver alike.

    SQLite tells of a write once more for each trigger that it sets off.
    """
    from django.db import connections

    found: list[str] = []

    def note(sql: str) -> None:
        verb = sql.split(None, 1)[0].upper()
        is_trigger = verb != "SELECT" and found[-1:] == [sql]
        if verb in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH") and not is_trigger:
            found.append(sql)

    opened = [connections[alias] for alias in ALIASES]
    for each in opened:
        each.ensure_connection()
        each.connection.set_trace_callback(note)
    try:
        yield found
    finally:
        for each in opened:
            if each.connection is not None:
                each.connection.set_trace_callback(None)
