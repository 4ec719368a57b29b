"""Where a register is not open yet: what its pages say of it, and the mark on what came all the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.http import HttpRequest
from django.utils.functional import Promise

from mithaq.node.node import Node
from mithaq.node.records import SealedAct
from mithaq.node.scope import Pair, pairs_of_note, pairs_of_text
from mithaq.web.pages import find_url, installed_pages
from mithaq.web.parties import parties, party_of
from mithaq.web.runtime import get_node
from mithaq.web.view import has_verb

KEPT_FOR: Final = timedelta(minutes=5)
"""A page may say for so long that a register is open which was closed meanwhile; the desk looks itself."""

OUTSIDE_SCOPE: Final = "outside_scope"
"""Mark of a record that was opened in a register that no decision on scope had opened."""

_NEW_TEXT: Final = "agreements-new"
_DECISION: Final = "agreements.scope_decision"


@dataclass(frozen=True, slots=True)
class ClosedRegister:
    """A register in which nothing new goes to some partners.

    Attributes:
        names: of these partners, each as ``mq_text`` takes it.
        propose_url: where a decision on scope is begun; empty for who may not.
    """

    label: Promise | str
    names: Sequence[Any]
    propose_url: str


def find_closed_register(request: HttpRequest) -> ClosedRegister | None:
    """What a page of a register says of it; None where it is open to every partner, or never closed."""
    match = request.resolver_match
    name = (match.url_name or "").partition("-")[0] if match is not None else ""
    pages = next((each for each in installed_pages() if each.name == name), None)
    if pages is None or not request.user.is_authenticated:
        return None
    node, known = get_node(), parties()
    closed = _find_closed(node, name, pairs_of_note(node.identity.code, known))
    if not closed:
        return None
    url = find_url(_NEW_TEXT) if has_verb(request, "draft") else ""
    names = [party_of(partner, known).name for _own, partner in closed]
    return ClosedRegister(pages.label, names, f"{url}?kind={_DECISION}" if url else "")


def marks_of_scope(first: SealedAct) -> tuple[str, ...]:
    """``outside_scope`` for a record that was opened where its register was closed on that day."""
    node, parsed = get_node(), first.parsed
    name = (parsed.object_kind or "").partition(".")[0]
    closed = _find_closed(node, name, _pairs_of(first), _end_of_day(parsed.created_at))
    return (OUTSIDE_SCOPE,) if closed else ()


def _pairs_of(first: SealedAct) -> list[Pair]:
    manifest = first.parsed.body.get("manifest")
    signatories = manifest.get("signatories") if isinstance(manifest, dict) else None
    if not isinstance(signatories, list):
        return pairs_of_note(first.parsed.author, [each.administration for each in first.parsed.to])
    return pairs_of_text(str(each.get("administration")) for each in signatories if isinstance(each, dict))


def _end_of_day(at: datetime) -> datetime:
    """Decisions open by the day: on that day whatever the hour of the act."""
    return at.replace(hour=23, minute=59, second=59)


def _find_closed(node: Node, name: str, pairs: Sequence[Pair], at: datetime | None = None) -> list[Pair]:
    register = next((each for each in node.registry.registers if each.name == name), None)
    return node.known_scope.find_closed(node, register, pairs, at, KEPT_FOR)
