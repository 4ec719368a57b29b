"""Django application of the register ``requests``."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from mithaq.web.pages import RegisterPages


class RequestsConfig(AppConfig):
    """Its label is the name of the register on the wire."""

    name = "mithaq.registers.requests"
    label = "requests"
    pages = RegisterPages(
        name="requests",
        label=_("Requests"),
        icon="chat-left-text",
        order=40,
        kinds={
            "requests.request": _("Request"),
            "requests.preservation_request": _("Preservation request"),
            "requests.spontaneous_information": _("Spontaneous information"),
            "requests.early_warning": _("Early warning"),
            "requests.delay_notice": _("Notice of delay"),
            "requests.outcome": _("Outcome"),
        },
    )
