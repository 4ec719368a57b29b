"""Names of administrations, posts and holders, for a whole page with few queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mithaq.node.node import Node
from mithaq.web.runtime import get_node


@dataclass(frozen=True, slots=True)
class Party:
    """An administration.

    Attributes:
        name: as the roster has it; the code when it is not on it.
    """

    code: str
    name: str
    is_own: bool


def parties() -> dict[str, Party]:
    """This node and its partners, by code."""
    node = get_node()
    found = {node.identity.code: Party(node.identity.code, node.identity.name, True)}
    for partner in node.store.roster.partners():
        found[partner.code] = Party(partner.code, partner.name, False)
    return {str(code): party for code, party in found.items()}


def party_of(code: str, known: Mapping[str, Party]) -> Party:
    """One of them; by its code alone when it is not on the roster."""
    return known.get(code) or Party(code, code, False)


def label_post(node: Node, administration: str, post: str) -> Any:
    """A post by language; its id when there is no card of it."""
    who = node.registry.who
    label = who.label_of(administration, post) if who is not None and post else {}
    return label or post
