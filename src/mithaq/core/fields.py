"""Reads the fields of a body for a register; what has another form is refused by the register's own code.

The words of a register, ``meeting_text`` or ``roadmap_date``, tell its forms where to put a refusal: so a
reader is made with the prefix of its codes. What the record itself reads, it reads by
``core.instruments.members``.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from mithaq.core.instruments.lines import parse_line_address
from mithaq.errors import MalformedError

Fields = Mapping[str, Any]

LANGUAGES: Final = ("ar", "fr")
"""Both stand in every text that is signed."""

MAX_TITLE_CHARS: Final = 300
MAX_TEXT_CHARS: Final = 20_000
MAX_NO: Final = 999

JOINT: Final = "joint"
"""Owner of what all sides do together."""

ADMINISTRATION: Final = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,16}){1,3}", re.ASCII)
POST: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.ASCII)
_DATE = re.compile(r"[12][0-9]{3}-[01][0-9]-[0-3][0-9]", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


def has_form(pattern: re.Pattern[str], value: object) -> bool:
    """Whether ``value`` is a text that ``pattern`` matches as a whole."""
    return isinstance(value, str) and pattern.fullmatch(value) is not None


class FieldReader:
    """Checks and reads fields by their name.

    Args:
        prefix: of the codes, ``meeting`` for ``meeting_text``.
        most_items: a list holds no more, unless a call says otherwise.

    Every method raises ``MalformedError`` with the code that its docstring names after the prefix.
    """

    def __init__(self, prefix: str, most_items: int) -> None:
        self._prefix = prefix
        self._most_items = most_items

    def check_texts(
        self, fields: Fields, name: str = "text", *, most: int = MAX_TEXT_CHARS, is_whole: bool = True
    ) -> None:
        """A text by language: Arabic and French, or one of any language where it is not whole; ``_text``."""
        texts = fields.get(name)
        if not isinstance(texts, Mapping):
            raise MalformedError(f"{self._prefix}_text", f"{name} is a text by language")
        written = {lang for lang, text in texts.items() if self._is_written(text, name, most)}
        if not written or (is_whole and not written.issuperset(LANGUAGES)):
            raise MalformedError(f"{self._prefix}_text", f"{name} is empty in a language that it needs")

    def check_title(self, fields: Fields, name: str = "title") -> None:
        """A title in Arabic and in French; ``_text``."""
        self.check_texts(fields, name, most=MAX_TITLE_CHARS)

    def check_word(self, fields: Fields, name: str, most: int = 64) -> None:
        """A text without language: a unit, a code; ``_text``."""
        if not self._is_written(fields.get(name), name, most):
            raise MalformedError(f"{self._prefix}_text", f"{name} is empty")

    def check_some_text(self, fields: Fields, name: str = "text", most: int = MAX_TEXT_CHARS) -> None:
        """A plain text, or one by language of which one is enough; ``_text``."""
        if isinstance(fields.get(name), str):
            self.check_word(fields, name, most)
        else:
            self.check_texts(fields, name, most=most, is_whole=False)

    def _is_written(self, text: object, name: str, most: int) -> bool:
        if not isinstance(text, str) or len(text) > most:
            raise MalformedError(f"{self._prefix}_text", f"{name} is a text of at most {most} characters")
        return bool(text.strip())

    def check_choice(self, fields: Fields, name: str, choices: Collection[str]) -> str:
        """One of a closed list; ``_choice``."""
        value = fields.get(name)
        if not isinstance(value, str) or value not in choices:
            raise MalformedError(f"{self._prefix}_choice", f"{name} is one of {', '.join(sorted(choices))}")
        return value

    def check_id(self, fields: Fields, name: str) -> str:
        """The id of an instrument or a note; ``_reference``."""
        value = fields.get(name)
        if not has_form(_UUID, value):
            raise MalformedError(f"{self._prefix}_reference", f"{name} is the id of a record")
        return str(value)

    def check_hash(self, fields: Fields, name: str) -> None:
        """A SHA-256 in lower-case hex: of a version, a file, a commitment; ``_reference``."""
        if not has_form(_HASH, fields.get(name)):
            raise MalformedError(f"{self._prefix}_reference", f"{name} is a hash")

    def check_number(self, fields: Fields, name: str = "no", most: int = MAX_NO, least: int = 1) -> int:
        """A whole number; ``_number``."""
        value = fields.get(name)
        if type(value) is not int or not least <= value <= most:
            raise MalformedError(f"{self._prefix}_number", f"{name} is a number from {least} to {most}")
        return value

    def read_date(self, fields: Fields, name: str) -> date:
        """A day as ``2026-03-10``; ``_date``."""
        value = fields.get(name)
        try:
            if has_form(_DATE, value):
                return date.fromisoformat(str(value))
        except ValueError:
            pass
        raise MalformedError(f"{self._prefix}_date", f"{name} is a day of the form 2026-03-10")

    def read_list(self, fields: Fields, name: str, *, least: int = 0, most: int = 0) -> Sequence[Any]:
        """A list of anything, empty when it is absent; ``_list``."""
        items = fields.get(name, [])
        most = most or self._most_items
        if not isinstance(items, Sequence) or isinstance(items, str) or not least <= len(items) <= most:
            raise MalformedError(f"{self._prefix}_list", f"{name} is a list of {least} to {most}")
        return items

    def read_items(self, fields: Fields, name: str, *, least: int = 0, most: int = 0) -> Sequence[Fields]:
        """A list of objects, empty when it is absent; ``_list``."""
        items = self.read_list(fields, name, least=least, most=most)
        if not all(isinstance(each, Mapping) for each in items):
            raise MalformedError(f"{self._prefix}_list", f"{name} is a list of objects")
        return items

    def read_numbered(
        self, fields: Fields, name: str, *, least: int = 0, most: int = 0
    ) -> Iterator[tuple[int, Fields]]:
        """Objects with a number ``no`` each, none twice; ``_list``, ``_number``."""
        seen: set[int] = set()
        for each in self.read_items(fields, name, least=least, most=most):
            number = self.check_number(each)
            if number in seen:
                raise MalformedError(f"{self._prefix}_number", f"a number stands twice in {name}")
            seen.add(number)
            yield number, each

    def check_basis(self, fields: Fields) -> None:
        """What an act rests on: addresses of lines, alone or under ``at``, or words; ``_list``, ``_text``.

        Raises:
            MalformedError: also ``line_address``.
        """
        for each in self.read_list(fields, "basis"):
            if isinstance(each, str):
                parse_line_address(each)
            elif isinstance(each, Mapping):
                self.check_ground(each)
            else:
                raise MalformedError(f"{self._prefix}_list", "basis names lines, or says in words what it is")

    def check_ground(self, ground: Fields) -> None:
        """One object of a basis."""
        if "at" in ground:
            parse_line_address(str(ground["at"]))
        if "text" in ground or "at" not in ground:
            self.check_some_text(ground, most=MAX_TITLE_CHARS)
