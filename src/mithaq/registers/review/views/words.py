"""Words for where sides and reviews stand."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.registers.review.rules.sealing import Doubt, SideWord
from mithaq.registers.review.rules.standing import ReviewState

SIDES: Final[Mapping[SideWord, tuple[Promise, str]]] = {
    SideWord.NONE: (_("No opinion yet"), "circle"),
    SideWord.SEALED: (_("Sealed here, not deposited yet"), "lock"),
    SideWord.DEPOSITED: (_("Deposited, still closed"), "lock"),
    SideWord.OPENED: (_("Opened, on its way"), "unlock"),
    SideWord.GIVEN: (_("Given"), "check2"),
}
DOUBTS: Final[Mapping[Doubt, Promise]] = {
    Doubt.FALSE_DEPOSIT: _("Its deposit does not hold: its log has another act at that place."),
    Doubt.SECOND_DEPOSIT: _("It has deposited twice: the first deposit counts."),
    Doubt.OTHER_CONTENT: _("What stands at the place that it deposited is no opinion on this agreement."),
    Doubt.OTHER_PLACE: _("It has opened an opinion that it had not deposited."),
    Doubt.NOT_OPENED: _("It holds our opinion and has not opened its own."),
}
_OWN: Final = frozenset(str(each) for each in ReviewState)


def state_code(word: str) -> str:
    """The code under which the shell has the word of a review; that of the record for a plan not in force."""
    return f"review_{word}" if word in _OWN else word
