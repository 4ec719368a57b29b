"""Django application of the register ``roadmap``."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from mithaq.web.pages import RegisterPages


class RoadmapConfig(AppConfig):
    """Its label is the name of the register on the wire."""

    name = "mithaq.registers.roadmap"
    label = "roadmap"
    api = "mithaq.registers.roadmap.api"
    calendar = "mithaq.registers.roadmap.views.month.list_events"
    feed = "mithaq.registers.roadmap.views.exports.feed_events"
    pages = RegisterPages(
        "roadmap",
        _("Roadmap"),
        "signpost",
        32,
        kinds={
            "roadmap.roadmap": _("Roadmap"),
            "roadmap.progress_report": _("Progress report"),
            "roadmap.at_risk": _("Line at risk"),
            "roadmap.final_report": _("Final report"),
        },
        notices="mithaq.registers.roadmap.views.notices.list_notices",
        tour="mithaq.registers.roadmap.views.tour.list_steps",
        changes="mithaq.registers.roadmap.views.changes.tell_changes",
        states={
            "planned": (_("Planned"), "circle", "plain"),
            "in_progress": (_("In progress"), "play-circle", "info"),
            "reported_done": (_("Reported done"), "send-check", "warn"),
            "returned": (_("Returned"), "reply", "late"),
            "dropped": (_("Dropped"), "slash-circle", "plain"),
            "report_due": (_("Report due"), "bell", "warn"),
            "co_signed": (_("Co-signed"), "file-check", "ok"),
        },
    )
