"""Two databases on a PostgreSQL server for the time of a benchmark."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from mithaq.main.benchmark import RECEIVER, SENDER


@contextmanager
def temporary_databases(server: str | None) -> Iterator[dict[str, str]]:
    """Code -> address of a fresh database; empty without a server. They are dropped afterwards."""
    if server is None:
        yield {}
        return
    names = {code: f"mithaq_bench_{code.replace('-', '_')}" for code in (SENDER, RECEIVER)}
    with psycopg.connect(f"{server.rstrip('/')}/postgres", autocommit=True) as connection:
        _drop(connection, names)
        for name in names.values():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield {code: f"{server.rstrip('/')}/{name}" for code, name in names.items()}
        finally:
            _drop(connection, names)


def _drop(connection: "psycopg.Connection[tuple[object, ...]]", names: dict[str, str]) -> None:
    for name in names.values():
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
