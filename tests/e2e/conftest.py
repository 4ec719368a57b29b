"""A real browser on the pages of two real nodes."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
)
DEBIAN = "/usr/bin/chromium"


def find_chromium() -> str | None:
    """``MITHAQ_CHROMIUM``, else Debian's, else one on the path."""
    named = os.environ.get("MITHAQ_CHROMIUM")
    if named:
        return named if Path(named).is_file() else None
    return DEBIAN if Path(DEBIAN).is_file() else shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser."""
    executable = find_chromium()
    if executable is None:
        pytest.skip("no Chromium: set MITHAQ_CHROMIUM, or install Debian's package chromium")
    return executable


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    """One browser a module, and no longer.

    Playwright keeps an event loop running in this thread while it is open, and Django refuses its database
    beside one: a browser open for the whole run breaks every later test of the same worker that has a store.
    """
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def addresses(chromium: str) -> Iterator[tuple[str, str]]:
    """Both nodes of a demonstration that goes on while the tests run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MITHAQ_", "DJANGO_"))}
    environment = {**kept, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    with subprocess.Popen(
        [sys.executable, "-m", "mithaq", "--json", "--quiet", "demo", "--no-browser"],
        stdout=subprocess.PIPE,
        env=environment,
        text=True,
    ) as demo:
        assert demo.stdout is not None
        line = demo.stdout.readline()
        assert line, "the demonstration did not start"
        first, second = (node["url"] for node in json.loads(line)["nodes"])
        yield first, second
        demo.send_signal(signal.SIGINT)
        assert demo.wait(60) == 0
