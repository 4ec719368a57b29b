"""How much waits for a person: counts alone, under the rights that his posts have now."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from mithaq.core.notes.standing import OPEN
from mithaq.node.ports.row_reader import RowQuery
from mithaq.web.access.policy import rank_of
from mithaq.web.access.subject import subject_of_user
from mithaq.web.access.table import CODES, ROLE_VERBS, Role, Verb
from mithaq.web.accounts.models import User
from mithaq.web.accounts.posts import held_posts
from mithaq.web.outgoing.drafts import Writer
from mithaq.web.outgoing.views import drafts_to_release, waiting_drafts
from mithaq.web.runtime import get_node

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
    highest, drafts, pending = -1, set(), waiting_drafts()
    for post in sorted({each.post for each in held_posts(user)}):
        subject = subject_of_user(user, post)
        verbs |= {verb for role in Role if role in subject.roles for verb in ROLE_VERBS[role]}
        highest = max(highest, rank_of(subject.clearance))
        drafts |= {each.pk for each in drafts_to_release(Writer(user, subject, post), pending)}
    own, rows = str(get_node().identity.code), get_node().store.rows
    query = RowQuery(
        recipient=own,
        states=tuple(sorted(str(state) for state in OPEN)),
        codes=CODES[: highest + 1],
        waits=True,
        due_before=_EVER,
    )
    return Waiting(
        rows.count_notes(query) if Verb.LIST in verbs else 0,
        len(drafts),
        rows.count_instruments(RowQuery(unsigned_by=own)) if Verb.SIGN in verbs else 0,
    )
