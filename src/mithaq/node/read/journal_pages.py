"""The journal a page at a time: every leaf of a log in order, what is held of it, and how it stands."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from mithaq.core.acts.kinds import Kind, is_known_kind
from mithaq.core.types import LeafIndex, Origin
from mithaq.node.node import Node
from mithaq.node.ports.row_reader import MOST_SOUGHT
from mithaq.node.records import ReceiptRange, SealedAct

SCAN_LEAVES = 128
"""Leaves read at a time while looking for acts that fit a filter."""

MOST_SCANNED = 4_096
"""Leaves looked at for one page: it then says where to go on, and is never slow."""

MOST_READ = 1_024
"""The same where the bytes of an act do not say whether it fits, so that each is read."""

MACHINE_KINDS: frozenset[str] = frozenset(
    {Kind.RECEIPT, Kind.KEY_ROOT, Kind.KEY_REVOKE, Kind.ALARM_EQUIVOCATION, Kind.ALARM_CLOCK, Kind.NOOP}
)
"""Acts of the nodes themselves: they have no handling and no content of any record."""

NOT_RELEASED = "not_released"
PARKED = "parked"
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class JournalFilter:
    """Which acts; a field left out asks for all. With any set, leaves without content are left out."""

    kind: str = ""
    register: str = ""
    dossier: str = ""
    state: str = ""

    @property
    def is_set(self) -> bool:
        """Whether any is."""
        return bool(self.kind or self.register or self.dossier or self.state)

    def needles(self) -> list[bytes]:
        """What an envelope that fits must hold, byte by byte: canonical JSON has one form."""
        found = [
            b'"kind":' + orjson.dumps(self.kind) if self.kind else b"",
            b'"object_kind":"' + self.register.encode() + b"." if self.register else b"",
            b'"dossier":' + orjson.dumps(self.dossier) if self.dossier else b"",
        ]
        return [one for one in found if one]

    def is_met(self, line: "JournalLine") -> bool:
        """Whether a line fits, judged on what was read."""
        if self.state and line.state != self.state:
            return False
        if not (self.kind or self.register or self.dossier):
            return True
        if line.act is None:
            return False
        parsed = line.act.parsed
        return (
            self.kind in ("", parsed.kind)
            and (not self.register or (parsed.object_kind or "").startswith(f"{self.register}."))
            and self.dossier in ("", parsed.dossier)
        )


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One leaf.

    Attributes:
        act: None when it was not released to this node, is set aside, or its content is gone.
        state: as ``act_states``; ``not_released``, ``parked``, ``unknown`` (a kind of a newer node).
        reason: why it is set aside.
    """

    log: Origin
    leaf_index: LeafIndex
    state: str
    act: SealedAct | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class JournalPage:
    """Lines, and where the next page starts (None at the end). ``size`` counts all leaves of the log."""

    lines: list[JournalLine]
    next_index: int | None
    size: int


def log_size(node: Node, log: Origin) -> int:
    """Leaves of a log that this node knows of.

    Raises:
        MissingError: ``origin``.
    """
    if log == node.identity.origin:
        return node.store.own.head().tree_size
    return node.store.followed.head(log).verified_size


def read_lines(
    node: Node,
    log: Origin,
    start: int,
    limit: int,
    wanted: JournalFilter | None = None,
    *,
    newest_first: bool = False,
) -> JournalPage:
    """A page from leaf ``start`` on, upwards, or downwards with ``newest_first``.

    Args:
        node: whose journal.
        log: origin of the own log or of a followed one.
        start: leaf index; beyond the end is the end.
        limit: lines a page.
        wanted: filter.
        newest_first: go from ``start`` down.

    Raises:
        MissingError: ``origin``.
    """
    wanted = wanted or JournalFilter()
    size = log_size(node, log)
    sign = -1 if newest_first else 1
    is_sought = bool(wanted.needles())
    step = sign * (SCAN_LEAVES if is_sought else MOST_READ // 2 if wanted.is_set else limit)
    at = min(start, size - 1) if newest_first else start
    most = MOST_SCANNED if is_sought else MOST_READ
    lines: list[JournalLine] = []
    scanned = 0
    while 0 <= at < size and len(lines) < limit and scanned < most:
        window, following = _window(node, log, at, step, size, wanted)
        taken = [line for line in window if wanted.is_met(line)][: limit - len(lines)]
        lines += taken
        at = taken[-1].leaf_index + sign if len(lines) == limit else following
        scanned += abs(step)
        if is_sought:
            # Few fit: the rest is read at once, since a statement costs more than the leaves it passes over.
            step = sign * max(1, most - scanned)
    return JournalPage(lines, at if 0 <= at < size else None, size)


def _window(
    node: Node, log: Origin, at: int, step: int, size: int, wanted: JournalFilter
) -> tuple[list[JournalLine], int]:
    """The leaves of one stretch, in the direction of ``step``, and the leaf after it."""
    first, last = (max(0, at + step + 1), at) if step < 0 else (at, min(size, at + step) - 1)
    span = (log, LeafIndex(first), LeafIndex(last))
    acts = node.store.rows.acts_between(*span, wanted.needles(), newest_first=step < 0)
    states = dict(zip((act.leaf_index for act in acts), act_states(node, acts), strict=True))
    held = {act.leaf_index: act for act in acts}
    parked = {one.leaf_index: one.reason for one in node.store.rows.parked_between(*span)}
    lines = []
    shown = sorted({*held, *parked}) if wanted.needles() else range(first, last + 1)
    for index in shown:
        leaf_index = LeafIndex(index)
        if leaf_index in parked:
            state = UNKNOWN if parked[leaf_index].startswith("unknown") else PARKED
            lines.append(JournalLine(log, leaf_index, state, held.get(leaf_index), parked[leaf_index]))
        elif leaf_index in held:
            lines.append(JournalLine(log, leaf_index, states[leaf_index], held[leaf_index]))
        else:
            lines.append(JournalLine(log, leaf_index, NOT_RELEASED))
    following = at + step
    if wanted.needles() and len(acts) >= MOST_SOUGHT:
        # The store handed over no more; what it held back must not be passed over.
        following = min(held) - 1 if step < 0 else max(held) + 1
    return (lines[::-1] if step < 0 else lines), following


def act_states(node: Node, acts: Sequence[SealedAct]) -> list[str]:
    """State of each act.

    ``sealed`` before its checkpoint, ``published``, then what the recipients' receipts say: ``delivered`` or
    the worst result. A partner's act is ``applied``, or ``unknown`` when no register here knows its kind.
    """
    if not acts:
        return []
    own = node.identity.origin
    indexes = [act.leaf_index for act in acts if act.log == own]
    published = node.store.own.head().tree_size if indexes else 0
    covering = node.store.receipts.covering(own, indexes) if indexes else []
    return [_state_of(act, published, covering) if act.log == own else _state_there(act) for act in acts]


def _state_there(act: SealedAct) -> str:
    return "applied" if is_known_kind(act.parsed.kind) else UNKNOWN


def _state_of(act: SealedAct, published: int, covering: Sequence[ReceiptRange]) -> str:
    if act.leaf_index >= published:
        return "sealed"
    recipients = {one.administration for one in act.parsed.to}
    results = {
        one.recipient: str(one.result)
        for one in covering
        if one.first <= act.leaf_index <= one.last and one.recipient in recipients
    }
    if not recipients or set(results) != recipients:
        return "published"
    bad = sorted({result for result in results.values() if result != "applied"})
    return bad[0] if bad else "delivered"
