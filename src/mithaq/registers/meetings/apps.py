"""Django application of the register ``meetings``."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from mithaq.web.pages import RegisterPages


class MeetingsConfig(AppConfig):
    """Its label is the name of the register on the wire."""

    name = "mithaq.registers.meetings"
    label = "meetings"
    pages = RegisterPages(
        name="meetings",
        label=_("Meetings"),
        icon="calendar-event",
        order=30,
        kinds={
            "meetings.mandate": _("Mandate"),
            "meetings.agenda": _("Agenda"),
            "meetings.minutes": _("Minutes"),
            "meetings.communique": _("Communiqué"),
            "meetings.invitation": _("Invitation"),
            "meetings.paper": _("Paper"),
            "meetings.comment": _("Comment"),
            "meetings.initialling": _("Initialling"),
            "meetings.statement": _("Statement"),
            "meetings.issue": _("Issue"),
            "meetings.action_report": _("Report on an action"),
            "meetings.own_communique": _("Communiqué of one side"),
        },
    )
