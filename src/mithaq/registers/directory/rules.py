"""Kinds of the directory: cards that each side issues about itself."""

from collections.abc import Mapping
from typing import Any

from mithaq.errors import MalformedError
from mithaq.node.registry import Expects, ObjectKind, Primitive, Register

CARDS = frozenset({"organisation", "post", "holding", "person", "duty", "key", "proxy"})
"""Values of ``card`` in the body."""


def check_card(body: Mapping[str, Any]) -> None:
    """A card names its type and carries an id that later cards of the same thing repeat.

    Raises:
        MalformedError: ``card_type``, ``card_id``.
    """
    card = body.get("card")
    if not isinstance(card, str) or card not in CARDS:
        raise MalformedError("card_type", "a directory card needs one of the card types")
    if not isinstance(body.get("id"), str) or not body["id"]:
        raise MalformedError("card_id", "a directory card needs the id of what it describes")


REGISTER = Register(
    "directory", (ObjectKind("directory.card", Primitive.NOTE, Expects.NONE, check=check_card),)
)
