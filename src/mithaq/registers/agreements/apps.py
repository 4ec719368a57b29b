"""Django application of the register ``agreements``."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from mithaq.web.pages import RegisterPages


class AgreementsConfig(AppConfig):
    """Its label is the name of the register on the wire."""

    name = "mithaq.registers.agreements"
    label = "agreements"
    api = "mithaq.registers.agreements.api"
    pages = RegisterPages(
        name="agreements",
        label=_("Agreements"),
        icon="file-earmark-text",
        order=20,
        kinds={
            "agreements.agreement": _("Agreement"),
            "agreements.amendment": _("Amendment"),
            "agreements.exchange_of_notes": _("Exchange of notes"),
            "agreements.framework": _("Framework agreement"),
            "agreements.terms_of_reference": _("Terms of reference"),
            "agreements.scope_decision": _("Decision on scope"),
            "agreements.initialling": _("Initialling"),
        },
        states={
            "text_agreed": (_("Text agreed"), "check2-all", "info"),
            "provisionally_applied": (_("Applied provisionally"), "hourglass-split", "info"),
            "amended": (_("Amended"), "arrow-repeat", "plain"),
            "corrected": (_("Corrected"), "pencil", "plain"),
            "suspended_in_part": (_("Suspended in part"), "pause-circle", "warn"),
            "expired": (_("Expired"), "calendar-x", "plain"),
        },
    )
