"""One card note to one row, and its spellings."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from mithaq.core.acts.kinds import Kind
from mithaq.core.names import fold
from mithaq.errors import MalformedError
from mithaq.node.handling import read_code
from mithaq.node.records import SealedAct
from mithaq.registers.directory.models import Card, Spelling
from mithaq.registers.directory.rules import cards
from mithaq.registers.directory.rules.new_card import PERSONS_SECTION
from mithaq.registers.directory.rules.values import Name

MAX_SORT = 200
MAX_FOLD = 400
ENTITY_TYPES = {cards.CardType.PERSON: "person", cards.CardType.ORGANISATION: "body"}
"""Cards that are entities with names of their own."""


def project_card(first: SealedAct, acts: Sequence[SealedAct]) -> None:
    """Replace the row of the note ``first``; a body that is no card gives none."""
    object_id = first.parsed.id
    before = Card.objects.filter(pk=object_id).first()
    row = _make_row(first, acts)
    if row is None:
        Card.objects.filter(pk=object_id).delete()
    else:
        row.save(force_insert=before is None, force_update=before is not None)
    for one in (before, row):
        if one is not None:
            _mark_current(one.issuer, one.card, one.card_id)


def _make_row(first: SealedAct, acts: Sequence[SealedAct]) -> Card | None:
    own = [act for act in acts if act.parsed.author == first.parsed.author]
    read = _read(first, own)
    if read is None:
        return None
    body, card, is_corrected = read
    envelope = first.parsed
    row = Card(
        object_id=envelope.id,
        issuer=envelope.author,
        card=str(cards.parse_card_type(body)),
        card_id=card.card_id,
        leaf_index=first.leaf_index,
        created_at=envelope.created_at,
        handling=read_code(envelope.handling),
        is_limited=_is_limited(envelope.handling, body),
        is_withdrawn=any(act.parsed.kind == Kind.NOTE_WITHDRAW for act in own),
        is_corrected=is_corrected,
        from_on=card.term.from_on,
        to_on=card.term.to_on,
        revoked_on=card.term.revoked_on,
        body=body,
    )
    _fill(row, card, _persons(first))
    return row


def _is_limited(handling: object, body: Mapping[str, Any]) -> bool:
    caveats = handling.get("caveats") if isinstance(handling, Mapping) else None
    return bool(caveats or body.get("readers"))


def _read(first: SealedAct, own: Sequence[SealedAct]) -> tuple[dict[str, Any], cards.Card, bool] | None:
    """The body with its corrections, where both are cards; else the body as it was sent."""
    body = dict(first.parsed.body)
    try:
        card = cards.parse_card(body)
    except MalformedError:
        return None
    corrected = dict(body)
    for act in own:
        fields = act.parsed.body.get("fields")
        if act.parsed.kind == Kind.NOTE_CORRECT and isinstance(fields, Mapping):
            corrected.update(fields)
    try:
        other = cards.parse_card(corrected)
    except MalformedError:
        return body, card, False
    is_same_thing = other.card_id == card.card_id and type(other) is type(card)
    return (corrected, other, corrected != body) if is_same_thing else (body, card, False)


def _persons(first: SealedAct) -> tuple[Name, ...]:
    """Names in the section of persons; none when it was erased, or is not of its form."""
    data = next((one.data for one in first.sections if one.name == PERSONS_SECTION), None)
    try:
        return cards.parse_persons_section(json.loads(data)) if data else ()
    except (MalformedError, ValueError, RecursionError):
        return ()


def _fill(row: Card, card: cards.Card, persons: Sequence[Name]) -> None:
    """What each type adds."""
    match card:
        case cards.Organisation():
            row.parent, names = card.parent, card.names
            row.place, row.tzid = (card.seat.place, card.seat.tzid) if card.seat else ("", "")
            _name(row, cards.best_names(names), names)
        case cards.Post():
            row.parent, row.role_code, row.always_on = card.organisation, card.role_code, card.always_on
            row.fields = f" {' '.join(card.fields)} "
            _name(row, card.label, ())
        case cards.Person():
            _name(row, cards.best_names(tuple(persons)), persons)
        case cards.Duty():
            row.post, row.tzid = card.post, card.tzid
            row.from_at, row.until_at = card.from_at, card.until_at
        case cards.Holding():
            row.post, row.person, row.acting = card.post, card.person, card.acting
        case cards.Proxy():
            row.post, row.person = card.post, card.person
        case cards.Key():
            row.post = card.post


def _name(row: Card, label: Mapping[str, str], names: Sequence[Name]) -> None:
    row.label = dict(label)
    row.names = [one.encode() for one in names]
    row.sort_ar, row.sort_fr = sort_keys(label)


def sort_keys(label: Mapping[str, str]) -> tuple[str, str]:
    """Keys for lists in Arabic and in French: folded, so that hamza forms and accents sort as letters."""
    arabic = label.get("ar") or next(iter(label.values()), "")
    other = label.get("fr") or label.get("en") or next(iter(label.values()), "")
    return fold(arabic)[:MAX_SORT], fold(other)[:MAX_SORT]


def _mark_current(issuer: str, card: str, card_id: str) -> None:
    """Of all cards of one thing the newest in the issuer's log stands; only its spellings are looked up."""
    same = Card.objects.filter(issuer=issuer, card=card, card_id=card_id)
    current = same.filter(is_withdrawn=False).order_by("-leaf_index").first()
    same.filter(is_current=True).exclude(pk=current.pk if current else "").update(is_current=False)
    entity_id = f"{issuer}/{card}/{card_id}"
    Spelling.objects.filter(entity_id=entity_id).exclude(origin__startswith="journal:").delete()
    if current is None:
        return
    same.filter(pk=current.pk).update(is_current=True)
    entity_type = ENTITY_TYPES.get(cards.CardType(card))
    if entity_type is not None:
        save_spellings(entity_id, entity_type, current.names, current.object_id)


def save_spellings(entity_id: str, entity_type: str, names: Sequence[Mapping[str, str]], origin: str) -> None:
    """Keep spellings for look-up; the same one twice is one."""
    rows = {
        (name["text"], name["kind"]): Spelling(
            entity_id=entity_id,
            entity_type=entity_type,
            text=name["text"],
            folded=fold(name["text"])[:MAX_FOLD],
            lang=name["lang"],
            script=name["script"],
            kind=name["kind"],
            origin=origin,
        )
        for name in names
    }
    Spelling.objects.bulk_create(rows.values())
