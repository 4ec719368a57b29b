"""A node from nothing, its card, and a partner from a card.

Spec: docs/spec 6.1, 6.2.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from mithaq.adapters.durable import PUBLIC_FILE, PUBLIC_FOLDER, create_file, disk_errors, make_folder
from mithaq.adapters.http.address import check_base_url
from mithaq.adapters.keystore.key_files import (
    KeyRole,
    RoleKey,
    key_file_name,
    make_key_folder,
    store_key,
    store_secret,
)
from mithaq.adapters.keystore.signer_head import SignerHeadFile
from mithaq.core.acts.root_chain import sign_root
from mithaq.core.acts.roots import (
    COSIGNATURE_V1,
    ED25519,
    RIGHT_KEYS,
    X509_SPKI,
    Role,
    RoleEntry,
    Root,
    RootKey,
    parse_signed_root,
)
from mithaq.core.encoding import check_administration_code, check_submittable, encode_canonical, parse_hex
from mithaq.core.keys import SEED_BYTES, KeyType, SigningKey, check_key_name
from mithaq.core.log.merkle import EMPTY_ROOT, CompactRange
from mithaq.core.types import AdministrationCode, LeafIndex, Origin, TreeSize
from mithaq.errors import ConflictError, MalformedError, MissingError, RefusedError
from mithaq.main.card import MAX_NAME_CHARACTERS, Card, parse_card, vkeys_of
from mithaq.main.certificates import hash_client_spki, make_certificates
from mithaq.main.home import Home, NodeChoices, PostHolder, TomlValue, load_choices, save_choices
from mithaq.node.node import Identity
from mithaq.node.ports import Clock, Entropy, FollowedStore, Roster
from mithaq.node.records import FollowedHead, Partner

__all__ = ["Card", "add_partner", "build_card", "create_node", "load_own_root", "parse_card"]

ROOT_KEYS = 5
ROOT_THRESHOLD = 3
ROOT_DAYS = 365
"""As long as the keys of posts and node: with their successors the next version is due."""

SECRET_BYTES = 32
DEFAULT_POSTS = (
    PostHolder("desk", "desk-1"),
    PostHolder("release", "release-1"),
    PostHolder("minister", "minister-1", (RIGHT_KEYS,)),
)
"""A drafter, a releaser, and a signatory who may also revoke keys."""


@dataclass(frozen=True, slots=True)
class _Keys:
    """All Ed25519 keys of a new node."""

    roots: tuple[RoleKey, ...]
    online: tuple[RoleKey, ...]


def default_origin(code: AdministrationCode) -> Origin:
    """``<code>.example/log/1``."""
    return Origin(f"{code}.example/log/1")


def create_node(
    home: Path,
    code: str,
    name: str,
    base_url: str,
    *,
    clock: Clock,
    entropy: Entropy,
    origin: str | None = None,
    posts: Sequence[PostHolder] = DEFAULT_POSTS,
    tables: Mapping[str, TomlValue] | None = None,
) -> NodeChoices:
    """Makes the folder of a node with all its keys; ``node.toml`` comes last, so half a node is none.

    Args:
        home: must not exist, or be empty.
        code: of the administration.
        name: of the administration, for people; 1..200 characters.
        base_url: where its node will answer.
        clock: for the root file and the certificates.
        entropy: for every key.
        origin: of its log; ``default_origin`` without one.
        posts: those that sign here.
        tables: further tables of ``node.toml``.

    Raises:
        MalformedError: ``bad_code``, ``key_name``, ``name``, ``key_file`` (a post), ``choices``.
        RefusedError: ``base_url``, ``plain_http``.
        ConflictError: ``home_not_empty``; ``post_twice``.
        UnavailableError: ``disk``.
    """
    identity = _check_identity(code, name, base_url, origin)
    choices = NodeChoices(identity, tuple(posts), dict(tables or {}))
    choices.encode()
    if len({post.post for post in posts}) != len(posts):
        raise ConflictError("post_twice", "A post is named twice.")
    keys = _make_keys(identity, posts, entropy)
    where = Home(home)
    _make_home(where)
    _store_keys(where, keys, entropy)
    make_certificates(where, identity, clock, entropy)
    _store_root(where, identity, keys, posts, clock)
    SignerHeadFile(where.signer / "head").create(identity.origin)
    save_choices(where, choices)
    return choices


def _check_identity(code: str, name: str, base_url: str, origin: str | None) -> Identity:
    check_administration_code(code)
    check_base_url(base_url)
    check_submittable(encode_canonical({"name": name}))
    if not 0 < len(name) <= MAX_NAME_CHARACTERS or "\n" in name or "\t" in name:
        raise MalformedError("name", "The name of an administration is one line of 1 to 200 characters.")
    administration = AdministrationCode(code)
    own_origin = default_origin(administration) if origin is None else Origin(origin)
    check_key_name(own_origin)
    return Identity(administration, own_origin, name, base_url)


def _make_home(home: Home) -> None:
    with disk_errors():
        if home.folder.exists() and any(home.folder.iterdir()):
            raise ConflictError("home_not_empty", "The folder of a new node must be empty.")
        home.folder.parent.mkdir(parents=True, exist_ok=True)
    make_folder(home.folder)
    for folder in (home.keys, home.offline):
        make_key_folder(folder)
    for folder in (home.signer, home.run, home.blobs):
        make_folder(folder)
    for folder in (home.roots, home.log):
        make_folder(folder, PUBLIC_FOLDER)


# Keys


def _make_keys(identity: Identity, posts: Iterable[PostHolder], entropy: Entropy) -> _Keys:
    # ``ma-mi.example/log/1`` gives ``ma-mi.example/mirror/1``: names as partners know them from notes.
    prefix = identity.origin.rpartition("/log/")[0] or identity.origin

    def make(role: KeyRole, key_name: str, post: str = "") -> RoleKey:
        return RoleKey(role, key_name, SigningKey.from_seed(entropy.random_bytes(SEED_BYTES)), post)

    roots = tuple(make(KeyRole.ROOT, f"{prefix}/root/{number}") for number in range(1, ROOT_KEYS + 1))
    single = (KeyRole.MIRROR, KeyRole.WITNESS, KeyRole.NODE, KeyRole.TRANSPORT)
    online = [make(KeyRole.LOG, identity.origin)]
    online += [make(role, f"{prefix}/{role}/1") for role in single]
    online += [make(KeyRole.POST, f"{prefix}/post/{post.post}/1", post.post) for post in posts]
    return _Keys(roots, tuple(online))


def _store_keys(home: Home, keys: _Keys, entropy: Entropy) -> None:
    for number, key in enumerate(keys.roots, start=1):
        store_key(home.offline / f"root-{number}.key", key)
    for key in keys.online:
        store_key(home.keys / key_file_name(key.role, key.post), key)
    for path in (home.kek, home.blob_index):
        store_secret(path, entropy.random_bytes(SECRET_BYTES))


# The root file


def _store_root(
    home: Home, identity: Identity, keys: _Keys, posts: Iterable[PostHolder], clock: Clock
) -> None:
    rights = {post.post: post.rights for post in posts}
    roles = {str(Role.ROOT): RoleEntry(tuple(map(_to_root_key, keys.roots)), ROOT_THRESHOLD)}
    for role in KeyRole:
        found = [_to_root_key(key, rights.get(key.post, ())) for key in keys.online if key.role is role]
        if found:
            roles[str(role)] = RoleEntry(tuple(found))
    pin = bytes.fromhex(hash_client_spki(home))
    client_name = keys.roots[0].name.rpartition("/root/")[0] + "/tls-client/1"
    roles[str(Role.TLS)] = RoleEntry((RootKey(X509_SPKI, pin, client_name),))
    root = Root(identity.code, 1, clock.now() + timedelta(days=ROOT_DAYS), identity.origin, roles)
    signed = sign_root(root.encode(), [key.key for key in keys.roots[:ROOT_THRESHOLD]])
    create_file(home.root_file(1), signed.encode(), PUBLIC_FILE)


def _to_root_key(key: RoleKey, rights: tuple[str, ...] = ()) -> RootKey:
    kind = COSIGNATURE_V1 if key.verifier.key_type is KeyType.COSIGNATURE_V1 else ED25519
    return RootKey(kind, key.key.public, key.name, key.post or None, rights)


def load_own_root(home: Path, version: int = 1) -> bytes:
    """A root file of this node (DSSE bytes).

    Raises:
        MissingError: ``root``; no such version is in the folder.
        UnavailableError: ``disk``.
    """
    with disk_errors():
        try:
            return Home(home).root_file(version).read_bytes()
        except FileNotFoundError as error:
            raise MissingError("root", "There is no root file of that version here.") from error


# Cards


def build_card(home: Path) -> bytes:
    """The card of the node in a folder: what a partner imports.

    Raises:
        MissingError: ``home``, ``root``.
        MithaqError: a file of the folder cannot be read or used.
    """
    where = Home(home)
    identity = load_choices(where).identity
    document = load_own_root(home)
    signed = parse_signed_root(document)
    with disk_errors():
        authorities = (where.tls_ca.read_text("ascii"),)
    card = Card(
        identity.code,
        identity.origin,
        identity.name,
        identity.base_url,
        document,
        vkeys_of(signed.root),
        authorities,
        (hash_client_spki(where),),
        signed.sha256.hex(),
    )
    return parse_card(card.encode()).encode()


def add_partner(
    roster: Roster,
    followed: FollowedStore,
    card: Card,
    fingerprint: str,
    *,
    own_code: AdministrationCode,
) -> Partner:
    """Puts the administration of a card on the roster and starts to follow its log.

    The same card again brings a new address or new certificates; root, log and pin stay. Call it within a
    transaction of the store.

    Args:
        roster: where it is kept.
        followed: where its log is kept.
        card: as ``parse_card`` gives it.
        fingerprint: hex SHA-256 as the partner told it over another way; spaces, colons and capitals
            are passed over.
        own_code: of this node.

    Raises:
        MalformedError: ``fingerprint_form``.
        RefusedError: ``fingerprint``; the card is not the one it was told of; ``own_card``.
        ConflictError: ``partner_origin``, ``partner_root``: the code is known with another log or root;
            ``origin_taken``: the log is known under another code.
    """
    _check_fingerprint(card, fingerprint)
    if card.code == own_code:
        raise RefusedError("own_card", "This is the card of this node itself.")
    known = next((partner for partner in roster.partners() if partner.code == card.code), None)
    if known is None:
        _check_origin_free(roster, followed, card)
    elif known.origin != card.origin:
        raise ConflictError("partner_origin", "That administration is known with another log.")
    elif known.pinned_sha256 != card.fingerprint:
        raise ConflictError("partner_root", "That administration is known with another root.")
    partner = _make_partner(card, known)
    roster.save(partner)
    roster.add_root(card.code, 1, card.root)
    if known is None:
        followed.add(_make_head(card))
    return partner


def _check_fingerprint(card: Card, fingerprint: str) -> None:
    told = "".join(fingerprint.split()).replace(":", "").lower()
    try:
        parse_hex(told, 32)
    except MalformedError as error:
        raise MalformedError(
            "fingerprint_form",
            "A fingerprint is 64 hex digits, as the partner's node card --fingerprint shows it.",
        ) from error
    if told != card.fingerprint:
        raise RefusedError("fingerprint", "The fingerprint of the card is not the one that was told.")


def _check_origin_free(roster: Roster, followed: FollowedStore, card: Card) -> None:
    taken = {partner.origin for partner in roster.partners()} | {head.origin for head in followed.heads()}
    if card.origin in taken:
        raise ConflictError("origin_taken", "That log is known under another code.")


def _make_partner(card: Card, known: Partner | None) -> Partner:
    return Partner(
        code=card.code,
        origin=card.origin,
        name=card.name,
        base_url=card.url,
        root=card.root if known is None else known.root,
        pinned_sha256=card.fingerprint,
        tls_ca=card.tls_ca,
        client_spki_sha256=card.client_spki_sha256,
        last_contact_at=None if known is None else known.last_contact_at,
        health="new" if known is None else known.health,
    )


def _make_head(card: Card) -> FollowedHead:
    return FollowedHead(
        origin=card.origin,
        administration=card.code,
        verified_size=TreeSize(0),
        root_hash=EMPTY_ROOT,
        compact_range=CompactRange().encode(),
        note=b"",
        next_index=LeafIndex(0),
        last_seq=0,
        applied_size=TreeSize(0),
        applied_root=EMPTY_ROOT,
    )
