"""Commands as people start them, one of each family: a Python of its own loads all that they need.

Most tests run commands in forks of a process that has loaded everything; here both say the same.
"""

import re
from pathlib import Path

import pytest

from .two_homes import run, run_alone

COMMANDS = (
    ("node", "status"),
    ("partner", "list"),
    ("sync",),
    ("log", "verify"),
    ("proof", "export", "nothing", "-o", "nothing"),
    ("act", "list"),
    ("instrument", "list"),
    ("note", "list"),
    ("balance",),
    ("directory", "list"),
    ("source", "list"),
    ("meeting", "list"),
    ("roadmap", "list"),
    ("agreement", "list"),
    ("review", "list"),
    ("dates", "list"),
    ("rebuild", "--check"),
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("alone") / "rabat"
    made = run_alone("--json", "node", "init", "--code", "ma-mi", home=folder)
    assert made.code == 0, made.err
    return folder


def without_times(text: str) -> str:
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "…", text)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_process_of_its_own_says_what_a_fork_says(home: Path, command: tuple[str, ...]) -> None:
    alone, forked = (one("--json", *command, home=home) for one in (run_alone, run))
    assert (alone.code, alone.err) == (forked.code, forked.err)
    assert without_times(alone.out) == without_times(forked.out)
    assert "Traceback" not in alone.err
