"""Between whom a register works: what decisions on scope have opened, and for how long.

Directory, agreements and the common kinds always work: without them nothing could be opened. Of any other
register a new note goes, and a new text is put forward, where a decision in force lists it; until two
administrations have decided anything, by the default of the register (``Opening``). What was opened before
goes on, whatever is decided later.

Spec: docs/spec 15.6.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from itertools import combinations
from typing import TYPE_CHECKING, Final

from mithaq.errors import ConflictError

if TYPE_CHECKING:
    from mithaq.node.node import Node
    from mithaq.node.registry import Register

Pair = tuple[str, str]

KEPT_FOR: Final = timedelta(seconds=1)
"""How long what is open is taken to stay so: a node that sends thousands of notes a second looks once."""


class Opening(Enum):
    """What a register needs to work between two administrations."""

    ALWAYS = "always"
    """Nothing: what decisions themselves are made with."""
    BY_DEFAULT = "by_default"
    """Nothing until they have decided on scope; from then on a decision that lists it."""
    BY_DECISION = "by_decision"
    """A decision in force that lists it."""


@dataclass(frozen=True, slots=True)
class Opened:
    """Registers that work between some administrations for a time.

    Attributes:
        parties: every two of them.
        from_at, until_at: aware instants, the end excluded; ``until_at`` is None for no end.
    """

    parties: frozenset[str]
    registers: frozenset[str]
    from_at: datetime
    until_at: datetime | None = None

    def holds_at(self, at: datetime) -> bool:
        """Whether the aware instant ``at`` is within it."""
        return self.from_at <= at and (self.until_at is None or at < self.until_at)


def pairs_of_note(author: str, recipients: Iterable[str]) -> list[Pair]:
    """Between whom a note goes: its author and each recipient."""
    return [(author, each) for each in sorted({*recipients} - {author})]


def pairs_of_text(signatories: Iterable[str]) -> list[Pair]:
    """Between whom a text stands: every two of those who sign it."""
    return list(combinations(sorted(set(signatories)), 2))


def find_closed(
    register: "Register", pairs: Sequence[Pair], opened: Collection[Opened], at: datetime
) -> list[Pair]:
    """Those pairs between which ``register`` does not work at the aware instant ``at``."""
    if register.opening is Opening.ALWAYS:
        return []
    begun = [each for each in opened if each.from_at <= at]
    listing = [each for each in begun if register.name in each.registers and each.holds_at(at)]
    closed = [pair for pair in pairs if not _concerns(pair, listing)]
    return [pair for pair in closed if register.opening is Opening.BY_DECISION or _concerns(pair, begun)]


def _concerns(pair: Pair, decided: Iterable[Opened]) -> bool:
    return any(each.parties.issuperset(pair) for each in decided)


class KnownScope:
    """What decisions have opened, looked at again after a while; what is closed is asked anew at once."""

    def __init__(self) -> None:
        self._found: tuple[datetime, Sequence[Opened]] | None = None

    def find_closed(
        self,
        node: "Node",
        register: "Register | None",
        pairs: Sequence[Pair],
        at: datetime | None = None,
        kept_for: timedelta = KEPT_FOR,
    ) -> list[Pair]:
        """Those pairs between which ``register`` does not work; none for what belongs to no register.

        Args:
            node: this node.
            register: a register of its registry.
            pairs: between whom.
            at: aware instant that is asked about; None for now.
            kept_for: how old what is known may be.
        """
        source, now = node.registry.scope, node.clock.now()
        if source is None or register is None or register.opening is Opening.ALWAYS or not pairs:
            return []
        at = now if at is None else at
        if self._found is not None and timedelta(0) <= now - self._found[0] < kept_for:
            closed = find_closed(register, pairs, self._found[1], at)
            if not closed:
                return []
        self._found = (now, source.list_opened(node))
        return find_closed(register, pairs, self._found[1], at)


def check_scope(node: "Node", object_kind: str, pairs: Sequence[Pair]) -> None:
    """That a new object of this kind may be opened between these administrations now.

    Raises:
        ConflictError: ``register_closed``; no decision on scope in force lists its register for one pair.
    """
    register = node.registry.register_of(object_kind)
    for one, other in node.known_scope.find_closed(node, register, pairs):
        raise ConflictError(
            "register_closed",
            f"no decision on scope in force opens {object_kind.partition('.')[0]} between {one} and {other}",
        )
