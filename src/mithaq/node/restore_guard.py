"""A node restored from an old backup must never sign a second history.

On start and daily each partner is asked what it cosigned of our log. Where it holds more than we do, the
node is read-only until it has fetched its own entries back.

Spec: docs/spec, Append, "Restore guard" (design: record §5.6, trust §9.4).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from mithaq.core.acts.commitment import commit_act, leaf_of, parse_entry
from mithaq.core.acts.envelope import Envelope, parse_envelope
from mithaq.core.federation.page import ActLine, parse_line
from mithaq.core.log.checkpoint import Checkpoint, open_checkpoint
from mithaq.core.log.merkle import parse_compact_range
from mithaq.core.log.signed_note import parse_signed_note
from mithaq.core.log.tiles import TILE_WIDTH, TileReader, parse_bundle
from mithaq.core.types import LeafIndex, TreeSize
from mithaq.errors import MithaqError, RefusedError
from mithaq.node.follow import root_at
from mithaq.node.leaves import check_sections
from mithaq.node.log_reader import OwnLogReader
from mithaq.node.node import Node
from mithaq.node.partner_keys import PartnerKeys
from mithaq.node.ports import PeerClient
from mithaq.node.records import Alarm, OwnHead, Release, SealedAct
from mithaq.node.sequencer import Sequencer

MODE = "mode"
GUARD = "guard"
BACKUP_GENERATION = "restored_generation"
"""Set by ``node restore``; while set, silence of all partners keeps the node read-only."""


class Verdict(StrEnum):
    """What one partner's answer says about us."""

    SILENT = "silent"
    UNKNOWN_TO_IT = "unknown"
    WE_EXTEND = "we_extend"
    IT_EXTENDS = "it_extends"
    FORK = "fork"


@dataclass(frozen=True, slots=True)
class Peer:
    """A partner as the guard asks it."""

    client: PeerClient
    keys: PartnerKeys


class RestoreGuard:
    """Decides whether this node may append, and brings back what a restore lost."""

    def __init__(self, node: Node, sequencer: Sequencer) -> None:
        self._node = node
        self._sequencer = sequencer

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
        verdicts = [self._check_one(peer) for peer in peers]
        if Verdict.FORK in verdicts:
            self.close("a partner cosigned another history of this log")
            return
        is_restored = self._node.store.settings.get(BACKUP_GENERATION) is not None
        if not peers and self._node.store.own.cosigned_size() == 0:
            self.open()  # nobody has ever cosigned this log, so there is nobody to tell another history to
            return
        answered = any(verdict is not Verdict.SILENT for verdict in verdicts)
        if (is_restored or self.is_closed) and not answered:
            self.close("restored from a backup, and no partner answers yet")
            return
        self.open()

    def accept_checkpoint(self, data: bytes, keys: PartnerKeys) -> Verdict:
        """A signed checkpoint of our log brought by hand counts as an answer."""
        return self._judge(
            open_checkpoint(parse_signed_note(data), self._node.identity.origin, keys.own_log_keys())
        )

    def _check_one(self, peer: Peer) -> Verdict:
        try:
            data = peer.client.heads(self._node.identity.origin)
            if data is None:
                return Verdict.UNKNOWN_TO_IT
            note = parse_signed_note(data)
            theirs = open_checkpoint(note, self._node.identity.origin, peer.keys.own_log_keys())
            verdict = self._judge(theirs)
            if verdict is Verdict.IT_EXTENDS:
                self.close("a partner holds more of this log than this node")
                self._recover(theirs, peer.client)
                return Verdict.WE_EXTEND
        except RefusedError:
            return Verdict.FORK
        except MithaqError:
            return Verdict.SILENT
        if verdict is Verdict.FORK:
            self._node.store.alarms.keep_evidence(
                self._node.identity.origin, "own_fork", [self._node.store.own.head().note, data]
            )
        return verdict

    def _judge(self, theirs: Checkpoint) -> Verdict:
        own = self._node.store.own.head()
        if theirs.tree_size > own.tree_size:
            return Verdict.IT_EXTENDS
        return Verdict.WE_EXTEND if self._root_at(theirs.tree_size) == theirs.root_hash else Verdict.FORK

    def _root_at(self, tree_size: TreeSize) -> bytes:
        own_size = self._node.store.own.head().tree_size
        read_tile = OwnLogReader(self._node.store.own, self._node.tiles).tile
        return root_at(TileReader(read_tile, own_size), tree_size)

    # Recovery

    def _recover(self, theirs: Checkpoint, client: PeerClient) -> None:
        """Fetch our entries above our head, check that they make up the cosigned root, take them back."""
        own = self._node.store.own.head()
        commitments = self._fetch_commitments(own, theirs, client)
        tree = parse_compact_range(own.compact_range)
        tree.extend([leaf_of(commitment) for commitment in commitments])
        if tree.root() != theirs.root_hash:
            raise RefusedError(
                "own_fork", "what the partner holds of this log does not continue this node's tree"
            )
        acts = self._fetch_acts(own, theirs, client, commitments)
        known = own.next_index - own.tree_size  # rows stored before the crash, not yet under a checkpoint
        self._check_known(own, commitments[:known])
        with self._node.store.transaction():
            found = [act for act in acts if act.leaf_index >= own.next_index]
            releases = [
                Release(recipient.administration, act.leaf_index, recipient.seq)
                for act in found
                for recipient in act.parsed.to
            ]
            lost = {
                LeafIndex(own.tree_size + place): commitment
                for place, commitment in enumerate(commitments)
                if place >= known
            }
            for act in found:
                lost.pop(act.leaf_index, None)
            self._node.store.own.restore_acts(found, releases, lost, LeafIndex(theirs.tree_size))
        self._sequencer.catch_up()

    def _check_known(self, own: OwnHead, commitments: Sequence[bytes]) -> None:
        stored = self._node.store.own.read_committed(LeafIndex(own.tree_size), len(commitments))
        if [row[0] for row in stored] != list(commitments):
            raise RefusedError("own_fork", "rows stored here are not those that the partner cosigned")

    def _fetch_commitments(self, own: OwnHead, theirs: Checkpoint, client: PeerClient) -> list[bytes]:
        found: list[bytes] = []
        for number in range(own.tree_size // TILE_WIDTH, -(-theirs.tree_size // TILE_WIDTH)):
            width = min(TILE_WIDTH, theirs.tree_size - number * TILE_WIDTH)
            entries = parse_bundle(client.mirror_entries(own.origin, number, width), width)
            skip = max(0, own.tree_size - number * TILE_WIDTH)
            found += [parse_entry(entry) for entry in entries[skip:]]
        return found

    def _fetch_acts(
        self, own: OwnHead, theirs: Checkpoint, client: PeerClient, commitments: Sequence[bytes]
    ) -> list[SealedAct]:
        acts: list[SealedAct] = []
        first = LeafIndex(own.tree_size)
        while first < theirs.tree_size:
            lines = [parse_line(raw) for raw in client.mirror_acts(own.origin, first)]
            page = [
                line for line in lines if isinstance(line, ActLine) and line.leaf_index < theirs.tree_size
            ]
            acts += [self._read(line, own, commitments) for line in page]
            if not page:
                break
            first = LeafIndex(page[-1].leaf_index + 1)
        return acts

    def _read(self, line: ActLine, own: OwnHead, commitments: Sequence[bytes]) -> SealedAct:
        commitment = commit_act(line.salt, line.envelope)
        place = line.leaf_index - own.tree_size
        if place < 0 or commitment != commitments[place]:
            raise RefusedError(
                "leaf_mismatch", "the partner's copy of an own act is not the one committed to"
            )
        envelope: Envelope = parse_envelope(line.envelope)
        return SealedAct(
            own.origin,
            line.leaf_index,
            commitment,
            line.salt,
            line.envelope,
            line.signatures,
            check_sections(envelope, line.sections),
            parsed=envelope,
        )
