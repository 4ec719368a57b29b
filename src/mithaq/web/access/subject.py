"""The person behind a request, as the policy sees him: the rights of the post that acts, and no others."""

from typing import Any, Final

from django.http import HttpRequest

from mithaq.web.access.policy import Subject
from mithaq.web.runtime import get_node

NOBODY: Final = Subject()


def subject_of(request: HttpRequest) -> Subject:
    """Who asks. Read from the database once a request, so a change of rights acts on the next one."""
    found: Subject | None = getattr(request, "_mithaq_subject", None)
    if found is None:
        found = _read_subject(request)
        request._mithaq_subject = found  # type: ignore[attr-defined]
    return found


def subject_of_user(user: Any, post: str = "", *, age_s: float = 0.0) -> Subject:
    """An account outside a session, as a token speaks for it: no factor was shown.

    Args:
        user: an account.
        post: the post that acts; the first one held today where none is named.
        age_s: seconds since the token was made.
    """
    from mithaq.web.accounts.posts import assignment_of

    return _make_subject(user, assignment_of(user, post), age_s, None)


def subjects_of_other_posts(request: HttpRequest) -> list[tuple[str, Subject]]:
    """(post, whom the policy would see) for each post that the person could act as instead."""
    from mithaq.web.accounts.posts import acting_assignment, posts_of
    from mithaq.web.accounts.session_times import session_age_s, step_up_age_s

    acting, ages = acting_assignment(request), (session_age_s(request), step_up_age_s(request))
    return [
        (each.post, _make_subject(request.user, each, *ages)) for each in posts_of(request) if each != acting
    ]


def _read_subject(request: HttpRequest) -> Subject:
    user: Any = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return NOBODY
    from mithaq.web.accounts.posts import acting_assignment
    from mithaq.web.accounts.session_times import session_age_s, step_up_age_s

    return _make_subject(user, acting_assignment(request), session_age_s(request), step_up_age_s(request))


def _make_subject(user: Any, assignment: Any, age_s: float, step_up_s: float | None) -> Subject:
    administration = str(get_node().identity.code)
    if assignment is None:
        return Subject(
            user_id=str(user.pk),
            administration=administration,
            session_age_s=age_s,
            step_up_age_s=step_up_s,
            is_active=bool(user.is_active),
        )
    return Subject(
        user_id=str(user.pk),
        administration=administration,
        posts=frozenset({assignment.post}),
        units=frozenset({assignment.unit} if assignment.unit else ()),
        roles=frozenset(assignment.roles),
        clearance=assignment.clearance,
        caveats=frozenset(assignment.caveats),
        purposes=frozenset(assignment.purposes),
        persons_purposes=frozenset(assignment.persons_purposes),
        session_age_s=age_s,
        step_up_age_s=step_up_s,
        is_active=bool(user.is_active),
    )
