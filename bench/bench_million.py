"""Cost at a million acts: rate of the first and the last 100,000, start, verification, memory.

    python bench/bench_million.py [ACTS]

Prints one JSON object. Needs about 8 GB of disk and some minutes at full count.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from mithaq.main.benchmark import RECEIVER, SENDER, measure_exchange, start_node, stop_node
from mithaq.main.ports import find_ports

FULL_ACTS = 1_000_000


def time_start(code: str, home: Path) -> float:
    """Seconds from starting the process until it says that it listens."""
    started_s = time.perf_counter()
    running = start_node(code, home, find_ports(1)[0])
    seconds = time.perf_counter() - started_s
    stop_node(running)
    return round(seconds, 2)


def time_verify(home: Path) -> float:
    """Seconds of ``mithaq log verify`` on the node's own log."""
    started_s = time.perf_counter()
    command = [sys.executable, "-m", "mithaq", "--home", str(home), "--json", "log", "verify"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return round(time.perf_counter() - started_s, 1)


def main() -> None:
    """Measure and print."""
    acts = int(sys.argv[1]) if len(sys.argv) > 1 else FULL_ACTS
    with tempfile.TemporaryDirectory(prefix="mithaq-million-") as made:
        folder = Path(made)
        record = measure_exchange(folder, acts, 1_024, {}, lambda words: print(words, file=sys.stderr))
        homes = {SENDER: folder / "sender", RECEIVER: folder / "receiver"}
        record["start_s"] = {code: time_start(code, home) for code, home in homes.items()}
        record["log_verify_s"] = time_verify(homes[SENDER])
    print(json.dumps({"bench": "million", **record}))


if __name__ == "__main__":
    main()
