"""Campaigns as they stand: the matrix of agreements and sides, and what was agreed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from mithaq.core.encoding import from_ms
from mithaq.errors import MissingError
from mithaq.node.node import Node
from mithaq.node.ports import RowQuery
from mithaq.node.records import InstrumentRow
from mithaq.registers.review.models import DepositLine, OpinionRow, TextVersion
from mithaq.registers.review.reading.rows import AT_ONCE, load, load_texts, open_version, standing_of
from mithaq.registers.review.reading.seals import Seals, read_seals
from mithaq.registers.review.rules.kinds import OUTCOME, PLAN
from mithaq.registers.review.rules.plan import Reviewed, list_reviewed
from mithaq.registers.review.rules.sealing import Side, SideWord, may_deposit, may_open
from mithaq.registers.review.rules.standing import Cell, ReviewState, count_done, state_of

BINDING: Final = "in_force"


@dataclass(frozen=True, slots=True)
class TextView:
    """A plan or an outcome as it stands: the version in force, else the newest.

    Attributes:
        state: of the record; ``in_force`` where it binds.
        signatories: administration -> post.
        waiting: signatories that have yet to sign the version under negotiation.
        open_hash: content hash of that version; empty where none is open.
    """

    object_id: str
    object_kind: str
    version: int
    content_hash: str
    state: str
    title: Mapping[str, str]
    data: Mapping[str, Any]
    proposer: str
    plan_id: str
    agreement_id: str
    signatories: Mapping[str, str]
    signed_by: tuple[str, ...]
    waiting: tuple[str, ...]
    open_hash: str
    open_version: int
    created_at: datetime

    @property
    def is_binding(self) -> bool:
        """Whether it is in force."""
        return self.state == BINDING

    @property
    def verdict(self) -> str:
        """Of an outcome in force; empty before that."""
        return str(self.data.get("verdict", "")) if self.is_binding else ""


@dataclass(frozen=True, slots=True)
class CellView:
    """One agreement of a campaign: a row of the matrix.

    Attributes:
        outcome: the one in force, else the one proposed last.
    """

    reviewed: Reviewed
    cell: Cell
    outcome: TextView | None

    @property
    def sides(self) -> Sequence[Side]:
        """In the order of the signatories."""
        return self.cell.sides

    @property
    def state(self) -> ReviewState:
        """Its word."""
        return self.cell.state

    def side(self, code: str) -> Side:
        """One side; an empty one for who is none."""
        return next((each for each in self.cell.sides if each.by == code), Side(code, SideWord.NONE))


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A campaign.

    Attributes:
        word: in the words of this register; before it is in force that of the record.
        due_on: until when both sides say what they think.
    """

    plan: TextView
    cells: tuple[CellView, ...]
    word: str
    due_on: date
    is_sealed: bool

    @property
    def object_id(self) -> str:
        """Of the plan."""
        return self.plan.object_id

    @property
    def title(self) -> Mapping[str, str]:
        """By language."""
        return self.plan.title

    @property
    def done(self) -> int:
        """Agreements with an outcome."""
        return count_done([each.cell for each in self.cells])

    @property
    def parties(self) -> tuple[str, ...]:
        """Codes of those who sign the plan."""
        return tuple(self.plan.signatories)

    def find(self, agreement: str) -> CellView:
        """The row of one agreement.

        Raises:
            MissingError: ``agreement``.
        """
        for each in self.cells:
            if each.reviewed.agreement == agreement:
                return each
        raise MissingError("agreement", "that agreement is not in this campaign")

    def others(self, own: str) -> tuple[str, ...]:
        """The other sides."""
        return tuple(code for code in self.parties if code != own)

    def to_deposit(self, own: str) -> list[Side]:
        """Our sides with a sealed opinion that the others have yet to be told of."""
        return [side for each in self.cells if may_deposit(side := each.side(own))]

    def to_open(self, own: str) -> list[Side]:
        """Our sides whose sealed opinion may be opened now."""
        return [
            side
            for each in self.cells
            if may_open(side := each.side(own), [each.side(code) for code in self.others(own)])
        ]

    def is_late(self, today: date) -> bool:
        """Whether the day is over and an opinion is missing. A mark, not a state."""
        return self.word == ReviewState.OPEN and today > self.due_on


def read_review(node: Node, plan_id: str) -> ReviewView:
    """One campaign.

    Raises:
        MissingError: ``review``.
    """
    found = read_reviews(node, [plan_id])
    if not found:
        raise MissingError("review", "there is no review of that id here")
    return found[0]


def read_reviews(node: Node, plan_ids: Iterable[str]) -> list[ReviewView]:
    """These campaigns, in their order, with as many questions as for one."""
    wanted = list(dict.fromkeys(plan_ids))
    if not wanted:
        return []
    texts = _read_texts(node, wanted)
    outcomes: dict[tuple[str, str], list[TextView]] = defaultdict(list)
    for each in texts.values():
        if each.object_kind == OUTCOME:
            outcomes[each.plan_id, each.agreement_id].append(each)
    seals = read_seals(node, wanted)
    return [
        _describe(texts[plan_id], seals, outcomes)
        for plan_id in wanted
        if plan_id in texts and texts[plan_id].object_kind == PLAN
    ]


def _describe(
    plan: TextView, seals: Seals, outcomes: Mapping[tuple[str, str], Sequence[TextView]]
) -> ReviewView:
    cells = []
    for each in list_reviewed(plan.data):
        known = outcomes.get((plan.object_id, each.agreement), ())
        outcome = next((one for one in known if one.is_binding), None) or (known[-1] if known else None)
        sides = seals.sides(plan.object_id, each.agreement, list(plan.signatories))
        cell = Cell(each.agreement, sides, outcome.verdict if outcome else "")
        cells.append(CellView(each, cell, outcome))
    word = str(state_of([each.cell for each in cells])) if plan.is_binding else plan.state
    due_on = date.fromisoformat(plan.data["due_on"])
    return ReviewView(plan, tuple(cells), word, due_on, plan.data.get("sealed_opinions") is True)


def read_text(node: Node, object_id: str) -> TextView:
    """One outcome or plan.

    Raises:
        MissingError: ``text``.
    """
    rows = list(TextVersion.objects.filter(object_id=object_id).order_by("created_ms"))
    found = _join(node, rows)
    if object_id not in found:
        raise MissingError("text", "there is no text of that id here")
    return found[object_id]


def _read_texts(node: Node, plan_ids: Sequence[str]) -> dict[str, TextView]:
    """Plans and their outcomes, by id; the oldest first."""
    versions = TextVersion.objects.filter(object_id__in=plan_ids) | TextVersion.objects.filter(
        plan_id__in=plan_ids
    )
    return _join(node, list(versions.order_by("created_ms")))


def _join(node: Node, versions: Sequence[TextVersion]) -> dict[str, TextView]:
    grouped: dict[str, list[TextVersion]] = defaultdict(list)
    for each in versions:
        grouped[each.object_id].append(each)
    rows = _instrument_rows(node, list(grouped))
    today = node.clock.now().date()
    found = {}
    for object_id, known in grouped.items():
        view = _describe_text(known, rows.get(object_id), today)
        if view is not None:
            found[object_id] = view
    return found


def _instrument_rows(node: Node, ids: Sequence[str]) -> dict[str, InstrumentRow]:
    found: dict[str, InstrumentRow] = {}
    for start in range(0, len(ids), AT_ONCE):
        query = RowQuery(object_ids=ids[start : start + AT_ONCE])
        found |= {row.object_id: row for row in node.store.rows.instruments(query, limit=AT_ONCE)}
    return found


def _describe_text(
    versions: Sequence[TextVersion], row: InstrumentRow | None, today: date
) -> TextView | None:
    if row is None:
        return None
    content_hash, state = standing_of(row, today)
    chosen = next((each for each in versions if each.content_hash == content_hash), None)
    if chosen is None:
        return None
    negotiated = open_version(row)
    signed_by = _signed_by(row, content_hash)
    waits = [str(each["administration"]) for each in negotiated["signatories"]] if negotiated else []
    return TextView(
        object_id=chosen.object_id,
        object_kind=chosen.object_kind,
        version=chosen.version,
        content_hash=content_hash,
        state=state,
        title=load_texts(chosen.title),
        data=load(chosen.data),
        proposer=chosen.proposer,
        plan_id=chosen.plan_id,
        agreement_id=chosen.agreement_id,
        signatories={each["administration"]: each["post"] for each in load(chosen.signatories)},
        signed_by=tuple(sorted(signed_by)),
        waiting=tuple(code for code in waits if negotiated and code not in negotiated["signed_by"]),
        open_hash=str(negotiated["content_hash"]) if negotiated else "",
        open_version=int(negotiated["version"]) if negotiated else 0,
        created_at=from_ms(chosen.created_ms),
    )


def _signed_by(row: InstrumentRow, content_hash: str) -> list[str]:
    version: Any = next((each for each in row.versions if each.get("content_hash") == content_hash), {})
    return [str(code) for code in version.get("signed_by", ())]


def plan_of(object_id: str) -> str:
    """The campaign that an opinion, a deposit or an outcome belongs to; empty where none is known."""
    for model in (OpinionRow, DepositLine, TextVersion):
        found = model.objects.filter(object_id=object_id).values_list("plan_id", flat=True).first()
        if found:
            return str(found)
    return ""


def ordered_plans() -> list[str]:
    """Ids of all campaigns, the one due last first."""
    rows = TextVersion.objects.filter(object_kind=PLAN).order_by("-due_on", "-created_ms")
    return list(dict.fromkeys(rows.values_list("object_id", flat=True)))
