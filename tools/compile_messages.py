"""Compiles the catalogues of messages: each ``django.po`` into the ``django.mo`` beside it.

The compiled files are committed, so that neither a wheel nor a fresh checkout needs gettext.
Standard library only.

    python tools/compile_messages.py            compile all
    python tools/compile_messages.py --check    fail where a compiled file is not that of its catalogue
"""

import ast
import struct
import sys
from dataclasses import dataclass, field
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "src" / "mithaq"
MAGIC = 0x950412DE
KEYWORDS = ("msgctxt", "msgid_plural", "msgid", "msgstr")


@dataclass
class Entry:
    """One message; ``texts`` are its translations by plural form."""

    context: str | None = None
    source: str = ""
    plural: str | None = None
    texts: dict[int, str] = field(default_factory=dict)
    is_fuzzy: bool = False

    @property
    def key(self) -> str:
        """As it stands in a compiled file."""
        source = self.source if self.plural is None else f"{self.source}\0{self.plural}"
        return source if self.context is None else f"{self.context}\x04{source}"

    @property
    def value(self) -> str:
        """All forms, in order."""
        return "\0".join(self.texts[form] for form in sorted(self.texts))

    @property
    def is_translated(self) -> bool:
        """Whether every form is filled and a person has looked at it."""
        return bool(self.texts) and all(self.texts.values()) and not self.is_fuzzy


class _Reader:
    """Reads a catalogue line by line."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._entry: Entry | None = None
        self._at = ""
        self._is_fuzzy = False

    def read(self, line: str) -> None:
        """Take one line."""
        text = line.strip()
        if text.startswith("#"):
            self._is_fuzzy = self._is_fuzzy or (text.startswith("#,") and "fuzzy" in text)
        elif text.startswith('"'):
            self._append(ast.literal_eval(text))
        elif text:
            self._open(text)

    def _open(self, text: str) -> None:
        word, _, quoted = text.partition(" ")
        keyword = word.partition("[")[0]
        if keyword not in KEYWORDS:
            raise ValueError(f"not a line of a catalogue: {text}")
        is_first = keyword == "msgctxt" or (keyword == "msgid" and self._at != "msgctxt")
        if is_first:
            self._entry = Entry(is_fuzzy=self._is_fuzzy)
            self._is_fuzzy = False
            self.entries.append(self._entry)
        self._at = word
        self._append(ast.literal_eval(quoted))

    def _append(self, text: str) -> None:
        entry = self._entry
        if entry is None:
            raise ValueError("a text without its keyword")
        match self._at:
            case "msgctxt":
                entry.context = (entry.context or "") + text
            case "msgid":
                entry.source += text
            case "msgid_plural":
                entry.plural = (entry.plural or "") + text
            case _:
                form = int(self._at.partition("[")[2].rstrip("]") or 0)
                entry.texts[form] = entry.texts.get(form, "") + text


def parse_catalogue(text: str) -> list[Entry]:
    """The entries of a ``.po`` file, the header (empty source) among them."""
    reader = _Reader()
    for line in text.splitlines():
        reader.read(line)
    return reader.entries


def compile_entries(entries: list[Entry]) -> bytes:
    """A ``.mo`` file of the translated entries, sorted, without a hash table."""
    pairs = sorted((each.key.encode(), each.value.encode()) for each in entries if each.is_translated)
    start = 28 + 16 * len(pairs)
    ids = b"".join(key + b"\0" for key, _ in pairs)
    texts = b"".join(value + b"\0" for _, value in pairs)
    tables = [b"", b""]
    offsets = [start, start + len(ids)]
    for pair in pairs:
        for column in (0, 1):
            tables[column] += struct.pack("<2I", len(pair[column]), offsets[column])
            offsets[column] += len(pair[column]) + 1
    head = struct.pack("<7I", MAGIC, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 28 + 16 * len(pairs))
    return head + b"".join(tables) + ids + texts


def find_catalogues(package: Path = PACKAGE) -> list[Path]:
    """Every catalogue of the package."""
    return sorted(package.rglob("locale/*/LC_MESSAGES/*.po"))


def main(arguments: list[str]) -> int:
    """0 when all is in order, 1 when a compiled file is out of date, 2 on wrong use."""
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    stale = []
    for catalogue in find_catalogues():
        compiled = compile_entries(parse_catalogue(catalogue.read_text(encoding="utf-8")))
        target = catalogue.with_suffix(".mo")
        if not arguments:
            target.write_bytes(compiled)
        elif not target.is_file() or target.read_bytes() != compiled:
            stale.append(target)
    for target in stale:
        print(f"{target} is not compiled from its catalogue: python tools/compile_messages.py")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
