"""Transport keys of the partners, from their verified root files. They have no authority over acts.

Spec: docs/spec, Who is calling, Root versions (design: record §6.1, §4.2).
"""

from collections.abc import Iterable
from functools import lru_cache

from mithaq.core.acts.roots import Role, parse_signed_root
from mithaq.errors import MalformedError
from mithaq.node.records import Partner


def read_transport_keys(partners: Iterable[Partner]) -> dict[str, tuple[Partner, bytes]]:
    """keyid -> the partner that owns the key, and its 32 bytes. A key that two partners name is nobody's."""
    found: dict[str, tuple[Partner, bytes]] = {}
    doubtful: set[str] = set()
    for partner in partners:
        for keyid, public in _read_keys(partner.root):
            if keyid in found:
                doubtful.add(keyid)
            found[keyid] = (partner, public)
    return {keyid: owner for keyid, owner in found.items() if keyid not in doubtful}


@lru_cache(maxsize=64)
def _read_keys(root: bytes) -> tuple[tuple[str, bytes], ...]:
    """(keyid, public) of the transport keys in a root file; none when there is no file yet."""
    try:
        keys = parse_signed_root(root).root.keys(Role.TRANSPORT)
    except MalformedError:
        return ()
    return tuple((key.keyid, key.public) for key in keys)
