"""A further version of the own root: a key is replaced, partners follow.

The payload is made here, signed where the root keys are, and comes back as a document. Nothing of it is
believed that a partner would not believe.

Spec: docs/spec 6.2, 6.3.1, 6.3.2.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from mithaq.core.acts.root_chain import check_root_expiry, verify_next_root
from mithaq.core.acts.roots import Role, RoleEntry, Root, RootKey, parse_signed_root
from mithaq.core.types import AdministrationCode, TreeSize
from mithaq.errors import ConflictError, MissingError
from mithaq.node.node import Appended, Node
from mithaq.node.partner.partner_keys import latest_root
from mithaq.node.partner.roots import LOGGED_ROOT, draft_root

SIZED = frozenset({Role.LOG, Role.POST})
"""Roles whose keys count by the size of the own log; others overlap until a version drops the old one."""

LIFE = timedelta(days=365)
"""How long a version lives when nothing is said."""


def replace_key(
    node: Node, role: Role, old_keyid: str, new: RootKey, expires_at: datetime | None = None
) -> bytes:
    """The payload of the next version, in which one key takes the place of another.

    A log or post key counts up to the next checkpoint, which the new one signs too. A key of another role
    stays beside the new one; ``drop_key`` takes it out in a later version, at most 30 days after.

    Args:
        node: whose root it is.
        role: of both keys.
        old_keyid: of the key that goes.
        new: the key that comes; its sizes are set here.
        expires_at: aware UTC; a year from now by default.

    Raises:
        MissingError: ``key_unknown_here``; the last version names no such key in that role.
        MalformedError: as ``parse_root``; among others a key that is named twice.
    """
    root, size = latest_root(node, node.identity.code), TreeSize(node.store.own.head().tree_size + 1)
    old = _find(root, role, old_keyid)
    if role in SIZED:
        old, new = replace(old, last_size=size), replace(new, first_size=size)
    keys = [old if key.keyid == old_keyid else key for key in root.keys(role)]
    return _next(node, root, role, [*keys, new], expires_at)


def drop_key(node: Node, role: Role, keyid: str, expires_at: datetime | None = None) -> bytes:
    """The payload of the next version, without a key of a role that does not count by size.

    Raises:
        MissingError: ``key_unknown_here``. ConflictError: ``key_still_counts``; entries hang on it.
    """
    root = latest_root(node, node.identity.code)
    if role in SIZED:
        raise ConflictError("key_still_counts", "a log or post key stays in the root: old entries need it")
    _find(root, role, keyid)
    return _next(node, root, role, [key for key in root.keys(role) if key.keyid != keyid], expires_at)


def announce_root(node: Node, document: bytes) -> Appended | None:
    """Take the signed next version: check it, store it, append it to all partners.

    Args:
        node: whose root it is.
        document: the root file with its signatures.

    Returns:
        Where the ``key.root`` act went; None while there is no partner to tell.

    Raises:
        MalformedError, RefusedError: as ``parse_signed_root`` and ``verify_next_root``; ``root_expired``.
        Nothing is stored then.
    """
    signed, code = parse_signed_root(document), node.identity.code
    root = verify_next_root(latest_root(node, code), signed)
    check_root_expiry(root, node.clock.now())
    with node.store.transaction():
        node.store.roster.add_root(code, root.version, document)
    partners: Sequence[AdministrationCode] = node.store.roster.codes()
    if not partners:
        return None
    appended = node.append([draft_root(node, signed, partners)])[0]
    node.store.settings.set(LOGGED_ROOT, str(root.version))
    return appended


def _find(root: Root, role: Role, keyid: str) -> RootKey:
    for key in root.keys(role):
        if key.keyid == keyid:
            return key
    raise MissingError("key_unknown_here", "the last version of the root names no such key in that role")


def _next(node: Node, root: Root, role: Role, keys: Sequence[RootKey], expires_at: datetime | None) -> bytes:
    entry = RoleEntry(tuple(keys), root.roles[role].threshold)
    return replace(
        root,
        version=root.version + 1,
        expires_at=expires_at or (node.clock.now() + LIFE).replace(microsecond=0),
        roles={**root.roles, str(role): entry},
    ).encode()
