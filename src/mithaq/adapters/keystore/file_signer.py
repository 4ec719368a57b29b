"""Signer over key files: the rules of signing in one class, whichever process runs it.

Spec: docs/spec 6.1, 7.1.5.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from mithaq.adapters.keystore.key_files import KeyRole, RoleKey, load_keys
from mithaq.adapters.keystore.signer_head import SignerHead, SignerHeadFile
from mithaq.adapters.process_lock import ProcessLock
from mithaq.core.acts.dsse import sign_envelope
from mithaq.core.acts.release_head import sign_release_head
from mithaq.core.log.checkpoint import Checkpoint, parse_checkpoint
from mithaq.core.log.cosignature import cosign
from mithaq.core.log.signed_note import SignatureLine, SignedNote, sign_note
from mithaq.core.types import Origin, RootHash, TreeSize
from mithaq.errors import ConflictError, MalformedError, MissingError, RefusedError, UnavailableError


class _Author(msgspec.Struct):
    post: str


class _ActHeader(msgspec.Struct):
    """What the signer reads of an act; the rest was checked by whoever sealed it."""

    log: str
    actor: _Author


class _ReleaseHeader(msgspec.Struct):
    log: str
    size: int


_Header = TypeVar("_Header")

_act_decoder = msgspec.json.Decoder(_ActHeader)
_release_decoder = msgspec.json.Decoder(_ReleaseHeader)


class KeyRing:
    """The private keys of one node, by use.

    Raises:
        MissingError: ``key_file_missing``; no key of a role that a signer needs.
        MalformedError: ``key_file``; two keys of a role or post that has one.
    """

    def __init__(self, keys: Iterable[RoleKey]) -> None:
        by_use: dict[tuple[KeyRole, str], list[RoleKey]] = {}
        for key in keys:
            by_use.setdefault((key.role, key.post), []).append(key)
        # While a log key is replaced, the old and the new one sign the same checkpoint (spec 6.3).
        self.log = by_use.get((KeyRole.LOG, ""), [])
        self.mirror = self._one(by_use, KeyRole.MIRROR)
        self.witness = self._one(by_use, KeyRole.WITNESS)
        self.node = self._one(by_use, KeyRole.NODE)
        self.posts = {post: self._one(by_use, role, post) for role, post in by_use if role is KeyRole.POST}
        if not self.log:
            raise MissingError("key_file_missing", "There is no log key.")
        if len({key.name for key in self.log}) != 1:
            raise MalformedError("key_file", "The log keys are of different logs.")

    @staticmethod
    def _one(by_use: dict[tuple[KeyRole, str], list[RoleKey]], role: KeyRole, post: str = "") -> RoleKey:
        found = by_use.get((role, post), [])
        if not found:
            raise MissingError("key_file_missing", f"There is no {role} key.")
        if len(found) > 1:
            raise MalformedError("key_file", f"There are two {role} keys for one use.")
        return found[0]

    @property
    def origin(self) -> Origin:
        """Name of the log keys."""
        return Origin(self.log[0].name)


class FileSigner:
    """Implements ``node.ports.Signer`` over ``<home>/keys`` and ``<home>/signer``.

    The head is read from its file for every checkpoint, under a lock, so that a second signer started
    by mistake cannot sign past the first.

    Raises:
        MissingError, RefusedError, MalformedError: keys or head as ``load_keys``, ``KeyRing`` and
            ``SignerHeadFile.load``; also ``signer_head_file`` when the head is of another log.
    """

    def __init__(self, home: Path) -> None:
        self._keys = KeyRing(load_keys(home / "keys"))
        self._head_file = SignerHeadFile(home / "signer" / "head")
        self._lock_path = home / "signer" / "lock"
        self._is_disk_in_doubt = False
        self._load_head()

    @property
    def origin(self) -> Origin:
        """The log that is signed here."""
        return self._keys.origin

    def head(self) -> tuple[TreeSize, RootHash]:
        """The tree signed last. After a restore the node may be ahead: it then hands over what is between.

        Raises:
            UnavailableError: ``disk``.
        """
        current = self._load_head().current
        return current.size, current.root()

    def sign_checkpoint(self, old_size: TreeSize, leaf_hashes: Sequence[bytes]) -> bytes:
        """Sign the checkpoint of ``old_size + len(leaf_hashes)``; answers the encoded SignedNote.

        The head is durable before the signature leaves; see ``SignerHead.extend`` for repeats.

        Raises:
            ConflictError: ``signer_head``; the tree would not extend the one signed last.
            MalformedError: ``leaf_hash``; ``signer_head_file``.
            UnavailableError: ``disk``; from then on no checkpoint is signed before a restart.
        """
        self._demand_disk()
        with ProcessLock(self._lock_path, code="signer_running"):
            head = self._load_head().extend(old_size, leaf_hashes)
            # A repeat is stored again: after a failed sync the bytes we read may be in memory alone.
            self._save_head(head)
        return self._sign_head(head)

    def _demand_disk(self) -> None:
        if self._is_disk_in_doubt:
            raise UnavailableError("disk", "A write of the signer failed; it must be started again.")

    def _load_head(self) -> SignerHead:
        head = self._head_file.load()
        if head.origin != self.origin:
            raise MalformedError("signer_head_file", "The head of the signer is of another log.")
        return head

    def _save_head(self, head: SignerHead) -> None:
        # A failed write may or may not have reached the disk: only a fresh start may look.
        self._is_disk_in_doubt = True
        self._head_file.save(head)
        self._is_disk_in_doubt = False

    def _sign_head(self, head: SignerHead) -> bytes:
        text = Checkpoint(self.origin, head.current.size, head.current.root()).encode()
        lines = [sign_note(text, key.name, key.key) for key in self._keys.log]
        return SignedNote(text, tuple(lines)).encode()

    def cosign_mirror(self, note_text: bytes, at_s: int) -> SignatureLine:
        """Cosignature/v1 of a checkpoint text with the ``mirror`` key.

        Raises:
            MalformedError: ``checkpoint``, ``note_text`` or ``cosignature_time``.
        """
        return self._cosign(self._keys.mirror, note_text, at_s)

    def cosign_witness(self, note_text: bytes, at_s: int) -> SignatureLine:
        """Cosignature/v1 of a checkpoint text with the ``witness`` key.

        Raises:
            MalformedError: ``checkpoint``, ``note_text`` or ``cosignature_time``.
        """
        return self._cosign(self._keys.witness, note_text, at_s)

    @staticmethod
    def _cosign(key: RoleKey, note_text: bytes, at_s: int) -> SignatureLine:
        parse_checkpoint(note_text)
        return cosign(note_text, key.name, key.key, at_s)

    def sign_release_head(self, payload: bytes) -> bytes:
        """DSSE envelope (JSON bytes) of a release head, by the ``node`` key.

        Raises:
            MalformedError: ``release_head``; not a release head.
            RefusedError: ``signer_origin``; of another log.
            ConflictError: ``signer_head``; of a size that was never signed here.
        """
        header = _read_header(_release_decoder, payload, "release_head")
        self._demand_origin(header.log)
        if header.size > self._load_head().current.size:
            raise ConflictError("signer_head", "No checkpoint of that size was signed.")
        return sign_release_head(payload, self._keys.node.key)

    def sign_act(self, post: str, envelope: bytes) -> tuple[str, bytes]:
        """(keyid hex, signature) over an act envelope by the key of ``post``.

        Raises:
            MissingError: ``post_key``; no key of that post is held here.
            MalformedError: ``envelope``; no log or no actor can be read.
            RefusedError: ``signer_origin``, an act of another log; ``signer_post``, of another post.
        """
        key = self._keys.posts.get(post)
        if key is None:
            raise MissingError("post_key", "No key of that post is held here.")
        header = _read_header(_act_decoder, envelope, "envelope")
        self._demand_origin(header.log)
        if header.actor.post != post:
            raise RefusedError("signer_post", "The act names another post than the one that signs.")
        signature = sign_envelope(envelope, key.key)
        return signature.keyid, signature.sig

    def _demand_origin(self, origin: str) -> None:
        if origin != self.origin:
            raise RefusedError("signer_origin", "What is to be signed is of another log.")


def _read_header(decoder: "msgspec.json.Decoder[_Header]", data: bytes, code: str) -> _Header:
    try:
        return decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise MalformedError(code, "What is to be signed cannot be read.") from error
