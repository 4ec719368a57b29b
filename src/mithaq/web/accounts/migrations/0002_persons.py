"""Two persons for posts and keys, three around the sealed account: in the database itself."""

from django.db import migrations

from mithaq.web.triggers import Trigger, keep

TRIGGERS = (
    Trigger(
        "accounts_action_kept",
        "accounts_action",
        "UPDATE",
        "NEW.kind <> OLD.kind OR NEW.proposed_by_id <> OLD.proposed_by_id OR NEW.is_founding <> OLD.is_founding"
        " OR CAST(NEW.fields AS text) <> CAST(OLD.fields AS text) OR OLD.state <> 'proposed'",
        "an action does not change once it is proposed",
    ),
    Trigger(
        "accounts_action_proposed",
        "accounts_action",
        "INSERT",
        "NEW.state <> 'proposed' AND NOT NEW.is_founding",
        "an action is proposed before it is approved",
    ),
    Trigger(
        "accounts_assignment_given",
        "accounts_post_assignment",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM accounts_action WHERE id = NEW.action_id AND state = 'approved')"
        " AND NOT (NEW.action_id IS NULL AND NOT EXISTS (SELECT 1 FROM accounts_action WHERE state = 'approved'))",
        "a post is given by two persons",
    ),
    Trigger(
        "accounts_assignment_kept",
        "accounts_post_assignment",
        "UPDATE",
        "NEW.user_id <> OLD.user_id OR NEW.post <> OLD.post OR CAST(NEW.roles AS text) <> CAST(OLD.roles AS text)"
        " OR NEW.clearance <> OLD.clearance OR CAST(NEW.caveats AS text) <> CAST(OLD.caveats AS text)"
        " OR CAST(NEW.purposes AS text) <> CAST(OLD.purposes AS text)"
        " OR CAST(NEW.persons_purposes AS text) <> CAST(OLD.persons_purposes AS text)"
        " OR NEW.from_on <> OLD.from_on OR NEW.unit <> OLD.unit"
        " OR (OLD.action_id IS NOT NULL AND (NEW.action_id IS NULL OR NEW.action_id <> OLD.action_id))",
        "what was given does not change",
    ),
    Trigger(
        "accounts_seal_opened",
        "accounts_break_glass",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM accounts_action WHERE id = NEW.action_id AND state = 'approved'"
        " AND kind = 'break-glass' AND approved_by_id <> proposed_by_id) OR NEW.reviewed_ms IS NOT NULL",
        "two persons open the sealed account",
    ),
    Trigger(
        "accounts_seal_kept",
        "accounts_break_glass",
        "UPDATE",
        "NEW.action_id <> OLD.action_id OR NEW.opened_ms <> OLD.opened_ms OR NEW.ends_ms <> OLD.ends_ms"
        " OR OLD.reviewed_ms IS NOT NULL"
        " OR (OLD.closed_ms IS NOT NULL AND (NEW.closed_ms IS NULL OR NEW.closed_ms <> OLD.closed_ms))"
        " OR EXISTS (SELECT 1 FROM accounts_action WHERE id = NEW.action_id"
        " AND (proposed_by_id = NEW.reviewed_by_id OR approved_by_id = NEW.reviewed_by_id))",
        "a third person looks into it, once",
    ),
    Trigger(
        "accounts_seal_stays",
        "accounts_break_glass",
        "DELETE",
        "OLD.id IS NOT NULL",
        "an opening is never deleted",
    ),
)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [keep("user", *TRIGGERS)]
