"""One image of the disk after a power cut: put it down, open the node on it, judge it."""

import random
import shutil
from pathlib import Path
from typing import Any

from mithaq.adapters.keystore.file_signer import FileSigner
from mithaq.core.acts.commitment import leaf_of
from mithaq.core.log.merkle import CompactRange
from mithaq.core.types import LeafIndex
from mithaq.main.home import Home, load_choices
from mithaq.main.settings import make_databases
from mithaq.main.wiring.build import open_node
from mithaq.main.wiring.writer import make_sequencer
from mithaq.node.restore.start_check import check_own_tree
from tests.faults.judge import leaves_of_followed, leaves_of_own
from tests.faults.nodes import make_draft
from tests.integration.database import use_databases

from .disk import Disk
from .trace import Promised, Trace

WRITE_AFTER = 0.2
"""Share of the images on which an act is appended after the start."""


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
        self._roots = Roots(trace.leaves)
        self._partner_roots = Roots(trace.partner_leaves)
        # Content of what is on the folder now, where it is not the same for every image.
        self._there: dict[str, bytes | None] = {
            str(path.relative_to(folder)): None if path.is_dir() else path.read_bytes()
            for path in folder.rglob("*")
        }

    def lay_down(self, disk: Disk, chance: random.Random) -> None:
        """Make the folder what the disk may hold now."""
        self._move()
        self._find_changes()
        wanted = disk.guess(chance)
        for name in sorted(self._there, reverse=True):
            if name not in wanted:
                path = self.folder / name
                path.rmdir() if self._there[name] is None else path.unlink()
        for name, content in wanted.items():
            if name in self._there and self._there[name] == content:
                continue
            path = self.folder / name
            if content is None:
                path.mkdir()
            else:
                path.unlink(missing_ok=True)
                path.write_bytes(content)
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
        """What the last start has changed is laid down anew."""
        found: dict[str, bytes | None] = {}
        for path in self.folder.rglob("*"):
            name = str(path.relative_to(self.folder))
            known = self._there.get(name, b"")
            if path.is_dir():
                found[name] = None
            elif known is not None and name in self._there and is_static(name):
                found[name] = known
            else:
                found[name] = b"\x00changed"
        self._there = found

    def _check_files(self) -> None:
        from django.db import connections

        for alias in ("default", "ephemeral"):
            with connections[alias].cursor() as cursor:
                cursor.execute("PRAGMA integrity_check")
                assert cursor.fetchall() == [("ok",)], f"{alias} is corrupt"

    def _check_own(self, node: Any, promised: Promised) -> None:
        head = node.store.own.head()
        assert head.next_index == head.tree_size, "rows are left without a checkpoint"
        assert promised.size <= head.tree_size <= len(self._trace.leaves), "published leaves are gone"
        assert head.root_hash == self._roots.at[head.tree_size], "another tree than the one published"
        assert leaves_of_own(node.store) == self._trace.leaves[: head.tree_size], "an index was given twice"
        from mithaq.adapters.store.rows import query

        held = {row[0] for row in query("SELECT act_id FROM store_act WHERE position < %s", (2 << 40,))}
        acts = self._trace.acts[: promised.acts]
        lost = [act_id for act_id, _ in acts if act_id not in held]
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
        leaves = leaves_of_followed(node.store, self._trace.partner)
        assert leaves == self._trace.partner_leaves[: head.verified_size]
        acts = node.store.followed.acts_from(self._trace.partner, LeafIndex(0), 1 << 20)
        assert [leaf_of(act.commitment) for act in acts] == leaves[: head.next_index], (
            "the cursor is ahead of the acts"
        )

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


def is_static(name: str) -> bool:
    """Files that neither the run nor a start writes."""
    return name.startswith(("keys/", "tls/", "offline/", "roots/")) or name == "node.toml"
