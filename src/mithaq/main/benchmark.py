"""Two real nodes over HTTP under load: what ``mithaq bench exchange`` measures.

The load goes in through the control socket of the sender's service, the way the command line takes;
arrival is read from the partner's database, where an act is durable and projected.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mithaq.adapters.clock import SystemClock
from mithaq.adapters.entropy import SystemEntropy
from mithaq.core.types import AdministrationCode
from mithaq.errors import UnavailableError
from mithaq.main.wiring.control import ControlClient
from mithaq.node.draft import Draft, new_act_id

SENDER, RECEIVER = "ma-mi", "fr-mi"
BATCH_ACTS = 256
CONNECTIONS = 4
"""Connections that keep the sender's queue filled: one waits for its answer while the next is taken in."""

LATENCY_ACTS = 500
ENVELOPE_OVERHEAD_BYTES = 720
"""Size of the other fields of a benchmark act; the text fills it up to the size asked for."""


@dataclass(frozen=True, slots=True)
class Running:
    """A node process of the benchmark."""

    code: str
    home: Path
    process: subprocess.Popen[bytes]

    def rss_mib(self) -> float:
        """Peak resident memory of the process and its children, MiB."""
        pids = [self.process.pid, *_children(self.process.pid)]
        return sum(_peak_kib(pid) for pid in pids) / 1024


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in listed.split()]


def _peak_kib(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return 0


def make_drafts(count: int, size_bytes: int) -> list[Draft]:
    """Fresh information notes of about ``size_bytes`` each."""
    clock, entropy = SystemClock(), SystemEntropy()
    text = "x" * max(1, size_bytes - ENVELOPE_OVERHEAD_BYTES)
    return [
        Draft(
            {
                "kind": "note.send",
                "id": new_act_id(clock.now(), entropy.random_bytes(10)),
                "object_kind": "requests.spontaneous_information",
                "object_v": 1,
                "priority": "normal",
                "lang": ["fr"],
                "subject": {"fr": "mesure"},
                "handling": {"code": "green", "caveats": [], "purpose": "ADMIN"},
                "actor": {"post": "desk", "holder": "bench"},
                "body": {"expects": "none", "text": text},
            },
            (AdministrationCode(RECEIVER),),
        )
        for _ in range(count)
    ]


class Load:
    """Sends ``acts`` drafts as fast as the sender takes them, over a few connections."""

    def __init__(self, home: Path, acts: int, size_bytes: int) -> None:
        self._home = home
        self._left = acts
        self._size_bytes = size_bytes
        self._lock = threading.Lock()
        self.marks: list[tuple[int, float]] = []
        """(acts acknowledged, seconds since the start), one for each batch."""

    def run(self) -> float:
        """Seconds until everything is acknowledged."""
        self._started_s = time.perf_counter()
        self._done = 0
        threads = [threading.Thread(target=self._send) for _ in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.perf_counter() - self._started_s

    def _take(self) -> int:
        with self._lock:
            count = min(BATCH_ACTS, self._left)
            self._left -= count
            return count

    def _send(self) -> None:
        client = ControlClient(self._home)
        while count := self._take():
            drafts = make_drafts(count, self._size_bytes)
            while True:
                try:
                    client.submit(drafts)
                    break
                except UnavailableError:
                    time.sleep(0.01)
            with self._lock:
                self._done += count
                self.marks.append((self._done, time.perf_counter() - self._started_s))
        client.close()


def wait_until(is_true: Callable[[], bool], timeout_s: float, pause_s: float = 0.02) -> float:
    """Seconds until the condition held.

    Raises:
        UnavailableError: ``bench_timeout``.
    """
    started_s = time.perf_counter()
    while not is_true():
        if time.perf_counter() - started_s > timeout_s:
            raise UnavailableError("bench_timeout", "the partner did not get in step in time")
        time.sleep(pause_s)
    return time.perf_counter() - started_s


def start_node(code: str, home: Path, port: int) -> Running:
    """Start ``node serve`` and wait until it says that it listens."""
    command = [
        sys.executable,
        "-m",
        "mithaq",
        "--home",
        str(home),
        "node",
        "serve",
        "--bind",
        f"127.0.0.1:{port}",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=(home / "serve.log").open("wb"))
    assert process.stdout is not None
    if not process.stdout.readline():
        raise UnavailableError("bench_start", f"the node {code} did not start; see {home / 'serve.log'}")
    return Running(code, home, process)


def stop_node(running: Running) -> None:
    """End a node that this program started."""
    running.process.send_signal(signal.SIGTERM)
    try:
        running.process.wait(20)
    except subprocess.TimeoutExpired:
        running.process.kill()
        running.process.wait()


@contextmanager
def running_nodes(nodes: dict[str, tuple[Path, int]]) -> Iterator[dict[str, Running]]:
    """Both nodes as processes; they end with the block."""
    started: dict[str, Running] = {}
    try:
        for code, (home, port) in nodes.items():
            started[code] = start_node(code, home, port)
        yield started
    finally:
        for running in started.values():
            stop_node(running)


def folder_bytes(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(
        os.path.getsize(os.path.join(where, name)) for where, _, names in os.walk(folder) for name in names
    )


def percentile(values: list[float], share: float) -> float:
    """Nearest-rank percentile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def growth(marks: list[tuple[int, float]], acts: int, part: int) -> dict[str, Any] | None:
    """Rates of the first and the last ``part`` acts of a long run; None when it was too short."""
    if acts < 3 * part:
        return None
    first_s = next(at for done, at in marks if done >= part)
    before_last_s = next(at for done, at in marks if done >= acts - part)
    return {"first_per_s": round(part / first_s), "last_per_s": round(part / (marks[-1][1] - before_last_s))}
