"""A node: its ports and the parts that live as long as it does. ``main`` builds one, ``web`` serves it."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Protocol

from msgspec import Struct

from mithaq.core.types import AdministrationCode, LeafIndex, Origin, TreeSize
from mithaq.errors import MithaqError, UnavailableError
from mithaq.node.announce import HeadAnnouncer, Wakes
from mithaq.node.blobs import Blobs
from mithaq.node.checks import Checks
from mithaq.node.draft import Draft
from mithaq.node.ports import Clock, Entropy, NonceStore, Signer, Store, TileFiles
from mithaq.node.ports.search import NoSearch, SearchIndex
from mithaq.node.registry import Registry
from mithaq.node.scope import KnownScope


@dataclass(frozen=True, slots=True)
class Identity:
    """Who this node is."""

    code: AdministrationCode
    origin: Origin
    name: str
    base_url: str


class Appended(Struct, frozen=True):
    """Where an act went: its place, and the size of the checkpoint that covers it."""

    act_id: str
    leaf_index: LeafIndex
    tree_size: TreeSize


Outcome = Appended | MithaqError
"""Where an act went, or why it was refused."""


class Appender(Protocol):
    """Takes checked drafts to the own log: the queue of this process, or that of the running service."""

    def submit(self, drafts: Sequence[Draft]) -> "Future[list[Outcome]]":
        """Queue drafts; the future ends with an outcome for each, in order.

        Raises:
            UnavailableError: ``queue_full``, ``read_only``, ``writer_stopped``.
        """
        ...


class NoAppender:
    """Before one is plugged in, and in a process that only reads."""

    def submit(self, drafts: Sequence[Draft]) -> "Future[list[Outcome]]":
        """Refuse.

        Raises:
            UnavailableError: ``no_writer``.
        """
        raise UnavailableError("no_writer", "this process does not append")


@dataclass(slots=True)
class Node:
    """The ports of one node and what its threads share."""

    identity: Identity
    registry: Registry
    store: Store
    signer: Signer
    tiles: TileFiles
    blobs: Blobs
    nonces: NonceStore
    clock: Clock
    entropy: Entropy
    announcer: HeadAnnouncer = field(default_factory=HeadAnnouncer)
    wakes: Wakes = field(default_factory=Wakes)
    appender: Appender = field(default_factory=NoAppender)
    search: SearchIndex = field(default_factory=NoSearch)
    machine_checks: Checks = ()
    known_scope: KnownScope = field(default_factory=KnownScope)

    def append(self, drafts: Sequence[Draft], timeout_s: float = 60.0) -> list[Appended]:
        """Append drafts and wait until each is published. Raises what refused the first refused one."""
        appended: list[Appended] = []
        for outcome in self.appender.submit(drafts).result(timeout_s):
            if isinstance(outcome, MithaqError):
                raise outcome
            appended.append(outcome)
        return appended

    def machine_actor(self) -> dict[str, str]:
        """``actor`` of acts that no person makes: receipts and alarms."""
        return {"post": "node", "holder": "machine"}
