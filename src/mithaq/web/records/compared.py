"""Comparisons that were made, kept by the content hashes of both versions: those two say everything."""

from collections import OrderedDict
from typing import Final

from mithaq.core.instruments.state import Version
from mithaq.node.blobs import Blobs
from mithaq.web.records.differences import Difference, compare_versions
from mithaq.web.runtime import get_part

MOST_KEPT: Final = 24
"""A megabyte each, for texts of 300 articles."""

_Kept = OrderedDict[tuple[str, str], Difference]


def compare_kept(before: Version, after: Version, blobs: Blobs) -> Difference:
    """As ``compare_versions``, from what is kept where it can be."""
    if before.manifest.parts or after.manifest.parts:  # these may still be on their way
        return compare_versions(before, after, blobs)
    kept = get_part(_make_kept)
    key = (before.content_hash, after.content_hash)
    found = kept.get(key)
    if found is None:
        found = kept[key] = compare_versions(before, after)
        while len(kept) > MOST_KEPT:
            kept.popitem(last=False)
    return Difference(found.fields, found.rows, before, after)


def _make_kept() -> _Kept:
    return OrderedDict()
