"""Two versions compared line by line, in words that a reader of each language understands."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from mithaq.errors import MissingError
from mithaq.registers.roadmap.forms.drafting import KIND_WORDS, STANDING_WORDS, VISIBILITY_WORDS
from mithaq.registers.roadmap.reading.roadmaps import RoadmapView, VersionView
from mithaq.registers.roadmap.rules.changes import LineChange, MemberChange, TextChange, compare_plans
from mithaq.registers.roadmap.views.about import label_posts, language, name_owner, open_roadmap, roadmap_page
from mithaq.web.codes import name_code
from mithaq.web.filters import mq_date, mq_text
from mithaq.web.language import direction_of
from mithaq.web.records.differences import Piece, compare_words
from mithaq.web.view import workspace_page

_NUMBER: Final = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)
MEMBER_WORDS: Final[Mapping[str, Promise]] = {
    "standing": _("Standing"),
    "owner": _("Owner"),
    "due_on": _("Due on"),
    "start_on": _("Starts on"),
    "field": _("Field of cooperation"),
    "other_fields": _("Other fields that it touches"),
    "kind": _("Kind"),
    "lead_posts": _("Lead posts"),
    "weight": _("Weight in its chapter"),
    "dependencies": _("Depends on the lines"),
    "visibility": _("Visible to"),
    "basis": _("Basis"),
    "milestones": _("Milestones"),
    "indicators": _("Indicators"),
    "period_from_on": _("From the day"),
    "period_to_on": _("To the day"),
    "report_cycle_months": _("A report on each line every so many months"),
    "chapters": _("Chapters"),
}
KIND_OF_CHANGE: Final = {"added": _("New line"), "removed": _("Line taken out"), "changed": _("Changed line")}
_TEXT_WORDS: Final = {"title": _("Title"), "text": _("Text")}
_LANGUAGES: Final = {"ar": _("Arabic"), "fr": _("French")}


@workspace_page(verb="read")
def show_diff(request: HttpRequest, object_id: UUID) -> HttpResponseBase:
    """``?from=1&to=2``; by default the newest version and the one before it."""
    opened = open_roadmap(request, str(object_id))
    roadmap = opened.roadmap
    if len(roadmap.versions) < 2:
        raise MissingError("version", "There is one version alone.")
    after = _choose(request, roadmap, "to", roadmap.pending or roadmap.shown)
    earlier = [each for each in roadmap.versions if each.number < after.number]
    before = _choose(request, roadmap, "from", earlier[-1] if earlier else roadmap.versions[0])
    data = roadmap.data_of([before, after])
    _template, change = tell_changes(data[before.content_hash], data[after.content_hash])
    context = {"before": before, "after": after, "change": change}
    return roadmap_page(request, opened, "diff", "roadmap/diff.html", context)


def tell_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """(template, ``change`` of it): what a version changes, wherever two are compared."""
    change = compare_plans(before, after)
    return "roadmap/_changes.html", {
        "members": [row for each in change.members for row in _tell_member(each)],
        "texts": [_tell_text(each) for each in change.texts],
        "lines": [tell_line_change(each) for each in change.lines],
        "same_count": change.same_count,
    }


def _choose(request: HttpRequest, roadmap: RoadmapView, name: str, default: VersionView) -> VersionView:
    text = request.GET.get(name, "")
    if not text:
        return default
    found = roadmap.version(int(text)) if _NUMBER.fullmatch(text) else None
    if found is None:
        raise MissingError("version", "There is no such version.")
    return found


def tell_line_change(change: LineChange) -> dict[str, Any]:
    """A changed line for a template."""
    return {
        "no": change.no,
        "kind": change.kind,
        "word": KIND_OF_CHANGE[change.kind],
        "title": change.line.get("title", {}),
        "owner": name_owner(str(change.line.get("owner", ""))),
        "due_on": read_day(change.line.get("due_on")),
        "members": [row for each in change.members for row in _tell_member(each)],
        "texts": [_tell_text(each) for each in change.texts],
    }


def _tell_member(change: MemberChange) -> Iterator[tuple[Promise | str, SafeString, SafeString]]:
    """(word, before, after): one row; of a list, a row for each entry that differs."""
    name, word = change.name, MEMBER_WORDS.get(change.name, change.name)
    if not change.items:
        yield word, tell_value(name, change.before), tell_value(name, change.after)
    for item in change.items:
        sides = [[] if each is None else [each] for each in (item.before, item.after)]
        yield word, tell_value(name, sides[0]), tell_value(name, sides[1])


def tell_value(name: str, value: Any) -> SafeString:
    """A member in words: a day as a date, a code by its name, a list as lines."""
    if value is None or value in ([], {}, ""):
        return SafeString("")
    if name.endswith("_on"):
        return mq_date(read_day(value))
    if name == "owner":
        return mq_text(name_owner(str(value)))
    if name == "field":
        return mq_text(name_code("field", str(value)))
    if name in _CHOICES:
        return mq_text(str(_CHOICES[name].get(value, value)))
    if name == "lead_posts":
        return _lines(
            [format_html("{}: {}", mq_text(who), mq_text(post)) for who, post in label_posts(value)]
        )
    if isinstance(value, list | tuple):
        return _lines([_tell_item(name, each) for each in value])
    return mq_text(str(value))


_CHOICES: Final[Mapping[str, Mapping[str, Promise]]] = {
    "standing": dict(STANDING_WORDS),
    "kind": dict(KIND_WORDS),
    "visibility": dict(VISIBILITY_WORDS),
}


def _tell_item(name: str, item: Any) -> SafeString:
    if name == "other_fields":
        return mq_text(name_code("field", str(item)))
    if name == "milestones":
        evidence = _("evidence asked for") if item.get("evidence_required") else ""
        return format_html(
            "<bdi>{}</bdi>. {} · {} {}",
            item["no"],
            mq_text(item["text"]),
            mq_date(read_day(item["due_on"])),
            evidence,
        )
    if name == "indicators":
        parts = [str(item.get(each, "")) for each in ("code", "baseline", "target", "unit", "period")]
        return format_html('<bdi dir="ltr">{}</bdi>', " · ".join(each for each in parts if each))
    if name == "chapters":
        leads = tell_value("lead_posts", item.get("lead_posts", {}))
        return format_html("{}<br>{}", mq_text(name_code("field", str(item["field"]))), leads)
    if name == "basis":
        text = item if isinstance(item, str) else item.get("text") or item.get("at", "")
        return mq_text(text)
    return mq_text(str(item))


def _lines(items: Sequence[SafeString]) -> SafeString:
    return format_html_join(SafeString("<br>"), "{}", ((each,) for each in items))


def _tell_text(change: TextChange) -> dict[str, Any]:
    """A text by words, the reader's language first."""
    order = ("fr", "ar") if language() == "fr" else ("ar", "fr")
    return {
        "word": _TEXT_WORDS[change.name],
        "is_one_sided": change.is_one_sided,
        "cells": [
            {
                "lang": lang,
                "dir": direction_of(lang),
                "label": _LANGUAGES[lang],
                "pieces": _compare(change, lang),
            }
            for lang in order
            if change.before.get(lang, "") != change.after.get(lang, "")
        ],
    }


def _compare(change: TextChange, lang: str) -> tuple[Piece, ...]:
    return compare_words(str(change.before.get(lang, "")), str(change.after.get(lang, "")))


def read_day(value: object) -> date | None:
    """A day of the record; None for what is none."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
