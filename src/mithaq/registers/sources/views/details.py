"""A source: raw text with marks, findings and proposals with rule and decision; and a released source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise

from mithaq.core.encoding import from_ms
from mithaq.registers.sources.forms.words import (
    DECISIONS,
    OPEN,
    PRECISIONS,
    REASONS,
    RULES,
    SPELLINGS,
    STATUSES,
    THEMES,
    TYPE_ICONS,
    TYPES,
    WARNINGS,
    word,
)
from mithaq.registers.sources.models import Attached, Finding, Released, Source
from mithaq.registers.sources.reading.records import analysis_of
from mithaq.registers.sources.reading.texts import read_bytes, read_raw
from mithaq.registers.sources.rules.entities import starting_table
from mithaq.registers.sources.rules.reading import show_invisible
from mithaq.registers.sources.rules.values import AssertionType
from mithaq.registers.sources.views.desk import in_words, language, may_draft, open_source
from mithaq.registers.sources.views.marked import mark_text
from mithaq.web.parties import Party, parties, party_of
from mithaq.web.runtime import get_node
from mithaq.web.texts import pick
from mithaq.web.view import page, workspace_page

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """An assertion in words.

    Attributes:
        says: what the rule makes of the words.
        notes: reasons and warnings.
    """

    id: str
    exact: str
    language: str
    says: str
    notes: Sequence[str]
    rule: Promise | str
    rule_code: str
    status: str
    status_word: Promise | str
    decided_by: str
    is_proposal: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Assertions of one type."""

    type: str
    label: Promise | str
    icon: str
    rows: Sequence[Shown]
    more: int = 0


@workspace_page(verb="read")
def show(request: HttpRequest, source_id: str) -> HttpResponseBase:
    """The page of a source."""
    row = open_source(request, source_id)
    findings = list(row.assertions.order_by("position"))
    analysis = analysis_of(row)
    raw = read_raw(get_node(), row).text
    drafting = may_draft(request)
    context = {
        "row": row,
        "published_on": date.fromisoformat(row.published_on) if row.published_on else None,
        "added_at": from_ms(row.added_ms),
        "paragraphs": mark_text(raw, analysis["paragraphs"], findings),
        "reasons": REASONS,
        "reason_words": dict(REASONS),
        "proposals": _grouped([one for one in findings if one.is_proposal], row.language),
        "findings": _grouped([one for one in findings if not one.is_proposal], row.language),
        "open_count": sum(1 for one in findings if one.is_proposal and one.status == "proposed"),
        "questions": _questions(analysis["open"]),
        "asks_day": not row.published_on,
        "meetings": [_candidate(one) for one in analysis["candidates"]],
        "attached": _attached(row),
        "released": list(Released.objects.filter(sha256=row.sha256).order_by("created_ms")[:10]),
        "may_draft": drafting,
        "types": [(name, label) for name, label in TYPES.items() if name != "theme"],
    }
    return page(request, "sources/source.html", context)


def _attached(row: Source) -> list[tuple[Attached, str]]:
    found = Attached.objects.filter(source_id=row.source_id).order_by("at_ms")[:20]
    return [(one, reverse("record", kwargs={"object_id": one.object_id})) for one in found]


def _questions(records: Sequence[Mapping[str, Any]]) -> list[tuple[Promise | str, str]]:
    """What was not guessed: the words for it, and the words of the text."""
    found = []
    for one in records:
        is_date = one["what"] == "date"
        says = word(WARNINGS, one["reason"]) if is_date else word(OPEN, f"{one['what']}.{one['reason']}")
        found.append((says, show_invisible(one["exact"])))
    return found


def _candidate(record: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "names": [name_of(one) for one in record["participants"]],
        "place": name_of(record["place"]) if record["place"] else "",
        "date": in_words(record["date"]),
        "date_text": record["date_text"],
        "is_main": record["is_main"],
    }


def name_of(entity_id: str) -> str:
    """The name of somebody or something in the language of the page."""
    known = starting_table().name_of(entity_id)
    if known:
        return pick(known, language())[0]
    return entity_id.removeprefix("new/").replace("-", " ")


def _grouped(rows: Sequence[Finding], lang: str) -> list[Group]:
    groups = []
    for kind in AssertionType:
        of_kind = [one for one in rows if one.type == kind]
        if of_kind:
            shown = [_shown(one, lang) for one in of_kind[:MOST_SHOWN]]
            groups.append(Group(str(kind), TYPES[kind], TYPE_ICONS[kind], shown, len(of_kind) - len(shown)))
    return groups


def _shown(one: Finding, lang: str) -> Shown:
    value = orjson.loads(one.value)
    says, notes = _SAYING[one.type](value)
    return Shown(
        one.assertion_id,
        show_invisible(one.exact),
        lang,
        says,
        [each for each in notes if each],
        word(RULES, one.rule_id),
        f"{one.rule_id} {one.rule_version}",
        one.status,
        word(DECISIONS, one.status),
        one.decided_by_post,
        one.is_proposal,
    )


_Said = tuple[str, list[str]]


def _say_named(value: Mapping[str, Any]) -> _Said:
    names = value.get("names", {})
    notes = [str(SPELLINGS[value["spelling"]])] if value.get("spelling") in SPELLINGS else []
    if "score" in value:
        notes.append(f"{value['spelling']} · {round(value['score'] * 100)} %")
    return pick(names, language())[0] or str(value["id"]), notes


def _say_date(value: Mapping[str, Any]) -> _Said:
    notes = [str(word(PRECISIONS, value["precision"]))]
    if value["warning"]:
        notes.append(str(word(WARNINGS, value["warning"])))
    return in_words(value["edtf"]) or "—", notes


def _say_theme(value: Mapping[str, Any]) -> _Said:
    return str(word(THEMES, value["code"])), []


def _say_quotation(value: Mapping[str, Any]) -> _Said:
    return (name_of(value["speaker"]) if value["speaker"] else "—"), []


def _say_commitment(value: Mapping[str, Any]) -> _Said:
    by = value["by"]
    known = parties()
    if by == "both":
        whose = " + ".join(_party_name(each, known) for each in ("ma-mi", "fr-mi"))
    else:
        whose = _party_name(by, known) if by else "—"
    notes = [str(THEMES.get(code, code)) for code in value["themes"]]
    if value["due"]:
        notes.append(in_words(value["due"]))
    return f"{word(STATUSES, value['status'])} · {whose}", notes


def _party_name(code: str, known: Mapping[str, Party]) -> str:
    return pick(party_of(code, known).name, language())[0]


_SAYING: Mapping[str, Any] = {
    "person": _say_named,
    "body": _say_named,
    "place": _say_named,
    "event": _say_named,
    "date": _say_date,
    "theme": _say_theme,
    "quotation": _say_quotation,
    "commitment": _say_commitment,
}


@workspace_page(verb="read")
def download(request: HttpRequest, source_id: str) -> HttpResponseBase:
    """The raw bytes as they came; never shown by the browser itself."""
    row = open_source(request, source_id)
    return HttpResponse(
        read_bytes(get_node(), row.sha256),
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="source-{row.source_id[:8]}.txt"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )
