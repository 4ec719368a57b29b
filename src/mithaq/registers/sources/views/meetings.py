"""Candidate meetings: which texts tell of the same one, why, and where their accounts differ."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.errors import MalformedError
from mithaq.registers.sources.forms.words import MEETING_REASONS, word
from mithaq.registers.sources.intake.deciding import rule_on_meetings
from mithaq.registers.sources.models import Source
from mithaq.registers.sources.reading.meetings import Known, compare_sources, demand_group, find_meetings
from mithaq.registers.sources.rules.accounts import Row
from mithaq.registers.sources.rules.grouping import Group, Reason
from mithaq.registers.sources.rules.reading import show_invisible
from mithaq.registers.sources.views.desk import author_of, demand_reader, in_words, language, may_draft
from mithaq.web.runtime import get_node
from mithaq.web.texts import pick
from mithaq.web.view import page, workspace_page

MOST_GROUPS = 100
_KEY = re.compile(r"[0-9a-f]{32}#[0-9]{1,3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ShownReason:
    """A reason in words, with its values."""

    code: str
    says: Promise | str
    values: Sequence[str]
    sources: Sequence[Source]


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A candidate meeting on a page."""

    id: str
    names: Sequence[str]
    place: str
    date: str
    sources: Sequence[Source]
    keys: Sequence[tuple[str, Source]]
    reasons: Sequence[ShownReason]
    open: Sequence[ShownReason]


def _show(known: Known, group: Group) -> ShownGroup:
    sources = [known.sources[one] for one in group.sources]
    return ShownGroup(
        group.id,
        [_name(known, one) for one in group.participants],
        _name(known, group.place) if group.place else "",
        in_words(group.date),
        sources,
        [(one.key, known.sources[one.source_id]) for one in group.told],
        [_reason(known, one) for one in group.reasons],
        [_reason(known, one) for one in group.open],
    )


def _name(known: Known, ident: str) -> str:
    names = known.names.get(ident)
    return pick(names, language())[0] if names else ident.removeprefix("new/").replace("-", " ")


def _reason(known: Known, reason: Reason) -> ShownReason:
    values = {name: value for name, value in reason.values.items() if name != "sources"}
    ids = reason.values.get("sources", ())
    sources = [known.sources[str(one)] for one in ids] if isinstance(ids, list | tuple) else []
    return ShownReason(reason.code, word(MEETING_REASONS, reason.code), list(_values(known, values)), sources)


def _values(known: Known, values: Mapping[str, object]) -> Sequence[str]:
    found: list[str] = []
    for name, value in values.items():
        each = value if isinstance(value, list | tuple) else [value]
        is_named = name in ("participants", "place")
        is_date = name in ("date", "from", "to")
        for one in each:
            if one:
                text = str(one)
                found.append(_name(known, text) if is_named else in_words(text) if is_date else text)
    return list(dict.fromkeys(found))


@workspace_page(verb="list")
def list_candidates(request: HttpRequest) -> HttpResponseBase:
    """All candidate meetings, those of several texts first."""
    demand_reader(request)
    known = find_meetings()
    context = {
        "groups": [_show(known, one) for one in known.groups[:MOST_GROUPS]],
        "more": max(0, len(known.groups) - MOST_GROUPS),
        "may_draft": may_draft(request),
    }
    return page(request, "sources/meetings.html", context)


@dataclass(frozen=True, slots=True)
class ShownCell:
    """What one account says of one topic."""

    state: str
    reports: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A topic over all accounts."""

    label: str
    differs: bool
    contradicts: bool
    cells: Sequence[tuple[Source, ShownCell]]


def _show_row(row: Row, sources: Mapping[str, Source]) -> ShownRow:
    labels = {variant.id: variant.label for variant in row.topic.variants}
    cells = [
        (
            sources[cell.source_id],
            ShownCell(
                str(cell.state),
                [
                    (
                        pick(labels[one.variant], language())[0],
                        show_invisible(one.exact),
                        sources[cell.source_id].language,
                    )
                    for one in cell.reports
                ],
            ),
        )
        for cell in row.cells
    ]
    return ShownRow(pick(row.topic.label, language())[0], row.differs, row.contradicts, cells)


@workspace_page(verb="read")
def show_group(request: HttpRequest, group_id: str) -> HttpResponseBase:
    """One candidate meeting: reasons, and the accounts side by side."""
    demand_reader(request)
    known = find_meetings()
    group = demand_group(known, group_id)
    shown = _show(known, group)
    rows = [_show_row(one, known.sources) for one in compare_sources(group.sources)]
    others = [
        (one.key, f"{known.sources[one.source_id].title[:80]} · {_label(known, one.candidate.participants)}")
        for other in known.groups
        if other.id != group.id
        for one in other.told
    ]
    context: dict[str, Any] = {
        "group": shown,
        "rows": rows,
        "others": others[:200],
        "may_draft": may_draft(request),
    }
    return page(request, "sources/meeting.html", context)


def _label(known: Known, participants: Sequence[str]) -> str:
    return " – ".join(_name(known, one) for one in participants)


@workspace_page(verb="draft", methods=("POST",))
def rule(request: HttpRequest) -> HttpResponseBase:
    """A person says that two candidates are one meeting, or two."""
    author = author_of(request)
    first, second = request.POST.get("first", ""), request.POST.get("second", "")
    answer = request.POST.get("answer", "")
    if not (_KEY.fullmatch(first) and _KEY.fullmatch(second)) or answer not in ("same", "apart"):
        raise MalformedError("source_decision", "two candidates and an answer are needed")
    rule_on_meetings(get_node(), first, second, is_same=answer == "same", author=author)
    messages.success(request, str(_("Kept. The texts are grouped by your word.")))
    return HttpResponseRedirect(reverse("sources-meetings"))
