"""Renderings that the shared list of terms calls wrong: told before a text leaves, never changed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mithaq.core.codelists import find_wrong_terms
from mithaq.node.node import Node
from mithaq.node.read.codelists import read_codelist

if TYPE_CHECKING:
    from mithaq.web.outgoing.preview import Field


@dataclass(frozen=True, slots=True)
class TermWarning:
    """A rendering in a field, and the one that both sides use."""

    field: str
    lang: str
    found: str
    meant: str


def find_warnings(node: Node, fields: Iterable["Field"]) -> Iterator[TermWarning]:
    """Each wrong rendering once a field, in the order of the fields."""
    terms = read_codelist(node.store, "term", node.clock.now().date())
    for field in fields:
        found = {one.found.casefold(): one for one in find_wrong_terms(field.value, field.lang, terms)}
        for one in found.values():
            yield TermWarning(field.name, field.lang, one.found, one.meant)
