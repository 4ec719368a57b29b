"""Object kinds that belong to no register: common to all nodes, named ``core.…``.

Spec: docs/spec 5.3; trust 5.4.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from mithaq.core.instruments import members as read
from mithaq.node.registry import ObjectKind, Primitive, Register

_LANE: Final = re.compile(r"[a-z]{1,16}", re.ASCII)
_VERB: Final = re.compile(r"[a-z_]{1,40}", re.ASCII)
_HASH: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


def check_access_head(body: Mapping[str, Any]) -> None:
    """How far the access log of a node has come: ``day``, ``lanes[] {lane, size, head}``, ``counts``.

    Raises:
        MalformedError: ``bad_member``.
    """
    read.read_date(body, "day")
    for lane in read.read_objects(body, "lanes", 0, read.MAX_SAFE_INTEGER):
        read.read_pattern(lane, "lane", _LANE)
        read.read_int(lane, "size", 0, read.MAX_SAFE_INTEGER)
        read.read_pattern(lane, "head", _HASH)
    counts = read.read_object(body, "counts")
    for verb in counts:
        if not _VERB.fullmatch(verb):
            raise read.bad_member("counts", "whole numbers by verb")
        read.read_int(counts, verb, 0, read.MAX_SAFE_INTEGER)


ACCESS_HEAD: Final = ObjectKind("core.access_head", Primitive.NOTE, check=check_access_head)
CORE: Final = Register("core", (ACCESS_HEAD,))
