"""A partner that lies: its keys are true, everything else it may make up.

``ForgedLog`` commits to any bytes and serves them in any way. It implements ``PeerClient`` itself, so a
node that pulls from it sees exactly what a hostile server would send.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from mithaq.adapters.keystore.key_files import KeyRole
from mithaq.core.acts.commitment import commit_act, entry_of, leaf_of
from mithaq.core.acts.dsse import ActSignature, sign_envelope
from mithaq.core.acts.release_head import ReleaseHead, sign_release_head
from mithaq.core.encoding import format_time, make_uuid7
from mithaq.core.federation.page import encode_end, encode_line
from mithaq.core.log.checkpoint import Checkpoint
from mithaq.core.log.cosignature import cosign
from mithaq.core.log.merkle import CompactRange, hash_tree
from mithaq.core.log.signed_note import SignatureLine, SignedNote, sign_note
from mithaq.core.log.tiles import encode_bundle, encode_tile
from mithaq.core.types import AdministrationCode, LeafIndex, Origin, RootHash, TreeSize
from mithaq.errors import MissingError
from mithaq.node.records import SectionContent, StoredAct

from .federation import SimNode, World
from .memory_ports import BEGIN

Envelope = dict[str, Any]


@dataclass
class ForgedAct:
    """What stands at one leaf."""

    salt: bytes
    envelope: bytes
    signatures: tuple[ActSignature, ...] = ()
    sections: tuple[SectionContent, ...] = ()
    is_released: bool = True
    line: bytes | None = None
    """Sent in the place of the true line."""


@dataclass
class ForgedLog:
    """The log of ``liar`` as it shows it to ``victim``."""

    liar: SimNode
    victim: str
    acts: list[ForgedAct] = field(default_factory=list)
    seq: int = 0
    number: int = 0
    shown: int | None = None
    """Size of the checkpoint that is served; None for the newest."""
    is_tail_told: bool = True
    change_page: Callable[[list[bytes]], list[bytes]] = lambda lines: lines
    change_bundle: Callable[[int, bytes], bytes] = lambda number, data: data
    change_tile: Callable[[int, int, bytes], bytes] = lambda level, number, data: data
    change_note: Callable[[bytes], bytes] = lambda note: note
    changed_release_head: bytes | None = None

    # Acts

    def make_envelope(self, **changed: Any) -> Envelope:
        """A good note to the victim; ``changed`` fields are set, or left out with None."""
        self.seq += 1
        self.number += 1
        fields: Envelope = {
            "v": 1,
            "kind": "note.send",
            "id": make_uuid7(BEGIN, self.number.to_bytes(10, "big")),
            "object_kind": "requests.spontaneous_information",
            "object_v": 1,
            "log": self.liar.origin,
            "from": self.liar.code,
            "to": [{"administration": self.victim, "seq": self.seq}],
            "created": format_time(BEGIN),
            "seen": [],
            "priority": "normal",
            "actor": {"post": "desk", "holder": "h"},
            "subject": {"en": "good"},
            "body": {"expects": "none", "text": "good"},
            **changed,
        }
        return {name: value for name, value in fields.items() if value is not None}

    def add(self, envelope: Envelope | bytes, post: str | None = None, **changed: Any) -> int:
        """Commit to an envelope, or to any bytes; gives the leaf index."""
        data = (
            envelope if isinstance(envelope, bytes) else orjson.dumps(envelope, option=orjson.OPT_SORT_KEYS)
        )
        signatures = () if post is None else (sign_envelope(data, self.liar.keys.of(KeyRole.POST, post).key),)
        salt = (len(self.acts) + 1).to_bytes(32, "big")
        act = ForgedAct(salt, data, signatures)
        self.acts.append(replace(act, **changed))
        return len(self.acts) - 1

    def add_good(self, text: str = "good") -> str:
        """A note that must arrive; gives its id."""
        envelope = self.make_envelope(body={"expects": "none", "text": text})
        self.add(envelope)
        return str(envelope["id"])

    def add_hidden(self) -> int:
        """An act to somebody else."""
        return self.add(b"{}", is_released=False)

    def branch(self, at: int) -> "ForgedLog":
        """Another history: the same acts below ``at``, another one there."""
        other = replace(self, acts=self.acts[:at])
        other.seq = at
        other.add_good("other history")
        return other

    # Tree

    def leaves(self, size: int | None = None) -> list[bytes]:
        return [leaf_of(commit_act(act.salt, act.envelope)) for act in self.acts[:size]]

    def make_note(self, size: int | None = None, root: bytes | None = None) -> bytes:
        """A signed checkpoint of any size and root."""
        size = len(self.acts) if size is None else size
        tree = CompactRange()
        tree.extend(self.leaves(size))
        text = Checkpoint(Origin(self.liar.origin), TreeSize(size), RootHash(root or tree.root())).encode()
        return SignedNote(
            text, (sign_note(text, self.liar.origin, self.liar.keys.of(KeyRole.LOG).key),)
        ).encode()

    def make_cosignature(self, text: bytes, at_s: int) -> SignatureLine:
        """By the liar's mirror key, over any text."""
        key = self.liar.keys.of(KeyRole.MIRROR)
        return cosign(text, key.name, key.key, at_s)

    # PeerClient

    def checkpoint(self, after: int, wait_s: int) -> bytes | None:
        size = len(self.acts) if self.shown is None else self.shown
        return self.change_note(self.make_note(size)) if size else None

    def entries(self, number: int, width: int) -> bytes:
        found = self.acts[number * 256 : number * 256 + width]
        data = encode_bundle([entry_of(commit_act(act.salt, act.envelope)) for act in found])
        return self.change_bundle(number, data)

    def tile(self, level: int, number: int, width: int) -> bytes:
        span = 256**level
        leaves = self.leaves()
        hashes = [
            hash_tree(leaves[start : start + span])
            for start in range(number * 256 * span, (number * 256 + width) * span, span)
        ]
        return self.change_tile(level, number, encode_tile(hashes))

    def release_head(self, tree_size: int) -> bytes:
        if self.changed_release_head is not None:
            return self.changed_release_head
        if not self.is_tail_told:
            raise MissingError("no_release_head", "there is none")
        tree = CompactRange()
        tree.extend(self.leaves(tree_size))
        statement = ReleaseHead(
            log=Origin(self.liar.origin),
            tree_size=TreeSize(tree_size),
            root_hash=tree.root(),
            to=AdministrationCode(self.victim),
            last_seq=self.seq,
            created_at=BEGIN,
        )
        return sign_release_head(statement.encode(), self.liar.keys.of(KeyRole.NODE).key)

    def line(self, index: int) -> bytes:
        act = self.acts[index]
        if act.line is not None:
            return act.line
        commitment = commit_act(act.salt, act.envelope)
        stored = StoredAct(
            Origin(self.liar.origin),
            LeafIndex(index),
            commitment,
            act.salt,
            act.envelope,
            act.signatures,
            act.sections,
        )
        return encode_line(stored)

    def acts_page(self, first: int, limit: int) -> list[bytes]:
        indexes = [index for index in range(first, len(self.acts)) if self.acts[index].is_released][:limit]
        next_index = indexes[-1] + 1 if len(indexes) == limit else len(self.acts)
        end = encode_end(LeafIndex(next_index), TreeSize(len(self.acts)), len(indexes))
        return [*map(self.line, indexes), end]

    def serve_acts(self, first: int, limit: int) -> Iterator[bytes]:
        return iter(self.change_page(self.acts_page(first, limit)))

    def heads(self, origin: str) -> bytes | None:
        return None

    def root(self, version: int) -> bytes | None:
        return None

    def blob_manifest(self, sha256: str) -> bytes:
        raise MissingError("blob", "there is none")

    def hint(self, origin: str, tree_size: int, priority: str) -> None:
        return None


class LiarClient:
    """``PeerClient`` over a forged log: its list of acts and its page of acts share a name on the wire."""

    def __init__(self, log: ForgedLog) -> None:
        self.log = log

    def acts(self, first: int, limit: int) -> Iterator[bytes]:
        return self.log.serve_acts(first, limit)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.log, name)


def make_lied_to(*, seed: object = 0, witness: bool = False) -> tuple[World, SimNode, ForgedLog]:
    """A node, and a partner of it that lies."""
    world = World("ma-mi", "fr-mi", seed=seed, with_witness=witness)
    victim, liar = world["ma-mi"], world["fr-mi"]
    log = ForgedLog(liar, "ma-mi")
    show(victim, log)
    return world, victim, log


def show(victim: SimNode, log: ForgedLog) -> None:
    """From now on the victim is served this history."""
    client = LiarClient(log)
    victim.link = lambda code: client  # type: ignore[method-assign]
    victim.restart()


def has_note(victim: SimNode, act_id: str) -> bool:
    """Whether a note is applied and shown."""
    return bool(victim.store.projections.notes(object_id=act_id))
