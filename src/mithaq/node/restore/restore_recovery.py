"""Bring back what a restore lost of the own log, from what partners mirror of it.

Entries come from one partner and must make up a checkpoint that this node signed; acts come from all who
answer, since each holds only those that were released to it.

Spec: docs/spec 7.1, 7.4.
"""

import logging
from collections.abc import Iterator, Sequence

from mithaq.core.acts.commitment import commit_act, leaf_of, parse_entry
from mithaq.core.acts.envelope import Envelope, parse_envelope
from mithaq.core.acts.kinds import Kind, is_post_signed
from mithaq.core.federation.page import ActLine, parse_line
from mithaq.core.log.checkpoint import Checkpoint
from mithaq.core.log.merkle import parse_compact_range
from mithaq.core.log.tiles import TILE_WIDTH, parse_bundle
from mithaq.core.types import LeafIndex
from mithaq.errors import MithaqError, RefusedError, UnavailableError
from mithaq.node.append.sequencer import Sequencer
from mithaq.node.node import Node
from mithaq.node.partner.leaves import check_sections
from mithaq.node.partner.partner_keys import PartnerKeys
from mithaq.node.ports import PeerClient
from mithaq.node.records import OwnHead, Release, SealedAct

log = logging.getLogger("mithaq.guard")


class Recovery:
    """Takes back one log."""

    def __init__(self, node: Node, sequencer: Sequencer) -> None:
        self._node = node
        self._sequencer = sequencer

    def run(self, theirs: Checkpoint, holder: PeerClient, others: Sequence[PeerClient]) -> None:
        """Fetch entries above our head from ``holder`` and acts from all; then publish anew.

        Args:
            theirs: a checkpoint of this log, signed by this node, larger than what it holds.
            holder: whose mirror should reach up to it.
            others: everybody who answers, ``holder`` among them.

        Raises:
            RefusedError: ``own_fork``; what is held there does not continue this node's tree.
            ConflictError: ``signer_ahead``; acts were signed that nobody holds any more.
            MithaqError: the holder broke off, or has no entries.
        """
        own = self._node.store.own.head()
        commitments = self._fetch_commitments(own, theirs, holder)
        tree = parse_compact_range(own.compact_range)
        tree.extend([leaf_of(commitment) for commitment in commitments])
        if tree.root() != theirs.root_hash:
            raise RefusedError("own_fork", "what the partner holds does not continue this node's tree")
        self._check_known(own, commitments[: own.next_index - own.tree_size])
        found: dict[LeafIndex, SealedAct] = {}
        for client in others:
            found.update((act.leaf_index, act) for act in self._fetch_acts(own, client, commitments))
        self._take_back(own, theirs, commitments, found)
        self._sequencer.catch_up()

    def _take_back(
        self,
        own: OwnHead,
        theirs: Checkpoint,
        commitments: Sequence[bytes],
        found: dict[LeafIndex, SealedAct],
    ) -> None:
        acts = [found[index] for index in sorted(found) if index >= own.next_index]
        releases = [
            Release(recipient.administration, act.leaf_index, recipient.seq)
            for act in acts
            for recipient in act.parsed.to
        ]
        lost = {
            LeafIndex(index): commitments[index - own.tree_size]
            for index in range(own.next_index, theirs.tree_size)
            if index not in found
        }
        next_index = LeafIndex(max(own.next_index, theirs.tree_size))
        with self._node.store.transaction():
            self._node.store.own.restore_acts(acts, releases, lost, next_index)

    def _check_known(self, own: OwnHead, commitments: Sequence[bytes]) -> None:
        """Rows stored before the crash and not yet under a checkpoint are those that were cosigned."""
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

    # Acts

    def _fetch_acts(self, own: OwnHead, client: PeerClient, commitments: Sequence[bytes]) -> list[SealedAct]:
        """What one partner holds; what does not match its leaf is left out, and what it serves as rubbish.

        Raises:
            UnavailableError: it broke off; what it holds is not given up for lost because of that.
        """
        acts: list[SealedAct] = []
        try:
            for line in self._read_lines(own, client, own.tree_size + len(commitments)):
                acts += self._take(line, own, commitments)
        except UnavailableError:
            raise
        except MithaqError as error:
            log.warning("a partner serves acts of this log that cannot be read: %s", error)
        return acts

    def _take(self, line: ActLine, own: OwnHead, commitments: Sequence[bytes]) -> list[SealedAct]:
        """The act of a line; none where it is not as it was, and another partner may have it as it was."""
        try:
            return self._read(line, own, commitments)
        except UnavailableError:
            raise
        except MithaqError as error:
            log.warning("act %d comes back false from a partner: %s", line.leaf_index, error)
            return []

    def _read_lines(self, own: OwnHead, client: PeerClient, below: int) -> Iterator[ActLine]:
        first = LeafIndex(own.tree_size)
        while first < below:
            lines = [parse_line(raw) for raw in client.mirror_acts(own.origin, first)]
            page = [line for line in lines if isinstance(line, ActLine) and first <= line.leaf_index < below]
            yield from page
            if not page:
                return
            first = LeafIndex(page[-1].leaf_index + 1)

    def _read(self, line: ActLine, own: OwnHead, commitments: Sequence[bytes]) -> list[SealedAct]:
        commitment = commit_act(line.salt, line.envelope)
        if commitment != commitments[line.leaf_index - own.tree_size]:
            return []
        envelope = parse_envelope(line.envelope)
        self._check_signatures(envelope, line)
        act = SealedAct(
            own.origin,
            line.leaf_index,
            commitment,
            line.salt,
            line.envelope,
            line.signatures,
            check_sections(envelope, line.sections),
            parsed=envelope,
        )
        return [act]

    def _check_signatures(self, envelope: Envelope, line: ActLine) -> None:
        """They stand beside what the leaf commits to, so the partner could have changed or lost them.

        Raises:
            RefusedError: ``signature_missing``, ``signature_bad``, and as ``check_revocation``.
        """
        keys = PartnerKeys(self._node, self._node.identity.code)
        if is_post_signed(envelope.kind, envelope.object_kind):
            keys.check_post_signature(envelope, line.envelope, line.signatures, line.leaf_index)
        if envelope.kind == Kind.KEY_REVOKE:
            keys.check_revocation(envelope, line.envelope, line.signatures, line.leaf_index)
