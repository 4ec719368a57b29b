"""How much waits for a person: counts alone, under the rights that his posts have now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from mithaq.core.notes.standing import OPEN
from mithaq.node.ports.row_reader import RowQuery
from mithaq.web.access import policy
from mithaq.web.access.policy import Protected, Subject
from mithaq.web.access.protected import protect_instruments, protect_notes
from mithaq.web.access.subject import subject_of_user
from mithaq.web.access.table import ROLE_VERBS, Role, Verb
from mithaq.web.accounts.models import User
from mithaq.web.accounts.posts import held_posts
from mithaq.web.outgoing.drafts import Writer
from mithaq.web.outgoing.views import drafts_to_release
from mithaq.web.outgoing.waiting import waiting_drafts
from mithaq.web.runtime import get_node

MOST_COUNTED: Final = 1_000
"""Of each: nobody needs a larger number to look."""

_EVER: Final = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Counts.

    Attributes:
        due: notes that wait for an answer or an acknowledgement of this side.
        to_release: drafts that the person may let go.
        to_sign: texts that wait for the signature of this side, for who signs.
    """

    due: int = 0
    to_release: int = 0
    to_sign: int = 0

    @property
    def is_something(self) -> bool:
        """Whether anything waits."""
        return bool(self.due or self.to_release or self.to_sign)


def count_waiting(user: User) -> Waiting:
    """What waits for an account, over all posts that it holds today."""
    verbs: set[Verb] = set()
    subjects, drafts, pending = [], set(), waiting_drafts()
    for post in sorted({each.post for each in held_posts(user)}):
        subject = subject_of_user(user, post)
        verbs |= {verb for role in Role if role in subject.roles for verb in ROLE_VERBS[role]}
        subjects.append(subject)
        drafts |= {each.pk for each in drafts_to_release(Writer(user, subject, post), pending)}
    own, rows = str(get_node().identity.code), get_node().store.rows
    query = RowQuery(
        recipient=own,
        states=tuple(sorted(str(state) for state in OPEN)),
        waits=True,
        due_before=_EVER,
    )
    due = protect_notes(rows.notes(query, MOST_COUNTED)) if Verb.LIST in verbs else []
    unsigned = RowQuery(unsigned_by=own)
    to_sign = protect_instruments(rows.instruments(unsigned, MOST_COUNTED)) if Verb.SIGN in verbs else []
    return Waiting(_count_listed(subjects, due), len(drafts), _count_listed(subjects, to_sign))


def _count_listed(subjects: Sequence[Subject], things: Sequence[Protected]) -> int:
    """How many of them stand in a list of one of the posts."""
    return sum(any(policy.may(one, Verb.LIST, each).allowed for one in subjects) for each in things)
