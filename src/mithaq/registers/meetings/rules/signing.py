"""What stands in the way of a signature under a text of two languages.

A required language that is missing or stale bars it, and so does a concordance that is not yet ticked by a
translator of each side: an ``initialling`` of that side over the same content hash, with every line in it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from mithaq.errors import ConflictError
from mithaq.registers.meetings.rules.addresses import iterate_lines
from mithaq.registers.meetings.rules.alignment import Mark, find_gaps


def check_languages(data: Mapping[str, Any]) -> None:
    """Both languages stand, line by line.

    Raises:
        ConflictError: ``translation_missing``, ``translation_stale``.
    """
    marks = {gap.mark for gap in find_gaps(data)}
    if Mark.MISSING in marks:
        raise ConflictError("translation_missing", "a line is missing in one of the languages")
    if Mark.STALE in marks:
        raise ConflictError("translation_stale", "a line has changed since its translation was made")


def sides_without_concordance(
    data: Mapping[str, Any],
    content_hash: str,
    signatories: Iterable[str],
    initiallings: Iterable[tuple[str, Mapping[str, Any]]],
) -> list[str]:
    """Signatories of which no translator has compared every line of this version.

    Args:
        data: of the manifest.
        content_hash: of the version.
        signatories: codes.
        initiallings: (author, body) of the initiallings that are here.
    """
    lines = {line.name for line in iterate_lines(data)}
    done = {
        author
        for author, body in initiallings
        if body.get("content_hash") == content_hash and lines <= _lines_of(body)
    }
    return sorted(set(signatories) - done)


def check_signable(
    data: Mapping[str, Any],
    content_hash: str,
    signatories: Iterable[str],
    initiallings: Iterable[tuple[str, Mapping[str, Any]]],
) -> None:
    """Nothing stands in the way of a signature.

    Raises:
        ConflictError: ``translation_missing``, ``translation_stale``, ``concordance_missing``.
    """
    check_languages(data)
    if sides_without_concordance(data, content_hash, signatories, initiallings):
        raise ConflictError(
            "concordance_missing", "a translator of each side has yet to compare the languages"
        )


def _lines_of(body: Mapping[str, Any]) -> set[str]:
    concordance = body.get("concordance")
    lines = concordance.get("lines") if isinstance(concordance, Mapping) else None
    return {str(each) for each in lines} if isinstance(lines, list | tuple) else set()
