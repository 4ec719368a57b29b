"""SignedNote: a text with signature lines beneath it. A diplomatic note is another thing.

Lines of keys that the reader does not know are kept, and written back as they came.

Spec: docs/spec 1.1 to 1.3; c2sp.org/signed-note.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from mithaq.core.encoding import encode_base64, parse_base64
from mithaq.core.keys import (
    KEY_ID_BYTES,
    KeyType,
    SigningKey,
    VerifierKey,
    check_key_name,
    is_valid_signature,
)
from mithaq.errors import MalformedError, RefusedError

MAX_NOTE_BYTES = 1_048_576
MAX_SIGNATURE_LINES = 100
_LINE_START = "\u2014 "
_CONTROL_BYTE = re.compile(rb"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One signature beneath a text.

    Attributes:
        name: of the key.
        key_id: 4 bytes.
        signature: 1 byte or more; what they are depends on the type of the key.
    """

    name: str
    key_id: bytes
    signature: bytes

    def encode(self) -> bytes:
        """The line with its newline: em dash, space, name, space, base64 of ``key_id || signature``."""
        return f"{_LINE_START}{self.name} {encode_base64(self.key_id + self.signature)}\n".encode()


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A text and its signature lines, in the order they came.

    Attributes:
        text: UTF-8, ends with a newline; all of it is signed.
        lines: at most 100; none only while the note is being built.
    """

    text: bytes
    lines: tuple[SignatureLine, ...]

    def encode(self) -> bytes:
        """The note as bytes; equal to those it was parsed from.

        Raises:
            MalformedError: the text or a name is not allowed, there is no line or over 100, or the
                whole is over 1 MiB: what ``parse_signed_note`` would refuse is not written.
        """
        check_note_text(self.text)
        _check_line_count(len(self.lines))
        for line in self.lines:
            _check_line(line)
        data = b"".join((self.text, b"\n", *(line.encode() for line in self.lines)))
        _check_length(data)
        return data

    def with_lines(self, *lines: SignatureLine) -> "SignedNote":
        """The same text with further lines at the end."""
        return replace(self, lines=self.lines + lines)


def check_note_text(text: bytes) -> None:
    """Checks what may be signed: UTF-8 that ends with a newline and has no other control character.

    Raises:
        MalformedError: ``note_text``.
    """
    if not text.endswith(b"\n"):
        raise MalformedError("note_text", "The text of a signed note ends with a newline.")
    _check_characters(text)


def _check_characters(data: bytes) -> None:
    if _CONTROL_BYTE.search(data):
        raise MalformedError("note_text", "A signed note holds a control character.")
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise MalformedError("note_text", "A signed note is not UTF-8.") from error


def _check_length(data: bytes) -> None:
    if len(data) > MAX_NOTE_BYTES:
        raise MalformedError("note_too_long", "A signed note is at most 1 MiB.")


def _check_line_count(count: int) -> None:
    if not 1 <= count <= MAX_SIGNATURE_LINES:
        raise MalformedError("note_lines", "A signed note has 1 to 100 signature lines.")


def _check_line(line: SignatureLine) -> None:
    check_key_name(line.name)
    if len(line.key_id) != KEY_ID_BYTES or not line.signature:
        raise MalformedError("signature_line", "A signature line holds a 4-byte id and a signature.")


def parse_signature_line(line: bytes) -> SignatureLine:
    """Reads one signature line, without its newline.

    Raises:
        MalformedError: ``signature_line``; wrong dash, spaces or base64, or under 5 bytes; or ``key_name``.
    """
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        raise MalformedError("signature_line", "A signature line is not UTF-8.") from error
    parts = text.removeprefix(_LINE_START).split(" ")
    if not text.startswith(_LINE_START) or len(parts) != 2:
        raise MalformedError("signature_line", "A signature line is a dash, a name and base64.")
    name, encoded = parts
    try:
        payload = parse_base64(encoded)
    except MalformedError as error:
        raise MalformedError("signature_line", "A signature is not strict base64.") from error
    parsed = SignatureLine(name, payload[:KEY_ID_BYTES], payload[KEY_ID_BYTES:])
    _check_line(parsed)
    return parsed


def parse_signed_note(data: bytes) -> SignedNote:
    """Reads a signed note. It verifies nothing.

    Raises:
        MalformedError: ``note_too_long`` (before anything else), ``note_text``, ``note_lines``,
            ``signature_line`` or ``key_name``.

    Spec: c2sp.org/signed-note, Format.
    """
    _check_length(data)
    _check_characters(data)
    # The last empty line separates: the text itself may hold others.
    split_at = data.rfind(b"\n\n")
    if split_at < 0:
        raise MalformedError("note_text", "A signed note has no empty line before its signatures.")
    text, tail = data[: split_at + 1], data[split_at + 2 :]
    if tail and not tail.endswith(b"\n"):
        raise MalformedError("signature_line", "The last signature line does not end.")
    _check_line_count(tail.count(b"\n"))
    return SignedNote(text, tuple(parse_signature_line(line) for line in tail[:-1].split(b"\n")))


def sign_note(text: bytes, name: str, key: SigningKey) -> SignatureLine:
    """Signs a text with an Ed25519 key (type 01).

    Raises:
        MalformedError: ``note_text`` or ``key_name``.
    """
    check_note_text(text)
    verifier = VerifierKey(name, KeyType.ED25519, key.public)
    return SignatureLine(name, verifier.key_id, key.sign(text))


def verify_signed_note(note: SignedNote, keys: Iterable[VerifierKey]) -> tuple[SignatureLine, ...]:
    """The good lines of the given Ed25519 keys, the first of each key.

    Lines of other keys, and keys of another type, are passed over.

    Raises:
        RefusedError: ``signature_bad``, a known key's line does not verify: the whole note falls;
            ``signature_missing``, no given key has signed.

    Spec: c2sp.org/signed-note, Signatures.
    """
    known = {(key.name, key.key_id): key for key in keys if key.key_type is KeyType.ED25519}
    good: dict[tuple[str, bytes], SignatureLine] = {}
    for line in note.lines:
        key = known.get((line.name, line.key_id))
        if key is None:
            continue
        if not is_valid_signature(key.public, line.signature, note.text):
            raise RefusedError("signature_bad", "A signature of a known key does not verify.")
        good.setdefault((line.name, line.key_id), line)
    if not good:
        raise RefusedError("signature_missing", "No known key has signed.")
    return tuple(good.values())
