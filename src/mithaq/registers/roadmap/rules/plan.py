"""The instrument ``roadmap``: what a version holds, read once for everybody who asks about it.

Spec: docs/spec/20-roadmap.md, "The roadmap".
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from mithaq.core.fields import JOINT, Fields
from mithaq.errors import MalformedError
from mithaq.registers.roadmap.rules.fields import (
    MAX_LINES,
    check_basis,
    check_choice,
    check_field,
    check_fields,
    check_figure,
    check_lead_posts,
    check_number,
    check_owner,
    check_texts,
    check_title,
    check_word,
    read_date,
    read_items,
    read_numbered,
    read_numbers,
)

LINE_KINDS: Final = ("commitment", "action")
BOTH: Final = "both"
ANNEX: Final = "one_side_annex"
PUBLIC: Final = "public"
VISIBILITIES: Final = (BOTH, ANNEX, PUBLIC)
STANDINGS: Final = ("running", "suspended", "dropped")
"""What a version says of a line beside its fields; only a co-signed version can suspend or drop one."""

DEFAULT_CYCLE_MONTHS: Final = 3
MOST_CYCLE_MONTHS: Final = 24
MOST_WEIGHT: Final = 100
MAX_INDICATOR_CHARS: Final = 1_000
_LINE = re.compile(r"line_([1-9][0-9]{0,2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Milestone:
    """A step of a line.

    Attributes:
        text: by language.
        needs_evidence: whether it cannot be reported done without something to show.
    """

    no: int
    text: Mapping[str, str]
    due_on: date
    needs_evidence: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One commitment or action.

    Attributes:
        no: stable for ever, through all versions.
        fields: its own field of cooperation first, then others that it touches.
        owner: code of an administration, or ``joint``.
        standing: ``running``, ``suspended`` or ``dropped``, as the version says.
        weight: in the mean of its chapter.
        data: the line as it stands in the version.
    """

    no: int
    kind: str
    fields: tuple[str, ...]
    title: Mapping[str, str]
    text: Mapping[str, str]
    owner: str
    lead_posts: Mapping[str, str]
    start_on: date
    due_on: date
    milestones: tuple[Milestone, ...]
    dependencies: tuple[int, ...]
    standing: str
    weight: int
    data: Mapping[str, Any]

    @property
    def field(self) -> str:
        """The field whose chapter it belongs to."""
        return self.fields[0]

    @property
    def name(self) -> str:
        """As others name it in an address."""
        return name_line(self.no)

    @property
    def visibility(self) -> str:
        """``both``, ``one_side_annex`` or ``public``."""
        return str(self.data.get("visibility", BOTH))

    def may_leave(self, administration: str) -> bool:
        """Whether files and feeds of that side hold it: an annex stands in those of its owner alone."""
        return self.visibility != ANNEX or self.is_of(administration)

    def is_of(self, administration: str) -> bool:
        """Whether that side is to do it."""
        return self.owner in (administration, JOINT)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A field of cooperation within the roadmap, with a lead post of each side."""

    no: int
    field: str
    title: Mapping[str, str]
    lead_posts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Plan:
    """A version of a roadmap, read."""

    title: Mapping[str, str]
    from_on: date
    to_on: date
    cycle_months: int
    chapters: tuple[Chapter, ...]
    lines: tuple[Line, ...]

    def line(self, no: int) -> Line | None:
        """The line of that number."""
        return next((each for each in self.lines if each.no == no), None)


def name_line(no: int) -> str:
    """``line_3``."""
    return f"line_{no}"


def read_line_name(name: str | None) -> int | None:
    """The number in ``line_3``; None for what names no line."""
    found = _LINE.fullmatch(name or "")
    return int(found[1]) if found else None


def check_roadmap(data: Fields) -> None:
    """Everything that a version has to have.

    Raises:
        MalformedError: a code that begins with ``roadmap_``, ``line_address``.
    """
    check_title(data)
    if read_date(data, "period_to_on") < read_date(data, "period_from_on"):
        raise MalformedError("roadmap_span", "the period ends before it starts")
    if "report_cycle_months" in data:
        check_number(data, "report_cycle_months", MOST_CYCLE_MONTHS)
    fields = {_check_chapter(each) for _, each in read_numbered(data, "chapters")}
    numbers = set()
    for number, line in read_numbered(data, "lines", most=MAX_LINES):
        check_line(line)
        if line["field"] not in fields:
            raise MalformedError("roadmap_chapter", "a line belongs to a field that has a chapter")
        numbers.add(number)
    if not numbers:
        raise MalformedError("roadmap_list", "a roadmap has at least one line")
    _check_dependencies(data, numbers)


def _check_chapter(chapter: Fields) -> str:
    check_field(chapter)
    check_lead_posts(chapter, least=2)
    if "title" in chapter:
        check_title(chapter)
    return str(chapter["field"])


def check_line(line: Fields) -> None:
    """One line.

    Raises:
        MalformedError: a code that begins with ``roadmap_``, ``line_address``.
    """
    check_title(line)
    if "text" in line:
        check_texts(line)
    check_field(line)
    check_fields(line, "other_fields")
    check_owner(line)
    check_lead_posts(line)
    if line.get("kind", "commitment") not in LINE_KINDS:
        raise MalformedError("roadmap_choice", "kind is commitment or action")
    if line.get("kind") == "action" and line["owner"] == JOINT:
        raise MalformedError("roadmap_party", "an action has one owner")
    if read_date(line, "due_on") < read_date(line, "start_on"):
        raise MalformedError("roadmap_span", "a line is due before it starts")
    check_basis(line)
    if not line.get("basis"):
        raise MalformedError("roadmap_basis", "every line says on what it rests")
    for name, choices in (("visibility", VISIBILITIES), ("standing", STANDINGS)):
        if name in line:
            check_choice(line, name, choices)
    if line.get("visibility") == ANNEX and line["owner"] == JOINT:
        raise MalformedError("roadmap_party", "an annex of one side has one owner")
    if "weight" in line:
        check_number(line, "weight", MOST_WEIGHT)
    _check_parts(line)


def _check_parts(line: Fields) -> None:
    for _, milestone in read_numbered(line, "milestones"):
        check_texts(milestone, most=1_000)
        read_date(milestone, "due_on")
        if type(milestone.get("evidence_required", False)) is not bool:
            raise MalformedError("roadmap_choice", "evidence_required is true or false")
    for indicator in read_items(line, "indicators"):
        check_word(indicator, "code")
        check_word(indicator, "unit")
        for name in ("baseline", "target"):
            check_figure(indicator, name)
        if "period" in indicator:
            check_word(indicator, "period")
        if "text" in indicator:
            check_texts(indicator, most=MAX_INDICATOR_CHARS, is_whole=False)
    read_numbers(line, "dependencies")


def _check_dependencies(data: Fields, numbers: set[int]) -> None:
    """Every dependency is a line of the roadmap, and none leads back to its own line."""
    after = {line["no"]: set(line.get("dependencies", [])) for line in data["lines"]}
    if any(each - numbers for each in after.values()):
        raise MalformedError("roadmap_dependency", "a line depends on one that is not there")
    free = {no for no, others in after.items() if not others}
    while free:
        after = {no: others - free for no, others in after.items() if no not in free}
        free = {no for no, others in after.items() if not others}
    if after:
        raise MalformedError("roadmap_dependency", "lines depend on each other in a circle")


def show_public(data: Fields) -> Fields:
    """What anyone may read of a version: its public lines, and the chapters that they stand in.

    The same object where every line is public.
    """
    lines = data.get("lines", [])
    shown = [each for each in lines if each.get("visibility") == PUBLIC]
    if len(shown) == len(lines):
        return data
    numbers, fields = {each["no"] for each in shown}, {each["field"] for each in shown}
    return {
        **data,
        "chapters": [each for each in data.get("chapters", []) if each["field"] in fields],
        "lines": [_without_hidden(each, numbers) for each in shown],
    }


def _without_hidden(line: Fields, numbers: set[int]) -> Fields:
    """A line that names no line which is not shown."""
    named = [each for each in line.get("dependencies", []) if each in numbers]
    rest = {name: value for name, value in line.items() if name != "dependencies"}
    return {**rest, "dependencies": named} if named else rest


def read_plan(data: Fields) -> Plan:
    """A version that ``check_roadmap`` has taken."""
    return Plan(
        title=data["title"],
        from_on=read_date(data, "period_from_on"),
        to_on=read_date(data, "period_to_on"),
        cycle_months=data.get("report_cycle_months", DEFAULT_CYCLE_MONTHS),
        chapters=tuple(
            Chapter(each["no"], each["field"], each.get("title", {}), each["lead_posts"])
            for each in data.get("chapters", [])
        ),
        lines=tuple(_read_lines(data.get("lines", []))),
    )


def _read_lines(lines: Sequence[Fields]) -> Iterator[Line]:
    for line in lines:
        others = [each for each in line.get("other_fields", []) if each != line["field"]]
        yield Line(
            no=line["no"],
            kind=line.get("kind", "commitment"),
            fields=(line["field"], *others),
            title=line["title"],
            text=line.get("text", {}),
            owner=line["owner"],
            lead_posts=line.get("lead_posts", {}),
            start_on=date.fromisoformat(line["start_on"]),
            due_on=date.fromisoformat(line["due_on"]),
            milestones=tuple(
                Milestone(
                    each["no"],
                    each["text"],
                    date.fromisoformat(each["due_on"]),
                    each.get("evidence_required") is True,
                )
                for each in line.get("milestones", [])
            ),
            dependencies=tuple(line.get("dependencies", [])),
            standing=line.get("standing", "running"),
            weight=line.get("weight", 1),
            data=line,
        )
