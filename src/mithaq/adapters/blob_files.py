"""Attachments as sealed files: named by an HMAC, each under its own key, written and read by chunks.

``<folder>/ab/abcd…`` is a whole file, ``….part`` one still coming in, ``….manifest`` its manifest. Each
chunk is a record at a fixed place: nonce (12) || ciphertext || tag (16). A chunk that never came is a
hole and one torn by a crash does not open, so both are asked for again.

AAD of a chunk: ``mithaq/seal/v1 00 attachment:<sha256 hex> 00 u32be(number) || u32be(count)``, of the
manifest ``mithaq/seal/v1 00 manifest:<sha256 hex> 00``. A file is here before any act names it, so
no place in a log is in it.

Spec: docs/spec 11.
"""

import hmac
import os
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import lru_cache
from hashlib import sha256 as hash_sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mithaq.adapters.blob_manifest import (
    CHUNK_BYTES,
    MAX_BLOB_BYTES,
    BlobManifest,
    parse_blob_manifest,
)
from mithaq.adapters.durable import (
    PRIVATE_FILE,
    disk_errors,
    make_folder,
    replace_file,
    sync_folder,
)
from mithaq.adapters.key_table import KEY_BYTES, BlobRow, KeyTable
from mithaq.core.encoding import parse_hex
from mithaq.errors import MalformedError, MissingError, RefusedError
from mithaq.node.ports import Entropy

DEFAULT_QUOTA_BYTES = 64 * 2**30
_NAMES_REMEMBERED = 65_536
_NONCE_RANDOM_BYTES = 8
_NONCE_BYTES = 12
_TAG_BYTES = 16
_RECORD_BYTES = _NONCE_BYTES + CHUNK_BYTES + _TAG_BYTES
_HOLE = bytes(_NONCE_BYTES)
_SEAL = b"mithaq/seal/v1\x00"
# The number in the nonce of a manifest; no chunk has it.
_MANIFEST_NUMBER = 2**32 - 1


class BlobFiles:
    """Implements ``node.blobs.Blobs``. Threads may share it; one process at a time receives a file.

    Args:
        folder: made when missing.
        keys: data keys of the files.
        index_key: 32 bytes, names the files; for the node's life.
        entropy: for data keys and nonces.
        quota_bytes: most bytes of each owner's files.
    """

    def __init__(
        self,
        folder: Path,
        keys: KeyTable,
        index_key: bytes,
        entropy: Entropy,
        quota_bytes: int = DEFAULT_QUOTA_BYTES,
    ) -> None:
        if len(index_key) != KEY_BYTES:
            raise MalformedError("index_key_length", "The key that names files is 32 bytes.")
        self._folder = folder
        self._keys = keys
        self._index_key = index_key
        self._entropy = entropy
        self._quota_bytes = quota_bytes
        self._lock = threading.RLock()
        # Chunks still missing, of the files that come in.
        self._missing: dict[str, set[int]] = {}
        self._known_folders: set[Path] = set()
        # A kill may have come between a name and its sync: who finds a file syncs its name before
        # promising it, once for each of the last few names.
        self._make_durable = lru_cache(_NAMES_REMEMBERED)(self._sync_name)

    # Reading

    def manifest(self, sha256: str) -> bytes:
        """Canonical JSON ``{sha256, size, chunk_bytes, chunks[]}`` of a whole file.

        Raises:
            MissingError: ``blob``; not here, or not yet whole.
            UnavailableError: ``disk``.
        """
        name = self._name(sha256)
        if not self._path(name).exists():
            raise MissingError("blob", "There is no such file here.")
        return self._load_manifest(name, sha256).encode()

    def read_chunk(self, sha256: str, number: int) -> bytes:
        """Plain bytes of chunk ``number`` (from 0) of a whole file, verified against the manifest.

        Raises:
            MissingError: ``blob``, ``blob_chunk`` (no such number) or ``blob_damaged``.
            UnavailableError: ``disk``.
        """
        name = self._name(sha256)
        with _open_file(self._path(name), os.O_RDONLY) as descriptor:
            manifest = self._load_manifest(name, sha256)
            if not 0 <= number < len(manifest.chunks):
                raise MissingError("blob_chunk_missing", "The file has no such chunk.")
            data = _read_chunk(descriptor, self._cipher(name), manifest, number)
        if data is None:
            raise MissingError("blob_damaged", "A stored chunk is damaged.")
        return data

    def is_whole(self, sha256: str) -> bool:
        """Whether every chunk is here, for good, and the hash of the whole agreed when the last one came.

        Raises:
            UnavailableError: ``disk``.
        """
        try:
            return self._is_here(self._name(sha256))
        except MissingError:
            return False

    # Writing

    def add(self, chunks: Iterator[bytes], owner: str = "") -> tuple[str, int]:
        """Store a new file; answers (sha256 hex, size in bytes).

        Args:
            chunks: its bytes, in pieces of any length.
            owner: whose quota it counts against.

        Raises:
            RefusedError: ``blob_too_large`` (over 4 GiB), ``blob_quota``.
            UnavailableError: ``disk``.
        """
        # Name and count of chunks are known at the end only. Until then the bytes lie under a key that
        # is nowhere but here: what a crash leaves of them nobody can read.
        cipher = AESGCM(self._entropy.random_bytes(KEY_BYTES))
        with self._open_spool() as descriptor:
            manifest = self._spool(descriptor, cipher, chunks)
            for number in self.begin(manifest.encode(), owner):
                data = _read_record(descriptor, cipher, number, manifest.chunk_bytes(number), b"")
                self.write_chunk(manifest.sha256, number, data or b"")
        return manifest.sha256, manifest.size

    def begin(self, manifest: bytes, owner: str = "") -> list[int]:
        """Prepare to receive a file; answers the numbers of the chunks still missing (resume).

        Args:
            manifest: as ``manifest`` gives it. One that differs from the last takes its place.
            owner: whose quota it counts against.

        Raises:
            MalformedError: ``blob_manifest``.
            RefusedError: ``blob_quota``; ``blob_hash``, every chunk is here and the whole is another file.
            UnavailableError: ``disk``.
        """
        wanted = parse_blob_manifest(manifest)
        name = self._name(wanted.sha256)
        with self._lock:
            if self._is_here(name):
                return []
            fresh_key = self._entropy.random_bytes(KEY_BYTES)
            self._keys.add_blob(name, fresh_key, BlobRow(owner, wanted.size), self._quota_bytes)
            self._save_manifest(name, wanted)
            missing = self._find_missing(name, wanted)
            self._missing[name] = missing
            if not missing:
                self._finish(name, wanted)
            return sorted(missing)

    def write_chunk(self, sha256: str, number: int, data: bytes) -> None:
        """Store one chunk; with the last one the file is whole. One that is here already is passed over.

        Raises:
            MissingError: ``blob``; not begun.
            MalformedError: ``blob_chunk``; its number, length or hash is not the manifest's.
            RefusedError: ``blob_hash``; all chunks are here and the whole is another file: it is gone.
            UnavailableError: ``disk``.
        """
        name = self._name(sha256)
        with self._lock:
            manifest = self._load_manifest(name, sha256)
            _check_chunk(manifest, number, data)
            if self._is_here(name):
                return
            missing = self._missing.get(name)
            if missing is None:
                missing = self._missing[name] = self._find_missing(name, manifest)
            if number in missing:
                nonce = self._make_nonce(number)
                with _open_file(self._path(name, ".part"), os.O_WRONLY | os.O_CREAT) as descriptor:
                    _write_record(descriptor, self._cipher(name), nonce, data, _chunk_aad(manifest, number))
                missing.discard(number)
            if not missing:
                self._finish(name, manifest)

    def delete(self, sha256: str) -> None:
        """Remove a file, whole or not, and destroy its data key. Doing it twice is harmless.

        Raises:
            UnavailableError: ``disk``; try again, the key may still be there.
        """
        name = self._name(sha256)
        with self._lock:
            self._drop(name)

    # Names and keys

    def _name(self, sha256: str) -> str:
        try:
            digest = parse_hex(sha256, 32)
        except MalformedError as error:
            raise MissingError("blob", "There is no such file here.") from error
        return hmac.digest(self._index_key, digest, "sha256").hex()

    def _path(self, name: str, suffix: str = "") -> Path:
        return self._folder / name[:2] / (name + suffix)

    def _is_here(self, name: str) -> bool:
        """Whether the whole file stands under its name, which is then durable."""
        path = self._path(name)
        if not path.exists():
            return False
        self._make_durable(path)
        return True

    def _sync_name(self, path: Path) -> None:
        with disk_errors():
            sync_folder(path.parent)

    def _make_folder(self, folder: Path) -> None:
        if folder not in self._known_folders:
            make_folder(folder)
            self._known_folders.add(folder)

    def _cipher(self, name: str) -> AESGCM:
        try:
            return AESGCM(self._keys.data_key(name))
        except MissingError as error:
            raise MissingError("blob", "The key of this file is destroyed.") from error

    def _make_nonce(self, number: int) -> bytes:
        return self._entropy.random_bytes(_NONCE_RANDOM_BYTES) + number.to_bytes(4, "big")

    # Manifests

    def _load_manifest(self, name: str, sha256: str) -> BlobManifest:
        with disk_errors():
            try:
                sealed = self._path(name, ".manifest").read_bytes()
            except FileNotFoundError as error:
                raise MissingError("blob", "There is no such file here.") from error
        plain = _open_seal(self._cipher(name), sealed, _manifest_aad(sha256))
        if plain is None:
            raise MissingError("blob_damaged", "A stored manifest is damaged.")
        return parse_blob_manifest(plain)

    def _save_manifest(self, name: str, manifest: BlobManifest) -> None:
        self._make_folder(self._folder)
        self._make_folder(self._path(name).parent)
        try:
            if self._load_manifest(name, manifest.sha256) == manifest:
                return
        except MissingError:
            pass  # None yet, or one that a crash or a bad disk spoilt: the new one takes its place.
        nonce = self._make_nonce(_MANIFEST_NUMBER)
        aad = _manifest_aad(manifest.sha256)
        sealed = nonce + self._cipher(name).encrypt(nonce, manifest.encode(), aad)
        replace_file(self._path(name, ".manifest"), sealed)

    # Files that come in

    @contextmanager
    def _open_spool(self) -> Generator[int]:
        self._make_folder(self._folder)
        path = self._folder / f".{self._entropy.random_bytes(16).hex()}.new"
        try:
            with _open_file(path, os.O_RDWR | os.O_CREAT | os.O_EXCL) as descriptor:
                yield descriptor
        finally:
            with disk_errors():
                path.unlink(missing_ok=True)

    def _spool(self, descriptor: int, cipher: AESGCM, pieces: Iterator[bytes]) -> BlobManifest:
        whole, size, hashes = hash_sha256(), 0, list[str]()
        for chunk in _cut_chunks(pieces):
            size += len(chunk)
            if size > MAX_BLOB_BYTES:
                raise RefusedError("blob_too_large", "A file is at most 4 GiB.")
            whole.update(chunk)
            _write_record(descriptor, cipher, self._make_nonce(len(hashes)), chunk, b"")
            hashes.append(hash_sha256(chunk).hexdigest())
        return BlobManifest(whole.hexdigest(), size, tuple(hashes))

    def _find_missing(self, name: str, manifest: BlobManifest) -> set[int]:
        missing = set(range(len(manifest.chunks)))
        try:
            with _open_file(self._path(name, ".part"), os.O_RDONLY) as descriptor:
                cipher = self._cipher(name)
                return {
                    number for number in missing if _read_chunk(descriptor, cipher, manifest, number) is None
                }
        except MissingError:
            return missing

    def _finish(self, name: str, manifest: BlobManifest) -> None:
        """Checks the whole, makes it durable and gives it its name."""
        part = self._path(name, ".part")
        with _open_file(part, os.O_RDWR | os.O_CREAT) as descriptor:
            whole, cipher = hash_sha256(), self._cipher(name)
            for number in range(len(manifest.chunks)):
                whole.update(_read_chunk(descriptor, cipher, manifest, number) or b"")
            agrees = whole.hexdigest() == manifest.sha256
            if agrees:
                os.fsync(descriptor)
        self._missing.pop(name, None)
        if not agrees:
            self._drop(name)
            raise RefusedError("blob_hash", "The chunks are good, but the whole is another file.")
        with disk_errors():
            os.rename(part, self._path(name))
            sync_folder(part.parent)

    def _drop(self, name: str) -> None:
        self._missing.pop(name, None)
        self._make_durable.cache_clear()
        folder = self._path(name).parent
        with disk_errors():
            for suffix in ("", ".part", ".manifest"):
                self._path(name, suffix).unlink(missing_ok=True)
            if folder.exists():
                sync_folder(folder)
        # Last: while the key is there, a crash leaves something to delete again.
        self._keys.destroy(name)


@contextmanager
def _open_file(path: Path, flags: int) -> Generator[int]:
    with disk_errors():
        try:
            descriptor = os.open(path, flags | os.O_CLOEXEC, PRIVATE_FILE)
        except FileNotFoundError as error:
            raise MissingError("blob", "There is no such file here.") from error
        try:
            yield descriptor
        finally:
            os.close(descriptor)


def _cut_chunks(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in chunks of 1 MiB; the last one may be shorter."""
    held = bytearray()
    for piece in pieces:
        for start in range(0, len(piece), CHUNK_BYTES):
            held += piece[start : start + CHUNK_BYTES]
            if len(held) >= CHUNK_BYTES:
                yield bytes(held[:CHUNK_BYTES])
                del held[:CHUNK_BYTES]
    if held:
        yield bytes(held)


def _check_chunk(manifest: BlobManifest, number: int, data: bytes) -> None:
    if not 0 <= number < len(manifest.chunks):
        raise MalformedError("blob_chunk", "The manifest has no such chunk.")
    if len(data) != manifest.chunk_bytes(number) or not _is_chunk(manifest, number, data):
        raise MalformedError("blob_chunk", "The chunk is not the one of the manifest.")


def _is_chunk(manifest: BlobManifest, number: int, data: bytes) -> bool:
    return hash_sha256(data).hexdigest() == manifest.chunks[number]


def _manifest_aad(sha256: str) -> bytes:
    return _SEAL + b"manifest:" + sha256.encode() + b"\0"


def _chunk_aad(manifest: BlobManifest, number: int) -> bytes:
    place = number.to_bytes(4, "big") + len(manifest.chunks).to_bytes(4, "big")
    return _SEAL + b"attachment:" + manifest.sha256.encode() + b"\0" + place


def _write_record(descriptor: int, cipher: AESGCM, nonce: bytes, data: bytes, aad: bytes) -> None:
    """Seals a chunk and writes it at the place that its nonce numbers."""
    rest = memoryview(nonce + cipher.encrypt(nonce, data, aad))
    offset = int.from_bytes(nonce[_NONCE_RANDOM_BYTES:], "big") * _RECORD_BYTES
    with disk_errors():
        while rest:
            written = os.pwrite(descriptor, rest, offset)
            offset, rest = offset + written, rest[written:]


def _read_record(descriptor: int, cipher: AESGCM, number: int, length: int, aad: bytes) -> bytes | None:
    """Opens the chunk at a place; None when it is not there or not as it was sealed there."""
    size = _NONCE_BYTES + length + _TAG_BYTES
    with disk_errors():
        record = os.pread(descriptor, size, number * _RECORD_BYTES)
    is_there = len(record) == size and record[:_NONCE_BYTES] != _HOLE
    is_its_place = record[_NONCE_RANDOM_BYTES:_NONCE_BYTES] == number.to_bytes(4, "big")
    return _open_seal(cipher, record, aad) if is_there and is_its_place else None


def _open_seal(cipher: AESGCM, record: bytes, aad: bytes) -> bytes | None:
    try:
        return cipher.decrypt(record[:_NONCE_BYTES], record[_NONCE_BYTES:], aad)
    except (InvalidTag, ValueError):
        return None


def _read_chunk(descriptor: int, cipher: AESGCM, manifest: BlobManifest, number: int) -> bytes | None:
    length = manifest.chunk_bytes(number)
    data = _read_record(descriptor, cipher, number, length, _chunk_aad(manifest, number))
    return data if data is not None and _is_chunk(manifest, number, data) else None
