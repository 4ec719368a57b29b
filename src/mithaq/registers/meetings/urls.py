"""Addresses of the register, below ``/<lang>/meetings/``; and of the feeds, below ``/calendar/``."""

from django.urls import URLPattern, path

from mithaq.registers.meetings.views import accounts, actions, calendars, details, lists, minutes
from mithaq.web.records.urls import record_patterns

urlpatterns: list[URLPattern] = [
    path("", lists.list_meetings, name="meetings-list"),
    path("new/", actions.new_meeting, name="meetings-new"),
    path("bodies/", lists.list_bodies, name="meetings-bodies"),
    path("bodies/new/", actions.new_body, name="meetings-body-new"),
    path("feeds/", calendars.show_feeds, name="meetings-feeds"),
    path("<uuid:object_id>/", details.show, name="meetings-detail"),
    path("<uuid:object_id>/do/<slug:action>/", actions.act, name="meetings-do"),
    path("<uuid:object_id>/minutes/", minutes.edit_minutes, name="meetings-minutes"),
    path("<uuid:object_id>/print/", minutes.print_text, name="meetings-print"),
    path("<uuid:object_id>/accounts/", accounts.show_accounts, name="meetings-accounts"),
    path("<uuid:object_id>/meeting.ics", calendars.meeting_file, name="meetings-file"),
    path("<uuid:object_id>/visit.ics", calendars.visit_file, name="meetings-visit"),
    *record_patterns("meetings"),
]

feed_patterns: list[URLPattern] = [path("<str:token>.ics", calendars.feed, name="calendar-feed")]
