"""What a version changes against an older one, line by line; and what it may not change.

Spec: docs/spec/20-roadmap.md, "Versions".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from json import dumps
from typing import Any, Final

from mithaq.core.fields import Fields
from mithaq.errors import ConflictError

LINE_MEMBERS: Final = (
    "standing",
    "owner",
    "due_on",
    "start_on",
    "field",
    "other_fields",
    "kind",
    "lead_posts",
    "weight",
    "dependencies",
    "visibility",
    "basis",
    "milestones",
    "indicators",
)
"""Members of a line that are no text, in the order in which a change of them is told."""

PLAN_MEMBERS: Final = ("period_from_on", "period_to_on", "report_cycle_months", "chapters")
_IDS: Final[Mapping[str, str]] = {"chapters": "no", "milestones": "no", "indicators": "code"}
_TEXTS: Final = ("title", "text")
_DEFAULTS: Final[Mapping[str, object]] = {
    "standing": "running",
    "kind": "commitment",
    "weight": 1,
    "visibility": "both",
    "report_cycle_months": 3,
}


@dataclass(frozen=True, slots=True)
class ItemChange:
    """An entry of a list before and after; None where it was or is not there."""

    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class MemberChange:
    """A member before and after; None where it was or is not there.

    Attributes:
        items: of a list, the entries that differ: each beside the one of the same number or code.
    """

    name: str
    before: Any
    after: Any
    items: tuple[ItemChange, ...] = ()


@dataclass(frozen=True, slots=True)
class TextChange:
    """A text that reads differently in a language.

    Attributes:
        is_one_sided: whether the other language stayed as it was, though it is written.
    """

    name: str
    before: Mapping[str, str]
    after: Mapping[str, str]
    is_one_sided: bool


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line that differs.

    Attributes:
        kind: ``added``, ``removed`` or ``changed``.
        line: as it is now, or was when it is gone.
    """

    no: int
    kind: str
    line: Fields
    members: tuple[MemberChange, ...]
    texts: tuple[TextChange, ...]


@dataclass(frozen=True, slots=True)
class PlanChange:
    """Everything that differs between two versions."""

    members: tuple[MemberChange, ...]
    texts: tuple[TextChange, ...]
    lines: tuple[LineChange, ...]
    same_count: int


def compare_plans(before: Fields, after: Fields) -> PlanChange:
    """What ``after`` changes."""
    old = {each["no"]: each for each in before.get("lines", [])}
    new = {each["no"]: each for each in after.get("lines", [])}
    lines = tuple(_compare_lines(old, new))
    return PlanChange(
        tuple(_compare_members(before, after, PLAN_MEMBERS)),
        tuple(_compare_texts(before, after)),
        lines,
        len(old.keys() & new.keys()) - sum(each.kind == "changed" for each in lines),
    )


def _compare_lines(old: Mapping[int, Fields], new: Mapping[int, Fields]) -> Iterator[LineChange]:
    for no in sorted({*old, *new}):
        if no not in old:
            yield LineChange(no, "added", new[no], (), ())
        elif no not in new:
            yield LineChange(no, "removed", old[no], (), ())
        else:
            members = tuple(_compare_members(old[no], new[no], LINE_MEMBERS))
            texts = tuple(_compare_texts(old[no], new[no]))
            if members or texts:
                yield LineChange(no, "changed", new[no], members, texts)


def _compare_members(before: Fields, after: Fields, names: tuple[str, ...]) -> Iterator[MemberChange]:
    for name in names:
        old, new = (each.get(name, _DEFAULTS.get(name)) or None for each in (before, after))
        if old != new:
            yield MemberChange(name, old, new, tuple(_align(name, old, new)))


def _align(name: str, before: Any, after: Any) -> Iterator[ItemChange]:
    """What is gone or reads differently, in the old order; then what is new, in the new one."""
    if not all(each is None or isinstance(each, list | tuple) for each in (before, after)):
        return
    old = {_key_of(name, each): each for each in before or ()}
    new = {_key_of(name, each): each for each in after or ()}
    for key, item in old.items():
        if new.get(key) != item:
            yield ItemChange(item, new.get(key))
    for key, item in new.items():
        if key not in old:
            yield ItemChange(None, item)


def _key_of(name: str, item: Any) -> str:
    """What an entry is known by from version to version: its number or code, else all that it says."""
    by = _IDS.get(name)
    if by is not None and isinstance(item, Mapping) and by in item:
        return str(item[by])
    return dumps(item, sort_keys=True)


def _compare_texts(before: Fields, after: Fields) -> Iterator[TextChange]:
    for name in _TEXTS:
        old, new = before.get(name) or {}, after.get(name) or {}
        changed = [lang for lang in ("ar", "fr") if old.get(lang, "") != new.get(lang, "")]
        if changed:
            yield TextChange(
                name, old, new, len(changed) == 1 and bool(new.get("ar")) and bool(new.get("fr"))
            )


def check_succession(before: Fields, after: Fields) -> None:
    """Numbers are for ever: a line is dropped in its place, never taken out, and none is used twice.

    Raises:
        ConflictError: ``line_removed``.
    """
    old = {each["no"] for each in before.get("lines", [])}
    new = {each["no"] for each in after.get("lines", [])}
    if old - new:
        raise ConflictError("line_removed", "a line is dropped in its place, never taken out")


def next_number(*versions: Fields) -> int:
    """The first number that no line of these versions has had."""
    return max((each["no"] for data in versions for each in data.get("lines", [])), default=0) + 1
