"""What a version of a decision on scope opens, and when.

Spec: docs/spec 15.6.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from mithaq.core.instruments.entry_into_force import start_of_day
from mithaq.core.instruments.state import State, Version
from mithaq.errors import MalformedError
from mithaq.node.scope import Opened
from mithaq.registers.agreements.rules.fields import read_words
from mithaq.registers.agreements.rules.kinds import SCOPE_DECISION
from mithaq.registers.agreements.rules.texts import check_scope_decision

Span = tuple[datetime, datetime | None]


def list_spans(version: Version) -> Iterator[Opened]:
    """The spans in which it is in force and its day has come; none while it does not bind.

    A version of a partner that does not keep to its kind opens nothing.
    """
    manifest, entered_on = version.manifest, version.entry_into_force_on
    if manifest.object_kind != SCOPE_DECISION or version.state is not State.SIGNED or entered_on is None:
        return
    data = manifest.data or {}
    try:
        check_scope_decision(data)
    except MalformedError:
        return
    registers, zone = frozenset(read_words(data, "registers")), manifest.effect.zone
    first_on = max(entered_on, date.fromisoformat(str(data["from_on"])))
    ends = [each.at for each in version.successions]
    if version.terminated_on is not None:
        ends.append(start_of_day(version.terminated_on, zone))
    whole = [(each.from_at, each.until_at) for each in version.suspensions if not each.scope]
    for from_at, until_at in _without(start_of_day(first_on, zone), min(ends, default=None), whole):
        yield Opened(frozenset(manifest.administrations), registers, from_at, until_at)


def _without(from_at: datetime, until_at: datetime | None, gaps: Sequence[Span]) -> Iterator[Span]:
    """What is left of a span without the gaps."""
    at: datetime | None = from_at
    for begins, ends in sorted(gaps, key=lambda gap: gap[0]):
        if at is None or (until_at is not None and begins >= until_at):
            break
        if begins > at:
            yield at, begins
        at = None if ends is None else max(at, ends)
    if at is not None and (until_at is None or at < until_at):
        yield at, until_at
