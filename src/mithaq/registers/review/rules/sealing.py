"""Sealed opinions: who has given what, what may be opened now, and whose deposit does not hold.

A side appends its opinion unreleased: its commitment stands in the log, and says nothing. It names place and
commitment to the others in a deposit. Once every other side has deposited, it opens its own by a ``release``
act. So nobody can fit an opinion to that of the others, and whoever deposits one thing and opens another, or
opens nothing, is seen.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class SideWord(StrEnum):
    """How far one side has come with one agreement."""

    NONE = "none"
    SEALED = "sealed"
    """In the own log and told to nobody: only the own side knows of it."""
    DEPOSITED = "deposited"
    OPENED = "opened"
    """Opened by us, not yet delivered."""
    GIVEN = "given"


class Doubt(StrEnum):
    """What is wrong with what a side has deposited or opened. A mark: no state hangs on it."""

    FALSE_DEPOSIT = "false_deposit"
    """The commitment named is not the one that its log holds at that place."""
    SECOND_DEPOSIT = "second_deposit"
    """Another place was named later for the same agreement; the first one counts."""
    OTHER_CONTENT = "other_content"
    """What was opened at that place is no opinion on this agreement."""
    OTHER_PLACE = "other_place"
    """An opinion on this agreement was opened or sent that was never deposited."""
    NOT_OPENED = "not_opened"
    """The other sides have opened theirs, and this one has not."""


@dataclass(frozen=True, slots=True)
class Deposit:
    """One line of a deposit.

    Attributes:
        index, commitment: the place named in the log of ``by``, and C in hex.
        at_index: place of the deposit itself in the log of ``by``.
        delivered_at: when its recipient had it; None while that is not known.
        is_true: whether the leaf at that place holds that commitment; None where it is not known yet.
        is_other: whether the act at that place can be read here and is no opinion on this agreement.
    """

    by: str
    agreement: str
    index: int
    commitment: str
    at_index: int
    delivered_at: datetime | None = None
    is_true: bool | None = None
    is_other: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """An opinion that can be read here.

    Attributes:
        index, commitment: its place in the log of ``by``, and C in hex.
        is_sealed: whether it was appended to nobody.
        is_opened: whether a ``release`` act of it is here; a plain opinion needs none.
        delivered_at: when the other side had it: of the opinion, or of the act that opened it.
    """

    object_id: str
    by: str
    agreement: str
    body: Mapping[str, Any]
    index: int
    commitment: str
    is_sealed: bool = False
    is_opened: bool = True
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """One side and one agreement.

    Attributes:
        opinion: what may be shown of it here; that of another side only once it is opened.
        deposit: the one that counts.
        sealed: the own opinion that is not opened yet.
        doubts: sorted.
    """

    by: str
    word: SideWord
    opinion: Given | None = None
    deposit: Deposit | None = None
    sealed: Given | None = None
    doubts: tuple[Doubt, ...] = ()

    @property
    def is_bound(self) -> bool:
        """Whether nothing that it learns now can change its opinion."""
        if self.word is SideWord.GIVEN:
            return True
        return self.deposit is not None and self.deposit.is_true is True


def judge_side(by: str, deposits: Iterable[Deposit], opinions: Iterable[Given]) -> Side:
    """One side from its deposits and opinions on one agreement, in the order of its log."""
    told = sorted(deposits, key=lambda each: each.at_index)
    known = sorted(opinions, key=lambda each: each.index)
    if not told:
        return _judge_undeposited(by, known)
    first = told[0]
    match = next((each for each in known if _is_at(each, first)), None)
    doubts = _find_doubts(told, known)
    if match is None or not match.is_opened:
        return Side(by, SideWord.DEPOSITED, None, first, match, doubts)
    word = SideWord.GIVEN if match.delivered_at is not None else SideWord.OPENED
    return Side(by, word, match, first, None, doubts)


def _judge_undeposited(by: str, known: Sequence[Given]) -> Side:
    """Without a deposit the latest opinion that was sent plainly counts, else our own under seal."""
    plain = [each for each in known if not each.is_sealed]
    if plain:
        last = plain[-1]
        return Side(by, SideWord.GIVEN if last.delivered_at is not None else SideWord.OPENED, last)
    opened = any(each.is_opened for each in known)
    doubts = (Doubt.OTHER_PLACE,) if opened else ()
    sealed = next((each for each in known if not each.is_opened), None)
    return Side(by, SideWord.SEALED if sealed else SideWord.NONE, sealed=sealed, doubts=doubts)


def _is_at(opinion: Given, deposit: Deposit) -> bool:
    return (opinion.index, opinion.commitment) == (deposit.index, deposit.commitment)


def _find_doubts(told: Sequence[Deposit], known: Sequence[Given]) -> tuple[Doubt, ...]:
    first = told[0]
    found = set()
    if first.is_true is False:
        found.add(Doubt.FALSE_DEPOSIT)
    if any((each.index, each.commitment) != (first.index, first.commitment) for each in told):
        found.add(Doubt.SECOND_DEPOSIT)
    if first.is_other:
        found.add(Doubt.OTHER_CONTENT)
    if any(each.is_opened and not _is_at(each, first) for each in known):
        found.add(Doubt.OTHER_PLACE)
    return tuple(sorted(found))


def with_silence(own: Side, other: Side) -> Side:
    """The other side, with the mark of one that has not opened although we have, and it has that."""
    waits = other.word is SideWord.DEPOSITED and own.word is SideWord.GIVEN and own.deposit is not None
    if not waits:
        return other
    doubts = tuple(sorted({*other.doubts, Doubt.NOT_OPENED}))
    return Side(other.by, other.word, other.opinion, other.deposit, other.sealed, doubts)


def may_open(own: Side, others: Iterable[Side]) -> bool:
    """Whether our sealed opinion may be opened: ours is deposited, and every other side is bound."""
    return own.word is SideWord.DEPOSITED and own.sealed is not None and all(each.is_bound for each in others)


def may_deposit(own: Side) -> bool:
    """Whether our sealed opinion has yet to be named to the others."""
    return own.word is SideWord.SEALED and own.sealed is not None
