"""Values to store: small, valid, and told apart by their numbers."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from mithaq.core.acts.commitment import commit_act, hash_section
from mithaq.core.acts.dsse import ActSignature
from mithaq.core.acts.envelope import encode_envelope, parse_envelope
from mithaq.core.encoding import make_uuid7
from mithaq.core.keys import SigningKey
from mithaq.core.log.checkpoint import Checkpoint
from mithaq.core.log.cosignature import cosign
from mithaq.core.log.merkle import EMPTY_ROOT, CompactRange
from mithaq.core.log.signed_note import SignatureLine, SignedNote, sign_note
from mithaq.core.types import AdministrationCode, LeafIndex, Origin, RootHash, TreeSize
from mithaq.node.records import (
    FollowedHead,
    InstrumentRow,
    NoteRow,
    Partner,
    Release,
    SealedAct,
    SectionContent,
)

OWN, PARTNER, THIRD = (AdministrationCode(code) for code in ("ma-mi", "fr-mi", "es-mi"))
OWN_LOG, PARTNER_LOG, THIRD_LOG = (Origin(f"{code}.example/log/1") for code in (OWN, PARTNER, THIRD))
NOW = datetime(2026, 3, 4, 5, 6, 7, 891_000, UTC)
LATER = NOW + timedelta(hours=1)
KEY = SigningKey.from_seed(bytes(range(32)))


def digest_of(*parts: object) -> bytes:
    """32 bytes that hang on these values alone."""
    return sha256(repr(parts).encode()).digest()


def act_id(number: int, log: str = OWN_LOG) -> str:
    """The id of act ``number`` of a log."""
    return make_uuid7(NOW + timedelta(milliseconds=number), digest_of("id", log, number)[:10])


def make_act(
    number: int,
    *,
    log: Origin = OWN_LOG,
    author: AdministrationCode = OWN,
    to: Sequence[tuple[AdministrationCode, int]] = (),
    of: str | None = None,
    sections: Mapping[str, bytes] | None = None,
    blobs: Sequence[str] = (),
    is_signed: bool = False,
    **fields: Any,
) -> SealedAct:
    """Act ``number`` of a log; ``of`` is the object it belongs to, when it is not the first."""
    contents = tuple(
        SectionContent(name, digest_of("section", number, name), data)
        for name, data in sorted((sections or {}).items())
    )
    values: dict[str, Any] = {
        "v": 1,
        "kind": "note.send" if of is None else "note.read",
        "id": act_id(number, log),
        "log": log,
        "from": author,
        "to": [{"administration": code, "seq": seq} for code, seq in to],
        "created": "2026-03-04T05:06:07.891Z",
        "seen": [],
        "priority": "normal",
        "actor": {"post": "desk", "holder": "h-1"},
        "object_kind": "requests.spontaneous_information",
        "object_v": 1,
        "body": {"text": f"act {number} ميثاق"},
        **fields,
    }
    if of is not None:
        values["object"] = of
    if contents:
        values["sections"] = {one.name: hash_section(one.salt, one.data).hex() for one in contents}
    if blobs:
        values["blobs"] = [{"sha256": one, "size": 3, "media": "text/plain", "name": "a"} for one in blobs]
    envelope = encode_envelope(values)
    salt = digest_of("salt", log, number)
    signatures = (ActSignature("ab" * 32, bytes(64)),) if is_signed else ()
    return SealedAct(
        log,
        LeafIndex(number),
        commit_act(salt, envelope),
        salt,
        envelope,
        signatures,
        contents,
        parsed=parse_envelope(envelope),
    )


def make_acts(count: int, first: int = 0, **fields: Any) -> list[SealedAct]:
    """Acts ``first ..`` of a log."""
    return [make_act(number, **fields) for number in range(first, first + count)]


def release(code: AdministrationCode, number: int, seq: int) -> Release:
    """One release."""
    return Release(code, LeafIndex(number), seq)


def make_note(tree_size: int, log: Origin = OWN_LOG, root: bytes | None = None) -> bytes:
    """A signed checkpoint; nobody here verifies it."""
    text = Checkpoint(log, TreeSize(tree_size), root_at(tree_size, root)).encode()
    return SignedNote(text, (sign_note(text, log, KEY),)).encode()


def root_at(tree_size: int, root: bytes | None = None) -> RootHash:
    """A root for a size; that of the empty tree for none."""
    return RootHash(root or (digest_of("root", tree_size) if tree_size else EMPTY_ROOT))


def make_line(
    tree_size: int, at_s: int, name: str = "fr-mi.example/mirror/1", log: Origin = OWN_LOG
) -> SignatureLine:
    """A cosignature of ``make_note(tree_size)``."""
    text = Checkpoint(log, TreeSize(tree_size), root_at(tree_size)).encode()
    return cosign(text, name, KEY, at_s)


def make_followed(code: AdministrationCode = PARTNER, log: Origin = PARTNER_LOG) -> FollowedHead:
    """A log of which nothing is known yet."""
    zero = TreeSize(0)
    return FollowedHead(
        log,
        code,
        zero,
        RootHash(EMPTY_ROOT),
        CompactRange().encode(),
        b"",
        LeafIndex(0),
        0,
        zero,
        RootHash(EMPTY_ROOT),
    )


def make_partner(code: AdministrationCode = PARTNER, log: Origin = PARTNER_LOG, **changed: Any) -> Partner:
    """A partner without a root file."""
    values: dict[str, Any] = {
        "code": code,
        "origin": log,
        "name": "Ministère de l’Intérieur وزارة الداخلية",
        "base_url": "https://node.example",
        "root": b"",
        "pinned_sha256": "0" * 64,
        "tls_ca": ("one pem", "another"),
        "client_spki_sha256": ("1" * 64,),
    }
    return Partner(**{**values, **changed})


def make_note_row(number: int, **changed: Any) -> NoteRow:
    """A note that nobody has touched."""
    values: dict[str, Any] = {
        "object_id": act_id(number),
        "recipient": PARTNER,
        "object_kind": "requests.spontaneous_information",
        "sender": OWN,
        "log": OWN_LOG,
        "leaf_index": LeafIndex(number),
        "subject": {"fr": "essai", "ar": "محاولة"},
        "state": "sent",
        "expects": "receipt",
        "priority": "normal",
        "handling": "green",
        "dossier": None,
        "created_at": NOW + timedelta(seconds=number),
        "limit_s": 3_600,
        "marks": ("late", "old"),
    }
    return NoteRow(**{**values, **changed})


def make_instrument_row(number: int, **changed: Any) -> InstrumentRow:
    """An instrument with one version."""
    values: dict[str, Any] = {
        "object_id": act_id(number),
        "object_kind": "agreements.declaration",
        "log": OWN_LOG,
        "leaf_index": LeafIndex(number),
        "proposer": OWN,
        "subject": {"fr": "déclaration"},
        "version": 1,
        "content_hash": digest_of("content", number).hex(),
        "state": "proposed",
        "dossier": None,
        "created_at": NOW + timedelta(seconds=number),
        "versions": ({"version": 1, "signed_by": [OWN], "marks": []},),
        "marks": ("waiting",),
    }
    return InstrumentRow(**{**values, **changed})
