"""Two whole nodes over mutual TLS, as a service runs them: enrolled by cards, pinned certificates."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mithaq.main.ports import find_ports

from .cli.two_homes import run

pytestmark = pytest.mark.integration

READY_S = 60.0


def mithaq(home: Path, *arguments: str) -> dict[str, object]:
    done = run("--json", *arguments, home=home)
    assert done.code == 0, done.err
    return done.record


@pytest.fixture
def tls_pair(tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """Two homes with https addresses, enrolled with each other and served."""
    homes = (tmp_path / "rabat", tmp_path / "paris")
    ports = find_ports(2)
    for home, code, port in zip(homes, ("ma-mi", "fr-mi"), ports, strict=True):
        url = f"https://127.0.0.1:{port}"
        mithaq(home, "node", "init", "--code", code, "--name", code, "--url", url)
    for home, other in (homes, homes[::-1]):
        file = home / "partner.card"
        file.write_text(run("node", "card", home=other).out)
        fingerprint = str(mithaq(other, "node", "card")["fingerprint"])
        mithaq(home, "partner", "add", str(file), "--fingerprint", fingerprint)
    services = [serve(home, port) for home, port in zip(homes, ports, strict=True)]
    try:
        yield homes
    finally:
        for service in services:
            service.terminate()
            service.wait(30)


def serve(home: Path, port: int) -> "subprocess.Popen[bytes]":
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
    service = subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ.copy())
    assert service.stdout is not None
    assert service.stdout.readline().startswith(b"https://")
    return service


def wait_until(is_true: Callable[[], bool]) -> None:
    end_s = time.monotonic() + READY_S
    while not is_true():
        assert time.monotonic() < end_s, "the nodes did not get in step"
        time.sleep(0.1)


def test_a_note_arrives_over_mutual_tls(tls_pair: tuple[Path, Path], tmp_path: Path) -> None:
    rabat, paris = tls_pair
    note = tmp_path / "note.json"
    note.write_text(
        json.dumps(
            {
                "object_kind": "requests.spontaneous_information",
                "to": ["fr-mi"],
                "subject": {"fr": "Essai sur TLS", "ar": "تجربة"},
                "lang": ["fr", "ar"],
                "handling": {"code": "green", "caveats": [], "purpose": "ADMIN"},
                "body": {"text": "Un mot"},
            }
        )
    )
    sent = mithaq(rabat, "note", "send", str(note), "--yes")
    wait_until(lambda: mithaq(rabat, "note", "show", str(sent["id"]))["state"] == "delivered")
    shown = mithaq(paris, "note", "show", str(sent["id"]))
    assert shown["state"] == "delivered"
    status = mithaq(paris, "node", "status")
    assert status["quarantined"] == 0
    assert status["alarms"] == []
