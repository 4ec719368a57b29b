"""A node restored from an old backup must never sign a second history.

On start and daily each partner and each witness is asked what it cosigned of our log. Where one holds more
than we do, the node is read-only until it has fetched its own entries back; and until it has pulled again
what its own acts say that it had seen.

After a restore every partner on the roster must have answered before the node appends: the silent one may
hold what no other does (docs/adr/0008). A checkpoint brought by hand is the answer of those who cosigned it;
and two officers may end the guard (``officers``).

Spec: docs/spec 7.4.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from mithaq.core.encoding import encode_base64, parse_base64
from mithaq.core.log.checkpoint import Checkpoint, open_checkpoint
from mithaq.core.log.signed_note import parse_signed_note
from mithaq.core.log.tiles import TILE_WIDTH
from mithaq.core.types import AdministrationCode, LeafIndex
from mithaq.errors import MalformedError, MithaqError, RefusedError
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
NOBODY = "nobody"
"""In the place of a code, when there is no partner to ask."""
HAND_CHECKPOINT = "hand_checkpoint"
"""Setting: a SignedNote of our log that people brought, base64; until the guard opens."""


class Verdict(StrEnum):
    """What a checkpoint of our log says about us."""

    WE_EXTEND = "we_extend"
    IT_EXTENDS = "it_extends"
    FORK = "fork"


@dataclass(frozen=True, slots=True)
class Peer:
    """A partner as the guard asks it.

    Attributes:
        is_witness: whether it only witnesses our log: its answer is heard, its silence proves nothing.
    """

    client: PeerClient
    keys: PartnerKeys
    is_witness: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What is held of our log elsewhere: the note that was cosigned last, signed by us; none if none was.

    Attributes:
        codes: the partners whose answer it is; none for a witness.
        client: where the entries are asked for; None for a note that people brought.
    """

    codes: frozenset[AdministrationCode]
    client: PeerClient | None
    note: bytes = b""
    checkpoint: Checkpoint | None = None


class RestoreGuard:
    """Decides whether this node may append, and brings back what a restore lost."""

    def __init__(self, node: Node, sequencer: Sequencer) -> None:
        self._node = node
        self._recovery = Recovery(node, sequencer)
        self._heads = OwnHeads(node)
        self.silent: tuple[str, ...] = ()
        """Whose answer is all that the guard waits for, by the last check; empty when it waits for more."""

    @property
    def is_closed(self) -> bool:
        """Whether the node is read-only."""
        return self._node.store.settings.get(MODE) == GUARD

    def close(self, reason: str) -> None:
        """Make the node read-only."""
        store, origin = self._node.store, self._node.identity.origin
        store.settings.set(MODE, GUARD)
        told = [alarm.detail for alarm in store.alarms.alarms() if alarm.code == GUARD]
        if told != [reason]:
            log.error("this node is read-only: %s", reason)
            store.alarms.clear(GUARD, origin)
            store.alarms.raise_alarm(Alarm(GUARD, origin, self._node.clock.now(), reason))

    def open(self) -> None:
        """Let the node append again."""
        settings = self._node.store.settings
        if settings.get(MODE) is not None or settings.get(BACKUP_GENERATION) is not None:
            for name in (MODE, BACKUP_GENERATION, HAND_CHECKPOINT):
                settings.set(name, None)
            self._node.store.alarms.clear(GUARD, self._node.identity.origin)

    def check(self, peers: Sequence[Peer]) -> None:
        """Ask everyone; close, recover or open accordingly."""
        answers = [answer for peer in peers if (answer := self._ask(peer)) is not None]
        brought = self._read_brought()
        answers += [brought] if brought is not None else []
        self._recover(answers)
        reason = self._find_reason(peers, answers)
        if reason:
            self.close(reason)
        else:
            self.open()

    def accept_checkpoint(self, data: bytes) -> Verdict:
        """A checkpoint of our log that people brought counts as the answer of the partners who cosigned it.

        It is kept until the guard opens; the next ``check`` hears it.

        Raises:
            MalformedError, RefusedError: it is not a SignedNote, or not signed by a key of our log.
            RefusedError: ``not_cosigned_by_partner``; it says what we signed, not what anybody holds.
        """
        answer = self._open_brought(data)
        if not answer.codes or answer.checkpoint is None:
            raise RefusedError("not_cosigned_by_partner", "no partner on the roster has cosigned it")
        self._node.store.settings.set(HAND_CHECKPOINT, encode_base64(data))
        return self._judge(answer.checkpoint)

    def _open_brought(self, data: bytes) -> Answer:
        note, node = parse_signed_note(data), self._node
        own_keys = PartnerKeys(node, node.identity.code).own_log_keys()
        checkpoint = open_checkpoint(note, node.identity.origin, own_keys)
        codes = [
            code for code in node.store.roster.codes() if PartnerKeys(node, code).good_cosignatures(note)
        ]
        return Answer(frozenset(codes), None, data, checkpoint)

    def _read_brought(self) -> Answer | None:
        kept = self._node.store.settings.get(HAND_CHECKPOINT)
        try:
            return None if kept is None else self._open_brought(parse_base64(kept))
        except (MalformedError, RefusedError) as error:
            log.warning("the checkpoint that was brought by hand says nothing: %s", error)
            return None

    def _ask(self, peer: Peer) -> Answer | None:
        """None for silence: also where what comes is not signed by us, which says nothing about us."""
        origin = self._node.identity.origin
        codes = frozenset(() if peer.is_witness else (peer.keys.code,))
        try:
            data = peer.client.heads(origin)
            if data is None:
                return Answer(codes, peer.client)
            theirs = open_checkpoint(parse_signed_note(data), origin, peer.keys.own_log_keys())
        except MithaqError:
            return None
        return Answer(codes, peer.client, data, theirs)

    def _judge(self, theirs: Checkpoint) -> Verdict:
        if theirs.tree_size > self._node.store.own.head().tree_size:
            return Verdict.IT_EXTENDS
        is_same = self._heads.root_at(theirs.tree_size) == theirs.root_hash
        return Verdict.WE_EXTEND if is_same else Verdict.FORK

    def _recover(self, answers: Sequence[Answer]) -> None:
        """Take back what is missing from whoever holds the most and has the entries."""
        size = self._node.store.own.head().tree_size
        heads = [one.checkpoint for one in answers if one.checkpoint and one.checkpoint.tree_size > size]
        if heads:
            self.close("a partner holds more of this log than this node")
        clients = [one.client for one in answers if one.client is not None]
        tries = [(theirs, client) for theirs in heads for client in clients]
        for theirs, client in sorted(tries, key=lambda one: -one[0].tree_size):
            try:
                self._recovery.run(theirs, client, clients)
                return
            except MithaqError as error:
                log.warning("the log could not be taken back up to %d: %s", theirs.tree_size, error)

    def _find_reason(self, peers: Sequence[Peer], answers: Sequence[Answer]) -> str:
        """Why this node may not append; empty when it may."""
        self.silent = ()
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
        answered = {code for one in answers for code in one.codes}
        silent = sorted({str(one.keys.code) for one in peers if not one.is_witness} - answered)
        if silent or not answered:
            # The one that is silent may hold what no other does: one answer of less proves nothing.
            self.silent = tuple(silent) or (NOBODY,)
            return f"restored from a backup, and these have not answered: {' '.join(self.silent)}"
        if self._has_seen_more(sorted(answered)):
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
