"""Whole months leave by a segment alone: the database itself lets no other row go, on both engines.

On SQLite a migration that remakes one of these tables drops its triggers: it must make them anew.
"""

from django.db import migrations

OLD = {
    "sqlite": "datetime(last.at, '+1 year') <= datetime(newest.at)",
    "postgresql": "last.at + interval '1 year' <= newest.at",
}
OTHER_MONTH = {
    "sqlite": "substr(last.at, 1, 7) <> substr(following.at, 1, 7)",
    "postgresql": (
        "date_trunc('month', last.at AT TIME ZONE 'UTC')"
        " <> date_trunc('month', following.at AT TIME ZONE 'UTC')"
    ),
}
STAYS = "access_row_stays"


def triggers(vendor):
    yield (
        STAYS,
        "access_row",
        "BEFORE DELETE",
        "NOT EXISTS (SELECT 1 FROM access_segment WHERE lane = OLD.lane AND OLD.seq < stop)",
        "the access log does not shrink",
    )
    yield (
        "access_row_not_again",
        "access_row",
        "BEFORE INSERT",
        "EXISTS (SELECT 1 FROM access_segment WHERE lane = NEW.lane AND stop > NEW.seq)",
        "a row of the access log follows the one before it",
    )
    yield (
        "access_segment_whole",
        "access_segment",
        "BEFORE INSERT",
        "NEW.start <> COALESCE((SELECT MAX(stop) FROM access_segment WHERE lane = NEW.lane), 0)"
        " OR NOT EXISTS (SELECT 1 FROM access_row AS last"
        " JOIN access_row AS following ON following.lane = last.lane AND following.seq = last.seq + 1"
        " JOIN access_lane ON access_lane.name = last.lane"
        " JOIN access_row AS newest ON newest.lane = last.lane AND newest.seq = access_lane.size - 1"
        " WHERE last.lane = NEW.lane AND last.seq = NEW.stop - 1 AND last.seq >= NEW.start"
        f" AND last.row_hash = NEW.last_hash AND {OTHER_MONTH[vendor]} AND {OLD[vendor]})",
        "a segment is of whole months, a year old at least",
    )
    for event, name in (("UPDATE", "kept"), ("DELETE", "stays")):
        yield (
            f"access_segment_{name}",
            "access_segment",
            f"BEFORE {event}",
            "OLD.id IS NOT NULL",
            "a segment does not change",
        )


def create(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    schema_editor.execute(f"DROP TRIGGER {STAYS}" + (" ON access_row" if vendor == "postgresql" else ""))
    for name, table, event, condition, message in triggers(vendor):
        for sql in statements(vendor, name, table, event, condition, message):
            schema_editor.execute(sql)
    apps.get_model("access_log", "AccessLane").objects.using(schema_editor.connection.alias).create(
        name="command", size=0, head_hash="0" * 64
    )


def statements(vendor, name, table, event, condition, message):
    if vendor == "sqlite":
        yield (
            f"CREATE TRIGGER {name} {event} ON {table} FOR EACH ROW WHEN {condition}"
            f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    answer = "OLD" if event.endswith("DELETE") else "NEW"
    yield (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN"
        f" RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END IF;"
        f" RETURN {answer}; END $$"
    )
    yield f"CREATE TRIGGER {name} {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"


class Migration(migrations.Migration):
    dependencies = [("access_log", "0004_segments")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop, hints={"model_name": "accessrow"})]
