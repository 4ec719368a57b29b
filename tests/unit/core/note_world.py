"""A small world for the tests of notes: nodes, logs, receipts and a virtual clock, nothing on disk.

It knows nothing of states or deadlines. It gives each node the acts, deliveries and floors that the
logs it has pulled tell it.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from mithaq.core.acts.placed import PlacedAct
from mithaq.core.notes.bodies import Expects
from mithaq.core.notes.clock import NoteClock, compute_clock
from mithaq.core.notes.procedure import ClockEntry, LimitUnit
from mithaq.core.notes.state import NoteState, NoteTerms, fold_note
from mithaq.core.types import AdministrationCode, LeafIndex, Origin, TreeSize

ASKER = AdministrationCode("ma-mi")
OWER = AdministrationCode("fr-mi")
THIRD = AdministrationCode("es-mi")
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday
TEXT = "as attached"

BODIES: dict[str, dict[str, Any]] = {
    "read": {},
    "accept": {},
    "clarify": {"text": "Which year?"},
    "explain": {"text": "2025."},
    "answer": {"answers": [], "final": True},
    "refuse": {"ground": "not_available"},
    "extend": {"add_s": 3_600},
    "withdraw": {"reason": "No longer needed."},
    "correct": {"fields": {"place": "Tanger"}, "reason": "wrong place"},
    "close": {"outcome": "lead"},
}
OWER_VERBS = ("read", "accept", "clarify", "answer", "refuse")
ASKER_VERBS = ("explain", "extend", "withdraw", "correct", "close")
VERB_SIDES = dict.fromkeys(OWER_VERBS, OWER) | dict.fromkeys(ASKER_VERBS, ASKER)
HOURS_8 = ClockEntry("urgent_8h", 8, LimitUnit.HOURS)


def questions(*numbers: int) -> list[dict[str, Any]]:
    return [{"no": number, "text": f"Question {number}?"} for number in numbers]


def answer(*numbers: int, final: bool = False) -> dict[str, Any]:
    return {"answers": [{"question_no": number, "text": TEXT} for number in numbers], "final": final}


def refuse(*numbers: int, ground: str = "not_available") -> dict[str, Any]:
    return {"ground": ground, "questions": list(numbers)}


@dataclass
class Receipt:
    """``applied`` receipt: entries ``first`` to ``size - 1`` of ``about``, at T."""

    by: AdministrationCode
    about: AdministrationCode
    first: int
    size: int
    at: datetime


@dataclass
class World:
    """Nodes that write acts and pull each other's logs."""

    codes: tuple[AdministrationCode, ...] = (ASKER, OWER)
    now: datetime = START
    logs: dict[AdministrationCode, list[PlacedAct | Receipt]] = field(default_factory=dict)
    applied: dict[tuple[AdministrationCode, AdministrationCode], int] = field(default_factory=dict)
    origins: dict[AdministrationCode, Origin] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for code in self.codes:
            self.logs[code] = []
            self.origins.setdefault(code, Origin(f"log.{code}.example/1"))

    def go(self, **span: float) -> "World":
        self.now += timedelta(**span)
        return self

    def act(
        self,
        author: AdministrationCode,
        verb: str,
        body: dict[str, Any] | None = None,
        *,
        to: tuple[AdministrationCode, ...] | None = None,
        created_at: datetime | None = None,
    ) -> PlacedAct:
        """Append an act to the author's log. Its partner has it after the next ``pull``."""
        log = self.logs[author]
        others = tuple(code for code in self.codes if code != author)
        act = PlacedAct(
            log=self.origins[author],
            leaf_index=LeafIndex(len(log)),
            act_id=f"{author}/{len(log)}",
            kind=f"note.{verb}",
            author=author,
            recipients=others if to is None else to,
            created_at=created_at or self.now,
            seen={self.origins[code]: TreeSize(self.applied.get((author, code), 0)) for code in others},
            body=BODIES.get(verb, {}) if body is None else body,
        )
        log.append(act)
        return act

    def send(self, expects: Expects = Expects.ANSWER, **fields: Any) -> PlacedAct:
        return self.act(ASKER, "send", {"expects": expects.value, **fields})

    def pull(self, reader: AdministrationCode, author: AdministrationCode) -> None:
        """The reader applies the author's log and, if acts came, appends a receipt."""
        first, size = self.applied.get((reader, author), 0), len(self.logs[author])
        self.applied[reader, author] = size
        if any(isinstance(entry, PlacedAct) for entry in self.logs[author][first:size]):
            self.logs[reader].append(Receipt(reader, author, first, size, self.now))

    def sync(self, *, times: int = 2) -> "World":
        """All pull all; twice, so that the receipts arrive as well."""
        for _ in range(times):
            for reader in self.codes:
                for author in self.codes:
                    if reader != author:
                        self.pull(reader, author)
        return self

    def say(
        self, author: AdministrationCode, verb: str, body: dict[str, Any] | None = None, **more: Any
    ) -> PlacedAct:
        """An act that everyone sees before the next."""
        said = self.act(author, verb, body, **more)
        self.sync()
        return said

    def view(self, node: AdministrationCode) -> list[PlacedAct]:
        """The acts that a node has, with the deliveries and floors it knows of."""
        visible = [
            entry
            for code in self.codes
            for entry in self.logs[code][: None if code == node else self.applied.get((node, code), 0)]
        ]
        receipts = [entry for entry in visible if isinstance(entry, Receipt)]
        acts = [entry for entry in visible if isinstance(entry, PlacedAct)]
        return [self._place(act, receipts) for act in acts if node == act.author or node in act.recipients]

    def _place(self, act: PlacedAct, receipts: list[Receipt]) -> PlacedAct:
        about = [receipt for receipt in receipts if receipt.about == act.author]
        deliveries: dict[AdministrationCode, datetime] = {}
        for receipt in about:
            if receipt.by in act.recipients and receipt.first <= act.leaf_index < receipt.size:
                deliveries.setdefault(receipt.by, receipt.at)
        partner = OWER if act.author == ASKER else ASKER
        floors = [receipt.at for receipt in about if receipt.by == partner and receipt.size <= act.leaf_index]
        return replace(act, deliveries=deliveries, floor_at=max(floors, default=None))

    def state(
        self,
        node: AdministrationCode = ASKER,
        *,
        recipient: AdministrationCode = OWER,
        expects: Expects | None = None,
        default_limit_s: int | None = None,
        with_pending: bool = False,
        shuffle: Random | None = None,
    ) -> NoteState:
        """The state at a node; the same at every node once all has been pulled."""
        acts = self.view(node)
        if expects is None:
            send = next(act for act in acts if act.kind == "note.send")
            expects = Expects(send.body["expects"])
        if shuffle is not None:
            shuffle.shuffle(acts)
        return fold_note(acts, recipient, NoteTerms(expects, default_limit_s), with_pending=with_pending)


def note(expects: Expects = Expects.ANSWER, **fields: Any) -> World:
    """A world with one note, delivered."""
    world = World()
    world.send(expects, **fields)
    return world.sync()


def clarified(asked: str, explained: str | None) -> World:
    world = note()
    world.now = at(asked)
    world.say(OWER, "clarify")
    if explained is not None:
        world.now = at(explained)
        world.say(ASKER, "explain")
    return world


def reasons(world: World, node: AdministrationCode = ASKER) -> list[tuple[str, str]]:
    """Acts without effect, as (verb, reason)."""
    state = world.state(node)
    return [(one.act.kind.removeprefix("note."), one.reason.value) for one in state.without_effect]


def at(text: str) -> datetime:
    """``02T16:00`` of March 2026; the 2nd is a Monday."""
    return datetime.fromisoformat(f"2026-03-{text}").replace(tzinfo=UTC)


def clock_of(world: World, entry: ClockEntry | None = HOURS_8, **more: Any) -> NoteClock:
    """The clock, which must be the same at both nodes."""
    clock = compute_clock(world.state(ASKER), entry=entry, **more)
    assert compute_clock(world.state(OWER), entry=entry, **more) == clock
    return clock
