"""Makes the proof file of an act, own or a partner's, from what this node holds.

Spec: docs/spec 4.1.
"""

from dataclasses import dataclass
from typing import Protocol

from mithaq.core.acts.proved_act import ProofExtra, ProvedSection
from mithaq.core.log.checkpoint import parse_checkpoint
from mithaq.core.log.merkle import hash_leaves, hash_tree, inclusion_path
from mithaq.core.log.proof_file import ProofFile
from mithaq.core.log.signed_note import parse_signed_note
from mithaq.core.log.tiles import MITHAQ_ENTRY_BYTES, TILE_WIDTH, TileReader, parse_bundle
from mithaq.core.types import LeafIndex, Origin, TreeSize
from mithaq.errors import MissingError
from mithaq.node.node import Node
from mithaq.node.ports import FollowedStore
from mithaq.node.proof.log_reader import OwnLogReader
from mithaq.node.records import SealedAct, StoredAct

_STORED_ENTRY_BYTES = 2 + MITHAQ_ENTRY_BYTES


@dataclass(frozen=True, slots=True)
class ExportedProof:
    """A proof file and where its act stands.

    Attributes:
        tree_size: of the checkpoint in the file, which is cosigned.
    """

    data: bytes
    act_id: str
    log: Origin
    leaf_index: LeafIndex
    tree_size: TreeSize


class _TileSource(Protocol):
    def tile(self, level: int, number: int, width: int) -> list[bytes]: ...


def export_proof(node: Node, act_id: str) -> ExportedProof:
    """The proof of one act under the first checkpoint over it that a partner (of ours: we) cosigned.

    Raises:
        MissingError: ``act``; ``not_cosigned``, no cosigned checkpoint covers it yet.
    """
    return prove_act(node, node.store.acts.by_id(act_id))


def prove_act(node: Node, act: SealedAct) -> ExportedProof:
    """As ``export_proof``, for an act that has been read.

    Raises:
        MissingError: ``not_cosigned``.
    """
    if act.log == node.identity.origin:
        size, note = node.store.own.checkpoint_covering(act.leaf_index)
        source: _TileSource = OwnLogReader(node.store.own, node.tiles, size)
    else:
        note = _cosigned_by_us(node.store.followed, act)
        source = FollowedTiles(node.store.followed, act.log)
    checkpoint = parse_signed_note(note)
    tree_size = parse_checkpoint(checkpoint.text).tree_size
    path = inclusion_path(act.leaf_index, tree_size, TileReader(source.tile, tree_size).node)
    proof = ProofFile(_make_extra(act).encode(), act.leaf_index, path, checkpoint)
    return ExportedProof(proof.encode(), act.parsed.id, act.log, act.leaf_index, tree_size)


def _cosigned_by_us(followed: FollowedStore, act: StoredAct) -> bytes:
    size, note = followed.cosigned(act.log)
    if size <= act.leaf_index:
        raise MissingError("not_cosigned", "this node has cosigned no checkpoint over this act yet")
    return note


def _make_extra(act: StoredAct) -> ProofExtra:
    return ProofExtra(
        act.salt,
        act.envelope,
        tuple((signature.keyid, signature.sig) for signature in act.signatures),
        {section.name: ProvedSection(section.salt, section.data) for section in act.sections},
    )


class FollowedTiles:
    """Tiles of a partner's log, computed from the stored bundles."""

    def __init__(self, followed: FollowedStore, origin: Origin) -> None:
        self._followed = followed
        self._origin = origin

    def tile(self, level: int, number: int, width: int) -> list[bytes]:
        """``width`` hashes of a tile.

        Raises:
            MalformedError: ``bundle``; the entries are not here.
        """
        if level == 0:
            stored = self._followed.bundle(self._origin, number)[: width * _STORED_ENTRY_BYTES]
            return hash_leaves(parse_bundle(stored, width))
        return [
            hash_tree(self.tile(level - 1, number * TILE_WIDTH + child, TILE_WIDTH)) for child in range(width)
        ]
