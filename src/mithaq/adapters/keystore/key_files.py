"""Private keys as files 0600 in a folder 0700. Wider modes are refused, not repaired: it is too late then.

A key file is canonical JSON ``{"v":1,"role","name","post"?,"seed"}``; the seed is base64. A secret
that is no signing key (the KEK, the blob-index key) is a file of its bare bytes.

Spec: docs/spec 6.1.
"""

import os
import re
import stat
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from mithaq.adapters.durable import PRIVATE_FOLDER, create_file, disk_errors, make_folder
from mithaq.core.encoding import encode_base64, encode_canonical, parse_base64, parse_canonical
from mithaq.core.keys import KeyType, SigningKey, VerifierKey, check_key_name
from mithaq.errors import ConflictError, MalformedError, MissingError, RefusedError

MAX_KEY_FILE_BYTES = 4_096
_OTHERS = 0o077
_POST = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}", re.ASCII)


class KeyRole(StrEnum):
    """Each key has one use (spec 6.1)."""

    ROOT = "root"
    LOG = "log"
    MIRROR = "mirror"
    WITNESS = "witness"
    NODE = "node"
    POST = "post"
    TRANSPORT = "transport"


_COSIGNING = frozenset({KeyRole.MIRROR, KeyRole.WITNESS})


@dataclass(frozen=True, slots=True)
class RoleKey:
    """A private key and what it is for.

    Attributes:
        role: its one use.
        name: as ``check_key_name``; of a log key the origin.
        key: Ed25519, secret.
        post: of a ``post`` key the post, ``[a-z0-9][a-z0-9_.-]{0,63}``; else empty.

    Raises:
        MalformedError: ``key_name``, or ``key_file`` when the post and the role do not fit.
    """

    role: KeyRole
    name: str
    key: SigningKey = field(repr=False)
    post: str = ""

    def __post_init__(self) -> None:
        check_key_name(self.name)
        if bool(self.post) != (self.role is KeyRole.POST):
            raise MalformedError("key_file", "A post key names its post, and no other key does.")
        if self.post and _POST.fullmatch(self.post) is None:
            raise MalformedError("key_file", "The name of a post is not of its form.")

    @property
    def verifier(self) -> VerifierKey:
        """The public half: type 04 for the two cosigning roles, 01 for the rest."""
        kind = KeyType.COSIGNATURE_V1 if self.role in _COSIGNING else KeyType.ED25519
        return VerifierKey(self.name, kind, self.key.public)

    def encode(self) -> bytes:
        """The bytes of its file; secret."""
        fields = {"v": 1, "role": self.role.value, "name": self.name, "seed": encode_base64(self.key.seed)}
        return encode_canonical({**fields, "post": self.post} if self.post else fields)


def parse_role_key(data: bytes) -> RoleKey:
    """Reads the bytes of a key file.

    Raises:
        MalformedError: ``key_file`` or ``key_name``. The message never quotes the bytes.
    """
    try:
        fields = parse_canonical(data, max_bytes=MAX_KEY_FILE_BYTES)
        seed, role = fields["seed"], KeyRole(str(fields["role"]))
        name, post = fields["name"], fields.get("post", "")
        if fields["v"] != 1 or not (isinstance(name, str) and isinstance(post, str)):
            raise MalformedError("key_file", "A field of a key file is not of its form.")
        key = SigningKey.from_seed(parse_base64(str(seed)))
    except (KeyError, ValueError, MalformedError):
        # Without the cause: its context holds the secret.
        raise MalformedError("key_file", "A key file cannot be read.") from None
    return RoleKey(role, name, key, post)


def make_key_folder(folder: Path) -> None:
    """Makes a folder 0700 for keys.

    Raises:
        UnavailableError: ``disk``.
        RefusedError: ``key_mode``; it exists and others may enter it.
    """
    make_folder(folder, PRIVATE_FOLDER)
    check_key_folder(folder)


def check_key_folder(folder: Path) -> None:
    """Checks that only its owner, which is this process's user, may enter a folder.

    Raises:
        MissingError: ``key_file_missing``; there is no such folder.
        RefusedError: ``key_mode`` or ``key_owner``.
    """
    with disk_errors():
        try:
            found = os.stat(folder, follow_symlinks=False)
        except FileNotFoundError as error:
            raise MissingError(
                "key_file_missing", f"There is no folder of keys named {folder.name}."
            ) from error
    if not stat.S_ISDIR(found.st_mode):
        raise RefusedError("key_mode", f"{folder.name} is not a folder.")
    _check_access(found, folder.name)


def _check_access(found: os.stat_result, name: str) -> None:
    if stat.S_IMODE(found.st_mode) & _OTHERS:
        mode = stat.S_IMODE(found.st_mode)
        raise RefusedError("key_mode", f"Others may reach {name} (mode {mode:04o}); take the rights away.")
    if found.st_uid != os.geteuid():
        raise RefusedError("key_owner", f"{name} belongs to another user.")


def store_secret(path: Path, data: bytes) -> None:
    """Writes a secret durably to a new file 0600. Never replaces one.

    Raises:
        ConflictError: ``key_exists``.
        UnavailableError: ``disk``.
    """
    if path.exists():
        raise ConflictError("key_exists", f"There is already a file {path.name}.")
    create_file(path, data)


def load_secret(path: Path, length_bytes: int | None = None) -> bytes:
    """Reads a secret.

    Args:
        path: of the file.
        length_bytes: how long it must be; None for a key file.

    Raises:
        MissingError: ``key_file_missing``.
        RefusedError: ``key_mode`` (others may read it, or it is no plain file) or ``key_owner``.
        MalformedError: ``key_file``; another length, or over 4,096 bytes.
        UnavailableError: ``disk``.
    """
    data = _read_private(path)
    if len(data) > MAX_KEY_FILE_BYTES or (length_bytes is not None and len(data) != length_bytes):
        raise MalformedError("key_file", f"{path.name} has not the length of its kind.")
    return data


def _read_private(path: Path) -> bytes:
    with disk_errors():
        try:
            # Non-blocking, so that a pipe under the name cannot hold up the start.
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError as error:
            raise MissingError("key_file_missing", f"There is no file {path.name}.") from error
        with os.fdopen(descriptor, "rb") as file:
            # Of the opened file, not of the name, which may come to mean another.
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise RefusedError("key_mode", f"{path.name} is not a plain file.")
            _check_access(found, path.name)
            return file.read(MAX_KEY_FILE_BYTES + 1)


def key_file_name(role: KeyRole, post: str = "") -> str:
    """Name of the file of a key under ``keys/``: ``log.key``, ``post-desk.key``."""
    return f"{role}-{post}.key" if post else f"{role}.key"


def store_key(path: Path, key: RoleKey) -> None:
    """Writes a key to a new file 0600.

    Raises:
        ConflictError: ``key_exists``.
        UnavailableError: ``disk``.
    """
    store_secret(path, key.encode())


def load_key(path: Path) -> RoleKey:
    """Reads a key file.

    Raises:
        MithaqError: as ``load_secret``.
    """
    return parse_role_key(load_secret(path))


def load_keys(folder: Path) -> list[RoleKey]:
    """Every ``*.key`` of a folder, by file name. The folder and each file must be private.

    Raises:
        MithaqError: as ``check_key_folder`` and ``load_secret``.
    """
    check_key_folder(folder)
    return [load_key(path) for path in sorted(folder.glob("*.key"))]
