"""The two engines that every contract of ``node.ports`` is run on."""

from typing import ClassVar


class OnSqlite:
    """Runs a contract on SQLite."""

    engine: ClassVar[str] = "sqlite"


class OnPostgresql:
    """Runs a contract on a real PostgreSQL server; one test process has it."""

    engine: ClassVar[str] = "postgresql"


def empty_tables() -> None:
    """Delete every row, on PostgreSQL only: a SQLite database is a fresh file."""
    from django.apps import apps
    from django.db import connection

    if connection.vendor != "postgresql":
        return
    tables = ", ".join(model._meta.db_table for model in apps.get_app_config("store").get_models())
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables}")
