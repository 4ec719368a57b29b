"""Look-up of a name among known spellings: exact after folding, else a proposal with its reasons.

Spec: registers 3.12.3.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from mithaq.core.names.distance import Reason, Step
from mithaq.core.names.fold import fold
from mithaq.core.names.score import Score, at_most, score_words, value_of, value_of_word
from mithaq.core.names.words import Word, skeleton

LINK_SCORE: Final = 0.70
LINK_MARGIN: Final = 0.05
SHOWN_SCORE: Final = 0.55
"""Least score worth showing under "did you mean"; below ``LINK_SCORE`` it is never a link proposal."""

SURNAME_COST: Final = 0.05
CLITIC_COST: Final = 0.02
_CLITICS: Final = frozenset("وفبلك")
_FEW_CONSONANTS: Final = 2
_LETTERS_AFTER_CLITIC: Final = 3


@dataclass(frozen=True, slots=True)
class Entity:
    """Someone or something with spellings.

    Attributes:
        by_alias_only: bodies, countries, cities: their names are translated, not transliterated, so
            sound says nothing and only an exact alias finds them.
        hints: role words, or ids of others named beside it, that bring it forward in ``context``.
    """

    entity_id: str
    spellings: Sequence[str]
    by_alias_only: bool = False
    hints: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """One entity that a text may name.

    Attributes:
        spelling: the known spelling that came nearest.
        score: 1 for an exact hit, with no steps.
        is_exact: equal to an alias after folding.
        is_link: the one that may be proposed as a link: exact, or at least 0.70 and 0.05 before the second
            entity. Never more than a proposal: a person links.
    """

    entity_id: str
    spelling: str
    score: Score
    is_exact: bool = False
    is_link: bool = False


@dataclass(frozen=True, slots=True)
class _Spelling:
    entity: Entity
    text: str
    words: tuple[Word, ...]
    cost: float = 0.0


@dataclass(slots=True)
class _Tables:
    exact: dict[str, list[_Spelling]] = field(default_factory=lambda: defaultdict(list))
    blocks: dict[str, dict[Word, list[_Spelling]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )


class NameIndex:
    """Spellings of many entities, ready to be asked."""

    def __init__(self, entities: Iterable[Entity | tuple[str, Sequence[str]]]) -> None:
        self._tables = _Tables()
        for one in entities:
            entity = one if isinstance(one, Entity) else Entity(*one)
            for text in entity.spellings:
                self._add(entity, text)

    def _add(self, entity: Entity, text: str) -> None:
        words = () if entity.by_alias_only else skeleton(text)
        self._tables.exact[fold(text)].append(_Spelling(entity, text, words))
        self._add_to_blocks(_Spelling(entity, text, words))
        if len(words) > 1 and not words[-1].number:
            self._add_to_blocks(_Spelling(entity, text, words[-1:], SURNAME_COST))

    def _add_to_blocks(self, spelling: _Spelling) -> None:
        for word in set(spelling.words):
            self._tables.blocks[word.block][word].append(spelling)

    def propose(
        self, text: str, context: Collection[str] = (), *, least: float = SHOWN_SCORE
    ) -> list[Proposal]:
        """Entities that ``text`` may name, best first; one proposal an entity.

        An exact hit after folding ends the search. A score below ``LINK_SCORE``, or one too near to the
        second entity, is given for people to see and has ``is_link`` unset.

        Args:
            text: a name; a text longer than a name gives exact hits only.
            context: role words beside it and ids of entities named with it: they order equals and are
                needed to propose a name with fewer than two consonants.
            least: the lowest score to give.
        """
        exact = self._tables.exact.get(fold(text), ())
        if exact:
            return _mark_exact(exact)
        clitic, bare = _split_clitic(text)
        if clitic and fold(bare) in self._tables.exact:
            return [_with_clitic(one, clitic) for one in _mark_exact(self._tables.exact[fold(bare)])]
        return self._propose_by_sound(text, clitic, context, least)

    def _propose_by_sound(
        self, text: str, clitic: str, context: Collection[str], least: float
    ) -> list[Proposal]:
        words = skeleton(text)
        found = self._best_of_entities(words, least)
        if clitic:
            for entity, proposal in self._best_of_entities(skeleton(text[1:]), least).values():
                other = _with_clitic(proposal, clitic)
                known = found.get(entity.entity_id)
                if known is None or known[1].score.value < other.score.value:
                    found[entity.entity_id] = (entity, other)
        ranked = sorted(
            found.values(),
            key=lambda one: (-one[1].score.value, -_agreement(one[0], context), one[0].entity_id),
        )
        return _mark_link([proposal for _, proposal in ranked], words, has_context=bool(context))

    def _best_of_entities(self, words: tuple[Word, ...], least: float) -> dict[str, tuple[Entity, Proposal]]:
        best: dict[str, tuple[float, _Spelling]] = {}
        for spelling in self._candidates(words, least):
            value = max(0.0, value_of(words, spelling.words) - spelling.cost)
            known = best.get(spelling.entity.entity_id)
            if value >= least and (known is None or value > known[0]):
                best[spelling.entity.entity_id] = value, spelling
        return {
            entity_id: (one.entity, Proposal(entity_id, one.text, _score_spelling(words, one)))
            for entity_id, (_value, one) in best.items()
        }

    def _candidates(self, words: tuple[Word, ...], least: float) -> list[_Spelling]:
        """Spellings with a word alike enough: no name is more alike than its best pair of words."""
        seen: dict[int, _Spelling] = {}
        for word in words:
            for other, spellings in self._tables.blocks.get(word.block, {}).items():
                if at_most(word, other) >= least and value_of_word(word, other) >= least:
                    seen.update((id(one), one) for one in spellings)
        return list(seen.values())


def _mark_exact(exact: Sequence[_Spelling]) -> list[Proposal]:
    of_entity = {one.entity.entity_id: one for one in reversed(exact)}
    is_only = len(of_entity) == 1
    return [
        Proposal(entity_id, of_entity[entity_id].text, Score(1.0, ()), is_exact=True, is_link=is_only)
        for entity_id in sorted(of_entity)
    ]


def _split_clitic(text: str) -> tuple[str, str]:
    """An Arabic particle written with the first word, and the rest; empty where there is none."""
    first = text.split(" ", 1)[0]
    is_prefixed = len(first) > _LETTERS_AFTER_CLITIC and text[0] in _CLITICS
    return (text[0], text[1:]) if is_prefixed else ("", text)


def _with_clitic(proposal: Proposal, clitic: str) -> Proposal:
    step = Step(clitic, "", CLITIC_COST, Reason.CLITIC)
    value = max(0.0, proposal.score.value - CLITIC_COST)
    return replace(proposal, score=Score(value, (step, *proposal.score.steps)), is_exact=False)


def _score_spelling(words: tuple[Word, ...], spelling: _Spelling) -> Score:
    found = score_words(words, spelling.words)
    if not spelling.cost:
        return found
    step = Step("", "", spelling.cost, Reason.SURNAME)
    return Score(max(0.0, found.value - spelling.cost), (*found.steps, step))


def _agreement(entity: Entity, context: Collection[str]) -> int:
    wanted = {fold(word) for word in context}
    return sum(fold(hint) in wanted for hint in entity.hints)


def _mark_link(ranked: list[Proposal], words: tuple[Word, ...], *, has_context: bool) -> list[Proposal]:
    if not ranked:
        return []
    best = ranked[0]
    margin = best.score.value - ranked[1].score.value if len(ranked) > 1 else 1.0
    is_long_enough = sum(word.strong for word in words) >= _FEW_CONSONANTS or has_context
    is_link = best.score.value >= LINK_SCORE and margin >= LINK_MARGIN and is_long_enough
    return [replace(best, is_link=is_link), *ranked[1:]]
