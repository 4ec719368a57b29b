"""Fields of cooperation that an object names: a filter of lists, and a dimension of figures."""

import re
from collections.abc import Mapping

MOST_FIELDS = 16

_CODE = re.compile(r"[A-Z][A-Z0-9_]{0,31}", re.ASCII)


def read_fields(body: Mapping[str, object]) -> tuple[str, ...]:
    """Codes in ``fields`` of a body or of a manifest's data, sorted, each once; others are passed over.

    A code that no list holds yet is kept: a newer list may.
    """
    named = body.get("fields")
    if not isinstance(named, list):
        return ()
    codes = {one for one in named[:MOST_FIELDS] if isinstance(one, str) and _CODE.fullmatch(one)}
    return tuple(sorted(codes))
