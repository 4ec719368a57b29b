"""Break-glass: a sealed account that two persons open for one hour, and a third looks into afterwards.

It reads everything that this node holds and does nothing: its role has no other verb. Everything that it
reads, of whatever handling code, stands in the access log.

Spec: trust 4.1, ``break_glass``.
"""

from datetime import timedelta
from typing import Final

from django.db import transaction

from mithaq.core.encoding import from_ms, to_ms
from mithaq.errors import ConflictError, MalformedError, MissingError, NotAllowedError
from mithaq.node.node import Node
from mithaq.node.records import Alarm
from mithaq.web.access.table import PURPOSES, Role
from mithaq.web.accounts.founding import make_user
from mithaq.web.accounts.links import make_link
from mithaq.web.accounts.models import AccountAction, BreakGlass, PostAssignment, User
from mithaq.web.runtime import get_node

SEALED: Final = "break-glass"
"""Login, post and pseudonym of the sealed account."""

OPEN_FOR: Final = timedelta(hours=1)
REVIEW_WITHIN: Final = timedelta(days=3)
ASKED_FOR: Final = timedelta(hours=4)
"""A request that nobody opened by then is asked anew."""

MIN_TEXT: Final = 20
MOST_TEXT: Final = 2000
ALARM: Final = "break_glass"


def open_seal(action: AccountAction) -> str:
    """Open the sealed account for an hour; gives the token of its one-time link.

    Raises:
        ConflictError: ``seal_open``, it is open; ``seal_old``, it was asked too long ago.
    """
    node = get_node()
    now = node.clock.now()
    if live_opening(node) is not None:
        raise ConflictError("seal_open", "The sealed account is open already.")
    if now - action.proposed_at > ASKED_FOR:
        raise ConflictError("seal_old", "It was asked too long ago.")
    user = _prepare(node)
    ends_at = now + OPEN_FOR
    PostAssignment.objects.create(
        user=user,
        post=SEALED,
        roles=[str(Role.BREAK_GLASS)],
        clearance="red",
        purposes=list(PURPOSES),
        persons_purposes=list(PURPOSES),
        from_on=now.date(),
        to_on=ends_at.date(),
        action=action,
    )
    BreakGlass.objects.create(action=action, opened_ms=to_ms(now), ends_ms=to_ms(ends_at))
    node.store.alarms.raise_alarm(Alarm(ALARM, str(action.pk), now))
    return make_link(user, now, OPEN_FOR)


def _prepare(node: Node) -> User:
    """The sealed account without anything that an earlier hour may have left in it."""
    from allauth.mfa.models import Authenticator

    user = User.objects.filter(login=SEALED).first() or make_user(
        SEALED, SEALED, "en", node.clock.now(), pseudonym=SEALED, must_enrol=False
    )
    Authenticator.objects.filter(user=user).delete()
    _end_sessions()
    user.set_unusable_password()
    user.is_active, user.must_enrol = True, False
    user.save()
    return user


def _end_sessions() -> None:
    # Loaded here, as above: commands, which have no app of the sign-in, look at openings as well.
    from allauth.usersessions.models import UserSession

    for session in UserSession.objects.filter(user__login=SEALED):
        session.end()


def live_opening(node: Node) -> BreakGlass | None:
    """The opening whose hour runs; None while the account is sealed."""
    now_ms = to_ms(node.clock.now())
    return BreakGlass.objects.filter(
        ends_ms__gt=now_ms, opened_ms__lte=now_ms, closed_ms__isnull=True
    ).first()


def is_sealed(user: User) -> bool:
    """Whether it is the sealed account, and its hour does not run."""
    return user.login == SEALED and live_opening(get_node()) is None


def close_seal(node: Node) -> None:
    """End the hour before its time; the review stays due."""
    with transaction.atomic():
        found = live_opening(node)
        if found is not None:
            found.closed_ms = to_ms(node.clock.now())
            found.save(update_fields=["closed_ms"])
            User.objects.filter(login=SEALED).update(is_active=False)
            _end_sessions()


def review(opening_id: int, by: User, finding: str) -> None:
    """Say what was found; that ends the alarm.

    Raises:
        MissingError: ``opening``. MalformedError: ``finding``. NotAllowedError: ``two_persons``.
        ConflictError: ``seal_open``, ``reviewed``.
    """
    node, text = get_node(), finding.strip()
    if not MIN_TEXT <= len(text) <= MOST_TEXT:
        raise MalformedError("finding", "A finding has 20 to 2000 characters.")
    with transaction.atomic():
        found = BreakGlass.objects.select_for_update().select_related("action").filter(pk=opening_id).first()
        if found is None:
            raise MissingError("opening", "There is no such opening.")
        if found.reviewed_ms is not None:
            raise ConflictError("reviewed", "It was reviewed before.")
        if is_running(found, node):
            raise ConflictError("seal_open", "Its hour still runs.")
        if by.pk in (found.action.proposed_by_id, found.action.approved_by_id):
            raise NotAllowedError("two_persons", "Another person looks into it.")
        found.reviewed_by, found.reviewed_ms, found.finding = by, to_ms(node.clock.now()), text
        found.save(update_fields=["reviewed_by", "reviewed_ms", "finding"])
        node.store.alarms.clear(ALARM, str(found.action_id))


def is_running(opening: BreakGlass, node: Node) -> bool:
    """Whether its hour runs."""
    return opening.closed_ms is None and to_ms(node.clock.now()) < opening.ends_ms


def is_review_late(opening: BreakGlass, node: Node) -> bool:
    """Whether its three days are over without a review."""
    return opening.reviewed_ms is None and node.clock.now() - from_ms(opening.opened_ms) > REVIEW_WITHIN


def openings() -> list[BreakGlass]:
    """The last ones, the newest first."""
    people = ("action__proposed_by", "action__approved_by", "reviewed_by")
    return list(BreakGlass.objects.select_related(*people).order_by("-opened_ms")[:20])


def late_reviews(node: Node) -> int:
    """How many have waited for their review for more than three days."""
    late_ms = to_ms(node.clock.now() - REVIEW_WITHIN)
    return BreakGlass.objects.filter(reviewed_ms__isnull=True, opened_ms__lt=late_ms).count()


def open_reviews() -> int:
    """How many openings wait for their review."""
    return BreakGlass.objects.filter(reviewed_ms__isnull=True).count()
