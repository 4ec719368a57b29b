"""A node restored from an old backup must never sign a second history.

On start and daily each partner is asked what it cosigned of our log. Where one holds more than we do, the
node is read-only until it has fetched its own entries back; and until it has pulled again what its own acts
say that it had seen.

Spec: docs/spec 7.4.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from mithaq.core.log.checkpoint import Checkpoint, open_checkpoint
from mithaq.core.log.signed_note import parse_signed_note
from mithaq.core.log.tiles import TILE_WIDTH
from mithaq.core.types import AdministrationCode, LeafIndex
from mithaq.errors import MithaqError
from mithaq.node.append.sequencer import Sequencer
from mithaq.node.node import Node
from mithaq.node.partner.own_heads import OwnHeads
from mithaq.node.partner.partner_keys import PartnerKeys
from mithaq.node.ports import PeerClient
from mithaq.node.records import Alarm
from mithaq.node.restore.restore_recovery import Recovery

log = logging.getLogger("mithaq.guard")

MODE = "mode"
GUARD = "guard"
BACKUP_GENERATION = "restored_generation"
"""Set by ``node restore``; while set, silence of a partner keeps the node read-only."""


class Verdict(StrEnum):
    """What a checkpoint of our log says about us."""

    WE_EXTEND = "we_extend"
    IT_EXTENDS = "it_extends"
    FORK = "fork"


@dataclass(frozen=True, slots=True)
class Peer:
    """A partner as the guard asks it."""

    client: PeerClient
    keys: PartnerKeys


@dataclass(frozen=True, slots=True)
class Answer:
    """What a partner holds of our log: the note that it cosigned last, signed by us; none if it never did."""

    peer: Peer
    note: bytes = b""
    checkpoint: Checkpoint | None = None


class RestoreGuard:
    """Decides whether this node may append, and brings back what a restore lost."""

    def __init__(self, node: Node, sequencer: Sequencer) -> None:
        self._node = node
        self._recovery = Recovery(node, sequencer)
        self._heads = OwnHeads(node)

    @property
    def is_closed(self) -> bool:
        """Whether the node is read-only."""
        return self._node.store.settings.get(MODE) == GUARD

    def close(self, reason: str) -> None:
        """Make the node read-only."""
        self._node.store.settings.set(MODE, GUARD)
        self._node.store.alarms.raise_alarm(
            Alarm("guard", self._node.identity.origin, self._node.clock.now(), reason)
        )

    def open(self) -> None:
        """Let the node append again."""
        settings = self._node.store.settings
        if settings.get(MODE) is not None or settings.get(BACKUP_GENERATION) is not None:
            settings.set(MODE, None)
            settings.set(BACKUP_GENERATION, None)
            self._node.store.alarms.clear("guard", self._node.identity.origin)

    def check(self, peers: Sequence[Peer]) -> None:
        """Ask everyone; close, recover or open accordingly."""
        answers = [answer for peer in peers if (answer := self._ask(peer)) is not None]
        self._recover(answers)
        reason = self._find_reason(peers, answers)
        if reason:
            self.close(reason)
        else:
            self.open()

    def accept_checkpoint(self, data: bytes, keys: PartnerKeys) -> Verdict:
        """A signed checkpoint of our log brought by hand counts as an answer."""
        own_keys = keys.own_log_keys()
        return self._judge(open_checkpoint(parse_signed_note(data), self._node.identity.origin, own_keys))

    def _ask(self, peer: Peer) -> Answer | None:
        """None for silence: also where what comes is not signed by us, which says nothing about us."""
        origin = self._node.identity.origin
        try:
            data = peer.client.heads(origin)
            if data is None:
                return Answer(peer)
            theirs = open_checkpoint(parse_signed_note(data), origin, peer.keys.own_log_keys())
        except MithaqError:
            return None
        return Answer(peer, data, theirs)

    def _judge(self, theirs: Checkpoint) -> Verdict:
        if theirs.tree_size > self._node.store.own.head().tree_size:
            return Verdict.IT_EXTENDS
        is_same = self._heads.root_at(theirs.tree_size) == theirs.root_hash
        return Verdict.WE_EXTEND if is_same else Verdict.FORK

    def _recover(self, answers: Sequence[Answer]) -> None:
        """Take back what is missing from whoever holds the most and has the entries."""
        size = self._node.store.own.head().tree_size
        larger = [(one.checkpoint, one.peer.client) for one in answers if one.checkpoint]
        larger = [(theirs, client) for theirs, client in larger if theirs.tree_size > size]
        if larger:
            self.close("a partner holds more of this log than this node")
        clients = [one.peer.client for one in answers]
        for theirs, client in sorted(larger, key=lambda one: -one[0].tree_size):
            try:
                self._recovery.run(theirs, client, clients)
                return
            except MithaqError as error:
                log.warning("the log could not be taken back up to %d: %s", theirs.tree_size, error)

    def _find_reason(self, peers: Sequence[Peer], answers: Sequence[Answer]) -> str:
        """Why this node may not append; empty when it may."""
        verdicts = [(self._judge(one.checkpoint), one) for one in answers if one.checkpoint]
        for verdict, answer in verdicts:
            if verdict is Verdict.FORK:
                notes = [self._node.store.own.head().note, answer.note]
                self._node.store.alarms.keep_evidence(self._node.identity.origin, "own_fork", notes)
                return "a partner cosigned another history of this log"
        if any(verdict is Verdict.IT_EXTENDS for verdict, _ in verdicts):
            return "a partner holds more of this log, and it could not be fetched yet"
        signed_size, _ = self._node.signer.head()
        if signed_size > self._node.store.own.head().next_index:
            return "this database is older than what this node has signed, and nobody holds the rest"
        is_guarded = self.is_closed or self._node.store.settings.get(BACKUP_GENERATION) is not None
        if not is_guarded or (not peers and self._node.store.own.cosigned_size() == 0):
            return ""  # with nobody who ever cosigned this log, nobody can be told another history
        if len(answers) < len(peers) or not peers:
            # The one that is silent may hold what no other does: one answer of less proves nothing.
            return "restored from a backup, and not every partner has answered yet"
        if self._has_seen_more([one.peer.keys.code for one in answers]):
            return "own acts have seen more of a partner's log than is applied here; it is pulled first"
        return ""

    def _has_seen_more(self, codes: Sequence[AdministrationCode]) -> bool:
        """Whether the last own act saw more of the logs of these partners than this node has now.

        ``seen`` never falls from act to act, or a signing could be annulled afterwards (spec 9).
        """
        size = self._node.store.own.head().tree_size
        acts = self._node.store.own.acts_from(LeafIndex(max(0, size - TILE_WIDTH)), TILE_WIDTH)
        seen = acts[-1].parsed.seen_sizes if acts else {}
        return any(
            head.administration in codes and not head.frozen and seen.get(head.origin, 0) > head.applied_size
            for head in self._node.store.followed.heads()
        )
