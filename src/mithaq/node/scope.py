"""Between whom a register works: what decisions on scope have opened, and for how long.

Directory, agreements and the common kinds always work: without them nothing could be opened. Of any other
register a new note goes, and a new text is put forward, only between administrations for which a decision
in force lists it. What was opened before goes on, whatever is decided later.

Spec: docs/spec 15.6.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import TYPE_CHECKING

from mithaq.errors import ConflictError

if TYPE_CHECKING:
    from mithaq.node.node import Node

Pair = tuple[str, str]


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


def find_closed(register: str, pairs: Sequence[Pair], opened: Collection[Opened], at: datetime) -> list[Pair]:
    """Those pairs between which ``register`` does not work at the aware instant ``at``."""
    holding = [each.parties for each in opened if register in each.registers and each.holds_at(at)]
    return [pair for pair in pairs if not any(parties.issuperset(pair) for parties in holding)]


def check_scope(node: "Node", object_kind: str, pairs: Sequence[Pair]) -> None:
    """That a new object of this kind may be opened between these administrations now.

    Raises:
        ConflictError: ``register_closed``; no decision on scope in force lists its register for one pair.
    """
    register = node.registry.register_of(object_kind)
    source = node.registry.scope
    if register is None or not register.needs_scope or source is None or not pairs:
        return
    closed = find_closed(register.name, pairs, source.list_opened(node), node.clock.now())
    if closed:
        raise ConflictError(
            "register_closed",
            f"no decision on scope in force opens {register.name} between {closed[0][0]} and {closed[0][1]}",
        )
