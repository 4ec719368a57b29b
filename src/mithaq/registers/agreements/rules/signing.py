"""What stands in the way of a signature.

A text whose languages do not match article by article is not signed, whatever it asks for: an article, or
a paragraph of one, is missing in one of its authentic languages, or an article is stale. Where the text asks
for a ``concordance``, a translator of each side has compared every article of this very version before
anybody signs it. A text of before the record was compared then.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from mithaq.core.instruments.manifest import Manifest
from mithaq.errors import ConflictError
from mithaq.registers.agreements.rules.articles import Mark, find_gaps, lines_of
from mithaq.registers.agreements.rules.fields import Fields
from mithaq.registers.agreements.rules.notes import compared_lines

Initialling = tuple[str, Mapping[str, Any]]
"""Author and body of an initialling that is here."""


def check_languages(data: Fields) -> None:
    """Every authentic language stands, article by article.

    Raises:
        ConflictError: ``translation_missing``, ``translation_stale``.
    """
    marks = {gap.mark for gap in find_gaps(data)}
    if marks & {Mark.MISSING, Mark.SHORTER}:
        raise ConflictError(
            "translation_missing", "an article, or a paragraph of one, is missing in one of the languages"
        )
    if Mark.STALE in marks:
        raise ConflictError("translation_stale", "an article has changed since its translation was made")


def asks_for_concordance(manifest: Manifest) -> bool:
    """Whether translators of all sides have to compare the languages before a signature."""
    return manifest.effect.past is None and (manifest.data or {}).get("concordance") is True


def sides_without_concordance(
    data: Fields, content_hash: str, signatories: Iterable[str], initiallings: Iterable[Initialling]
) -> list[str]:
    """Signatories of which no translator has compared every article of this version."""
    wanted = set(lines_of(data))
    compared: dict[str, set[str]] = {}
    for author, body in initiallings:
        if body.get("content_hash") == content_hash and "concordance" in body:
            compared.setdefault(author, set()).update(compared_lines(body))
    return sorted(code for code in signatories if code not in compared or not wanted <= compared[code])


def sides_without_initials(
    content_hash: str, signatories: Iterable[str], initiallings: Iterable[Initialling]
) -> list[str]:
    """Signatories that have not initialled this version."""
    done = {author for author, body in initiallings if body.get("content_hash") == content_hash}
    return sorted(set(signatories) - done)


def check_signable(manifest: Manifest, data: Fields, initiallings: Iterable[Initialling]) -> None:
    """Nothing stands in the way of a signature.

    Args:
        manifest: the version.
        data: its data with the long members in place.
        initiallings: those that are here.

    Raises:
        ConflictError: ``translation_missing``, ``translation_stale``, ``concordance_missing``.
    """
    check_languages(data)
    if asks_for_concordance(manifest) and sides_without_concordance(
        data, manifest.content_hash, manifest.administrations, initiallings
    ):
        raise ConflictError(
            "concordance_missing", "a translator of each side has yet to compare the languages"
        )
