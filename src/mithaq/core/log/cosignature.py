"""Cosignature/v1: what a witness or a mirror states about a checkpoint, with its time.

It means: this is the largest consistent tree that I have seen for this origin at that time. The
signed message does not name the cosigner, so every kind of statement has a key of its own.

Spec: docs/spec 3.1; c2sp.org/tlog-cosignature.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from mithaq.core.keys import SIGNATURE_BYTES, KeyType, SigningKey, VerifierKey, is_valid_signature
from mithaq.core.log.signed_note import SignatureLine, SignedNote, check_note_text
from mithaq.errors import MalformedError, RefusedError

MAX_TIME_S = 2**63 - 1
MAX_AHEAD_S = 300
"""How far a cosigner's clock may run before ours before its statement is not counted."""

_TIME_BYTES = 8


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A cosignature line, read.

    Attributes:
        name, key_id: of the cosigner's key; the id is 4 bytes.
        at_s: POSIX seconds, 1..2^63-1.
        signature: 64 bytes, Ed25519.
    """

    name: str
    key_id: bytes
    at_s: int
    signature: bytes

    def encode(self) -> SignatureLine:
        """The line of a SignedNote that says the same."""
        return SignatureLine(self.name, self.key_id, self.at_s.to_bytes(_TIME_BYTES, "big") + self.signature)


def make_cosigned_message(text: bytes, at_s: int) -> bytes:
    """The bytes that a cosigner signs: header, time, then the whole text of the note."""
    return b"cosignature/v1\ntime %d\n" % at_s + text


def cosign(text: bytes, name: str, key: SigningKey, at_s: int) -> SignatureLine:
    """Cosigns the text of a checkpoint (key type 04).

    Args:
        text: the note text, newline included, without the empty line.
        name: of the cosigner's key.
        key: of this kind of statement only.
        at_s: POSIX seconds, 1..2^63-1.

    Raises:
        MalformedError: ``note_text``, ``key_name`` or ``cosignature_time``.
    """
    check_note_text(text)
    _check_time(at_s)
    verifier = VerifierKey(name, KeyType.COSIGNATURE_V1, key.public)
    signature = key.sign(make_cosigned_message(text, at_s))
    return Cosignature(name, verifier.key_id, at_s, signature).encode()


def parse_cosignature(line: SignatureLine) -> Cosignature:
    """Reads a line as a cosignature. Whether it is one, only the type of its key can say.

    Raises:
        MalformedError: ``cosignature_length``, not 8 + 64 bytes; ``cosignature_time``, time 0 or over 2^63-1.
    """
    if len(line.signature) != _TIME_BYTES + SIGNATURE_BYTES:
        raise MalformedError("cosignature_length", "A cosignature is a time and 64 bytes.")
    at_s = int.from_bytes(line.signature[:_TIME_BYTES], "big")
    _check_time(at_s)
    return Cosignature(line.name, line.key_id, at_s, line.signature[_TIME_BYTES:])


def _check_time(at_s: int) -> None:
    if not 1 <= at_s <= MAX_TIME_S:
        raise MalformedError("cosignature_time", "The time of a cosignature is 1 to 2^63-1 seconds.")


def is_in_future(cosignature: Cosignature, now_s: int) -> bool:
    """Whether its time is over 300 s ahead of ours."""
    return cosignature.at_s > now_s + MAX_AHEAD_S


def verify_cosignature(
    text: bytes, line: SignatureLine, key: VerifierKey, *, now_s: int | None
) -> Cosignature:
    """Checks one cosignature line against the key it should be of.

    Args:
        text: the note text, newline included, without the empty line.
        line: beneath that text.
        key: of the cosigner.
        now_s: our time, POSIX seconds; None to accept any time (evidence, archives).

    Raises:
        RefusedError: ``cosignature_key``, the line or the key is another's, or the key is not of type
            04; ``cosignature_length``, ``cosignature_time``; ``signature_bad``;
            ``cosignature_in_future``, good but over 300 s ahead: keep it as evidence, do not count it.

    Spec: c2sp.org/tlog-cosignature, Format.
    """
    cosignature = _verify_at_any_time(text, line, key)
    if now_s is not None and is_in_future(cosignature, now_s):
        raise RefusedError("cosignature_in_future", "A cosignature is over 300 s ahead of our clock.")
    return cosignature


def _verify_at_any_time(text: bytes, line: SignatureLine, key: VerifierKey) -> Cosignature:
    is_its_key = (line.name, line.key_id) == (key.name, key.key_id)
    if not is_its_key or key.key_type is not KeyType.COSIGNATURE_V1:
        raise RefusedError("cosignature_key", "The line is not a cosignature of this key.")
    try:
        cosignature = parse_cosignature(line)
    except MalformedError as error:
        raise RefusedError(error.code, error.message) from error
    message = make_cosigned_message(text, cosignature.at_s)
    if not is_valid_signature(key.public, cosignature.signature, message):
        raise RefusedError("signature_bad", "A cosignature of a known key does not verify.")
    return cosignature


def good_cosignatures(
    note: SignedNote, keys: Iterable[VerifierKey], now_s: int | None
) -> tuple[Cosignature, ...]:
    """The cosignatures of the given keys that count: one per key, its latest. May be empty.

    Lines of other keys are passed over, and keys of another type than 04. A good one over 300 s ahead
    of ``now_s`` is not counted; with None any time counts.

    Raises:
        RefusedError: ``signature_bad``, ``cosignature_length`` or ``cosignature_time``; a line of a
            known key is bad: the whole note falls.
    """
    known = {(key.name, key.key_id): key for key in keys if key.key_type is KeyType.COSIGNATURE_V1}
    latest: dict[tuple[str, bytes], Cosignature] = {}
    for line in note.lines:
        place = (line.name, line.key_id)
        if place not in known:
            continue
        found = _verify_at_any_time(note.text, line, known[place])
        if now_s is not None and is_in_future(found, now_s):
            continue
        if place not in latest or found.at_s > latest[place].at_s:
            latest[place] = found
    return tuple(latest.values())
