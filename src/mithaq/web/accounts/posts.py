"""The posts that an account holds today, and the one that acts."""

from typing import Any, Final

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from mithaq.web.accounts.models import PostAssignment, User
from mithaq.web.accounts.seal import SEALED, live_opening
from mithaq.web.parties import label_own_post
from mithaq.web.runtime import get_node

ACTING: Final = "acting_post"
"""Key of the session."""

_ROWS: Final = "_mithaq_rows"
"""Where an account that was read for a request carries its posts."""


def read_with_posts(user_id: Any) -> User | None:
    """An active account and what it holds today, in one look-up where it holds anything; None for no account.

    Of the request that it was read for: ``posts_of`` knows these posts without asking again.
    """
    rows = list(_in_force().filter(user=user_id, user__is_active=True).select_related("user"))
    user = rows[0].user if rows else User.objects.filter(pk=user_id, is_active=True).first()
    if user is not None:
        setattr(user, _ROWS, rows)
    return user


def held_posts(user: User) -> list[PostAssignment]:
    """Assignments in force today (UTC), the oldest first."""
    return _held(user, list(_in_force().filter(user=user)))


def _in_force() -> "QuerySet[PostAssignment]":
    today = get_node().clock.now().date()
    return PostAssignment.objects.filter(Q(to_on=None) | Q(to_on__gte=today), from_on__lte=today)


def _held(user: User, rows: list[PostAssignment]) -> list[PostAssignment]:
    if user.login != SEALED:
        return rows
    opening = live_opening(get_node())  # what its hour gives, and nothing else
    return [] if opening is None else [each for each in rows if each.action_id == opening.action_id]


def assignment_of(user: User, post: str = "") -> PostAssignment | None:
    """The assignment of that post, else the first one; None for who holds no post."""
    held = held_posts(user)
    return next((each for each in held if each.post == post), held[0] if held and not post else None)


def posts_of(request: HttpRequest) -> list[PostAssignment]:
    """What the person behind a request holds today; read once a request."""
    if not hasattr(request, "_mithaq_held"):
        user = request.user
        held = []
        if isinstance(user, User):
            rows = getattr(user, _ROWS, None)
            held = held_posts(user) if rows is None else _held(user, rows)
        request._mithaq_held = held  # type: ignore[attr-defined]
    found: list[PostAssignment] = vars(request)["_mithaq_held"]
    return found


def acting_assignment(request: HttpRequest) -> PostAssignment | None:
    """The post of this session: the one chosen, as long as it is held, else the first."""
    held = posts_of(request)
    chosen = request.session.get(ACTING, "") if held else ""
    return next((each for each in held if each.post == chosen), held[0] if held else None)


def other_posts(request: HttpRequest) -> list[tuple[str, Any]]:
    """(id, label) of the posts that could act instead."""
    acting = acting_assignment(request)
    others = sorted({each.post for each in posts_of(request)} - {acting.post if acting else ""})
    return [(post, label_own_post(get_node(), post)) for post in others]
