"""Home: what is due by me, what waits for the partner, what is new since the last visit."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias, overload

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mithaq.core.notes.standing import OPEN
from mithaq.node.ports import RowQuery
from mithaq.node.records import InstrumentRow, NoteRow
from mithaq.web.access.protected import protect_objects
from mithaq.web.kept import kept_places, last_record
from mithaq.web.language import preferred_language
from mithaq.web.lists import Column, Empty, Listing, Row, list_page
from mithaq.web.outgoing.notices import notices as outgoing_notices
from mithaq.web.pages import find_url, quiet_kinds, read_notices
from mithaq.web.records import rows
from mithaq.web.records.counted import visible_page
from mithaq.web.records.rights import known_protections, listable, readable_codes, visible_guarded
from mithaq.web.reminders.ahead import Ahead, Near, join_rows, kept_reminders, with_rows
from mithaq.web.reminders.rows import tell_days
from mithaq.web.runtime import get_node
from mithaq.web.tour import list_steps
from mithaq.web.view import SIGNED_IN, has_verb, page, workspace_page
from mithaq.web.visits import begin_visit, last_visit

HOME_ROWS: Final = 10
MOST_COUNTED: Final = 30
MOST_NEW: Final = 200
_EVER: Final = datetime(9000, 1, 1, tzinfo=UTC)
_OPEN_STATES: Final = tuple(sorted(str(state) for state in OPEN))
_LISTS: Final = (
    (_("Due by us"), "calendar2-check", "due", _("Nothing is due by this side.")),
    (_("Waiting for the partner"), "hourglass-split", "waiting", _("This side waits for nothing.")),
    (_("New since your last visit"), "bell", "new", _("Nothing has come since your last visit.")),
)
_COLUMNS: Final = (
    Column("title", _("Title")),
    Column("kind", _("Kind"), "kind"),
    Column("from", _("From"), "party"),
    Column("state", _("State"), "state"),
    Column("marks", _("Marks"), "marks"),
    Column("due_at", _("Due"), "time"),
)


_Item: TypeAlias = InstrumentRow | Near | NoteRow
"""What a list of home holds: a text, a day of a text, a note."""


@dataclass(frozen=True, slots=True)
class BoardList:
    """One of the three lists.

    Attributes:
        count: rows that the reader may list, as far as they were judged.
        is_more: whether there are others.
    """

    title: Promise
    icon: str
    rows: Sequence[Row]
    count: int
    is_more: bool
    url: str
    none: Promise


def choose_language(request: HttpRequest) -> HttpResponse:
    """From the bare address of the node to home in the reader's language."""
    response = HttpResponseRedirect(f"/{preferred_language(request)}/")
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response


@workspace_page(verb=SIGNED_IN)
def show_home(request: HttpRequest) -> HttpResponseBase:
    """The three lists, ten rows each, and the way back to where one was."""
    since = begin_visit(request)
    is_reader = has_verb(request, "list")
    board, due = _make_board(request, since) if is_reader else ([], [])
    notices = [*outgoing_notices(request), *read_notices(request)] if is_reader else []
    steps = list_steps(request, due) if is_reader else []
    context = {"board": board, "notices": notices, "steps": steps, **_continue(request)}
    return page(request, "web/home.html", context)


@workspace_page(verb="list")
def list_due(request: HttpRequest) -> HttpResponseBase:
    """Everything that waits for this side, the first due first."""
    return _whole_list(request, _("Due by us"), _due_query(request), _ToSign(), _split_reminders(request)[0])


@workspace_page(verb="list")
def list_waiting(request: HttpRequest) -> HttpResponseBase:
    """Everything that this side waits for."""
    query = _waiting_query(request)
    return _whole_list(request, _("Waiting for the partner"), query, near=_split_reminders(request)[1])


@workspace_page(verb="list")
def list_new(request: HttpRequest) -> HttpResponseBase:
    """Everything that has come since the last visit."""
    since = last_visit(request)
    new = _new_instruments(since)
    return _whole_list(request, _("New since your last visit"), _new_query(request, since), new)


# The three lists


def _make_board(request: HttpRequest, since: datetime) -> tuple[list[BoardList], Sequence[NoteRow]]:
    """The three lists, and the notes of the first: one statement for counts, one for notes, one for texts.

    The policy is asked once for all rows. What is counted is judged row by row, ``MOST_COUNTED`` of a kind:
    the numbers of the store would tell of what the reader may not know of.
    """
    store = get_node().store.rows
    queries = (_due_query(request), _waiting_query(request), _new_query(request, since))
    *counts, unsigned = store.count_each(queries, [_unsigned_query()])
    notes = store.notes_each(
        [(query, MOST_COUNTED if count else 0) for query, count in zip(queries, counts, strict=True)]
    )
    near = _split_reminders(request)
    ids = list({each.day.object_id for part in near for each in part[:MOST_COUNTED]})
    to_sign, arrived, dated = store.instruments_each(
        [
            (_unsigned_query(), MOST_COUNTED if unsigned else 0),
            (RowQuery(since=since), MOST_NEW),
            (RowQuery(object_ids=ids), len(ids)),
        ]
    )
    beside: tuple[list[InstrumentRow], ...] = (to_sign, [], _of_others(arrived))
    parts: list[list[_Item]] = [
        [*texts[:MOST_COUNTED], *days[:MOST_COUNTED], *some]
        for texts, days, some in zip(beside, near, notes, strict=True)
    ]
    more = [
        max(count, to_be_signed, len(days), len(texts)) > MOST_COUNTED
        for count, to_be_signed, days, texts in zip(counts, (unsigned, 0, 0), near, beside, strict=True)
    ]
    known = known_protections([_object_of(each) for part in parts for each in part])
    board = []
    for (title, icon, name, none), part, is_more in zip(_LISTS, parts, more, strict=True):
        found = listable(request, part, lambda some: [known[_object_of(each)] for each in some])
        told = _tell(visible_guarded(request, found[:HOME_ROWS]), lambda days: join_rows(days, dated))
        board.append(BoardList(title, icon, told, len(found), is_more, find_url(name), none))
    return board, notes[0][:HOME_ROWS]


def _object_of(one: _Item) -> str:
    return one.day.object_id if isinstance(one, Near) else one.object_id


def _tell(
    visible: Sequence[tuple[_Item, bool]], join: Callable[[Sequence[Near]], Sequence[Ahead]]
) -> list[Row]:
    """Rows of a list that holds texts, then days of texts, then notes; ``join`` finds the texts of days."""
    texts = [(each, has_title) for each, has_title in visible if isinstance(each, InstrumentRow)]
    days = [(each, has_title) for each, has_title in visible if isinstance(each, Near)]
    notes = [(each, has_title) for each, has_title in visible if isinstance(each, NoteRow)]
    return [
        *rows.tell_instruments(texts).values(),
        *tell_days(join([each for each, _ in days]), days),
        *rows.tell_notes(notes).values(),
    ]


def _split_reminders(request: HttpRequest) -> tuple[list[Near], list[Near], list[Near]]:
    """Days that come near: those on which this side may act, and those that the partner alone can settle."""
    found, own = kept_reminders(request), str(get_node().identity.code)
    return (
        [each for each in found if each.waits_for(own)],
        [each for each in found if not each.waits_for(own)],
        [],
    )


def _due_query(request: HttpRequest) -> RowQuery:
    return RowQuery(
        recipient=get_node().identity.code,
        states=_OPEN_STATES,
        codes=readable_codes(request),
        waits=True,
        due_before=_EVER,
    )


def _waiting_query(request: HttpRequest) -> RowQuery:
    return RowQuery(
        sender=get_node().identity.code, states=_OPEN_STATES, codes=readable_codes(request), waits=True
    )


def _new_query(request: HttpRequest, since: datetime) -> RowQuery:
    return RowQuery(
        recipient=get_node().identity.code,
        codes=readable_codes(request),
        since=since,
        except_kinds=quiet_kinds(),
    )


def _unsigned_query() -> RowQuery:
    return RowQuery(unsigned_by=str(get_node().identity.code))


class _ToSign(Sequence[InstrumentRow]):
    """Instruments whose newest version waits for this side to sign, read as far as they are shown."""

    def __init__(self) -> None:
        self._query = _unsigned_query()
        self._count = get_node().store.rows.count_instruments(self._query)
        self._read: dict[tuple[int, int], list[InstrumentRow]] = {}

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, wanted: int) -> InstrumentRow: ...
    @overload
    def __getitem__(self, wanted: slice) -> Sequence[InstrumentRow]: ...
    def __getitem__(self, wanted: int | slice) -> InstrumentRow | Sequence[InstrumentRow]:
        if isinstance(wanted, int):
            return self[wanted : wanted + 1][0]
        start, stop, _step = wanted.indices(self._count)
        if stop <= start:
            return []
        if (start, stop) not in self._read:
            found = get_node().store.rows.instruments(self._query, stop - start, offset=start)
            self._read[start, stop] = found
        return self._read[start, stop]


def _new_instruments(since: datetime) -> list[InstrumentRow]:
    return _of_others(get_node().store.rows.instruments(RowQuery(since=since), MOST_NEW))


def _of_others(found: Iterable[InstrumentRow]) -> list[InstrumentRow]:
    own = get_node().identity.code
    return [each for each in found if each.proposer != own]


def _whole_list(
    request: HttpRequest,
    title: Promise,
    query: RowQuery,
    beside: Sequence[InstrumentRow] = (),
    near: Sequence[Near] = (),
) -> HttpResponseBase:
    """A list as a page of its own; on its first page what stands beside the notes."""
    node = get_node()
    first = len(beside) + len(near)

    def read(start: int, stop: int) -> list[_Item]:
        texts = beside[start : min(stop, len(beside))]
        days = near[max(0, start - len(beside)) : max(0, stop - len(beside))]
        wanted = stop - start - len(texts) - len(days)
        notes = node.store.rows.notes(query, wanted, offset=max(0, start - first)) if wanted else []
        return [*texts, *days, *notes]

    part, visible = visible_page(
        request,
        node.store.rows.count_notes(query) + first,
        read,
        lambda some: protect_objects([_object_of(each) for each in some]),
    )
    found = _tell(visible, lambda days: with_rows(node, days))
    empty = Empty(_("Records of every register stand here while they wait."), _("Home"), find_url("home"))
    return list_page(request, "web/list.html", Listing(title, _COLUMNS, found, part, empty))


def _continue(request: HttpRequest) -> dict[str, Any]:
    """The last record that was open, and pages with a form that was not sent."""
    lang, last = get_language(), last_record(request)
    return {
        "last_url": f"/{lang}/{last[0]}" if last else "",
        "last_title": last[1] if last else None,
        "unsent": [f"/{lang}/{place}" for place in kept_places(request)],
    }
