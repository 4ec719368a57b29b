"""The checks of the house must fail when the house is broken: each is shown a broken copy."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import floors

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "mithaq"


def write(package: Path, name: str, text: str = "") -> None:
    path = package / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A small package in order."""
    folder = tmp_path / "mithaq"
    for name in ("errors.py", "core/keys.py", "core/log/merkle.py", "web/public/views.py"):
        write(folder, name)
    write(folder, "registers/requests/rules/limits.py")
    complete(folder)
    write(folder, "registers/requests/templates/requests/page.html")
    return folder


def complete(package: Path) -> None:
    """Gives each folder its ``__init__.py``."""
    for path in list(package.rglob("*.py")):
        for folder in [path.parent, *path.parent.parents]:
            if not folder.is_relative_to(package):
                break
            (folder / "__init__.py").touch()


def texts(package: Path) -> list[str]:
    return [str(problem) for problem in floors.check_package(package)]


def test_the_package_itself_is_in_order() -> None:
    assert texts(PACKAGE) == []


def test_a_small_package_is_in_order(package: Path) -> None:
    assert texts(package) == []


@pytest.mark.parametrize(
    "name",
    [
        "cellar/store.py",
        "notes.py",
        "core/ledger.py",
        "core/log/deep/tile.py",
        "core/README.txt",
        "core/log/Merkle.py",
        "registers/embassy/rules.py",
        "registers/requests/services.py",
        "registers/requests/signals/__init__.py",
        "adapters/redis/queue.py",
        "main/tasks.py",
    ],
)
def test_an_unknown_name_fails(package: Path, name: str) -> None:
    write(package, name)
    complete(package)
    problems = texts(package)
    assert len(problems) == 1
    assert "unknown" in problems[0]


def test_a_folder_of_modules_is_a_package(package: Path) -> None:
    write(package, "core/notes/state.py")
    assert texts(package) == ["core/notes: has modules and no __init__.py"]


@pytest.mark.parametrize("name", ["core/log/utils.py", "web/helpers.py", "node/common.py", "core/misc/x.py"])
def test_a_banned_name_fails(package: Path, name: str) -> None:
    write(package, name)
    assert any("banned name" in problem for problem in texts(package))


def test_the_longest_function_and_module(package: Path) -> None:
    body = "    x = 1\n"
    write(package, "core/keys.py", "def fits():\n" + body * 59)
    assert texts(package) == []
    write(package, "core/keys.py", "def spills():\n" + body * 60)
    assert texts(package) == ["core/keys.py:1: spills has 61 lines; at most 60"]
    write(package, "core/keys.py", "x = 1\n" * 500)
    assert texts(package) == []
    write(package, "core/keys.py", "x = 1\n" * 501)
    assert texts(package) == ["core/keys.py: 501 lines; at most 500: one idea a file"]


def test_identifiers_are_ascii_and_texts_are_free(package: Path) -> None:
    write(package, "core/keys.py", 'GREETING = "ميثاق"  # صك\n')
    assert texts(package) == []
    write(package, "core/keys.py", "ميثاق = 1\n")
    assert texts(package) == ["core/keys.py:1: identifier 'ميثاق' is not ASCII"]


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("core/keys.py", "datetime.now(UTC)"),
        ("core/log/merkle.py", "open('x')"),
        ("registers/requests/rules/limits.py", "date.today()"),
    ],
)
def test_pure_code_reads_no_clock_and_no_disk(package: Path, name: str, call: str) -> None:
    write(package, name, f"x = {call}\n")
    assert len(texts(package)) == 1
    write(package, name)
    write(package, "web/public/views.py", f"x = {call}\n")
    assert texts(package) == []


def test_the_command_answers_by_exit_code(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert floors.main([str(package)]) == 0
    write(package, "core/ledger.py")
    assert floors.main([str(package)]) == 1
    assert "core/ledger.py: unknown file" in capsys.readouterr().out
    assert floors.main([str(package / "nowhere")]) == 2


# --- import-linter on a copy of the real package ---------------------------------------------------


def lint_imports(tmp_path: Path, additions: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Runs the contracts on a copy of the package with some modules added or replaced."""
    shutil.copytree(PACKAGE, tmp_path / "src" / "mithaq", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", tmp_path)
    for name, text in additions.items():
        write(tmp_path / "src" / "mithaq", name, text)
    code = "import sys; from importlinter.cli import lint_imports_command as run; sys.exit(run())"
    return subprocess.run(
        [sys.executable, "-c", code, "--no-cache"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "src")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_contracts_hold(tmp_path: Path) -> None:
    result = lint_imports(tmp_path, {})
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("name", "text", "broken"),
    [
        ("core/keys.py", "import mithaq.node", "A floor imports only lower floors"),
        ("core/keys.py", "import sqlite3", "core and formats are pure"),
        ("core/keys.py", "import mithaq.core.federation", "The order inside core"),
        ("core/notes/bad.py", "import mithaq.core.instruments", "The order inside core"),
        ("formats/__init__.py", "import mithaq.core", "A floor imports only lower floors"),
        ("node/bad.py", "import django", "node knows no framework"),
        ("web/bad.py", "import mithaq.adapters", "Only main sees adapters"),
        ("registers/requests/views.py", "import mithaq.adapters", "Only main sees adapters"),
        ("registers/requests/rules.py", "import django", "rules and exchange of a register are pure"),
        ("registers/requests/rules.py", "from . import models", "The order inside a register"),
        ("registers/requests/views.py", "import mithaq.registers.meetings", "No register knows another"),
        ("cellar/__init__.py", "", "A floor imports only lower floors"),
    ],
)
def test_a_forbidden_import_or_floor_fails(tmp_path: Path, name: str, text: str, broken: str) -> None:
    # Only the copy is broken; stand-ins fill what the import needs.
    stand_ins = {
        "registers/requests/__init__.py": "",
        "registers/requests/models.py": "",
        "registers/meetings/__init__.py": "",
    }
    result = lint_imports(tmp_path, {**stand_ins, name: text + "\n"})
    assert result.returncode == 1, result.stdout + result.stderr
    verdicts = [line for line in result.stdout.splitlines() if line.startswith(broken)]
    assert verdicts, result.stdout
    assert verdicts[0].endswith("BROKEN")
