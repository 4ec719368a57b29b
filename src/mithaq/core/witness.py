"""Witness: the request to cosign a checkpoint, and the one decision about it.

The decision is pure. The caller loads what it last cosigned for the origin, asks ``decide``, and
stores the result with compare-and-swap before it answers; if the stored note has moved meanwhile it
loads and asks again. So no answer leaves before the note that backs it is on disk, and two requests
at once cannot roll the log back.

Spec: docs/spec 3.2; c2sp.org/tlog-witness.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from mithaq.core.encoding import encode_base64, parse_base64, parse_decimal
from mithaq.core.keys import VerifierKey
from mithaq.core.log.checkpoint import Checkpoint, check_empty_root, parse_checkpoint
from mithaq.core.log.merkle import HASH_BYTES, MAX_PATH_HASHES, verify_consistency
from mithaq.core.log.signed_note import (
    SignatureLine,
    SignedNote,
    parse_signature_line,
    parse_signed_note,
    verify_signed_note,
)
from mithaq.core.types import Origin, TreeSize
from mithaq.errors import MalformedError, RefusedError

MAX_REQUEST_BYTES = 1_048_576
MAX_ANSWER_BYTES = 65_536
TEXT_TYPE = "text/plain; charset=utf-8"
SIZE_TYPE = "text/x.tlog.size"

_OK = 200
_BAD_REQUEST = 400
_FORBIDDEN = 403
_NOT_FOUND = 404
_CONFLICT = 409
_UNPROCESSABLE = 422

Cosigner = Callable[[bytes], Sequence[SignatureLine]]
"""Text of a checkpoint -> our cosignature lines over it, at the time of the call; one or more."""


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A request to cosign.

    Attributes:
        old_size: the size the log believes we cosigned last; 0 for none.
        path: consistency proof from there, at most 63 hashes of 32 bytes.
        note: the checkpoint with its signature lines.
        checkpoint: the note's text, parsed; nothing is verified yet.
    """

    old_size: TreeSize
    path: tuple[bytes, ...]
    note: SignedNote
    checkpoint: Checkpoint

    @property
    def origin(self) -> Origin:
        """The log it claims to be of."""
        return self.checkpoint.origin

    def encode(self) -> bytes:
        """The body of the POST. Read by ``parse_add_checkpoint``.

        Raises:
            MalformedError: what it would refuse is not written.
        """
        hashes = "".join(f"{encode_base64(node)}\n" for node in self.path)
        body = f"old {self.old_size}\n{hashes}\n".encode() + self.note.encode()
        if parse_add_checkpoint(body) != self:
            raise MalformedError("witness_request", "The request does not say what it holds.")
        return body


@dataclass(frozen=True, slots=True)
class Decision:
    """What to answer, and what to keep first.

    Attributes:
        status: of HTTP.
        content_type: of the answer.
        body: of the answer, UTF-8.
        code: stable name of the reason; ``cosigned`` when accepted.
        store: note to store as last cosigned, in the place of the one ``decide`` was given; set only
            with status 200, and stored before the answer goes out.
        evidence: signed by the log, yet against its own history or the rules; to be kept.
    """

    status: int
    content_type: str
    body: bytes
    code: str
    store: SignedNote | None = None
    evidence: SignedNote | None = None


def hash_origin(origin: Origin) -> str:
    """Path segment of the monitoring address ``<hash>/checkpoint``: lower-case hex of SHA-256."""
    return sha256(origin.encode()).hexdigest()


def make_add_checkpoint(old_size: TreeSize, path: Sequence[bytes], note: SignedNote) -> AddCheckpoint:
    """The request of a log to its witness.

    Raises:
        MalformedError: ``checkpoint`` or ``note_text``; the note is no checkpoint.
    """
    return AddCheckpoint(old_size, tuple(path), note, parse_checkpoint(note.text))


def parse_add_checkpoint(body: bytes) -> AddCheckpoint:
    """Reads a request. It verifies nothing; a failure is answered with ``reject_malformed``.

    Raises:
        MalformedError: ``witness_request_too_long`` (over 1 MiB, before anything else);
            ``witness_request``, no ``old`` line, a line that is no hash, over 63 hashes; or as
            ``parse_signed_note`` and ``parse_checkpoint``.

    Spec: c2sp.org/tlog-witness, add-checkpoint.
    """
    if len(body) > MAX_REQUEST_BYTES:
        raise MalformedError("witness_request_too_long", "A request is at most 1 MiB.")
    head, separator, data = body.partition(b"\n\n")
    if not separator or head.count(b"\n") > MAX_PATH_HASHES:
        raise MalformedError("witness_request", "A request is an old size, up to 63 hashes and a checkpoint.")
    old_line, *hash_lines = head.split(b"\n")
    old_size = _parse_old_size(old_line)
    path = tuple(_parse_hash(line) for line in hash_lines)
    note = parse_signed_note(data)
    return AddCheckpoint(old_size, path, note, parse_checkpoint(note.text))


def _parse_old_size(line: bytes) -> TreeSize:
    if not line.startswith(b"old "):
        raise MalformedError("witness_request", "A request starts with the old size.")
    try:
        return TreeSize(parse_decimal(line[4:].decode("ascii")))
    except (UnicodeDecodeError, MalformedError) as error:
        raise MalformedError("witness_request", "The old size is not a number.") from error


def _parse_hash(line: bytes) -> bytes:
    try:
        node = parse_base64(line)
    except MalformedError as error:
        raise MalformedError("witness_request", "A line of the proof is not base64.") from error
    if len(node) != HASH_BYTES:
        raise MalformedError("witness_request", "A hash of the proof is not 32 bytes.")
    return node


def reject_malformed(error: MalformedError) -> Decision:
    """The answer to a body that ``parse_add_checkpoint`` refused: 400."""
    return _refuse(_BAD_REQUEST, error.code)


def decide(
    request: AddCheckpoint, stored: SignedNote | None, log_keys: Sequence[VerifierKey], cosign: Cosigner
) -> Decision:
    """Whether we cosign. The order of the checks is part of the protocol.

    Args:
        request: as ``parse_add_checkpoint`` gave it.
        stored: the note we last cosigned for ``request.origin``, as ``Decision.store`` gave it; None
            if never.
        log_keys: keys trusted for that origin; none when the log is unknown to us.
        cosign: called once, and only for a checkpoint that passed every check.

    Returns:
        400, 403, 404, 409 or 422 with nothing to store, or 200 with the note to store first.

    Raises:
        MalformedError: ``stored`` is not a checkpoint; our own record is broken.

    Spec: docs/spec 3.2.2.
    """
    new = request.checkpoint
    if not log_keys:
        return _refuse(_NOT_FOUND, "witness_origin_unknown")
    try:
        good_lines = _verify_log_lines(request, log_keys)
    except RefusedError as error:
        return _refuse(_FORBIDDEN, error.code)
    if request.old_size > new.tree_size:
        return _refuse(_BAD_REQUEST, "witness_old_size_above_new")
    last = parse_checkpoint(stored.text) if stored is not None else None
    last_size = last.tree_size if last is not None else TreeSize(0)
    if request.old_size != last_size:
        return _conflict(last_size)
    try:
        _check_history(request, last)
    except RefusedError as error:
        return _refuse(_UNPROCESSABLE, error.code, evidence=request.note)
    return _accept(request, good_lines, tuple(cosign(request.note.text)))


def _verify_log_lines(request: AddCheckpoint, log_keys: Sequence[VerifierKey]) -> tuple[SignatureLine, ...]:
    own_keys = [key for key in log_keys if key.name == request.origin]
    return verify_signed_note(request.note, own_keys)


def _check_history(request: AddCheckpoint, last: Checkpoint | None) -> None:
    new = request.checkpoint
    check_empty_root(new)
    if last is None or last.tree_size == 0:
        # Nothing to be consistent with: a path here is one that nobody could check.
        if request.path:
            raise RefusedError("witness_proof_not_empty", "A proof from size 0 must be empty.")
        return
    verify_consistency(last.tree_size, new.tree_size, last.root_hash, new.root_hash, request.path)


def _accept(
    request: AddCheckpoint, log_lines: tuple[SignatureLine, ...], own_lines: tuple[SignatureLine, ...]
) -> Decision:
    # Lines of strangers are left out: whoever submits could fill our store with them.
    kept = SignedNote(request.note.text, log_lines + own_lines)
    body = b"".join(line.encode() for line in own_lines)
    return Decision(_OK, TEXT_TYPE, body, "cosigned", store=kept)


def _refuse(status: int, code: str, evidence: SignedNote | None = None) -> Decision:
    return Decision(status, TEXT_TYPE, f"{code}\n".encode(), code, evidence=evidence)


def _conflict(last_size: TreeSize) -> Decision:
    return Decision(_CONFLICT, SIZE_TYPE, f"{last_size}\n".encode(), "witness_old_size")


def parse_cosignature_lines(body: bytes) -> tuple[SignatureLine, ...]:
    """Reads the body of a 200: signature lines, to be verified against the witness' keys.

    Raises:
        MalformedError: ``witness_answer`` (empty, over 64 KiB, no newline at the end), ``signature_line``
            or ``key_name``.
    """
    if not body.endswith(b"\n") or len(body) > MAX_ANSWER_BYTES:
        raise MalformedError("witness_answer", "The answer of a witness is one or more lines.")
    return tuple(parse_signature_line(line) for line in body[:-1].split(b"\n"))


def parse_conflict_size(body: bytes) -> TreeSize:
    """Reads the body of a 409: the size to start from.

    Raises:
        MalformedError: ``witness_answer``.
    """
    try:
        if not body.endswith(b"\n"):
            raise MalformedError("witness_answer", "The size does not end with a newline.")
        return TreeSize(parse_decimal(body[:-1].decode("ascii")))
    except (UnicodeDecodeError, MalformedError) as error:
        raise MalformedError("witness_answer", "The answer of a witness holds no size.") from error
