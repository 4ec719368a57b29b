"""The two-person rule of accounts in the database itself, on both engines.

On SQLite a migration that remakes one of these tables drops its triggers: it must make them anew.
"""

from django.db import migrations

TRIGGERS = (
    (
        "accounts_action_kept",
        "accounts_action",
        "BEFORE UPDATE",
        "NEW.kind <> OLD.kind OR NEW.proposed_by_id <> OLD.proposed_by_id OR NEW.is_founding <> OLD.is_founding"
        " OR CAST(NEW.fields AS text) <> CAST(OLD.fields AS text) OR OLD.state <> 'proposed'",
        "an action does not change once it is proposed",
    ),
    (
        "accounts_action_proposed",
        "accounts_action",
        "BEFORE INSERT",
        "NEW.state <> 'proposed' AND NOT NEW.is_founding",
        "an action is proposed before it is approved",
    ),
    (
        "accounts_assignment_given",
        "accounts_post_assignment",
        "BEFORE INSERT",
        "NOT EXISTS (SELECT 1 FROM accounts_action WHERE id = NEW.action_id AND state = 'approved')"
        " AND NOT (NEW.action_id IS NULL AND NOT EXISTS (SELECT 1 FROM accounts_action WHERE state = 'approved'))",
        "a post is given by two persons",
    ),
    (
        "accounts_assignment_kept",
        "accounts_post_assignment",
        "BEFORE UPDATE",
        "NEW.user_id <> OLD.user_id OR NEW.post <> OLD.post OR CAST(NEW.roles AS text) <> CAST(OLD.roles AS text)"
        " OR NEW.clearance <> OLD.clearance OR CAST(NEW.caveats AS text) <> CAST(OLD.caveats AS text)"
        " OR CAST(NEW.purposes AS text) <> CAST(OLD.purposes AS text)"
        " OR CAST(NEW.persons_purposes AS text) <> CAST(OLD.persons_purposes AS text)"
        " OR NEW.from_on <> OLD.from_on OR NEW.unit <> OLD.unit"
        " OR (OLD.action_id IS NOT NULL AND (NEW.action_id IS NULL OR NEW.action_id <> OLD.action_id))",
        "what was given does not change",
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
    yield (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN"
        f" RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END IF;"
        " RETURN NEW; END $$"
    )
    yield f"CREATE TRIGGER {name} {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop, hints={"model_name": "user"})]
