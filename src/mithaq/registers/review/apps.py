"""Django application of the register ``review``."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from mithaq.web.pages import RegisterPages


class ReviewConfig(AppConfig):
    """Its label is the name of the register on the wire."""

    name = "mithaq.registers.review"
    label = "review"
    api = "mithaq.registers.review.api"
    calendar = "mithaq.registers.review.views.dates.list_events"
    feed = "mithaq.registers.review.views.dates.list_feed_events"
    pages = RegisterPages(
        "review",
        _("Reviews of agreements"),
        "clipboard-check",
        22,
        kinds={
            "review.review_plan": _("Review campaign"),
            "review.review_outcome": _("Outcome of a review"),
            "review.review_opinion": _("Opinion of one side"),
            "review.review_deposit": _("Deposit of sealed opinions"),
        },
        notices="mithaq.registers.review.views.dates.list_notices",
        states={
            "review_open": (_("Opinions awaited"), "hourglass-split", "info"),
            "review_both_opined": (_("Both sides have given their opinion"), "people", "info"),
            "review_agreed": (_("Agreed"), "check2", "ok"),
            "review_disagreed": (_("No agreement"), "x-circle", "warn"),
            "review_closed": (_("Closed"), "archive", "plain"),
        },
    )
