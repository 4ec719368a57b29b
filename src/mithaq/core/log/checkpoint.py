"""Checkpoint: the head of a log, as the text of a SignedNote.

A checkpoint has no time; only cosignatures say how fresh it is.

Spec: docs/spec 1.4; c2sp.org/tlog-checkpoint.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from mithaq.core.encoding import encode_base64, parse_base64, parse_decimal
from mithaq.core.keys import MAX_NAME_BYTES, VerifierKey
from mithaq.core.log.merkle import EMPTY_ROOT, HASH_BYTES, MAX_TREE_SIZE
from mithaq.core.log.signed_note import SignedNote, check_note_text, verify_signed_note
from mithaq.core.types import Origin, RootHash, TreeSize
from mithaq.errors import MalformedError, RefusedError


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Origin, size and root of a log, and lines we do not know but keep.

    Attributes:
        origin: 1..255 bytes, one line.
        tree_size: 0..2^63-1.
        root_hash: 32 bytes.
        extensions: non-empty lines after the third, without newlines. We write none.
    """

    origin: Origin
    tree_size: TreeSize
    root_hash: RootHash
    extensions: tuple[str, ...] = ()

    def encode(self) -> bytes:
        """The text to be signed.

        Raises:
            MalformedError: ``checkpoint`` or ``note_text``; what ``parse_checkpoint`` would refuse is
                not written.
        """
        lines = (self.origin, str(self.tree_size), encode_base64(self.root_hash), *self.extensions)
        try:
            text = "".join(f"{line}\n" for line in lines).encode()
        except UnicodeEncodeError as error:
            raise MalformedError("checkpoint", "A line of a checkpoint has no UTF-8.") from error
        if parse_checkpoint(text) != self:
            raise MalformedError("checkpoint", "A line of a checkpoint holds a newline.")
        return text


def parse_checkpoint(text: bytes) -> Checkpoint:
    """Reads the text of a checkpoint. It verifies nothing and judges neither origin nor root.

    Raises:
        MalformedError: ``checkpoint`` (under three lines, an empty line, a bad number, a root that is
            not 32 bytes of base64, an origin over 255 bytes) or ``note_text``.

    Spec: c2sp.org/tlog-checkpoint, Note text.
    """
    check_note_text(text)
    lines = text[:-1].decode().split("\n")
    if len(lines) < 3 or not all(lines):
        raise MalformedError("checkpoint", "A checkpoint is three or more lines, none of them empty.")
    origin, size_text, root_text, *extensions = lines
    if len(origin.encode()) > MAX_NAME_BYTES:
        raise MalformedError("checkpoint", "An origin is at most 255 bytes.")
    try:
        tree_size, root_hash = parse_decimal(size_text), parse_base64(root_text)
    except MalformedError as error:
        raise MalformedError("checkpoint", "The size or the root cannot be read.") from error
    if tree_size > MAX_TREE_SIZE or len(root_hash) != HASH_BYTES:
        raise MalformedError("checkpoint", "A size is at most 2^63-1, a root is 32 bytes.")
    return Checkpoint(Origin(origin), TreeSize(tree_size), RootHash(root_hash), tuple(extensions))


def open_checkpoint(note: SignedNote, origin: Origin, keys: Iterable[VerifierKey]) -> Checkpoint:
    """Parses and verifies the checkpoint of the log we expect.

    Args:
        note: as it came.
        origin: the log it must be of.
        keys: of that log, valid at the size that is claimed; the caller picks them. Only a good
            Ed25519 line whose key is named as the origin counts.

    Raises:
        MalformedError: as ``parse_checkpoint``.
        RefusedError: ``checkpoint_origin``, another log; ``signature_bad``, ``signature_missing``, as
            ``verify_signed_note``; ``checkpoint_key_name``, no signer is named as the origin;
            ``checkpoint_empty_root``, size 0 with another root than ``EMPTY_ROOT``.

    Spec: docs/spec 1.4; c2sp.org/tlog-checkpoint.
    """
    checkpoint = parse_checkpoint(note.text)
    if checkpoint.origin != origin:
        raise RefusedError("checkpoint_origin", "The checkpoint is of another log.")
    good = verify_signed_note(note, keys)
    if all(line.name != origin for line in good):
        raise RefusedError("checkpoint_key_name", "No key named as the origin has signed.")
    check_empty_root(checkpoint)
    return checkpoint


def check_empty_root(checkpoint: Checkpoint) -> None:
    """Checks that a checkpoint of size 0 has the root of the empty tree.

    Raises:
        RefusedError: ``checkpoint_empty_root``.
    """
    if checkpoint.tree_size == 0 and checkpoint.root_hash != EMPTY_ROOT:
        raise RefusedError("checkpoint_empty_root", "An empty log has another root than the empty tree.")
