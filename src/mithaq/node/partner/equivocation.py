"""Two histories of one log: keep both, stop there, tell everyone. Never resolve by itself.

Spec: docs/spec 8.8.
"""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from mithaq.core.acts.kinds import Kind
from mithaq.core.encoding import encode_base64
from mithaq.core.log.signed_note import SignedNote, parse_signed_note
from mithaq.core.types import Origin
from mithaq.errors import MissingError, RefusedError, UnavailableError
from mithaq.node.draft import Draft, new_act_id
from mithaq.node.node import Node
from mithaq.node.records import Alarm, FollowedHead

ALARM = "equivocation"


def _untold(origin: Origin) -> str:
    """Setting that holds the id of the alarm act until it is in the log."""
    return f"untold {sha256(origin.encode()).hexdigest()[:48]}"


MOST_TOLD_BYTES = 65_536
"""Of a note in the alarm act: its author could pad it beyond what an act may hold, and never be told of."""


def _to_tell(head: FollowedHead, notes: Sequence[bytes]) -> list[bytes]:
    """The notes with the lines of their log alone; one that is too long even so stays here as evidence."""
    parsed = [parse_signed_note(note) for note in notes if note]
    cut = [
        SignedNote(note.text, tuple(line for line in note.lines if line.name == head.origin)).encode()
        for note in parsed
    ]
    return [note for note in cut if len(note) <= MOST_TOLD_BYTES]


class Equivocation:
    """Freezes a log and raises the alarm, once."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def report(self, head: FollowedHead, notes: Sequence[bytes]) -> None:
        """Keep both SignedNotes verbatim, freeze the log, queue ``alarm.equivocation`` to all partners."""
        store = self._node.store
        with store.transaction():
            store.alarms.keep_evidence(head.origin, ALARM, notes)
            store.followed.save(replace(store.followed.head(head.origin, lock=True), frozen=True))
            is_new = store.alarms.raise_alarm(Alarm(ALARM, head.origin, self._node.clock.now()))
            if is_new:
                random, own = self._node.entropy.random_bytes(10), self._node.identity.origin
                act_id = new_act_id(self._node.clock.now(), random, own)
                store.settings.set(_untold(head.origin), act_id)
        self.tell(head)

    def tell(self, head: FollowedHead) -> None:
        """Append the alarm to the own log, unless it stands there: also after a kill, or a read-only time."""
        settings = self._node.store.settings
        act_id = settings.get(_untold(head.origin))
        if act_id is None:
            return
        if not self._is_told(act_id):
            notes = [notes for kind, notes in self._node.store.alarms.evidence(head.origin) if kind == ALARM]
            try:
                self._node.append([self._draft(head, notes[0], act_id)])
            except (UnavailableError, RefusedError):
                return  # no writer, or a closed gate: the next pull tells it
        settings.set(_untold(head.origin), None)

    def _is_told(self, act_id: str) -> bool:
        try:
            return self._node.store.acts.by_id(act_id).log == self._node.identity.origin
        except MissingError:
            return False

    def _draft(self, head: FollowedHead, notes: Sequence[bytes], act_id: str) -> Draft:
        node = self._node
        recipients = [code for code in node.store.roster.codes() if code != head.administration]
        return Draft(
            {
                "kind": str(Kind.ALARM_EQUIVOCATION),
                "id": act_id,
                "priority": "immediate",
                "actor": node.machine_actor(),
                "body": {
                    "log": head.origin,
                    "notes": [encode_base64(note) for note in _to_tell(head, notes)],
                },
            },
            tuple(recipients),
        )
