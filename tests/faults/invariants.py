"""What must hold after every step, whatever went wrong: watched from outside of all nodes.

* one history: every checkpoint that anybody ever got to see is a prefix of the later ones
* nothing acknowledged is lost
* no byte of an act reaches anyone it was not released to (canary strings, searched in every reply)
* once in step, equal states
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from mithaq.core.acts.commitment import leaf_of
from mithaq.core.federation.page import ActLine, parse_line
from mithaq.core.log.checkpoint import parse_checkpoint
from mithaq.core.log.merkle import CompactRange
from mithaq.core.log.signed_note import parse_signed_note
from mithaq.errors import MissingError
from mithaq.node.proof.log_check import check_logs
from mithaq.node.read.rebuild import rebuild

from .memory_store import describe

if TYPE_CHECKING:
    from .federation import SimNode

CANARY = re.compile(rb"canary-([0-9]{6})-x")


class Broken(AssertionError):
    """An invariant does not hold."""


class LogHistory:
    """The one history of a log, as the observer has seen it grow."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self._tree = CompactRange()
        self._leaves: list[bytes] = []
        self._roots: dict[int, bytes] = {0: self._tree.root()}

    @property
    def size(self) -> int:
        return len(self._leaves)

    def root_at(self, size: int) -> bytes:
        if size not in self._roots:
            if size > self.size:
                raise Broken(
                    f"{self.origin}: a checkpoint of {size}, and only {self.size} leaves were ever seen"
                )
            tree = CompactRange()
            tree.extend(self._leaves[:size])
            self._roots[size] = tree.root()
        return self._roots[size]

    def grow(self, leaves: Iterable[bytes]) -> None:
        for leaf in leaves:
            self._leaves.append(leaf)
            self._tree.append(leaf)
        self._roots[self.size] = self._tree.root()

    def check(self, size: int, root: bytes) -> None:
        if self.root_at(size) != root:
            raise Broken(f"{self.origin}: two histories at size {size}")


class Observer:
    """Sees all nodes and all replies."""

    def __init__(self) -> None:
        self.histories: dict[str, LogHistory] = {}
        self.acknowledged: dict[str, tuple[str, int]] = {}
        self.forgiven: set[str] = set()
        self.readers: dict[int, set[str]] = {}
        self.replies = 0
        self._nodes: dict[str, SimNode] = {}
        self._unchecked: list[str] = []

    def add(self, node: "SimNode") -> None:
        self._nodes[node.code] = node
        self.histories[node.origin] = LogHistory(node.origin)

    # Canaries

    def make_canary(self, *readers: str) -> str:
        """A text that nobody but these may ever get."""
        number = len(self.readers)
        self.readers[number] = set(readers)
        return f"canary-{number:06d}-x"

    def release(self, texts: bytes, *readers: str) -> None:
        """The act with this content was released to more."""
        for number in CANARY.findall(texts):
            self.readers[int(number)].update(readers)

    def hear(self, server: str, caller: str, name: str, reply: object) -> None:
        """A reply went out. It is searched whether or not it arrives."""
        self.replies += 1
        if not isinstance(reply, bytes):
            return
        for found in CANARY.findall(self._content(name, reply)):
            if caller not in self.readers[int(found)]:
                raise Broken(f"{server} gave {caller} content of others in a reply to {name}")
        if name in ("checkpoint", "heads"):
            self._check_note(reply)

    def _content(self, name: str, reply: bytes) -> bytes:
        if name not in ("acts", "mirror_acts"):
            return reply
        parts = [reply]
        for raw in reply.split(b"\n")[:-1]:
            line = parse_line(raw)
            if isinstance(line, ActLine):
                contents = [line, *([line.disclosed] if line.disclosed else [])]
                for one in contents:
                    parts += [one.envelope, *(section.data for section in one.sections.values())]
        return b"\n".join(parts)

    # Histories

    def _check_note(self, data: bytes) -> None:
        checkpoint = parse_checkpoint(parse_signed_note(data).text)
        owner = next(node for node in self._nodes.values() if node.origin == checkpoint.origin)
        self.look(owner)
        self.histories[checkpoint.origin].check(checkpoint.tree_size, checkpoint.root_hash)

    def look(self, node: "SimNode") -> None:
        """Follow a node's log; it may be behind (restored), never aside."""
        head = node.store.own.head()
        history = self.histories[node.origin]
        if head.tree_size > history.size:
            rows = node.store.own.read_committed(history.size, head.tree_size - history.size)
            history.grow(leaf_of(commitment) for commitment, _, _ in rows)
        history.check(head.tree_size, head.root_hash)

    def acknowledge(self, code: str, act_id: str, leaf_index: int) -> None:
        if act_id in self.acknowledged and self.acknowledged[act_id] != (code, leaf_index):
            raise Broken(f"act {act_id} was acknowledged at two places")
        self.acknowledged[act_id] = (code, leaf_index)
        self._unchecked.append(act_id)

    def check(self) -> None:
        """After each step."""
        for node in self._nodes.values():
            self.look(node)
        self._check_acts(self._unchecked)
        self._unchecked = []

    def check_everything(self) -> None:
        """At the end: each acknowledged act, each log, and each read model against a replay."""
        self.check()
        self._check_acts(self.acknowledged)
        for node in self._nodes.values():
            problems = [report.problem for report in check_logs(node.node) if report.problem]
            if problems:
                raise Broken(f"{node.code}: {problems[0]}")
            unequal = [one.name for one in rebuild(node.node, check=True) if not one.equal]
            if unequal:
                raise Broken(f"{node.code}: a replay gives other {unequal}")

    def _check_acts(self, act_ids: Iterable[str]) -> None:
        for act_id in act_ids:
            if act_id in self.forgiven:
                continue
            code, leaf_index = self.acknowledged[act_id]
            store = self._nodes[code].store
            try:
                act = store.acts.by_id(act_id)
            except MissingError:
                raise Broken(f"{code}: the acknowledged act {leaf_index} is lost") from None
            if act.leaf_index != leaf_index or leaf_index >= store.own.head().tree_size:
                raise Broken(f"{code}: the acknowledged act {leaf_index} is not in the log at its place")

    # Equal states

    def check_equal(self, first: "SimNode", second: "SimNode") -> None:
        """What both sides must see alike: everything between the two."""
        mine, theirs = shared_state(first, second), shared_state(second, first)
        if mine != theirs:
            unequal = sorted(key for key in mine.keys() | theirs.keys() if mine.get(key) != theirs.get(key))
            shown = [(key, mine.get(key), theirs.get(key)) for key in unequal[:2]]
            raise Broken(f"{first.code} and {second.code} differ in {len(unequal)} rows: {shown}")


def shared_state(node: "SimNode", other: "SimNode") -> dict[object, object]:
    """Rows of notes between two administrations, and of instruments that both know."""
    pair = {node.code, other.code}
    notes = (row for row in node.store.projections.notes() if {row.sender, row.recipient} == pair)
    known = {row.object_id for row in other.store.projections.instruments()}
    instruments = (
        row for row in node.store.projections.instruments() if row.object_id in known or len(pair) == 2
    )
    found: dict[object, object] = {("note", row.object_id, row.recipient): describe(row) for row in notes}
    for row in instruments:
        if _signatories(row) >= pair:
            found["instrument", row.object_id, ""] = describe(row)
    return found


def _signatories(row: object) -> set[str]:
    versions = row.versions  # type: ignore[attr-defined]
    return {each["administration"] for version in versions for each in version["signatories"]}
