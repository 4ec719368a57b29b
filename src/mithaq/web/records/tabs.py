"""The way between the pages of one record."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.web.records.record import Record


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of a record."""

    label: Promise
    icon: str
    url: str
    is_here: bool


def tabs_of(record: Record, here: str) -> list[Tab]:
    """The pages of a record; ``here`` is ``detail``, ``text``, ``timeline``, ``diff`` or ``proof``."""
    pages = [("detail", _("Overview"), "card-checklist")]
    if record.instrument is not None:
        pages.append(("text", _("Text"), "layout-split"))
        if len(record.instrument.versions) > 1:
            pages.append(("diff", _("Versions compared"), "file-diff"))
    pages += [("timeline", _("Timeline"), "clock-history"), ("proof", _("Proof"), "shield-check")]
    return [
        Tab(label, icon, reverse(f"{record.register}-{name}", args=[record.object_id]), name == here)
        for name, label, icon in pages
    ]
