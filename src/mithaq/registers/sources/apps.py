"""Django application of the register ``sources``."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from mithaq.web.pages import RegisterPages


class SourcesConfig(AppConfig):
    """Its label is the name of the register on the wire."""

    name = "mithaq.registers.sources"
    label = "sources"
    api = "mithaq.registers.sources.api"
    pages = RegisterPages(
        name="sources",
        label=_("Sources"),
        icon="newspaper",
        order=40,
        kinds={"sources.source": _("Public source")},
        subject_page=("sources-show", "source_id"),
    )
