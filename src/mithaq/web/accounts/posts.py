"""The posts that an account holds today, and the one that acts."""

from typing import Final

from django.http import HttpRequest

from mithaq.web.accounts.models import PostAssignment, User
from mithaq.web.runtime import get_node

ACTING: Final = "acting_post"
"""Key of the session."""


def held_posts(user: User) -> list[PostAssignment]:
    """Assignments in force today (UTC), the oldest first."""
    today = get_node().clock.now().date()
    found = PostAssignment.objects.filter(user=user, from_on__lte=today)
    return [each for each in found if each.to_on is None or each.to_on >= today]


def assignment_of(user: User, post: str = "") -> PostAssignment | None:
    """The assignment of that post, else the first one; None for who holds no post."""
    held = held_posts(user)
    return next((each for each in held if each.post == post), held[0] if held and not post else None)


def acting_assignment(request: HttpRequest) -> PostAssignment | None:
    """The post of this session: the one chosen, as long as it is held, else the first."""
    if not hasattr(request, "_mithaq_assignment"):  # read once a request
        request._mithaq_assignment = _read_assignment(request)  # type: ignore[attr-defined]
    found: PostAssignment | None = vars(request)["_mithaq_assignment"]
    return found


def _read_assignment(request: HttpRequest) -> PostAssignment | None:
    user = request.user
    if not isinstance(user, User):
        return None
    chosen = request.session.get(ACTING, "")
    held = held_posts(user)
    return next((each for each in held if each.post == chosen), held[0] if held else None)
