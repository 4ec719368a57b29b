"""What hangs on a text, and the text that its amendments give."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from mithaq.core.instruments.state import State, Version, state_at
from mithaq.node.node import Node
from mithaq.node.ports import RowQuery
from mithaq.registers.agreements.models import Link
from mithaq.registers.agreements.reading.rows import AT_ONCE
from mithaq.registers.agreements.reading.texts import AgreementView, articles_of, read_agreements
from mithaq.registers.agreements.rules.amending import Misfit, consolidate
from mithaq.registers.agreements.rules.kinds import AMENDMENT

if TYPE_CHECKING:
    from django.db.models import QuerySet

MOST_ROWS_A_NOTE = 4
"""A note to several has a row for each; of one to more, fewer notes than ``limit`` may be told."""


@dataclass(frozen=True, slots=True)
class Dependent:
    """A record that would feel it if a text ended.

    Attributes:
        relation: of ``models.Link``, or ``rests`` for a note that rests on the text.
        title: by language.
    """

    object_id: str
    object_kind: str
    relation: str
    title: Mapping[str, str]
    state: str


def dependents_of(node: Node, text: AgreementView, limit: int = AT_ONCE) -> list[Dependent]:
    """Texts that name this one, and notes that rest on it: shown before it is suspended or ended."""
    return read_near(node, text, (), links_to(text).values_list("object_id", "relation"), limit)[1]


def links_to(text: AgreementView) -> "QuerySet[Link]":
    """What names this text, or one of its versions."""
    hashes = [version.content_hash for version in text.fold.versions]
    return Link.objects.filter(target__in=[text.object_id, *hashes]).exclude(object_id=text.object_id)


def read_near(
    node: Node,
    text: AgreementView,
    named: Collection[str],
    links: Iterable[tuple[str, str]],
    limit: int = AT_ONCE,
) -> tuple[dict[str, Mapping[str, str]], list[Dependent]]:
    """Titles by id of the texts that this one names, and its dependents: read together.

    Args:
        node: to read from.
        text: that they hang on.
        named: ids of the texts that it names.
        links: (id, relation) of what names it.
        limit: of dependents.
    """
    relations: dict[str, str] = {}
    for object_id, relation in sorted(links):
        relations.setdefault(object_id, relation)
    hanging = list(relations)[:limit]
    ids = list(dict.fromkeys([*hanging, *named]))
    rows = node.store.rows.instruments(RowQuery(object_ids=ids), limit=len(ids)) if ids else []
    found = [
        Dependent(row.object_id, row.object_kind, relations[row.object_id], row.subject, row.state)
        for row in rows
        if row.object_id in hanging
    ]
    resting = _describe_notes(node, text.object_id, limit - len(found))
    titles = {row.object_id: row.subject for row in rows if row.object_id in named}
    return titles, found + [each for each in resting if each.object_id not in relations]


def _describe_notes(node: Node, object_id: str, limit: int) -> list[Dependent]:
    """The newest notes whose clock rests on it, the last of them last; one to several has a row for each."""
    rows = node.store.rows.notes(RowQuery(rests_on=object_id), limit * MOST_ROWS_A_NOTE) if limit > 0 else []
    first = {row.object_id: row for row in reversed(rows)}
    return [
        Dependent(row.object_id, row.object_kind, "rests", row.subject, str(row.state))
        for row in first.values()
    ][-limit:]


@dataclass(frozen=True, slots=True)
class Consolidated:
    """A text with its amendments worked in: for reading, not signed.

    Attributes:
        base: the version that they change.
        amendments: that are in force, in the order of their entry.
        articles: after all of them.
        changed: eid -> title of the amendment that last changed it.
        misfits: changes that found no place.
    """

    base: Version
    amendments: tuple[AgreementView, ...]
    before: tuple[Mapping[str, Any], ...]
    articles: tuple[Mapping[str, Any], ...]
    changed: Mapping[str, AgreementView]
    misfits: tuple[Misfit, ...]


def consolidate_text(node: Node, text: AgreementView) -> Consolidated | None:
    """The text as amendments in force have changed it; None before it is signed.

    Raises:
        MissingError: ``blob``; a part of it is not here yet.
    """
    base = text.binding
    if base is None:
        return None
    before = articles_of(node, base.manifest)
    now = node.clock.now()
    amendments = [
        each
        for each in _amendments_of(node, [text.object_id])
        if each.binding is not None and state_at(each.binding, now) is State.IN_FORCE
    ]
    # One that entered after the version at hand began is in its text only if it changes it again.
    began = base.entry_into_force_on or date.min
    amendments = [each for each in amendments if _entered(each) >= began]
    amendments.sort(key=lambda each: (_entered(each), each.object_id))
    articles: list[dict[str, Any]] = [dict(each) for each in before]
    changed: dict[str, AgreementView] = {}
    misfits: list[Misfit] = []
    for each in amendments:
        changes = [dict(one) for one in each.data.get("changes", ()) if isinstance(one, Mapping)]
        articles, lost = consolidate(articles, changes)
        misfits += lost
        lost_eids = {one.eid for one in lost}
        changed |= {str(one.get("eid")): each for one in changes if one.get("eid") not in lost_eids}
    return Consolidated(base, tuple(amendments), tuple(before), tuple(articles), changed, tuple(misfits))


def _entered(text: AgreementView) -> date:
    return text.binding.entry_into_force_on or date.max if text.binding is not None else date.max


def _amendments_of(node: Node, ids: Iterable[str]) -> list[AgreementView]:
    named = Link.objects.filter(target__in=list(ids), relation="amends").values_list("object_id", flat=True)
    return [each for each in read_agreements(node, sorted(set(named))) if each.object_kind == AMENDMENT]
