"""Lines of a text, which others name as ``object@version#line`` (``core.instruments.lines``).

A line is what can be pointed at: ``title``, ``par_3``, ``decision_2``, ``action_1``, ``item_4``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

BLOCKS: Final[Mapping[str, str]] = {
    "paragraphs": "par",
    "decisions": "decision",
    "actions": "action",
    "items": "item",
}
"""Member of a text that holds numbered lines -> the word before the number."""

_LINE = re.compile(r"title|text|(?:par|decision|action|item)_[1-9][0-9]{0,2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Line:
    """A line with what stands in it.

    Attributes:
        name: as ``decision_2``.
        block: as ``decisions``; empty for a line that is alone, as ``title``.
        fields: ``text`` by language, and what belongs to the kind of line.
    """

    name: str
    block: str
    no: int
    fields: Mapping[str, Any]


def is_line(name: object) -> bool:
    """Whether a text of this register can have a line of that name."""
    return isinstance(name, str) and _LINE.fullmatch(name) is not None


def iterate_lines(data: Mapping[str, Any]) -> Iterator[Line]:
    """Every line of a text that has been checked, in the order in which it is read."""
    for name in ("title", "text"):
        if isinstance(data.get(name), Mapping):
            yield Line(name, "", 0, _alone(data, name))
    for block, word in BLOCKS.items():
        items = data.get(block)
        for each in items if isinstance(items, list | tuple) else ():
            if isinstance(each, Mapping) and type(each.get("no")) is int:
                text = each.get("text", each.get("title"))
                yield Line(f"{word}_{each['no']}", block, each["no"], {**each, "text": text})


def _alone(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    aligned = data.get("aligned")
    marks = aligned.get(name) if isinstance(aligned, Mapping) else None
    return {**(marks if isinstance(marks, Mapping) else {}), "text": data[name]}
