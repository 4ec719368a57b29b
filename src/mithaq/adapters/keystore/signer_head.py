"""The signer's own head: what it last signed, on stable storage before the signature leaves.

Text: ``mithaq signer head v1``, the origin, base64 of the compact range that the last call started
from, base64 of the one it ended with, hex SHA-256 of all above; each on its line.

Spec: docs/spec 6.1.5.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from mithaq.adapters.durable import create_file, disk_errors, make_folder, replace_file
from mithaq.core.encoding import encode_base64, parse_base64
from mithaq.core.log.merkle import HASH_BYTES, CompactRange, parse_compact_range
from mithaq.core.types import Origin
from mithaq.errors import ConflictError, MalformedError, MissingError

_FIRST_LINE = "mithaq signer head v1"


@dataclass(frozen=True, slots=True)
class SignerHead:
    """Where the signer stands. The ranges are not to be changed.

    Attributes:
        origin: of the log.
        base: the tree that the last call started from; equals ``current`` before the first one.
        current: the tree of the last checkpoint signed.
    """

    origin: Origin
    base: CompactRange
    current: CompactRange

    def extend(self, old_size: int, leaf_hashes: Sequence[bytes]) -> "SignerHead":
        """The head after a checkpoint of ``old_size`` leaves and these.

        A call may start where the last one ended, or where it started: then its leaves must begin
        with those signed before. So a repeated call gives the same tree, and a caller that crashed
        before it stored our answer may add what came in since.

        Raises:
            MalformedError: ``leaf_hash``; a hash is not 32 bytes.
            ConflictError: ``signer_head``; the tree would not extend the one signed last.
        """
        if any(len(leaf) != HASH_BYTES for leaf in leaf_hashes):
            raise MalformedError("leaf_hash", "A leaf hash is 32 bytes.")
        if old_size == self.current.size:
            tree = self.current.copy()
            tree.extend(leaf_hashes)
            return SignerHead(self.origin, self.current, tree) if leaf_hashes else self
        if old_size != self.base.size:
            raise ConflictError("signer_head", "The signer stands at another size.")
        return self._extend_from_base(leaf_hashes)

    def _extend_from_base(self, leaf_hashes: Sequence[bytes]) -> "SignerHead":
        signed = self.current.size - self.base.size
        tree = self.base.copy()
        tree.extend(leaf_hashes[:signed])
        if tree != self.current:
            raise ConflictError("signer_head", "The leaves differ from those signed before.")
        tree.extend(leaf_hashes[signed:])
        return SignerHead(self.origin, self.base, tree)

    def encode(self) -> bytes:
        """The bytes of its file."""
        ranges = (encode_base64(self.base.encode()), encode_base64(self.current.encode()))
        text = "".join(f"{line}\n" for line in (_FIRST_LINE, self.origin, *ranges)).encode()
        return text + f"{sha256(text).hexdigest()}\n".encode()


def parse_signer_head(data: bytes) -> SignerHead:
    """Reads what ``SignerHead.encode`` wrote.

    Raises:
        MalformedError: ``signer_head_file``; a byte of it is not as it was written.
    """
    try:
        first_line, origin, base, current, digest, rest = data.decode().split("\n")
        signed, _, _ = data[:-1].rpartition(b"\n")
        if first_line != _FIRST_LINE or rest or digest != sha256(signed + b"\n").hexdigest():
            raise MalformedError("signer_head_file")
        ranges = (parse_compact_range(parse_base64(base)), parse_compact_range(parse_base64(current)))
    except (ValueError, MalformedError) as error:
        raise MalformedError("signer_head_file", "The head of the signer is damaged.") from error
    return SignerHead(Origin(origin), *ranges)


class SignerHeadFile:
    """``<home>/signer/head``. One signer at a time writes it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def create(self, origin: Origin) -> None:
        """Writes the head of an empty log.

        A signer never does this by itself: without its head it does not know what it has signed.

        Raises:
            ConflictError: ``signer_head_exists``.
            UnavailableError: ``disk``.
        """
        if self._path.exists():
            raise ConflictError("signer_head_exists", "This signer has a head already.")
        make_folder(self._path.parent)
        create_file(self._path, SignerHead(origin, CompactRange(), CompactRange()).encode())

    def load(self) -> SignerHead:
        """The stored head.

        Raises:
            MissingError: ``signer_head_missing``; the signer must not guess.
            MalformedError: ``signer_head_file``.
            UnavailableError: ``disk``.
        """
        with disk_errors():
            try:
                return parse_signer_head(self._path.read_bytes())
            except FileNotFoundError as error:
                raise MissingError("signer_head_missing", "The head of the signer is not there.") from error

    def save(self, head: SignerHead) -> None:
        """Replaces it durably.

        Raises:
            UnavailableError: ``disk``; which head is stored is unknown until it is loaded again.
        """
        replace_file(self._path, head.encode())
