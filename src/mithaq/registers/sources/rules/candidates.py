"""Meetings that one text tells of: who met whom, where, and when as far as the text says.

A meeting needs two persons joined by a word of meeting, or a joint body that sat. Heads of state named beside
it, the reporter, and the date of another act are no part of it. Always a proposal.

Spec: registers 3.12.2, step 10.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from mithaq.core.dates import Calendar, FoundDate, Precision
from mithaq.core.dates.found import Unit
from mithaq.registers.sources.rules.hits import Mention, Names, Text
from mithaq.registers.sources.rules.sentences import Sentences
from mithaq.registers.sources.rules.values import AssertionType, OpenQuestion, Reason

REACH_CHARS: Final = 150
NEAR_CHARS: Final = 45
DATE_REACH_CHARS: Final = 90

_B = r"(?<![\w])(?:و|ف)?"
_E = r"(?![\w])"
_RECEIVED = re.compile(
    _B + r"(?:استقبل|استقبلت|التقى|التقت|اجتمع|اجتمعت|تباحث|يستقبل|يلتقي"
    r"|a\s(?:également\s|été\s)?(?:reçue?|rencontrée?|accueillie?)"
    r"|s['’]est\s(?:également\s)?(?:entretenue?|réunie?)|reçoit|rencontre"
    r"|s['’]entretient|received|met(?:\swith)?|held\stalks|meets|hosted|welcomed)" + _E,
    re.IGNORECASE,
)
_MEETING = re.compile(
    _B + r"(?:ب|ل)?(?:ال)?(?:لقاء|لقاءه|اجتماع|اجتماعا|اجتماعه|مباحثات|مباحثاته|محادثات|محادثاته|جلسة\sعمل"
    r"|زيارة\sعمل)"
    + _E
    + r"|(?<!\w)(?:entretiens?|rencontre|réunion(?:\sde\stravail)?|entrevue|pourparlers|discute"
    r"|séance\sde\stravail"
    r"|talks|meeting|working\smeeting|encounter|discussions)" + _E,
    re.IGNORECASE,
)
_JOIN = re.compile(
    r"(?<![\w])(?:مع|بين|جمع|يجمع|جمعت|بنظيره|نظيره|نظيريه|بضيفه|avec|entre|et|son\shomologue|with"
    r"|between|and|his\scounterpart)"
    r"(?![\w])|(?<![\w])[بو]$|^\s?[-–]\s?$",
    re.IGNORECASE,
)
_AND = re.compile(r"(?<!\w)(?:و|et|and|مع|avec|with)(?!\w)|(?<!\w)و$|^\s?[-–]\s?$", re.IGNORECASE)
_WITH = re.compile(r"(?<!\w)(?:مع|avec|with)(?!\w)", re.IGNORECASE)
_DISCUSSED = re.compile(
    _B + r"(?:بحث|يبحث|يبحثان|ناقش|يناقش|تباحثا|يتباحثان|اجتمعا|التقيا|يلتقيان"
    r"|discutent|discuté|se\ssont\s(?:réunis|rencontrés|entretenus)|discussed|discuss|met)" + _E,
    re.IGNORECASE,
)
_BODY_MET = re.compile(
    _B + r"(?:عقدت?|انعقدت?|التأمت?|ترأس[ات]?|اجتمعت?|يعقد|تعقد"
    r"|s['’]est\sréunie?|se\ssont\sréunis|a\stenu|s['’]est\stenue?|met|held|convened)" + _E,
    re.IGNORECASE,
)
_SITTING = re.compile(
    _B
    + r"(?:ب|ل)?(?:ال)?(?:اجتماع|اجتماعها|اجتماعا|دورة|دورتها|جلسة|جلستها)"
    + _E
    + r"|(?<!\w)(?:réunion|session|plénière|réunie?s?|meeting|plenary|met|convened)(?!\w)",
    re.IGNORECASE,
)
_IN_CITY = re.compile(r"(?:(?<!\w)(?:في|ب|العاصمة|مدينة|بمدينة|بالعاصمة|à|au|in|at)\s?|ب)$", re.IGNORECASE)
_SIGNED = re.compile(r"(?<!\w)(?:الموقع|وقعه|وقعها|التوقيع|signée?|signed)(?!\w)")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A meeting that one text tells of.

    Attributes:
        participants: ids, ordered: at least two persons, or a joint body.
        place: id of a city; empty when the text names none.
        date: EDTF, empty when open; ``date_text`` keeps the words.
        is_main: whether it is the meeting that the text is about.
        reasons: stable codes with their evidence: ``{code, exact, start, end}``.
    """

    participants: tuple[str, ...]
    place: str
    date: str
    date_precision: str
    date_text: str
    start: int
    end: int
    is_main: bool
    reasons: tuple[dict[str, object], ...] = ()


@dataclass(slots=True)
class _Met:
    """Sightings of one pair, before they are joined."""

    pair: tuple[str, ...]
    place: tuple[str, Mention | None] = ("", None)
    date: FoundDate | None = None
    sightings: list[tuple[int, int, str]] = field(default_factory=list)


class Finder:
    """Looks for meetings in a text. Made once for a text."""

    def __init__(self, text: Text, names: Names, sentences: Sentences, dates: Sequence[FoundDate]) -> None:
        self._text = text
        self._sentences = sentences
        self._people = [
            one
            for one in names.of(AssertionType.PERSON)
            if one.paragraph.is_read and one.paragraph.reason is not Reason.BYLINE
        ]
        self._starts = [one.start for one in self._people]
        self._joint = [one for one in names.of(AssertionType.BODY) if one.named.detail == "joint"]
        self._cities = [one for one in names.of(AssertionType.PLACE) if one.named.detail == "city"]
        self._city_starts = [one.start for one in self._cities]
        self._dates = dates
        self._date_starts = [one.start for one in dates]

    def find(self, published_on: date | None) -> tuple[list[Candidate], list[OpenQuestion]]:
        """The candidates of a text, the main one first, and what they leave open."""
        met: dict[tuple[tuple[str, ...], str], _Met] = {}
        for pair, start, end, code in (*self._sightings(), *self._sittings()):
            found = self._date_of(start, end)
            own = "" if found is None or _is_today(found) else (found.edtf or found.text)
            key = (pair, own)
            one = met.setdefault(key, _Met(pair))
            one.sightings.append((start, end, code))
            one.date = one.date or found
            if not one.place[0]:
                one.place = self._place_of(start, end)
        return self._conclude(_join_undated(met), published_on)

    # Who met whom

    def _sightings(self) -> Iterator[tuple[tuple[str, ...], int, int, str]]:
        """Pairs of persons joined by a word of meeting: (ids, start, end, code of the reason)."""
        ways = {"received": self._received, "met": self._joined, "discussed": self._discussed}
        cues = sorted(
            (*match.span(), code)
            for code, pattern in (("received", _RECEIVED), ("met", _MEETING), ("discussed", _DISCUSSED))
            for match in pattern.finditer(self._text.raw)
        )
        for start, end, code in cues:
            sentence = self._sentences.holding(start)
            if sentence is None:
                continue
            pair = ways[code](start, end, sentence)
            if pair is not None:
                first, second = pair
                ids = tuple(sorted((first.named.id, second.named.id)))
                yield ids, min(start, first.start), max(end, second.end), code

    def _sittings(self) -> Iterator[tuple[tuple[str, ...], int, int, str]]:
        """A joint body that met: a verb of holding and a word of sitting near its name, in one sentence."""
        for body in self._joint:
            sentence = self._sentences.holding(body.start)
            if sentence is None or not body.paragraph.is_read:
                continue
            start, end = max(sentence[0], body.start - REACH_CHARS), min(sentence[1], body.end + REACH_CHARS)
            verb = _BODY_MET.search(self._text.raw, start, end)
            if verb is not None and _SITTING.search(self._text.raw, start, end) is not None:
                places = (verb.start(), verb.end(), body.start, body.end)
                yield (body.named.id,), min(places), max(places), "sat"

    def _between(self, start: int, end: int) -> list[Mention]:
        return self._people[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def _received(self, start: int, end: int, sentence: tuple[int, int]) -> tuple[Mention, Mention] | None:
        """Host and guest: around the verb, or both after it as Arabic puts them."""
        before = self._between(max(sentence[0], start - REACH_CHARS), start)
        after = self._between(end, min(sentence[1], end + REACH_CHARS))
        if before and after and self._twin_of(after[0]) is None:
            return _two(before[-1], after[0])
        if not after:
            return self._joined_before(start, sentence)
        if len(after) >= 1:
            second = next((one for one in after[1:] if one.named.id != after[0].named.id), None)
            if second is None:
                second = self._next_after(after[0], sentence)
            return None if second is None else _two(after[0], second)
        return None

    def _next_after(self, first: Mention, sentence: tuple[int, int]) -> Mention | None:
        twin = self._twin_of(first)
        if twin is not None:
            return twin
        later = self._between(first.end, min(sentence[1], first.end + REACH_CHARS))
        return next((one for one in later if one.named.id != first.named.id), None)

    def _twin_of(self, first: Mention) -> Mention | None:
        """The other one of two that the same words name: "the two ministers"."""
        at = bisect_left(self._starts, first.start)
        same = (one for one in self._people[at : at + 4] if (one.start, one.end) == (first.start, first.end))
        return next((one for one in same if one.named.id != first.named.id), None)

    def _joined(self, start: int, end: int, sentence: tuple[int, int]) -> tuple[Mention, Mention] | None:
        """As in: talks between A and B; talks that A held with B; A discusses with B."""
        after = self._between(end, min(sentence[1], end + REACH_CHARS))
        if not after:
            return self._joined_before(start, sentence)
        first = after[0]
        second = self._next_after(first, sentence)
        if second is not None and (
            second.start == first.start or _JOIN.search(self._text.raw[first.end : second.start])
        ):
            return _two(first, second)
        before = self._between(max(sentence[0], start - REACH_CHARS), start)
        if before and _JOIN.search(self._text.raw[end : first.start]):
            return _two(before[-1], first)
        return self._joined_before(start, sentence)

    def _joined_before(self, start: int, sentence: tuple[int, int]) -> tuple[Mention, Mention] | None:
        """As in: A and B held talks; A et B se sont réunis."""
        before = self._between(max(sentence[0], start - REACH_CHARS), start)
        if len(before) < 2:
            return None
        is_pair = before[-2].start == before[-1].start
        if not is_pair and not _AND.search(self._text.raw[before[-2].end : before[-1].start]):
            return None
        return _two(before[-2], before[-1])

    def _discussed(self, start: int, end: int, sentence: tuple[int, int]) -> tuple[Mention, Mention] | None:
        """As in: A discussed with B; the verb alone says no more than that somebody examined something."""
        after = self._between(end, min(sentence[1], end + NEAR_CHARS))
        first = after[0] if after else None
        if first is None:
            return self._joined_before(start, sentence)
        second = self._next_after(first, (sentence[0], min(sentence[1], first.end + NEAR_CHARS)))
        if second is None or second.start == first.start:
            return None if second is None else _two(first, second)
        if not _WITH.search(self._text.raw[first.end : second.start]):
            return None
        return _two(first, second)

    # Where and when

    def _place_of(self, start: int, end: int) -> tuple[str, Mention | None]:
        """The city of the sentence that stands after a word of place, the nearest to the pair."""
        sentence = self._sentences.holding(start)
        if sentence is None:
            return "", None
        low, high = bisect_left(self._city_starts, sentence[0]), bisect_right(self._city_starts, sentence[1])
        near = [
            one
            for one in self._cities[low:high]
            if _IN_CITY.search(self._text.raw[max(sentence[0], one.start - 12) : one.start])
        ]
        near.sort(key=lambda one: (max(one.start - end, start - one.end, 0), one.start))
        return (near[0].named.id, near[0]) if near else ("", None)

    def _date_of(self, start: int, end: int) -> FoundDate | None:
        """The date of a sighting: among its words or next to them, and not one that lies ahead."""
        sentence = self._sentences.holding(start)
        if sentence is None:
            return None
        low, high = bisect_left(self._date_starts, sentence[0]), bisect_right(self._date_starts, sentence[1])
        near = [
            (max(one.start - end, start - one.end, 0), one)
            for one in self._dates[low:high]
            if _may_date_a_meeting(one) and not self._is_of_signing(one, start)
        ]
        near = [each for each in near if each[0] <= DATE_REACH_CHARS]
        return min(near, key=lambda each: (each[0], each[1].start))[1] if near else None

    def _is_of_signing(self, one: FoundDate, start: int) -> bool:
        """Whether a word of signing stands between: the date is that of the text which was signed."""
        low, high = sorted((start, one.start))
        return _SIGNED.search(self._text.raw, low, high) is not None

    # Together

    def _conclude(
        self, met: Sequence[_Met], published_on: date | None
    ) -> tuple[list[Candidate], list[OpenQuestion]]:
        order = sorted(
            met, key=lambda one: (one.date is not None and not _is_today(one.date), one.sightings[0])
        )
        candidates, open_questions = [], []
        for number, one in enumerate(order):
            candidate = self._make(one, is_main=number == 0)
            candidates.append(candidate)
            if candidate.date_precision != Precision.DAY:
                code = "no_publication_date" if published_on is None else "no_day_in_text"
                question = OpenQuestion(
                    "meeting_date", code, candidate.start, candidate.end, candidate.date_text
                )
                open_questions.append(question)
        return candidates, open_questions

    def _make(self, one: _Met, *, is_main: bool) -> Candidate:
        start, end, _ = one.sightings[0]
        place, city = one.place
        if not place and is_main:
            place, city = self._only_city()
        reasons: list[dict[str, object]] = [
            {"code": f"words_{code}", "start": first, "end": last, "exact": self._text.raw[first:last][:300]}
            for first, last, code in one.sightings[:5]
        ]
        if city is not None:
            reasons.append(
                {"code": "place", "start": city.start, "end": city.end, "exact": city.assertion.exact}
            )
        found = one.date
        if found is not None:
            reasons.append({"code": "date", "start": found.start, "end": found.end, "exact": found.text})
        return Candidate(
            one.pair,
            place,
            found.edtf if found is not None else "",
            str(found.precision) if found is not None else str(Precision.OPEN),
            found.text if found is not None else "",
            start,
            end,
            is_main,
            tuple(reasons),
        )

    def _only_city(self) -> tuple[str, Mention | None]:
        """The one city that the text speaks from; none where it names several in that way."""
        there = [
            one
            for one in self._cities
            if _IN_CITY.search(self._text.raw[max(0, one.start - 12) : one.start])
            or one.paragraph.reason is Reason.DATELINE
        ]
        ids = {one.named.id for one in there}
        return (there[0].named.id, there[0]) if len(ids) == 1 else ("", None)


def _two(first: Mention, second: Mention) -> tuple[Mention, Mention] | None:
    if first.named.id == second.named.id:
        return None
    return (first, second) if first.start <= second.start else (second, first)


def _is_today(found: FoundDate) -> bool:
    return found.meaning is not None and found.meaning.unit in (Unit.DAY, Unit.WEEKDAY)


def _may_date_a_meeting(found: FoundDate) -> bool:
    """A day, a month, words of the day itself. What lies ahead, a season, a year date no meeting held."""
    if found.calendar is Calendar.HIJRI:
        return False
    meaning = found.meaning
    if meaning is None:
        return found.precision in (Precision.DAY, Precision.MONTH)
    if meaning.step is not None and meaning.step > 0:
        return False
    return meaning.unit in (Unit.DAY, Unit.WEEKDAY, Unit.DATE, Unit.NAMED_MONTH, Unit.MONTH)


def _join_undated(met: dict[tuple[tuple[str, ...], str], _Met]) -> list[_Met]:
    """A sighting without a date of its own joins the meeting of the same pair, when there is just one.

    Where the pair met on a day of its own as well, the undated words are of the meeting of the day.
    """
    by_pair: dict[tuple[str, ...], list[_Met]] = {}
    for (pair, _), one in met.items():
        by_pair.setdefault(pair, []).append(one)
    joined: list[_Met] = []
    for (pair, own), one in met.items():
        others = [each for each in by_pair[pair] if each is not one]
        if not own and one.date is None and len(others) == 1:
            other = others[0]
            other.sightings = sorted([*other.sightings, *one.sightings])
            other.place = other.place if other.place[0] else one.place
        else:
            joined.append(one)
    return joined
