"""From what people and programs ask to what leaves the node, or to an entry of the local journal."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from mithaq.core.names import Score
from mithaq.node.append.submit import Author
from mithaq.node.journal import append_entry
from mithaq.registers.directory.models import Decision
from mithaq.registers.directory.reading.detail import known_cards
from mithaq.registers.directory.rules import CARD_KIND
from mithaq.registers.directory.rules.matching import (
    AliasDecision,
    EntryKind,
    LocalEntity,
    check_reversal,
    make_decision,
)
from mithaq.registers.directory.rules.new_card import NewCard, make_card
from mithaq.registers.directory.rules.values import NameKind
from mithaq.web.outgoing.commands import SendNote
from mithaq.web.runtime import get_node

REGISTER: Final = "directory"
HANDLING: Final = {"code": "green", "caveats": [], "purpose": "ADMIN"}


def check_new_card(body: dict[str, Any], persons: Sequence[Mapping[str, Any]], today: date) -> NewCard:
    """A card of this side, checked beside every card that stands; a missing id is made.

    Raises:
        MalformedError, ConflictError: as ``rules.new_card.make_card``.
    """
    node = get_node()
    whole = {**body, "id": body.get("id") or propose_id(str(body.get("card", "")), body)}
    issuers = [str(code) for code in {node.identity.code, *node.store.roster.codes()}]
    return make_card(whole, persons, node.identity.code, known_cards(issuers), today)


def propose_id(card: str, body: Mapping[str, Any]) -> str:
    """A reference for a new thing; that of a person says nothing about the person."""
    node = get_node()
    chance = node.entropy.random_bytes(4).hex()
    match card:
        case "post":
            return f"{body.get('organisation', node.identity.code)}.{_word(body)}-{chance[:4]}"
        case "organisation":
            return f"{body.get('parent', node.identity.code)}.{chance}"
        case "person":
            return f"{node.identity.code}-p-{chance}"
        case _:
            return f"{body.get('post', node.identity.code)}.{card}-{chance}"


def _word(body: Mapping[str, Any]) -> str:
    return str(body.get("role_code", "post")).lower().replace("_", "-")


def command_of(made: NewCard) -> SendNote:
    """What leaves: the card to every partner on the roster."""
    node = get_node()
    own = node.identity.code
    partners = tuple(str(code) for code in node.store.roster.codes() if code != own)
    fields = {"subject": made.subject(), "handling": HANDLING, "lang": ["ar", "fr"]}
    return SendNote(CARD_KIND, partners, made.body, fields, made.sections())


def keep_entity(entity: LocalEntity, author: Author) -> int:
    """Keep a person, body or place of this node; answers the number of the entry."""
    return _keep(EntryKind.ENTITY_ADDED, entity.entity_id, entity.body(), author)


def keep_decision(decision: AliasDecision, author: Author) -> int:
    """Keep what a person decided on a spelling; answers the number of the entry."""
    return _keep(decision.kind, decision.entity_id, decision.body(), author)


def keep_verdict(
    entity_id: str, text: str, shown: Score, reason: str, author: Author, *, is_confirmed: bool
) -> int:
    """Confirm or reject a proposal, with the evidence as the node sees it now."""
    kind = EntryKind.ALIAS_CONFIRMED if is_confirmed else EntryKind.ALIAS_REJECTED
    return keep_decision(make_decision(kind, entity_id, text, NameKind.ALIAS, reason, shown), author)


def reverse_decision(row: Decision | None, reason: str, author: Author) -> int:
    """Take a decision back.

    Raises:
        ConflictError: ``decision_missing``, ``decision_reversed``.
    """
    is_reversed = row is not None and row.reversed_by is not None
    check_reversal(None if row is None else {"number": row.number}, is_reversed=is_reversed)
    assert row is not None
    return _keep(EntryKind.DECISION_REVERSED, row.entity_id, {"number": row.number, "reason": reason}, author)


def _keep(kind: EntryKind, subject: str, body: dict[str, Any], author: Author) -> int:
    return append_entry(get_node(), REGISTER, kind, subject, body, author).number
