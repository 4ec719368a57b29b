"""What stands in the calendar and on home: until when opinions are due, and what waits for our hand."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mithaq.formats.icalendar.calendar import Classification, Event, Status
from mithaq.formats.icalendar.values import Text, isolate
from mithaq.node.node import Node
from mithaq.registers.review.models import TextVersion
from mithaq.registers.review.reading.reviews import ReviewView, read_reviews
from mithaq.registers.review.reading.rows import load_texts
from mithaq.registers.review.rules.kinds import PLAN
from mithaq.registers.review.rules.standing import ReviewState
from mithaq.web.access.policy import Protected, Subject
from mithaq.web.access.protected import protect_objects
from mithaq.web.lasting import Unchanged
from mithaq.web.overview.events import MOST_EVENTS, CalendarEvent
from mithaq.web.pages import Notice
from mithaq.web.records.rights import may_take_away, visible_rows
from mithaq.web.runtime import get_node, get_part
from mithaq.web.texts import pick

MOST_NOTICES: Final = 10
KEPT_FOR: Final = timedelta(minutes=1)
"""So late home learns that a campaign entered into force by the clock alone."""

FEED_BACK: Final = timedelta(days=30)


def list_events(request: HttpRequest, first: date, end: date) -> Iterator[CalendarEvent]:
    """Days until which opinions are due in ``[first, end)``, of campaigns that the reader may know of."""
    rows = TextVersion.objects.filter(
        object_kind=PLAN, due_on__gte=first.isoformat(), due_on__lt=end.isoformat()
    )
    versions = TextVersion.objects.filter(object_id__in=rows.values("object_id")).order_by("version")
    newest = {row.object_id: row for row in versions[: MOST_EVENTS * 4]}
    due = [each for each in newest.values() if first <= date.fromisoformat(each.due_on) < end]
    shown = visible_rows(request, due, lambda some: protect_objects([each.object_id for each in some]))
    for row, has_title in shown:
        title = load_texts(row.title) if has_title else _("Review campaign")
        url = reverse("review-detail", args=[row.object_id])
        on = date.fromisoformat(row.due_on)
        yield CalendarEvent(on, title, _("Opinions until"), "clipboard-check", url)


def list_feed_events(node: Node, subject: Subject, lang: str, *, is_detailed: bool) -> Iterator[Event]:
    """The same days for a feed, of what the person behind it may read; titles only if asked for."""
    today = node.clock.now().date()
    rows = TextVersion.objects.filter(object_kind=PLAN, due_on__gte=(today - FEED_BACK).isoformat())
    ids = list(dict.fromkeys(rows.order_by("due_on").values_list("object_id", flat=True)))[:MOST_EVENTS]
    guarded = protect_objects(ids) if ids else []
    known = [each for each, guard in zip(ids, guarded, strict=True) if may_take_away(subject, guard)]
    with translation.override(lang):
        word = gettext("Opinions until")
    for review in read_reviews(node, known):
        title, own, _is_own = pick(review.title, lang)
        named = f"{word}: {isolate(title, 'rtl' if own == 'ar' else 'ltr')}"
        yield Event(
            uid=f"{review.object_id}-due@{review.plan.proposer}",
            stamp_at=review.plan.created_at,
            starts=review.due_on,
            ends=None,
            summary=Text(named if is_detailed else word, lang),
            status=Status.CONFIRMED,
            classification=Classification.CONFIDENTIAL,
        )


def list_notices(request: HttpRequest) -> list[Notice]:
    """Sealed opinions that wait to be deposited or opened, and campaigns whose day is over."""
    node = get_node()
    reviews, guarded = get_part(_make_newest).get(request)
    if not reviews:
        return []
    shown = dict(visible_rows(request, list(guarded), lambda ids: [guarded[each] for each in ids]))
    today, own = node.clock.now().date(), str(node.identity.code)
    found: list[Notice] = []
    for review in reviews:
        if review.object_id in shown:
            found += _notices_of(review, own, today, has_title=shown[review.object_id])
    return found[:MOST_NOTICES]


def _make_newest() -> Unchanged[tuple[Sequence[ReviewView], Mapping[str, Protected]]]:
    return Unchanged(_read_newest, KEPT_FOR)


def _read_newest(node: Node) -> tuple[Sequence[ReviewView], Mapping[str, Protected]]:
    """The newest campaigns, and what protects each of them."""
    rows = TextVersion.objects.filter(object_kind=PLAN).order_by("-created_ms")
    ids = list(dict.fromkeys(rows.values_list("object_id", flat=True)[: MOST_NOTICES * 2]))
    if not ids:
        return (), {}
    return read_reviews(node, ids), dict(zip(ids, protect_objects(ids), strict=True))


def _notices_of(review: ReviewView, own: str, today: date, *, has_title: bool) -> Iterator[Notice]:
    url = reverse("review-detail", args=[review.object_id])
    title = review.title if has_title else ""
    if review.to_open(own):
        yield Notice(_("All sides have deposited: our opinions can be opened."), url, "warn", title)
    if review.to_deposit(own):
        yield Notice(_("Sealed opinions wait to be deposited with the other side."), url, "warn", title)
    if review.is_late(today):
        yield Notice(_("The day for opinions is over, and one is missing."), url, "late", title)
    elif review.word == ReviewState.BOTH_OPINED:
        yield Notice(_("Both sides have said what they think: an outcome is missing."), url, "info", title)
