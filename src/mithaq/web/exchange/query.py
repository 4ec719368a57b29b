"""Parameters of the exchange's addresses: each a plain number, each once, no other beside them."""

from django.http import HttpRequest

from mithaq.core.encoding import parse_decimal, parse_hex
from mithaq.core.types import Origin
from mithaq.core.witness import hash_origin
from mithaq.errors import MalformedError, MissingError
from mithaq.node.node import Node


def read_numbers(request: HttpRequest, defaults: dict[str, int | None]) -> dict[str, int]:
    """The numbers of a query.

    Args:
        request: whose query is read.
        defaults: name -> value when absent; None for one that must be there.

    Raises:
        MalformedError: ``query``; a name that is not known, comes twice or is absent, or no number.
    """
    found: dict[str, int] = {}
    for name, values in request.GET.lists():
        if name not in defaults or len(values) != 1:
            raise MalformedError("query", "A parameter is unknown or comes twice.")
        try:
            found[name] = parse_decimal(values[0])
        except MalformedError as error:
            raise MalformedError("query", f"The parameter {name} is not a number.") from error
    for name, default in defaults.items():
        if name not in found:
            if default is None:
                raise MalformedError("query", f"The parameter {name} is absent.")
            found[name] = default
    return found


def check_most(name: str, value: int, least: int, most: int) -> None:
    """Raises MalformedError ``query`` for a number out of its range."""
    if not least <= value <= most:
        raise MalformedError("query", f"The parameter {name} is {least} to {most}.")


def check_hash(text: str) -> None:
    """Raises MissingError ``not_found`` for a path segment that is not 32 bytes of lower-case hex."""
    try:
        parse_hex(text, 32)
    except MalformedError as error:
        raise MissingError("not_found", "There is nothing at this address.") from error


def find_followed(node: Node, origin_sha256: str) -> Origin:
    """The followed log whose origin has that hash.

    Raises:
        MissingError: ``origin``.
    """
    for head in node.store.followed.heads():
        if hash_origin(head.origin) == origin_sha256:
            return head.origin
    raise MissingError("origin", "This node does not follow that log.")
