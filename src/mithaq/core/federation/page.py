"""Lines of the released acts page: one act a line, then one line that ends the page.

A line says nothing that a reader may believe: the act on it is checked against its leaf afterwards.
So a line is read strictly, but needs no canonical form, and unknown fields are passed over.

Spec: docs/spec 8.4.
"""

import re
from binascii import b2a_base64
from collections.abc import Collection, Iterable, Sequence
from typing import Annotated, Final, Protocol, TypeAlias

import msgspec
import orjson

from mithaq.core.acts.commitment import MAX_SECTION_BYTES, MAX_SECTIONS_BYTES
from mithaq.core.acts.dsse import MAX_SIGNATURES, ActSignature
from mithaq.core.acts.envelope import MAX_ENVELOPE_BYTES
from mithaq.core.types import LeafIndex, Origin, TreeSize
from mithaq.errors import MalformedError

MEDIA_TYPE: Final = "application/x-ndjson"
MAX_PAGE_ACTS: Final = 1_024
MAX_PAGE_BYTES: Final = 8_388_608
"""Before compression, the last act and the end line not counted: a page holds at least one act."""
MAX_LINE_BYTES: Final = 4_194_304
"""An act with 1 MiB of sections that releases another such act, in base64, stays below this."""

_MAX_SECTIONS = 32

_Index = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
_Salt = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
_SectionName = Annotated[str, msgspec.Meta(pattern=r"\A[a-z0-9_]{1,32}\Z")]


class Section(Protocol):
    """What a line takes from a section (``node.records.SectionContent`` is one)."""

    @property
    def name(self) -> str:
        """``[a-z0-9_]{1,32}``."""
        ...

    @property
    def salt(self) -> bytes:
        """32 bytes."""
        ...

    @property
    def data(self) -> bytes:
        """Exact bytes, at most 256 KiB."""
        ...


class Sealed(Protocol):
    """What a line takes from an act (``node.records.SealedAct`` is one)."""

    @property
    def leaf_index(self) -> LeafIndex:
        """Its place in its log."""
        ...

    @property
    def salt(self) -> bytes:
        """32 bytes."""
        ...

    @property
    def envelope(self) -> bytes:
        """Committed bytes."""
        ...

    @property
    def signatures(self) -> Sequence[ActSignature]:
        """Of posts; at most 8."""
        ...

    @property
    def sections(self) -> Sequence[Section]:
        """Those that the reader of the line may have."""
        ...


class SectionPart(msgspec.Struct, frozen=True, gc=False):
    """A section on a line: its 32-byte salt and its exact bytes."""

    salt: _Salt
    data: Annotated[bytes, msgspec.Meta(max_length=MAX_SECTION_BYTES)]


class SignaturePart(msgspec.Struct, frozen=True, gc=False):
    """A signature on a line: keyid (hex, 64 digits) and 64 bytes."""

    keyid: Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
    sig: Annotated[bytes, msgspec.Meta(min_length=64, max_length=64)]


class Content(msgspec.Struct, frozen=True, gc=False):
    """What commits to a leaf and what travels with it, without a place."""

    salt: _Salt
    envelope: Annotated[bytes, msgspec.Meta(max_length=MAX_ENVELOPE_BYTES)]
    sigs: Annotated[tuple[SignaturePart, ...], msgspec.Meta(max_length=MAX_SIGNATURES)]
    sections: Annotated[dict[_SectionName, SectionPart], msgspec.Meta(max_length=_MAX_SECTIONS)]

    @property
    def signatures(self) -> tuple[ActSignature, ...]:
        """The signatures as ``core.acts.dsse`` takes them; none of them is verified."""
        return tuple(ActSignature(part.keyid, part.sig) for part in self.sigs)


class ActLine(msgspec.Struct, frozen=True, gc=False):
    """One released act.

    Attributes:
        index: leaf index in the log of the page.
        salt, envelope, sigs, sections: see ``Content``.
        released: on the line of a ``release`` act: the older act that it discloses, with the sections
            that it names.
    """

    index: _Index
    salt: _Salt
    envelope: Annotated[bytes, msgspec.Meta(max_length=MAX_ENVELOPE_BYTES)]
    sigs: Annotated[tuple[SignaturePart, ...], msgspec.Meta(max_length=MAX_SIGNATURES)]
    sections: Annotated[dict[_SectionName, SectionPart], msgspec.Meta(max_length=_MAX_SECTIONS)]
    released: Content | msgspec.UnsetType = msgspec.UNSET

    @property
    def leaf_index(self) -> LeafIndex:
        """Its place in its log."""
        return LeafIndex(self.index)

    @property
    def signatures(self) -> tuple[ActSignature, ...]:
        """The signatures as ``core.acts.dsse`` takes them; none of them is verified."""
        return tuple(ActSignature(part.keyid, part.sig) for part in self.sigs)

    @property
    def disclosed(self) -> Content | None:
        """The older act on the line, or None."""
        return None if self.released is msgspec.UNSET else self.released


class Notice(msgspec.Struct, frozen=True, gc=False):
    """Place of the act that ordered an erasure."""

    log: Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
    index: _Index


class ErasedLine(msgspec.Struct, frozen=True, gc=False):
    """An act whose content is destroyed. ``seq`` is its number to the reader, so that no gap shows."""

    index: _Index
    seq: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
    erased: bool
    notice: Notice

    @property
    def leaf_index(self) -> LeafIndex:
        """Its place in its log."""
        return LeafIndex(self.index)


class EndLine(msgspec.Struct, frozen=True, gc=False):
    """The last line.

    Attributes:
        next: leaf index to ask from next; ``size`` when nothing is left below it.
        size: tree size of the checkpoint that the page is judged by.
        count: lines of acts before this one.
    """

    end: bool
    next: _Index
    size: _Index
    count: Annotated[int, msgspec.Meta(ge=0, le=MAX_PAGE_ACTS)]


PageLine: TypeAlias = ActLine | ErasedLine | EndLine
"""What a line of a page can be."""

_encoder = msgspec.json.Encoder()
_act_decoder = msgspec.json.Decoder(ActLine)
_end_decoder = msgspec.json.Decoder(EndLine)
_erased_decoder = msgspec.json.Decoder(ErasedLine)

_DECODE_ERRORS = (msgspec.MsgspecError, ValueError, RecursionError)

_INDEX = re.compile(rb'\{"index":(0|[1-9][0-9]{0,18})[,}]')


def content_of(act: Sealed, section_names: Collection[str] | None = None) -> Content:
    """What a ``release`` act discloses of an older one.

    Args:
        act: the older act.
        section_names: the sections that go along; all of ``act.sections`` with None.
    """
    return Content(
        act.salt,
        act.envelope,
        _encode_signatures(act.signatures),
        _encode_sections(act.sections, section_names),
    )


def encode_line(act: Sealed, released: Content | None = None) -> bytes:
    """The line of an act, without a newline. Read by ``parse_line``.

    Args:
        act: with exactly the sections that the reader may have; nothing is filtered here.
        released: see ``content_of``; for ``release`` acts alone.
    """
    return _encoder.encode(
        ActLine(
            act.leaf_index,
            act.salt,
            act.envelope,
            _encode_signatures(act.signatures),
            _encode_sections(act.sections, None),
            msgspec.UNSET if released is None else released,
        )
    )


def _encode_signatures(signatures: Iterable[ActSignature]) -> tuple[SignaturePart, ...]:
    return tuple([SignaturePart(signature.keyid, signature.sig) for signature in signatures])


def _encode_sections(sections: Sequence[Section], names: Collection[str] | None) -> dict[str, SectionPart]:
    if not sections:
        return {}
    return {
        section.name: SectionPart(section.salt, section.data)
        for section in sections
        if names is None or section.name in names
    }


def encode_erased(leaf_index: LeafIndex, seq: int, notice_log: Origin, notice_index: LeafIndex) -> bytes:
    """The line of an act whose content is destroyed, without a newline."""
    return _encoder.encode(ErasedLine(leaf_index, seq, True, Notice(notice_log, notice_index)))


def encode_end(next_index: LeafIndex, tree_size: TreeSize, count: int) -> bytes:
    """The last line of a page, without a newline; see ``EndLine``."""
    return _encoder.encode(EndLine(True, next_index, tree_size, count))


def parse_line(data: bytes) -> PageLine:
    """Reads one line, without its newline. Nothing is verified.

    Raises:
        MalformedError: ``page_line_too_long`` (over 4 MiB, before anything else); ``page_line``: not
            JSON in UTF-8, no line of a known form, a field of the wrong type or length, base64 not in
            its one strict form, or sections of over 1 MiB.
    """
    if len(data) > MAX_LINE_BYTES:
        raise MalformedError("page_line_too_long", f"A line of a page is at most {MAX_LINE_BYTES} bytes.")
    if not data.isascii():
        _check_utf8(data)
    try:
        line = _act_decoder.decode(data)
    except _DECODE_ERRORS as error:
        return _parse_other_line(data, error)
    if line.sections or line.released is not msgspec.UNSET:
        _check_sections(line)
    # A backslash may hide a padding sign; both cases are rare, the second look is exact.
    if b"\\" in data or _has_doubtful_padding(data):
        _check_base64(data, line)
    return line


def _parse_other_line(data: bytes, error: Exception) -> PageLine:
    try:
        end = _end_decoder.decode(data)
        if end.end:
            return end
    except _DECODE_ERRORS:
        pass
    try:
        erased = _erased_decoder.decode(data)
        if erased.erased:
            return erased
    except _DECODE_ERRORS:
        pass
    raise MalformedError("page_line", "The line is not one of a page of acts.") from error


def _check_utf8(data: bytes) -> None:
    # The decoder does not look into strings that it passes over, and trips over others.
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise MalformedError("page_line", "The line is not UTF-8.") from error


def _check_sections(line: ActLine) -> None:
    disclosed = line.disclosed
    for sections in (line.sections, {} if disclosed is None else disclosed.sections):
        if sum([len(section.data) for section in sections.values()]) > MAX_SECTIONS_BYTES:
            raise MalformedError("page_line", "The sections of an act are at most 1 MiB.")


def _has_doubtful_padding(data: bytes) -> bool:
    """Whether a padding sign stands after a character whose last bits are not all zero."""
    at = data.find(b"=")
    while at >= 0:
        is_double = data.startswith(b"==", at)
        if data[at - 1] not in (b"AQgw" if is_double else b"AEIMQUYcgkosw048"):
            return True
        at = data.find(b"=", at + 1 + is_double)
    return False


def _check_base64(data: bytes, line: ActLine) -> None:
    """Compares each base64 string with the one form of its bytes: the decoder passes spare bits over."""
    try:
        given = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise MalformedError("page_line", "The line is not JSON.") from error
    pairs = list(_base64_pairs(given, line))
    if line.released is not msgspec.UNSET:
        pairs += _base64_pairs(given["released"], line.released)
    for text, value in pairs:
        if text.encode() != b2a_base64(value, newline=False):
            raise MalformedError("page_line", "The base64 of a line is not in its one strict form.")


def _base64_pairs(given: object, content: ActLine | Content) -> Iterable[tuple[str, bytes]]:
    plain = msgspec.convert(given, _Texts)
    yield plain.salt, content.salt
    yield plain.envelope, content.envelope
    for signature, part in zip(plain.sigs, content.sigs, strict=True):
        yield signature.sig, part.sig
    for name, section in content.sections.items():
        yield plain.sections[name].salt, section.salt
        yield plain.sections[name].data, section.data


class _SectionText(msgspec.Struct, frozen=True, gc=False):
    salt: str
    data: str


class _SignatureText(msgspec.Struct, frozen=True, gc=False):
    sig: str


class _Texts(msgspec.Struct, frozen=True):
    """A content as text; of JSON that was accepted once already, so this cannot fail."""

    salt: str
    envelope: str
    sigs: list[_SignatureText]
    sections: dict[str, _SectionText]


def read_line_index(data: bytes) -> LeafIndex | None:
    """Which act a line that ``parse_line`` refused is about, if it says so: parked, not lost.

    Only a line that begins with its ``index``, as ours do, says so.
    """
    match = _INDEX.match(data)
    index = int(match[1]) if match is not None else 2**63
    return LeafIndex(index) if index < 2**63 else None
