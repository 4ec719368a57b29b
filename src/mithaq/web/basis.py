"""What a record rests on: as pages tell it, and as a person types it, one entry a line."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mithaq.core.instruments.lines import parse_line_address
from mithaq.errors import MalformedError
from mithaq.web.texts import pick


def name_basis(entry: Any) -> Any:
    """An entry of ``basis`` in its words, by language where it has them so; else its address."""
    return entry.get("text") or entry.get("at") or "" if isinstance(entry, Mapping) else str(entry)


def write_basis(basis: Iterable[Any]) -> str:
    """Entries of ``basis`` as a field for lines shows them."""
    return "\n".join(map(_tell, basis))


def read_basis(lines: Sequence[str], known: Iterable[Any] = ()) -> list[Any]:
    """Entries from lines: what was ``known`` stays as it was, in all its languages; an address is one."""
    there = {_tell(each): each for each in known}
    return [there[line] if line in there else _read(line) for line in lines]


def _tell(entry: Any) -> str:
    words = name_basis(entry)
    return " ".join((pick(words, "fr")[0] if isinstance(words, Mapping) else str(words)).split())


def _read(line: str) -> Any:
    try:
        parse_line_address(line)
    except MalformedError:
        is_arabic = any("\u0600" <= letter <= "\u06ff" for letter in line)
        return {"text": {"ar" if is_arabic else "fr": line}}
    return line
