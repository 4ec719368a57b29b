"""A row takes the head of its lane along: in the database itself, on both engines.

So a row is one statement, and one that does not follow the head as it stands is refused.
On SQLite a migration that remakes one of these tables drops its triggers: it must make them anew.
"""

from django.db import migrations

NAME = "access_row_heads"
MESSAGE = "a row of the access log follows the head of its lane"
OF_ROW = "name = NEW.lane AND size = NEW.seq AND head_hash = NEW.prev_hash"
ADVANCE = f"UPDATE access_lane SET size = NEW.seq + 1, head_hash = NEW.row_hash WHERE {OF_ROW}"


def create(apps, schema_editor):
    for sql in statements(schema_editor.connection.vendor):
        schema_editor.execute(sql)


def statements(vendor):
    if vendor == "sqlite":
        yield (
            f"CREATE TRIGGER {NAME} BEFORE INSERT ON access_row FOR EACH ROW BEGIN"
            f" SELECT RAISE(ABORT, '{MESSAGE}')"
            f" WHERE NOT EXISTS (SELECT 1 FROM access_lane WHERE {OF_ROW}); {ADVANCE}; END"
        )
        return
    yield (
        f"CREATE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {ADVANCE};"
        f" IF NOT FOUND THEN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';"
        " END IF; RETURN NEW; END $$"
    )
    yield f"CREATE TRIGGER {NAME} BEFORE INSERT ON access_row FOR EACH ROW EXECUTE FUNCTION {NAME}()"


class Migration(migrations.Migration):
    dependencies = [("access_log", "0002_append_only")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop, hints={"model_name": "accessrow"})]
