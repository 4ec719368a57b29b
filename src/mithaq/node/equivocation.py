"""Two histories of one log: keep both, stop there, tell everyone. Never resolve by itself.

Spec: docs/spec, Equivocation (design: record §6.8).
"""

from collections.abc import Sequence
from dataclasses import replace

from mithaq.core.acts.kinds import Kind
from mithaq.core.encoding import encode_base64
from mithaq.node.draft import Draft, new_act_id
from mithaq.node.node import Node
from mithaq.node.records import Alarm, FollowedHead

ALARM = "equivocation"


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
            self._node.appender.submit([self._draft(head, notes)])

    def _draft(self, head: FollowedHead, notes: Sequence[bytes]) -> Draft:
        node = self._node
        recipients = [code for code in node.store.roster.codes() if code != head.administration]
        return Draft(
            {
                "kind": str(Kind.ALARM_EQUIVOCATION),
                "id": new_act_id(node.clock.now(), node.entropy.random_bytes(10)),
                "priority": "immediate",
                "actor": node.machine_actor(),
                "body": {"log": head.origin, "notes": [encode_base64(note) for note in notes]},
            },
            tuple(recipients),
        )
