"""The card of a node: the file by which partners enrol it, and the fingerprint they compare by voice.

Canonical JSON ``{"v":1, code, origin, name, url, vkeys {log, mirror, witness}, root, tls_ca[],
client_spki_sha256[], fingerprint}``; ``root`` is version 1 of the root file in base64. Only the
fingerprint, compared over another way, makes a card worth anything: everything else hangs on it.

Spec: docs/spec 6.2.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Literal

import msgspec
from cryptography.hazmat.primitives.serialization import Encoding

from mithaq.adapters.http.address import check_base_url
from mithaq.core.acts.root_chain import verify_first_root
from mithaq.core.acts.roots import Role, Root, parse_signed_root
from mithaq.core.encoding import (
    check_administration_code,
    encode_base64,
    encode_canonical,
    parse_base64,
    parse_canonical,
    parse_hex,
)
from mithaq.core.keys import VerifierKey, parse_vkey
from mithaq.core.types import AdministrationCode, Origin
from mithaq.errors import MalformedError, RefusedError
from mithaq.main.certificates import check_authority

MAX_NAME_CHARACTERS = 200
_NOTE_ROLES = (Role.LOG, Role.MIRROR, Role.WITNESS)
_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=65_536)]
_Few = Annotated[tuple[_Text, ...], msgspec.Meta(max_length=8)]


class _WireVkeys(msgspec.Struct, frozen=True):
    log: _Text
    mirror: _Text
    witness: _Text


class _WireCard(msgspec.Struct, frozen=True):
    v: Literal[1]
    code: AdministrationCode
    origin: Origin
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_NAME_CHARACTERS)]
    url: _Text
    vkeys: _WireVkeys
    root: _Text
    tls_ca: _Few
    client_spki_sha256: _Few
    fingerprint: _Text


@dataclass(frozen=True, slots=True)
class Card:
    """A card whose parts agree with each other; whether it is the partner's, its fingerprint says.

    Attributes:
        code, origin, name: who.
        url: where its node answers, no slash at the end.
        root: version 1 of its root file (DSSE bytes).
        vkeys: of the roles ``log``, ``mirror``, ``witness``, as in that root.
        tls_ca: PEM certificates of its own authorities, one a text.
        client_spki_sha256: pins of its client keys, hex.
        fingerprint: hex SHA-256 of the payload of that root.
    """

    code: AdministrationCode
    origin: Origin
    name: str
    url: str
    root: bytes
    vkeys: Mapping[str, VerifierKey]
    tls_ca: tuple[str, ...]
    client_spki_sha256: tuple[str, ...]
    fingerprint: str

    @property
    def tls_fingerprint(self) -> str:
        """Hex SHA-256 of the first authority's certificate (DER); empty on a node without TLS."""
        if not self.tls_ca:
            return ""
        return sha256(check_authority(self.tls_ca[0]).public_bytes(Encoding.DER)).hexdigest()

    def encode(self) -> bytes:
        """The bytes of the card.

        Raises:
            MalformedError: a text is outside the canonical profile.
        """
        return encode_canonical(
            {
                "v": 1,
                "code": self.code,
                "origin": self.origin,
                "name": self.name,
                "url": self.url,
                "root": encode_base64(self.root),
                "vkeys": {role: key.encode() for role, key in self.vkeys.items()},
                "tls_ca": list(self.tls_ca),
                "client_spki_sha256": list(self.client_spki_sha256),
                "fingerprint": self.fingerprint,
            }
        )


def vkeys_of(root: Root) -> dict[str, VerifierKey]:
    """The keys of a root that a card shows: the first of the roles ``log``, ``mirror``, ``witness``.

    Raises:
        MalformedError: ``bad_root``; one of these roles has no key.
    """
    keys = {str(role): root.keys(role) for role in _NOTE_ROLES}
    if not all(keys.values()):
        raise MalformedError("bad_root", "The root file lacks a key that a partner needs.")
    return {role: found[0].to_verifier() for role, found in keys.items()}


def parse_card(data: bytes) -> Card:
    """Reads a card and verifies everything inside it against the root file inside it.

    Surrounding white space is passed over, since cards go through mail and editors.

    Raises:
        MalformedError: ``card``; ``tls_ca``; or what is wrong with the root file.
        RefusedError: ``card_mismatch``, the card says other than its root; ``root_pin``,
            ``root_version``, ``signature_missing``, ``signature_bad``; ``base_url``, ``plain_http``.
    """
    try:
        wire = msgspec.convert(parse_canonical(data.strip()), _WireCard)
        check_administration_code(wire.code)
        vkeys = {str(role): parse_vkey(getattr(wire.vkeys, role)) for role in _NOTE_ROLES}
        pinned = parse_hex(wire.fingerprint, 32)
        for pin in wire.client_spki_sha256:
            parse_hex(pin, 32)
        document = parse_base64(wire.root)
    except (msgspec.ValidationError, MalformedError) as error:
        raise MalformedError("card_file", "The file is no card of a node.") from error
    for pem in wire.tls_ca:
        check_authority(pem)
    check_base_url(wire.url)
    card = Card(
        wire.code,
        wire.origin,
        wire.name,
        wire.url,
        document,
        vkeys,
        wire.tls_ca,
        wire.client_spki_sha256,
        wire.fingerprint,
    )
    _check_root(card, verify_first_root(parse_signed_root(document), pinned))
    return card


def _check_root(card: Card, root: Root) -> None:
    said = (card.code, card.origin, dict(card.vkeys))
    pins = {key.public.hex() for key in root.keys(Role.TLS)}
    if said != (root.administration, root.origin, vkeys_of(root)) or card.vkeys[Role.LOG].name != card.origin:
        raise RefusedError("card_mismatch", "The card says other than the root file in it.")
    if not set(card.client_spki_sha256) <= pins:
        raise RefusedError("card_mismatch", "The card pins a client key that its root file does not name.")
    if card.url.startswith("https:") and not (card.tls_ca and card.client_spki_sha256):
        raise RefusedError(
            "card_mismatch", "The address needs TLS, and the card brings no authority or no pin."
        )
