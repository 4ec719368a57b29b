"""Persons, bodies, places and events that a text names.

Exact spellings first. A name that is near to a known one by sound, or that stands where a name stands beside
a role, is a proposal. A place named after a person makes no person.

Spec: registers 3.12.2, step 5; 3.12.3.
"""

import re
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from mithaq.core.folded_text import FoldedText
from mithaq.core.names import fold
from mithaq.registers.sources.rules.entities import EntityTable, Target
from mithaq.registers.sources.rules.named import Named, SpellingKind
from mithaq.registers.sources.rules.phrases import Hit, Token, keep_longest
from mithaq.registers.sources.rules.places import NAMED_AFTER
from mithaq.registers.sources.rules.values import Assertion, AssertionType, OpenQuestion, Paragraph, Reason

_JOINING: Final = frozenset({"de", "du", "des", "le", "la", "roi", "king", "of", "الملك", "جلاله"})


@dataclass(frozen=True, slots=True)
class Mention:
    """A named thing at a place in the text."""

    named: Named
    start: int
    end: int
    paragraph: Paragraph
    assertion: Assertion


@dataclass(frozen=True, slots=True)
class Text:
    """A text on its way through the steps."""

    raw: str
    folded: FoldedText
    tokens: Sequence[Token]
    paragraphs: Sequence[Paragraph]

    def paragraph_at(self, start: int, end: int) -> Paragraph | None:
        """The paragraph that holds a place; None for one between or across paragraphs."""
        low, high = 0, len(self.paragraphs)
        while low < high:
            middle = (low + high) // 2
            if self.paragraphs[middle].end <= start:
                low = middle + 1
            else:
                high = middle
        if low == len(self.paragraphs):
            return None
        one = self.paragraphs[low]
        return one if one.start <= start and end <= one.end else None


@dataclass(frozen=True, slots=True)
class Names:
    """What was named, and what was left open."""

    mentions: list[Mention] = field(default_factory=list)
    open: list[OpenQuestion] = field(default_factory=list)

    def of(self, *types: AssertionType) -> list[Mention]:
        """Mentions of these types, in the order of the text."""
        return [one for one in self.mentions if one.named.type in types]


def find_names(text: Text, table: EntityTable) -> Names:
    """Exact names of a text, with the places they stand at."""
    hits = [hit for hit in table.phrases.find(text.folded, text.tokens) if _is_written_as_name(text, hit)]
    known = {
        one.id
        for hit in hits
        for one in hit.payload.named
        if hit.payload.spelling.kind is not SpellingKind.SHORT
    }
    hits = [hit for hit in hits if _may_be_short(hit, known)]
    names = Names()
    bare: list[tuple[Hit[Target], Paragraph]] = []
    for hit in keep_longest(hits):
        paragraph = text.paragraph_at(hit.start, hit.end)
        if paragraph is None or not paragraph.is_read:
            continue
        if not hit.payload.named:
            bare.append((hit, paragraph))
        elif _is_named_after(text, hit):
            exact = text.raw[hit.start : hit.end]
            names.open.append(OpenQuestion("place", "named_after_person", hit.start, hit.end, exact))
        else:
            names.mentions.extend(_mention(text, hit, named, paragraph) for named in hit.payload.named)
    _settle_bare(text, table, names, bare)
    names.mentions.sort(key=lambda one: (one.start, one.end, one.named.id))
    return names


def _may_be_short(hit: Hit[Target], known: set[str]) -> bool:
    """A short name means its person only where the full name stands in the same text."""
    if hit.payload.spelling.kind is not SpellingKind.SHORT:
        return True
    return all(one.id in known for one in hit.payload.named)


def _is_written_as_name(text: Text, hit: Hit[Target]) -> bool:
    """Names in Latin letters begin with a capital; words that only look like one do not."""
    first = text.raw[hit.start]
    if not first.isascii() and not first.isupper() and not first.islower():
        return True
    needs_capital = all(one.type in (AssertionType.PERSON, AssertionType.PLACE) for one in hit.payload.named)
    if not hit.payload.named or not needs_capital:
        return True
    if any(one.detail in ("region", "monument") for one in hit.payload.named) and hit.last > hit.first:
        return True
    return first.isupper()


def _is_named_after(text: Text, hit: Hit[Target]) -> bool:
    if hit.payload.named[0].type is not AssertionType.PERSON:
        return False
    at = hit.first - 1
    while at >= 0 and hit.first - at <= 3:
        word = text.tokens[at].text
        if word in NAMED_AFTER or word[1:] in NAMED_AFTER or word[2:] in NAMED_AFTER:
            return not re.search(
                r"[.;:\n،,]", text.folded.text[text.tokens[at].end : text.tokens[hit.first].start]
            )
        if word not in _JOINING:
            return False
        at -= 1
    return False


def _mention(text: Text, hit: Hit[Target], named: Named, paragraph: Paragraph) -> Mention:
    spelling = hit.payload.spelling
    value: dict[str, Any] = {"id": named.id, "names": dict(named.names), "spelling": str(spelling.kind)}
    if named.detail:
        value["detail"] = named.detail
    if named.side:
        value["side"] = named.side
    if paragraph.reason is Reason.BYLINE and named.type is AssertionType.PERSON:
        value["role"] = "reporter"
    if spelling.kind is SpellingKind.SEEN_IN_PRESS:
        value["meant"] = dict(named.names)
    exact = text.raw[hit.start : hit.end]
    assertion = Assertion(named.type, hit.start, hit.end, exact, hit.payload.rule_id, value)
    return Mention(named, hit.start, hit.end, paragraph, assertion)


def _settle_bare(
    text: Text, table: EntityTable, names: Names, bare: Sequence[tuple[Hit[Target], Paragraph]]
) -> None:
    """A bare "ministry of the interior" is proposed to be that of the country whose cities are named most."""
    if not bare:
        return
    cities = Counter(
        one.named.side
        for one in names.of(AssertionType.PLACE)
        if one.named.detail == "city" and one.named.side
    ).most_common(2)
    is_sure = bool(cities) and (len(cities) == 1 or cities[0][1] > cities[1][1])
    named = table.named.get(f"{cities[0][0]}-mi") if is_sure else None
    for hit, paragraph in bare:
        exact = text.raw[hit.start : hit.end]
        if named is None:
            names.open.append(OpenQuestion("body", "which_ministry", hit.start, hit.end, exact))
            continue
        value = {
            "id": named.id,
            "names": dict(named.names),
            "detail": named.detail,
            "side": named.side,
            "reason": "its cities are named most",
        }
        assertion = Assertion(
            AssertionType.BODY, hit.start, hit.end, exact, hit.payload.rule_id, value, is_proposal=True
        )
        names.mentions.append(Mention(named, hit.start, hit.end, paragraph, assertion))


# Proposals: by sound, and by the place beside a role

_ROLE_AR = (
    r"(?:وزير[ة]?|الوزير[ة]?|نظير[هتا]{1,3}|رئيس[ة]?|الرئيس[ة]?|السيد[ة]?|المدير[ة]?|مدير[ة]?|سفير[ة]?"
    r"|السفير[ة]?"
    r"|كاتب[ة]? الدولة|المفوض[ة]?|الجنرال|والي|الكاتب العام|الأمين العام)"
)
_NAME_AR = r"[\u0621-\u064a\u067e\u0686\u06a4\u06af\u0763'ـ\u064b-\u0652]{2,15}"
_ROLE_LATIN = (
    r"(?:[Mm]inistre|[Pp]résidente?|[Dd]irect(?:eur|rice)|[Ss]ecrétaire|[Aa]mbassad(?:eur|rice)"
    r"|[Cc]ommissaire"
    r"|[Hh]omologue|[Pp]réfet|[Gg]énéral|[Mm]inister|[Pp]resident|[Dd]irector|[Ss]ecretary|[Aa]mbassador"
    r"|[Cc]ommissioner|[Cc]ounterpart)"
)
_NAME_LATIN = r"[A-ZÀ-ÖØ-Þ][A-Za-zÀ-ÖØ-öø-ÿ'’\-]{1,24}"
_PARTICLE_LATIN = r"(?:(?:de|du|von|van|der|den|da|dos|di|el|al|ben|bin|ould)\s)?"
_FULL_LATIN = rf"{_NAME_LATIN}(?:\s{_PARTICLE_LATIN}{_NAME_LATIN}){{1,3}}"
_BY_ROLE: Final = (
    # "le ministre espagnol de l'Intérieur, Fernando …", "the French minister, Bruno …"
    re.compile(
        rf"(?<!\w){_ROLE_LATIN}(?!\w)[^.;:\n,]{{0,70}},\s(?:M\.\s|Mme\s|Mr\.?\s|Ms\.?\s)?(?P<n>{_FULL_LATIN})"
    ),
    # "son homologue français Bruno …", "Minister Bruno …"
    re.compile(rf"(?<!\w){_ROLE_LATIN}(?:\s[a-zà-ÿ’']{{2,15}}){{0,3}}\s(?P<n>{_FULL_LATIN})"),
    re.compile(
        rf"(?<!\w)(?:M\.|Mme|MM\.|Mr\.?|Mrs\.?|Ms\.?)\s(?P<n>{_NAME_LATIN}(?:\s{_NAME_LATIN}){{0,3}})"
    ),
    # "Fernando …, ministre de l'Intérieur"
    re.compile(rf"(?<!\w)(?P<n>{_FULL_LATIN}),\s(?:le\s|la\s|the\s)?{_ROLE_LATIN}(?!\w)"),
    # "وزير الداخلية الإسباني، فرناندو …،"
    re.compile(
        rf"(?<!\w)[وبل]?{_ROLE_AR}(?!\w)[^.؛:\n،,]{{0,60}}،\s(?:السيد[ة]?\s)?"
        rf"(?P<n>{_NAME_AR}(?:\s{_NAME_AR}){{1,3}})(?=\s?[،,.\n؛]|$)"
    ),
    # "استقبل فلان …، وزير الداخلية"
    re.compile(
        r"(?<!\w)[وف]?(?:استقبل|التقى|استقبلت|التقت|أجرى|عقد|اجتمع|زار)\s"
        rf"(?P<n>{_NAME_AR}(?:\s{_NAME_AR}){{1,3}})،\s{_ROLE_AR}(?!\w)"
    ),
)
_NO_NAME_WORDS = (
    "اليوم امس غدا الاثنين الثلاثاء الاربعاء الخميس الجمعه السبت الاحد في من الي علي عن مع بين ان التي"
    " الذي هذا "
    "هذه وذلك حيث كما بحضور خلال ضمن عقب بعد قبل وقد مؤكدا مضيفا مشيرا قائلا دوله الداخليه الخارجيه majeste "
    "excellence republique royaume ملف سبل التعاون الهجره الامن العلاقات القضايا بحث ناقش"
)
_NO_NAME: Final = frozenset(re.split(" ", _NO_NAME_WORDS))
_NAMES_WITH_WAW: Final = frozenset(("وليد", "وائل", "وسيم", "وفاء", "وداد", "ولد", "وجدان", "وحيد"))
_LEAST_BY_SOUND: Final = 0.75
_MOST_ASKED: Final = 200


def propose_people(text: Text, table: EntityTable, names: Names) -> Iterator[Mention]:
    """Persons that the text seems to name and that no spelling gives exactly."""
    taken = [(one.start, one.end) for one in names.mentions]  # ordered, and kept so
    asked: dict[str, tuple[Named, dict[str, Any]] | None] = {}
    seen: set[tuple[int, int]] = set()
    for paragraph in text.paragraphs:
        if not paragraph.is_read or paragraph.reason is Reason.BYLINE:
            continue
        for pattern in _BY_ROLE:
            for match in pattern.finditer(text.raw, paragraph.start, paragraph.end):
                start, end = match.span("n")
                if (start, end) in seen or _overlaps(taken, start, end) or _is_no_name(match["n"]):
                    continue
                seen.add((start, end))
                name = " ".join(match["n"].split())
                if name not in asked and len(asked) < _MOST_ASKED:
                    asked[name] = _judge(name, table)
                found = asked.get(name)
                if found is not None:
                    insort(taken, (start, end))
                    yield _proposed(text, (start, end), paragraph, found)


_TITLED = re.compile(rf"(?<!\w)(?:M\.|Mme|Mr\.?|Mrs\.?|Ms\.?)\s(?P<n>{_NAME_LATIN})(?!\w)")


def repeat_surnames(text: Text, names: Names) -> Iterator[Mention]:
    """Later "Mme X" of a person who stood there with the full name."""
    fresh = {
        one.assertion.exact.split()[-1]: one
        for one in names.of(AssertionType.PERSON)
        if one.named.id.startswith("new/") and one.assertion.exact.isascii()
    }
    taken = {one.start for one in names.mentions}
    if not fresh:
        return
    for match in _TITLED.finditer(text.raw):
        first = fresh.get(match["n"])
        start, end = match.span("n")
        paragraph = text.paragraph_at(start, end)
        if first is None or start in taken or paragraph is None or not paragraph.is_read:
            continue
        value = {**first.assertion.value, "named_first": first.start}
        assertion = Assertion(
            AssertionType.PERSON, start, end, match["n"], "name.surname", value, is_proposal=True
        )
        yield Mention(first.named, start, end, paragraph, assertion)


def _overlaps(taken: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    at = bisect_left(taken, (start, start))
    near = taken[max(0, at - 2) : at + 2]
    return any(first < end and start < last for first, last in near)


def _is_no_name(name: str) -> bool:
    words = fold(name).split()
    # An Arabic word with "and" before it goes on with the sentence; few names begin so.
    goes_on = words[0].startswith("و") and words[0] not in _NAMES_WITH_WAW
    return goes_on or any(word in _NO_NAME or word.isdigit() for word in words)


def _judge(name: str, table: EntityTable) -> tuple[Named, dict[str, Any]] | None:
    """The known person that it sounds like, or a new one by its place beside a role."""
    for proposal in table.people.propose(name)[:1]:
        if proposal.is_link and proposal.score.value >= _LEAST_BY_SOUND:
            named = table.named[proposal.entity_id]
            steps = [
                {"a": step.a, "b": step.b, "cost": round(step.cost, 3), "reason": str(step.reason)}
                for step in proposal.score.steps
                if step.cost
            ]
            value = {
                "id": named.id,
                "names": dict(named.names),
                "side": named.side,
                "spelling": proposal.spelling,
                "score": round(proposal.score.value, 3),
                "steps": steps[:20],
                "rule": "name.sound",
            }
            return named, value
    if " " not in name:
        return None
    ident = "new/" + fold(name).replace(" ", "-")
    language = "ar" if "\u0600" <= name[0] <= "\u06ff" else "fr"
    names: Mapping[str, str] = {language: name}
    named = Named(ident, AssertionType.PERSON, names, ())
    return named, {"id": ident, "names": dict(names), "rule": "name.beside_role", "is_new": True}


def _proposed(
    text: Text, place: tuple[int, int], paragraph: Paragraph, found: tuple[Named, dict[str, Any]]
) -> Mention:
    named, value = found
    own = {key: item for key, item in value.items() if key != "rule"}
    exact = text.raw[place[0] : place[1]]
    assertion = Assertion(AssertionType.PERSON, *place, exact, value["rule"], own, is_proposal=True)
    return Mention(named, *place, paragraph, assertion)
