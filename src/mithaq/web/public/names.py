"""Words of the pages for codes of the record. A code without a word is shown as it is."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.core.instruments.next_step import Step
from mithaq.node.node import Node
from mithaq.node.registry import Primitive
from mithaq.web import pages

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


STEPS: Final[Mapping[Step, Promise]] = {
    Step.NOTIFICATION: _("Notification looked for"),
    Step.OTHER_TEXT: _("Entry into force together with another text"),
    Step.PROVISIONAL: _("Provisional application"),
    Step.ENTRY_INTO_FORCE: _("Entry into force"),
    Step.SUSPENSION: _("Suspension"),
    Step.RESUMPTION: _("Resumption"),
    Step.OBJECTION: _("Last day to object to the renewal"),
    Step.RENEWAL: _("Tacit renewal"),
    Step.LEAVING: _("A party leaves"),
    Step.REPLACEMENT: _("Replaced by another text"),
    Step.END: _("End"),
    Step.REVIEW: _("Review"),
}


def name_kind(code: str) -> Promise | None:
    """The word for an ``object_kind``; None when there is none."""
    return KINDS.get(code) or pages.name_kind(code)


def list_kinds(node: Node) -> list[tuple[str, Promise]]:
    """Every kind of instrument that this node knows, whether or not a text of it is public, with its word.

    All of them, always: which kinds have texts that are not public yet must not show.
    """
    kinds = {each.name: each for register in node.registry.registers for each in register.kinds}
    named = [
        (code, name_kind(code)) for code, kind in kinds.items() if kind.primitive is Primitive.INSTRUMENT
    ]
    return [(code, name) for code, name in named if name is not None]


def name_step(step: Step) -> Promise | None:
    """The word for what happens next; None when there is none."""
    return STEPS.get(step)


def name_state(code: str) -> Promise | None:
    """The word for a state of a signed version; None when there is none."""
    return STATES.get(code)
