"""What a record rests on: as pages tell it, and as a person types it, one entry a line."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mithaq.core.instruments.lines import parse_line_address
from mithaq.errors import MalformedError
from mithaq.web.texts import pick


def name_ground(ground: Any) -> Any:
    """An entry of ``basis`` in its words, by language where it has them so; else its address."""
    return ground.get("text") or ground.get("at") or "" if isinstance(ground, Mapping) else str(ground)


def write_grounds(basis: Iterable[Any]) -> str:
    """Entries of ``basis`` as a field for lines shows them."""
    return "\n".join(map(_tell, basis))


def read_grounds(lines: Sequence[str], known: Iterable[Any] = ()) -> list[Any]:
    """Entries from lines: what was ``known`` stays as it was, in all its languages; an address is one."""
    there = {_tell(each): each for each in known}
    return [there[line] if line in there else _read(line) for line in lines]


def _tell(ground: Any) -> str:
    words = name_ground(ground)
    return " ".join((pick(words, "fr")[0] if isinstance(words, Mapping) else str(words)).split())


def _read(line: str) -> Any:
    try:
        parse_line_address(line)
    except MalformedError:
        is_arabic = any("\u0600" <= letter <= "\u06ff" for letter in line)
        return {"text": {"ar" if is_arabic else "fr": line}}
    return line
