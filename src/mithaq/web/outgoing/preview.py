"""What exactly would cross the border: made from the checked act itself, with the hash of what is shown."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.core.acts.kinds import Kind
from mithaq.core.encoding import encode_canonical
from mithaq.node.append.submit import Author, Desk
from mithaq.node.draft import Draft
from mithaq.node.node import Node
from mithaq.web.outgoing.commands import from_json
from mithaq.web.outgoing.desk import draft_act
from mithaq.web.outgoing.models import OutgoingDraft
from mithaq.web.outgoing.terms import TermWarning, find_warnings
from mithaq.web.outgoing.whole_text import WholeText, read_whole_text
from mithaq.web.outgoing.words import word_for_field
from mithaq.web.parties import parties, party_of

_NOT_SHOWN_AS_FIELD: Final = frozenset({"id", "kind", "actor", "body", "blobs", "subject"})
_MACHINE: Final = frozenset({"manifest"})

COUNTER_ACTS: Final[Mapping[str, Promise]] = {
    Kind.NOTE_SEND: _(
        "It can be withdrawn or corrected by a further act. What the partner has read, it keeps."
    ),
    Kind.NOTE_READ: _("There is none: that you have read it stays true."),
    Kind.NOTE_ACCEPT: _("There is none; a refusal with its ground can follow."),
    Kind.NOTE_ANSWER: _("A further answer or a correction can follow. What the partner has read, it keeps."),
    Kind.NOTE_WITHDRAW: _("There is none: send a new note."),
    Kind.NOTE_CLOSE: _("There is none: send a new note."),
    Kind.INSTRUMENT_PROPOSE: _(
        "The proposal can be withdrawn, or a new version proposed, until all have signed."
    ),
    Kind.INSTRUMENT_COUNTER: _("The version can be withdrawn, or a new one proposed, until all have signed."),
    Kind.INSTRUMENT_SIGN: _(
        "The signing can be withdrawn until the last signatory has signed. Then it binds."
    ),
    Kind.INSTRUMENT_SUSPEND: _("It can be resumed."),
    Kind.INSTRUMENT_DENOUNCE: _("An objection can be raised; a new text needs all signatories."),
    Kind.RELEASE: _("There is none: what was disclosed stays disclosed."),
}
_COUNTER_ACT: Final = _("A further act on the same record can follow; nothing that was sent is deleted.")

HOUR_S: Final = 3_600
DAY_S: Final = 24 * HOUR_S
LONG_S: Final = 3 * DAY_S
"""From here on a deadline is told in days."""

LANGUAGE_ONLY: Final = frozenset({"ar", "fr", "en"})


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file or a sealed part that goes along."""

    name: str
    size_bytes: int
    sha256: str
    media: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One value that goes along; ``lang`` where it is text in a language."""

    name: str
    value: str
    lang: str = ""

    @property
    def word(self) -> Any:
        """What it is, in words; empty where only its place in the act says it."""
        return word_for_field(self.name)


@dataclass(frozen=True, slots=True)
class Preview:
    """All that is shown before an act leaves.

    Attributes:
        shown_sha256: what the button carries; another one means another act.
        recipients: (code, name by language).
        limit_s: of the deadline that delivery starts; None without one.
        expects: what the note waits for; empty for an instrument.
        warnings: renderings of terms that are not meant.
        fields: every value that goes along, but for those of ``lines``.
        lines: every value of single lines of a text; the same words stand in ``text``.
        text: the version that is put forward, whole; None for what carries none.
    """

    shown_sha256: str
    kind: str
    object_kind: str
    recipients: tuple[tuple[str, Any], ...]
    post: str
    fields: tuple[Field, ...]
    attachments: tuple[Attachment, ...]
    limit_s: int | None
    expects: str
    counter_act: Promise
    warnings: tuple[TermWarning, ...] = ()
    lines: tuple[Field, ...] = ()
    text: WholeText | None = None

    @property
    def limit_hours(self) -> int | None:
        """Of a deadline that is told in hours."""
        return None if self.limit_s is None or self.limit_days is not None else self.limit_s // HOUR_S

    @property
    def limit_days(self) -> int | None:
        """Of a deadline of whole days, but for the short ones, which run by the hour."""
        if self.limit_s is None or self.limit_s < LONG_S or self.limit_s % DAY_S:
            return None
        return self.limit_s // DAY_S


def make_preview(node: Node, draft: OutgoingDraft, author: Author, desk: Desk | None = None) -> Preview:
    """The preview as whoever looks would release it.

    Args:
        node: of this administration.
        draft: what would leave.
        author: the post that looks.
        desk: that of the page; a fresh one by default.

    Raises:
        MissingError, MalformedError, NotAllowedError, ConflictError: the state has moved on, and the act
            cannot be any more.
    """
    act = draft_act(desk or Desk(node), from_json(draft.command), author, draft.act_id)
    limit_s, expects = _terms(node, act)
    known = parties()
    text = read_whole_text(node, act.fields["body"])
    fields = tuple(_fields(act.fields, text))
    places = text.places if text is not None else ()
    lines = tuple(each for each in fields if each.name.startswith(places)) if places else ()
    return Preview(
        shown_sha256=hash_shown(act),
        kind=str(act.fields["kind"]),
        object_kind=str(act.fields.get("object_kind") or ""),
        recipients=tuple((code, party_of(code, known).name) for code in act.recipients),
        post=author.post,
        fields=tuple(each for each in fields if not (places and each.name.startswith(places))),
        attachments=tuple(_attachments(act)),
        limit_s=limit_s,
        expects=expects,
        counter_act=COUNTER_ACTS.get(draft.kind, _COUNTER_ACT),
        warnings=tuple(find_warnings(node, fields)),
        lines=lines,
        text=text,
    )


def hash_shown(act: Draft) -> str:
    """Hex SHA-256 over all that crosses but who lets it go, and the salts that nobody can choose."""
    shown = {
        "fields": {name: value for name, value in act.fields.items() if name != "actor"},
        "to": list(act.recipients),
        "sections": {each.name: hashlib.sha256(each.data).hexdigest() for each in act.sections},
    }
    return hashlib.sha256(b"mithaq/preview/v1\0" + encode_canonical(shown)).hexdigest()


def _terms(node: Node, act: Draft) -> tuple[int | None, str]:
    """The deadline that starts with delivery, by the default of its kind, and what is waited for."""
    if act.fields["kind"] != Kind.NOTE_SEND:
        return None, ""
    kind = node.registry.find(str(act.fields["object_kind"]), int(act.fields.get("object_v") or 1))
    if kind is None:
        return None, ""
    terms = kind.terms(act.fields["body"])
    return terms.default_limit_s, str(terms.expects)


def _fields(fields: Mapping[str, Any], text: WholeText | None) -> Iterator[Field]:
    yield from _flatten("subject", fields.get("subject") or {})
    for name in sorted(set(fields) - _NOT_SHOWN_AS_FIELD):
        yield from _flatten(name, fields[name])
    for name, value in fields["body"].items():
        if name in _MACHINE and isinstance(value, Mapping):
            members = {**value, "data": text.data} if text is not None and "data" in value else value
            for inner, each in members.items():
                yield from _flatten(f"{name}.{inner}", each)
        else:
            yield from _flatten(name, value)


def _flatten(name: str, value: Any) -> Iterator[Field]:
    """Each single value under the path that leads to it."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            if key in LANGUAGE_ONLY and isinstance(each, str):
                yield Field(name, each, key)
            else:
                yield from _flatten(f"{name}.{key}", each)
    elif isinstance(value, list | tuple):
        if value and all(isinstance(each, str) for each in value):
            yield Field(name, ", ".join(value))
            return
        for number, each in enumerate(value, 1):
            yield from _flatten(f"{name}.{number}", each)
    elif value is not None:
        yield Field(name, _write(value))


def _write(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _attachments(act: Draft) -> Iterator[Attachment]:
    for blob in act.fields.get("blobs") or ():
        yield Attachment(
            str(blob.get("name") or blob["sha256"][:12]),
            int(blob["size"]),
            str(blob["sha256"]),
            str(blob.get("media") or ""),
        )
    for section in act.sections:
        text = section.data.decode("utf-8", "replace")
        digest = hashlib.sha256(section.data).hexdigest()
        yield Attachment(section.name, len(section.data), digest, "", text)
