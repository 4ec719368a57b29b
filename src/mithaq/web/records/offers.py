"""What a person may do with a record now: judged by the rules of the record themselves, and by the policy."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.core.acts.kinds import Kind
from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.core.instruments.decide import decide
from mithaq.core.instruments.state import Version
from mithaq.core.notes.bodies import Expects
from mithaq.core.notes.decide import decide_reply
from mithaq.errors import MithaqError
from mithaq.node.append.submit import Desk
from mithaq.web.outgoing.rules import way_of
from mithaq.web.records.corrections import body_now, find_places
from mithaq.web.records.record import Record
from mithaq.web.records.rights import may_do
from mithaq.web.runtime import get_node


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be done.

    Attributes:
        name: in the address.
        kind: of the act that it becomes.
        sample: a body of that kind that the rules judge in place of the one still to be written.
        is_main: whether its button stands out.
    """

    name: str
    kind: str
    label: Promise
    icon: str
    sample: Mapping[str, Any]
    is_main: bool = False


NOTE_OFFERS: Final = (
    Offer("read", Kind.NOTE_READ, _("Say that it was read"), "eye", {}),
    Offer("accept", Kind.NOTE_ACCEPT, _("Take in hand"), "check-lg", {}, is_main=True),
    Offer("answer", Kind.NOTE_ANSWER, _("Answer it"), "reply", {"answers": [], "final": True}, is_main=True),
    Offer("clarify", Kind.NOTE_CLARIFY, _("Ask for clarification"), "question-circle", {"text": "."}),
    Offer("refuse", Kind.NOTE_REFUSE, _("Refuse"), "x-lg", {"ground": "not_available"}),
    Offer("explain", Kind.NOTE_EXPLAIN, _("Clarify"), "chat-left-text", {"text": "."}, is_main=True),
    Offer("extend", Kind.NOTE_EXTEND, _("Give more time"), "clock-history", {"add_s": 1}),
    Offer(
        "close",
        Kind.NOTE_CLOSE,
        _("Close with its outcome"),
        "archive",
        {"outcome": "none_yet"},
        is_main=True,
    ),
    Offer(
        "correct",
        Kind.NOTE_CORRECT,
        _("Correct it"),
        "pencil",
        {"fields": {"text": "."}, "reason": "."},
    ),
    Offer("withdraw", Kind.NOTE_WITHDRAW, _("Withdraw"), "arrow-counterclockwise", {"reason": "."}),
)
INSTRUMENT_OFFERS: Final = (
    Offer("sign", InstrumentKind.SIGN, _("Sign"), "pen", {}, is_main=True),
    Offer(
        "notify", InstrumentKind.NOTIFY, _("Notify: internal procedure done"), "send-check", {}, is_main=True
    ),
    Offer("decline", InstrumentKind.DECLINE, _("Decline"), "x-lg", {}),
    Offer("withdraw", InstrumentKind.WITHDRAW, _("Withdraw"), "arrow-counterclockwise", {}),
    Offer("suspend", InstrumentKind.SUSPEND, _("Suspend"), "pause-circle", {"ground": "."}),
    Offer("resume", InstrumentKind.RESUME, _("Resume"), "play-circle", {}, is_main=True),
    Offer("denounce", InstrumentKind.DENOUNCE, _("Denounce"), "slash-circle", {}),
)
_ONLY_WITH: Final = {
    Kind.NOTE_ACCEPT: (Expects.ACK, Expects.ANSWER),
    Kind.NOTE_ANSWER: (Expects.ANSWER,),
    Kind.NOTE_CLARIFY: (Expects.ANSWER, Expects.ACK),
    Kind.NOTE_REFUSE: (Expects.ANSWER,),
    Kind.NOTE_EXTEND: (Expects.ANSWER, Expects.ACK),
}
_WITH_VERSION: Final = (InstrumentKind.SIGN, InstrumentKind.DECLINE, InstrumentKind.WITHDRAW)


def list_offers(request: HttpRequest, record: Record) -> list[Offer]:
    """Everything that this person may begin with the record, in the order of the page."""
    found = _of_note(record) if record.instrument is None else _of_instrument(request, record)
    return [offer for offer in found if may_do(request, way_of(offer.kind).start, record.protected)]


def standing_body(version: Version, kind: str) -> dict[str, Any]:
    """What an act on a version names it by."""
    body: dict[str, Any] = {"content_hash": version.content_hash}
    return {**body, "version": version.number} if kind in _WITH_VERSION else body


def _of_note(record: Record) -> Iterator[Offer]:
    node = get_node()
    _first, state = Desk(node).note_state(record.object_id, with_pending=True)
    for offer in NOTE_OFFERS:
        if state.terms.expects not in _ONLY_WITH.get(Kind(offer.kind), tuple(Expects)):
            continue
        try:
            decide_reply(state, offer.kind, offer.sample, node.identity.code)
        except MithaqError:
            continue
        if offer.kind != Kind.NOTE_CORRECT or any(find_places(body_now(record))):
            yield offer


def _of_instrument(request: HttpRequest, record: Record) -> Iterator[Offer]:
    node = get_node()
    state = record.instrument
    if state is None or state.latest is None:
        return
    act_id = Desk(node).new_object_id()
    for offer in INSTRUMENT_OFFERS:
        kind = InstrumentKind(offer.kind)
        try:
            decide(
                state,
                kind,
                {**standing_body(state.latest, kind), **offer.sample},
                author=node.identity.code,
                post=getattr(request, "acting_post", ""),
                at=node.clock.now(),
                act_id=act_id,
            )
        except MithaqError:
            continue
        yield offer
