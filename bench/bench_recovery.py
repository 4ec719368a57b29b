"""How soon a node is in step again: after a kill -9 of the receiver, and after one of the sender.

    python bench/bench_recovery.py [ACTS]

Prints one JSON object: seconds from readiness of the node that was killed until the partner has everything.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

from mithaq.main.benchmark import (
    RECEIVER,
    SENDER,
    Load,
    Probe,
    Running,
    enrol,
    make_node,
    own_size,
    start_node,
    stop_node,
    wait_until,
)
from mithaq.main.ports import find_ports

ACTS = 2_000


def kill(node: Running) -> None:
    """End a node without a warning."""
    node.process.kill()
    node.process.wait()


def main() -> None:
    """Measure and print."""
    acts = int(sys.argv[1]) if len(sys.argv) > 1 else ACTS
    record: dict[str, object] = {"bench": "recovery", "acts": acts}
    with tempfile.TemporaryDirectory(prefix="mithaq-recovery-") as made:
        homes = {SENDER: Path(made) / "sender", RECEIVER: Path(made) / "receiver"}
        ports = dict(zip(homes, find_ports(2), strict=True))
        for code, home in homes.items():
            make_node(code, home, ports[code], None)
        enrol(homes[SENDER], homes[RECEIVER])
        enrol(homes[RECEIVER], homes[SENDER])
        nodes = {code: start_node(code, home, ports[code]) for code, home in homes.items()}
        probe = Probe(homes[RECEIVER], None)
        for victim in (RECEIVER, SENDER):
            if victim == RECEIVER:
                kill(nodes[RECEIVER])
                Load(homes[SENDER], acts, 1_024).run()
            else:
                Load(homes[SENDER], acts, 1_024).run()
                kill(nodes[SENDER])
            # Asked before the start: the command takes a second that the node must not be given.
            sent = own_size(homes[SENDER])
            started_s = time.perf_counter()
            nodes[victim] = start_node(victim, homes[victim], ports[victim])
            ready_s = time.perf_counter() - started_s
            in_step_s = wait_until(lambda size=sent: probe.applied_size() >= size, 60)  # type: ignore[misc]
            record[f"after_kill_of_{'receiver' if victim == RECEIVER else 'sender'}"] = {
                "start_s": round(ready_s, 2),
                "in_step_s": round(in_step_s, 2),
            }
        for node in nodes.values():
            stop_node(node)
    print(json.dumps(record))


if __name__ == "__main__":
    main()
