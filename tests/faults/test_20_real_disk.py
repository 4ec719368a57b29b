"""Rows 20, 25 and 29 on a real home: SQLite, tiles and keys as files (``real_node.py`` says what is done)."""

from pathlib import Path

import pytest

from tests import forks
from tests.integration.database import copy_sqlite, migrated_sqlite

TIMEOUT_S = 24 * 3600.0
"""The limit of a test is pytest's; ``make soak`` takes hours."""

pytestmark = pytest.mark.usefixtures("database_access")


def run(command: str, folder: Path) -> None:
    copy_sqlite(migrated_sqlite(), folder)
    done = forks.run(["-m", "tests.faults.real_node", command, str(folder)], timeout_s=TIMEOUT_S)
    if done.returncode:
        said = done.stdout[-2_000:] + b"\n" + done.stderr[-6_000:]
        pytest.fail(f"{command}:\n{said.decode(errors='replace')}", pytrace=False)


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
