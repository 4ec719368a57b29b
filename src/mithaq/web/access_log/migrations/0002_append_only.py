"""Rows only come at the end, and none changes or goes: in the database itself, on both engines.

On SQLite a migration that remakes one of these tables drops its triggers: it must make them anew.
"""

from django.db import migrations

START = "0" * 64

TRIGGERS = (
    (
        "access_row_chained",
        "access_row",
        "BEFORE INSERT",
        "NEW.prev_hash <> COALESCE((SELECT row_hash FROM access_row WHERE lane = NEW.lane"
        f" AND seq = NEW.seq - 1), '{START}')"
        " OR (NEW.seq > 0 AND NOT EXISTS (SELECT 1 FROM access_row WHERE lane = NEW.lane AND seq = NEW.seq - 1))"
        " OR NEW.seq < 0"
        " OR EXISTS (SELECT 1 FROM access_row WHERE id = NEW.id OR (lane = NEW.lane AND seq = NEW.seq))",
        "a row of the access log follows the one before it",
    ),
    (
        "access_row_kept",
        "access_row",
        "BEFORE UPDATE",
        "OLD.id IS NOT NULL",
        "the access log does not change",
    ),
    (
        "access_row_stays",
        "access_row",
        "BEFORE DELETE",
        "OLD.id IS NOT NULL",
        "the access log does not shrink",
    ),
    (
        "access_lane_grows",
        "access_lane",
        "BEFORE UPDATE",
        "NEW.name <> OLD.name OR NEW.size <= OLD.size",
        "a lane of the access log only grows",
    ),
    ("access_lane_stays", "access_lane", "BEFORE DELETE", "OLD.name IS NOT NULL", "a lane is never deleted"),
)


def create(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for name, table, event, condition, message in TRIGGERS:
        for sql in statements(vendor, name, table, event, condition, message):
            schema_editor.execute(sql)
    apps.get_model("access_log", "AccessLane").objects.using(schema_editor.connection.alias).create(
        name="web", size=0, head_hash=START
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
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN"
        f" RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END IF;"
        f" RETURN {answer}; END $$"
    )
    yield f"CREATE TRIGGER {name} {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    if name == "access_row_stays":
        yield (
            f"CREATE FUNCTION {name}_whole() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        yield (
            f"CREATE TRIGGER {name}_whole BEFORE TRUNCATE ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {name}_whole()"
        )


class Migration(migrations.Migration):
    dependencies = [("access_log", "0001_initial")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop, hints={"model_name": "accessrow"})]
