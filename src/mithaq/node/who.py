"""Who is who: what the register of the directory answers to the rest of the program.

Other registers and the shell ask through this contract alone; no register imports another.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from mithaq.core.names import NameIndex


class EntityType(StrEnum):
    """What a named thing is. Only persons are proposed by sound; the others have aliases alone."""

    PERSON = "person"
    BODY = "body"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class NamedEntity:
    """A person, body or place that this node knows by name.

    Attributes:
        entity_id: ``administration/card/id`` of a card, ``local/type/id`` of what this node keeps itself.
        names: best name by language, as ``{"ar": …, "fr": …}``.
        spellings: every spelling that people keep, of both scripts.
        roles: words that stand beside it in texts (labels of posts), both scripts.
    """

    entity_id: str
    type: EntityType
    names: Mapping[str, str]
    spellings: Sequence[str]
    roles: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Seat:
    """Where an organisation is, and the name of its time zone."""

    place: str
    tzid: str


@dataclass(frozen=True, slots=True)
class PostAt:
    """A post of an administration at a moment: what ``holders_of`` is asked."""

    administration: str
    post: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Holder:
    """Who held a post on a day.

    Attributes:
        label: of the post, by language.
        person: id of the person's card.
        names: of the person, by language; empty when the card of the person is not here.
        object_id: note of the holding; empty when unknown.
    """

    label: Mapping[str, str]
    person: str
    names: Mapping[str, str]
    from_on: date | None
    to_on: date | None
    acting: bool
    object_id: str


class Standing(StrEnum):
    """How a signing stands to the directory at the time of the act. The key is judged by the roster."""

    HOLDER = "holder"
    PROXY = "proxy"
    NO_HOLDER = "no_holder"
    OTHER_PERSON = "other_person"
    UNKNOWN_POST = "unknown_post"


@dataclass(frozen=True, slots=True)
class SigningJudgement:
    """A signing beside the directory.

    Attributes:
        holder: of the day, if the directory names one.
        proxy: note of the proxy card that covers it; empty without one.
    """

    standing: Standing
    holder: Holder | None = None
    proxy: str = ""


class WhoIsWho(Protocol):
    """What the directory answers."""

    def holder_of(self, administration: str, post: str, at: datetime) -> Holder | None:
        """Who held the post on the day of ``at``, by the calendar of the administration's seat."""
        ...

    def holders_of(self, asked: Collection[PostAt]) -> Mapping[PostAt, Holder]:
        """As ``holder_of``, for a whole page with a fixed count of queries; unknown ones are left out."""
        ...

    def judge_signing(self, asked: PostAt, holder: str, act_kind: str) -> SigningJudgement:
        """How an act of ``post`` by the pseudonym ``holder`` stands to holdings and proxies at its time."""
        ...

    def judge_signings(self, asked: Sequence[tuple[PostAt, str, str]]) -> Sequence[SigningJudgement]:
        """As ``judge_signing`` for a whole page, (post, pseudonym, kind) each, in their order."""
        ...

    def label_of(self, administration: str, post: str) -> Mapping[str, str]:
        """The post by language; empty when there is no card."""
        ...

    def labels_of(self, asked: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], Mapping[str, str]]:
        """As ``label_of``, for a whole page in one query; those without a card are left out."""
        ...

    def posts_of(
        self, administrations: Collection[str], on: date, limit: int
    ) -> Mapping[str, Sequence[tuple[str, Mapping[str, str]]]]:
        """Administration -> (id, label by language) of its posts that stand on a day, in one query.

        At most ``limit`` of each; an administration without a post is left out.
        """
        ...

    def seat_of(self, administration: str) -> Seat | None:
        """Where the administration is."""
        ...

    def entities(self) -> Sequence[NamedEntity]:
        """Everyone and everything with a name, ordered by id."""
        ...

    def names(self) -> NameIndex:
        """The same as an index to ask; bodies and places answer to aliases alone."""
        ...
