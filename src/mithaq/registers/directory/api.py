"""The directory for programs."""

from typing import Any

ROUTES: tuple[Any, ...] = ()
