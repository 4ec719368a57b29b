"""Who reports what: topics in rows, accounts in columns; says, is silent, says otherwise.

Each cell that says something quotes the sentence it rests on. Accounts are evidence: only the co-signed
minutes count.

Spec: registers 2.2, 3.4; R53.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mithaq.registers.sources.rules.sentences import split_sentences
from mithaq.registers.sources.rules.topics import TOPICS, Topic
from mithaq.registers.sources.rules.values import Paragraph

MOST_QUOTED: Final = 600


class Says(StrEnum):
    """What an account does with a topic."""

    SAYS = "says"
    SILENT = "silent"
    OTHERWISE = "says_otherwise"


@dataclass(frozen=True, slots=True)
class Report:
    """What one account says on one topic: a variant and the sentence. One account may report several."""

    topic: str
    variant: str
    start: int
    end: int
    exact: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One account on one topic."""

    source_id: str
    state: Says
    reports: Sequence[Report]


@dataclass(frozen=True, slots=True)
class Row:
    """One topic over all accounts."""

    topic: Topic
    cells: Sequence[Cell]

    @property
    def differs(self) -> bool:
        """Whether two accounts report it differently, or one reports what another leaves out."""
        return len({(cell.state, frozenset(one.variant for one in cell.reports)) for cell in self.cells}) > 1

    @property
    def contradicts(self) -> bool:
        """Whether an account says otherwise than another."""
        return any(cell.state is Says.OTHERWISE for cell in self.cells)


def report_topics(raw: str, paragraphs: Sequence[Paragraph]) -> list[Report]:
    """What a text says on each topic: the first sentence of each variant, in its content alone."""
    content = [one for one in paragraphs if one.is_content]
    # A headline is quoted only where no sentence below it says the same.
    content.sort(key=lambda one: one.is_title)
    places = [place for one in content for place in split_sentences(raw, one)]
    sentences = [(start, end, raw[start : min(end, start + 4_000)]) for start, end in places]
    found: list[Report] = []
    for topic in TOPICS:
        taken: set[tuple[int, int]] = set()
        for variant in topic.variants:
            for start, end, sentence in sentences:
                if (start, end) in taken:
                    continue
                if _is_cued(sentence, variant.cues):
                    last = min(end, start + MOST_QUOTED)
                    found.append(Report(topic.id, variant.id, start, last, raw[start:last]))
                    taken.add((start, end))
                    break
    return found


def _is_cued(sentence: str, cues: Sequence[Sequence[re.Pattern[str]]]) -> bool:
    """Whether all parts of one of the cues are there. Asked for each sentence and variant: plain loops."""
    for cue in cues:
        for part in cue:
            if part.search(sentence) is None:
                break
        else:
            return True
    return False


def compare_accounts(accounts: Sequence[tuple[str, Sequence[Report]]]) -> list[Row]:
    """The table over accounts (id, reports), in the order of the topics; topics nobody names are left out.

    An account says otherwise when it shares no variant with what most accounts report; where two stand
    against two, or one against one, the one that comes first is what the others are held against.
    """
    rows = []
    for topic in TOPICS:
        cells = [
            (source_id, [one for one in reports if one.topic == topic.id]) for source_id, reports in accounts
        ]
        if not any(reports for _, reports in cells):
            continue
        common = _most_reported([[one.variant for one in reports] for _, reports in cells])
        rows.append(
            Row(topic, [Cell(source_id, _state_of(reports, common), reports) for source_id, reports in cells])
        )
    return rows


def _most_reported(variants: Sequence[Sequence[str]]) -> str:
    counted = Counter(one for each in variants for one in dict.fromkeys(each))
    most = max(counted.values())
    return next(one for each in variants for one in each if counted[one] == most)


def _state_of(reports: Sequence[Report], common: str) -> Says:
    if not reports:
        return Says.SILENT
    return Says.SAYS if any(one.variant == common for one in reports) else Says.OTHERWISE
