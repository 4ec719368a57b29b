"""Submit: what people and programs may ask of the own log, checked against the state before it is sealed.

Page, API and CLI come through here; there is no other way to an act of a person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from mithaq.core.acts.kinds import Kind, is_post_signed
from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.core.instruments.decide import decide
from mithaq.core.instruments.fold import fold_instrument
from mithaq.core.instruments.manifest import read_manifest
from mithaq.core.instruments.state import InstrumentState
from mithaq.core.names import check_letters
from mithaq.core.notes.decide import decide_reply
from mithaq.core.notes.standing import NoteState
from mithaq.core.notes.state import fold_note
from mithaq.core.notes.times import OWING_KINDS
from mithaq.core.types import AdministrationCode
from mithaq.errors import ConflictError, MalformedError, MissingError
from mithaq.node.draft import Draft, SealingContext, check_draft, make_context, new_act_id
from mithaq.node.node import Appended, Node
from mithaq.node.object_room import check_object_room
from mithaq.node.read.instrument_rows import KnownInstruments
from mithaq.node.read.placing import place_acts
from mithaq.node.read.revoked_acts import without_revoked
from mithaq.node.records import SealedAct, SectionContent
from mithaq.node.registry import Primitive
from mithaq.node.scope import check_scope, pairs_of_note, pairs_of_text

ENVELOPE_FIELDS = frozenset({"lang", "handling", "refs", "dossier", "subject", "clock", "priority", "blobs"})
"""Fields of an envelope that the author chooses, beside kind, object and body."""

_check_title: Final = lru_cache(1_024)(check_letters)
"""Kept, for programs send many acts of one title."""


@dataclass(frozen=True, slots=True)
class Author:
    """The person behind an act: the authorising post and the pseudonym of its holder.

    Attributes:
        assertion: hash of what proved the person at sign-in, 64 hex digits; empty where nothing did.
    """

    post: str
    holder: str
    assertion: str = ""

    def actor(self) -> dict[str, str]:
        """``actor`` of the envelope."""
        proved = {"assertion": self.assertion} if self.assertion else {}
        return {"post": self.post, "holder": self.holder, **proved}


@dataclass(frozen=True, slots=True)
class NoteContent:
    """A note to be sent.

    Attributes:
        object_kind: ``register.kind`` of a note.
        fields: of ``ENVELOPE_FIELDS``.
        sections: name -> exact bytes; salts are added here.
    """

    object_kind: str
    recipients: Sequence[AdministrationCode]
    body: Mapping[str, Any]
    fields: Mapping[str, Any] = field(default_factory=dict)
    sections: Mapping[str, bytes] = field(default_factory=dict)
    object_v: int = 1


@dataclass(frozen=True, slots=True)
class HeldObject:
    """A note or an instrument as this node holds it.

    Attributes:
        first: the act that opens it.
        acts: all that count, that one among them.
        own_count: how many later acts of our own log are on it, whether they count or not.
    """

    first: SealedAct
    acts: Sequence[SealedAct]
    own_count: int


class Desk:
    """Makes checked drafts and appends them."""

    def __init__(self, node: Node) -> None:
        self._node = node

    # Notes

    def send_note(self, content: NoteContent, author: Author) -> Appended:
        """Open a note.

        Raises:
            MissingError: ``object_kind``, ``recipient``, ``blob``.
            MalformedError: of the register's rules or of the act.
        """
        return self._append(self.draft_note(content, author))

    def draft_note(self, content: NoteContent, author: Author, *, act_id: str | None = None) -> Draft:
        """The checked draft of ``send_note``.

        Args:
            content: the note.
            author: the post that releases it.
            act_id: reserved before, so that it can be appended again without a second act; here as in
                the other ``draft_`` methods.

        Raises:
            MalformedError: ``not_a_note``. ConflictError: ``register_closed``. Or as ``send_note``.
        """
        kind = self._node.registry.kind(content.object_kind, content.object_v)
        if kind.primitive is not Primitive.NOTE:
            raise MalformedError("not_a_note", f"{kind.name} is an instrument")
        body = {"expects": str(kind.expects), **content.body}
        kind.check(body)
        check_scope(self._node, kind.name, pairs_of_note(self._node.identity.code, content.recipients))
        return self._draft(
            Kind.NOTE_SEND,
            {**content.fields, "object_kind": kind.name, "object_v": kind.object_v, "body": body},
            content.recipients,
            author,
            sections=content.sections,
            act_id=act_id,
        )

    def reply(
        self,
        note_id: str,
        kind: Kind,
        body: Mapping[str, Any],
        author: Author,
        fields: Mapping[str, Any] | None = None,
    ) -> Appended:
        """Act on a note: read, accept, clarify, explain, answer, refuse, extend, withdraw, correct, close.

        Raises:
            MissingError: ``note``. MalformedError, NotAllowedError, ConflictError: as ``decide_reply``.
        """
        return self._append(self.draft_reply(note_id, kind, body, author, fields))

    def draft_reply(
        self,
        note_id: str,
        kind: Kind,
        body: Mapping[str, Any],
        author: Author,
        fields: Mapping[str, Any] | None = None,
        *,
        act_id: str | None = None,
    ) -> Draft:
        """The checked draft of ``reply``.

        Raises:
            MissingError, MalformedError, NotAllowedError, ConflictError: as ``reply``.
        """
        held, state = self._note(note_id, None, with_pending=True)
        decide_reply(state, kind, body, self._node.identity.code)
        is_owing, first = kind in OWING_KINDS, held.first
        return self._draft(
            kind,
            {**_object_fields(held), **(fields or {}), "body": dict(body)},
            [first.parsed.author] if is_owing else [one.administration for one in first.parsed.to],
            author,
            act_id=act_id,
        )

    def note_state(
        self, note_id: str, recipient: AdministrationCode | None = None, *, with_pending: bool = False
    ) -> tuple[SealedAct, NoteState]:
        """A note and where it stands with a recipient (by default: us, else the first one).

        Raises:
            MissingError: ``note``. ConflictError: ``out_of_state``; it has no recipient.
        """
        held, state = self._note(note_id, recipient, with_pending=with_pending)
        return held.first, state

    def _note(
        self, note_id: str, recipient: AdministrationCode | None, *, with_pending: bool
    ) -> tuple[HeldObject, NoteState]:
        held = self._object(note_id, "note")
        first = held.first
        codes = [one.administration for one in first.parsed.to]
        if not codes:
            raise ConflictError("out_of_state", "the note was released to nobody")
        own = self._node.identity.code
        whose = recipient or (own if own in codes else codes[0])
        kind = self._node.registry.kind(first.parsed.object_kind or "", first.parsed.object_v or 0)
        placed = place_acts(held.acts, self._node.store.receipts)
        return held, fold_note(placed, whose, kind.terms(first.parsed.body), with_pending=with_pending)

    # Instruments

    def new_object_id(self) -> str:
        """Id for a new instrument: its manifest names it before the act exists."""
        node = self._node
        return new_act_id(node.clock.now(), node.entropy.random_bytes(10), node.identity.origin)

    def act_on_instrument(
        self,
        object_id: str,
        kind: InstrumentKind,
        body: Mapping[str, Any],
        author: Author,
        fields: Mapping[str, Any] | None = None,
    ) -> Appended:
        """Any act on an instrument; ``instrument.propose`` opens it under ``object_id``.

        Raises:
            MalformedError, MissingError, NotAllowedError, ConflictError: as ``core.instruments.decide``.
        """
        return self._append(self.draft_on_instrument(object_id, kind, body, author, fields))

    def draft_on_instrument(
        self,
        object_id: str,
        kind: InstrumentKind,
        body: Mapping[str, Any],
        author: Author,
        fields: Mapping[str, Any] | None = None,
        *,
        act_id: str | None = None,
    ) -> Draft:
        """The checked draft of ``act_on_instrument``; a proposal has the id of its object.

        Raises:
            MalformedError, MissingError, NotAllowedError, ConflictError: as ``core.instruments.decide``.
        """
        is_new = kind is InstrumentKind.PROPOSE
        act_id = object_id if is_new else act_id or self.new_object_id()
        held, state = (None, fold_instrument(())) if is_new else self.read_instrument(object_id)
        recipients = decide(
            state,
            kind,
            body,
            author=self._node.identity.code,
            post=author.post,
            at=self._node.clock.now(),
            act_id=act_id,
            missing_from=self._node.store.followed.incomplete(),
        )
        if kind is InstrumentKind.SIGN:
            self._check_signing(state, str(body.get("content_hash")))
        about = self._new_instrument_fields(body) if held is None else _object_fields(held)
        guard = self._node.registry.guard_of(about["object_kind"])
        if guard is not None:
            guard.check_act(self._node, state, kind, body)
        return self._draft(
            Kind(kind), {**about, **(fields or {}), "body": dict(body)}, recipients, author, act_id=act_id
        )

    def _check_signing(self, state: InstrumentState, content_hash: str) -> None:
        """What the register itself asks of a text before anyone signs it."""
        version = state.find(content_hash)
        if version is not None:
            manifest = version.manifest
            kind = self._node.registry.find(manifest.object_kind, manifest.object_v)
            if kind is not None:
                kind.check_signing(manifest.data or {})

    def instrument_state(self, object_id: str) -> tuple[SealedAct, InstrumentState]:
        """An instrument as this node sees it, its own unacknowledged acts included.

        Raises:
            MissingError: ``instrument``.
        """
        held, state = self.read_instrument(object_id)
        return held.first, state

    def read_instrument(self, object_id: str) -> tuple[HeldObject, InstrumentState]:
        """``instrument_state`` with all the acts that it comes of.

        Raises:
            MissingError: ``instrument``.
        """
        held = self._object(object_id, "instrument")
        placed = place_acts(held.acts, self._node.store.receipts)
        return held, fold_instrument(placed, KnownInstruments(self._node.store.projections, [object_id]))

    def _new_instrument_fields(self, body: Mapping[str, Any]) -> dict[str, Any]:
        manifest = body.get("manifest")
        if not isinstance(manifest, Mapping):
            raise MalformedError("bad_member", "a proposal carries a manifest")
        kind = self._node.registry.kind(str(manifest.get("object_kind")), int(manifest.get("object_v", 0)))
        if kind.primitive is not Primitive.INSTRUMENT:
            raise MalformedError("not_an_instrument", f"{kind.name} is a note")
        kind.check(manifest.get("data") or {})
        check_scope(self._node, kind.name, pairs_of_text(read_manifest(manifest).administrations))
        return {"object_kind": kind.name, "object_v": kind.object_v}

    # Later disclosure

    def release(self, act_id: str, recipients: Sequence[AdministrationCode], author: Author) -> Appended:
        """Disclose an own act to administrations it was not addressed to, with all its sections.

        Raises:
            MissingError: ``act``; none of ours has that id.
        """
        return self._append(self.draft_release(act_id, recipients, author))

    def draft_release(
        self,
        act_id: str,
        recipients: Sequence[AdministrationCode],
        author: Author,
        *,
        own_id: str | None = None,
    ) -> Draft:
        """The checked draft of ``release``; ``own_id`` is that of the act that releases.

        Raises:
            MissingError: ``act``; none of ours has that id.
        """
        act = self._node.store.acts.by_id(act_id)
        if act.log != self._node.identity.origin:
            raise MissingError("act", "only own acts are released")
        body = {
            "index": act.leaf_index,
            "c": act.commitment.hex(),
            "sections": sorted(section.name for section in act.sections),
        }
        handling = {"handling": act.parsed.handling} if act.parsed.handling is not None else {}
        return self._draft(Kind.RELEASE, {**handling, "body": body}, recipients, author, act_id=own_id)

    # Drafts

    def _object(self, object_id: str, what: str) -> HeldObject:
        found = self._node.store.acts.of_objects([object_id])[object_id]
        acts = without_revoked(self._node.store, found)
        first = next((act for act in acts if act.parsed.id == object_id), None)
        if first is None:
            raise MissingError(what, f"there is no {what} of that id here")
        own = self._node.identity.origin
        return HeldObject(first, acts, sum(act.log == own and act.parsed.id != object_id for act in found))

    def _draft(
        self,
        kind: Kind,
        fields: Mapping[str, Any],
        recipients: Sequence[AdministrationCode],
        author: Author,
        *,
        act_id: str | None = None,
        sections: Mapping[str, bytes] | None = None,
    ) -> Draft:
        node = self._node
        own_fields = {
            "priority": "normal",
            **fields,
            "kind": str(kind),
            "id": act_id or self.new_object_id(),
            "actor": author.actor(),
        }
        draft = Draft(
            own_fields,
            tuple(sorted({code for code in recipients if code != node.identity.code})),
            author.post if is_post_signed(kind, own_fields.get("object_kind")) else None,
            [
                SectionContent(name, node.entropy.random_bytes(32), data)
                for name, data in sorted((sections or {}).items())
            ],
        )
        self._check(draft)
        return draft

    def _check(self, draft: Draft) -> None:
        known = set(self._node.store.roster.codes())
        unknown = [code for code in draft.recipients if code not in known]
        if unknown:
            raise MissingError("recipient", f"{unknown[0]} is not on the roster")
        envelope = check_draft(draft, self.context())
        for title in (envelope.subject or {}).values():
            _check_title(title)
        for blob in envelope.blobs:
            if not self._node.blobs.is_whole(blob.sha256):
                raise MissingError("blob", "an attachment is not whole on this node")

    def context(self) -> SealingContext:
        """A context good enough to check a draft; the sequencer makes the real one."""
        node = self._node
        return make_context(node.identity.origin, node.identity.code, node.clock.now(), ())

    def _append(self, draft: Draft) -> Appended:
        return self._node.append([draft])[0]


def _object_fields(held: HeldObject) -> dict[str, Any]:
    """What an act on an object says of it.

    Raises:
        RefusedError: ``object_full``; partners would not count another act of ours on it.
    """
    check_object_room(held.own_count)
    first = held.first.parsed
    fields: dict[str, Any] = {
        "object": first.id,
        "object_kind": first.object_kind,
        "object_v": first.object_v,
    }
    return fields if first.dossier is None else {**fields, "dossier": first.dossier}
