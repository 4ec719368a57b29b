"""Nodes of several administrations in one process: the real use cases over ports in memory.

``SimNode`` is a node that can be killed and started again from what is durable. ``World`` holds the
nodes, the network, the time and the observer, all from one seed.
"""

import random
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import timedelta
from typing import Any

from mithaq.adapters.keystore.key_files import KeyRole, RoleKey
from mithaq.core.acts.root_chain import check_root_expiry, sign_root
from mithaq.core.acts.roots import (
    COSIGNATURE_V1,
    ED25519,
    RIGHT_KEYS,
    RoleEntry,
    Root,
    RootKey,
    parse_signed_root,
)
from mithaq.core.keys import KeyType
from mithaq.core.log.merkle import EMPTY_ROOT, CompactRange
from mithaq.core.log.signed_note import SignedNote, parse_signed_note
from mithaq.core.types import AdministrationCode, LeafIndex, Origin, TreeSize
from mithaq.core.witness import decide, make_add_checkpoint, parse_add_checkpoint
from mithaq.errors import ConflictError, MissingError, MithaqError, UnavailableError
from mithaq.main.wiring.registers import make_rules
from mithaq.node.append.append_queue import AppendQueue
from mithaq.node.append.sequencer import Sequencer
from mithaq.node.append.submit import Author, Desk
from mithaq.node.clock_check import ClockCheck
from mithaq.node.draft import Draft
from mithaq.node.node import Appended, Identity, Node, Outcome
from mithaq.node.partner.apply import PageApplier
from mithaq.node.partner.cosign import Cosigner
from mithaq.node.partner.follow import Follower
from mithaq.node.partner.partner_keys import PartnerKeys, latest_root
from mithaq.node.partner.pull import Puller, PullResult
from mithaq.node.partner.reconsider import reconsider_unknown
from mithaq.node.partner.roots import RootWatch
from mithaq.node.proof.log_reader import OwnLogReader
from mithaq.node.read.projection import Projector
from mithaq.node.records import FollowedHead, Partner
from mithaq.node.registry import Registry
from mithaq.node.restore.restore_guard import Peer, RestoreGuard
from mithaq.node.restore.start_check import check_own_tree

from .invariants import Observer
from .memory_ports import (
    BEGIN,
    FailPoints,
    Killed,
    MemoryBlobs,
    MemoryHeadFile,
    MemoryNonces,
    MemorySigner,
    MemoryTiles,
    SeededEntropy,
    VirtualClock,
    VirtualTime,
    Watched,
    WatchedStore,
    empty_signer_head,
    make_key,
)
from .memory_store import MemoryStore
from .network import Link, Network, Served

DESK, MINISTER = Author("desk", "desk-1"), Author("minister", "minister-1")
SINGLE_ROLES = (KeyRole.LOG, KeyRole.MIRROR, KeyRole.WITNESS, KeyRole.NODE, KeyRole.TRANSPORT)
POSTS = {"desk": (), "minister": (RIGHT_KEYS,), "officer": (RIGHT_KEYS,)}
ROOT_KEYS, ROOT_THRESHOLD = 3, 2


class Keys:
    """Private keys of one administration, and its root files."""

    def __init__(self, code: str, origin: str) -> None:
        prefix = origin.rpartition("/log/")[0]
        self.code, self.origin = code, origin
        self.roots = [make_key(KeyRole.ROOT, f"{prefix}/root/{number}") for number in range(ROOT_KEYS)]
        self.online = [
            make_key(role, origin if role is KeyRole.LOG else f"{prefix}/{role}/1") for role in SINGLE_ROLES
        ]
        self.online += [make_key(KeyRole.POST, f"{prefix}/post/{post}/1", post) for post in POSTS]

    def of(self, role: KeyRole, post: str = "") -> RoleKey:
        return next(key for key in self.online if key.role is role and key.post == post)

    def make_root(self, version: int = 1, days: int = 3_650, **changed: Sequence[RootKey]) -> bytes:
        """A root file; ``changed`` gives the keys of a role in the place of those held."""
        roles = {"root": RoleEntry(tuple(map(to_root_key, self.roots)), ROOT_THRESHOLD)}
        for role in (*SINGLE_ROLES, KeyRole.POST):
            found = [to_root_key(key) for key in self.online if key.role is role]
            roles[str(role)] = RoleEntry(tuple(changed.get(str(role), found)))
        root = Root(
            AdministrationCode(self.code), version, BEGIN + timedelta(days=days), Origin(self.origin), roles
        )
        return sign_root(root.encode(), [key.key for key in self.roots[:ROOT_THRESHOLD]]).encode()


def to_root_key(key: RoleKey, first_size: int | None = None, last_size: int | None = None) -> RootKey:
    kind = COSIGNATURE_V1 if key.verifier.key_type is KeyType.COSIGNATURE_V1 else ED25519
    first = None if first_size is None else TreeSize(first_size)
    last = None if last_size is None else TreeSize(last_size)
    return RootKey(kind, key.key.public, key.name, key.post or None, POSTS.get(key.post, ()), first, last)


class PumpedQueue(AppendQueue):
    """The append queue, emptied at once on the thread of the caller, or when told."""

    is_held = False

    def submit(self, drafts: Sequence[Draft]) -> "Future[list[Outcome]]":
        future = super().submit(drafts)
        if not self.is_held:
            self.pump()
        return future

    def pump(self) -> None:
        """Write what waits. A failure is kept, as in the thread of the writer."""
        self._closed = True
        try:
            self.run()
        except Exception:
            return
        finally:
            self._closed = False


class SimNode:
    """A node, what it keeps through a kill, and the life of its process."""

    def __init__(self, world: "World", code: str, registry: Registry | None = None) -> None:
        self.world, self.code, self.origin = world, code, f"{code}.example/log/1"
        self.keys = Keys(code, self.origin)
        self.points = FailPoints()
        self.clock = VirtualClock(world.time)
        self.registry = registry or make_rules()
        self.durable = MemoryStore(code, self.origin)
        self.tiles, self.blobs = MemoryTiles(), MemoryBlobs()
        self.head_file = MemoryHeadFile(empty_signer_head(self.origin), self.points)
        self.entropy = SeededEntropy(f"{world.seed} {code}")
        self.time_sources: list[Any] = []
        self.is_up = False
        self.errors: list[str] = []
        self.durable.roster.add_root(AdministrationCode(code), 1, self.keys.make_root())

    @property
    def store(self) -> MemoryStore:
        """What is durable, looked at from outside."""
        return self.durable

    # Life

    def make_node(self) -> Node:
        """The ports, each with its points of failure."""
        return Node(
            identity=Identity(
                AdministrationCode(self.code), Origin(self.origin), self.code, "http://127.0.0.1:1"
            ),
            registry=self.registry,
            store=WatchedStore(self.durable, self.points),  # type: ignore[arg-type]
            signer=Watched(MemorySigner(self.keys.online, self.head_file), self.points, "signer"),  # type: ignore[arg-type]
            tiles=Watched(self.tiles, self.points, "tiles"),  # type: ignore[arg-type]
            blobs=self.blobs,  # type: ignore[arg-type]
            nonces=MemoryNonces(),
            clock=self.clock,
            entropy=self.entropy,
        )

    def start(self) -> None:
        """As ``main.wiring.service`` starts a node, without threads."""
        self.node = self.make_node()
        check_own_tree(self.node)
        self.sequencer = Sequencer(
            self.node, Projector(self.node.store, self.registry, self.node.identity.code)
        )
        self.guard = RestoreGuard(self.node, self.sequencer)
        try:
            self.sequencer.catch_up()
        except MithaqError as error:
            if error.code != "signer_ahead":
                raise
            self.guard.close("this database is older than what the node has signed")
        reconsider_unknown(self.node, Projector(self.node.store, self.registry, self.node.identity.code))
        self.queue = PumpedQueue(self.sequencer, self._check_gate)
        self.node.appender = self.queue
        self.desk = Desk(self.node)
        self.is_up = True
        self._connect()

    def _check_gate(self, urgent: bool) -> None:
        """As the service does, but for the disk."""
        if self.guard.is_closed:
            raise ConflictError(
                "guard", "this node was restored and is read-only until a partner has answered"
            )
        check_root_expiry(latest_root(self.node, self.node.identity.code), self.clock.now())

    def _connect(self) -> None:
        self.pullers: dict[str, Puller] = {}
        self.watches: dict[str, RootWatch] = {}
        self._served: dict[str, Served] = {}
        for partner in self.durable.roster.partners():
            self._connect_to(partner)

    def _connect_to(self, partner: Partner) -> None:
        node, client = self.node, self.link(partner.code)
        keys = PartnerKeys(node, partner.code)
        self.watches[partner.code] = RootWatch(node, partner.code, client)  # type: ignore[arg-type]
        self.pullers[partner.code] = Puller(
            node,
            partner.origin,
            client,  # type: ignore[arg-type]
            keys,
            Follower(node, client, keys),  # type: ignore[arg-type]
            PageApplier(node, Projector(node.store, self.registry, node.identity.code), keys),
            Cosigner(node, ClockCheck(node.store, node.clock, self.time_sources)),
        )

    def link(self, code: str) -> Any:
        """The client of a partner; a test may put another in its place."""
        return self.world.make_link(self, self.world.nodes[code])

    def kill(self, *, power: bool = False) -> None:
        """End the process, as it stands; with ``power`` names of files that were not synced may go too."""
        self.points.arm(None)
        self.is_up = False
        if power:
            self.tiles.cut_power(self.world.chance)

    def restart(self) -> None:
        """Kill and start."""
        self.kill()
        self.start()

    def serve(self, code: str) -> Served:
        """What this node answers to that partner."""
        if code not in self._served:
            self._served[code] = Served(self.node, self.durable.roster.partner(AdministrationCode(code)))
        return self._served[code]

    # Partners

    def enrol(self, other: "SimNode") -> None:
        """Put another on the roster, from its root file, and follow its log."""
        document = other.durable.roster.root_versions(AdministrationCode(other.code))[0]
        store, code, origin = self.durable, AdministrationCode(other.code), Origin(other.origin)
        pin = parse_signed_root(document).sha256.hex()
        zero = TreeSize(0)
        with store.transaction():
            store.roster.save(Partner(code, origin, other.code, "http://127.0.0.1:1", document, pin))
            store.roster.add_root(code, 1, document)
            store.followed.add(
                FollowedHead(
                    origin,
                    code,
                    zero,
                    EMPTY_ROOT,
                    CompactRange().encode(),
                    b"",
                    LeafIndex(0),
                    0,
                    zero,
                    EMPTY_ROOT,
                )
            )
        if self.is_up:
            self._connect_to(store.roster.partner(code))

    # Work

    def append(self, *drafts: Draft) -> list[Appended]:
        """Append, and tell the observer what was acknowledged."""
        outcomes = self.queue.submit(drafts).result(0)
        placed = [self.acknowledged(one) for one in outcomes if isinstance(one, Appended)]
        for one in outcomes:
            if isinstance(one, MithaqError):
                raise one
        return placed

    def acknowledged(self, appended: Appended) -> Appended:
        """The author has been told."""
        self.world.observer.acknowledge(self.code, appended.act_id, appended.leaf_index)
        return appended

    def pull(self, code: str) -> PullResult | str:
        """One turn of the puller's thread; gives the code of what stopped it."""
        try:
            self.watches[code].refresh()
            return self.pullers[code].pull(0)
        except MithaqError as error:
            if not isinstance(error, UnavailableError):
                self.watches[code].ask_soon()
            self.errors.append(error.code)
            return error.code
        finally:
            if self.is_up and self.queue.failure is not None:
                self.is_up = False  # the writer failed: the process ends itself

    def ask_partners(self) -> None:
        """The restore guard's question to everyone."""
        codes = [partner.code for partner in self.durable.roster.partners()]
        peers = [Peer(self.link(code), PartnerKeys(self.node, code)) for code in codes]
        if self.world.witness is not None and codes:
            peers.append(Peer(self.world.witness.as_peer(), PartnerKeys(self.node, codes[0])))  # type: ignore[arg-type]
        self.guard.check(peers)

    def alarm_codes(self) -> list[str]:
        """Codes of the alarms that stand."""
        return sorted(alarm.code for alarm in self.durable.alarms.alarms())


class Moment:
    """A node as it stands on its disk, to go back to."""

    def __init__(self, node: SimNode) -> None:
        self._node = node
        self._store, self._tiles, self._head = node.durable.copy(), node.tiles.copy(), node.head_file.head

    def take_back(self, *, with_signer: bool = True) -> None:
        """Put everything as it was; the process is not running."""
        self._node.kill()
        self._node.durable, self._node.tiles = self._store.copy(), self._tiles.copy()
        if with_signer:
            self._node.head_file.head = self._head


class Witness:
    """A third party that cosigns what is consistent and keeps nothing else."""

    def __init__(self, time: VirtualTime) -> None:
        self.keys = Keys("eu-w1", "witness.example/log/1")
        self._clock = VirtualClock(time)
        self._signer = MemorySigner(
            self.keys.online, MemoryHeadFile(empty_signer_head(self.keys.origin), FailPoints())
        )
        self._notes: dict[str, SignedNote] = {}
        self.evidence: list[SignedNote] = []
        self.log_keys: dict[str, list[Any]] = {}

    def trust(self, node: SimNode) -> None:
        self.log_keys[node.origin] = [node.keys.of(KeyRole.LOG).verifier]

    def submit(self, node: SimNode) -> int:
        """A node shows its head; gives the status of the answer."""
        size, data = node.node.store.own.latest_checkpoint()
        if not size:
            return 0
        note = parse_signed_note(data)
        old = self.size_of(node.origin)
        path = (
            OwnLogReader(node.node.store.own, node.node.tiles).consistency(TreeSize(old), size)
            if old <= size
            else ()
        )
        return self.judge(make_add_checkpoint(TreeSize(old), path, note).encode())

    def judge(self, body: bytes) -> int:
        """The endpoint."""
        request = parse_add_checkpoint(body)
        at_s = int(self._clock.now().timestamp())
        decision = decide(
            request,
            self._notes.get(request.origin),
            self.log_keys.get(request.origin, []),
            lambda text: [self._signer.cosign_witness(text, at_s)],
        )
        if decision.store is not None:
            self._notes[request.origin] = decision.store
        if decision.evidence is not None:
            self.evidence.append(decision.evidence)
        return decision.status

    def size_of(self, origin: str) -> int:
        note = self._notes.get(origin)
        return 0 if note is None else int(note.text.split(b"\n")[1])

    def as_peer(self) -> "WitnessPeer":
        return WitnessPeer(self)

    def note_of(self, origin: str) -> bytes | None:
        note = self._notes.get(origin)
        return None if note is None else note.encode()


class WitnessPeer:
    """A witness as the restore guard asks it: it has heads, and no entries."""

    def __init__(self, witness: Witness) -> None:
        self._witness = witness

    def heads(self, origin: str) -> bytes | None:
        return self._witness.note_of(origin)

    def mirror_entries(self, origin: str, number: int, width: int) -> bytes:
        raise MissingError("tile_missing", "A witness keeps no entries.")


class World:
    """Everything of one run. ``seed`` repeats it."""

    def __init__(self, *codes: str, seed: object = 0, with_witness: bool = False) -> None:
        self.seed = seed
        self.chance = random.Random(str(seed))
        self.time = VirtualTime()
        self.observer = Observer()
        self.network = Network(self.chance, self.time.advance)
        self.network.hear = self.observer.hear
        self.nodes: dict[str, SimNode] = {}
        self.witness = Witness(self.time) if with_witness else None
        for code in codes or ("fr-mi", "ma-mi"):
            self.join(code)

    def __getitem__(self, code: str) -> SimNode:
        return self.nodes[code]

    def join(self, code: str, registry: Registry | None = None) -> SimNode:
        """A new node, enrolled with everyone."""
        node = SimNode(self, code, registry)
        others = list(self.nodes.values())
        self.nodes[code] = node
        self.observer.add(node)
        node.start()
        for other in others:
            other.enrol(node)
            node.enrol(other)
        if self.witness is not None:
            self.witness.trust(node)
        return node

    def make_link(self, caller: SimNode, server: SimNode) -> Any:
        """The client of ``server`` that ``caller`` uses."""
        return Link(self.network, caller.code, server)

    def partners_of(self, code: str) -> list[str]:
        return [other for other in self.nodes if other != code]

    def settle(self, rounds: int = 12, step_s: float = 30.0) -> None:
        """Let everyone pull until nothing moves. Nobody intervenes.

        Raises:
            AssertionError: they are not in step after so many rounds.
        """
        for _ in range(rounds):
            for node in self.nodes.values():
                if not node.is_up:
                    node.restart()
            before = [node.durable.own.head().tree_size for node in self.nodes.values()]
            for code, node in self.nodes.items():
                for other in self.partners_of(code):
                    node.pull(other)
                if node.is_up and node.guard.is_closed:
                    node.ask_partners()
            self.time.advance(step_s)
            self.observer.check()
            after = [node.durable.own.head().tree_size for node in self.nodes.values()]
            if before == after and self.are_in_step():
                return
        raise AssertionError(f"not in step after {rounds} rounds: {self.describe()}")

    def are_in_step(self) -> bool:
        return all(
            node.is_up and self._is_done(node, self.nodes[other])
            for code, node in self.nodes.items()
            for other in self.partners_of(code)
        )

    def _is_done(self, node: SimNode, other: SimNode) -> bool:
        followed = node.durable.followed
        head = followed.head(Origin(other.origin))
        size = other.durable.own.head().tree_size
        is_read = head.verified_size == head.next_index == head.applied_size == size
        owes = node.durable.receipts.owed(Origin(other.origin), 1)
        return is_read and not owes and not followed.gaps(head.origin) and not followed.waiting(head.origin)

    def check_end(self) -> None:
        """All invariants, of a world in step."""
        self.observer.check_everything()
        codes = list(self.nodes)
        for place, first in enumerate(codes):
            for second in codes[place + 1 :]:
                self.observer.check_equal(self.nodes[first], self.nodes[second])

    def describe(self) -> str:
        found = []
        for code, node in self.nodes.items():
            heads = [
                f"{head.origin} {head.next_index}/{head.verified_size} applied {head.applied_size}"
                for head in node.durable.followed.heads()
            ]
            found.append(
                f"{code} size {node.durable.own.head().tree_size}, {heads}, last errors {node.errors[-3:]}"
            )
        return f"seed {self.seed}; " + "; ".join(found)


__all__ = ["DESK", "MINISTER", "Killed", "Moment", "SimNode", "Witness", "World"]
