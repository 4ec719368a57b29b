"""Drafts: make, change, hand over, take back, delete. Nothing here leaves the node."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from mithaq.core.acts.kinds import Kind
from mithaq.core.instruments.manifest import read_manifest
from mithaq.errors import ConflictError, MissingError, NotAllowedError
from mithaq.node.append.submit import Author, Desk
from mithaq.web.access.gate import demand
from mithaq.web.access.policy import Protected, Subject
from mithaq.web.access.protected import PERSONS, protect_act, protect_local, read_code_of
from mithaq.web.access.subject import subject_of
from mithaq.web.accounts.assertions import assertion_of
from mithaq.web.accounts.models import User
from mithaq.web.accounts.posts import acting_assignment
from mithaq.web.outgoing.commands import (
    ActOnInstrument,
    Command,
    SendNote,
    dossier_of,
    file_into,
    from_json,
    hash_command,
    kind_of,
    name_author,
    object_id_of,
    to_json,
)
from mithaq.web.outgoing.desk import draft_act
from mithaq.web.outgoing.files import check_files, named_files, own_files
from mithaq.web.outgoing.models import DraftEditor, OutgoingDraft
from mithaq.web.outgoing.rules import way_of
from mithaq.web.runtime import get_node

Title = Mapping[str, str] | str

OPERATOR: Final = "command-line"
"""Login of the account that stands for the command line: whoever runs that holds the folder of the node."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes a draft: the account, as the policy sees it, the post that acts, what proved the person."""

    user: User
    subject: Subject
    post: str
    assertion: str = ""

    def author(self) -> Author:
        """As the desk takes it."""
        return Author(self.post, self.user.pseudonym, self.assertion)


def writer_of(request: HttpRequest) -> Writer:
    """The writer behind a request.

    Raises:
        NotAllowedError: ``no_post``; the account holds no post today.
    """
    assignment = acting_assignment(request)
    if assignment is None or not isinstance(request.user, User):
        raise NotAllowedError("no_post", "You hold no post today.")
    return Writer(request.user, subject_of(request), assignment.post, assertion_of(request))


def start(
    request: HttpRequest,
    command: Command,
    register: str,
    title: Title,
    back: str,
    draft_id: str = "",
    wrote: Iterable[str] = (),
) -> HttpResponseRedirect:
    """Keep a command as a draft and go to its preview.

    Args:
        request: of a person who may draft it.
        command: what would leave.
        register: that it belongs to.
        title: for the list of drafts; a text by language or a string.
        back: address where the draft is edited; gets ``?draft=<id>``.
        draft_id: of the draft that this one replaces.
        wrote: pseudonyms of those who wrote its text before, on this node alone: none of them releases it.

    Raises:
        MalformedError, MissingError, NotAllowedError, ConflictError: as the desk; nothing was kept.
    """
    writer = writer_of(request)
    if draft_id:
        draft = change_draft(writer, draft_id, command, title)
    else:
        draft = make_draft(writer, command, register, title, back)
    for user in User.objects.filter(pseudonym__in=list(wrote)):
        DraftEditor.objects.get_or_create(draft=draft, user=user)
    return HttpResponseRedirect(reverse("outgoing-preview", kwargs={"draft_id": draft.pk}))


def make_draft(
    writer: Writer, command: Command, register: str, title: Title, back: str = ""
) -> OutgoingDraft:
    """Keep a new draft after the same checks as on release; nobody is asked to release it yet.

    Raises:
        MalformedError, MissingError, NotAllowedError, ConflictError: as the desk; nothing was kept.
        MissingError: ``blob``; a file is named that the writer may not send on.
    """
    command = name_author(command, writer.post)
    thing = protect_command(command)
    demand(writer.subject, way_of(kind_of(command)).start, thing)
    own = own_files(command, [str(writer.user.pk)])
    check_files(get_node(), command, writer.subject, thing, own)
    return keep_draft(command, writer.user, writer.author(), register, title, back)


def keep_draft(
    command: Command, user: User, author: Author, register: str, title: Title, back: str
) -> OutgoingDraft:
    """Keep a draft of an account whose right to it was checked.

    Raises:
        MalformedError, MissingError, NotAllowedError, ConflictError: as the desk; nothing was kept.
    """
    node = get_node()
    command = name_author(command, author.post)
    is_new_text = isinstance(command, ActOnInstrument) and command.kind == Kind.INSTRUMENT_PROPOSE
    act_id = object_id_of(command) if is_new_text else Desk(node).new_object_id()
    draft_act(Desk(node), command, author, act_id)
    text, thing = _find_text(command), protect_command(command)
    is_signing = kind_of(command) == Kind.INSTRUMENT_SIGN
    now = node.clock.now()
    with transaction.atomic():
        draft = OutgoingDraft.objects.create(
            register=register,
            title=_title(title),
            back=back,
            kind=kind_of(command),
            object_id=object_id_of(command),
            command=to_json(command),
            content_sha256=hash_command(command),
            act_id=act_id,
            two_persons=way_of(kind_of(command)).two_persons and not (is_signing and text is None),
            code=thing.code,
            protection=_keep_protection(thing, own_files(command, [str(user.pk)])),
            author=user,
            author_post=author.post,
            text_author=None if text is None else text.author,
            created_at=now,
            changed_at=now,
        )
        # Of a signing it is those who wrote the text that may not let it go.
        wrote = [user.pk] if text is None else editor_ids(text)
        if text is not None or not is_signing:
            DraftEditor.objects.bulk_create(DraftEditor(draft=draft, user_id=user_id) for user_id in wrote)
    return draft


def change_draft(
    writer: Writer, draft_id: Any, command: Command, title: Title, *, filed_into: str | None = None
) -> OutgoingDraft:
    """Replace what a draft says; whoever was asked to release it is asked again.

    It stays in the dossier that a person chose for it, unless ``filed_into`` or the command says otherwise.

    Raises:
        MissingError: ``draft``. ConflictError: ``draft_gone``, it was released. Or as ``make_draft``.
    """
    node = get_node()
    command = name_author(command, writer.post)
    with transaction.atomic():
        draft = lock_draft(draft_id)
        if draft.state not in ("draft", "to_release"):
            raise ConflictError("draft_gone", "The draft was released meanwhile.")
        if kind_of(command) != draft.kind or object_id_of(command) != draft.object_id:
            raise ConflictError("draft_other", "The draft is of another kind.")
        if filed_into is not None:
            draft.filed_into = filed_into or None
        elif dossier_of(command) != "":
            draft.filed_into = None
        elif draft.filed_into:
            command = file_into(command, draft.filed_into)
        demand(writer.subject, way_of(draft.kind).start, protect_draft(draft))
        thing, own = protect_command(command), own_files(command, [str(writer.user.pk)])
        own |= known_files(draft) & named_files(command)
        check_files(node, command, writer.subject, thing, own)
        draft_act(Desk(node), command, writer.author(), draft.act_id)
        draft.command, draft.content_sha256 = to_json(command), hash_command(command)
        draft.title, draft.code, draft.protection = _title(title), thing.code, _keep_protection(thing, own)
        draft.state, draft.return_reason, draft.changed_at = "draft", "", node.clock.now()
        draft.save()
        DraftEditor.objects.get_or_create(draft=draft, user=writer.user)
    return draft


def file_draft(writer: Writer, draft_id: Any, dossier: str) -> OutgoingDraft:
    """File what a draft opens into a dossier, or into none where ``dossier`` is empty.

    Raises:
        MissingError: ``draft``. ConflictError: ``draft_gone``; ``dossier_given``, its register has filed it,
            or it opens no record. Or as ``change_draft``.
    """
    draft = find_draft(draft_id)
    if not can_be_filed(draft):
        raise ConflictError("dossier_given", "It stands in a dossier already, or opens no record.")
    command = file_into(from_json(draft.command), dossier)
    return change_draft(writer, draft_id, command, draft.title, filed_into=dossier)


def can_be_filed(draft: OutgoingDraft) -> bool:
    """Whether a person may choose a dossier for it: it opens a record, and its register has chosen none."""
    return dossier_of(from_json(draft.command)) in ("", draft.filed_into or "")


def hand_over(writer: Writer, draft_id: Any) -> OutgoingDraft:
    """Ask another person to release a draft.

    Raises:
        MissingError: ``draft``. ConflictError: ``draft_gone``, ``one_person``.
    """
    with transaction.atomic():
        draft = lock_draft(draft_id)
        demand(writer.subject, way_of(draft.kind).start, protect_draft(draft))
        if not draft.two_persons:
            raise ConflictError("one_person", "This needs no second person.")
        if draft.state != "draft":
            raise ConflictError("draft_gone", "The draft has moved on.")
        draft.state, draft.return_reason, draft.changed_at = "to_release", "", get_node().clock.now()
        draft.save()
    return draft


def send_back(writer: Writer, draft_id: Any, reason: str) -> OutgoingDraft:
    """Give a draft back to its author, with a reason.

    Raises:
        MissingError: ``draft``. ConflictError: ``draft_gone``.
    """
    with transaction.atomic():
        draft = lock_draft(draft_id)
        if not writes_in(writer, draft):
            demand_perform(writer, draft)
        if draft.state != "to_release":
            raise ConflictError("draft_gone", "The draft has moved on.")
        draft.state, draft.return_reason, draft.changed_at = "draft", reason[:500], get_node().clock.now()
        draft.save()
    return draft


def delete_draft(writer: Writer, draft_id: Any) -> None:
    """Delete a draft that has not been released. Only those who wrote in it may.

    Raises:
        MissingError: ``draft``. ConflictError: ``draft_gone``. NotAllowedError: ``not_own_draft``.
    """
    with transaction.atomic():
        draft = lock_draft(draft_id)
        if not writes_in(writer, draft):
            raise NotAllowedError("not_own_draft", "Only those who wrote the draft delete it.")
        if draft.state not in ("draft", "to_release") or draft.releases.exists():
            raise ConflictError("draft_gone", "The draft was released meanwhile.")
        draft.delete()


def get_command(draft_id: Any) -> Command:
    """What a draft says, for the form that edits it.

    Raises:
        MissingError: ``draft``. MalformedError: ``outgoing_command``.
    """
    return from_json(find_draft(draft_id).command)


def find_draft(draft_id: Any) -> OutgoingDraft:
    """One draft.

    Raises:
        MissingError: ``draft``.
    """
    try:
        found = OutgoingDraft.objects.select_related("author", "text_author")
        return found.prefetch_related("editors").get(pk=draft_id)
    except (OutgoingDraft.DoesNotExist, ValidationError) as error:
        raise MissingError("draft", "There is no such draft.") from error


def lock_draft(draft_id: Any) -> OutgoingDraft:
    """One draft that nobody else changes before the end of the transaction.

    Raises:
        MissingError: ``draft``.
    """
    find_draft(draft_id)
    return OutgoingDraft.objects.select_for_update().get(pk=draft_id)


def is_handed_over(draft: OutgoingDraft) -> bool:
    """Whether somebody may let it go now: a signing, and what takes one person, asks for nobody first."""
    if draft.state == "to_release":
        return True
    return draft.state == "draft" and (not draft.two_persons or draft.kind == Kind.INSTRUMENT_SIGN)


def writes_in(writer: Writer, draft: OutgoingDraft) -> bool:
    """Whether an account has written in a draft, or started it."""
    return draft.author_id == writer.user.pk or writer.user.pk in editor_ids(draft)


def demand_perform(
    writer: Writer, draft: OutgoingDraft, *, emergency: bool = False, is_done: bool = False
) -> None:
    """That somebody may let a draft go, but for showing a factor again.

    Args:
        writer: who.
        draft: what.
        emergency: whether one person alone.
        is_done: whether he lets it go now: that stands in the access log before this returns.

    Raises:
        MissingError, NotAllowedError, UnavailableError: as ``access.gate.demand``. StepUpError: ``step_up``.
    """
    thing = protect_draft(draft, emergency=emergency)
    demand(writer.subject, way_of(draft.kind).perform, thing, is_done=is_done)


# What protects them


def protect_command(command: Command) -> Protected:
    """A command by the handling of its act: its own, or that of the object it acts on."""
    handling = getattr(command, "fields", {}).get("handling")
    if isinstance(handling, Mapping):
        caveats = handling.get("caveats") or ()
        return replace(
            protect_local(
                read_code_of(handling),
                str(handling.get("purpose") or ""),
                has_persons=isinstance(command, SendNote) and PERSONS in command.sections,
            ),
            caveats=frozenset(map(str, caveats)),
        )
    about = object_id_of(command) or getattr(command, "act_id", "")
    try:
        held = protect_act(get_node().store.acts.by_id(about))
    except MissingError:
        return protect_local("red")
    return held


def protect_draft(draft: OutgoingDraft, *, emergency: bool = False) -> Protected:
    """A draft, with those who wrote in it; asks the database for nothing but these."""
    author = draft.text_author_id if draft.kind == Kind.INSTRUMENT_SIGN else draft.author_id
    kept = draft.protection
    return Protected(
        administration_is_ours_or_released=True,
        code=draft.code,
        caveats=frozenset(map(str, kept.get("caveats", ()))),
        purpose=str(kept.get("purpose", "")),
        has_persons=bool(kept.get("has_persons", False)),
        author_id=str(author) if author and draft.two_persons else "",
        editor_ids=frozenset(map(str, editor_ids(draft))) if draft.two_persons else frozenset(),
        author_posts=frozenset({draft.author_post}),
        emergency=emergency,
        is_local=True,
        object_id=draft.object_id or str(draft.act_id),
        recipients=tuple(map(str, draft.command.get("recipients", ()))),
        reason=_reason_of(draft) if emergency else "",
    )


def _reason_of(draft: OutgoingDraft) -> str:
    """Why one person alone lets it go."""
    told = draft.command.get("body", {}).get("emergency")
    return str(told.get("reason", "")) if isinstance(told, Mapping) else ""


def editor_ids(draft: OutgoingDraft) -> list[Any]:
    """Accounts that have written in a draft."""
    return [each.user_id for each in draft.editors.all()]


def known_files(draft: OutgoingDraft) -> frozenset[str]:
    """Files that those who wrote a draft brought or made for it."""
    return frozenset(map(str, draft.protection.get("own_files", ())))


def _keep_protection(thing: Protected, own: frozenset[str]) -> dict[str, Any]:
    return {
        **({"own_files": sorted(own)} if own else {}),
        "caveats": sorted(thing.caveats),
        "purpose": thing.purpose,
        "has_persons": thing.has_persons,
    }


def _find_text(command: Command) -> OutgoingDraft | None:
    """The draft, on this node, of the text that a command signs; None where a partner drafted it."""
    if not isinstance(command, ActOnInstrument) or command.kind != Kind.INSTRUMENT_SIGN:
        return None
    kinds = (Kind.INSTRUMENT_PROPOSE, Kind.INSTRUMENT_COUNTER)
    texts = OutgoingDraft.objects.filter(object_id=command.object_id, kind__in=kinds, state="sent")
    wanted = command.body.get("content_hash")
    for draft in texts.select_related("author"):
        if content_hash_of(draft.command) == wanted:
            return draft
    return None


def content_hash_of(stored: Mapping[str, Any]) -> str:
    """Content hash of the text in a stored command; empty for one without a text."""
    manifest = stored.get("body", {}).get("manifest")
    return read_manifest(manifest).content_hash if isinstance(manifest, Mapping) else ""


def _title(title: Title) -> Any:
    return title if isinstance(title, str) else dict(title)
