"""Django application of the register ``meetings``."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from mithaq.web.pages import RegisterPages


class MeetingsConfig(AppConfig):
    """Its label is the name of the register on the wire."""

    name = "mithaq.registers.meetings"
    label = "meetings"
    api = "mithaq.registers.meetings.api"
    calendar = "mithaq.registers.meetings.views.month.list_events"
    pages = RegisterPages(
        "meetings",
        _("Meetings"),
        "calendar-event",
        30,
        kinds={
            "meetings.mandate": _("Mandate of a joint body"),
            "meetings.agenda": _("Agenda"),
            "meetings.minutes": _("Minutes"),
            "meetings.communique": _("Joint communiqué"),
            "meetings.invitation": _("Meeting"),
            "meetings.paper": _("Paper"),
            "meetings.comment": _("Comment"),
            "meetings.initialling": _("Initialling"),
            "meetings.statement": _("Statement of one side"),
            "meetings.issue": _("Issue"),
            "meetings.action_report": _("Report on an action"),
            "meetings.own_communique": _("Communiqué of one side"),
        },
        states={
            "confirmed": (_("Confirmed by all"), "calendar2-check", "ok"),
            "postponed": (_("Postponed"), "calendar-event", "warn"),
            "cancelled": (_("Called off"), "calendar-x", "late"),
            "held": (_("Held"), "people-fill", "info"),
            "minuted": (_("Minuted"), "file-check", "ok"),
            "shared": (_("Shared"), "file-earmark-text", "info"),
            "commented": (_("Commented"), "chat-left-text", "info"),
            "agreed": (_("Agreed"), "check2", "ok"),
            "released": (_("Released"), "megaphone", "ok"),
            "amended": (_("Amended"), "arrow-repeat", "plain"),
            "countered": (_("Another time proposed"), "clock", "warn"),
            "answer_awaited": (_("Answer awaited"), "hourglass-split", "info"),
            "open": (_("Not done yet"), "circle", "plain"),
            "met": (_("Done in time"), "check2", "ok"),
        },
    )
