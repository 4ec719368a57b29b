"""Lists whose count tells of nothing that the reader may not know of."""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from django.http import HttpRequest

from mithaq.web.access.policy import Protected
from mithaq.web.lists import PageSlice, slice_of
from mithaq.web.records.rights import listable, visible_guarded, visible_rows

MOST_JUDGED: Final = 400
"""Rows of a list that are judged one by one to be counted: as many as one statement looks up."""

_Row = TypeVar("_Row")


def visible_page(
    request: HttpRequest,
    count: int,
    read: Callable[[int, int], Sequence[_Row]],
    protect: Callable[[Sequence[_Row]], Sequence[Protected]],
) -> tuple[PageSlice, list[tuple[_Row, bool]]]:
    """The page of a list that ``?page=`` asks for, with its rows as of ``visible_rows``.

    Its count is of the rows that the reader may list: the number behind filters would tell of others. Where
    more than ``MOST_JUDGED`` would have to be judged, it is not counted, and its page may be shorter.

    Args:
        request: of the reader.
        count: rows that the filters leave.
        read: those of ``[start, stop)``.
        protect: what protects rows, in their order.

    Raises:
        MissingError: ``page``; there is no such page.
    """
    if count > MOST_JUDGED:
        part = slice_of(request, count, is_counted=False)
        return part, visible_rows(request, read(part.start, part.stop), protect)
    listed = listable(request, read(0, count) if count else (), protect)
    part = slice_of(request, len(listed))
    return part, visible_guarded(request, listed[part.start : part.stop])
