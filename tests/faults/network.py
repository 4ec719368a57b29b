"""The network between nodes, in one process: replies of one node as another gets them, or does not.

``Served`` answers as the endpoints of the exchange do, from the same functions; ``Link`` is what the
puller calls. What lies between drops, repeats, delays, cuts and parts, by the seed of the run.
"""

import random
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from mithaq.core.federation.page import MAX_PAGE_ACTS, encode_line
from mithaq.core.log.tiles import MITHAQ_ENTRY_BYTES, TILE_WIDTH, TileRef
from mithaq.core.types import LeafIndex, Origin, TreeSize
from mithaq.core.witness import hash_origin
from mithaq.errors import MissingError, UnavailableError
from mithaq.node.append.release_heads import find_release_head
from mithaq.node.node import Node
from mithaq.node.records import Partner
from mithaq.web.exchange.acts import check_own_log, write_released_line
from mithaq.web.exchange.checkpoints import choose_cosigned
from mithaq.web.exchange.pages import write_page
from mithaq.web.exchange.query import find_followed
from mithaq.web.log.views import make_partial

if TYPE_CHECKING:
    from .federation import SimNode

STORED_ENTRY_BYTES = 2 + MITHAQ_ENTRY_BYTES


class Served:
    """What a node answers to one partner. Bytes, or None for "nothing there"."""

    def __init__(self, node: Node, partner: Partner) -> None:
        self._node = node
        self._partner = partner

    def checkpoint(self, after: int) -> bytes | None:
        tree_size, note = self._node.store.own.latest_checkpoint()
        return note if tree_size > after else None

    def tile(self, level: int | None, number: int, width: int) -> bytes:
        ref = TileRef(level, number, width)
        return self._node.tiles.read(ref.encode()) if ref.is_full else make_partial(self._node, ref)

    def release_head(self, tree_size: int) -> bytes:
        return find_release_head(self._node, self._partner.code, TreeSize(tree_size))

    def acts(self, first: int, most: int) -> bytes:
        own, code = self._node.store.own, self._partner.code
        tree_size = own.head().tree_size
        return write_page(
            lambda cursor, count: own.released(code, cursor, tree_size, count),
            lambda act: write_released_line(self._node, act),
            LeafIndex(first),
            tree_size,
            most,
        ).data

    def heads(self, origin: str) -> bytes | None:
        try:
            found = find_followed(self._node, hash_origin(Origin(origin)))
        except MissingError:
            return None
        _, mirrored = self._node.store.followed.cosigned(found)
        return choose_cosigned(mirrored, self._node.store.witnessed.last(found)) or None

    def mirror_entries(self, origin: str, number: int, width: int) -> bytes:
        check_own_log(self._partner, hash_origin(Origin(origin)))
        followed = self._node.store.followed
        data = followed.bundle(self._partner.origin, number)[: width * STORED_ENTRY_BYTES]
        is_verified = number * TILE_WIDTH + width <= followed.head(self._partner.origin).verified_size
        if not is_verified or len(data) != width * STORED_ENTRY_BYTES:
            raise MissingError("tile_missing", "The bundle is not stored here.")
        return data

    def mirror_acts(self, origin: str, first: int) -> bytes:
        check_own_log(self._partner, hash_origin(Origin(origin)))
        followed = self._node.store.followed
        size = followed.head(self._partner.origin).verified_size
        return write_page(
            lambda cursor, count: followed.acts_from(self._partner.origin, cursor, count),
            encode_line,
            LeafIndex(first),
            size,
            MAX_PAGE_ACTS,
        ).data

    def root(self, version: int) -> bytes | None:
        versions = self._node.store.roster.root_versions(self._node.identity.code)
        return versions[version - 1] if 1 <= version <= len(versions) else None

    def blob_manifest(self, sha256: str) -> bytes:
        self._check_blob(sha256)
        return self._node.blobs.manifest(sha256)

    def blob_chunk(self, sha256: str, number: int) -> bytes:
        self._check_blob(sha256)
        return self._node.blobs.read_chunk(sha256, number)

    def _check_blob(self, sha256: str) -> None:
        if not self._node.store.own.is_blob_released(self._partner.code, sha256):
            raise MissingError("blob", "There is no such blob.")

    def hint(self) -> None:
        self._node.wakes.wake(self._partner.origin)


class Weather:
    """How bad the network is. Each chance is from 0 to 1."""

    def __init__(
        self, drop: float = 0.0, cut: float = 0.0, repeat: float = 0.0, delay_s: float = 0.0
    ) -> None:
        self.drop, self.cut, self.repeat, self.delay_s = drop, cut, repeat, delay_s


CALM = Weather()
STORM = Weather(drop=0.15, cut=0.25, repeat=0.2, delay_s=3.0)


class Network:
    """Carries calls between nodes. Hears every reply, even one that is then lost."""

    def __init__(self, chance: random.Random, advance: Callable[[float], None]) -> None:
        self.weather = CALM
        self.parted: set[frozenset[str]] = set()
        self.hear: Callable[[str, str, str, object], None] = lambda server, caller, name, reply: None
        self.calls = 0
        self._chance = chance
        self._advance = advance

    def part(self, *codes: str) -> None:
        """Cut these two off from each other."""
        self.parted.add(frozenset(codes))

    def heal(self) -> None:
        """Everyone reaches everyone, and nothing is lost."""
        self.parted.clear()
        self.weather = CALM

    def carry(self, caller: str, server: "SimNode", name: str, args: tuple[Any, ...]) -> Any:
        self.calls += 1
        weather = self.weather
        if frozenset((caller, server.code)) in self.parted or not server.is_up:
            raise UnavailableError("partner_unreachable", "The partner cannot be connected to.")
        if weather.delay_s:
            self._advance(self._chance.random() * weather.delay_s)
        if self._chance.random() < weather.drop:
            raise UnavailableError("partner_unreachable", "The request was lost.")
        reply = self._ask(caller, server, name, args)
        if self._chance.random() < weather.repeat:
            reply = self._ask(caller, server, name, args)
        if self._chance.random() < weather.drop:
            raise UnavailableError("partner_slow", "The reply was lost.")
        if isinstance(reply, bytes) and self._chance.random() < weather.cut:
            return self._cut(name, reply)
        return reply

    def _ask(self, caller: str, server: "SimNode", name: str, args: tuple[Any, ...]) -> Any:
        reply = getattr(server.serve(caller), name)(*args)
        self.hear(server.code, caller, name, reply)
        return reply

    def _cut(self, name: str, reply: bytes) -> bytes:
        """The connection ends at a random byte. Only a page of lines is of use then."""
        if name not in ("acts", "mirror_acts"):
            raise UnavailableError("partner_unreachable", "The connection was cut.")
        return reply[: self._chance.randrange(len(reply))]


def split_lines(page: bytes) -> Iterator[bytes]:
    """Whole lines; what follows the last newline is dropped, as ``adapters.http.answer`` does."""
    *lines, _ = page.split(b"\n")
    if not lines:
        raise UnavailableError("partner_unreachable", "The connection was cut.")
    return iter(lines)


class Link:
    """Implements ``node.ports.PeerClient`` over the network."""

    def __init__(self, network: Network, caller: str, server: "SimNode") -> None:
        self._network = network
        self._caller = caller
        self._server = server

    def _call(self, name: str, *args: Any) -> Any:
        return self._network.carry(self._caller, self._server, name, args)

    def checkpoint(self, after: int, wait_s: int) -> bytes | None:
        found: bytes | None = self._call("checkpoint", after)
        return found

    def entries(self, number: int, width: int) -> bytes:
        return self._tile(None, number, width, STORED_ENTRY_BYTES)

    def tile(self, level: int, number: int, width: int) -> bytes:
        return self._tile(level, number, width, 32)

    def _tile(self, level: int | None, number: int, width: int, item_bytes: int) -> bytes:
        try:
            found: bytes = self._call("tile", level, number, width)
        except MissingError:
            if width == TILE_WIDTH:
                raise
            found = self._call("tile", level, number, TILE_WIDTH)
        return found[: width * item_bytes]

    def release_head(self, tree_size: int) -> bytes:
        found: bytes = self._call("release_head", tree_size)
        return found

    def acts(self, first: int, limit: int) -> Iterator[bytes]:
        return split_lines(self._call("acts", first, limit))

    def heads(self, origin: str) -> bytes | None:
        found: bytes | None = self._call("heads", origin)
        return found

    def mirror_entries(self, origin: str, number: int, width: int) -> bytes:
        try:
            found: bytes = self._call("mirror_entries", origin, number, width)
        except MissingError:
            found = self._call("mirror_entries", origin, number, TILE_WIDTH)
        return found[: width * STORED_ENTRY_BYTES]

    def mirror_acts(self, origin: str, first: int) -> Iterator[bytes]:
        return split_lines(self._call("mirror_acts", origin, first))

    def root(self, version: int) -> bytes | None:
        found: bytes | None = self._call("root", version)
        return found

    def blob_manifest(self, sha256: str) -> bytes:
        found: bytes = self._call("blob_manifest", sha256)
        return found

    def blob_chunk(self, sha256: str, number: int) -> bytes:
        found: bytes = self._call("blob_chunk", sha256, number)
        return found

    def hint(self, origin: str, tree_size: int, priority: str) -> None:
        self._call("hint")

    def status(self) -> bytes:
        return b"{}"
