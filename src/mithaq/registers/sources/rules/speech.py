"""Who speaks or acts at a place in a text: a person by name or by role, both sides, or a communiqué.

Always a proposal. A participle ("adding that") carries on with the subject of the verb before it.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mithaq.registers.sources.rules.hits import Mention, Names, Text
from mithaq.registers.sources.rules.sentences import Sentences
from mithaq.registers.sources.rules.values import AssertionType, Reason

BOTH: Final = "both"
COMMUNIQUE: Final = "communique"
AFTER_CHARS: Final = 75
BEFORE_CHARS: Final = 110
NAME_AFTER_ROLE: Final = 3
AFTER_QUOTE_CHARS: Final = 40


class VerbForm(StrEnum):
    """Whether a verb has a subject of its own."""

    FINITE = "finite"
    CARRIED = "carried"


_B = r"(?<![\w])"
_E = r"(?![\w])"
_FINITE = re.compile(
    _B + r"(?:و|ف)?(?:قال|قالت|أكد|أكدت|أكّد|أضاف|أضافت|صرح|صرّح|ذكر|ذكرت|أورد|أوردت|أردف|تحدث|تحدّث|أبرز"
    r"|أشاد|أعرب|شدد|شدّد"
    r"|كشف|أوضح|عبر|عبّر|عبرت|نوه|نوّه|أشار|أشارت|اعتبر|استعرض|اقترح|أعلن|أعلنت|جدد|جدّد|تعهد|التزم|اتفق"
    r"|دعا|رحب|رحّب|يقول|يؤكد|استحضر"
    r"|a\s(?:également\s)?(?:déclaré|dit|affirmé|souligné|ajouté|indiqué|précisé|estimé|salué|rappelé"
    r"|annoncé|proposé|exprimé"
    r"|évoqué|assuré|expliqué|écrit|noté)|ont\s(?:également\s)?(?:déclaré|affirmé|souligné|indiqué|salué"
    r"|annoncé|convenu|exprimé|examiné)"
    r"|selon|d['’]après|déclare|affirme|souligne|said|stated|told|added|declared|stressed|announced"
    r"|noted|praised|proposed"
    r"|according\sto|says|underlined|reaffirmed)" + _E
)
_CARRIED = re.compile(
    _B + r"(?:قائلا|قائلة|مضيفا|مضيفة|مشيرا|مشيرة|مؤكدا|مؤكدة|محددا|معتبرا|معتبرة|موضحا|مبرزا|متحدثين|مشددا"
    r"|لافتا"
    r"|ajoutant|soulignant|notant|précisant|affirmant|indiquant|estimant|rappelant|adding|noting"
    r"|stressing|saying)" + _E
)
_COMMUNIQUE = re.compile(
    _B + r"(?:و|ب|ل|ف)?(?:ال)?(?:بلاغ|بيان|الوثيقة|وثيقة|المصدر\sذاته|المصدر\sنفسه|نفس\sالمصدر"
    r"|communiqué|même\ssource|document|statement|same\ssource)" + _E
)
_BOTH = re.compile(
    _B
    + r"(?:و|ب|ل|ف)?(?:الجانبان|الجانبين|الطرفان|الطرفين|الوزيران|الوزيرين|البلدان|المسؤولان|المسؤولين\sمعا"
    r"|les\sdeux\s(?:ministres|parties|pays|responsables|côtés|homologues)|deux\sministres"
    r"|both\s(?:sides|ministers|countries|parties)"
    r"|the\stwo\s(?:ministers|sides|countries|parties|officials))" + _E,
    re.IGNORECASE,
)
_SIDES: Final = {
    "ma": r"المغربي|المغربية|marocaine?|Moroccan",
    "fr": r"الفرنسي|الفرنسية|française?|French",
    "es": r"الإسباني|الإسبانية|espagnole?|Spanish",
    "pt": r"البرتغالي|البرتغالية|portugaise?|Portuguese",
    "it": r"الإيطالي|الإيطالية|italienn?e?|Italian",
    "de": r"الألماني|الألمانية|allemande?|German",
    "be": r"البلجيكي|البلجيكية|belge|Belgian",
    "nl": r"الهولندي|الهولندية|néerlandaise?|Dutch",
    "gb": r"البريطاني|البريطانية|britannique|British",
    "us": r"الأمريكي|الأمريكية|américaine?|American",
    "tn": r"التونسي|التونسية|tunisienn?e?|Tunisian",
    "dz": r"الجزائري|الجزائرية|algérienn?e?|Algerian",
    "mr": r"الموريتاني|الموريتانية|mauritanienn?e?|Mauritanian",
    "sn": r"السنغالي|السنغالية|sénégalaise?|Senegalese",
}
_OFFICIAL_AR = r"(?:الوزير|وزير\s[^\n.،؛\"«“]{3,60}?|المسؤول|الجانب|الطرف|الوفد|الرئيس|السفير|نظيره|الأمين)"
_OFFICIAL_LATIN = (
    r"(?:ministre|responsable|partie|côté|président|ambassadeur|homologue|minister|official"
    r"|side|president|counterpart)"
)
_ANY_SIDE = "|".join(_SIDES.values())
_ROLE_OF_SIDE = re.compile(
    _B + rf"(?:و|ف|ب|ل)?{_OFFICIAL_AR}\s(?P<a>{_ANY_SIDE}){_E}"
    rf"|{_B}{_OFFICIAL_LATIN}\s(?P<b>{_ANY_SIDE}){_E}|{_B}(?P<c>{_ANY_SIDE})\s{_OFFICIAL_LATIN}{_E}",
    re.IGNORECASE,
)


def _side_of(adjective: str) -> str:
    """The country of an adjective of nationality."""
    return next(
        side for side, words in _SIDES.items() if re.fullmatch(words, adjective, re.IGNORECASE) is not None
    )


_BARE_ROLE = re.compile(
    _B + r"(?:و|ف|ب|ل)?(?:الوزير|المسؤول|المتحدث|le\sministre|le\sresponsable|the\sminister|the\sofficial"
    r"|il\sa|elle\sa)" + _E
)


_AFTER_QUOTE = re.compile(r"[\s»”\"]{0,3},?[\s»”\"]{0,2},?\s{0,2}")
_SENTENCE_BREAK = re.compile(r"[.!?]\s|\n")
_ADJACENT = re.compile(r"\s{0,2}(?:الذي\s|التي\s)?")


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who can speak or act.

    Attributes:
        speaker: id of a person or body, ``communique``, or ``both``; None for "the minister".
        side: country code, ``both``, or empty.
    """

    start: int
    end: int
    speaker: str | None
    side: str


@dataclass(frozen=True, slots=True)
class _Verb:
    start: int
    end: int
    form: VerbForm


class Speakers:
    """Answers who speaks at a place. Made once for a text."""

    def __init__(
        self, text: Text, names: Names, sentences: Sentences, quoted: Sequence[tuple[int, int]]
    ) -> None:
        self._text = text
        self._sentences = sentences
        self._quoted = sorted(quoted)
        self._people = [
            one for one in names.of(AssertionType.PERSON) if one.paragraph.reason is not Reason.BYLINE
        ]
        self._known = {one.named.id for one in self._people}
        self._actors = _drop_overlapping(
            [*self._named_actors(), *self._role_actors(), *self._communiques(names), *self._bare_roles()]
        )
        self._starts = [one.start for one in self._actors]
        self._verbs = sorted(
            (
                _Verb(*match.span(), form)
                for pattern, form in ((_FINITE, VerbForm.FINITE), (_CARRIED, VerbForm.CARRIED))
                for match in pattern.finditer(text.raw)
                if not self._is_quoted(match.start())
            ),
            key=lambda one: one.start,
        )
        self._said = self._read_verbs()

    def _is_quoted(self, place: int) -> bool:
        at = bisect_right(self._quoted, (place, len(self._text.raw) + 1)) - 1
        return at >= 0 and self._quoted[at][0] <= place < self._quoted[at][1]

    # Actors

    def _named_actors(self) -> Iterable[Actor]:
        for one in self._people:
            if not self._is_quoted(one.start):
                yield Actor(one.start, one.end, one.named.id, one.named.side)

    def _role_actors(self) -> Iterable[Actor]:
        raw = self._text.raw
        for match in _BOTH.finditer(raw):
            if not self._is_quoted(match.start()):
                yield Actor(*match.span(), BOTH, BOTH)
        for match in _ROLE_OF_SIDE.finditer(raw):
            if not self._is_quoted(match.start()):
                side = _side_of(match["a"] or match["b"] or match["c"])
                yield Actor(*match.span(), self._main_person(side), side)

    def _bare_roles(self) -> Iterable[Actor]:
        for match in _BARE_ROLE.finditer(self._text.raw):
            if not self._is_quoted(match.start()):
                yield Actor(*match.span(), None, "")

    def _main_person(self, side: str) -> str | None:
        """The person of a side that the text names most, the first of equals."""
        counted = Counter(one.named.id for one in self._people if one.named.side == side)
        return counted.most_common(1)[0][0] if counted else None

    def _communiques(self, names: Names) -> Iterable[Actor]:
        bodies = [one for one in names.of(AssertionType.BODY) if one.named.detail != "joint"]
        starts = [one.start for one in bodies]
        last: Mention | None = None
        for match in _COMMUNIQUE.finditer(self._text.raw):
            if self._is_quoted(match.start()):
                continue
            near = bodies[bisect_left(starts, match.end() - 60) : bisect_right(starts, match.end() + 30)]
            near.sort(key=lambda one: (one.start < match.start(), abs(one.start - match.start())))
            last = near[0] if near else last
            named = (COMMUNIQUE, "") if last is None else (last.named.id, last.named.side)
            yield Actor(*match.span(), *named)

    def _between(self, start: int, end: int) -> list[Actor]:
        return self._actors[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    # Verbs

    def _read_verbs(self) -> list[tuple[int, Actor | None]]:
        """For each verb of speech, in order, who is its subject."""
        said: list[tuple[int, Actor | None]] = []
        current: Actor | None = None
        person: Actor | None = None
        for verb in self._verbs:
            if verb.form is VerbForm.FINITE or current is None:
                found = self.subject_of(verb.start, verb.end)
                if found is not None and found.speaker is None:
                    found = person or found
                current = found or current
                person = found if found is not None and found.speaker in self._known else person
            said.append((verb.start, current))
        return said

    def subject_of(self, start: int, end: int) -> Actor | None:
        """The actor of a verb at a place: just after it, or before it in the same sentence."""
        sentence = self._sentences.holding(start)
        if sentence is None:
            return None
        limit = min(end + AFTER_CHARS, sentence[1], self._next_quote(end))
        after = self._between(end, limit)
        before = self._between(max(sentence[0], start - BEFORE_CHARS), start)
        is_before = bool(before) and _ADJACENT.fullmatch(self._text.raw, before[-1].end, start) is not None
        if is_before or not _is_arabic(self._text.raw[start:end]):
            # A French or English subject stands before its verb; so does an Arabic one that is put first.
            return before[-1] if before else (after[0] if after else None)
        return _with_a_side(after) if after else (before[-1] if before else None)

    def _next_quote(self, place: int) -> int:
        at = bisect_right(self._quoted, (place, -1))
        return self._quoted[at][0] if at < len(self._quoted) else len(self._text.raw)

    def attributed_after(self, end: int) -> Actor | None:
        """Who is named as the speaker right after a quotation: "…", said A; "…", A said."""
        raw = self._text.raw
        follows = _AFTER_QUOTE.match(raw, end)
        if follows is None:
            return None
        at = follows.end()
        first = bisect_left(self._verbs, at, key=lambda one: one.start)
        verb = next(
            (one for one in self._verbs[first : first + 1] if one.start <= at + AFTER_QUOTE_CHARS), None
        )
        if verb is None or verb.form is not VerbForm.FINITE:
            return None
        actors = self._between(at, verb.end + AFTER_QUOTE_CHARS)
        if not actors or _SENTENCE_BREAK.search(raw, at, max(at, min(actors[0].start, verb.start))):
            return None
        return actors[0] if actors[0].speaker is not None else None

    def speaking_at(self, place: int, least: int) -> Actor | None:
        """Who spoke last before a place and not before ``least``."""
        at = bisect_right(self._said, place, key=lambda one: one[0]) - 1
        if at < 0 or self._said[at][0] < least:
            return None
        return self._said[at][1]


def _with_a_side(actors: Sequence[Actor]) -> Actor:
    """The name beside a bare role ("the minister Laftit"), else the first."""
    first = actors[0]
    if first.speaker is None and len(actors) > 1 and actors[1].start - first.end <= NAME_AFTER_ROLE:
        return actors[1]
    return first


def _drop_overlapping(actors: Iterable[Actor]) -> list[Actor]:
    """In the order of the text; where two overlap the one that was given first stays."""
    kept: list[Actor] = []
    starts: list[int] = []
    for one in actors:
        at = bisect_right(starts, one.start)
        if (at and kept[at - 1].end > one.start) or (at < len(kept) and kept[at].start < one.end):
            continue
        kept.insert(at, one)
        starts.insert(at, one.start)
    return kept


def _is_arabic(text: str) -> bool:
    return any("\u0600" <= letter <= "\u06ff" for letter in text)
