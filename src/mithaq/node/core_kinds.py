"""Object kinds that belong to no register: common to all nodes, named ``core.…``.

Spec: docs/spec 5.3; trust 5.4.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from mithaq.core.instruments.members import parse_date
from mithaq.errors import MalformedError
from mithaq.node.registry import ObjectKind, Primitive, Register

_LANE: Final = re.compile(r"[a-z]{1,16}", re.ASCII)
_VERB: Final = re.compile(r"[a-z_]{1,40}", re.ASCII)
_HASH: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_MEMBERS: Final = frozenset({"day", "lanes", "counts"})


def check_access_head(body: Mapping[str, Any]) -> None:
    """How far the access log of a node has come: ``day``, ``lanes[] {lane, size, head}``, ``counts``.

    Raises:
        MalformedError: ``bad_member``.
    """
    lanes, counts = body.get("lanes"), body.get("counts")
    if not set(body) >= _MEMBERS or not isinstance(lanes, list) or not isinstance(counts, Mapping):
        raise _bad("an access head has day, lanes and counts")
    parse_date(body["day"], "day")
    if not all(_is_lane(each) for each in lanes):
        raise _bad("a lane has a name, a size and a hash")
    if not all(_VERB.fullmatch(name) and _is_count(number) for name, number in counts.items()):
        raise _bad("counts are whole numbers by verb")


def _is_lane(value: object) -> bool:
    if not isinstance(value, Mapping):
        return False
    name, head = value.get("lane"), value.get("head")
    return (
        isinstance(name, str)
        and isinstance(head, str)
        and bool(_LANE.fullmatch(name) and _HASH.fullmatch(head))
        and _is_count(value.get("size"))
    )


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _bad(message: str) -> MalformedError:
    return MalformedError("bad_member", message)


ACCESS_HEAD: Final = ObjectKind("core.access_head", Primitive.NOTE, check=check_access_head)
CORE: Final = Register("core", (ACCESS_HEAD,))
