"""Dossiers by their titles: to open one, and to file something new into one.

A dossier is an id and nothing else; its title is that of the record that made it, else of its first one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mithaq.errors import MissingError
from mithaq.node.node import Node
from mithaq.node.ports import RowQuery
from mithaq.node.ports.row_reader import DossierSpan
from mithaq.web.lists import Row
from mithaq.web.records import rows
from mithaq.web.records.rights import readable_codes
from mithaq.web.runtime import get_node
from mithaq.web.texts import pick

MOST_DOSSIERS: Final = 200
"""So many, those that something was filed into last; older ones are reached from their records."""

OWN: Final = "own"
"""A dossier that begins with what is filed."""


@dataclass(frozen=True, slots=True)
class KnownDossier:
    """A dossier that a reader may know of.

    Attributes:
        title: by language, or a word where the title may not be shown.
        kind: of the record that gives the title.
    """

    dossier_id: str
    title: Any
    kind: str


def known_dossiers(request: HttpRequest) -> list[KnownDossier]:
    """Those of which the reader may list a record, the last one that was filed into first."""
    reader = get_node().store.rows
    codes = readable_codes(request)
    spans = reader.dossiers(codes, MOST_DOSSIERS)
    ids = sorted({each for span in spans for each in (span.dossier, span.first_id, span.last_id)})
    if not ids:
        return []
    query = RowQuery(object_ids=ids, codes=codes)
    shown: dict[str, Row] = dict(rows.keyed_instrument_rows(request, reader.instruments(query, len(ids))))
    notes = rows.keyed_note_rows(request, reader.notes(query, len(ids) * 8))
    shown |= {object_id: row for (object_id, _recipient), row in notes.items()}
    return [found for span in spans if (found := _name(span, shown)) is not None]


def _name(span: DossierSpan, shown: Mapping[str, Row]) -> KnownDossier | None:
    for object_id in (span.dossier, span.first_id, span.last_id):
        if object_id in shown:
            values = shown[object_id].values
            return KnownDossier(span.dossier, values["title"], values["kind"])
    return None


def find_titled(known: list[KnownDossier], words: str) -> list[KnownDossier]:
    """Those whose title holds all of these words, in any language."""
    wanted = words.casefold().split()
    return [each for each in known if all(word in _letters(each.title) for word in wanted)]


def _letters(title: Any) -> str:
    texts = title.values() if isinstance(title, Mapping) else (title,)
    return " ".join(map(str, texts)).casefold()


def dossier_choices(request: HttpRequest, chosen: str = "") -> list[tuple[str, Any]]:
    """For a form that files: none, one of its own, or one that is there; ``chosen`` is among them."""
    lang = get_language() or "en"
    there = [(each.dossier_id, pick(each.title, lang)[0]) for each in known_dossiers(request)]
    if chosen not in ("", OWN, *(value for value, _word in there)):
        there.append((chosen, chosen))
    return [("", _("No dossier")), (OWN, _("A new dossier, under the title of this record")), *there]


def read_choice(request: HttpRequest, name: str, own_id: str) -> str:
    """What was chosen of ``dossier_choices``; ``own_id`` is the id of a dossier that begins with this.

    Raises:
        MissingError: ``dossier``; it was not among them.
    """
    chosen = request.POST.get(name, "")
    if chosen not in (value for value, _word in dossier_choices(request)):
        raise MissingError("dossier", "There is no such dossier, or none that you may know of.")
    return own_id if chosen == OWN else chosen


def find_dossier(node: Node, object_id: str) -> str:
    """Where whatever is said of a record is filed: with it, else in the dossier that it makes itself.

    Raises:
        MissingError: as ``acts.by_id``.
    """
    return node.store.acts.by_id(object_id).parsed.dossier or object_id
