"""What has a name: the value that the starting lists and the node's own names share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from mithaq.registers.sources.rules.values import AssertionType


class SpellingKind(StrEnum):
    """What a spelling is. ``SEEN_IN_PRESS`` is wrong and met all the same; it never makes a second entity."""

    OFFICIAL = "official"
    ALIAS = "alias"
    SEEN_IN_PRESS = "seen_in_press"
    SHORT = "short"


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way a name is written."""

    text: str
    kind: SpellingKind = SpellingKind.ALIAS


@dataclass(frozen=True, slots=True)
class Named:
    """A person, body, place or event with its names.

    Attributes:
        id: stable; of the starting lists, or of the directory.
        names: ``{"ar": …, "fr": …}``, and ``en`` where it differs.
        side: country code of whom it belongs to; empty when to nobody.
        roles: words that stand beside it.
        detail: of places ``city``, ``country``, ``region``, ``monument``; of bodies ``ministry``,
            ``service``, ``joint``, ``organisation``.
    """

    id: str
    type: AssertionType
    names: Mapping[str, str]
    spellings: Sequence[Spelling]
    side: str = ""
    roles: Sequence[str] = field(default=())
    detail: str = ""


def _spell(names: Sequence[str], kind: SpellingKind) -> list[Spelling]:
    return [Spelling(name, kind) for name in names]


def person(
    ident: str,
    side: str,
    arabic: str,
    french: str,
    *,
    also: Sequence[str] = (),
    seen: Sequence[str] = (),
    short: Sequence[str] = (),
    roles: Sequence[str] = (),
) -> Named:
    """A person of the starting list."""
    spellings = [
        *_spell((arabic, french), SpellingKind.OFFICIAL),
        *_spell(also, SpellingKind.ALIAS),
        *_spell(seen, SpellingKind.SEEN_IN_PRESS),
        *_spell(short, SpellingKind.SHORT),
    ]
    return Named(ident, AssertionType.PERSON, {"ar": arabic, "fr": french}, spellings, side, roles)


def thing(
    kind: AssertionType,
    ident: str,
    side: str,
    detail: str,
    names: tuple[str, str, str],
    *,
    also: Sequence[str] = (),
    seen: Sequence[str] = (),
) -> Named:
    """A body, place or event of the starting lists; ``names`` in Arabic, French, English."""
    arabic, french, english = names
    spellings = [
        *_spell(tuple(dict.fromkeys(names)), SpellingKind.OFFICIAL),
        *_spell(also, SpellingKind.ALIAS),
        *_spell(seen, SpellingKind.SEEN_IN_PRESS),
    ]
    return Named(ident, kind, {"ar": arabic, "fr": french, "en": english}, spellings, side, (), detail)
