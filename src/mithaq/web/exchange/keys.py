"""Transport keys of the partners, from their verified root files. They have no authority over acts.

Spec: docs/spec 8.1, 6.2, 6.3.
"""

from collections.abc import Iterator

from mithaq.core.acts.roots import Role, RootKey
from mithaq.errors import MalformedError
from mithaq.node.partner.partner_keys import read_root
from mithaq.node.ports import Roster
from mithaq.node.records import Partner


def read_transport_keys(roster: Roster) -> dict[str, tuple[Partner, bytes]]:
    """Keyid -> the partner that owns the key, and its 32 bytes. A key that two partners name is nobody's."""
    found: dict[str, tuple[Partner, bytes]] = {}
    doubtful: set[str] = set()
    for partner in roster.partners():
        for key in _keys_of(roster, partner):
            if key.keyid in found:
                doubtful.add(key.keyid)
            found[key.keyid] = (partner, key.public)
    return {keyid: owner for keyid, owner in found.items() if keyid not in doubtful}


def _keys_of(roster: Roster, partner: Partner) -> Iterator[RootKey]:
    """Those of the last root that are not revoked; the size in a revocation is for acts, not for callers."""
    try:
        root = read_root(partner.root)
    except MalformedError:
        return  # It is on the roster, but its root file is not here yet.
    revoked = roster.revocations(partner.code)
    yield from (key for key in root.keys(Role.TRANSPORT) if key.keyid not in revoked)
