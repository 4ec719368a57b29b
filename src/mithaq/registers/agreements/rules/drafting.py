"""A text in hand: the order of its articles, and what a newer version of the other side does to it.

Eids that the other side has seen stay; an article put in between takes ``art_5bis``. The articles of a new
text are numbered when it is first put forward.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mithaq.errors import MissingError
from mithaq.registers.agreements.rules.articles import eid_between, is_eid, next_eid


def insert(
    order: Sequence[str], after: str, taken: Iterable[str], *, is_numbered: bool
) -> tuple[list[str], str]:
    """The order with a new article, and its eid.

    Args:
        order: eids.
        after: the article before it; empty for the end of the text.
        taken: eids that may not be given again: those of the version it starts from.
        is_numbered: whether numbers are fixed already.

    Raises:
        MissingError: ``article``.
    """
    known = [*order, *taken]
    if not after:
        eid = next_eid(known)
        return [*order, eid], eid
    place = _find(order, after)
    is_last = place == len(order) - 1
    eid = next_eid(known) if is_last or not is_numbered else eid_between(after, known)
    return [*order[: place + 1], eid, *order[place + 1 :]], eid


def move(order: Sequence[str], eid: str, after: str) -> list[str]:
    """The order with an article behind another one, or at the head of the text.

    Raises:
        MissingError: ``article``.
    """
    _find(order, eid)
    rest = [each for each in order if each != eid]
    if not after or after == eid:
        return [eid, *rest] if not after else list(order)
    place = _find(rest, after)
    return [*rest[: place + 1], eid, *rest[place + 1 :]]


def remove(order: Sequence[str], eid: str) -> list[str]:
    """The order without an article.

    Raises:
        MissingError: ``article``.
    """
    _find(order, eid)
    return [each for each in order if each != eid]


def number_anew(articles: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The articles of a new text under eids in their order."""
    return [{**article, "eid": f"art_{number}"} for number, article in enumerate(articles, start=1)]


def rebase(order: Sequence[str], old: Sequence[str], new: Sequence[str]) -> list[str]:
    """The order of a draft on a newer version: its own articles put in, what it took out left out.

    Args:
        order: of the draft.
        old: of the version that it started from.
        new: of the version that it is to start from.
    """
    was = set(old)
    taken_out = was - set(order)
    found = [eid for eid in new if eid not in taken_out]
    before = ""
    for eid in order:
        if eid not in was and eid not in found:
            place = found.index(before) + 1 if before in found else len(found)
            found.insert(place, eid)
        before = eid
    return found


def read_order(value: object) -> list[str]:
    """The eids of a stored order."""
    return [str(each) for each in value if is_eid(each)] if isinstance(value, list | tuple) else []


def _find(order: Sequence[str], eid: str) -> int:
    if eid not in order:
        raise MissingError("article", "there is no such article in this draft")
    return order.index(eid)
