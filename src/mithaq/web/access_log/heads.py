"""A note a day in the own log: how far each chain of the access log has come, and how much was read.

It is released to nobody: partners cosign its commitment, and so nobody here can tell another chain later. It
holds hashes and counts, no person and no record.

Spec: trust 5.4, ``core.access_head``.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, cast

from django.db.models import Count

from mithaq.core.types import LeafIndex
from mithaq.node.append.submit import Author, Desk, NoteContent
from mithaq.node.core_kinds import ACCESS_HEAD
from mithaq.node.node import Node
from mithaq.web.access.noted import ALLOWED
from mithaq.web.access_log.models import AccessLane, AccessRow

TOLD: Final = "access_head_on"
"""Setting: the last day that was told."""

PLACES: Final = "access_heads"
"""Setting: leaf indexes of the notes in the own log, the oldest first."""

MOST_HEADS: Final = 400
"""Of the newest, that are compared with the rows: a year and a month."""

SUBJECT: Final = {
    "ar": "رؤوس سجل الاطلاع",
    "fr": "Têtes du journal des accès",
    "en": "Heads of the access log",
}


def tell_heads(node: Node) -> bool:
    """Append the note of yesterday, once; whether it was done now.

    The first day that a node looks is not told: nothing stands before it.

    Raises:
        UnavailableError, ConflictError: the node cannot append now.
    """
    day = node.clock.now().astimezone(UTC).date() - timedelta(days=1)
    told = node.store.settings.get(TOLD)
    if told is not None and date.fromisoformat(told) >= day:
        return False
    is_first = told is None
    if not is_first:
        fields = {
            "subject": SUBJECT,
            "lang": ["ar", "en", "fr"],
            "handling": {"code": "green", "caveats": [], "purpose": "ADMIN"},
        }
        content = NoteContent(ACCESS_HEAD.name, (), make_body(day), fields)
        made = Desk(node).send_note(content, _author(node))
        places = [*_places(node), made.leaf_index][-MOST_HEADS:]
        node.store.settings.set(PLACES, " ".join(str(each) for each in places))
    node.store.settings.set(TOLD, day.isoformat())
    return not is_first


def make_body(day: date) -> dict[str, Any]:
    """Lane heads of this moment, and the rows of a day by verb; refusals are counted apart."""
    lanes = AccessLane.objects.order_by("name").values_list("name", "size", "head_hash")
    start = datetime.combine(day, datetime.min.time(), UTC)
    rows = AccessRow.objects.filter(at__gte=start, at__lt=start + timedelta(days=1))
    counts: Counter[str] = Counter()
    for verb, decision, number in rows.order_by().values_list("verb", "decision").annotate(Count("id")):
        counts[verb if decision == ALLOWED else "refused"] += number
    return {
        "day": day.isoformat(),
        "lanes": [{"lane": name, "size": size, "head": head} for name, size, head in lanes],
        "counts": dict(sorted(counts.items())),
    }


def find_other_head(node: Node) -> tuple[str, int] | None:
    """(lane, place) of the first row whose hash differs from what the log of acts has told of it."""
    acts = node.store.rows.acts_at([(node.identity.origin, each) for each in _places(node)])
    heads: list[Any] = [head for act in acts for head in cast(Any, act.parsed.body["lanes"])]
    told = [(each["lane"], each["size"] - 1, each["head"]) for each in heads if each["size"]]
    held = {
        lane: _Held.read(lane, [seq for name, seq, _ in told if name == lane])
        for lane in {lane for lane, _, _ in told}
    }
    return next(((lane, seq) for lane, seq, head in told if not held[lane].has(seq, head)), None)


@dataclass(frozen=True, slots=True)
class _Held:
    """What a lane holds: hashes by place, and its first place; None for an empty one."""

    hashes: Mapping[int, str]
    first: int | None

    @classmethod
    def read(cls, lane: str, places: Sequence[int]) -> "_Held":
        rows = AccessRow.objects.filter(lane=lane)
        first = rows.order_by("seq").values_list("seq", flat=True).first()
        return cls(dict(rows.filter(seq__in=places).values_list("seq", "row_hash")), first)

    def has(self, seq: int, head: str) -> bool:
        """Whether it is so, or that row has left with all before it."""
        found = self.hashes.get(seq)
        return found == head or (found is None and (self.first is None or self.first > seq))


def _places(node: Node) -> list[LeafIndex]:
    return [LeafIndex(int(each)) for each in (node.store.settings.get(PLACES) or "").split()]


def _author(node: Node) -> Author:
    actor = node.machine_actor()
    return Author(actor["post"], actor["holder"])
