"""Entries of the local journal to rows: local entities, aliases, decisions and their reversal.

What an entry may say was checked before it was kept; an entry of a newer program is passed over.
"""

from contextlib import suppress

from mithaq.core.names import fold
from mithaq.node.records import JournalEntry
from mithaq.registers.directory.models import Decision, LocalEntity, Spelling
from mithaq.registers.directory.projection.cards import MAX_FOLD, save_spellings, sort_keys
from mithaq.registers.directory.rules.cards import CardType, best_names
from mithaq.registers.directory.rules.matching import ALIAS_KINDS, DECISION_KINDS, EntryKind, make_entity


def apply_entry(entry: JournalEntry) -> None:
    """Take in one entry."""
    with suppress(ValueError):
        kind = EntryKind(entry.kind)
        if kind is EntryKind.ENTITY_ADDED:
            _add_entity(entry)
        elif kind in DECISION_KINDS:
            _add_decision(entry, kind)
        else:
            _reverse(entry)


def _add_entity(entry: JournalEntry) -> None:
    """An entity said again is replaced; who said it last is shown."""
    entity = make_entity(str(entry.body["type"]), str(entry.body["id"]), entry.body["names"])
    label = best_names(entity.names)
    sort_ar, sort_fr = sort_keys(label)
    names = [one.encode() for one in entity.names]
    LocalEntity.objects.update_or_create(
        entity_id=entity.entity_id,
        defaults={
            "number": entry.number,
            "type": str(entity.type),
            "label": label,
            "names": names,
            "sort_ar": sort_ar,
            "sort_fr": sort_fr,
            "post": entry.post,
            "holder": entry.holder,
            "at": entry.at,
        },
    )
    Spelling.objects.filter(entity_id=entity.entity_id, origin="local").delete()
    save_spellings(entity.entity_id, str(entity.type), names, "local")


def _add_decision(entry: JournalEntry, kind: EntryKind) -> None:
    body = entry.body
    Decision.objects.create(
        number=entry.number,
        kind=str(kind),
        entity_id=entry.subject,
        text=body["text"],
        folded=fold(body["text"])[:MAX_FOLD],
        lang=body["lang"],
        script=body["script"],
        name_kind=body["kind"],
        reason=body.get("reason", ""),
        score=body.get("score"),
        steps=body.get("steps", []),
        post=entry.post,
        holder=entry.holder,
        at=entry.at,
    )
    if kind in ALIAS_KINDS:
        save_spellings(entry.subject, type_of(entry.subject), [body], f"journal:{entry.number}")


def type_of(entity_id: str) -> str:
    """``person``, ``body`` or ``place``, read off the id; a card of an organisation is a body."""
    word = entity_id.split("/")[1]
    return "body" if word == CardType.ORGANISATION else word


def _reverse(entry: JournalEntry) -> None:
    number = int(entry.body["number"])
    changed = Decision.objects.filter(number=number, reversed_by=None).update(
        reversed_by=entry.number,
        reversed_post=entry.post,
        reversed_holder=entry.holder,
        reversed_at=entry.at,
        reversed_reason=entry.body.get("reason", ""),
    )
    if changed:
        Spelling.objects.filter(origin=f"journal:{number}").delete()
