"""Meetings and visits as calendar files, and feeds with a token that can be revoked."""

import hashlib
import re
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from mithaq.core.encoding import encode_base64, from_ms
from mithaq.errors import NotAllowedError
from mithaq.formats.icalendar.calendar import Method
from mithaq.formats.icalendar.values import Text
from mithaq.node.journal import append_entry
from mithaq.registers.meetings.exchange import write_feed, write_visit
from mithaq.registers.meetings.models import Feed
from mithaq.registers.meetings.reading.files import calendar_file, make_entry, zones_of
from mithaq.registers.meetings.reading.meetings import MeetingView, describe_meetings, ordered_meetings
from mithaq.registers.meetings.rules.kinds import NAME
from mithaq.registers.meetings.views.about import language, open_meeting_room
from mithaq.web.access.gate import check_may_leave
from mithaq.web.access.noted import Noting, answer_noted
from mithaq.web.access.policy import Subject
from mithaq.web.access.protected import protect_act, protect_objects
from mithaq.web.access.subject import subject_of_user
from mithaq.web.accounts.seal import SEALED
from mithaq.web.errors import make_problem
from mithaq.web.outgoing.drafts import writer_of
from mithaq.web.overview.events import feed_events
from mithaq.web.records.rights import may_take_away
from mithaq.web.runtime import get_node
from mithaq.web.texts import pick
from mithaq.web.view import page, workspace_page

MEDIA: Final = "text/calendar; charset=utf-8"
METHODS: Final = {"publish": Method.PUBLISH, "request": Method.REQUEST, "reply": Method.REPLY}
KEPT: Final = timedelta(days=400)
"""How far back a feed goes."""

MOST_MEETINGS: Final = 1_000
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


@workspace_page(verb="read")
def meeting_file(request: HttpRequest, object_id: UUID) -> HttpResponseBase:
    """A meeting as a file; ``?method=request`` or ``reply`` for calendars that answer each other."""
    meeting = _open_to_take_away(request, str(object_id))
    method = METHODS.get(request.GET.get("method", "publish"), Method.PUBLISH)
    data = calendar_file(get_node(), meeting, language(), method)
    return _answer(data, f"meeting-{str(object_id)[:8]}")


@workspace_page(verb="read")
def visit_file(request: HttpRequest, object_id: UUID) -> HttpResponseBase:
    """The programme of a visit as a file."""
    meeting, lang = _open_to_take_away(request, str(object_id)), language()
    items = [
        (pick(each.get("text", ""), lang)[0], pick(each.get("place", ""), lang)[0])
        for each in meeting.data.get("programme", [])
    ]
    data = write_visit(make_entry(get_node(), meeting, lang), items, zones_of([meeting]))
    return _answer(data, f"visit-{str(object_id)[:8]}")


def _open_to_take_away(request: HttpRequest, object_id: str) -> MeetingView:
    """A meeting that the reader may read, and that may leave this node in a file."""
    _room, meeting = open_meeting_room(request, object_id)
    check_may_leave(protect_act(get_node().store.acts.by_id(object_id)))
    return meeting


def _answer(data: bytes, name: str) -> HttpResponse:
    disposition = f'attachment; filename="{name}.ics"'
    return HttpResponse(data, content_type=MEDIA, headers={"Content-Disposition": disposition})


# Feeds


@workspace_page(verb="list", methods=("GET", "POST"))
def show_feeds(request: HttpRequest) -> HttpResponseBase:
    """The feeds of the reader: make one, revoke one. The address is shown once."""
    writer = writer_of(request)
    user_id, address = str(writer.user.pk), ""
    if request.method == "POST":
        if "revoke" in request.POST:
            _revoke(request, user_id)
            return HttpResponseRedirect(reverse("meetings-feeds"))
        if writer.user.login == SEALED:
            raise NotAllowedError("no_role", "The sealed account takes no feed along.")
        address = _make(request, user_id)
    rows = Feed.objects.filter(user_id=user_id, revoked_ms=None).order_by("created_ms")
    feeds = [(row, from_ms(row.created_ms)) for row in rows]
    return page(request, "meetings/feeds.html", {"feeds": feeds, "address": address})


def _make(request: HttpRequest, user_id: str) -> str:
    token = encode_base64(get_node().entropy.random_bytes(32)).translate({43: "-", 47: "_", 61: None})
    body = {"user": user_id, "lang": language(), "detailed": request.POST.get("detailed") == "on"}
    append_entry(get_node(), NAME, "feed", _hash(token), body, writer_of(request).author())
    return request.build_absolute_uri(f"/calendar/{token}.ics")


def _revoke(request: HttpRequest, user_id: str) -> None:
    named = request.POST["revoke"]
    if Feed.objects.filter(user_id=user_id, token_sha256=named, revoked_ms=None).exists():
        append_entry(get_node(), NAME, "feed_revoked", named, {}, writer_of(request).author())


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def feed(request: HttpRequest, token: str) -> HttpResponse:
    """``/calendar/<token>.ics``: what the person behind the token may read now, and no more."""
    return answer_noted(Noting("feed", True), lambda: _feed(request, token), make_problem)


def _feed(request: HttpRequest, token: str) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    row = (
        Feed.objects.filter(token_sha256=_hash(token), revoked_ms=None).first()
        if _TOKEN.fullmatch(token)
        else None
    )
    user: Any = (
        get_user_model()._default_manager.filter(pk=row.user_id, is_active=True).first() if row else None
    )
    if row is None or user is None:
        return HttpResponse(status=404)  # the same for a token that never was and one that is revoked
    node = get_node()
    rows = ordered_meetings(node.clock.now())
    since = int((node.clock.now() - KEPT).timestamp() * 1000)
    subject = subject_of_user(user)
    meetings = _readable(subject, describe_meetings(node, rows.filter(ends_ms__gte=since)[:MOST_MEETINGS]))
    with translation.override(row.lang):
        entries = [make_entry(node, each, row.lang, is_generic=not row.is_detailed) for each in meetings]
        name = Text(gettext("Meetings"), row.lang)
        others = list(feed_events(node, subject, row.lang, is_detailed=row.is_detailed))
    response = HttpResponse(write_feed(entries, name, zones_of(meetings), others), content_type=MEDIA)
    response["Cache-Control"] = "private, no-store"
    return response


def _readable(subject: Subject, meetings: list[MeetingView]) -> list[MeetingView]:
    guarded = protect_objects([each.object_id for each in meetings]) if meetings else []
    return [
        each for each, protected in zip(meetings, guarded, strict=True) if may_take_away(subject, protected)
    ]
