"""Words and icons for kinds of acts, as a timeline tells them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class ActWord:
    """How an act is told."""

    word: Promise | str
    icon: str


ACTS: Final[Mapping[str, ActWord]] = {
    "instrument.propose": ActWord(_("Proposed"), "file-earmark-plus"),
    "instrument.counter": ActWord(_("Counter-proposal"), "arrow-left-right"),
    "instrument.sign": ActWord(_("Signed"), "pen"),
    "instrument.decline": ActWord(_("Declined"), "x-circle"),
    "instrument.withdraw": ActWord(_("Withdrawn"), "arrow-counterclockwise"),
    "instrument.notify": ActWord(_("Notified"), "envelope"),
    "instrument.suspend": ActWord(_("Suspended"), "pause-circle"),
    "instrument.resume": ActWord(_("Resumed"), "play-circle"),
    "instrument.denounce": ActWord(_("Denounced"), "slash-circle"),
    "instrument.supersede": ActWord(_("Replaced"), "arrow-repeat"),
    "note.send": ActWord(_("Sent"), "send"),
    "note.read": ActWord(_("Read"), "eye"),
    "note.accept": ActWord(_("Accepted"), "check2"),
    "note.clarify": ActWord(_("Clarification asked"), "question-circle"),
    "note.explain": ActWord(_("Explained"), "chat-left-quote"),
    "note.answer": ActWord(_("Answered"), "chat-left-text"),
    "note.refuse": ActWord(_("Refused"), "x-circle"),
    "note.extend": ActWord(_("More time given"), "clock-history"),
    "note.withdraw": ActWord(_("Withdrawn"), "arrow-counterclockwise"),
    "note.correct": ActWord(_("Corrected"), "pencil-square"),
    "note.close": ActWord(_("Closed"), "archive"),
    "release": ActWord(_("Released to another administration"), "share"),
    "receipt": ActWord(_("Receipt"), "check2-all"),
    "key.root": ActWord(_("Keys"), "key"),
    "key.revoke": ActWord(_("Key revoked"), "key"),
    "alarm.equivocation": ActWord(_("Alarm: two logs"), "exclamation-octagon"),
    "alarm.clock": ActWord(_("Alarm: clocks differ"), "clock"),
    "noop": ActWord(_("Log taken up again"), "arrow-repeat"),
}
NO_EFFECT: Final[Mapping[str, Promise]] = {
    "wrong_side": _("it is not for this side to do"),
    "not_addressed": _("the other side was not addressed"),
    "unknown_reply": _("it answers nothing that is known here"),
    "malformed_body": _("it is not filled in as it must be"),
    "out_of_state": _("the record was not in a state for it"),
    "final_state": _("the record had already ended"),
    "overtaken": _("it crossed an act that comes before it"),
    "revoked_key": _("the key that signed it has been revoked"),
    "attached": _("it came beside another answer and is kept with it"),
    "unknown_kind": _("no act of that kind is known here"),
    "unknown_version": _("it names no version that its author had before it"),
    "version_mismatch": _("its number and its content hash do not fit"),
    "other_object": _("its text is that of another record"),
    "other_signatories": _("other administrations sign that version"),
    "not_signatory": _("its author is no signatory"),
    "not_to_all": _("it was not addressed to every signatory"),
    "wrong_post": _("another post is to sign"),
    "own_proposal": _("who put it forward withdraws it and does not counter it"),
    "nothing_to_withdraw": _("there was nothing to withdraw"),
    "annulled": _("its author knew that the version had been withdrawn, declined or countered"),
    "too_late": _("it came too late: the last signatory had not seen it; denunciation is the way out"),
    "repeated": _("it says again what was said"),
    "not_asked": _("the text asks its author for no such notice"),
    "unknown_part": _("the text has no such part"),
}


def act_word(kind: str) -> ActWord:
    """How an act is told; an unknown kind by its code."""
    return ACTS.get(kind) or ActWord(kind, "circle")


def reason_word(code: str) -> Promise | str:
    """Why an act has no effect; an unknown reason by its code."""
    return NO_EFFECT.get(code, code)
