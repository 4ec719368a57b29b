"""A real browser on the pages of real nodes."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .served import Workspace, serving

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
NAMES = ("chromium-headless-shell", "chromium", "google-chrome")
"""The first is Chromium without what a window needs: the same pages for little more than half of the work."""

DEBIAN = ("/usr/lib/chromium/chromium-headless-shell", "/usr/bin/chromium")


def find_chromium() -> str | None:
    """``MITHAQ_CHROMIUM``, else Debian's, else one on the path."""
    named = os.environ.get("MITHAQ_CHROMIUM")
    if named:
        return named if Path(named).is_file() else None
    found = (*(path for path in DEBIAN if Path(path).is_file()), *map(shutil.which, NAMES))
    return next(filter(None, found), None)


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
def workspace(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The workspace of Rabat after a demonstration, prepared once a run, served once a worker."""
    with serving(tmp_path_factory.mktemp("workspace")) as served:
        yield served
