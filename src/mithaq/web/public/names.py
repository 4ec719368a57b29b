"""Words of the pages for codes of the record. A code without a word is shown as it is."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS: Mapping[str, Promise] = {
    "agreements.agreement": _("Agreement"),
    "agreements.amendment": _("Amendment"),
    "agreements.exchange_of_notes": _("Exchange of notes"),
    "agreements.framework": _("Framework agreement"),
    "agreements.terms_of_reference": _("Terms of reference"),
    "agreements.scope_decision": _("Decision on scope"),
    "meetings.mandate": _("Mandate"),
    "meetings.agenda": _("Agenda"),
    "meetings.minutes": _("Minutes"),
    "meetings.communique": _("Communiqué"),
}
STATES: Mapping[str, Promise] = {
    "signed": _("Signed"),
    "in_force": _("In force"),
    "suspended": _("Suspended"),
    "superseded": _("Superseded"),
    "terminated": _("Terminated"),
}


def name_kind(code: str) -> Promise | None:
    """The word for an ``object_kind``; None when there is none."""
    return KINDS.get(code)


def name_state(code: str) -> Promise | None:
    """The word for a state of a signed version; None when there is none."""
    return STATES.get(code)
