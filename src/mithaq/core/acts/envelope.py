"""The envelope: the signed content of one act.

``parse_envelope`` is on the path of every act that arrives. So types and limits are a msgspec
struct, checked in C, and the forms of names and ids are few patterns with a memory for what comes
back in every act. Fields that this version does not know are ignored here and live on in the bytes,
which are what is stored, hashed and sent on. The structs hold no circles, so the collector of Python
need not visit them (``gc=False``).

Spec: docs/spec 5.3.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeAlias

import msgspec
import orjson
from msgspec import Meta, Struct

from mithaq.core.acts.kinds import ENVELOPE_VERSION, is_known_kind
from mithaq.core.encoding import (
    MAX_INTEGER,
    JsonObject,
    JsonValue,
    check_administration_code,
    check_uuid7,
    encode_canonical,
    is_plainly_good,
    parse_canonical,
    parse_time,
)
from mithaq.core.keys import check_key_name
from mithaq.core.types import AdministrationCode, LeafIndex, Origin, TreeSize
from mithaq.errors import MalformedError

MAX_ENVELOPE_BYTES: Final = 262_144
MAX_BLOB_BYTES: Final = 4 * 2**30

if TYPE_CHECKING:
    _Object: TypeAlias = JsonObject
    _Value: TypeAlias = JsonValue
else:  # msgspec does not resolve recursive aliases; the profile has been checked before
    _Object = dict
    _Value = Any

_Label: TypeAlias = Annotated[str, Meta(min_length=1, max_length=128)]
Priority: TypeAlias = Literal["immediate", "urgent", "normal"]
Relation: TypeAlias = Literal[
    "replies", "amends", "supersedes", "implements", "corrects", "cites", "releases"
]

_KIND = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?")
_OBJECT_KIND = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_HASH = re.compile(r"[0-9a-f]{64}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_SECTION = re.compile(r"[a-z0-9_]{1,32}")
_PLAIN = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
_PLACE = re.compile(r"at `(\$[^`]*)`")


class Recipient(Struct, frozen=True, gc=False):
    """One administration an act is released to, and the number of the act in that relation.

    Attributes:
        administration: code of the recipient.
        seq: from 1, contiguous per recipient of one log, so that a withheld act leaves a hole.
    """

    administration: AdministrationCode
    seq: Annotated[int, Meta(ge=1, le=MAX_INTEGER)]


class SeenHead(Struct, frozen=True, gc=False):
    """Head of another log as the author's node had applied it when it sealed the act.

    Attributes:
        log: origin.
        size: tree size, 0..2^53-1.
        root: root hash of that size, 64 hex digits.
    """

    log: Origin
    size: Annotated[TreeSize, Meta(ge=0, le=MAX_INTEGER)]
    root: str


class Reference(Struct, frozen=True, gc=False):
    """Another act that this one names.

    Attributes:
        log, index: its identity.
        c: its commitment, 64 hex digits.
        rel: what this act does to it.
    """

    log: Origin
    index: Annotated[LeafIndex, Meta(ge=0, le=MAX_INTEGER)]
    c: str
    rel: Relation


class Clock(Struct, frozen=True, gc=False):
    """The agreed limit a note runs under.

    Attributes:
        instrument: content hash of a version of the procedure, 64 hex digits.
        code: entry of its ``clocks[]``.
    """

    instrument: str
    code: Annotated[str, Meta(min_length=1, max_length=64)]


class BlobReference(Struct, frozen=True, gc=False):
    """An attachment. ``size`` (bytes) and ``media`` are claims until the blob is held."""

    sha256: str
    size: Annotated[int, Meta(ge=0, le=MAX_BLOB_BYTES)]
    media: _Label
    name: Annotated[str, Meta(min_length=1, max_length=255)]


class Actor(Struct, frozen=True, gc=False, omit_defaults=True):
    """Who authorised the act.

    Attributes:
        post: the authorising post.
        holder: pseudonym of the holder of the day.
        assertion: hash of the sign-in assertion, 64 hex digits; None where there was none.
    """

    post: _Label
    holder: _Label
    assertion: str | None = None


class _Head(Struct, frozen=True, gc=False, rename={"author": "from"}):
    """The fields that are always there, in every version of the envelope."""

    v: Annotated[int, Meta(ge=1, le=MAX_INTEGER)]
    kind: Annotated[str, Meta(max_length=64)]
    id: str
    log: Origin
    author: AdministrationCode
    to: Annotated[tuple[Recipient, ...], Meta(max_length=32)]
    created: str
    seen: Annotated[tuple[SeenHead, ...], Meta(max_length=32)]
    priority: Priority
    actor: Actor


class Envelope(_Head, frozen=True, gc=False, omit_defaults=True):
    """Content of one act. Field names are those of the wire, but ``author`` for ``from``.

    ``handling`` is kept as received, of any form: a malformed code counts as RED, it does not make
    the act unusable. Of an envelope of another version only the fields that are always there are
    read; it is stored and receipted ``unknown``.
    """

    object: str | None = None
    object_kind: Annotated[str, Meta(max_length=64)] | None = None
    object_v: Annotated[int, Meta(ge=1, le=9999)] | None = None
    refs: Annotated[tuple[Reference, ...], Meta(max_length=64)] = ()
    dossier: str | None = None
    subject: dict[str, Annotated[str, Meta(max_length=300)]] | None = None
    clock: Clock | None = None
    lang: Annotated[tuple[str, ...], Meta(min_length=1, max_length=8)] | None = None
    handling: _Value | None = None
    body: _Object = msgspec.field(default_factory=dict)
    sections: Annotated[dict[str, str], Meta(max_length=32)] = msgspec.field(default_factory=dict)
    blobs: Annotated[tuple[BlobReference, ...], Meta(max_length=64)] = ()

    @property
    def object_id(self) -> str:
        """Id of the instrument or note it belongs to; a first act's own id."""
        return self.id if self.object is None else self.object

    @property
    def created_at(self) -> datetime:
        """The author's clock, aware UTC. Decides nothing alone."""
        return parse_time(self.created)

    @property
    def is_known(self) -> bool:
        """Whether version and kind are of this node's; object kinds are for the registers to know."""
        return self.v == ENVELOPE_VERSION and is_known_kind(self.kind)

    @property
    def seen_sizes(self) -> Mapping[Origin, TreeSize]:
        """Applied tree size of each other log, as ``PlacedAct.seen`` takes it."""
        return {head.log: head.size for head in self.seen}

    def find_seq(self, administration: str) -> int | None:
        """Number of this act towards a recipient; None when it is not one."""
        for recipient in self.to:
            if recipient.administration == administration:
                return recipient.seq
        return None


_decode_wire = msgspec.json.Decoder(Envelope).decode
_encode_wire = msgspec.json.Encoder(order="sorted").encode


def parse_envelope(data: bytes) -> Envelope:
    """Read an envelope: canonical profile first, then the rules of the fields.

    Raises:
        MalformedError: a code of ``parse_canonical``; ``bad_field`` for a missing field, type, limit
            or form; ``key_name`` for a log that cannot be one; ``bad_uuid``, ``bad_code``, ``bad_time``;
            ``bad_order`` for recipients unsorted or named twice, heads of one log twice.

    Spec: docs/spec 5.3.
    """
    envelope = _read_plain(data)
    if envelope is None:
        return read_envelope(parse_canonical(data, max_bytes=MAX_ENVELOPE_BYTES))
    _check_forms(envelope)
    return envelope


def _read_plain(data: bytes) -> Envelope | None:
    """A common envelope, its profile checked but not its forms, in half the time of the exact reading.

    None for whatever is not common: then the exact reading says what it is, or what is wrong. What this
    version does not know, twice the same key and every other form than the canonical one are not written
    again as they came.
    """
    try:
        envelope = _decode_wire(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    if envelope.v != ENVELOPE_VERSION or not is_plainly_good(data, _unchecked_of(envelope)):
        return None
    return envelope if _encode_wire(envelope) == data else None


def _unchecked_of(envelope: Envelope) -> list[Any]:
    """The members of which the types do not say all."""
    parts: list[Any] = [envelope.body]
    handling = envelope.handling
    if handling is not None:
        parts.append(handling if type(handling) is dict else [handling])
    if envelope.subject:
        parts.append(envelope.subject)
    if envelope.sections:
        parts.append(envelope.sections)
    return parts


def read_envelope(document: JsonObject) -> Envelope:
    """Read an envelope from a document that ``parse_canonical`` gave. Raises as ``parse_envelope``."""
    try:
        if document.get("v") == ENVELOPE_VERSION:
            envelope = msgspec.convert(document, Envelope)
        else:
            head = msgspec.convert(document, _Head)
            envelope = Envelope(*(getattr(head, name) for name in _Head.__struct_fields__))
    except msgspec.ValidationError as error:
        raise _name_place(error) from error
    _check_forms(envelope)
    return envelope


def reread_envelope(data: bytes) -> Envelope:
    """Read bytes that ``parse_envelope`` has accepted before, as stored ones: a few microseconds.

    Raises:
        MalformedError: as ``parse_envelope``, for bytes it would not have accepted.
    """
    try:
        envelope = _decode_wire(data)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return parse_envelope(data)
    return envelope if envelope.v == ENVELOPE_VERSION else parse_envelope(data)


def encode_envelope(fields: Mapping[str, object]) -> bytes:
    """Write an envelope from its wire fields (``from``, not ``author``) in canonical form.

    What it gives, ``parse_envelope`` accepts. Fields with the value None are left out by the caller.

    Raises:
        MalformedError: as ``parse_envelope``.
    """
    return write_envelope(fields)[0]


def write_envelope(fields: Mapping[str, object]) -> tuple[bytes, Envelope]:
    """Write an envelope as ``encode_envelope`` does, and give it read too, at the price of writing alone.

    Raises:
        MalformedError: as ``parse_envelope``.
    """
    data = _write_plain(fields)
    envelope = _read_plain(data)
    if envelope is None:
        return _write_exactly(fields)
    _check_forms(envelope)
    return data, envelope


def _write_plain(fields: Mapping[str, object]) -> bytes:
    """Bytes that are canonical if the profile holds; what cannot be written is b"", which is no envelope."""
    try:
        return orjson.dumps(fields, option=_PLAIN)
    except orjson.JSONEncodeError:
        return b""


def _write_exactly(fields: Mapping[str, object]) -> tuple[bytes, Envelope]:
    data = encode_canonical(fields)
    try:
        envelope = _decode_wire(data)
    except msgspec.ValidationError as error:
        raise _name_place(error) from error
    if envelope.v != ENVELOPE_VERSION:
        raise MalformedError("bad_field", f"this node writes envelopes of version {ENVELOPE_VERSION}")
    _check_forms(envelope)
    return data, envelope


def _name_place(error: msgspec.ValidationError) -> MalformedError:
    """Keep the place and drop the value: messages hold no content of acts."""
    place = _PLACE.search(str(error))
    return MalformedError("bad_field", f"a field is not of its form, at {place[1] if place else '$'}")


# Names that come back in every act; each is looked at once.
_check_origin = lru_cache(1_024)(check_key_name)
_check_code = lru_cache(1_024)(check_administration_code)


@lru_cache(1_024)
def _check_kind(kind: str, object_kind: str | None) -> None:
    if _KIND.fullmatch(kind) is None:
        raise _bad("kind")
    if object_kind is not None and _OBJECT_KIND.fullmatch(object_kind) is None:
        raise _bad("object_kind")


def _check_forms(envelope: Envelope) -> None:
    """The rules that are no type or limit."""
    check_uuid7(envelope.id)
    _check_kind(envelope.kind, envelope.object_kind)
    _check_origin(envelope.log)
    _check_code(envelope.author)
    parse_time(envelope.created)
    _check_recipients(envelope.to)
    _check_seen(envelope.seen, envelope.log)
    if envelope.actor.assertion is not None:
        _check_hash(envelope.actor.assertion, "actor.assertion")
    if envelope.object is not None:
        check_uuid7(envelope.object)
    if envelope.dossier is not None:
        check_uuid7(envelope.dossier)
    for reference in envelope.refs:
        _check_origin(reference.log)
        _check_hash(reference.c, "refs.c")
    if envelope.clock is not None:
        _check_hash(envelope.clock.instrument, "clock.instrument")
    _check_languages(envelope)
    if envelope.sections or envelope.blobs:
        _check_parts(envelope)


def _check_recipients(recipients: tuple[Recipient, ...]) -> None:
    before = ""
    for recipient in recipients:
        code = recipient.administration
        _check_code(code)
        if code <= before:
            raise MalformedError("bad_order", "recipients are not sorted by code, or one is named twice")
        before = code


@lru_cache(256)  # one batch of acts saw the same heads
def _check_seen(seen: tuple[SeenHead, ...], own_log: Origin) -> None:
    for head in seen:
        _check_origin(head.log)
        _check_hash(head.root, "seen.root")
        if head.log == own_log:
            raise MalformedError("bad_field", "seen names the log of the act itself")
    if len(seen) > 1 and len({head.log for head in seen}) != len(seen):
        raise MalformedError("bad_order", "seen names a log twice")


@lru_cache(1_024)
def _check_language(tag: str) -> None:
    if len(tag) > 35 or _LANGUAGE.fullmatch(tag) is None:
        raise _bad("lang")


def _check_languages(envelope: Envelope) -> None:
    for tag in envelope.subject or ():
        _check_language(tag)
    for tag in envelope.lang or ():
        _check_language(tag)


def _check_parts(envelope: Envelope) -> None:
    for name, digest in envelope.sections.items():
        if _SECTION.fullmatch(name) is None:
            raise _bad("sections")
        _check_hash(digest, "sections")
    for blob in envelope.blobs:
        _check_hash(blob.sha256, "blobs.sha256")


def _check_hash(text: str, place: str) -> None:
    if _HASH.fullmatch(text) is None:
        raise _bad(place)


def _bad(place: str) -> MalformedError:
    return MalformedError("bad_field", f"a field is not of its form, at $.{place}")
