"""``mithaq bench exchange`` on a small count: two real processes, the figures that other programs read."""

import json
import subprocess
import sys

import pytest

from .cli.two_homes import run

pytestmark = pytest.mark.integration

FIXED_KEYS = {"append_per_s", "end_to_end_per_s", "latency_ms", "rss_mib", "bytes_per_act_on_disk"}


def test_the_exchange_of_two_nodes_is_measured() -> None:
    command = [
        sys.executable,
        "-m",
        "mithaq",
        "--json",
        "bench",
        "exchange",
        "--acts",
        "300",
        "--size",
        "1024",
    ]
    done = subprocess.run(command, capture_output=True, check=False, timeout=240)
    assert done.returncode == 0, done.stderr.decode()
    record = json.loads(done.stdout)
    assert record.keys() >= FIXED_KEYS
    assert record["append_per_s"] > 0
    assert record["latency_ms"].keys() >= {"p50", "p99"}
    assert record["rss_mib"].keys() == {"ma-mi", "fr-mi"}


def test_postgresql_needs_a_server() -> None:
    done = run("--json", "bench", "exchange", "--store", "postgresql")
    assert done.code == 1
    assert done.record["error"]["code"] == "bench_server"
