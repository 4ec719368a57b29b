"""Rows of lists over the two primitives, as far as the reader may see them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from msgspec import structs

from mithaq.node.ports import RowQuery
from mithaq.node.records import InstrumentRow, NoteRow
from mithaq.node.registry import Primitive
from mithaq.web.access.protected import protect_instruments, protect_notes
from mithaq.web.codes import choices_of
from mithaq.web.lists import Column, Filter, Row
from mithaq.web.pages import object_url
from mithaq.web.parties import parties, party_of
from mithaq.web.records.record import is_overdue
from mithaq.web.records.rights import visible_rows
from mithaq.web.runtime import get_node
from mithaq.web.words import STATES, kind_word

NOTE_STATES: Final = (
    "sent",
    "delivered",
    "read",
    "accepted",
    "clarification",
    "answered",
    "refused",
    "withdrawn",
    "closed",
)
INSTRUMENT_STATES: Final = (
    "proposed",
    "countered",
    "part_signed",
    "signed",
    "in_force",
    "suspended",
    "superseded",
    "terminated",
    "declined",
    "withdrawn",
)
NOTE_COLUMNS: Final[tuple[Column, ...]] = (
    Column("title", _("Title")),
    Column("kind", _("Kind"), "kind"),
    Column("from", _("From"), "party"),
    Column("to", _("To"), "party"),
    Column("state", _("State"), "state"),
    Column("marks", _("Marks"), "marks"),
    Column("due_at", _("Due"), "time"),
    Column("created_at", _("Made on"), "time"),
)
_ORDERS: Final = (("due", _("What is due first")), ("oldest", _("The oldest first")))
INSTRUMENT_COLUMNS: Final[tuple[Column, ...]] = (
    Column("title", _("Title")),
    Column("kind", _("Kind"), "kind"),
    Column("parties", _("Signatories"), "parties"),
    Column("state", _("State"), "state"),
    Column("signed_on", _("Signed on"), "date"),
    Column("entry_into_force_on", _("Entry into force"), "date"),
)


def primitive_of(register: str, object_kind: str = "") -> Primitive:
    """What a list of a register shows: of that kind, else its instruments if it has any."""
    kinds = [kind for each in get_node().registry.registers if each.name == register for kind in each.kinds]
    named = next((kind.primitive for kind in kinds if kind.name == object_kind), None)
    if named is not None:
        return named
    has_instruments = any(kind.primitive is Primitive.INSTRUMENT for kind in kinds)
    return Primitive.INSTRUMENT if has_instruments else Primitive.NOTE


def make_filters(register: str) -> tuple[Filter, ...]:
    """The filters that every register has: kind, state, field of cooperation, administration, order."""
    kinds = sorted(
        {kind.name for each in get_node().registry.registers if each.name == register for kind in each.kinds}
    )
    choices = [(name, kind_word(name)) for name in kinds]
    states = dict.fromkeys((*INSTRUMENT_STATES, *NOTE_STATES))
    found = [Filter("kind", _("Kind"), choices)] if len(choices) > 1 else []
    found.append(Filter("state", _("State"), [(code, _state_name(code)) for code in states]))
    found.append(Filter("field", _("Field of cooperation"), choices_of("field")))
    found.append(Filter("partner", _("Administration"), [(p.code, p.name) for p in parties().values()]))
    has_notes = primitive_of(register) is Primitive.NOTE
    orders = _ORDERS if has_notes else [each for each in _ORDERS if each[0] != "due"]
    found.append(Filter("order", _("Order"), orders, _("The newest first")))
    return tuple(found)


def make_query(request: HttpRequest, register: str, values: dict[str, str]) -> RowQuery:
    """What the filters ask for."""
    return RowQuery(
        register=register,
        object_kind=values.get("kind", ""),
        states=(values["state"],) if values.get("state") else (),
        sender=values.get("partner", ""),
        field=values.get("field", ""),
        order=values.get("order", ""),
    )


def with_codes(query: RowQuery, codes: Sequence[str]) -> RowQuery:
    """The same query for a reader of that clearance."""
    return structs.replace(query, codes=codes)


def note_rows(request: HttpRequest, found: Sequence[NoteRow]) -> list[Row]:
    """Notes as rows of a list."""
    return list(keyed_note_rows(request, found).values())


def keyed_note_rows(request: HttpRequest, found: Sequence[NoteRow]) -> dict[tuple[str, str], Row]:
    """(object, recipient) -> its row, of those that the reader may list."""
    return tell_notes(visible_rows(request, found, protect_notes))


def tell_notes(visible: Iterable[tuple[NoteRow, bool]]) -> dict[tuple[str, str], Row]:
    """(object, recipient) -> its row, of notes as ``visible_rows`` answers them."""
    lang, sides, now = get_language() or "en", parties(), get_node().clock.now()
    made = {}
    for note, has_title in visible:
        marks = (*note.marks, *(("overdue",) if is_overdue(note, now) else ()))
        values: dict[str, Any] = {
            "title": _title(note.subject, note.object_kind, has_title),
            "kind": note.object_kind,
            "from": party_of(note.sender, sides).name,
            "to": party_of(note.recipient, sides).name,
            "state": note.state,
            "marks": marks,
            "due_at": note.due_at,
            "created_at": note.created_at,
        }
        url = object_url(lang, note.object_kind, note.object_id)
        made[note.object_id, str(note.recipient)] = Row(values, url)
    return made


def keyed_instrument_rows(request: HttpRequest, found: Sequence[InstrumentRow]) -> dict[str, Row]:
    """Object -> its row, of those that the reader may list."""
    return tell_instruments(visible_rows(request, found, protect_instruments))


def tell_instruments(visible: Iterable[tuple[InstrumentRow, bool]]) -> dict[str, Row]:
    """Object -> its row, of instruments as ``visible_rows`` answers them."""
    lang, sides = get_language() or "en", parties()
    made = {}
    for one, has_title in visible:
        values: dict[str, Any] = {
            "title": _title(one.subject, one.object_kind, has_title),
            "kind": one.object_kind,
            "from": party_of(one.proposer, sides).name,
            "parties": [party_of(code, sides).name for code in signatories_of(one)],
            "state": state_today(one),
            "marks": one.marks,
            "signed_on": _read_date(one.signed_on),
            "entry_into_force_on": _read_date(one.entry_into_force_on),
        }
        made[one.object_id] = Row(values, object_url(lang, one.object_kind, one.object_id))
    return made


def signatories_of(row: InstrumentRow) -> list[str]:
    """Codes of those who sign the version that stands."""
    version: Any = next((each for each in row.versions if each.get("content_hash") == row.content_hash), {})
    return [str(each["administration"]) for each in version.get("signatories", ())]


def state_today(row: InstrumentRow) -> str:
    """A signed version whose day has come is in force; the row itself knows no clock."""
    entered = _read_date(row.entry_into_force_on)
    if row.state == "signed" and entered is not None and entered <= get_node().clock.now().date():
        return "in_force"
    return row.state


def _title(subject: Any, object_kind: str, has_title: bool) -> Any:
    """The subject, or the kind where there is none or the reader may not see it."""
    return subject if subject and has_title else kind_word(object_kind)


def _state_name(code: str) -> Promise | str:
    return STATES[code].word


def _read_date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
