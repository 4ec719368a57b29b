"""How far a chapter and a roadmap have come, and what each side has promised.

Spec: docs/spec/20-roadmap.md, "Progress".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mithaq.registers.roadmap.rules.plan import Chapter
from mithaq.registers.roadmap.rules.standing import LineStanding, LineState


@dataclass(frozen=True, slots=True)
class Progress:
    """A chapter in figures.

    Attributes:
        percent: whole, 0 to 100; None without a line that counts.
        accepted, late: counts of its lines.
    """

    chapter: Chapter
    percent: int | None
    lines: tuple[LineStanding, ...]
    accepted: int
    late: int


def mean_percent(standings: Iterable[LineStanding]) -> int | None:
    """The weighted mean, halves rounded up; a line without a value counts as 0, a dropped one not at all."""
    counted = [each for each in standings if each.state is not LineState.DROPPED]
    weights = sum(each.line.weight for each in counted)
    if not weights:
        return None
    total = sum(each.line.weight * each.percent for each in counted)
    return (2 * total + weights) // (2 * weights)


def measure_chapters(chapters: Sequence[Chapter], standings: Sequence[LineStanding]) -> list[Progress]:
    """Each chapter with its lines, in the order of the chapters."""
    found = []
    for chapter in chapters:
        own = tuple(each for each in standings if each.line.field == chapter.field)
        accepted = sum(each.state is LineState.ACCEPTED for each in own)
        late = sum(each.is_late for each in own)
        found.append(Progress(chapter, mean_percent(own), own, accepted, late))
    return found
