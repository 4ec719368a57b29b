"""Fault 2: the power goes at any moment, and the disk has kept what was synced and chance of the rest.

3,000 cuts in all (30,000 in ``make soak``), over runs of a real node that appends, pulls and keeps
attachments. The controls take one guarantee away and must lose something: so the method sees losses.
"""

import gc
import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from .disk import Disk
from .image import Image
from .trace import Promised, Trace, record_trace

SOAK = os.environ.get("MITHAQ_SOAK", "") not in ("", "0")
RUNS = 12 if SOAK else 4
CUTS_A_RUN = (30_000 if SOAK else 3_000) // RUNS
CUTS_OF_CONTROL = 150
KILLS_AT_SYNC = range(4, 44) if SOAK else range(6, 10)
CUTS_AFTER_KILL = 120
RECORDS_OF_START = 300
"""What a start and the first act after it write."""

GUESSES_A_MOMENT = 2
"""Images of one moment: each draws anew what the disk has kept."""


@pytest.fixture
def memory_folder() -> Iterator[Path]:
    """A folder in memory where there is one: an image is judged in a third of the time."""
    shared = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="mithaq-cut-", dir=shared if os.access(shared, os.W_OK) else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def judge_cuts(
    trace: Trace, folder: Path, cuts: int, seed: int, first: int = 1, last: int | None = None
) -> list[str]:
    """Cut a run at random moments; answers what was wrong, one line a bad image."""
    chance = random.Random(seed)
    choices = range(first, min(last or len(trace.records), len(trace.records)) + 1)
    moments = sorted(chance.choices(choices, k=cuts // GUESSES_A_MOMENT))
    disk, promised, promises = Disk(trace.root, trace.before, trace.inodes), Promised(), trace.promises()
    image, wrong, done = Image(folder / "image", trace), [], 0
    gc.freeze()  # what there is by now is not of any image
    for moment in moments:
        for number in range(done, moment):
            promised.add(promises.get(number, b""))
            disk.apply(trace.records[number])
        done = moment
        for guess in range(GUESSES_A_MOMENT):
            image.lay_down(disk, chance)
            problem = find_problem(image, promised, chance)
            if problem:
                wrong.append(f"cut {moment}, guess {guess}: {problem}")
                # A statement that broke off keeps its database open, and its end would touch the next image.
                gc.collect()
    return wrong


def find_problem(image: Image, promised: Promised, chance: random.Random) -> str:
    """What is wrong with an image, in one line; empty when nothing is."""
    try:
        image.judge(promised, chance)
    except Exception as error:
        return f"{type(error).__name__}: {error}".splitlines()[0]
    return ""


@pytest.mark.slow
@pytest.mark.parametrize("run", range(RUNS))
def test_no_cut_loses_anything(run: int, tmp_path: Path, memory_folder: Path, database_access: None) -> None:
    seed = 2_000 + run
    trace = record_trace(tmp_path, seed)
    print(
        f"seed {seed}: {len(trace.records)} records, {len(trace.acts)} acts, {len(trace.blobs)} attachments"
    )
    wrong = judge_cuts(trace, memory_folder, CUTS_A_RUN, seed)
    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("sync", KILLS_AT_SYNC)
def test_a_kill_before_a_sync_and_then_a_cut(
    sync: int, tmp_path: Path, memory_folder: Path, database_access: None
) -> None:
    """After the kill the next start reads what no disk has yet; it must not build on that."""
    trace = record_trace(tmp_path, sync, kill_at=sync)
    first = trace.restarted_at
    wrong = judge_cuts(trace, memory_folder, CUTS_AFTER_KILL, sync, first, first + RECORDS_OF_START)
    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("weakness", ["synchronous-off", "no-folder-sync", "early-acknowledgement"])
def test_a_loss_is_found_where_there_is_one(
    weakness: str, tmp_path: Path, memory_folder: Path, database_access: None
) -> None:
    trace = record_trace(tmp_path, 1, weakness)
    wrong = judge_cuts(trace, memory_folder, CUTS_OF_CONTROL, 1)
    print(f"{weakness}: {len(wrong)} of {CUTS_OF_CONTROL} images lost something, as {wrong[:3]}")
    assert wrong
