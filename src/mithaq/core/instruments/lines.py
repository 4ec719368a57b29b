"""The address of a line: a numbered part of a text (article, decision, step) that others point to.

``<id of the instrument>[@<version>][#<line>]``, for example
``0197…-….@2#art_5__para_2``. Without a version the one in force is meant; without a line, the whole.

Spec: docs/spec 9.6.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mithaq.errors import MalformedError

_ADDRESS = re.compile(
    r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:@([1-9][0-9]{0,3}))?(?:#([A-Za-z0-9_.-]{1,64}))?",
    re.ASCII,
)


_LINE = re.compile(r"#[A-Za-z0-9_.-]{1,64}", re.ASCII)
_WITHIN = "__"
"""Between a line and one within it: ``art_5__para_2`` stands in ``art_5``."""


def name_line(line: str) -> str:
    """A line as the scope of a suspension names it."""
    return f"#{line}"


def is_line_name(name: str) -> bool:
    """Whether a name in a scope is that of a line, and not of a part of the manifest."""
    return _LINE.fullmatch(name) is not None


def is_in_scope(line: str | None, scope: Sequence[str]) -> bool:
    """Whether a line lies in a scope: itself or what it stands in is named, or nothing is, for the whole.

    Args:
        line: None for the whole text, which lies in no scope of some lines only.
        scope: names of lines, each behind ``#``, and of parts.
    """
    if not scope or line is None:
        return not scope
    named = (name.removeprefix("#") for name in scope)
    return any(line == name or line.startswith(name + _WITHIN) for name in named)


@dataclass(frozen=True, slots=True)
class LineAddress:
    """Where a line stands.

    Attributes:
        version: from 1; None for the version in force.
        line: 1 to 64 ASCII characters, stable for ever; None for the whole text.
    """

    object_id: str
    version: int | None = None
    line: str | None = None

    def encode(self) -> str:
        """The address as it stands in a body."""
        version = "" if self.version is None else f"@{self.version}"
        return f"{self.object_id}{version}{'' if self.line is None else '#' + self.line}"


def parse_line_address(text: str) -> LineAddress:
    """Read an address.

    Raises:
        MalformedError: ``line_address``.
    """
    match = _ADDRESS.fullmatch(text)
    if match is None:
        raise MalformedError("line_address", "a line is named as id@version#line")
    return LineAddress(match[1], int(match[2]) if match[2] else None, match[3])


def find_basis(body: Mapping[str, object]) -> list[LineAddress]:
    """The instruments that a note or a version rests on: the addresses among ``basis``, in order.

    What is no address (the words of a mandate, a decision outside the record) is for people and is left out.
    """
    basis = body.get("basis")
    if not isinstance(basis, Sequence) or isinstance(basis, str):
        return []
    named = (one.get("at") if isinstance(one, Mapping) else one for one in basis)
    matches = (_ADDRESS.fullmatch(one) for one in named if isinstance(one, str))
    return [parse_line_address(match[0]) for match in matches if match]
