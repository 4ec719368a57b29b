"""The process whose forks are the nodes under test: one for all tests of a worker."""

import atexit
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Loader:
    """Starts nodes (``serve_entry.py``).

    Args:
        preload: a library to load into it and its nodes; empty for none.
    """

    def __init__(self, preload: str) -> None:
        self._lock = threading.Lock()
        environment = {**os.environ, **({"LD_PRELOAD": preload} if preload else {})}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.serve_entry"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=environment,
        )
        assert self._answer() == b"loaded\n"

    def _answer(self) -> bytes:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def start(
        self,
        home: Path,
        port: int,
        output: Path,
        environment: Mapping[str, str],
        traced: str | None = None,
    ) -> int:
        """Process id of a new node, which serves soon. ``traced``: its weakness, None for no promises."""
        order = {
            "home": str(home),
            "port": port,
            "output": str(output),
            "environment": dict(environment),
            "traced": traced,
        }
        assert self._process.stdin is not None
        with self._lock:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.flush()
            return int(self._answer())

    def close(self) -> None:
        """End it and every node of it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)


@cache
def shared_loader(preload: str = "") -> Loader:
    """Made once a process, and ends with it."""
    loader = Loader(preload)
    atexit.register(loader.close)
    return loader
