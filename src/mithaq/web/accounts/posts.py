"""The posts that an account holds today, and the one that acts."""

from typing import Any, Final

from django.http import HttpRequest

from mithaq.web.accounts.models import PostAssignment, User
from mithaq.web.accounts.seal import SEALED, live_opening
from mithaq.web.parties import label_own_post
from mithaq.web.runtime import get_node

ACTING: Final = "acting_post"
"""Key of the session."""


def held_posts(user: User) -> list[PostAssignment]:
    """Assignments in force today (UTC), the oldest first."""
    today = get_node().clock.now().date()
    found = PostAssignment.objects.filter(user=user, from_on__lte=today)
    if user.login == SEALED:  # what its hour gives, and nothing else
        opening = live_opening(get_node())
        found = found.none() if opening is None else found.filter(action=opening.action_id)
    return [each for each in found if each.to_on is None or each.to_on >= today]


def assignment_of(user: User, post: str = "") -> PostAssignment | None:
    """The assignment of that post, else the first one; None for who holds no post."""
    held = held_posts(user)
    return next((each for each in held if each.post == post), held[0] if held and not post else None)


def posts_of(request: HttpRequest) -> list[PostAssignment]:
    """What the person behind a request holds today; read once a request."""
    if not hasattr(request, "_mithaq_held"):
        user = request.user
        held = held_posts(user) if isinstance(user, User) else []
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
