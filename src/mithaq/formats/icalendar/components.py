"""The tree of components, and how large an input may be.

Spec: RFC 5545 3.4 to 3.6.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from mithaq.errors import MalformedError
from mithaq.formats.icalendar.lines import ContentLine, parse_line, unfold, write_line

MAX_BYTES: Final = 1_048_576
MAX_LINES: Final = 20_000
"""Unfolded lines."""
MAX_COMPONENTS: Final = 1_000
MAX_DEPTH: Final = 4


@dataclass(slots=True)
class Component:
    """One BEGIN … END.

    Attributes:
        name: upper case, as VEVENT.
        lines: its own properties, in order.
        parts: components within it, in order.
    """

    name: str
    lines: list[ContentLine] = field(default_factory=list)
    parts: list["Component"] = field(default_factory=list)

    def all(self, name: str) -> list[ContentLine]:
        """Every property of that name."""
        return [line for line in self.lines if line.name == name]

    def one(self, name: str) -> ContentLine | None:
        """The property of that name; None when it is absent.

        Raises:
            MalformedError: ``ics_repeated``.
        """
        found = self.all(name)
        if len(found) > 1:
            raise MalformedError("ics_repeated", f"{name} stands more than once")
        return found[0] if found else None

    def need(self, name: str) -> ContentLine:
        """The property of that name.

        Raises:
            MalformedError: ``ics_missing``, ``ics_repeated``.
        """
        found = self.one(name)
        if found is None:
            raise MalformedError("ics_missing", f"{self.name} has no {name}")
        return found


def write_component(component: Component) -> bytes:
    """The bytes of a component with all within it."""
    return b"".join(_iterate_bytes(component))


def _iterate_bytes(component: Component) -> Iterator[bytes]:
    yield write_line(ContentLine("BEGIN", component.name))
    for line in component.lines:
        yield write_line(line)
    for part in component.parts:
        yield from _iterate_bytes(part)
    yield write_line(ContentLine("END", component.name))


def parse_components(data: bytes) -> Component:
    """Read one VCALENDAR; nothing may stand before or after it.

    Raises:
        MalformedError: ``ics_size``, ``ics_not_utf8``, ``ics_nesting``, ``ics_no_calendar``, or a
            code of ``lines``.
    """
    if len(data) > MAX_BYTES:
        raise MalformedError("ics_size", "a calendar file is at most 1 MiB")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise MalformedError("ics_not_utf8", "a calendar file is UTF-8") from error
    if text[:1] == "\ufeff":
        raise MalformedError("ics_not_utf8", "a calendar file has no byte order mark")
    lines = unfold(text)
    if len(lines) > MAX_LINES:
        raise MalformedError("ics_size", f"a calendar file has at most {MAX_LINES} lines")
    return _build([parse_line(line) for line in lines])


def _build(lines: Sequence[ContentLine]) -> Component:
    root: Component | None = None
    stack: list[Component] = []
    count = 0
    for line in lines:
        if line.name == "BEGIN":
            count += 1
            component = Component(line.value.upper())
            root = _open(component, stack, root)
            if count > MAX_COMPONENTS or len(stack) > MAX_DEPTH:
                raise MalformedError("ics_nesting", "a calendar file holds too many components")
        elif line.name == "END":
            if not stack or stack.pop().name != line.value.upper():
                raise MalformedError("ics_nesting", "a component is ended that was not begun last")
        elif not stack:
            raise MalformedError("ics_no_calendar", "a line stands outside of any component")
        else:
            stack[-1].lines.append(line)
    if root is None or stack or root.name != "VCALENDAR":
        raise MalformedError("ics_no_calendar", "the file is not one whole VCALENDAR")
    return root


def _open(component: Component, stack: list[Component], root: Component | None) -> Component:
    if stack:
        stack[-1].parts.append(component)
    elif root is not None:
        raise MalformedError("ics_no_calendar", "the file holds more than one calendar")
    stack.append(component)
    return root or component
