"""The reader of a page before the policy: what he may list, read, take away."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from django.http import HttpRequest

from mithaq.web.access import policy
from mithaq.web.access.gate import may
from mithaq.web.access.policy import Protected, Subject, rank_of
from mithaq.web.access.protected import protect_objects
from mithaq.web.access.subject import subject_of
from mithaq.web.access.table import CODES, Obligation

_Row = TypeVar("_Row")


def readable_codes(request: HttpRequest) -> tuple[str, ...]:
    """Handling codes up to the reader's clearance: rows of others are left out in SQL already."""
    return CODES[: rank_of(subject_of(request).clearance) + 1]


def visible_rows(
    request: HttpRequest, rows: Sequence[_Row], protect: Callable[[Sequence[_Row]], Sequence[Protected]]
) -> list[tuple[_Row, bool]]:
    """(row, whether its title may be shown) of those that the reader may list.

    In a file (``?format=``) stand only those of them that no caveat holds on this node.
    """
    return visible_guarded(request, list(zip(rows, protect(rows), strict=True))) if rows else []


def visible_guarded(
    request: HttpRequest, guarded: Sequence[tuple[_Row, Protected]]
) -> list[tuple[_Row, bool]]:
    """The same of rows with what protects them, as ``listable`` answers."""
    subject = subject_of(request)
    return [
        (row, may(subject, "list", guard, "title").allowed)
        for row, guard in guarded
        if not is_kept_from_file(request, guard) and may(subject, "list", guard).allowed
    ]


def listable(
    request: HttpRequest, rows: Sequence[_Row], protect: Callable[[Sequence[_Row]], Sequence[Protected]]
) -> list[tuple[_Row, Protected]]:
    """(row, what protects it) of those that the reader may list; they are counted, and not shown by this."""
    subject = subject_of(request)
    return [
        (row, guard)
        for row, guard in zip(rows, protect(rows) if rows else (), strict=True)
        if policy.may(subject, "list", guard).allowed
    ]


def is_kept_from_file(request: HttpRequest, thing: Protected) -> bool:
    """Whether a file is asked for (``?format=``) and a caveat holds this on the node."""
    return bool(request.GET.get("format")) and policy.is_held_here(thing)


def known_protections(object_ids: Sequence[str]) -> dict[str, Protected]:
    """Id -> what protects it, of notes and instruments alike, in one look-up for a whole page."""
    wanted = list(dict.fromkeys(object_ids))
    return dict(zip(wanted, protect_objects(wanted), strict=True))


def may_do(request: HttpRequest, verb: str, protected: Protected, field: str = "") -> bool:
    """Whether the reader may; what he may read counts as shown, other obligations aside."""
    return may(subject_of(request), verb, protected, field).allowed


def may_take_away(subject: Subject, thing: Protected) -> bool:
    """Whether the reader may read it, and no caveat holds it on this node: for files, feeds and exports."""
    decision = may(subject, "read", thing)
    return decision.allowed and not decision.needs(Obligation.NO_EXPORT)


def is_open_to(request: HttpRequest, verb: str, protected: Protected, field: str = "") -> bool:
    """Whether the reader may, where the page shows nothing of it: for the look of the page alone."""
    return policy.may(subject_of(request), verb, protected, field).allowed
