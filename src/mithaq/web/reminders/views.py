"""The days ahead as a page."""

from datetime import timedelta
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from mithaq.core.instruments.next_step import Step
from mithaq.web.lists import Column, Empty, Filter, Listing, list_page, read_filters
from mithaq.web.pages import find_url
from mithaq.web.records.counted import visible_page
from mithaq.web.reminders.ahead import DATED, kept_reminders, list_near, with_rows
from mithaq.web.reminders.rows import protect_days, tell_days
from mithaq.web.reminders.words import STEPS
from mithaq.web.runtime import get_node
from mithaq.web.view import workspace_page

_DAYS: Final = {"7": 7, "30": 30, "90": 90, "365": 365}
_WITHIN: Final = (
    ("7", _("Within 7 days")),
    ("30", _("Within 30 days")),
    ("90", _("Within 90 days")),
    ("365", _("Within a year")),
)
_COLUMNS: Final = (
    Column("title", _("Title")),
    Column("on", _("Day"), "date"),
    Column("step", _("What is due")),
    Column("who", _("Waits for"), "parties"),
    Column("kind", _("Kind"), "kind"),
    Column("marks", _("Marks"), "marks"),
)


@workspace_page(verb="list")
def list_dates(request: HttpRequest) -> HttpResponseBase:
    """What people are to be reminded of now, or everything within some days."""
    node = get_node()
    steps = [(str(step), word) for step, (word, _icon) in STEPS.items() if step in DATED]
    filters = read_filters(
        request,
        [Filter("within", _("When"), _WITHIN, _("What is near")), Filter("step", _("What is due"), steps)],
    )
    chosen = filters.values
    wanted = frozenset({Step(chosen["step"])}) if chosen.get("step") else DATED
    if chosen.get("within"):
        today = node.clock.now().date()
        found = list_near(node, today, today + timedelta(days=_DAYS[chosen["within"]] + 1), wanted)
    else:
        found = [each for each in kept_reminders(request) if each.day.step in wanted]
    part, shown = visible_page(request, len(found), lambda start, stop: found[start:stop], protect_days)
    rows = tell_days(with_rows(node, [day for day, _ in shown]), shown)
    empty = Empty(
        _("Days of agreements and other texts stand here as they come near."),
        _("Calendar"),
        find_url("calendar"),
    )
    return list_page(request, "web/list.html", Listing(_("Days ahead"), _COLUMNS, rows, part, empty, filters))
