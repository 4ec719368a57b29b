"""Four eyes in the database itself."""

from django.db import migrations

from mithaq.web.triggers import Trigger, keep

WROTE = (
    "EXISTS (SELECT 1 FROM outgoing_draft_editor WHERE draft_id = NEW.draft_id AND user_id = NEW.{who}_id)"
)
DRAFT = "EXISTS (SELECT 1 FROM outgoing_draft WHERE id = NEW.draft_id AND {condition})"

TRIGGERS = (
    Trigger(
        "outgoing_release_other",
        "outgoing_release",
        "INSERT",
        "NEW.two_persons AND NOT NEW.emergency AND " + WROTE.format(who="releaser"),
        "whoever wrote in a draft does not release it",
    ),
    Trigger(
        "outgoing_release_same",
        "outgoing_release",
        "INSERT",
        "NOT "
        + DRAFT.format(
            condition="content_sha256 = NEW.content_sha256 AND two_persons = NEW.two_persons"
            " AND act_id = NEW.act_id AND state IN ('draft', 'to_release', 'releasing')"
            " AND (NEW.author_id = author_id OR NEW.author_id = text_author_id)"
        ),
        "a release is of the draft as it is",
    ),
    Trigger(
        "outgoing_release_kept",
        "outgoing_release",
        "UPDATE",
        "NEW.draft_id <> OLD.draft_id OR NEW.act_id <> OLD.act_id OR NEW.content_sha256 <> OLD.content_sha256"
        " OR NEW.author_id <> OLD.author_id OR NEW.releaser_id <> OLD.releaser_id"
        " OR NEW.two_persons <> OLD.two_persons OR NEW.emergency <> OLD.emergency OR NEW.reason <> OLD.reason"
        " OR NEW.released_at <> OLD.released_at OR OLD.voided_at IS NOT NULL"
        " OR (OLD.second_id IS NOT NULL AND (NEW.second_id IS NULL OR NEW.second_id <> OLD.second_id))",
        "a release does not change",
    ),
    Trigger(
        "outgoing_release_second",
        "outgoing_release",
        "UPDATE",
        "NEW.second_id IS NOT NULL AND " + WROTE.format(who="second"),
        "whoever wrote in a draft is no second person",
    ),
    Trigger(
        "outgoing_release_stays",
        "outgoing_release",
        "DELETE",
        "OLD.id IS NOT NULL",
        "a release is never deleted",
    ),
    Trigger(
        "outgoing_draft_kept",
        "outgoing_draft",
        "UPDATE",
        "NEW.two_persons <> OLD.two_persons OR NEW.act_id <> OLD.act_id OR NEW.kind <> OLD.kind"
        " OR NEW.author_id <> OLD.author_id OR NEW.object_id <> OLD.object_id",
        "what a draft is does not change",
    ),
    Trigger(
        "outgoing_draft_released",
        "outgoing_draft",
        "UPDATE",
        "(NEW.content_sha256 <> OLD.content_sha256 OR CAST(NEW.command AS text) <> CAST(OLD.command AS text))"
        " AND EXISTS (SELECT 1 FROM outgoing_release WHERE draft_id = OLD.id AND voided_at IS NULL)",
        "a released draft does not change",
    ),
    Trigger(
        "outgoing_editor_kept",
        "outgoing_draft_editor",
        "UPDATE",
        "OLD.id IS NOT NULL",
        "who wrote in a draft does not change",
    ),
    Trigger(
        "outgoing_editor_stays",
        "outgoing_draft_editor",
        "DELETE",
        "EXISTS (SELECT 1 FROM outgoing_release WHERE draft_id = OLD.draft_id)",
        "who wrote in a released draft stays known",
    ),
)


class Migration(migrations.Migration):
    dependencies = [("outgoing", "0001_initial")]

    operations = [keep("outgoingdraft", *TRIGGERS)]
