"""A node of the federation on real adapters: SQLite, files, key files. In a process of its own, because
Django reads its settings once. Started by ``test_20_real_disk.py``:

    python -m tests.faults.real_node COMMAND FOLDER
"""

import errno
import os
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mithaq.adapters.keystore.file_signer import FileSigner
from mithaq.adapters.keystore.key_files import KeyRole, key_file_name, make_key_folder, store_key
from mithaq.adapters.keystore.signer_head import SignerHeadFile
from mithaq.adapters.tile_files import TileFiles
from mithaq.core.types import AdministrationCode, Origin
from mithaq.errors import MithaqError
from mithaq.main.wiring.setup import migrate, setup
from mithaq.node.node import Identity, Node

from .federation import SimNode, World
from .memory_ports import MemoryNonces
from .moves import make_note, make_plain, move_at_random, send_note
from .soak import SOAK


class RealNode(SimNode):
    """``SimNode`` whose record is a database and whose tiles and keys are files."""

    def __init__(self, world: World, code: str, folder: Path) -> None:
        super().__init__(world, code)
        from mithaq.adapters.store.store import DatabaseStore, create_own_log

        self.folder = folder
        own = AdministrationCode(code)
        create_own_log(own, Origin(self.origin))
        self._make_store: Callable[[], Any] = lambda: DatabaseStore(own, Origin(self.origin))
        self.durable = self._make_store()
        self.durable.roster.add_root(own, 1, self.keys.make_root())
        make_key_folder(folder / "keys")
        for key in self.keys.online:
            if key.role is not KeyRole.TRANSPORT:
                store_key(folder / "keys" / key_file_name(key.role, key.post), key)
        SignerHeadFile(folder / "signer" / "head").create(Origin(self.origin))

    def make_node(self) -> Node:
        self.durable = self._make_store()  # a fresh process has no memory of local numbers
        return Node(
            identity=Identity(
                AdministrationCode(self.code), Origin(self.origin), self.code, "http://127.0.0.1:1"
            ),
            registry=self.registry,
            store=self.durable,
            signer=FileSigner(self.folder),
            tiles=TileFiles(self.folder / "log"),
            blobs=self.blobs,  # type: ignore[arg-type]
            nonces=MemoryNonces(),
            clock=self.clock,
            entropy=self.entropy,
        )


def make_world(folder: Path, seed: object = 0, *others: str) -> tuple[World, RealNode]:
    """A real ``ma-mi`` among nodes in memory."""
    setup(folder)
    migrate()
    world = World(*(others or ("fr-mi",)), seed=seed)
    node = RealNode(world, "ma-mi", folder)
    world.nodes["ma-mi"] = node
    world.observer.add(node)
    node.start()
    for code in world.partners_of("ma-mi"):
        world[code].enrol(node)
        node.enrol(world[code])
    return world, node


# 20 and 29: each call of the system fails once

WATCHED = ("open", "write", "fsync", "link", "rename", "mkdir", "close", "fchmod", "unlink")


@contextmanager
def failing(at: int, code: int, short: bool) -> Iterator[list[str]]:
    """The ``at``-th of these calls fails with EIO or ENOSPC; a write may write half of it first."""
    fired: list[str] = []
    count = iter(range(1_000_000))
    kept = {name: getattr(os, name) for name in WATCHED}

    def watch(name: str) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            if next(count) != at:
                return kept[name](*args, **named)
            fired.append(name)
            if name == "close":
                kept[name](*args, **named)
            if name == "write" and short:
                return kept[name](args[0], args[1][: max(1, len(args[1]) // 2)])
            raise OSError(code, os.strerror(code))

        return call

    for name in WATCHED:
        setattr(os, name, watch(name))
    try:
        yield fired
    finally:
        for name, call in kept.items():
            setattr(os, name, call)


def fail_each_call(folder: Path) -> None:
    """Append over the edge of a tile, and pull, with each call of the system failing once."""
    world, node = make_world(folder)
    total: dict[str, int] = {}
    for code, short in ((errno.EIO, False), (errno.ENOSPC, True), *([(errno.ENOSPC, False)] if SOAK else [])):
        for what in ("append", "pull"):
            total[f"{what} {errno.errorcode[code]} {short}"] = _fail_each(world, node, code, short, what)
    world.settle()
    world.check_end()
    print(total)
    assert all(count > 10 for count in total.values()), total


def _fail_each(world: World, node: RealNode, code: int, short: bool, what: str) -> int:
    for at in range(1_000):
        if what == "append":
            _fill_to_edge(world, node)
        else:
            send_note(world, world["fr-mi"], "ma-mi")
        with failing(at, code, short) as fired:
            try:
                if what == "append":
                    node.append(*(make_note(world, node, "fr-mi") for _ in range(3)))
                else:
                    node.pull("fr-mi")
            except MithaqError:
                assert node.queue.failure is not None or what == "pull"
        if not fired:
            return at
        if node.queue.failure is not None:
            node.restart()
        world.observer.check()
    raise AssertionError("the calls never end")


def _fill_to_edge(world: World, node: RealNode) -> None:
    """Two leaves below a full tile, so that the next three acts make one."""
    missing = 254 - node.durable.own.head().tree_size % 256
    if missing > 0:
        node.append(*(make_plain(node, "noop", {}) for _ in range(missing)))


def fill_the_database(folder: Path) -> None:
    """No page left for the database, at each size: read-only to its author, whole, and back by itself."""
    from django.db import connection

    world, node = make_world(folder)

    def limit(pages: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA max_page_count={pages}")

    def count_pages() -> int:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA page_count")
            return int(cursor.fetchone()[0])

    failures = 0
    for spare in [*range(12), *range(12)]:
        send_note(world, world["fr-mi"], "ma-mi")
        limit(count_pages() + spare)
        try:
            for _ in range(20):
                node.append(*(make_note(world, node, "fr-mi") for _ in range(8)))
                if node.pull("fr-mi") == "disk":
                    break
        except MithaqError as error:
            if error.code not in ("disk", "writer_stopped"):
                raise
        failures += node.queue.failure is not None
        limit(1_000_000_000)
        node.restart()
        world.observer.check()
    assert failures > 5, failures
    world.settle()
    world.check_end()
    assert not node.durable.followed.parked()


# 25: local numbers

POSITIONS = {
    "store_act": ("position",),
    "store_section": ("position",),
    "store_blobname": ("position",),
    "store_parked": ("position",),
    "store_waiting": ("position",),
    "store_receipt": ("receipt_position",),
    "store_owedreceipt": ("first", "last"),
    "store_note": ("position",),
    "store_instrument": ("position",),
}
NUMBERS = ("bundle", "checkpoint", "cosignature", "receipt", "gap", "blobwant")


def renumber_logs() -> None:
    """Every local number of a log becomes that of another: own and followed ones change places."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys=OFF")
        cursor.execute("SELECT id FROM store_log ORDER BY id")
        ids = [row[0] for row in cursor.fetchall()]
        new = dict(zip(ids, [*ids[1:], ids[0]], strict=True))
        for shift in (1_000, None):
            # By way of numbers that nobody has, so that no key clashes.
            steps = {old: old + shift for old in ids} if shift else {old + 1_000: new[old] for old in ids}
            for old, number in steps.items():
                cursor.execute("UPDATE store_log SET id = %s WHERE id = %s", (number, old))
                for table in NUMBERS:
                    cursor.execute(f"UPDATE store_{table} SET log_id = %s WHERE log_id = %s", (number, old))
                for table, columns in POSITIONS.items():
                    for column in columns:
                        cursor.execute(
                            f"UPDATE {table} SET {column} = {column} + %s WHERE {column} >> 40 = %s",
                            ((number - old) << 40, old),
                        )
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA foreign_key_check")
        assert not cursor.fetchall()


def renumber(folder: Path) -> None:
    """The same answers to the same partners, the same state, and life goes on."""
    world, node = make_world(folder, 25, "es-mi", "fr-mi")
    chance = random.Random(25)
    for number in range(90):
        actor = chance.choice(list(world.nodes.values()))
        move_at_random(world, actor, chance)
        actor.pull(chance.choice(world.partners_of(actor.code)))
        world.time.advance(5)
        if number % 30 == 29:
            world.settle()
            world.check_end()
            before = collect_answers(world, node), node.durable.projections.digest()
            renumber_logs()
            node.restart()
            assert (collect_answers(world, node), node.durable.projections.digest()) == before
            world.check_end()
    world.settle()
    world.check_end()


def collect_answers(world: World, node: RealNode) -> dict[object, object]:
    """What each partner gets from this node."""
    size = node.durable.own.head().tree_size
    found: dict[object, object] = {}
    for code in world.partners_of(node.code):
        served = node.serve(code)
        partner = world[code].origin
        found[code, "acts"] = served.acts(0, 1_024)
        found[code, "checkpoint"] = served.checkpoint(0)
        found[code, "release head"] = served.release_head(size)
        found[code, "heads"] = served.heads(partner)
        found[code, "mirror"] = served.mirror_acts(partner, 0)
        found[code, "entries"] = served.mirror_entries(partner, 0, 5)
        world.observer.hear(node.code, code, "acts", found[code, "acts"])
        world.observer.hear(node.code, code, "mirror_acts", found[code, "mirror"])
    return found


def live(folder: Path) -> None:
    """The simulator's moves with a database on one side: both doubles of the store agree."""
    world, node = make_world(folder, 4, "es-mi", "fr-mi")
    chance = random.Random(4)
    for number in range(150 if not SOAK else 3_000):
        actor = chance.choice(list(world.nodes.values()))
        move_at_random(world, actor, chance)
        actor.pull(chance.choice(world.partners_of(actor.code)))
        world.time.advance(chance.choice((1, 40, 4_000)))
        world.observer.check()
        if number % 40 == 0:
            node.restart()
    world.settle()
    world.check_end()


COMMANDS = {"calls": fail_each_call, "full": fill_the_database, "renumber": renumber, "live": live}

if __name__ == "__main__":
    COMMANDS[sys.argv[1]](Path(sys.argv[2]))
