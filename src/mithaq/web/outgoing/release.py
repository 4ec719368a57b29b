"""Release: the row that the database judges, then the act, once; emergencies and their second person.

A release that was cut off between the two leaves the draft ``releasing``: the act is looked for by its
reserved id, and the same person may let it go again without a second act.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction

from mithaq.core.acts.kinds import Kind
from mithaq.errors import ConflictError, MalformedError, MithaqError, NotAllowedError, UnavailableError
from mithaq.node.append.submit import Author
from mithaq.node.node import Node
from mithaq.web.access.subject import subject_of_user
from mithaq.web.access.table import MIN_REASON
from mithaq.web.outgoing.commands import from_json, hash_command, name_emergency, to_json
from mithaq.web.outgoing.drafts import (
    OPERATOR,
    Writer,
    demand_perform,
    editor_ids,
    is_handed_over,
    known_files,
    lock_draft,
    protect_command,
    writes_in,
)
from mithaq.web.outgoing.files import check_files, own_files
from mithaq.web.outgoing.models import OutgoingDraft, OutgoingRelease
from mithaq.web.outgoing.perform import find_act, perform
from mithaq.web.outgoing.preview import make_preview
from mithaq.web.outgoing.rules import may_be_emergency
from mithaq.web.runtime import get_node

SECOND_WITHIN: Final = timedelta(hours=24)


def release(writer: Writer, draft_id: Any, shown_sha256: str) -> OutgoingDraft:
    """Let a draft go, as it was shown.

    Raises:
        MissingError: ``draft``. NotAllowedError: ``own_draft``, or as the policy. StepUpError: ``step_up``.
        ConflictError: ``preview_changed``, ``draft_gone``, or what the desk says; nothing was sent.
        UnavailableError: whether it was sent is not known; the same call again sends nothing twice.
    """
    node = get_node()
    with transaction.atomic():
        draft = lock_draft(draft_id)
        if draft.state == "sent":
            return draft
        row = live_release(draft)
        if row is None:
            row = _write_release(node, writer, draft, shown_sha256)
        elif row.releaser_id != writer.user.pk:
            raise ConflictError("draft_gone", "Another person is releasing it.")
    return _send(node, draft, Author(row.releaser_post, writer.user.pseudonym, writer.assertion))


def _write_release(node: Node, writer: Writer, draft: OutgoingDraft, shown_sha256: str) -> OutgoingRelease:
    reason = emergency_reason(draft)
    is_emergency = bool(reason)
    if not is_emergency and not is_handed_over(draft):
        raise ConflictError("draft_gone", "Nobody is asked to release it.")
    _check_files(node, draft)
    demand_perform(writer, draft, emergency=is_emergency, is_done=True)
    if make_preview(node, draft, writer.author()).shown_sha256 != shown_sha256:
        raise ConflictError("preview_changed", "It has changed since it was shown.")
    author_id = draft.text_author_id or draft.author_id
    try:
        with transaction.atomic():
            row = OutgoingRelease.objects.create(
                draft=draft,
                act_id=draft.act_id,
                content_sha256=draft.content_sha256,
                two_persons=draft.two_persons,
                author_id=author_id,
                releaser=writer.user,
                releaser_post=writer.post,
                emergency=is_emergency,
                reason=reason,
                released_at=node.clock.now(),
            )
    except IntegrityError as error:
        raise NotAllowedError("own_draft", "Another person must release it.") from error
    draft.state, draft.changed_at = "releasing", node.clock.now()
    draft.save()
    return row


def _check_files(node: Node, draft: OutgoingDraft) -> None:
    """Whoever drafted it may still read what it sends on; the command line stands for the node itself.

    Raises:
        MissingError: ``blob``.
    """
    if draft.author.login == OPERATOR:
        return
    command, drafter = from_json(draft.command), subject_of_user(draft.author, draft.author_post)
    writers = [str(draft.author_id), *map(str, editor_ids(draft))]
    known = known_files(draft) | own_files(command, writers)
    check_files(node, command, drafter, protect_command(command), known)


def _send(node: Node, draft: OutgoingDraft, author: Author) -> OutgoingDraft:
    try:
        perform(from_json(draft.command), author, node, draft.act_id)
    except UnavailableError:
        raise
    except MithaqError:
        _void(node, draft)
        raise
    return settle(node, draft)


def settle(node: Node, draft: OutgoingDraft) -> OutgoingDraft:
    """Note that the act of a draft is in the log, if it is: also after a release that was cut off."""
    done = find_act(node, draft.act_id) if draft.state == "releasing" else None
    if done is None:
        return draft
    with transaction.atomic():
        draft = lock_draft(draft.pk)
        if draft.state == "releasing":
            draft.state, draft.leaf_index, draft.sent_at = "sent", done.leaf_index, node.clock.now()
            draft.save()
    return draft


def _void(node: Node, draft: OutgoingDraft) -> None:
    """Nothing has left: the draft waits as before."""
    with transaction.atomic():
        draft = lock_draft(draft.pk)
        row = live_release(draft)
        if row is not None and draft.state == "releasing":
            row.voided_at = node.clock.now()
            row.save()
            is_plain = draft.two_persons and draft.kind != Kind.INSTRUMENT_SIGN
            draft.state = "to_release" if is_plain else "draft"
            draft.save()


def live_release(draft: OutgoingDraft) -> OutgoingRelease | None:
    """The release of a draft that counts."""
    return draft.releases.filter(voided_at__isnull=True).select_related("releaser", "second").first()


# Emergencies


def emergency_reason(draft: OutgoingDraft) -> str:
    """Why one person alone lets it go; empty for every other draft."""
    found = draft.command.get("body", {}).get("emergency")
    return str(found.get("reason", "")) if isinstance(found, dict) else ""


def can_be_emergency(draft: OutgoingDraft) -> bool:
    """Whether its kind allows one person."""
    command = draft.command
    note_class = str(command.get("body", {}).get("class", ""))
    return may_be_emergency(draft.kind, str(command.get("object_kind", "")), note_class)


def mark_emergency(writer: Writer, draft_id: Any, reason: str) -> OutgoingDraft:
    """Put the reason of an emergency into the act, so that the partner sees it; then it is shown again.

    Raises:
        MissingError: ``draft``. MalformedError: ``emergency_reason``. ConflictError: ``draft_gone``,
            ``no_emergency``. NotAllowedError: as the policy. StepUpError: ``step_up``.
    """
    text = reason.strip()
    if not MIN_REASON <= len(text) <= 500:
        raise MalformedError("emergency_reason", "A reason has 20 to 500 characters.")
    with transaction.atomic():
        draft = lock_draft(draft_id)
        if draft.state not in ("draft", "to_release"):
            raise ConflictError("draft_gone", "The draft has moved on.")
        if not can_be_emergency(draft):
            raise ConflictError("no_emergency", "Only alerts and requests of 8 hours can be.")
        demand_perform(writer, draft, emergency=True)
        command = name_emergency(from_json(draft.command), text)
        draft.command, draft.content_sha256 = to_json(command), hash_command(command)
        draft.changed_at = get_node().clock.now()
        draft.save()
    return draft


def sign_second(writer: Writer, draft_id: Any) -> OutgoingRelease:
    """The second signature of an emergency release.

    Raises:
        MissingError: ``draft``. ConflictError: ``no_emergency``. NotAllowedError: ``own_draft``, or as the
            policy. StepUpError: ``step_up``.
    """
    with transaction.atomic():
        draft = lock_draft(draft_id)
        row = live_release(draft)
        if row is None or not row.emergency or row.second_id is not None:
            raise ConflictError("no_emergency", "It waits for no second signature.")
        if row.releaser_id == writer.user.pk or writes_in(writer, draft):
            raise NotAllowedError("own_draft", "Another person signs second.")
        demand_perform(writer, draft, is_done=True)
        row.second, row.second_at = writer.user, get_node().clock.now()
        row.save()
    return row


def is_overdue(row: OutgoingRelease, now: datetime) -> bool:
    """Whether the 24 hours of the second signature are over."""
    return row.second_id is None and is_too_late(row.released_at, now)


def is_too_late(released_at: datetime, now: datetime) -> bool:
    """Whether a second signature should have come by now."""
    return now - released_at > SECOND_WITHIN
