"""Two judges that share no code with us read an exported log: Go's packages and a second checker.

Both must accept it at the sizes where tiles begin and end, and refuse every flipped byte.
"""

import importlib.util
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest

from tests.conformance.log_directory import write_log

HERE = Path(__file__).parent
GO_SOURCE = HERE / "go"
GO_LIBRARY = Path("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog")
SECOND_CHECKER = HERE / "second_checker.py"
SIZES = (1, 255, 256, 257, 700)
SAMPLES_PER_FILE = 6
SEED = 20_261_125
TIMEOUT_S = 300

Judge = Callable[[Path], subprocess.CompletedProcess[str]]


def run(*command: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
    environment = options.get("env")
    assert environment is None or isinstance(environment, dict)
    cwd = options.get("cwd")
    assert cwd is None or isinstance(cwd, Path)
    return subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_S,
        env=environment,
        cwd=cwd,
    )


@pytest.fixture(scope="session")
def go_judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """The Go program, built offline on Debian's copy of golang.org/x/mod."""
    go = shutil.which("go")
    if go is None:
        pytest.skip("no go command (Debian: golang-go)")
    if not GO_LIBRARY.is_dir():
        pytest.skip("no golang.org/x/mod sources (Debian: golang-golang-x-mod-dev)")
    folder = tmp_path_factory.mktemp("go")
    for source in (*GO_SOURCE.glob("*.go"), GO_SOURCE / "go.mod"):
        shutil.copy(source, folder)
    offline = {
        "GOFLAGS": "-mod=mod",
        "GOPROXY": "off",
        "GOSUMDB": "off",
        "GOTOOLCHAIN": "local",
        "GO111MODULE": "on",
    }
    environment = os.environ | offline | {"GOCACHE": str(folder / "cache"), "GOPATH": str(folder / "path")}
    built = run(go, "build", "-o", "judge", ".", cwd=folder, env=environment)
    assert built.returncode == 0, built.stderr
    return lambda directory: run(folder / "judge", directory)


@pytest.fixture(scope="session")
def second_checker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("second_checker", SECOND_CHECKER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def logs(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    folder = tmp_path_factory.mktemp("logs")
    for size in SIZES:
        write_log(folder / str(size), size)
    return {size: folder / str(size) for size in SIZES}


@contextmanager
def flipped(file: Path, at: int, bit: int) -> Iterator[None]:
    """A file with one bit changed, for the length of a check."""
    good = file.read_bytes()
    bad = bytearray(good)
    bad[at] ^= 1 << bit
    file.write_bytes(bad)
    try:
        yield
    finally:
        file.write_bytes(good)


def choose_flips(directory: Path, per_file: int | None) -> Iterator[tuple[Path, int, int]]:
    """Seeded: some bytes of each file, one bit of each; all bytes of a tile or a bundle for None."""
    chance = random.Random(SEED)
    for file in sorted(path for path in directory.rglob("*") if path.is_file()):
        length = file.stat().st_size
        is_whole = per_file is None and length <= 10_000
        places = range(length) if is_whole else chance.sample(range(length), min(per_file or 2_000, length))
        for at in places:
            yield file, at, chance.randrange(8)


def test_second_checker_imports_nothing_of_ours() -> None:
    source = SECOND_CHECKER.read_text(encoding="utf-8")
    assert "import mithaq" not in source
    assert "from mithaq" not in source
    assert "from tests" not in source


@pytest.mark.parametrize("size", SIZES)
class TestAccepts:
    def test_go(self, go_judge: Judge, logs: dict[int, Path], size: int) -> None:
        answer = go_judge(logs[size])
        assert (answer.returncode, answer.stderr) == (0, "")
        assert answer.stdout.startswith(f"ok {size} ")

    def test_second_checker(self, logs: dict[int, Path], size: int) -> None:
        answer = run(sys.executable, "-I", SECOND_CHECKER, logs[size])
        assert (answer.returncode, answer.stderr) == (0, "")
        assert answer.stdout.startswith(f"ok {size} ")
        assert answer.stdout.endswith(f" released {size}\n")

    def test_both_compute_one_root(self, go_judge: Judge, logs: dict[int, Path], size: int) -> None:
        answer = run(sys.executable, "-I", SECOND_CHECKER, logs[size])
        assert answer.stdout.split()[:3] == go_judge(logs[size]).stdout.split()


@pytest.mark.slow
@pytest.mark.parametrize("size", [65_536, 70_000])
def test_accepts_three_levels(go_judge: Judge, tmp_path: Path, soak: bool, size: int) -> None:
    if not soak:
        pytest.skip("logs of 65,536 and 70,000 entries (make soak)")
    write_log(tmp_path, size)
    assert run(sys.executable, "-I", SECOND_CHECKER, tmp_path).returncode == 0
    assert go_judge(tmp_path).returncode == 0


class TestRefuses:
    def test_go(self, go_judge: Judge, logs: dict[int, Path], soak: bool) -> None:
        for file, at, bit in choose_flips(logs[700], 200 if soak else SAMPLES_PER_FILE):
            if file.name == "released.jsonl":
                continue
            with flipped(file, at, bit):
                answer = go_judge(logs[700])
            assert answer.returncode == 1, f"{file.name}: byte {at}, bit {bit}"
            assert answer.stderr.startswith("refused: ")

    @pytest.mark.timeout(3_600)
    def test_second_checker(self, second_checker: ModuleType, logs: dict[int, Path], soak: bool) -> None:
        for file, at, bit in choose_flips(logs[700], None if soak else 4 * SAMPLES_PER_FILE):
            with flipped(file, at, bit), pytest.raises(second_checker.Damage):
                second_checker.check(logs[700])
                pytest.fail(f"{file.name}: byte {at}, bit {bit}")

    def test_every_byte_of_checkpoint_and_vkey(
        self, second_checker: ModuleType, logs: dict[int, Path]
    ) -> None:
        for name in ("checkpoint", "vkey"):
            for at in range((logs[1] / name).stat().st_size):
                with flipped(logs[1] / name, at, at % 8), pytest.raises(second_checker.Damage):
                    second_checker.check(logs[1])

    def test_missing_file(self, go_judge: Judge, logs: dict[int, Path], tmp_path: Path) -> None:
        for name in ("checkpoint", "vkey", "tile/0/001", "tile/1/000.p/2", "tile/entries/002.p/188"):
            copy = tmp_path / name.replace("/", "-")
            shutil.copytree(logs[700], copy)
            (copy / name).unlink()
            assert go_judge(copy).returncode == 1
            assert run(sys.executable, "-I", SECOND_CHECKER, copy).returncode == 1

    def test_cut_and_grown_files(
        self, go_judge: Judge, second_checker: ModuleType, logs: dict[int, Path]
    ) -> None:
        for name in ("checkpoint", "vkey", "tile/0/001", "tile/0/002.p/188", "tile/entries/000"):
            file = logs[700] / name
            good = file.read_bytes()
            for bad in (good[:-1], good + b"\n", good + good, b""):
                file.write_bytes(bad)
                try:
                    assert go_judge(logs[700]).returncode == 1, name
                    with pytest.raises(second_checker.Damage):
                        second_checker.check(logs[700])
                finally:
                    file.write_bytes(good)

    def test_usage(self, go_judge: Judge, tmp_path: Path) -> None:
        assert run(sys.executable, "-I", SECOND_CHECKER).returncode == 2
        assert run(sys.executable, "-I", SECOND_CHECKER, tmp_path / "absent").returncode == 1
        assert go_judge(tmp_path / "absent").returncode == 1
