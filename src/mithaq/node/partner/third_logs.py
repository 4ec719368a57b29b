"""Two partners have seen two trees of one log: ask the one that says so for what it cosigned of it.

What an act has ``seen`` is its author's word. The checkpoint that the author cosigned bears the signature
of the log itself, and beside ours it is proof.

Spec: docs/spec 8.3.3, 8.8.1.
"""

from mithaq.core.log.checkpoint import open_checkpoint
from mithaq.core.log.signed_note import parse_signed_note
from mithaq.core.types import Origin
from mithaq.errors import MalformedError, MissingError, RefusedError
from mithaq.node.node import Node
from mithaq.node.partner.equivocation import Equivocation
from mithaq.node.partner.followed_roots import FollowedRoots
from mithaq.node.partner.partner_keys import PartnerKeys
from mithaq.node.ports import PeerClient

SEEN_OTHER_ROOT = "seen_other_root"
"""Alarm, its subject the log of which somebody has seen another tree."""

ASK_EVERY_S = 600.0


class ThirdLogs:
    """Compares what was met elsewhere: of other logs at one partner, of its log at the own witness."""

    def __init__(self, node: Node, origin: Origin, client: PeerClient) -> None:
        self._node = node
        self._origin = origin
        self._client = client
        self._compared = b""
        self._roots = FollowedRoots(node.store.followed)
        self._equivocation = Equivocation(node)
        self._asked_s: dict[Origin, float] = {}

    def follow_up(self) -> None:
        """Ask about each log that is in doubt, now and then; freeze a log on proof."""
        self._compare_witnessed()
        for alarm in self._node.store.alarms.alarms():
            if alarm.code == SEEN_OTHER_ROOT and self._is_due(Origin(alarm.subject)):
                self._ask(Origin(alarm.subject))

    def _compare_witnessed(self) -> None:
        witnessed = self._node.store.witnessed.last(self._origin)
        if witnessed != self._compared and self._compare(self._origin, witnessed):
            self._compared = witnessed

    def _is_due(self, origin: Origin) -> bool:
        now_s = self._node.clock.monotonic_s()
        if now_s - self._asked_s.get(origin, float("-inf")) < ASK_EVERY_S:
            return False
        self._asked_s[origin] = now_s
        return True

    def _ask(self, origin: Origin) -> None:
        data = self._client.heads(origin)
        if data is not None:
            self._compare(origin, data)

    def _compare(self, origin: Origin, data: bytes) -> bool:
        """Hold a checkpoint of that log against ours; whether it could be judged."""
        try:
            head, note = self._node.store.followed.head(origin), parse_signed_note(data)
            keys = PartnerKeys(self._node, head.administration)
            theirs = open_checkpoint(note, origin, keys.log_keys(head.verified_size))
        except (MalformedError, MissingError, RefusedError):
            return True  # not a checkpoint of that log: it proves nothing
        if theirs.tree_size > head.verified_size:
            return False  # by our own pull, when it comes that far
        if not head.frozen and self._roots.root_at(origin, theirs.tree_size) != theirs.root_hash:
            self._equivocation.report(head, [head.note, data])
        return True
