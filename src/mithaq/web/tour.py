"""The four steps that a demonstration offers on home: a commitment, its passage, an answer, its arrival.

A register that has a commitment to show names a function in ``RegisterPages.tour``; the rest is found in what
home shows anyway. No node but a demonstration has the strip.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mithaq.node.node import Node
from mithaq.node.ports import RowQuery
from mithaq.node.records import NoteRow
from mithaq.web.lasting import Lasting
from mithaq.web.pages import installed_pages, object_url
from mithaq.web.records.rights import readable_codes
from mithaq.web.records.rows import note_rows
from mithaq.web.runtime import get_node, get_part

KEPT_FOR: Final = timedelta(minutes=1)
_EVER: Final = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        detail: what it is about; plain or by language.
        there: the same on the node of the other side; empty where there is nothing to see there.
    """

    text: Promise
    url: str
    detail: Any = ""
    there: str = ""


def list_steps(request: HttpRequest, due: Sequence[NoteRow]) -> list[Step]:
    """The steps of this reader, where ``due`` waits for this side; none outside of a demonstration."""
    if not settings.MITHAQ_IS_DEMONSTRATION:
        return []
    found: list[Step] = []
    for pages in installed_pages():
        if pages.tour:
            found += import_string(pages.tour)(request)
    return [*found, *_answer(request, due)]


def _answer(request: HttpRequest, due: Sequence[NoteRow]) -> list[Step]:
    """What the partner asks, and the same record on his node."""
    notes = [each for each in due if each.due_at] or _asked(request)
    shown = note_rows(request, notes[:1])
    if not shown:
        return []
    note, row, lang = notes[0], shown[0], get_language() or "en"
    base = get_part(_make_addresses).get().get(str(note.sender), "")
    there = f"{base}{object_url(lang, str(note.object_kind), note.object_id)}timeline/" if base else ""
    return [
        Step(_("Answer what the partner asks: preview, then release"), row.url, row.values["title"]),
        Step(_("See it arrive on the other node, with its proof"), f"{row.url}proof/", "", there),
    ]


def _asked(request: HttpRequest) -> list[NoteRow]:
    """What the partner has asked, also when it was answered since."""
    query = RowQuery(recipient=get_node().identity.code, codes=readable_codes(request), due_before=_EVER)
    return list(get_node().store.rows.notes(query, 1))


def _make_addresses() -> Lasting[Mapping[str, str]]:
    return Lasting(_read_addresses, KEPT_FOR)


def _read_addresses(node: Node) -> Mapping[str, str]:
    return {str(each.code): each.base_url for each in node.store.roster.partners()}
