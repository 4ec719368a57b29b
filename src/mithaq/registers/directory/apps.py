"""Django application of the register ``directory``."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from mithaq.web.pages import RegisterPages


class DirectoryConfig(AppConfig):
    """Its label is the name of the register on the wire."""

    name = "mithaq.registers.directory"
    label = "directory"
    pages = RegisterPages(
        name="directory",
        label=_("Directory"),
        icon="people",
        order=50,
        kinds={
            "directory.card": _("Card"),
        },
    )
