"""What somebody agreed, promised, proposed, intends or announced: sentences with a cue. Always a proposal.

Spec: registers 3.12.2, step 9.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mithaq.core.dates import FoundDate
from mithaq.registers.sources.rules.hits import Text
from mithaq.registers.sources.rules.sentences import Sentences
from mithaq.registers.sources.rules.speech import BOTH, Actor, Speakers
from mithaq.registers.sources.rules.themes import themes_within
from mithaq.registers.sources.rules.values import Assertion, AssertionType

MOST_CHARS: Final = 700


class Status(StrEnum):
    """How binding the words are."""

    AGREED = "agreed"
    COMMITTED = "committed"
    PROPOSED = "proposed"
    INTENTION = "intention"
    ANNOUNCED = "announced"


_B = r"(?<![\w])(?:و|ف)?"
_E = r"(?![\w])"
_CUES: Final = tuple(
    (status, re.compile(pattern, re.IGNORECASE))
    for status, pattern in (
        (
            Status.AGREED,
            _B + r"(?:اتفق|اتفقا|اتفقوا|اتفقت|الاتفاق\sعلى|تم\sالاتفاق|توافقا|توافق\sالطرفان"
            r"|(?:se\ssont|s['’]est|s['’]étaient)\s(?:également\s|aussi\s)?(?:accordés|accordé"
            r"|mis\sd['’]accord|entendus)(?:\ssur)?"
            r"|sont\s(?:également\s)?convenus|ont\s(?:également\s|aussi\s)?convenu|ont\sdécidé"
            r"|(?:have\s|also\s)*agreed\s(?:to|on|upon|that)|reached\san\sagreement)" + _E,
        ),
        (
            Status.COMMITTED,
            _B + r"(?:جدد\s(?:[\w]+\s){0,2}?(?:التأكيد\sعلى\s)?(?:الالتزام|التزام[هه]?)"
            r"|جدّد\sالتأكيد\sعلى\sالالتزام|التزم|التزمت|التزما|تعهد|تعهدت|تعهّد"
            r"|s['’]engage(?:nt)?\sà|s['’](?:est|étaient)\sengagée?s?|se\ssont\sengagés|a\sréaffirmé\s(?:son"
            r"|l['’])\s?engagement"
            r"|réaffirmé\sleur\sengagement|committed\s(?:to|themselves|itself)|pledged|undertook\sto)" + _E,
        ),
        (
            Status.PROPOSED,
            _B + r"(?:اقترح|اقترحت|اقترحا|يقترح|a\s(?:également\s)?proposé|ont\sproposé|proposed)" + _E,
        ),
        (
            Status.INTENTION,
            _B + r"(?:تم\sالتأكيد\sعلى|(?:عبّر|عبر|أعرب|عبَّر)\sالطرفان\sعن\s(?:استعداد[\w]*|رغبت[\w]*|عزم[\w]*)"
            r"|(?:عبّر|عبر|أعرب|أبدى|عبرت)\s(?:[\w]+\s){0,3}?عن\s(?:استعداد|رغبة|رغبت|عزم)[\w]*"
            r"|وضع\sخارطة\sطريق|وضع\sخريطة\sطريق"
            r"|ont\s(?:exprimé|manifesté|affirmé)\sleur\s(?:volonté|disponibilité|intention)"
            r"|a\s(?:exprimé|manifesté)\s(?:sa|la)\s(?:volonté|disponibilité)|ont\sl['’]intention"
            r"|feuille\sde\sroute\ssera"
            r"|expressed\s(?:their|its|his|her)\s(?:willingness|readiness|intention)|intends?\sto)" + _E,
        ),
        (
            Status.ANNOUNCED,
            _B + r"(?:سيساعدنا|سيساعد|أعلن\s(?:[\w]+\s){0,3}?عن|أعلنت\s(?:[\w]+\s){0,3}?عن|تم\sالإعلان\sعن"
            r"|a\sannoncé|ont\sannoncé|announced)" + _E,
        ),
    )
)
_SIDE_SAID = re.compile(
    r"(?:من\s(?:الجانب|الطرف)|de\sla\spart\s(?:de\sla\spartie|du)|du\scôté|by\sthe)\s"
    r"(?P<s>المغربي|الفرنسي|الإسباني|marocain|français|espagnol|Moroccan|French|Spanish)",
    re.IGNORECASE,
)
_SIDE_WORDS: Final = {
    "المغربي": "ma",
    "marocain": "ma",
    "moroccan": "ma",
    "الفرنسي": "fr",
    "français": "fr",
    "french": "fr",
    "الإسباني": "es",
    "espagnol": "es",
    "spanish": "es",
}
_SUBJECTS: Final = (
    (
        "ma",
        re.compile(
            r"(?<!\w)(?:و|ف)?(?:المغرب|المملكة|الرباط|(?:[Ll]e\s)?Maroc|(?:[Ll]e\s)?Royaume|Morocco)(?!\w)"
        ),
    ),
    ("fr", re.compile(r"(?<!\w)(?:و|ف)?(?:فرنسا|باريس|(?:[Ll]a\s)?France)(?!\w)")),
    ("es", re.compile(r"(?<!\w)(?:و|ف)?(?:إسبانيا|مدريد|(?:[Ll]['’])?Espagne|Spain)(?!\w)")),
)
_ADMINISTRATIONS: Final = {"ma": "ma-mi", "fr": "fr-mi"}


def administration_of(side: str) -> str | None:
    """The code of the administration of a side; the country code where this program knows none."""
    if side == BOTH:
        return BOTH
    return _ADMINISTRATIONS.get(side, side or None)


@dataclass(frozen=True, slots=True)
class _Cue:
    status: Status
    start: int
    end: int


def find_commitments(
    text: Text,
    sentences: Sentences,
    speakers: Speakers,
    themes: Sequence[Assertion],
    dates: Sequence[FoundDate],
) -> list[Assertion]:
    """One proposal for each sentence and status with a cue."""
    found: dict[tuple[int, Status], Assertion] = {}
    for cue in _find_cues(text):
        sentence = sentences.holding(cue.start)
        paragraph = text.paragraph_at(cue.start, cue.end)
        if sentence is None or paragraph is None or not paragraph.is_content:
            continue
        if (sentence[0], cue.status) in found:
            continue
        start, end = _clause(sentence, cue)
        side, reason = _side_of(text, speakers, cue, (start, end))
        due = _due_within(dates, start, end)
        value = {
            "status": str(cue.status),
            "by": administration_of(side),
            "reason": reason,
            "cue": text.raw[cue.start : cue.end],
            "themes": themes_within(themes, start, end),
            "due": due,
        }
        rule = f"commitment.{cue.status}"
        found[sentence[0], cue.status] = Assertion(
            AssertionType.COMMITMENT, start, end, text.raw[start:end], rule, value, is_proposal=True
        )
    return sorted(found.values(), key=lambda one: (one.start, one.end, one.rule_id))


def _due_within(dates: Sequence[FoundDate], start: int, end: int) -> str | None:
    """The first date with a value in a part of the text; ``dates`` are in order."""
    for one in dates[bisect_left(dates, start, key=lambda each: each.start) :]:
        if one.end > end:
            return None
        if one.edtf:
            return one.edtf
    return None


def _find_cues(text: Text) -> Iterator[_Cue]:
    found = [_Cue(status, *match.span()) for status, pattern in _CUES for match in pattern.finditer(text.raw)]
    return iter(sorted(found, key=lambda one: one.start))


def _clause(sentence: tuple[int, int], cue: _Cue) -> tuple[int, int]:
    """The sentence; from the cue on where it is too long to be read at a glance."""
    start, end = sentence
    if end - start > MOST_CHARS:
        start = cue.start
    return start, min(end, start + MOST_CHARS)


def _side_of(text: Text, speakers: Speakers, cue: _Cue, clause: tuple[int, int]) -> tuple[str, str]:
    said = _SIDE_SAID.search(text.raw, *clause)
    if said is not None:
        return _SIDE_WORDS[said["s"].lower()], "the side is named"
    for side, pattern in _SUBJECTS:
        if cue.status is not Status.AGREED and pattern.search(
            text.raw, max(clause[0], cue.start - 40), cue.start
        ):
            return side, "the country before the verb"
    actor: Actor | None = speakers.subject_of(cue.start, cue.end)
    if actor is not None and actor.side:
        return actor.side, "the subject of the verb"
    if cue.status is Status.AGREED:
        return BOTH, "what is agreed is agreed by both"
    spoken = speakers.speaking_at(cue.start, clause[0])
    if spoken is not None and spoken.side:
        return spoken.side, "who speaks in the sentence"
    return "", "no side is named"
