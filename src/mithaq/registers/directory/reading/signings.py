"""Acts signed for a post, each beside the holder of its day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mithaq.core.types import LeafIndex, Origin
from mithaq.node.node import Node
from mithaq.node.read.journal_pages import MOST_SCANNED, JournalFilter, log_size
from mithaq.node.records import SealedAct
from mithaq.node.who import Holder, PostAt, SigningJudgement
from mithaq.registers.directory.models import Card
from mithaq.registers.directory.reading.who import DirectoryWho, card_ids

MOST_SIGNINGS = 20
SIGNING = JournalFilter(kind="instrument.sign")


@dataclass(frozen=True, slots=True)
class Signing:
    """One signing by the post.

    Attributes:
        holder: pseudonym that the act names.
    """

    act: SealedAct
    holder: str
    judgement: SigningJudgement

    @property
    def at(self) -> datetime:
        """When the act was made."""
        return self.act.parsed.created_at

    @property
    def of_day(self) -> Holder | None:
        """Who held the post that day."""
        return self.judgement.holder


def read_signings(node: Node, post: Card) -> Sequence[Signing]:
    """The newest signings of a post; the last leaves of its side's log are looked at, not all of them."""
    log = _log_of(node, post.issuer)
    if log is None:
        return ()
    size = log_size(node, log)
    span = (log, LeafIndex(max(0, size - MOST_SCANNED)), LeafIndex(max(0, size - 1)))
    found = node.store.rows.acts_between(*span, SIGNING.needles(), newest_first=True)
    signed = [act for act in reversed(found) if act.parsed.kind == SIGNING.kind]
    acts = [act for act in signed if _is_by(act, post)][:MOST_SIGNINGS]
    judged = DirectoryWho().judge_signings(
        [(_asked(act), act.parsed.actor.holder, act.parsed.kind) for act in acts]
    )
    return [
        Signing(act, act.parsed.actor.holder, judgement) for act, judgement in zip(acts, judged, strict=True)
    ]


def _log_of(node: Node, issuer: str) -> Origin | None:
    if issuer == node.identity.code:
        return node.identity.origin
    return next((head.origin for head in node.store.followed.heads() if head.administration == issuer), None)


def _is_by(act: SealedAct, post: Card) -> bool:
    return post.card_id in card_ids(act.parsed.author, act.parsed.actor.post)


def _asked(act: SealedAct) -> PostAt:
    return PostAt(act.parsed.author, act.parsed.actor.post, act.parsed.created_at)
