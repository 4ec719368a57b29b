"""The register contract: what a register adds to the two primitives, and the table of all kinds.

A register names its object kinds; a node knows exactly the kinds of the registers that ``main`` wires.
Defaults are part of the schema version, so both nodes compute the same.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from mithaq.core.notes.bodies import Expects
from mithaq.core.notes.standing import NoteTerms
from mithaq.errors import MissingError
from mithaq.node.ports.search import SearchSource
from mithaq.node.records import JournalEntry, SealedAct
from mithaq.node.scope import Opened, Opening
from mithaq.node.who import WhoIsWho

if TYPE_CHECKING:
    from mithaq.core.instruments.state import InstrumentState
    from mithaq.node.node import Node


class Primitive(StrEnum):
    """Which of the two primitives a kind is."""

    INSTRUMENT = "instrument"
    NOTE = "note"


def _accept_any(body: Mapping[str, Any]) -> None:
    """A kind without fields of its own refuses nothing beyond the core rules."""


def _keep_all(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """A kind that is public is so as a whole, unless it says otherwise."""
    return data


@dataclass(frozen=True, slots=True)
class ObjectKind:
    """One ``object_kind`` at one ``object_v``.

    Attributes:
        name: ``register.kind``, at most 64 characters.
        default_limit_s: limit of its clock where no procedure in force names one, by the class in
            the body (``""`` for a kind without classes); shown as "default, not agreed".
        check: raises ``MalformedError`` when a body (note) or manifest data (instrument) breaks the
            register's own field rules. Pure.
        check_signing: raises ``RefusedError`` when manifest data may be shared, but not yet signed. Pure.
        for_public: what anyone may read of the manifest data of a public text; the same object where that
            is all of it. Pure.
        is_own_word: whether a side tells the public something of its own by it, where the body says so.
        review_months: between two reviews of an instrument that names no other number; None for no review.
    """

    name: str
    primitive: Primitive
    expects: Expects = Expects.NONE
    object_v: int = 1
    default_limit_s: Mapping[str, int] = field(default_factory=dict)
    check: Callable[[Mapping[str, Any]], None] = _accept_any
    check_signing: Callable[[Mapping[str, Any]], None] = _accept_any
    for_public: Callable[[Mapping[str, Any]], Mapping[str, Any]] = _keep_all
    review_months: int | None = None
    is_own_word: bool = False

    def terms(self, body: Mapping[str, Any]) -> NoteTerms:
        """What a note of this kind with this body waits for, and for how long by default."""
        named = body.get("expects")
        expects = _EXPECTS.get(named, self.expects) if isinstance(named, str) else self.expects
        return _make_terms(expects, self.default_limit_s.get(str(body.get("class", ""))))


_EXPECTS = {str(one): one for one in Expects}


@lru_cache(256)
def _make_terms(expects: Expects, limit_s: int | None) -> NoteTerms:
    return NoteTerms(expects, limit_s)


class ReadModel(Protocol):
    """What a register keeps to answer its pages: made from acts and journal entries, and from nothing else.

    It holds what acts and entries say. Where an object stands (delivered, due, in force) is in the rows of
    ``ports.Projections`` and may change without an act of the object. ``mithaq rebuild`` replays all acts,
    log by log, then the entries: the rows must not depend on how the two were mixed when they came in.
    """

    def clear(self) -> None:
        """Drop every row."""
        ...

    def project(self, first: SealedAct, acts: Sequence[SealedAct]) -> None:
        """Replace the rows of one object by what all its acts known here say; ``first`` opened it.

        Called inside the transaction that stores the newest of them.
        """
        ...

    def apply(self, entry: JournalEntry) -> None:
        """Take in one entry of this register, in the transaction that keeps it."""
        ...

    def digest(self) -> tuple[int, str]:
        """Row count, and hex SHA-256 over all rows in key order."""
        ...


@dataclass(frozen=True, slots=True)
class OfferedLine:
    """Something that one register says is to be done, for another to take over without typing it again.

    Attributes:
        key: equal for the same thing at every reading: an address, or the place of a passage.
        register, kind: where it stands and what it is there: ``decision``, ``action``, ``commitment``.
        object_id: record whose rights protect it; empty for what this node keeps alone.
        origin: title of the text it stands in, by language.
        text: its words, by language; a language may be missing.
        basis: how a line that takes it over names it, as an entry of ``basis``.
        owner: code of an administration, ``joint`` or empty.
        due_on: ISO 8601; empty where the text names no day.
    """

    key: str
    register: str
    kind: str
    object_id: str
    origin: Mapping[str, str]
    text: Mapping[str, str]
    basis: Mapping[str, Any]
    owner: str = ""
    due_on: str = ""
    fields: Sequence[str] = ()


class ActGuard(Protocol):
    """What a register asks, beyond the rules of the record, before this node makes an act on its instruments.

    It may look at all that this node holds: attachments, notes about the text. Acts of partners are judged by
    the record alone, so that both sides come to the same state.
    """

    def check_act(self, node: "Node", state: "InstrumentState", kind: str, body: Mapping[str, Any]) -> None:
        """Raise ``RefusedError`` or ``MalformedError`` for an act not to be made; ``state`` is before it."""
        ...


class LineSource(Protocol):
    """What a register offers to be taken over as lines: signed decisions, accepted commitments."""

    def offered_lines(self, node: "Node") -> Sequence[OfferedLine]:
        """Everything it offers now, the newest text first."""
        ...


@dataclass(frozen=True, slots=True)
class Promised:
    """What one side, or all together (``joint``), has promised in a register.

    Attributes:
        made: lines in force; ``kept`` of them accepted by the other side, ``open`` not yet.
        late, at_risk: of the open ones.
    """

    register: str
    owner: str
    made: int
    open: int
    late: int
    at_risk: int
    kept: int


class PromiseSource(Protocol):
    """Commitments by owner, counted from the record: the same on every node."""

    def tally(self, node: "Node") -> Sequence[Promised]:
        """One entry for each owner."""
        ...


@dataclass(frozen=True, slots=True)
class Occasion:
    """A meeting that a public text may stand beside.

    Attributes:
        on: the day as it is written.
        items: (number, title by language) of its agenda.
    """

    object_id: str
    title: Mapping[str, str]
    on: date
    items: Sequence[tuple[int, Mapping[str, str]]] = ()


class OccasionSource(Protocol):
    """Meetings to choose among, for registers that put something beside them."""

    def find_occasions(
        self, node: "Node", words: Sequence[str], limit: int, object_id: str = ""
    ) -> Sequence[Occasion]:
        """Those that hold each word, the latest first; one of that id is among them, whatever the words.

        Who may read each is for the caller to ask.
        """
        ...


@dataclass(frozen=True, slots=True)
class PublicText:
    """A public text that this node has taken in; ``published_on`` is empty while nobody has said it."""

    source_id: str
    title: str
    language: str
    publisher: str
    published_on: str


class TextSource(Protocol):
    """Public texts to choose among, for registers that show what is reported."""

    def find_texts(
        self, node: "Node", words: Sequence[str], limit: int, source_id: str = ""
    ) -> Sequence[PublicText]:
        """Those that hold each word, the newest first; one of that id is among them, whatever the words."""
        ...


class ScopeSource(Protocol):
    """What decisions on scope have opened between whom."""

    def list_opened(self, node: "Node") -> Sequence[Opened]:
        """Every span for which a decision that entered into force opens registers, past ones too."""
        ...


@dataclass(frozen=True, slots=True)
class Register:
    """A folder under ``registers`` as the node sees it.

    Attributes:
        opening: what it needs to work between two administrations.
        read_model: its rows; None for a register whose objects are shown by the two primitives alone.
        who: answers who is who; the directory alone has it.
        search: makes its documents for the search index; None for those made from acts alone.
        guard: judges acts on its instruments before they are made; None where the fields say all.
        lines: what it offers to be taken over as lines of another register.
        promises: the commitments that it counts.
        occasions: the meetings that others choose among.
        texts: the public texts that others choose among.
        scope: answers which registers are open; agreements alone has it.
    """

    name: str
    kinds: tuple[ObjectKind, ...]
    opening: Opening = Opening.BY_DECISION
    read_model: ReadModel | None = None
    who: WhoIsWho | None = None
    search: SearchSource | None = None
    guard: ActGuard | None = None
    lines: LineSource | None = None
    promises: PromiseSource | None = None
    occasions: OccasionSource | None = None
    texts: TextSource | None = None
    scope: ScopeSource | None = None


__all__ = [
    "ActGuard",
    "Expects",
    "LineSource",
    "ObjectKind",
    "Occasion",
    "OccasionSource",
    "OfferedLine",
    "Opening",
    "Primitive",
    "PromiseSource",
    "Promised",
    "PublicText",
    "ReadModel",
    "Register",
    "Registry",
    "ScopeSource",
    "TextSource",
]


class Registry:
    """All kinds this node knows, by (name, version).

    Args:
        registers: in the order in which they are asked.
        complete: adds what a register has beside its kinds. Called once a register, when anything but its
            kinds is first wanted: a command that shows a note has no use for the reading of most of them.
    """

    def __init__(
        self, registers: Iterable[Register], complete: Callable[[Register], Register] | None = None
    ) -> None:
        self._registers = tuple(registers)
        self._complete = complete
        self._whole: dict[str, Register] = {}
        self._kinds = {
            (kind.name, kind.object_v): kind for register in self._registers for kind in register.kinds
        }
        self._register_of = {kind.name: one for one in self._registers for kind in one.kinds}

    @property
    def registers(self) -> tuple[Register, ...]:
        """The registers with their kinds, in the order they were wired."""
        return self._registers

    def _with_parts(self, register: Register) -> Register:
        if self._complete is None:
            return register
        found = self._whole.get(register.name)
        if found is None:  # two threads may both make it: the parts are the same
            found = self._whole[register.name] = self._complete(register)
        return found

    def _named(self, name: str) -> Register | None:
        return next((self._with_parts(one) for one in self._registers if one.name == name), None)

    def _all_with_parts(self) -> Iterator[Register]:
        return map(self._with_parts, self._registers)

    @property
    def who(self) -> WhoIsWho | None:
        """Who is who, where a register answers it."""
        return next((one.who for one in self._all_with_parts() if one.who is not None), None)

    @property
    def occasions(self) -> OccasionSource | None:
        """Meetings to choose among, where a register has them."""
        return next((one.occasions for one in self._all_with_parts() if one.occasions is not None), None)

    @property
    def scope(self) -> ScopeSource | None:
        """What is open between whom, where a register answers it; without one everything is."""
        return next((one.scope for one in self._all_with_parts() if one.scope is not None), None)

    @property
    def texts(self) -> TextSource | None:
        """Public texts to choose among, where a register has them."""
        return next((one.texts for one in self._all_with_parts() if one.texts is not None), None)

    def read_models(self) -> Mapping[str, ReadModel]:
        """The read models, by the name of their register."""
        return {one.name: one.read_model for one in self._all_with_parts() if one.read_model is not None}

    def read_model(self, register: str) -> ReadModel | None:
        """The read model of one register, if it has one."""
        found = self._named(register)
        return found.read_model if found is not None else None

    def read_model_of(self, object_kind: str | None) -> ReadModel | None:
        """The read model that shows objects of this kind, if any."""
        found = self.register_of(object_kind)
        return self._with_parts(found).read_model if found is not None else None

    def guard_of(self, object_kind: str | None) -> ActGuard | None:
        """What judges acts on instruments of this kind beyond the rules of the record."""
        found = self.register_of(object_kind)
        return self._with_parts(found).guard if found is not None else None

    def register_of(self, object_kind: str | None) -> Register | None:
        """The register that a kind belongs to, with its kinds, whatever its version."""
        return self._register_of.get(object_kind or "")

    def search_source(self, register: str) -> SearchSource | None:
        """What makes the search documents of one register in place of the general ones."""
        found = self._named(register)
        return found.search if found is not None else None

    def offered_lines(self, node: "Node") -> list[OfferedLine]:
        """What all registers offer to be taken over as lines, register by register."""
        sources = (one.lines for one in self._all_with_parts())
        return [line for source in sources if source is not None for line in source.offered_lines(node)]

    def promised(self, node: "Node") -> list[Promised]:
        """Commitments by register and owner."""
        sources = (one.promises for one in self._all_with_parts())
        return [each for source in sources if source is not None for each in source.tally(node)]

    def find(self, name: str | None, object_v: int | None) -> ObjectKind | None:
        """The kind, or None when this node does not know that name or version."""
        return self._kinds.get((name or "", object_v or 0))

    def kind(self, name: str, object_v: int) -> ObjectKind:
        """The kind.

        Raises:
            MissingError: ``object_kind``.
        """
        found = self.find(name, object_v)
        if found is None:
            raise MissingError("object_kind", f"no register here knows {name} version {object_v}")
        return found

    def names(self) -> list[str]:
        """Known kinds as ``name@version``, sorted."""
        return sorted(f"{name}@{version}" for name, version in self._kinds)
