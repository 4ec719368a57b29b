"""Two real homes made with the command line, and their services as processes on loopback."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import forks
from tests.forks import make_environment

READY_S = 30.0
TRACED = {"PYTHONPROFILEIMPORTTIME": "1"}
STEP_S = 60.0


@dataclass
class Ran:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def loaded(self) -> set[str]:
        """Modules that it has imported; of a command that was traced."""
        return _modules_in(self.err)

    @property
    def record(self) -> dict[str, Any]:
        """The one JSON object on stdout."""
        [line] = self.out.splitlines()
        return json.loads(line)

    @property
    def records(self) -> list[dict[str, Any]]:
        """All JSON Lines."""
        return [json.loads(line) for line in self.out.splitlines()]


def run(*arguments: str, given: str | bytes = "", home: Path | None = None) -> Ran:
    """One command in a process that finds all loaded."""
    data = given if isinstance(given, bytes) else given.encode()
    ran = forks.run(_program(home, arguments), given=data)
    return Ran(ran.returncode, ran.stdout.decode(), ran.stderr.decode())


def run_alone(*arguments: str, given: str = "", home: Path | None = None, traced: bool = False) -> Ran:
    """One command as people start it, in a Python of its own; traced, it names on stderr what it loads."""
    ran = subprocess.run(
        [sys.executable, *_program(home, arguments)],
        input=given,
        env=make_environment() | (TRACED if traced else {}),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)


def _program(home: Path | None, arguments: Sequence[str]) -> list[str]:
    where = [] if home is None else ["--home", str(home)]
    return ["-m", "mithaq", *where, *arguments]


def _modules_in(trace: str) -> set[str]:
    lines = trace.splitlines()
    return {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Home:
    """One node."""

    folder: Path
    code: str
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[str] | None" = None
    ready_at: int = 0
    """Bytes that the service had written to ``serve.err`` when it said that it was ready."""

    @property
    def origin(self) -> str:
        return f"{self.code}.example/log/1"

    def do(self, *arguments: str, given: str = "") -> Ran:
        return run(*arguments, given=given, home=self.folder)

    def ask(self, *arguments: str, given: str = "") -> dict[str, Any]:
        """One object of a command that must go well."""
        ran = self.do("--json", "--quiet", *arguments, given=given)
        assert ran.code == 0, (arguments, ran)
        return ran.record

    def list(self, *arguments: str) -> list[dict[str, Any]]:
        ran = self.do("--json", *arguments)
        assert ran.code == 0, (arguments, ran)
        return ran.records

    def init(self) -> dict[str, Any]:
        return self.ask(
            "node", "init", "--code", self.code, "--name", self.code, "--url", f"http://127.0.0.1:{self.port}"
        )

    def serve(self) -> dict[str, Any]:
        log = self.folder / "serve.err"
        with log.open("a") as errors:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "mithaq",
                    "--home",
                    str(self.folder),
                    "node",
                    "serve",
                    "--json",
                    "--bind",
                    f"127.0.0.1:{self.port}",
                ],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=make_environment() | TRACED,
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, log.read_text()
        self.ready_at = log.stat().st_size
        return json.loads(line)

    def loaded_since_ready(self) -> set[str]:
        """Modules that the service, or its signer, has imported since it was ready; codecs are left out."""
        names = _modules_in((self.folder / "serve.err").read_bytes()[self.ready_at :].decode())
        return {name for name in names if not name.startswith("encodings.")}

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(READY_S)
        self.process.stdout.close()  # type: ignore[union-attr]
        self.process = None
        return code

    def wait_for(self, condition, *arguments: str) -> Any:
        """Ask again until the answer is as wanted."""
        ends_s = time.monotonic() + STEP_S
        while True:
            found = self.list(*arguments)
            if condition(found):
                return found
            assert time.monotonic() < ends_s, (arguments, found)
            time.sleep(0.2)


def enrol(one: Home, other: Home) -> dict[str, Any]:
    """``one`` takes the card of ``other``, with the fingerprint it was told."""
    told = other.ask("node", "card", "--fingerprint")["fingerprint"]
    card = other.do("node", "card", "--quiet").out
    return one.ask("partner", "add", "-", "--fingerprint", told, given=card)
