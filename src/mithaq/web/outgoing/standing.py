"""Where something that has left stands: what the partner has received, and what can be done now."""

from dataclasses import dataclass

from mithaq.core.acts.kinds import Kind
from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.core.types import LeafIndex
from mithaq.errors import ConflictError
from mithaq.node.node import Node
from mithaq.node.records import NoteRow
from mithaq.web.outgoing.commands import ActOnInstrument, Command, Reply, from_json
from mithaq.web.outgoing.models import OutgoingDraft


@dataclass(frozen=True, slots=True)
class Seen:
    """What one partner has of an act.

    Attributes:
        result: of its receipt; empty while there is none.
        state: of the note with it; empty for an instrument.
    """

    recipient: str
    result: str
    at: object
    state: str


def seen_by_partners(node: Node, draft: OutgoingDraft) -> list[Seen]:
    """What each recipient has, by its own receipts."""
    act = node.store.acts.by_id(draft.act_id)
    ranges = node.store.receipts.covering(act.log, [LeafIndex(act.leaf_index)])
    rows: list[NoteRow] = node.store.projections.notes(object_id=act.object_id)
    states = {row.recipient: row.state for row in rows}
    found = []
    for to in act.parsed.to:
        held = [each for each in ranges if each.recipient == to.administration]
        last = max(held, key=lambda each: each.at, default=None)
        found.append(
            Seen(
                to.administration,
                str(last.result) if last else "",
                last.at if last else None,
                states.get(to.administration, ""),
            )
        )
    return found


def can_be_withdrawn(draft: OutgoingDraft) -> bool:
    """Whether its kind has a withdrawal; whether the state still allows it, the desk says."""
    return draft.kind in (
        Kind.NOTE_SEND,
        Kind.INSTRUMENT_PROPOSE,
        Kind.INSTRUMENT_COUNTER,
        Kind.INSTRUMENT_SIGN,
    )


def withdrawal_of(draft: OutgoingDraft, reason: str, content_hash: str = "") -> Command:
    """The act that takes it back.

    Raises:
        ConflictError: ``no_withdrawal``.
    """
    command = from_json(draft.command)
    if draft.kind == Kind.NOTE_SEND:
        return Reply(draft.act_id, str(Kind.NOTE_WITHDRAW), {"reason": reason})
    if not isinstance(command, ActOnInstrument) or not can_be_withdrawn(draft):
        raise ConflictError("no_withdrawal", "This cannot be withdrawn.")
    is_signing = command.kind == InstrumentKind.SIGN
    manifest = command.body.get("manifest", {})
    body = {
        "version": command.body["version"] if is_signing else manifest["version"],
        "content_hash": command.body["content_hash"] if is_signing else content_hash,
        "of": "signing" if is_signing else "proposal",
        "reason": reason,
    }
    return ActOnInstrument(command.object_id, str(InstrumentKind.WITHDRAW), body)
