"""What a handler is given: who calls, what was asked, and the node.

Everything in it was checked: token, rate, verb, parameters, body against the schema of the route.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from mithaq.errors import MalformedError, NotAllowedError, RefusedError
from mithaq.node.node import Node
from mithaq.web.access.policy import Protected
from mithaq.web.api.paging import DEFAULT_LIMIT, MAX_LIMIT, collect_queryset, collect_sequence
from mithaq.web.api.routes import Collection, Route
from mithaq.web.api.schema import FieldError

if TYPE_CHECKING:
    from mithaq.web.api.callers import Caller


class InvalidInput(RefusedError):
    """An input that was read and is not what the route takes; 422 with ``errors[]``."""

    def __init__(self, code: str, errors: Sequence[FieldError]) -> None:
        super().__init__(code, "The input is not what this address takes.")
        self.errors = tuple(errors)


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One call of one route.

    Attributes:
        signed_in: the caller; None on an open route.
        path: values of the ``{names}`` of the route.
        query: parameters given, each once.
        body: the JSON object that was sent; empty without one.
    """

    request: HttpRequest
    node: Node
    route: Route
    signed_in: "Caller | None"
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def caller(self) -> "Caller":
        """Who calls.

        Raises:
            NotAllowedError: ``not_signed_in``; the route is open, so nobody needed to say.
        """
        if self.signed_in is None:
            raise NotAllowedError("not_signed_in", "A token is needed.")
        return self.signed_in

    @property
    def limit(self) -> int:
        """Rows of this page.

        Raises:
            MalformedError: ``limit``.
        """
        limit = int(self.query.get("limit", DEFAULT_LIMIT))
        if limit > MAX_LIMIT:
            raise MalformedError("limit", f"At most {MAX_LIMIT} rows a page.")
        return limit

    @property
    def cursor(self) -> str | None:
        """Where this page starts; None for the first."""
        return self.query.get("cursor")

    def collection(
        self, rows: Sequence[Any], *, key: Callable[[Any], str], describe: Callable[[Any], Any]
    ) -> Collection:
        """This page of a short list in memory. ``key`` gives a unique text, by which it is ordered."""
        return collect_sequence(rows, key=key, describe=describe, limit=self.limit, cursor=self.cursor)

    def queryset(
        self,
        rows: Any,
        *,
        order: Sequence[str],
        describe: Callable[[Any], Any],
        protect: Callable[[Sequence[Any]], Sequence[Protected]] | None = None,
    ) -> Collection:
        """This page of a table. ``order`` as in ``paging.collect_queryset``; the last name is unique.

        With ``protect``, which answers what protects rows, those that the caller may not list are left out.
        """
        seen = None if protect is None else self.caller.seen(protect)
        return collect_queryset(
            rows, order=order, describe=describe, limit=self.limit, cursor=self.cursor, seen=seen
        )
