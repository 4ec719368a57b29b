"""What this machine lacks for PDF: the extra of this package, or libraries of the system."""

import ctypes
import sys
from functools import cache
from importlib.util import find_spec
from typing import Final

EXTRA: Final = "mithaq[pdf]"
_LIBRARIES: Final = (
    ("libpango-1.0.so.0", "libpango-1.0-0"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0-0"),
    ("libharfbuzz-subset.so.0", "libharfbuzz-subset0"),
)
"""File that the loader is asked for, and Debian's package of it."""


def is_installed() -> bool:
    """Whether the extra is there at all; without it nobody asked this node to print."""
    return find_spec("weasyprint") is not None


@cache
def find_missing() -> tuple[str, ...]:
    """What to install, by name; nothing where PDF can be made."""
    if not is_installed():
        return (EXTRA,)
    if not sys.platform.startswith("linux"):
        return ()  # other systems name their libraries otherwise; the child says what it lacks
    return tuple(package for file, package in _LIBRARIES if not _loads(file))


def can_print() -> bool:
    """Whether PDF can be made here: without it, no page offers it."""
    return not find_missing()


def _loads(file: str) -> bool:
    try:
        ctypes.CDLL(file)
    except OSError:
        return False
    return True
