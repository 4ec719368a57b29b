"""PostgreSQL under two names: one owns the tables, the node may only do with them what a node does.

The address of the owner stands in the environment of the two commands that make or upgrade tables, ``node
init`` and ``rebuild``, and nowhere in the home. The service runs without it: what it must never change or
delete it has no right to change or delete, whoever takes it over.

Spec: trust 5.4, "on PostgreSQL web has INSERT only".
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from mithaq.errors import MalformedError, RefusedError

ADDRESS: Final = "MITHAQ_DATABASE_OWNER"
"""Variable: ``postgresql://OWNER:PASSWORD@HOST:PORT/NAME`` of the database of this node."""

ONLY_ADDED: Final = (
    "access_row",
    "access_segment",
    "store_checkpoint",
    "store_cosignature",
    "store_evidence",
    "store_journalrow",
    "store_receipt",
    "store_release",
    "store_releasehead",
    "store_rootversion",
)
"""Tables whose rows are never changed or deleted."""

ACTS: Final = ("store_act", "store_section", "store_blobname")
"""Never changed. A partner's act that has taken an id is set aside (spec 5.3.12); an own one stays."""

_MOVES: Final = (
    "tree_size",
    "root_hash",
    "compact_range",
    "note",
    "next_index",
    "last_seq",
    "applied_size",
    "applied_root",
    "frozen",
)
"""Of a log, what grows or turns; whose it is stays, for it tells which acts are own ones."""

_OWN: Final = "EXISTS (SELECT 1 FROM store_log WHERE store_log.is_own AND store_log.id = position >> 40)"
_ALIASES: Final = ("default", "ephemeral")


def is_owner_named() -> bool:
    """Whether this process may make tables under the name of their owner."""
    return bool(os.environ.get(ADDRESS))


def make_tables() -> None:
    """Create or upgrade the tables; as their owner where one is named, who then gives the node its rights.

    Raises:
        MalformedError: ``owner_address``; the address of the owner is none.
        RefusedError: ``database_owner``; the tables are of another version, and the node may not change them.
    """
    from django.db import ProgrammingError, connection
    from django.db.migrations.exceptions import MigrationSchemaMissing

    from mithaq.main.wiring.setup import migrate

    if connection.vendor == "postgresql" and is_owner_named():
        role = str(connection.settings_dict["USER"])
        with _as_owner(os.environ[ADDRESS]):
            migrate()
            give_rights(role)
        return
    try:
        migrate()
    except (MigrationSchemaMissing, ProgrammingError) as error:
        connection.close()
        told = f"the tables must be made or upgraded by their owner: {ADDRESS}=postgresql://… mithaq rebuild"
        raise RefusedError("database_owner", told) from error


@contextmanager
def _as_owner(address: str) -> Iterator[None]:
    """Connections of this thread under another name."""
    import psycopg
    from django.db import connections
    from psycopg.conninfo import conninfo_to_dict

    try:
        named = conninfo_to_dict(address)
    except psycopg.ProgrammingError as error:
        raise MalformedError(
            "owner_address", f"{ADDRESS} is postgresql://OWNER:PASSWORD@HOST:PORT/NAME"
        ) from error
    changes = {"USER": str(named.get("user") or ""), "PASSWORD": str(named.get("password") or "")}
    before = {alias: connections.settings[alias] for alias in _ALIASES}
    try:
        for alias in _ALIASES:
            connections[alias].close()
            del connections[alias]
            connections.settings[alias] = {**before[alias], **changes}
        yield
    finally:
        for alias in _ALIASES:
            connections[alias].close()
            del connections[alias]
            connections.settings[alias] = before[alias]


def find_excess() -> list[str]:
    """Tables whose rows this node could change though they only come; none on SQLite, whose file it owns."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        tables = [*ONLY_ADDED, *ACTS]
        cursor.execute(
            "SELECT name FROM unnest(%s::text[]) AS name"
            " WHERE has_table_privilege(name, 'UPDATE')"
            " UNION SELECT 'store_log' WHERE has_column_privilege('store_log', 'is_own', 'UPDATE')"
            " ORDER BY 1",
            [tables],
        )
        return [name for (name,) in cursor.fetchall()]


def give_rights(role: str) -> None:
    """What a node may do with the tables of whom this connection is; twice is as once."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        schema = connection.ops.quote_name(cursor.fetchone()[0])
        for statement in _rights(connection.ops.quote_name(role), schema):
            cursor.execute(statement)
        # A trigger runs under the node's name: what it looks up must not be a table that the node has made.
        cursor.execute(
            "SELECT CAST(oid AS regprocedure)::text FROM pg_proc WHERE prorettype = 'trigger'::regtype"
            " AND pronamespace = current_schema()::regnamespace AND proowner = current_user::regrole"
        )
        for (function,) in cursor.fetchall():
            cursor.execute(f"ALTER FUNCTION {function} SET search_path = {schema}, pg_temp")


def _rights(role: str, schema: str) -> Iterator[str]:
    yield f"GRANT USAGE ON SCHEMA {schema} TO {role}"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}"
    yield f"REVOKE UPDATE, DELETE ON {', '.join((*ONLY_ADDED, *ACTS))} FROM {role}"
    yield f"REVOKE INSERT, UPDATE, DELETE ON django_migrations, access_lane FROM {role}"
    # The head moves with each row; a trigger lets it grow alone.
    yield f"GRANT UPDATE (size, head_hash) ON access_lane TO {role}"
    yield f"REVOKE UPDATE ON store_log FROM {role}"
    yield f"GRANT UPDATE ({', '.join(_MOVES)}) ON store_log TO {role}"
    yield f"REVOKE DELETE ON store_bundle, store_log, store_witnessed FROM {role}"
    for table in ACTS:
        yield f"GRANT DELETE ON {table} TO {role}"
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
        for name, rule in (
            ("read", "FOR SELECT USING (true)"),
            ("add", "FOR INSERT WITH CHECK (true)"),
            ("set_aside", f"FOR DELETE USING (NOT {_OWN})"),
        ):
            yield f"DROP POLICY IF EXISTS {name} ON {table}"
            yield f"CREATE POLICY {name} ON {table} {rule}"
    # The index of search is made and dropped by the node: in a schema of its own name, which it sees first.
    yield f"CREATE SCHEMA IF NOT EXISTS {role}"
    yield f"GRANT USAGE, CREATE ON SCHEMA {role} TO {role}"
