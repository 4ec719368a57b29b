"""Two real nodes over HTTP under load: what ``mithaq bench exchange`` measures.

The load goes in through the control socket of the sender's service, the way the command line takes;
arrival is read from the partner's database, where an act is durable and projected.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import psycopg

from mithaq.adapters.clock import SystemClock
from mithaq.adapters.entropy import SystemEntropy
from mithaq.core.encoding import make_uuid7
from mithaq.core.types import AdministrationCode
from mithaq.errors import UnavailableError
from mithaq.main.ports import find_ports
from mithaq.main.wiring.control import ControlClient
from mithaq.node.draft import Draft

SENDER, RECEIVER = "ma-mi", "fr-mi"
BATCH_ACTS = 256
CONNECTIONS = 4
"""Connections that keep the sender's queue filled: one waits for its answer while the next is taken in."""

LATENCY_ACTS = 500
"""Single acts measured one after another; fewer in a short run."""

GROWTH_PART_ACTS = 100_000
"""The first and the last so many acts of a long run are compared."""

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
        return round(sum(_peak_kib(pid) for pid in pids) / 1024, 1)


class Probe:
    """Looks into the database of the partner: what is there is durable and projected.

    Args:
        home: of the partner.
        address: ``postgresql://`` of its database; None for SQLite.
    """

    def __init__(self, home: Path, address: str | None) -> None:
        self._query: Callable[..., Any]
        if address is None:
            self._query = sqlite3.connect(f"file:{home / 'record.sqlite3'}?mode=ro", uri=True).execute
            self._mark = "?"
        else:
            self._query = psycopg.connect(address, autocommit=True).execute
            self._mark = "%s"

    def applied_size(self) -> int:
        """Size of the sender's log up to which the partner has applied everything."""
        return int(self._query("SELECT applied_size FROM store_log WHERE NOT is_own").fetchone()[0])

    def has_note(self, note_id: str) -> bool:
        """Whether that note stands in the partner's read model."""
        sql = f"SELECT 1 FROM store_note WHERE object_id = {self._mark}"
        return self._query(sql, (note_id,)).fetchone() is not None


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in listed.split()]


def _peak_kib(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return 0


def make_drafts(count: int, size_bytes: int) -> list[Draft]:
    """Fresh information notes of about ``size_bytes`` each. Cheap: it shares the machine with the nodes."""
    first_id = make_uuid7(SystemClock().now(), SystemEntropy().random_bytes(10))
    fields = {
        "kind": "note.send",
        "object_kind": "requests.spontaneous_information",
        "object_v": 1,
        "priority": "normal",
        "lang": ["fr"],
        "subject": {"fr": "mesure"},
        "handling": {"code": "green", "caveats": [], "purpose": "ADMIN"},
        "actor": {"post": "desk", "holder": "bench"},
        "body": {"expects": "none", "text": "x" * max(1, size_bytes - ENVELOPE_OVERHEAD_BYTES)},
    }
    recipients = (AdministrationCode(RECEIVER),)
    return [Draft({**fields, "id": f"{first_id[:24]}{number:012x}"}, recipients) for number in range(count)]


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


def measure_exchange(
    folder: Path, acts: int, size_bytes: int, addresses: dict[str, str], tell: Callable[[str], None]
) -> dict[str, Any]:
    """Enrol two nodes below ``folder``, load the first, watch the second.

    Args:
        folder: gets the two homes, ``sender`` and ``receiver``.
        acts: under load; the latency of single acts is measured before.
        size_bytes: of an act, about.
        addresses: code -> ``postgresql://`` of its database; empty for SQLite.
        tell: takes words of progress.
    """
    ports = find_ports(2)
    homes = {SENDER: folder / "sender", RECEIVER: folder / "receiver"}
    for (code, home), port in zip(homes.items(), ports, strict=True):
        make_node(code, home, port, addresses.get(code))
    enrol(homes[SENDER], homes[RECEIVER])
    enrol(homes[RECEIVER], homes[SENDER])
    with running_nodes(homes, dict(zip(homes, ports, strict=True))) as nodes:
        probe = Probe(homes[RECEIVER], addresses.get(RECEIVER))
        tell("latency of single acts")
        latencies = measure_latency(homes[SENDER], probe, size_bytes, min(LATENCY_ACTS, acts))
        base = own_size(homes[SENDER])
        before_bytes = {code: folder_bytes(home) for code, home in homes.items()}
        tell(f"{acts} acts under load")
        load = Load(homes[SENDER], acts, size_bytes)
        started_s = time.perf_counter()
        append_s = load.run()
        wait_until(lambda: probe.applied_size() >= base + acts, timeout_s=60 + acts / 200)
        total_s = time.perf_counter() - started_s
        return {
            "acts": acts,
            "size": size_bytes,
            "store": "postgresql" if addresses else "sqlite",
            "append_per_s": round(acts / append_s),
            "end_to_end_per_s": round(acts / total_s),
            "latency_ms": {
                "p50": round(percentile(latencies, 0.50), 1),
                "p99": round(percentile(latencies, 0.99), 1),
                "acts": len(latencies),
            },
            "rss_mib": {code: node.rss_mib() for code, node in nodes.items()},
            "bytes_per_act_on_disk": {
                code: round((folder_bytes(home) - before_bytes[code]) / acts) for code, home in homes.items()
            },
            "growth": growth(load.marks, acts, GROWTH_PART_ACTS),
        }


def measure_latency(sender: Path, probe: Probe, size_bytes: int, count: int) -> list[float]:
    """Milliseconds from handing over one act until the partner shows it, one act at a time."""
    client = ControlClient(sender)
    latencies = []
    for _ in range(count):
        draft = make_drafts(1, size_bytes)[0]
        started_s = time.perf_counter()
        client.submit([draft])
        wait_until(partial(probe.has_note, draft.act_id), timeout_s=30, pause_s=0.0005)
        latencies.append((time.perf_counter() - started_s) * 1000)
    client.close()
    return latencies


def run_mithaq(home: Path, *arguments: str) -> dict[str, Any]:
    """One command of this program, with ``--json``.

    Raises:
        UnavailableError: ``bench_command``.
    """
    command = [sys.executable, "-m", "mithaq", "--home", str(home), "--json", *arguments]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise UnavailableError("bench_command", done.stderr.decode(errors="replace").strip())
    answer: dict[str, Any] = orjson.loads(done.stdout)
    return answer


def make_node(code: str, home: Path, port: int, database: str | None) -> None:
    """A new home for the benchmark."""
    url = f"http://127.0.0.1:{port}"
    chosen = ("--database", database) if database else ()
    run_mithaq(home, "node", "init", "--code", code, "--name", code, "--url", url, *chosen)


def enrol(home: Path, other: Path) -> None:
    """Put the other node on the roster."""
    card = run_mithaq(other, "node", "card")
    file = home / "partner.card"
    file.write_bytes(orjson.dumps(card))
    run_mithaq(home, "partner", "add", str(file), "--fingerprint", str(card["fingerprint"]))


def own_size(home: Path) -> int:
    """Tree size of the node's own log."""
    return int(run_mithaq(home, "node", "status")["tree_size"])


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
def running_nodes(homes: dict[str, Path], ports: dict[str, int]) -> Iterator[dict[str, Running]]:
    """Both nodes as processes; they end with the block."""
    started: dict[str, Running] = {}
    try:
        for code, home in homes.items():
            started[code] = start_node(code, home, ports[code])
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
