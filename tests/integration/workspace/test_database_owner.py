"""PostgreSQL under two names: the node works, and may change nothing of what only comes."""

from collections.abc import Iterator
from typing import Any

import pytest

from ..database import use_databases
from .conftest import Office, opened_office
from .samples import QUESTION
from .test_access_log import rows, send_request

OWNER, NODE = "mithaq_owner", "mithaq_node"


@pytest.fixture(scope="module")
def narrow_office(
    postgresql_server: Any, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any
) -> Iterator[Office]:
    """A node whose tables belong to another name, made as ``node init`` makes them."""
    from mithaq.main.wiring import database_owner

    server, name = postgresql_server, postgresql_server.create_database()
    for role in (OWNER, NODE):
        server.run_sql(f"CREATE ROLE {role} LOGIN")
    server.run_sql(f"ALTER DATABASE {name} OWNER TO {OWNER}")
    address = {**server.address(name), "user": NODE}
    databases = {alias: {**each, "USER": NODE} for alias, each in server.databases(name).items()}
    with django_db_blocker.unblock():
        with use_databases(databases):
            with pytest.raises(database_owner.RefusedError, match="database_owner"):
                database_owner.make_tables()
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv(database_owner.ADDRESS, f"postgresql://{OWNER}@127.0.0.1/{name}")
                database_owner.make_tables()
                database_owner.make_tables()  # an upgrade gives the same rights once more
        home = tmp_path_factory.mktemp("narrow")
        with opened_office(home, "postgresql", databases, address) as found:
            yield found


def refused(sql: str) -> bool:
    """Whether the engine denies a statement of this node."""
    from django.db import ProgrammingError, connection, transaction

    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except ProgrammingError as error:
        return "permission denied" in str(error) or "must be owner" in str(error)
    return False


def test_a_node_without_the_owners_name_works_and_changes_nothing_that_only_comes(
    narrow_office: Office,
) -> None:
    from django.db import connection

    from mithaq.main.wiring.database_owner import ACTS, ONLY_ADDED, find_excess
    from mithaq.node.health import check_health
    from mithaq.node.read.rebuild import rebuild, rebuild_search
    from mithaq.web.access_log.verify import check_chains

    office = narrow_office
    amber = send_request(office, "amber")
    office.found("amina", "desk", "reader")
    browser = office.browser("amina")
    assert browser.get(f"/fr/requests/{amber}/").status_code == 200
    assert [row.verb for row in rows(objects_named=amber, decision="allowed")][-1] == "read"
    assert rebuild_search(office.node).rows == 1
    assert browser.get(f"/fr/search/?q={QUESTION.split()[0]}").status_code == 200
    assert all(one.equal for one in rebuild(office.node, check=True))

    held = "UPDATE access_row SET verb = 'list'", "DELETE FROM access_row", "TRUNCATE access_row"
    drops = "DROP TRIGGER access_row_kept ON access_row", "ALTER TABLE access_row DISABLE TRIGGER ALL"
    for sql in (*held, *drops, "UPDATE access_lane SET name = 'x'", "DELETE FROM access_lane"):
        assert refused(sql), sql
    columns = {"store_act": "envelope", "store_section": "data", "store_blobname": "sha256"}
    for table in (*ONLY_ADDED, *ACTS):
        column = columns.get(table, "id")
        if table == "store_journalrow":
            column = "number"
        assert refused(f"UPDATE {table} SET {column} = {column}"), table
        assert table in ACTS or refused(f"DELETE FROM {table}"), table
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM store_act")  # of partners alone: the own ones are not seen by it
        assert cursor.rowcount == 0
        cursor.execute("SELECT count(*) FROM store_act")
        assert cursor.fetchone()[0] > 0
    assert find_excess() == []
    assert {one.level for one in check_health(office.node) if one.code in ("rights", "access_log")} == {"ok"}
    assert check_chains(office.node).ok


def against(*statements: str) -> str:
    """What the engine says against statements of this node; empty where they pass. Nothing of them stays."""
    from django.db import DatabaseError, connection, transaction

    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for sql in statements:
                cursor.execute(sql)
            transaction.set_rollback(True)
    except DatabaseError as error:
        return str(error)
    return ""


LANE = (
    "CREATE {temp} TABLE {schema}access_lane AS"
    " SELECT name, CAST(3 AS bigint) AS size, head_hash FROM public.access_lane WHERE name = 'web'"
)
ROWS = (
    "CREATE {temp} TABLE {schema}access_row AS SELECT 'web' AS lane, n AS seq, repeat('a', 64) AS row_hash,"
    " timestamptz '2020-01-31 12:00+00' + n * interval '1 year' AS at FROM generate_series(0, 2) AS n"
)
LEAVE = (
    "INSERT INTO public.access_segment (lane, start, stop, last_hash, until, left_at)"
    " VALUES ('web', 0, 1, repeat('a', 64), '2020-01', now())"
)


@pytest.mark.parametrize(("temp", "schema"), [("", f"{NODE}."), ("TEMP", "")])
def test_what_a_trigger_looks_up_is_not_what_the_node_has_put_before_it(
    narrow_office: Office, temp: str, schema: str
) -> None:
    shadows = [sql.format(temp=temp, schema=schema) for sql in (LANE, ROWS)]
    assert "a segment is of whole months" in against(*shadows, LEAVE)


def test_an_own_log_stays_an_own_one(narrow_office: Office) -> None:
    for change in ("is_own = false", "id = id + 1", "origin = 'x'", "administration = 'x'"):
        found = against(f"UPDATE store_log SET {change} WHERE is_own", "DELETE FROM store_act")
        assert "permission denied for table store_log" in found, change


def test_whoever_owns_the_tables_is_told_that_a_log_could_be_made_anothers(narrow_office: Office) -> None:
    from mithaq.main.wiring import database_owner

    assert database_owner.find_excess() == []
    with database_owner._as_owner(f"postgresql://{OWNER}@127.0.0.1/x"):
        assert "store_log" in database_owner.find_excess()
