"""Words of every page for codes of the record. A code without a word is shown as it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.web.pages import installed_pages, name_kind


@dataclass(frozen=True, slots=True)
class StateWord:
    """How a state is told: never by colour alone.

    Attributes:
        tone: ``ok``, ``warn``, ``late``, ``info`` or ``plain``.
    """

    code: str
    word: Promise | str
    icon: str
    tone: str = "plain"


def _word(code: str, word: Promise, icon: str, tone: str = "plain") -> tuple[str, StateWord]:
    return code, StateWord(code, word, icon, tone)


STATES: Final[Mapping[str, StateWord]] = dict(
    (
        _word("draft", _("Draft"), "pencil"),
        _word("to_release", _("To release"), "hourglass-split", "warn"),
        _word("proposed", _("Proposed"), "file-earmark-text", "info"),
        _word("countered", _("Countered"), "arrow-left-right", "info"),
        _word("part_signed", _("Part signed"), "pen", "warn"),
        _word("signed", _("Signed"), "check2", "ok"),
        _word("in_force", _("In force"), "check-circle", "ok"),
        _word("suspended", _("Suspended"), "pause-circle", "warn"),
        _word("superseded", _("Superseded"), "arrow-repeat"),
        _word("terminated", _("Terminated"), "slash-circle"),
        _word("declined", _("Declined"), "x-circle", "late"),
        _word("withdrawn", _("Withdrawn"), "arrow-counterclockwise"),
        _word("sent", _("Sent"), "send", "info"),
        _word("delivered", _("Delivered"), "inbox", "info"),
        _word("read", _("Read"), "eye", "info"),
        _word("accepted", _("Accepted"), "check2", "ok"),
        _word("clarification", _("Clarification asked"), "question-circle", "warn"),
        _word("answered", _("Answered"), "chat-left-text", "ok"),
        _word("refused", _("Refused"), "x-circle", "late"),
        _word("closed", _("Closed"), "archive"),
    )
)
MARKS: Final[Mapping[str, StateWord]] = dict(
    (
        _word("overdue", _("Overdue"), "exclamation-triangle", "late"),
        _word("late", _("Late"), "exclamation-triangle", "late"),
        _word("at_risk", _("At risk"), "exclamation-triangle", "warn"),
        _word("part_answered", _("Answered in part"), "circle-half", "info"),
        _word("corrected", _("Corrected"), "pencil-square", "info"),
        _word("queued", _("Queued"), "hourglass-split", "warn"),
        _word("not_contested", _("Not contested"), "dash-circle"),
        _word("no_procedure", _("Default, not agreed"), "info-circle"),
        _word("time_disputed", _("Time disputed"), "clock", "warn"),
        _word("withdrawal_pending", _("Withdrawal pending"), "hourglass-split", "warn"),
        _word("initialled", _("Initialled"), "pen", "info"),
        _word("provisional", _("Provisional"), "hourglass-split", "warn"),
        _word("expired", _("Expired"), "calendar-x"),
        _word("outside_scope", _("Outside the agreed scope"), "exclamation-triangle", "warn"),
    )
)
HANDLING: Final[Mapping[str, Promise]] = {
    "clear": _("Clear"),
    "green": _("Green"),
    "amber": _("Amber"),
    "amber+strict": _("Amber, strict"),
    "red": _("Red"),
}


def state_word(code: str) -> StateWord:
    """How a state is told; an unknown one by its code."""
    return STATES.get(code) or _own_word(code)


def mark_word(code: str) -> StateWord:
    """How a mark is told; an unknown one by its code."""
    return MARKS.get(code) or _own_word(code)


def _own_word(code: str) -> StateWord:
    """The word of the first register, or other part of the shell, that has one; else the code."""
    for pages in installed_pages():
        if code in pages.states:
            return StateWord(code, *pages.states[code])
    for config in apps.get_app_configs():
        if code in (words := getattr(config, "state_words", {})):
            return StateWord(code, *words[code])
    return StateWord(code, code, "circle")


def kind_word(object_kind: str) -> Promise | str:
    """The word for a kind; an unknown one by its code."""
    return name_kind(object_kind) or object_kind
