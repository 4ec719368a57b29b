"""The one-page picture of a roadmap: the chart, and the same as a table."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from html import escape
from typing import Any, Final

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from mithaq.registers.roadmap.reading.lines import Standings
from mithaq.registers.roadmap.rules.progress import Progress
from mithaq.registers.roadmap.rules.standing import LineMark, LineStanding, LineState
from mithaq.registers.roadmap.views.about import name_owner
from mithaq.web.charts.timeline import (
    Bar,
    Group,
    Step,
    TableGroup,
    TableRow,
    Timeline,
    draw_timeline,
    write_table,
)
from mithaq.web.codes import choices_of
from mithaq.web.filters import icon, mark, mq_day, mq_text, state
from mithaq.web.language import direction_of
from mithaq.web.numbers import write_number
from mithaq.web.texts import pick
from mithaq.web.words import mark_word, state_word

_NOTHING: Final = '<span class="muted" aria-hidden="true">—</span>'
LOOKS: Final[Mapping[str, str]] = {
    LineState.PLANNED: "plain",
    LineState.IN_PROGRESS: "running",
    LineState.REPORTED_DONE: "waiting",
    LineState.ACCEPTED: "done",
    LineState.RETURNED: "back",
    LineState.SUSPENDED: "out",
    LineState.DROPPED: "out",
}


def draw_picture(standings: Standings, chapters: Sequence[Progress], today: date, lang: str) -> SafeString:
    """The chart: a group for each field, late lines first, then by their day."""
    names = dict(choices_of("field"))
    groups = [
        Group(_name_chapter(each, names, lang), [_bar(line, lang) for line in each.lines])
        for each in chapters
        if each.lines
    ]
    late = sum(each.late for each in chapters)
    words = {"lines": len(standings.lines), "late": late}
    chart = Timeline(
        name="roadmap",
        lang=lang,
        title=pick(standings.roadmap.title, lang)[0],
        desc=_("%(lines)s lines by field, %(late)s of them late. The same stands in the table below.")
        % words,
        today=today,
        today_word=_("today"),
        groups=groups,
    )
    return draw_timeline(chart)


def _name_chapter(chapter: Progress, names: Mapping[str, str], lang: str) -> str:
    name = names.get(chapter.chapter.field, chapter.chapter.field)
    if chapter.percent is None:
        return name
    return f"{name} · {write_number(chapter.percent, lang)} %"


def _bar(each: LineStanding, lang: str) -> Bar:
    return Bar(
        label=f"{each.line.no}. {pick(each.line.title, lang)[0]}",
        word=" · ".join(_words(each)),
        starts_on=each.line.start_on,
        ends_on=each.line.due_on,
        look=LOOKS[each.state],
        percent=each.percent,
        is_late=each.is_late,
        steps=tuple(
            Step(one.milestone.due_on, one.done_on is not None, one.is_late) for one in each.milestones
        ),
    )


def _words(each: LineStanding) -> list[str]:
    told = [code for code in each.marks if code != LineMark.REPORT_DUE]
    marks = [str(mark_word(code).word) for code in told]
    return [*marks[:1], str(state_word(each.state).word)]


def write_lines(standings: Standings, chapters: Sequence[Progress], lang: str) -> SafeString:
    """The same as a table, with the way to each line and its evidence."""
    columns = [
        _("Roadmap line"), _("Owner"), _("Starts on"), _("Due on"), _("Done"),
        _("State"), _("Milestones"), _("Supporting evidence"),
    ]  # fmt: skip
    names = dict(choices_of("field"))
    row = _row_maker(standings, lang)
    groups = [
        TableGroup(
            format_html("<bdi>{}</bdi>", _name_chapter(each, names, lang)), [row(line) for line in each.lines]
        )
        for each in chapters
        if each.lines
    ]
    return write_table(columns, groups)


def _row_maker(standings: Standings, lang: str) -> Callable[[LineStanding], TableRow]:
    """Makes rows; what repeats from row to row (owners, states, days) is told once."""
    kept: dict[Any, SafeString] = {}
    base = reverse("roadmap-line", args=[standings.roadmap.object_id, 1]).removesuffix("1/")
    evidence = f'#evidence"><span class="visually-hidden">{escape(_("Evidence of line"))} '

    def once(key: Any, tell: Callable[[], SafeString]) -> SafeString:
        found = kept.get(key)
        if found is None:
            found = kept[key] = tell()
        return found

    def show_evidence(no: int) -> str:
        count = standings.evidence_count(no)
        if not count:
            return _NOTHING
        clip = once("clip", lambda: icon("paperclip"))
        return f'<a href="{base}{no}/{evidence}{no}: </span>{clip}{count}</a>'

    def row(each: LineStanding) -> TableRow:
        line = each.line
        done = sum(one.done_on is not None for one in each.milestones)
        steps = f"<bdi>{done} / {len(each.milestones)}</bdi>" if each.milestones else _NOTHING
        cells = (
            once(("owner", line.owner), lambda: mq_text(name_owner(line.owner))),
            once(line.start_on, lambda: mq_day(line.start_on)),
            once(line.due_on, lambda: mq_day(line.due_on)),
            once(("percent", each.percent), lambda: _percent(each.percent, lang)),
            once(("state", each.state, each.marks), lambda: tell_state(each)),
            steps,
            show_evidence(line.no),
        )
        title = _tell_title(line.title, lang)
        heading = f'<a href="{base}{line.no}/"><bdi>{line.no}</bdi>. {title}</a>'
        return TableRow(SafeString(heading), [SafeString(cell) for cell in cells])

    return row


def _tell_title(title: Mapping[str, str], lang: str) -> str:
    """As ``mq_text``, for hundreds of them."""
    text, own, is_translated = pick(title, lang)
    if is_translated:
        return f"<bdi>{escape(text)}</bdi>"
    return f'<bdi lang="{own}" dir="{direction_of(own)}">{escape(text)}</bdi>'


def tell_state(each: LineStanding) -> SafeString:
    """State and marks as words and icons."""
    marks = format_html_join("", " {}", ((mark(code),) for code in each.marks))
    return format_html("{}{}", state(each.state), marks)


def _percent(value: int, lang: str) -> SafeString:
    return SafeString(f"<bdi>{write_number(value, lang)} %</bdi>")
