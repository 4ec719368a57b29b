"""Decisions of people on spellings: confirm, reject, take back. Nothing else links anything.

These are rows of the local journal; no partner may ever see them.

Spec: docs/spec 17.7; registers 3.12.3.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from mithaq.core.names import Score, check_name
from mithaq.errors import ConflictError, MalformedError, MissingError
from mithaq.node.who import EntityType
from mithaq.registers.directory.rules.values import Name, NameKind, read_names

MAX_REASON: Final = 500
_ENTITY: Final = re.compile(r"[a-z0-9-]{2,64}/[a-z]{4,16}/[a-z0-9](?:[a-z0-9._-]{0,98}[a-z0-9])?", re.ASCII)


class EntryKind(StrEnum):
    """Kinds of journal entries of this register."""

    ENTITY_ADDED = "entity.added"
    ALIAS_ADDED = "alias.added"
    ALIAS_CONFIRMED = "alias.confirmed"
    ALIAS_REJECTED = "alias.rejected"
    DECISION_REVERSED = "decision.reversed"


ALIAS_KINDS: Final = frozenset({EntryKind.ALIAS_ADDED, EntryKind.ALIAS_CONFIRMED})
DECISION_KINDS: Final = ALIAS_KINDS | {EntryKind.ALIAS_REJECTED}


@dataclass(frozen=True, slots=True)
class LocalEntity:
    """A person, body or place that this node knows without a card."""

    type: EntityType
    local_id: str
    names: tuple[Name, ...]

    @property
    def entity_id(self) -> str:
        """Its id among all entities."""
        return f"local/{self.type}/{self.local_id}"

    def body(self) -> dict[str, Any]:
        """Of the journal entry."""
        return {"type": str(self.type), "id": self.local_id, "names": [one.encode() for one in self.names]}


@dataclass(frozen=True, slots=True)
class AliasDecision:
    """A spelling and what a person says about it.

    Attributes:
        score: what was shown when it was decided; None for an alias typed by hand.
    """

    kind: EntryKind
    entity_id: str
    name: Name
    reason: str
    score: Score | None = None

    def body(self) -> dict[str, Any]:
        """Of the journal entry: the spelling, the reason, and the evidence that was on the page."""
        found: dict[str, Any] = {**self.name.encode(), "reason": self.reason}
        if self.score is not None:
            found["score"] = round(self.score.value, 4)
            found["steps"] = [
                {"a": one.a, "b": one.b, "cost": round(one.cost, 4), "reason": str(one.reason)}
                for one in self.score.steps
            ]
        return found


def check_entity_id(text: str) -> str:
    """Give back an id of an entity.

    Raises:
        MalformedError: ``entity_id``.
    """
    if _ENTITY.fullmatch(text) is None:
        raise MalformedError("entity_id", "this is no id of a person, body or place")
    return text


def make_entity(type_: str, local_id: str, names: object) -> LocalEntity:
    """A local person, body or place.

    Raises:
        MalformedError: ``entity_type``, ``entity_id``; or as ``read_names``.
    """
    try:
        known = EntityType(type_)
    except ValueError as error:
        raise MalformedError("entity_type", "an entity is a person, a body or a place") from error
    check_entity_id(f"local/{known}/{local_id}")
    return LocalEntity(known, local_id, read_names(names))


def make_decision(
    kind: EntryKind, entity_id: str, text: str, name_kind: NameKind, reason: str, score: Score | None = None
) -> AliasDecision:
    """A decision of a person on a spelling; the language follows from the script.

    Raises:
        MalformedError: ``entity_id``, ``alias_reason``; or as ``check_name``.
        ConflictError: ``not_a_decision`` for another kind of entry.
    """
    if kind not in DECISION_KINDS:
        raise ConflictError("not_a_decision", "that is no decision on a spelling")
    if len(reason) > MAX_REASON:
        raise MalformedError("alias_reason", f"a reason has at most {MAX_REASON} characters")
    return AliasDecision(kind, check_entity_id(entity_id), make_name(text, name_kind), reason, score)


def make_name(text: str, kind: NameKind) -> Name:
    """A spelling with the script that its letters have.

    Raises:
        MalformedError: as ``check_name``.
    """
    check_name(text)
    is_arabic = any("\u0600" <= letter <= "\u06ff" for letter in text)
    return Name(text, "ar" if is_arabic else "fr", "arab" if is_arabic else "latn", kind)


def check_reversal(decision: Mapping[str, Any] | None, *, is_reversed: bool) -> None:
    """Whether a decision can be taken back.

    Raises:
        MissingError: ``decision_missing``.
        ConflictError: ``decision_reversed``.
    """
    if decision is None:
        raise MissingError("decision_missing", "there is no such decision here")
    if is_reversed:
        raise ConflictError("decision_reversed", "that decision was taken back already")
