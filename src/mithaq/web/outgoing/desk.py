"""From a command to the checked draft of an act: what would cross the border, without sending it."""

from typing import assert_never

from mithaq.core.acts.kinds import Kind
from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.core.instruments.state import InstrumentState
from mithaq.node.append.submit import Author, Desk, HeldObject, NoteContent
from mithaq.node.draft import Draft
from mithaq.node.node import Node
from mithaq.web.outgoing.commands import ActOnInstrument, Command, Release, Reply, SendNote, codes_of


class OneLook(Desk):
    """The desk of one page: it reads each instrument once, however many ask."""

    def __init__(self, node: Node) -> None:
        super().__init__(node)
        self._read: dict[str, tuple[HeldObject, InstrumentState]] = {}

    def read_instrument(self, object_id: str) -> tuple[HeldObject, InstrumentState]:
        """As of the first time it was asked for."""
        if object_id not in self._read:
            self._read[object_id] = super().read_instrument(object_id)
        return self._read[object_id]


def draft_act(desk: Desk, command: Command, author: Author, act_id: str) -> Draft:
    """The act that a command becomes, checked against the state of now.

    Raises:
        MissingError, MalformedError, NotAllowedError, ConflictError: as the methods of ``Desk``.
    """
    match command:
        case SendNote():
            content = NoteContent(
                command.object_kind,
                codes_of(command.recipients),
                command.body,
                command.fields,
                command.sections,
                command.object_v,
            )
            return desk.draft_note(content, author, act_id=act_id)
        case Reply():
            kind = Kind(command.kind)
            return desk.draft_reply(
                command.note_id, kind, command.body, author, command.fields, act_id=act_id
            )
        case ActOnInstrument():
            return desk.draft_on_instrument(
                command.object_id,
                InstrumentKind(command.kind),
                command.body,
                author,
                command.fields,
                act_id=act_id,
            )
        case Release():
            recipients = codes_of(command.recipients)
            return desk.draft_release(command.act_id, recipients, author, own_id=act_id)
        case _:
            assert_never(command)
