"""Dossiers: notes and instruments that belong together, and every act of them as one timeline."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language

from mithaq.errors import MissingError
from mithaq.node.ports import RowQuery
from mithaq.node.records import SealedAct
from mithaq.web.access.protected import protect_acts
from mithaq.web.dossiers import find_titled, known_dossiers
from mithaq.web.lists import Row
from mithaq.web.pages import object_url
from mithaq.web.parties import parties, party_of
from mithaq.web.records import rows
from mithaq.web.records.act_words import ActWord, act_word
from mithaq.web.records.rights import may_do, readable_codes
from mithaq.web.runtime import get_node
from mithaq.web.view import page, workspace_page

MOST_OBJECTS: Final = 200
MOST_ACTS: Final = 300
MOST_WORDS: Final = 200


@dataclass(frozen=True, slots=True)
class DossierEntry:
    """One act of any record of the dossier."""

    at: datetime
    word: ActWord
    author: Any
    is_own: bool
    title: Any
    kind: str
    url: str


@workspace_page(verb="list")
def list_dossiers(request: HttpRequest) -> HttpResponseBase:
    """Dossiers by their titles; an id leads to its own, since records and partners name one so."""
    words, given = request.GET.get("q", "").strip()[:MOST_WORDS], request.GET.get("id", "").strip()
    dossier_id = _read_id(given or words)
    if dossier_id is not None:
        return HttpResponseRedirect(reverse("dossier", kwargs={"dossier_id": dossier_id}))
    if given:
        raise MissingError("dossier", "There is no such dossier.")
    known = known_dossiers(request)
    context = {"words": words, "found": find_titled(known, words), "is_empty": not known}
    return page(request, "overview/dossiers.html", context)


def _read_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@workspace_page(verb="list")
def show_dossier(request: HttpRequest, dossier_id: UUID) -> HttpResponseBase:
    """Everything of one dossier that the reader may know of."""
    reader = get_node().store.rows
    query = RowQuery(dossier=str(dossier_id), codes=readable_codes(request))
    notes = reader.notes(query, MOST_OBJECTS)
    instruments = reader.instruments(query, MOST_OBJECTS)
    shown = {
        **rows.keyed_instrument_rows(request, instruments),
        **{object_id: row for (object_id, _), row in rows.keyed_note_rows(request, notes).items()},
    }
    if not shown:
        raise MissingError("dossier", "There is no such dossier, or none that you may know of.")
    grouped = get_node().store.acts.of_objects(shown)
    acts = sorted(
        (act for group in grouped.values() for act in group),
        key=lambda act: (act.parsed.created_at, act.log, act.leaf_index),
        reverse=True,
    )
    named = shown.get(str(dossier_id)) or list(shown.values())[-1]
    context = {
        "dossier_id": str(dossier_id),
        "title": named.values["title"],
        "records": list(shown.values()),
        "entries": [
            _show(act, shown)
            for act, protected in zip(acts[:MOST_ACTS], protect_acts(acts[:MOST_ACTS]), strict=True)
            if may_do(request, "list", protected)
        ],
        "is_cut": len(acts) > MOST_ACTS,
    }
    return page(request, "overview/dossier.html", context)


def _show(act: SealedAct, shown: Mapping[str, Row]) -> DossierEntry:
    author = party_of(act.parsed.author, parties())
    row = shown[act.object_id]
    kind = act.parsed.object_kind or ""
    return DossierEntry(
        act.parsed.created_at,
        act_word(act.parsed.kind),
        author.name,
        author.is_own,
        row.values["title"],
        kind,
        row.url or object_url(get_language() or "en", kind, act.object_id),
    )
