"""Three persons around the sealed account, in the database itself, on both engines.

On SQLite a migration that remakes this table drops its triggers: it must make them anew.
"""

from django.db import migrations

TRIGGERS = (
    (
        "accounts_seal_opened",
        "accounts_break_glass",
        "BEFORE INSERT",
        "NOT EXISTS (SELECT 1 FROM accounts_action WHERE id = NEW.action_id AND state = 'approved'"
        " AND kind = 'break-glass' AND approved_by_id <> proposed_by_id) OR NEW.reviewed_ms IS NOT NULL",
        "two persons open the sealed account",
    ),
    (
        "accounts_seal_kept",
        "accounts_break_glass",
        "BEFORE UPDATE",
        "NEW.action_id <> OLD.action_id OR NEW.opened_ms <> OLD.opened_ms OR NEW.ends_ms <> OLD.ends_ms"
        " OR OLD.reviewed_ms IS NOT NULL"
        " OR (OLD.closed_ms IS NOT NULL AND (NEW.closed_ms IS NULL OR NEW.closed_ms <> OLD.closed_ms))"
        " OR EXISTS (SELECT 1 FROM accounts_action WHERE id = NEW.action_id"
        " AND (proposed_by_id = NEW.reviewed_by_id OR approved_by_id = NEW.reviewed_by_id))",
        "a third person looks into it, once",
    ),
    (
        "accounts_seal_stays",
        "accounts_break_glass",
        "BEFORE DELETE",
        "OLD.id IS NOT NULL",
        "an opening is never deleted",
    ),
)


def create(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for name, table, event, condition, message in TRIGGERS:
        for sql in statements(vendor, name, table, event, condition, message):
            schema_editor.execute(sql)


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


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_break_glass")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop, hints={"model_name": "user"})]
