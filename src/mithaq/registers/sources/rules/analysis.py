"""All steps over one text. Pure: the same bytes, date and names give the same answer.

Spec: registers 3.12.2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from mithaq.core.dates import Calendar, FoundDate, Precision, Warn, resolve
from mithaq.core.dates.finding import find_dates_in
from mithaq.core.folded_text import fold_text
from mithaq.registers.sources.rules.candidates import Candidate, Finder
from mithaq.registers.sources.rules.commitments import find_commitments
from mithaq.registers.sources.rules.entities import EntityTable, starting_table
from mithaq.registers.sources.rules.hits import Names, Text, find_names, propose_people, repeat_surnames
from mithaq.registers.sources.rules.languages import main_language
from mithaq.registers.sources.rules.named import Named
from mithaq.registers.sources.rules.offices import name_offices
from mithaq.registers.sources.rules.paragraphs import split_paragraphs
from mithaq.registers.sources.rules.phrases import find_tokens
from mithaq.registers.sources.rules.quotations import find_quotations, find_quoted
from mithaq.registers.sources.rules.reading import ReadText, drop_invisible
from mithaq.registers.sources.rules.sentences import Sentences
from mithaq.registers.sources.rules.speech import Speakers
from mithaq.registers.sources.rules.themes import find_themes
from mithaq.registers.sources.rules.values import Assertion, AssertionType, OpenQuestion, Paragraph, Reason

RULES_VERSION: Final = 2
"""Of the whole set; grows with any rule or list, so that an old answer can be told from a new one."""
TITLE_CHARS: Final = 140


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the rules say of one text."""

    language: str
    title: str
    genre: str
    paragraphs: Sequence[Paragraph]
    assertions: Sequence[Assertion]
    candidates: Sequence[Candidate]
    open: Sequence[OpenQuestion]
    dates: Sequence[FoundDate] = field(default=())

    @property
    def findings(self) -> list[Assertion]:
        """Exact by rule."""
        return [one for one in self.assertions if not one.is_proposal]

    @property
    def proposals(self) -> list[Assertion]:
        """Those that need a person."""
        return [one for one in self.assertions if one.is_proposal]


def analyse(
    source: ReadText,
    published_on: date | None = None,
    table: EntityTable | None = None,
    language: str | None = None,
    overrides: Sequence[tuple[int, int, Reason | None]] = (),
    holders: Mapping[str, Named] | None = None,
) -> Analysis:
    """Run every step.

    Args:
        source: the text.
        published_on: given by a person; without it relative dates stay open.
        table: names to look for; the starting list by default.
        language: of the text, where a person said it.
        overrides: what a person marked (with a reason) or unmarked (None): start and end of paragraphs.
        holders: side -> who was its minister of the interior on the day of publication.
    """
    table = table or starting_table()
    raw = source.text
    paragraphs = _override(split_paragraphs(raw, is_markup=source.media_type == "text/html"), overrides)
    folded = fold_text(raw)
    text = Text(raw, folded, find_tokens(folded), paragraphs)
    sentences = Sentences(raw, paragraphs)
    names = _find_all_names(text, table, holders or {})
    dates = _find_dates(text, names, published_on)
    quoted = find_quoted(raw, paragraphs)
    speakers = Speakers(text, names, sentences, quoted)
    themes = find_themes(text, sentences)
    candidates, unsure = Finder(text, names, sentences, dates).find(published_on)
    assertions = [
        *(one.assertion for one in names.mentions),
        *map(_date_assertion, dates),
        *themes,
        *find_quotations(text, quoted, speakers),
        *find_commitments(text, sentences, speakers, themes, dates),
    ]
    assertions.sort(key=lambda one: (one.start, one.end, one.type, one.rule_id, str(one.value.get("id", ""))))
    asked = _about_source(source, published_on, _dateline_day(text, dates))
    questions = [*asked, *names.open, *_about_dates(dates), *unsure]
    return Analysis(
        language or main_language(paragraphs),
        _title_of(raw, paragraphs),
        _genre_of(raw, paragraphs),
        paragraphs,
        assertions,
        candidates,
        questions,
        dates,
    )


def _override(
    paragraphs: Sequence[Paragraph], overrides: Sequence[tuple[int, int, Reason | None]]
) -> list[Paragraph]:
    """A person's word on a paragraph stands above the rules."""
    said = {(start, end): reason for start, end, reason in overrides}
    return [
        replace(one, reason=said[one.start, one.end], rule_id="person", is_title=False)
        if (one.start, one.end) in said
        else one
        for one in paragraphs
    ]


def _find_all_names(text: Text, table: EntityTable, holders: Mapping[str, Named]) -> Names:
    names = find_names(text, table)
    names.mentions.extend(list(propose_people(text, table, names)))
    names.mentions.extend(list(repeat_surnames(text, names)))
    names.mentions.extend(list(name_offices(text, names, holders)))
    names.mentions.sort(key=lambda one: (one.start, one.end, one.named.id))
    return names


def _find_dates(text: Text, names: Names, published_on: date | None) -> list[FoundDate]:
    """Dates of what is read; one inside the name of an event belongs to the name."""
    events = sorted((one.start, one.end) for one in names.of(AssertionType.EVENT))
    found: list[FoundDate] = []
    at = 0
    for one in find_dates_in(text.folded):
        while at < len(events) and events[at][1] <= one.start:
            at += 1
        if at < len(events) and events[at][0] <= one.start < events[at][1]:
            continue
        paragraph = text.paragraph_at(one.start, one.end)
        if paragraph is not None and paragraph.is_read:
            found.append(resolve(one, published_on))
    return found


def _date_assertion(one: FoundDate) -> Assertion:
    value = {
        "edtf": one.edtf,
        "precision": str(one.precision),
        "calendar": str(one.calendar),
        "relative": one.relative,
        "warning": str(one.warning),
    }
    is_sure = bool(one.edtf) and not one.relative and one.warning is Warn.NONE
    rule = "date.relative" if one.relative else "date.absolute"
    return Assertion(AssertionType.DATE, one.start, one.end, one.text, rule, value, is_proposal=not is_sure)


def _dateline_day(text: Text, dates: Sequence[FoundDate]) -> FoundDate | None:
    """A day written in the dateline: worth confirming as the day of publication, never taken for it."""
    for one in dates:
        paragraph = text.paragraph_at(one.start, one.end)
        if paragraph is not None and paragraph.reason is Reason.DATELINE and one.precision is Precision.DAY:
            return one
    return None


def _about_source(
    source: ReadText, published_on: date | None, dateline: FoundDate | None
) -> list[OpenQuestion]:
    questions = []
    if published_on is None and dateline is not None:
        question = OpenQuestion("published_on", "dateline_says", dateline.start, dateline.end, dateline.text)
        questions.append(question)
    elif published_on is None:
        questions.append(OpenQuestion("published_on", "ask"))
    if source.is_guessed:
        questions.append(OpenQuestion("encoding", "guessed_" + source.encoding.replace("-", "_")))
    if source.media_type == "text/html":
        questions.append(OpenQuestion("markup", "tags_marked_out"))
    if source.invisible:
        questions.append(OpenQuestion("invisible", "characters_shown_as_boxes"))
    return questions


def _about_dates(dates: Sequence[FoundDate]) -> list[OpenQuestion]:
    return [
        OpenQuestion("date", str(one.warning), one.start, one.end, one.text)
        for one in dates
        if not one.edtf and one.calendar is Calendar.GREGORIAN and one.precision is Precision.OPEN
    ]


def _title_of(raw: str, paragraphs: Sequence[Paragraph]) -> str:
    """The headline; else the beginning of the content, cut at a word."""
    chosen = next((one for one in paragraphs if one.is_title), None)
    chosen = chosen or next((one for one in paragraphs if one.is_content), None)
    if chosen is None:
        return ""
    whole = " ".join(drop_invisible(raw[chosen.start : chosen.end]).split())
    if len(whole) <= TITLE_CHARS:
        return whole
    return whole[: TITLE_CHARS - 1].rsplit(" ", 1)[0] + "…"


def _genre_of(raw: str, paragraphs: Sequence[Paragraph]) -> str:
    """``communique`` where the text calls itself so in its head; else unknown, for a person to say."""
    first = next((one for one in paragraphs if one.is_content), None)
    head = raw[first.start : first.end][:60].strip().lower() if first is not None else ""
    for words, genre in ((("بلاغ", "communiqué"), "communique"), (("تصريح", "déclaration"), "speech")):
        if head.startswith(words):
            return genre
    return "other"
