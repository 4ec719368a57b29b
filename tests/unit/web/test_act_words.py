"""Every reason for which an act changes nothing is told in words."""

from mithaq.core.instruments.state import NoEffect
from mithaq.core.notes.standing import NoEffectReason
from mithaq.web.records.act_words import NO_EFFECT


def test_no_reason_is_told_by_its_code() -> None:
    assert {*map(str, NoEffect), *map(str, NoEffectReason)} <= NO_EFFECT.keys()
