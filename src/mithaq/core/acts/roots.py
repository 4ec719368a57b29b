"""Root files: the keys an administration speaks with, and whom it trusts.

A root file is a DSSE document whose payload is canonical JSON. Its SHA-256, as pinned and as partners
name it, is over the payload, so it does not change with the order or number of signatures. Retired
keys stay in the file with their ``last_size``: a checkpoint or an act is judged by the keys valid at
its own size, for ever. How one version follows another is in ``root_chain``.

Spec: docs/spec 6.1, 6.2.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from mithaq.core.acts.dsse import (
    MAX_DOCUMENT_SIGNATURES,
    ROOT_TYPE,
    ActSignature,
    DsseDocument,
    check_signatures,
    parse_document,
)
from mithaq.core.acts.revocations import Revocation
from mithaq.core.encoding import (
    MAX_INTEGER,
    JsonObject,
    check_administration_code,
    encode_base64,
    encode_canonical,
    format_time,
    parse_base64,
    parse_canonical,
    parse_time,
)
from mithaq.core.keys import PUBLIC_KEY_BYTES, KeyType, VerifierKey, check_key_name, hash_public_key
from mithaq.core.types import AdministrationCode, Origin, TreeSize
from mithaq.errors import MalformedError

MAX_ROOT_BYTES: Final = 131_072
RIGHT_KEYS: Final = "keys"
"""The right of a post to revoke keys other than its own."""
_VERSION: Final = 1


class Role(StrEnum):
    """What a key is for. No key serves two roles. Roles of a newer node are kept by their name."""

    ROOT = "root"
    LOG = "log"
    WITNESS = "witness"
    MIRROR = "mirror"
    NODE = "node"
    POST = "post"
    TRANSPORT = "transport"
    TLS = "tls"


ED25519: Final = "ed25519"
COSIGNATURE_V1: Final = "cosignature-v1"
X509_SPKI: Final = "x509-spki-sha256"
"""``public`` is the SHA-256 of the certificate's SubjectPublicKeyInfo."""

_TYPE_OF_ROLE: Final[Mapping[str, str]] = {
    Role.ROOT: ED25519,
    Role.LOG: ED25519,
    Role.WITNESS: COSIGNATURE_V1,
    Role.MIRROR: COSIGNATURE_V1,
    Role.NODE: ED25519,
    Role.POST: ED25519,
    Role.TRANSPORT: ED25519,
    Role.TLS: X509_SPKI,
}
_NOTE_TYPES: Final[Mapping[str, KeyType]] = {
    ED25519: KeyType.ED25519,
    COSIGNATURE_V1: KeyType.COSIGNATURE_V1,
}

_Size: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=MAX_INTEGER)]
_Hash: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
_Word: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"\A[a-z0-9][a-z0-9_.-]{0,63}\Z")]


class _WireKey(msgspec.Struct, frozen=True, omit_defaults=True):
    keyid: _Hash
    type: _Word
    public: Annotated[str, msgspec.Meta(max_length=4_096)]
    name: str
    rights: Annotated[tuple[_Word, ...], msgspec.Meta(max_length=32)]
    post: _Word | None = None
    first_size: _Size | None = None
    last_size: _Size | None = None


class _WireRole(msgspec.Struct, frozen=True):
    keys: Annotated[tuple[_WireKey, ...], msgspec.Meta(min_length=1, max_length=256)]
    threshold: Annotated[int, msgspec.Meta(ge=1, le=256)]


class _WirePartner(msgspec.Struct, frozen=True):
    administration: AdministrationCode
    origin: Origin
    root_sha256: _Hash
    base_url: Annotated[str, msgspec.Meta(pattern=r"\Ahttps?://[!-~]{1,255}\Z")]
    tls_ca: Annotated[tuple[Annotated[str, msgspec.Meta(max_length=16_384)], ...], msgspec.Meta(max_length=8)]
    client_spki_sha256: Annotated[tuple[_Hash, ...], msgspec.Meta(max_length=8)]


class _Wire(msgspec.Struct, frozen=True):
    v: Literal[1]
    administration: AdministrationCode
    version: Annotated[int, msgspec.Meta(ge=1, le=MAX_INTEGER)]
    expires: str
    origin: Origin
    roles: Annotated[dict[_Word, _WireRole], msgspec.Meta(max_length=32)]
    partners: Annotated[tuple[_WirePartner, ...], msgspec.Meta(max_length=64)]


@dataclass(frozen=True, slots=True)
class RootKey:
    """One public key in a root.

    Attributes:
        type: ``ed25519``, ``cosignature-v1``, ``x509-spki-sha256``; of a newer role any word.
        public: the key; 32 bytes for the three types above.
        name: name of the key, as in notes; of a log key the origin.
        post: of a ``post`` key the post it signs for; else None.
        rights: what the post may do beyond signing acts, as ``keys``.
        first_size, last_size: tree sizes of the own log at which it is valid, both included; None
            where there is no bound.
        keyid: 64 hex digits, SHA-256 of ``public``; derived.
    """

    type: str
    public: bytes
    name: str
    post: str | None = None
    rights: tuple[str, ...] = ()
    first_size: TreeSize | None = None
    last_size: TreeSize | None = None
    keyid: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "keyid", hash_public_key(self.public))

    def is_valid_at(self, tree_size: TreeSize) -> bool:
        """Whether a checkpoint of this size, or the entry ``tree_size - 1``, is its to sign."""
        starts = self.first_size is None or self.first_size <= tree_size
        return starts and (self.last_size is None or tree_size <= self.last_size)

    def to_verifier(self) -> VerifierKey:
        """The key as notes and cosignatures are verified with.

        Raises:
            MalformedError: ``key_type``; keys of other types sign no notes.
        """
        if self.type not in _NOTE_TYPES:
            raise MalformedError("key_type", "a key of this type signs no notes")
        return VerifierKey(self.name, _NOTE_TYPES[self.type], self.public)


@dataclass(frozen=True, slots=True)
class RoleEntry:
    """Keys of one role, and how many of them must sign together (1 but for ``root``)."""

    keys: tuple[RootKey, ...]
    threshold: int = 1


@dataclass(frozen=True, slots=True)
class PartnerEntry:
    """A partner that the administration trusts.

    Attributes:
        root_sha256: 64 hex digits, the pin of the partner's root version 1.
        base_url: where its node answers.
        tls_ca: certificates of its own authority; client_spki_sha256: pins of its client keys, hex.
    """

    administration: AdministrationCode
    origin: Origin
    root_sha256: str
    base_url: str
    tls_ca: tuple[str, ...] = ()
    client_spki_sha256: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Root:
    """Content of one version of a root file.

    Attributes:
        version: from 1.
        expires_at: aware UTC; an expired root stops new signing by its owner, never reading.
        origin: of the administration's own log.
        roles: by name of the role.
    """

    administration: AdministrationCode
    version: int
    expires_at: datetime
    origin: Origin
    roles: Mapping[str, RoleEntry]
    partners: tuple[PartnerEntry, ...] = ()

    def encode(self) -> bytes:
        """Write the payload that the root keys sign.

        Raises:
            MalformedError: what ``parse_root`` would refuse is not written.
        """
        payload = encode_canonical(_to_wire(self))
        parse_root(payload)
        return payload

    def keys(self, role: str) -> tuple[RootKey, ...]:
        """Every key of a role, retired ones too."""
        entry = self.roles.get(role)
        return () if entry is None else entry.keys

    def all_keys(self) -> Iterator[RootKey]:
        """Every key of every role."""
        for entry in self.roles.values():
            yield from entry.keys

    def keys_at(
        self, role: str, tree_size: TreeSize, revocations: Mapping[str, Revocation] | None = None
    ) -> tuple[RootKey, ...]:
        """Keys of a role valid at a tree size of the own log.

        Args:
            role: a name of ``Role``.
            tree_size: size of the checkpoint; for the entry of an act its leaf index plus one.
            revocations: keyid -> revocation, those known now.
        """
        revoked = revocations or {}
        return tuple(
            key
            for key in self.keys(role)
            if key.is_valid_at(tree_size)
            and (key.keyid not in revoked or tree_size <= revoked[key.keyid].last_good_size)
        )

    def find_post_key(self, keyid: str) -> RootKey | None:
        """The ``post`` key of this id, valid or retired; None when there is none."""
        return next((key for key in self.keys(Role.POST) if key.keyid == keyid), None)

    def post_keys_at(
        self, post: str, tree_size: TreeSize, revocations: Mapping[str, Revocation] | None = None
    ) -> tuple[RootKey, ...]:
        """Keys of one post that are valid at a tree size; see ``keys_at``."""
        return tuple(key for key in self.keys_at(Role.POST, tree_size, revocations) if key.post == post)

    def find_partner(self, administration: str) -> PartnerEntry | None:
        """The entry of a partner; None when the administration does not trust it."""
        return next((one for one in self.partners if one.administration == administration), None)


@dataclass(frozen=True, slots=True)
class SignedRoot:
    """A root file as it travels; its signatures are not verified.

    Attributes:
        payload: exact bytes; members that this node does not know live on in them.
        signatures: at most 32.
        root: what the payload says.
    """

    payload: bytes
    signatures: tuple[ActSignature, ...]
    root: Root

    @property
    def sha256(self) -> bytes:
        """32 bytes over the payload; of version 1 the pin."""
        return sha256(self.payload).digest()

    @property
    def document(self) -> DsseDocument:
        """The DSSE document of it."""
        return DsseDocument(ROOT_TYPE, self.payload, self.signatures)

    def encode(self) -> bytes:
        """Write the file. Read by ``parse_signed_root``."""
        return self.document.encode()

    def to_body(self) -> JsonObject:
        """The body of the ``key.root`` act that puts this version into the log."""
        return {
            "root": parse_canonical(self.payload, max_bytes=MAX_ROOT_BYTES),
            "sigs": [{"keyid": one.keyid, "sig": encode_base64(one.sig)} for one in self.signatures],
        }


def parse_root(payload: bytes) -> Root:
    """Read the payload of a root file.

    Raises:
        MalformedError: ``bad_root``; ``key_twice`` for a key named twice, even in two roles; or a code
            of ``parse_canonical``, of names, codes, times, base64.
    """
    try:
        wire = msgspec.convert(parse_canonical(payload, max_bytes=MAX_ROOT_BYTES), _Wire)
    except msgspec.ValidationError as error:
        raise MalformedError("bad_root", "the payload is not a root file") from error
    check_administration_code(wire.administration)
    check_key_name(wire.origin)
    roles = {name: _read_role(name, role) for name, role in wire.roles.items()}
    if Role.ROOT not in roles:
        raise MalformedError("bad_root", "the root file has no root keys")
    keyids = [key.keyid for entry in roles.values() for key in entry.keys]
    if len(set(keyids)) != len(keyids):
        raise MalformedError("key_twice", "the root file names a key twice")
    return Root(
        administration=wire.administration,
        version=wire.version,
        expires_at=parse_time(wire.expires),
        origin=wire.origin,
        roles=roles,
        partners=_read_partners(wire.partners),
    )


def parse_signed_root(data: bytes) -> SignedRoot:
    """Read a root file without verifying it.

    Raises:
        MalformedError: ``bad_root`` for another type; or as ``parse_document`` and ``parse_root``.
    """
    document = parse_document(data)
    if document.payload_type != ROOT_TYPE:
        raise MalformedError("bad_root", "the document is not a root file")
    return SignedRoot(document.payload, document.signatures, parse_root(document.payload))


def parse_root_body(body: Mapping[str, object]) -> SignedRoot:
    """Read the body of a ``key.root`` act.

    Raises:
        MalformedError: ``bad_root``, or as ``parse_root``.
    """
    content, wire_signatures = body.get("root"), body.get("sigs")
    if not isinstance(content, dict):
        raise MalformedError("bad_root", "the body holds no root file")
    try:
        pairs = msgspec.convert(wire_signatures, tuple[_WireSignature, ...])
    except msgspec.ValidationError as error:
        raise MalformedError("bad_root", "the body holds no signatures") from error
    signatures = tuple(ActSignature(pair.keyid, parse_base64(pair.sig)) for pair in pairs)
    check_signatures(signatures, MAX_DOCUMENT_SIGNATURES)
    payload = encode_canonical(content)
    return SignedRoot(payload, signatures, parse_root(payload))


class _WireSignature(msgspec.Struct, frozen=True):
    keyid: str
    sig: str


def _read_role(name: str, wire: _WireRole) -> RoleEntry:
    if wire.threshold > len(wire.keys):
        raise MalformedError("bad_root", "a threshold is over the number of keys")
    return RoleEntry(tuple(_read_key(name, key) for key in wire.keys), wire.threshold)


def _read_key(role: str, wire: _WireKey) -> RootKey:
    """The role fixes type and form of its keys; of roles we do not know only the id is checked."""
    check_key_name(wire.name)
    key = RootKey(
        type=wire.type,
        public=parse_base64(wire.public),
        name=wire.name,
        post=wire.post,
        rights=wire.rights,
        first_size=None if wire.first_size is None else TreeSize(wire.first_size),
        last_size=None if wire.last_size is None else TreeSize(wire.last_size),
    )
    expected = _TYPE_OF_ROLE.get(role)
    if key.keyid != wire.keyid:
        raise MalformedError("bad_root", "a keyid is not the hash of its key")
    if expected is not None and (key.type != expected or len(key.public) != PUBLIC_KEY_BYTES):
        raise MalformedError("bad_root", "a key is not of the type of its role")
    if expected is not None and (key.post is not None) != (role == Role.POST):
        raise MalformedError("bad_root", "the keys of the role post, and only they, name a post")
    if key.first_size is not None and key.last_size is not None and key.last_size < key.first_size:
        raise MalformedError("bad_root", "a key ends before it starts")
    return key


def _read_partners(wire: tuple[_WirePartner, ...]) -> tuple[PartnerEntry, ...]:
    for one in wire:
        check_administration_code(one.administration)
        check_key_name(one.origin)
    if len({one.administration for one in wire}) != len(wire) or len({one.origin for one in wire}) != len(
        wire
    ):
        raise MalformedError("bad_root", "a partner or its log is named twice")
    return tuple(
        PartnerEntry(
            one.administration, one.origin, one.root_sha256, one.base_url, one.tls_ca, one.client_spki_sha256
        )
        for one in wire
    )


def _to_wire(root: Root) -> JsonObject:
    wire = _Wire(
        v=1,
        administration=root.administration,
        version=root.version,
        expires=format_time(root.expires_at),
        origin=root.origin,
        roles={
            str(name): _WireRole(tuple(_key_to_wire(key) for key in entry.keys), entry.threshold)
            for name, entry in root.roles.items()
        },
        partners=tuple(
            _WirePartner(
                one.administration,
                one.origin,
                one.root_sha256,
                one.base_url,
                one.tls_ca,
                one.client_spki_sha256,
            )
            for one in root.partners
        ),
    )
    content: JsonObject = msgspec.to_builtins(wire)
    return content


def _key_to_wire(key: RootKey) -> _WireKey:
    return _WireKey(
        key.keyid,
        key.type,
        encode_base64(key.public),
        key.name,
        key.rights,
        key.post,
        key.first_size,
        key.last_size,
    )
