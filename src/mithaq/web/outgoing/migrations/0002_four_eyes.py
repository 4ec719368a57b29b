"""Four eyes in the database itself, on both engines: what no program of the node can go around.

On SQLite a migration that remakes one of these tables drops its triggers: it must make them anew.
"""

from django.db import migrations

WROTE = (
    "EXISTS (SELECT 1 FROM outgoing_draft_editor WHERE draft_id = NEW.draft_id AND user_id = NEW.{who}_id)"
)
DRAFT = "EXISTS (SELECT 1 FROM outgoing_draft WHERE id = NEW.draft_id AND {condition})"

TRIGGERS = (
    (
        "outgoing_release_other",
        "outgoing_release",
        "BEFORE INSERT",
        "NEW.two_persons AND NOT NEW.emergency AND " + WROTE.format(who="releaser"),
        "whoever wrote in a draft does not release it",
    ),
    (
        "outgoing_release_same",
        "outgoing_release",
        "BEFORE INSERT",
        "NOT "
        + DRAFT.format(
            condition="content_sha256 = NEW.content_sha256 AND two_persons = NEW.two_persons"
            " AND act_id = NEW.act_id AND state IN ('draft', 'to_release', 'releasing')"
            " AND (NEW.author_id = author_id OR NEW.author_id = text_author_id)"
        ),
        "a release is of the draft as it is",
    ),
    (
        "outgoing_release_kept",
        "outgoing_release",
        "BEFORE UPDATE",
        "NEW.draft_id <> OLD.draft_id OR NEW.act_id <> OLD.act_id OR NEW.content_sha256 <> OLD.content_sha256"
        " OR NEW.author_id <> OLD.author_id OR NEW.releaser_id <> OLD.releaser_id"
        " OR NEW.two_persons <> OLD.two_persons OR NEW.emergency <> OLD.emergency OR NEW.reason <> OLD.reason"
        " OR NEW.released_at <> OLD.released_at OR OLD.voided_at IS NOT NULL"
        " OR (OLD.second_id IS NOT NULL AND (NEW.second_id IS NULL OR NEW.second_id <> OLD.second_id))",
        "a release does not change",
    ),
    (
        "outgoing_release_second",
        "outgoing_release",
        "BEFORE UPDATE",
        "NEW.second_id IS NOT NULL AND " + WROTE.format(who="second"),
        "whoever wrote in a draft is no second person",
    ),
    (
        "outgoing_release_stays",
        "outgoing_release",
        "BEFORE DELETE",
        "OLD.id IS NOT NULL",
        "a release is never deleted",
    ),
    (
        "outgoing_draft_kept",
        "outgoing_draft",
        "BEFORE UPDATE",
        "NEW.two_persons <> OLD.two_persons OR NEW.act_id <> OLD.act_id OR NEW.kind <> OLD.kind"
        " OR NEW.author_id <> OLD.author_id OR NEW.object_id <> OLD.object_id",
        "what a draft is does not change",
    ),
    (
        "outgoing_draft_released",
        "outgoing_draft",
        "BEFORE UPDATE",
        "(NEW.content_sha256 <> OLD.content_sha256 OR CAST(NEW.command AS text) <> CAST(OLD.command AS text))"
        " AND EXISTS (SELECT 1 FROM outgoing_release WHERE draft_id = OLD.id AND voided_at IS NULL)",
        "a released draft does not change",
    ),
    (
        "outgoing_editor_kept",
        "outgoing_draft_editor",
        "BEFORE UPDATE",
        "OLD.id IS NOT NULL",
        "who wrote in a draft does not change",
    ),
    (
        "outgoing_editor_stays",
        "outgoing_draft_editor",
        "BEFORE DELETE",
        "EXISTS (SELECT 1 FROM outgoing_release WHERE draft_id = OLD.draft_id)",
        "who wrote in a released draft stays known",
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
    dependencies = [("outgoing", "0001_initial")]

    operations = [
        migrations.RunPython(create, migrations.RunPython.noop, hints={"model_name": "outgoingdraft"})
    ]
