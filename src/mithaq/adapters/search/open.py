"""The index that goes with the engine of the record."""

from pathlib import Path

from django.db import connection

from mithaq.adapters.search.postgresql_index import PostgresqlIndex
from mithaq.adapters.search.sqlite_index import SqliteIndex
from mithaq.node.ports.search import SearchIndex


def open_index(file: Path) -> SearchIndex:
    """Tables beside the record on PostgreSQL; ``file`` beside SQLite."""
    return PostgresqlIndex() if connection.vendor == "postgresql" else SqliteIndex(file)
