"""What a record rests on, as a person types it: one entry a line, an address or words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mithaq.core.instruments.lines import parse_line_address
from mithaq.errors import MalformedError
from mithaq.web.texts import pick


def write_grounds(basis: Iterable[Any]) -> str:
    """Entries of ``basis`` as a field for lines shows them."""
    return "\n".join(map(_tell, basis))


def read_grounds(lines: Sequence[str], known: Iterable[Any] = ()) -> list[Any]:
    """Entries from lines: what was ``known`` stays as it was, in all its languages; an address is one."""
    there = {_tell(each): each for each in known}
    return [there[line] if line in there else _read(line) for line in lines]


def _tell(ground: Any) -> str:
    if isinstance(ground, str):
        return ground
    text = (ground.get("text") or ground.get("at", "")) if isinstance(ground, Mapping) else ""
    return " ".join((pick(text, "fr")[0] if isinstance(text, Mapping) else str(text)).split())


def _read(line: str) -> Any:
    try:
        parse_line_address(line)
    except MalformedError:
        is_arabic = any("\u0600" <= letter <= "\u06ff" for letter in line)
        return {"text": {"ar" if is_arabic else "fr": line}}
    return line
