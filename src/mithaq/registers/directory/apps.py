"""Django application of the register ``directory``."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from mithaq.web.pages import RegisterPages


class DirectoryConfig(AppConfig):
    """Its label is the name of the register on the wire."""

    name = "mithaq.registers.directory"
    label = "directory"
    api = "mithaq.registers.directory.api"
    pages = RegisterPages(
        name="directory",
        label=_("Directory"),
        icon="people",
        order=50,
        quiet_kinds=("directory.card",),
        kinds={"directory.card": _("Card")},
        subject_page=("directory-entity", "entity_id"),
        notices="mithaq.registers.directory.views.duty.notices",
        states={
            "active": (_("Active"), "check-circle", "ok"),
            "ended": (_("Ended"), "calendar-x", "plain"),
            "revoked": (_("Revoked"), "slash-circle", "late"),
            "reversed": (_("Taken back"), "arrow-counterclockwise", "plain"),
            "on_duty": (_("On duty"), "phone", "ok"),
            "duty_gap": (_("Nobody on duty"), "exclamation-triangle", "late"),
            "duty_gap_soon": (_("Gap within a day"), "hourglass-split", "warn"),
            "replaced": (_("Replaced by a newer card"), "arrow-repeat", "plain"),
            "acting": (_("Acting"), "person-lines-fill", "info"),
            "signed_proxy": (_("By proxy"), "pen", "info"),
            "signed_other_person": (
                _("By another person than the holder of that day, without a proxy"),
                "exclamation-triangle",
                "late",
            ),
            "signed_no_holder": (_("The directory names no holder for that day"), "question-circle", "warn"),
            "signed_unknown_post": (_("The directory has no card of that post"), "question-circle", "warn"),
        },
    )
