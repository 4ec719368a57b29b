"""A database that does not answer is ``UnavailableError``: a thread that polls tries again, and lives on.

The connection that failed is closed outside transactions, so that the next call opens a new one: after
its server was away for a moment a node must not need a restart to read.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

from django.db import InterfaceError, OperationalError, connections

from mithaq.errors import UnavailableError

_Kind = TypeVar("_Kind")


@contextmanager
def engine_errors(alias: str = "default") -> Iterator[None]:
    """Turns the failure of an engine into the one error that callers know.

    Raises:
        UnavailableError: ``disk``.
    """
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        if not connections[alias].in_atomic_block:
            connections[alias].close()
        raise UnavailableError("disk", f"the database did not answer: {error}") from error


def with_engine_errors(alias: str = "default") -> Callable[[type[_Kind]], type[_Kind]]:
    """The same around every public method of a class."""

    def change(kind: type[_Kind]) -> type[_Kind]:
        for name, member in list(vars(kind).items()):
            if callable(member) and not name.startswith("_"):
                setattr(kind, name, _wrap(member, alias))
        return kind

    return change


def _wrap(method: Callable[..., Any], alias: str) -> Callable[..., Any]:
    @wraps(method)
    def call(*arguments: Any, **named: Any) -> Any:
        with engine_errors(alias):
            return method(*arguments, **named)

    return call
