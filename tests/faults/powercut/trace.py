"""A real node under the journal: it appends, pulls, keeps attachments, is killed once and goes on."""

import json
import random
import shutil
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from mithaq.errors import MithaqError
from tests.faults.judge import commitments_of_own, wait_in_step
from tests.faults.nodes import NodeProcess, looking_into, make_draft, running_pair

from .disk import MARKER, Kind, Record, read_journal

HERE = Path(__file__).parent
ROUNDS = 24
"""Turns in which both nodes send a few acts: some 500 acts, so that full tiles are written."""


_built = tempfile.TemporaryDirectory(prefix="mithaq-journal-")


@cache
def build_shim() -> Path:
    """The library that writes the journal, built once a process; a skip where it cannot be built."""
    if sys.platform != "linux":
        pytest.skip("the journal of writes needs Linux")
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler is installed (Debian: gcc, libc6-dev)")
    target = Path(_built.name) / "journal.so"
    command = [
        compiler,
        "-O1",
        "-shared",
        "-fPIC",
        "-o",
        str(target),
        str(HERE / "journal.c"),
        "-ldl",
        "-lpthread",
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"the journal of writes cannot be built: {done.stderr.strip()[:200]}")
    return target


@dataclass
class TracedNode(NodeProcess):
    """A node process with the journal loaded into it, and with its promises."""

    weakness: str = ""

    def program(self) -> list[str]:
        """The node, its weakness too."""
        return ["-m", "tests.faults.powercut.trace_entry", str(self.home), str(self.port), self.weakness]


@dataclass
class Promised:
    """What the node has promised by some moment: counts of ``Trace.acts`` and ``Trace.blobs``, and sizes."""

    acts: int = 0
    size: int = 0
    verified: int = 0
    applied: int = 0
    cosigned: int = 0
    blobs: int = 0

    def add(self, data: bytes) -> list[dict[str, Any]]:
        """Take lines of the marker; answers them."""
        lines = [json.loads(line) for line in data.splitlines()]
        for line in lines:
            self.acts += len(line.get("acts", ()))
            self.size = max([self.size, *(tree_size for _, _, tree_size in line.get("acts", ()))])
            self.blobs += "blob" in line
            for name in ("verified", "applied", "cosigned"):
                setattr(self, name, max(getattr(self, name), line.get(name, 0)))
        return lines


@dataclass
class Trace:
    """A recorded run and what came of it.

    Attributes:
        before: copy of the home before the node started.
        root: the folder the journal is about.
        inodes: of what was in it then, by name.
        acts: (id, leaf index) in the order of acknowledgement; ``Promised.acts`` of them count.
        commitments, partner_commitments: of both logs as they were in the end.
        restarted_at: number of the first record after the kill.
    """

    before: Path
    root: Path
    inodes: dict[str, int]
    records: list[Record]
    acts: list[tuple[str, int]] = field(default_factory=list)
    blobs: list[str] = field(default_factory=list)
    commitments: list[bytes] = field(default_factory=list)
    partner: str = ""
    partner_commitments: list[bytes] = field(default_factory=list)
    restarted_at: int = 0

    def keep_promises(self) -> None:
        """Read the marker once, for what is counted in ``Promised``."""
        kinds = {one.kind for one in self.records}
        assert {Kind.WRITE, Kind.SYNC, Kind.SYNC_FOLDER, Kind.RENAME, Kind.UNLINK} <= kinds
        for data in self.promises().values():
            for line in Promised().add(data):
                self.acts += [(act_id, leaf_index) for act_id, leaf_index, _ in line.get("acts", ())]
                self.blobs += [line["blob"]] if "blob" in line else []

    def promises(self) -> dict[int, bytes]:
        """Number of a record -> what was promised right before it."""
        found: dict[int, bytes] = {}
        markers: set[int] = set()
        for number, record in enumerate(self.records):
            if record.kind is Kind.CREATE:
                markers.discard(record.inode)
                if record.path.endswith(MARKER):
                    markers.add(record.inode)
            elif record.kind is Kind.WRITE and record.inode in markers:
                found[number] = record.data
        return found


def record_trace(folder: Path, seed: int, weakness: str = "", kill_at: int = 0) -> Trace:
    """Run two nodes, the first under the journal.

    With ``kill_at`` it is killed right before that sync of a write-ahead log, when the system has the
    bytes and the disk has not; and the run is a short one.
    """
    shim, chance = build_shim(), random.Random(seed)
    with running_pair(folder) as (rabat, paris):
        before = folder / "before"
        shutil.copytree(rabat.home, before)
        journal = folder / "journal"
        environment = {
            "MITHAQ_TRACE_ROOT": str(rabat.home),
            "MITHAQ_TRACE_FILE": str(journal),
        }
        traced = TracedNode(
            rabat.home, rabat.port, preload=str(shim), environment=environment, weakness=weakness
        )
        paris.preload = str(shim)  # a fork of the same process; without a root nothing of it is written down
        # The journal names files by their inodes.
        inodes = {str(path.relative_to(rabat.home)): path.stat().st_ino for path in rabat.home.rglob("*")}
        try:
            paris.start()
            if kill_at:
                restarted_at = play_until_killed(traced, paris, journal, kill_at)
            else:
                restarted_at = play(traced, paris, journal, chance)
        finally:
            traced.close()
        records = list(read_journal(journal.read_bytes()))
        trace = Trace(before, rabat.home, inodes, records, restarted_at=restarted_at)
        trace.keep_promises()
        with looking_into(rabat.home) as store:
            trace.commitments = commitments_of_own(store)
        trace.partner = paris.origin
        with looking_into(paris.home) as store:
            trace.partner_commitments = commitments_of_own(store)
    return trace


def play(traced: TracedNode, paris: NodeProcess, journal: Path, chance: random.Random) -> int:
    """Both send; the traced one is killed in the middle and started again. Answers the record then."""
    restarted_at = 0
    traced.start()
    for node in (traced, paris):
        node.wait_ready()
    for turn in range(ROUNDS):
        if turn == ROUNDS // 2:
            traced.kill()
            restarted_at = count_records(journal)
            traced.start()
            traced.wait_ready()
        senders = [
            threading.Thread(target=send_some, args=(traced, "fr-mi", chance.choice((1, 3, 40)), 3)),
            threading.Thread(target=send_some, args=(paris, "ma-mi", chance.choice((1, 2, 8)), 2)),
        ]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
    wait_in_step(traced, paris)
    return restarted_at


def play_until_killed(traced: TracedNode, paris: NodeProcess, journal: Path, kill_at: int) -> int:
    """The traced one sends until it is killed, and is started again. Answers the record then."""
    environment = traced.environment
    traced.environment = {**environment, "MITHAQ_TRACE_KILL_AT": str(kill_at)}
    traced.start()
    paris.wait_ready()
    while traced.is_alive():
        try:
            send_some(traced, "fr-mi", 3, 1)
        except (OSError, EOFError, MithaqError):
            continue  # not yet ready, or no more
    restarted_at = count_records(journal)
    traced.environment = environment
    traced.start()
    traced.wait_ready()
    send_some(traced, "fr-mi", 1, 2)
    wait_in_step(traced, paris)
    return restarted_at


def count_records(journal: Path) -> int:
    """How many there are by now."""
    return sum(1 for _ in read_journal(journal.read_bytes()))


def send_some(node: NodeProcess, recipient: str, count: int, times: int) -> None:
    """A few batches."""
    for _ in range(times):
        node.send([make_draft("x" * 120, [recipient]) for _ in range(count)])
