"""Rows 20, 25 and 29 on a real home: SQLite, tiles and keys as files (``real_node.py`` says what is done)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(command: str, folder: Path) -> None:
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.real_node", command, str(folder)],
        env={**os.environ, "PYTHONPATH": path},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.fail(f"{command}:\n{done.stdout[-2_000:]}\n{done.stderr[-6_000:]}", pytrace=False)


def test_fault_29_each_call_of_the_system_fails_once(tmp_path: Path) -> None:
    """EIO, ENOSPC and short writes at each open, write, fsync, link, rename of append and pull."""
    run("calls", tmp_path)


def test_fault_20_a_full_database(tmp_path: Path) -> None:
    run("full", tmp_path)


def test_fault_25_releases_are_keyed_by_code_and_origin(tmp_path: Path) -> None:
    """All local numbers of logs change places: nobody gets what is another's."""
    run("renumber", tmp_path)


def test_fault_10_a_database_and_a_store_in_memory_agree(tmp_path: Path) -> None:
    run("live", tmp_path)
