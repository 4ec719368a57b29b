"""Pages of lists by place, not by number: new rows never shift one.

The order of a list ends in a unique key. A cursor names the last row of a page by its values in that
order; the next page is what comes after them, whatever was added before.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from django.db.models import Model, Q, QuerySet

from mithaq.errors import MalformedError
from mithaq.web.api.routes import Collection

MOST_ROUNDS = 20
"""Pages read to fill one page with rows that the caller may see."""

MOST_JUDGED = 500
"""Rows that are judged one by one to be counted."""

DEFAULT_LIMIT = 50
MAX_LIMIT = 200

_Row = TypeVar("_Row")
_Item = TypeVar("_Item", bound=Model)
Place = Sequence["str | int | None"]
"""Values of one row in the order of the list."""


def write_cursor(place: Place) -> str:
    """The opaque form of a place."""
    return base64.urlsafe_b64encode(orjson.dumps(list(place))).decode().rstrip("=")


def read_cursor(text: str, length: int) -> list[str | int | None]:
    """The place that a cursor names.

    Raises:
        MalformedError: ``cursor``; not one that this list gave.
    """
    try:
        place = orjson.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise MalformedError("cursor", "The cursor is not one of this list.") from error
    if not isinstance(place, list) or len(place) != length:
        raise MalformedError("cursor", "The cursor is not one of this list.")
    if not all(one is None or (isinstance(one, str | int) and not isinstance(one, bool)) for one in place):
        raise MalformedError("cursor", "The cursor is not one of this list.")
    return place


def make_collection(
    rows: Sequence[_Row],
    *,
    place_of: Callable[[_Row], Place],
    describe: Callable[[_Row], Any],
    limit: int,
    count: int | None,
) -> Collection:
    """One page from ``limit + 1`` rows, read after the cursor: the row too many says that more follow."""
    page = rows[:limit]
    following = write_cursor(place_of(page[-1])) if len(rows) > limit else None
    return Collection([describe(row) for row in page], following, count)


def collect_sequence(
    rows: Sequence[_Row],
    *,
    key: Callable[[_Row], str],
    describe: Callable[[_Row], Any],
    limit: int,
    cursor: str | None,
) -> Collection:
    """A page of a short list in memory, ordered by ``key``, which is unique."""
    ordered = sorted(rows, key=key)
    after = None if cursor is None else read_cursor(cursor, 1)[0]
    left = [row for row in ordered if not isinstance(after, str) or key(row) > after]
    return make_collection(
        left, place_of=lambda row: [key(row)], describe=describe, limit=limit, count=len(rows)
    )


def collect_queryset(
    rows: "QuerySet[_Item, Any]",
    *,
    order: Sequence[str],
    describe: Callable[[Any], Any],
    limit: int,
    cursor: str | None,
    seen: "Seen | None" = None,
) -> Collection:
    """A page of a table of a register, filtered already.

    Args:
        rows: models or ``values``; ``describe`` is given each.
        order: names of fields, ``-`` before a falling one; none may be null, and the last one is unique.
        describe: makes the item of a row.
        limit: rows a page.
        cursor: of the page before, or None.
        seen: which rows the caller may list; None for all. Neither items, cursor nor count tell of others.

    Raises:
        MalformedError: ``cursor``.
    """
    names = [name.lstrip("-") for name in order]
    place = None if cursor is None else read_cursor(cursor, len(order))

    def place_of(row: Any) -> Place:
        return [row[name] if isinstance(row, dict) else getattr(row, name) for name in names]

    found: list[Any] = []
    for _ in range(MOST_ROUNDS):
        part = _read_part(rows, order, place, limit + 1)
        found += part if seen is None else seen.shown(part)
        if len(part) <= limit or len(found) > limit:
            break
        place = list(place_of(part[-1]))
    count = rows.count() if seen is None else count_seen(list(rows.order_by(*order)[: MOST_JUDGED + 1]), seen)
    return make_collection(found, place_of=place_of, describe=describe, limit=limit, count=count)


def _read_part(
    rows: "QuerySet[_Item, Any]", order: Sequence[str], place: Place | None, most: int
) -> list[Any]:
    try:
        after = rows if place is None else rows.filter(_after(order, place))
        return list(after.order_by(*order)[:most])
    except (TypeError, ValueError) as error:
        raise MalformedError("cursor", "The cursor is not one of this list.") from error


@dataclass(frozen=True, slots=True)
class Seen:
    """Which rows of a list the caller may see.

    Attributes:
        shown: those of a page, which count as shown to him.
        judged: the same where they are only counted.
    """

    shown: Callable[[Sequence[Any]], Sequence[Any]]
    judged: Callable[[Sequence[Any]], Sequence[Any]]


def count_seen(rows: Sequence[Any], seen: Seen) -> int | None:
    """How many of the first ``MOST_JUDGED + 1`` rows the caller may see; None where there are more.

    The number of rows behind filters would tell of those that he may not know of.
    """
    return None if len(rows) > MOST_JUDGED else len(seen.judged(rows))


def _after(order: Sequence[str], place: Place) -> Q:
    found = Q(pk__in=[])
    before = Q()
    for name, value in zip(order, place, strict=True):
        if value is None:
            raise MalformedError("cursor", "The cursor is not one of this list.")
        field, comparison = (name[1:], "lt") if name.startswith("-") else (name, "gt")
        try:
            found |= before & Q(**{f"{field}__{comparison}": value})
            before &= Q(**{field: value})
        except (TypeError, ValueError) as error:
            raise MalformedError("cursor", "The cursor is not one of this list.") from error
    return found
