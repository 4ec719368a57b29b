"""One image of the disk after a power cut: put it down, open the node on it, judge it."""

import os
import random
import shutil
import struct
from collections import defaultdict, deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mithaq.adapters.keystore.file_signer import FileSigner
from mithaq.core.acts.commitment import ENTRY_BYTES, entry_of, leaf_of
from mithaq.core.log.merkle import CompactRange
from mithaq.core.log.tiles import TILE_WIDTH, encode_bundle
from mithaq.core.types import LeafIndex
from mithaq.main.home import Home, load_choices
from mithaq.main.settings import make_databases
from mithaq.main.wiring.build import open_node
from mithaq.main.wiring.writer import make_sequencer
from mithaq.node.restore.start_check import check_own_tree
from tests.faults.judge import commitments_of_own
from tests.faults.nodes import make_draft
from tests.integration.database import use_databases

from .disk import Disk
from .trace import Promised, Trace

WRITE_AFTER = 0.2
"""Share of the images on which an act is appended after the start."""


BUNDLED_BYTES = 2 + ENTRY_BYTES
"""An entry in a bundle, behind its length."""


FRAMES, FRAMES_AT = struct.Struct("=I"), 16
"""Valid frames of a write-ahead log, in its index of shared memory (sqlite.org/walformat.html, 2.1)."""

LOG_HEADER_BYTES, FRAME_HEADER_BYTES = 32, 24
WHOLE_KEPT = 8


class Roots:
    """Roots of every prefix of a log."""

    def __init__(self, leaves: list[bytes]) -> None:
        tree = CompactRange()
        self.at = [tree.root()]
        for leaf in leaves:
            tree.append(leaf)
            self.at.append(tree.root())


class Image:
    """A folder that becomes one image after the other.

    Args:
        folder: best on a memory disk; made here.
        trace: the run whose cuts are judged.
    """

    def __init__(self, folder: Path, trace: Trace) -> None:
        self.folder = folder
        self._number = 0
        self._trace = trace
        shutil.copytree(trace.before, folder)
        self._choices = load_choices(Home(folder))
        self._databases = make_databases(folder, dict(self._choices.tables))
        self._roots = Roots(list(map(leaf_of, trace.commitments)))
        self._partner_roots = Roots(list(map(leaf_of, trace.partner_commitments)))
        entries = list(map(entry_of, trace.partner_commitments))
        starts = range(0, len(entries), TILE_WIDTH)
        self._partner_bundles = [encode_bundle(entries[start : start + TILE_WIDTH]) for start in starts]
        # What the engine read of the databases that were whole: each moment has many images of few of them.
        self._whole: dict[str, deque[tuple[bytes, bytes]]] = defaultdict(lambda: deque(maxlen=WHOLE_KEPT))
        # Content of what is on the folder now, None for a folder.
        self._there: dict[str, bytes | None] = {}
        for name, entry in walk(folder):
            is_folder = entry.is_dir(follow_symlinks=False)
            self._there[name] = None if is_folder else (folder / name).read_bytes()
            if not is_folder:
                os.utime(entry.path, ns=LAID_DOWN)

    def lay_down(self, disk: Disk, chance: random.Random) -> None:
        """Make the folder what the disk may hold now."""
        self._move()
        self._find_changes()
        wanted, there, folder = disk.guess(chance), self._there, str(self.folder)
        for name in sorted(there, reverse=True):
            if name not in wanted:
                path = f"{folder}/{name}"
                os.rmdir(path) if there[name] is None else os.unlink(path)
        for name, content in wanted.items():
            if name in there and there[name] == content:
                continue
            path = f"{folder}/{name}"
            if content is None:
                os.mkdir(path)
            else:
                if name in there:
                    os.unlink(path)
                write_file(path, content)
        self._there = wanted

    def _move(self) -> None:
        """A database closed late must find neither the names nor the files of the next image."""
        self._number += 1
        self.folder = self.folder.rename(self.folder.with_name(f"image-{self._number}"))
        self._databases = make_databases(self.folder, dict(self._choices.tables))

    def judge(self, promised: Promised, chance: random.Random) -> None:
        """Open the node and hold it to what it promised.

        Raises:
            AssertionError, or whatever kept the node from starting.
        """
        with use_databases(self._databases):
            self._check_files()
            signer = FileSigner(self.folder)
            node = open_node(self.folder, signer)
            try:
                check_own_tree(node)
                sequencer = make_sequencer(node)
                sequencer.catch_up()
                self._check_own(node, promised)
                self._check_followed(node, promised)
                self._check_blobs(node, promised)
                if chance.random() < WRITE_AFTER:
                    self._write_after(node, sequencer)
            finally:
                node.blobs._keys.close()  # type: ignore[attr-defined]

    def _find_changes(self) -> None:
        """What the last start has changed is laid down anew. Whatever writes to a file sets its time."""
        found: dict[str, bytes | None] = {}
        for name, entry in walk(self.folder):
            if entry.is_dir(follow_symlinks=False):
                found[name] = None
            elif entry.stat(follow_symlinks=False).st_mtime_ns == LAID_DOWN[1]:
                found[name] = self._there[name]
            else:
                found[name] = b"\x00changed"
        self._there = found

    def _check_files(self) -> None:
        """Both databases are whole. One of the same bytes as one found whole before is whole too."""
        from django.db import connections

        for alias, name in (("default", "record.sqlite3"), ("ephemeral", "ephemeral.sqlite3")):
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT count(*) FROM sqlite_master")  # opens it, and recovers its log
                read = self._read_of(name)
                if read in self._whole[name]:
                    continue
                cursor.execute("PRAGMA integrity_check")
                assert cursor.fetchall() == [("ok",)], f"{alias} is corrupt"
                self._whole[name].append(read)

    def _read_of(self, name: str) -> tuple[bytes, bytes]:
        """What the engine reads of a database: its file, and as much of its log as it has recovered."""
        log = self._there.get(f"{name}-wal") or b""
        index = (self.folder / f"{name}-shm").read_bytes()
        frames = FRAMES.unpack_from(index, FRAMES_AT)[0]
        content = self._there[name]
        assert content is not None
        page_bytes = int.from_bytes(log[8:12], "big")
        return content, log[
            : LOG_HEADER_BYTES + frames * (FRAME_HEADER_BYTES + page_bytes)
        ] if frames else b""

    def _check_own(self, node: Any, promised: Promised) -> None:
        head = node.store.own.head()
        assert head.next_index == head.tree_size, "rows are left without a checkpoint"
        assert promised.size <= head.tree_size <= len(self._trace.commitments), "published leaves are gone"
        assert head.root_hash == self._roots.at[head.tree_size], "another tree than the one published"
        # A leaf is a hash of its commitment: the same commitments are the same leaves.
        held = commitments_of_own(node.store)
        assert held == self._trace.commitments[: head.tree_size], "an index was given twice"
        from mithaq.adapters.store.rows import query

        ids = {row[0] for row in query("SELECT act_id FROM store_act WHERE position < %s", (2 << 40,))}
        acts = self._trace.acts[: promised.acts]
        lost = [act_id for act_id, _ in acts if act_id not in ids]
        assert not lost, f"{len(lost)} acknowledged acts are lost"
        if acts:
            act_id, leaf_index = acts[-1]
            assert node.store.acts.at(node.identity.origin, LeafIndex(leaf_index)).parsed.id == act_id

    def _check_followed(self, node: Any, promised: Promised) -> None:
        head = node.store.followed.head(self._trace.partner)
        assert promised.verified <= head.verified_size, "verified leaves of the partner are gone"
        assert promised.applied <= head.next_index, "applied acts of the partner are gone"
        assert promised.cosigned <= node.store.followed.cosigned(self._trace.partner)[0], (
            "a cosignature is gone"
        )
        assert head.root_hash == self._partner_roots.at[head.verified_size]
        for number in range(-(-head.verified_size // TILE_WIDTH)):
            length = min(TILE_WIDTH, head.verified_size - number * TILE_WIDTH) * BUNDLED_BYTES
            held = node.store.followed.bundle(self._trace.partner, number)[:length]
            assert len(held) == length
            assert held == self._partner_bundles[number][:length]
        acts = node.store.followed.acts_from(self._trace.partner, LeafIndex(0), 1 << 20)
        commitments = self._trace.partner_commitments[: min(head.verified_size, head.next_index)]
        assert [act.commitment for act in acts] == commitments, "the cursor is ahead of the acts"

    def _check_blobs(self, node: Any, promised: Promised) -> None:
        for sha256 in self._trace.blobs[: promised.blobs]:
            assert node.blobs.is_whole(sha256), "an attachment is gone"
        if promised.blobs:
            assert node.blobs.read_chunk(self._trace.blobs[promised.blobs - 1], 0)

    def _write_after(self, node: Any, sequencer: Any) -> None:
        size = node.store.own.head().tree_size
        answers = sequencer.append([make_draft("after the cut", ["fr-mi"])])
        assert [(one.leaf_index, one.tree_size) for one in answers] == [(size, size + 1)]
        check_own_tree(node)


LAID_DOWN = (1_000_000_000, 1_000_000_000)
"""Times of a file that nothing has written to since it was laid down."""


def walk(folder: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Everything below a folder: its name from there on, and its entry."""
    below = len(str(folder)) + 1
    waiting = [str(folder)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                yield entry.path[below:], entry
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)


def write_file(path: str, content: bytes) -> None:
    """A new file, as it is laid down."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        done = os.write(descriptor, content)
        assert done == len(content)
        os.utime(descriptor, ns=LAID_DOWN)
    finally:
        os.close(descriptor)
