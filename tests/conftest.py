"""What all tests share: markers, the soak switch, and a last line that names what was not run.

The folders under ``tests`` are the parts: ``unit`` (no Django), ``integration`` (one abstract class a
port, on both engines), ``conformance`` (vectors, two nodes over HTTP, other people's software),
``faults`` (the fault table), ``e2e`` (a browser). ``MITHAQ_SOAK=1`` turns small counts into full ones.
"""

import os
import sys
from collections import Counter
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from mithaq.main.wiring.collector import look_seldom
from tests import prepared
from tests.sharing import BySetUp

TESTS = Path(__file__).parent
PARTS = ("unit", "integration", "conformance", "faults", "e2e")
MARKERS = {
    "unit": "no Django, no process, no disk beyond a temporary folder",
    "integration": "adapters against real engines",
    "conformance": "vectors and other people's software",
    "faults": "the fault table of the specification",
    "e2e": "a real browser",
    "slow": "over ten seconds",
}
SOAK = os.environ.get("MITHAQ_SOAK", "") not in ("", "0")

# Two cores shared by several processes: a deadline a test would measure the neighbours.
settings.register_profile("small", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("soak", parent=settings.get_profile("small"), max_examples=5_000)
settings.load_profile("soak" if SOAK else "small")

# Tests start hundreds of processes: each would compile all that it loads, and keep none of it.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

look_seldom()  # as every program of this size does; a worker holds all of it and Django's migrations

_skips: Counter[tuple[str, str]] = Counter()
_seen_parts: set[str] = set()


def part_of(path: str | Path) -> str | None:
    """Which part a test file belongs to; None outside the parts."""
    try:
        first = Path(path).resolve().relative_to(TESTS).parts[0]
    except (ValueError, IndexError):
        return None
    return first if first in PARTS else None


def pytest_configure(config: pytest.Config) -> None:
    for name, meaning in MARKERS.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")
    if not hasattr(config, "workerinput"):
        prepared.begin_run()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        prepared.end_run()


@pytest.fixture(autouse=True, scope="session")
def _tests_read_faster_than_people() -> None:
    """A test asks for pages as fast as they come; the one about the rate sets it back."""
    from mithaq.web.api import rates

    rates.PAGE_BURST = 1_000_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        part = part_of(item.path)
        if part is not None:
            item.add_marker(part)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> BySetUp:
    return BySetUp(config, log)


@pytest.fixture(scope="session")
def soak() -> bool:
    """Whether the full counts are asked for (``make soak``)."""
    return SOAK


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    part = part_of(TESTS.parent / report.nodeid.split("::")[0])
    if part is None:
        return
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        _skips[part, reason.removeprefix("Skipped: ")] += 1
    elif report.when == "call":
        _seen_parts.add(part)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    part = part_of(TESTS.parent / report.nodeid.split("::")[0]) if report.skipped else None
    if part is not None and isinstance(report.longrepr, tuple):
        _skips[part, report.longrepr[2].removeprefix("Skipped: ")] += 1


def describe_parts_not_run() -> str:
    """One line: the parts and tests that were not run, each with its reason."""
    found = []
    for part in PARTS:
        reasons = sorted((reason, count) for (name, reason), count in _skips.items() if name == part)
        told = "; ".join(f"{count} x {reason}" for reason, count in reasons)
        if part not in _seen_parts:
            found.append(f"{part} (all: {told or 'none selected'})")
        elif told:
            found.append(f"{part} ({told})")
    if not SOAK:
        found.append("full counts (make soak)")
    return "Not run: " + ", ".join(found) if found else "Not run: nothing; every part was run"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, None, None]:
    yield
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and not hasattr(session.config, "workerinput"):
        reporter.write_line(describe_parts_not_run())
