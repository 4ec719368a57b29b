"""The journal: own and partners' acts in the order of their log; what is not for the reader is said so."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.core.acts.kinds import Kind
from mithaq.core.types import Origin
from mithaq.errors import MissingError
from mithaq.node.node import Node
from mithaq.node.read.journal_pages import MACHINE_KINDS, JournalFilter, JournalLine, read_lines
from mithaq.web.access.policy import Protected
from mithaq.web.access.protected import protect_acts
from mithaq.web.listing import Column, Empty, Filter, Listing, PageSlice, Row
from mithaq.web.lists import list_page, read_filters
from mithaq.web.pages import installed_pages
from mithaq.web.parties import Party, parties, party_of
from mithaq.web.records.act_words import act_word
from mithaq.web.records.rights import is_kept_from_file, may_do
from mithaq.web.runtime import get_node
from mithaq.web.view import page, workspace_page
from mithaq.web.words import StateWord

LINES: Final = 50
COLUMNS: Final = (
    Column("leaf_index", _("Entry number"), "number"),
    Column("act", _("Act")),
    Column("kind", _("Register")),
    Column("title", _("Subject")),
    Column("from", _("From")),
    Column("created_at", _("Made on"), "time"),
    Column("state", _("State")),
)
_NUMBER = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)
_DOSSIER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)

STATES: Final[Mapping[str, StateWord]] = {
    one.code: one
    for one in (
        StateWord("sealed", _("In the queue"), "hourglass-split", "warn"),
        StateWord("published", _("Published"), "send", "info"),
        StateWord("delivered", _("Applied by the partner"), "check2-all", "ok"),
        StateWord("applied", _("Applied here"), "check2", "ok"),
        StateWord("parked", _("Set aside"), "pause-circle", "late"),
        StateWord("unusable", _("Unusable for the partner"), "x-circle", "late"),
        StateWord("unknown", _("Of an unknown kind"), "question-circle", "warn"),
        StateWord("not_released", _("Not released to us"), "eye-slash"),
        StateWord("not_for_you", _("Not for your post"), "lock"),
    )
}
_FILTERED_STATES: Final = (
    "published",
    "delivered",
    "applied",
    "parked",
    "unusable",
    "unknown",
    "not_released",
)


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A leaf as the page tells it."""

    leaf_index: int
    state: StateWord
    word: Promise | str = ""
    act: str = ""
    kind: str = ""
    at: datetime | None = None
    author: Any = ""
    title: Any = ""
    url: str = ""
    reason: str = ""


@workspace_page(verb="list|audit")
def show_journal(request: HttpRequest) -> HttpResponseBase:
    """Fifty leaves of one log, the newest first; ``?from=`` is where to go on."""
    node, known = get_node(), parties()
    logs = _logs(node, known)
    chosen = read_filters(request, _filters(logs))
    values = chosen.values
    log = Origin(values.get("log") or str(node.identity.origin))
    dossier = values.get("dossier", "")
    if dossier and not _DOSSIER.fullmatch(dossier):
        raise MissingError("dossier", "There is no such dossier.")
    wanted = JournalFilter(
        values.get("kind", ""), values.get("register", ""), dossier, values.get("state", "")
    )
    start = request.GET.get("from", "")
    first = int(start) if _NUMBER.fullmatch(start) else 2**62
    found = read_lines(node, log, first, LINES, wanted, newest_first=True)
    lines = _show_lines(request, found.lines, known)
    if request.GET.get("format") in ("csv", "json"):
        return list_page(request, "overview/journal.html", _as_listing(lines, found.size))
    context = {
        "filters": chosen,
        "here": _link({**values, "from": start}),
        "lines": lines,
        "size": found.size,
        "log": log,
        "cosigned": _cosigned(node, log),
        "older": _link({**values, "from": str(found.next_index)}) if found.next_index is not None else "",
        "newest": _link(values) if start else "",
        "is_searched_on": wanted.is_set and len(found.lines) < LINES and found.next_index is not None,
    }
    return page(request, "overview/journal.html", context)


def _as_listing(lines: Sequence[ShownLine], size: int) -> Listing:
    """The lines of this page for CSV and JSON: codes, not words."""
    rows = [
        Row(
            {
                "leaf_index": line.leaf_index,
                "act": line.act,
                "kind": line.kind,
                "title": line.title,
                "from": line.author,
                "created_at": line.at,
                "state": line.state.code,
            }
        )
        for line in lines
    ]
    return Listing(_("Journal"), COLUMNS, rows, PageSlice(1, 0, len(rows), size), Empty(""))


def _logs(node: Node, known: Mapping[str, Party]) -> list[tuple[str, Any]]:
    found = [(str(node.identity.origin), party_of(node.identity.code, known).name)]
    found += [
        (str(head.origin), party_of(head.administration, known).name) for head in node.store.followed.heads()
    ]
    return found


def _filters(logs: list[tuple[str, Any]]) -> tuple[Filter, ...]:
    return (
        Filter("log", _("Log"), logs),
        Filter("kind", _("Act"), [(str(kind), act_word(str(kind)).word) for kind in Kind]),
        Filter("register", _("Register"), [(each.name, each.label) for each in installed_pages()]),
        Filter("state", _("State"), [(code, STATES[code].word) for code in _FILTERED_STATES]),
        Filter("dossier", _("Dossier")),
    )


def _link(values: Mapping[str, str]) -> str:
    return "?" + urlencode({name: value for name, value in values.items() if value})


def _cosigned(node: Node, log: Origin) -> int:
    """Leaves of that log under a checkpoint that the other side has cosigned."""
    if log == node.identity.origin:
        return int(node.store.own.cosigned_size())
    return int(node.store.followed.cosigned(log)[0])


def _show_lines(
    request: HttpRequest, lines: Sequence[JournalLine], known: Mapping[str, Party]
) -> list[ShownLine]:
    held = [line.act for line in lines if line.act is not None]
    guards = iter(protect_acts(held))
    return [_show(request, line, known, next(guards) if line.act else None) for line in lines]


def _show(
    request: HttpRequest, line: JournalLine, known: Mapping[str, Party], protected: Protected | None
) -> ShownLine:
    state = STATES.get(line.state) or StateWord(line.state, line.state, "circle")
    if line.act is None or protected is None:
        return ShownLine(line.leaf_index, state, reason=line.reason)
    if line.act.parsed.kind not in MACHINE_KINDS and not may_do(request, "list", protected):
        return ShownLine(line.leaf_index, STATES["not_for_you"])
    parsed = line.act.parsed
    has_title = not is_kept_from_file(request, protected) and may_do(request, "list", protected, "title")
    return ShownLine(
        line.leaf_index,
        state,
        act_word(parsed.kind).word,
        parsed.kind,
        parsed.object_kind or "",
        parsed.created_at,
        party_of(parsed.author, known).name,
        parsed.subject if has_title and parsed.subject else "",
        reverse("record", kwargs={"object_id": line.act.object_id}) if parsed.object_kind else "",
        line.reason,
    )
