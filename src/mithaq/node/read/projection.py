"""From acts to the read models of the two primitives. Nothing else writes them.

An act of the own log is projected with the checkpoint that publishes it, one of a partner with the
cursor that applies it; so a model never shows what is not durable, and ``rebuild`` gets the same rows.
"""

from collections.abc import Iterable, Sequence

from msgspec import structs

from mithaq.core.acts.kinds import Kind
from mithaq.core.acts.placed import PlacedAct
from mithaq.core.acts.receipts import ReceiptResult, parse_receipt
from mithaq.core.log.merkle import MAX_TREE_SIZE
from mithaq.core.notes.clock import compute_clock
from mithaq.core.notes.standing import NoteState, NoteStatus
from mithaq.core.notes.state import fold_note
from mithaq.core.notes.times import Interval
from mithaq.core.types import AdministrationCode, LeafIndex, Origin
from mithaq.errors import MalformedError, MissingError
from mithaq.node.handling import read_code
from mithaq.node.ports import Store
from mithaq.node.read.basis import basis_objects, find_suspensions, may_stop_clocks
from mithaq.node.read.fields import read_fields
from mithaq.node.read.fresh_ranges import find_fresh
from mithaq.node.read.instrument_rows import InstrumentProjector
from mithaq.node.read.openings import project_openings
from mithaq.node.read.placing import place_act, place_acts
from mithaq.node.read.revoked_acts import find_touched, without_revoked
from mithaq.node.records import NoteRow, ReceiptRange, SealedAct
from mithaq.node.registry import ObjectKind, Primitive, Registry


class Projector:
    """Keeps the read models in step. Call it inside the transaction that stores the acts."""

    def __init__(self, store: Store, registry: Registry, own_code: AdministrationCode) -> None:
        self._store = store
        self._registry = registry
        self._own_code = own_code
        self._instruments = InstrumentProjector(store, registry)

    def project(self, acts: Sequence[SealedAct]) -> None:
        """Bring the models up to date with acts of one log, in index order, that are visible here now.

        Receipts about them may be known already: at a replay, and when another recipient was quicker.
        """
        if acts:
            covering = self._store.receipts.covering(acts[0].log, [act.leaf_index for act in acts])
            self._project(acts, [one for one in covering if one.result is ReceiptResult.APPLIED])
            project_openings(self._store, self._registry, acts)

    def _project(self, acts: Sequence[SealedAct], applied: Sequence[ReceiptRange]) -> None:
        opened: list[NoteRow] = []
        touched: dict[str, None] = {}
        receipts: list[SealedAct] = []
        for act in acts:
            kind = self._registry.find(act.parsed.object_kind, act.parsed.object_v)
            if act.parsed.kind == Kind.NOTE_SEND and kind and kind.primitive is Primitive.NOTE:
                opened.extend(_open_note(act, kind, applied))
                if self._rest(act) and applied:
                    touched[act.object_id] = None
                model = self._registry.read_model_of(kind.name)
                if model is not None:
                    model.project(act, [act])
            elif act.parsed.kind == Kind.RECEIPT:
                receipts.append(act)
            elif act.parsed.object or act.parsed.kind == Kind.INSTRUMENT_PROPOSE:
                touched[act.object_id] = None
        self._store.projections.save_notes(opened)
        for receipt in receipts:
            touched.update(dict.fromkeys(self._project_receipt(receipt)))
        touched.update(dict.fromkeys(find_touched(self._store, acts, self._own_code)))
        self.refold(touched)

    def _rest(self, act: SealedAct) -> list[str]:
        """Keep on what a fresh note rests; answers the instruments."""
        bases = basis_objects(act) if "basis" in act.parsed.body else []
        if bases:
            self._store.projections.save_basis(act.object_id, act.log, act.leaf_index, bases)
        return bases

    def refold(self, object_ids: Iterable[str]) -> None:
        """Fold objects anew from every act held of them and replace their rows."""
        grouped = self._store.acts.of_objects(object_ids)
        for object_id, acts in grouped.items():
            self._refold_one(object_id, acts)

    def _refold_one(self, object_id: str, acts: Sequence[SealedAct]) -> None:
        first = next((act for act in acts if act.parsed.id == object_id), None)
        if first is None:
            return  # the first act is not released to this node, or is parked
        kind = self._registry.find(first.parsed.object_kind, first.parsed.object_v)
        if kind is None:
            return
        model = self._registry.read_model_of(kind.name)
        if model is not None:
            model.project(first, acts)
        placed = place_acts(without_revoked(self._store, acts), self._store.receipts)
        if kind.primitive is Primitive.INSTRUMENT:
            self._instruments.project(first, placed)
            if may_stop_clocks(acts):
                self.refold(self._store.projections.resting_on(object_id))
        else:
            stops = find_suspensions(self._store, first, placed)
            self._store.projections.save_notes(fold_rows(first, placed, kind, stops))

    def _project_receipt(self, act: SealedAct) -> list[str]:
        """Store the ranges of a receipt, deliver fresh notes at once, answer what must be folded anew."""
        try:
            receipt = parse_receipt(act.parsed.body)
        except MalformedError:
            return []
        ranges = [
            ReceiptRange(
                Origin(receipt.log),
                act.parsed.author,
                LeafIndex(one.first),
                LeafIndex(one.last),
                ReceiptResult(one.result),
                receipt.at,
                receipt.tree_size,
                act.log,
                act.leaf_index,
            )
            for one in receipt.ranges
        ]
        below = self._bound(Origin(receipt.log))
        ranges = [one for one in ranges if one.last < below]  # a liar's range may be as wide as it likes
        if act.parsed.author == self._own_code:
            for one in ranges:
                self._store.receipts.settle(one.subject_log, one.first, one.last, one.result)
        else:
            ranges = find_fresh(self._store.receipts, ranges)
        self._store.receipts.add(ranges)
        touched: list[str] = []
        for one in ranges:
            touched += self._deliver(one)
        return touched

    def _deliver(self, one: ReceiptRange) -> list[str]:
        if one.result is not ReceiptResult.APPLIED:
            return []
        self._store.projections.deliver_notes(one.subject_log, one.recipient, one.first, one.last, one.at)
        place = (one.subject_log, one.first, one.last)
        return [*self._store.acts.objects_in(*place), *self._store.projections.resting_in(*place)]

    def _bound(self, log: Origin) -> int:
        """Leaves below this may be spoken of: of the own log all, of one that is not followed none."""
        own = self._store.own.head()
        if log == own.origin:
            return own.next_index
        try:
            self._store.followed.head(log)
        except MissingError:
            return 0
        return MAX_TREE_SIZE  # another reader of that log may be ahead of us


def _open_note(act: SealedAct, kind: ObjectKind, applied: Sequence[ReceiptRange]) -> list[NoteRow]:
    """Rows of a note nobody has touched: one for each recipient."""
    if applied:
        return fold_rows(act, [place_act(act, applied)], kind)
    return [make_sent_row(act, kind, recipient.administration) for recipient in act.parsed.to]


def make_sent_row(act: SealedAct, kind: ObjectKind, recipient: AdministrationCode) -> NoteRow:
    """The row of a note that is sent and no more: what ``fold_rows`` gives, without the fold.

    On the path of every act, where the fold costs more than everything else here.
    """
    parsed = act.parsed
    terms = kind.terms(parsed.body)
    return NoteRow(
        object_id=parsed.id,
        recipient=recipient,
        object_kind=kind.name,
        sender=parsed.author,
        log=act.log,
        leaf_index=act.leaf_index,
        subject=parsed.subject or {},
        state=NoteStatus.SENT,
        expects=terms.expects,
        priority=parsed.priority,
        handling=read_code(parsed.handling),
        dossier=parsed.dossier,
        created_at=parsed.created_at,
        limit_s=terms.default_limit_s,
        fields=read_fields(parsed.body),
    )


def fold_rows(
    first: SealedAct, acts: Sequence[PlacedAct], kind: ObjectKind, suspensions: Sequence[Interval] = ()
) -> list[NoteRow]:
    """Rows of a note, one for each recipient, from all its acts and the suspensions of its basis."""
    parsed = first.parsed
    terms = kind.terms(parsed.body)
    handling = read_code(parsed.handling)
    rows = []
    for recipient in parsed.to:
        code = recipient.administration
        state = fold_note(acts, code, terms)
        row = NoteRow(
            object_id=parsed.id,
            recipient=code,
            object_kind=kind.name,
            sender=parsed.author,
            log=first.log,
            leaf_index=first.leaf_index,
            subject=parsed.subject or {},
            state=state.status,
            expects=terms.expects,
            priority=parsed.priority,
            handling=handling,
            dossier=parsed.dossier,
            created_at=state.send.created_at,
            act_count=count_between(parsed.author, code, acts),
            marks=sorted(state.marks),
            delivered_at=state.delivered_at,
            limit_s=terms.default_limit_s,
            fields=read_fields(parsed.body),
        )
        rows.append(row if state.delivered_at is None else _with_clock(row, state, suspensions))
    return rows


def count_between(
    sender: AdministrationCode, recipient: AdministrationCode, acts: Iterable[PlacedAct]
) -> int:
    """Acts between the two sides; those of and to other recipients one side does not hold."""
    return sum(
        (act.author == sender and recipient in act.recipients)
        or (act.author == recipient and sender in act.recipients)
        for act in acts
    )


def _with_clock(row: NoteRow, state: NoteState, suspensions: Sequence[Interval]) -> NoteRow:
    clock = compute_clock(state, suspensions=suspensions)
    return structs.replace(
        row,
        marks=sorted({*row.marks, *clock.marks}),
        limit_s=clock.limit_s,
        due_at=clock.due_at,
        remaining_s=clock.remaining_s,
        met_at=clock.met_at,
    )
