"""Two versions of a text compared: changed fields first, then each line by words and by language."""

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise

from mithaq.core.instruments.manifest import Manifest
from mithaq.core.instruments.state import Version
from mithaq.node.blobs import Blobs
from mithaq.node.read.whole_data import with_long
from mithaq.web.records.facts import name_field
from mithaq.web.two_columns import LANGUAGES, Cell, Row, make_rows

_WORD = re.compile(r"\S+\s*|\s+")
"""A word with the space after it."""

MOST_WORDS: Final = 6_000
"""Longer lines are told whole: before, and after."""

MOST_PAIRS: Final = 250_000
"""A line of few words said again and again is told whole too: to search it would take minutes."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words: ``same``, ``added`` or ``deleted``."""

    change: str
    text: str


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """A line in one language."""

    lang: str
    direction: str
    label: str
    pieces: tuple[Piece, ...]

    @property
    def is_changed(self) -> bool:
        """Whether any word differs."""
        return any(piece.change != "same" for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A line in both languages.

    Attributes:
        is_one_sided: changed in one language alone, though written in both.
    """

    anchor: str
    cells: tuple[ChangedCell, ...]
    is_one_sided: bool

    @property
    def is_changed(self) -> bool:
        """Whether any language of it differs."""
        return any(cell.is_changed for cell in self.cells)


@dataclass(frozen=True, slots=True)
class ChangedField:
    """A field that is no text: its address in the manifest, before and after."""

    name: str
    before: str
    after: str

    @property
    def label(self) -> Promise | str:
        """In words, where there are any for it."""
        return name_field(self.name)


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that differs between two manifests, and what does not."""

    fields: tuple[ChangedField, ...]
    rows: tuple[ChangedRow, ...]

    @property
    def changed(self) -> tuple[ChangedRow, ...]:
        """Lines that differ."""
        return tuple(row for row in self.rows if row.is_changed)

    @property
    def unchanged_count(self) -> int:
        """Count of lines that are the same."""
        return len(self.rows) - len(self.changed)


@dataclass(frozen=True, slots=True)
class Difference(Changes):
    """The same between two versions."""

    before: Version
    after: Version


def compare_versions(before: Version, after: Version, blobs: Blobs | None = None) -> Difference:
    """What changed from one version to another; ``blobs`` for texts too long for their manifest."""
    found = compare_manifests(before.manifest, after.manifest, blobs)
    return Difference(found.fields, found.rows, before, after)


def compare_manifests(before: Manifest, after: Manifest, blobs: Blobs | None = None) -> Changes:
    """What changed from one manifest to another, though nobody has sent the other one yet."""
    old, new = _whole(before, blobs), _whole(after, blobs)
    title_old, title_new = _title_row(old), _title_row(new)
    rows = compare_rows([*title_old, *make_rows(old)], [*title_new, *make_rows(new)])
    return Changes(tuple(compare_fields(before, after)), tuple(rows))


def _whole(manifest: Manifest, blobs: Blobs | None) -> Mapping[str, Any]:
    return manifest.data or {} if blobs is None else with_long(manifest.data or {}, manifest.parts, blobs)


def compare_rows(before: Sequence[Row], after: Sequence[Row]) -> Iterator[ChangedRow]:
    """Line by line, by anchor; deleted lines stand where they stood."""
    old = {_key(row, place): row for place, row in enumerate(before)}
    new = {_key(row, place): row for place, row in enumerate(after)}
    for key in _merge(list(old), list(new)):
        yield _compare_row(key, old.get(key), new.get(key))


def compare_words(before: str, after: str) -> tuple[Piece, ...]:
    """The words of two texts, in order, each once where they agree."""
    if before == after:
        return (Piece("same", before),) if before else ()
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(old) + len(new) > MOST_WORDS:
        return tuple(Piece(kind, text) for kind, text in (("deleted", before), ("added", after)) if text)
    pieces: list[Piece] = []
    for is_same, a, b, c, d in _runs([*map(_key_of, old)], [*map(_key_of, new)]):
        deleted, added = "".join(old[a:b]), "".join(new[c:d])
        if is_same:
            # They differ by a space at most, where one of the two ends here.
            _add(pieces, "same", max(deleted, added, key=len))
            continue
        space = _space_of(deleted, added)
        _add(pieces, "deleted", deleted.removesuffix(space))
        _add(pieces, "added", added.removesuffix(space))
        _add(pieces, "same", space)
    return tuple(pieces)


def _key_of(word: str) -> str:
    """What makes two words the same: a line that breaks after one does, a space or the end does not."""
    bare = word.rstrip()
    return bare if word[len(bare) :] in ("", " ") else word


def _space_of(deleted: str, added: str) -> str:
    """The space that follows both."""
    space = deleted[len(deleted.rstrip()) :]
    return space if added.endswith(space) and added.rstrip() + space == added else ""


def _add(pieces: list[Piece], change: str, text: str) -> None:
    if pieces and pieces[-1].change == change:
        pieces[-1] = Piece(change, pieces[-1].text + text)
    elif text:
        pieces.append(Piece(change, text))


def _runs(old: Sequence[str], new: Sequence[str]) -> list[tuple[bool, int, int, int, int]]:
    """(whether equal, places in the old, places in the new); what begins and ends alike is not searched."""
    most = min(len(old), len(new))
    head = next((place for place in range(most) if old[place] != new[place]), most)
    most -= head
    tail = next((place for place in range(most) if old[-1 - place] != new[-1 - place]), most)
    first, last = len(old) - tail, len(new) - tail
    if _count_pairs(old[head:first], new[head:last]) > MOST_PAIRS:
        changed = [(True, 0, head, 0, head), (False, head, first, head, last)]
        return [*changed, (True, first, len(old), last, len(new))]
    matcher = difflib.SequenceMatcher(None, old[head:first], new[head:last], autojunk=False)
    runs = [(True, 0, head, 0, head)] if head else []
    for operation, a, b, c, d in matcher.get_opcodes():
        runs.append((operation == "equal", head + a, head + b, head + c, head + d))
    return [*runs, (True, first, len(old), last, len(new))] if tail else runs


def _count_pairs(old: Sequence[str], new: Sequence[str]) -> int:
    """How often a word of one stands in the other: a search takes as many steps, and more."""
    counts = Counter(new)
    return sum(counts[word] for word in old)


def compare_fields(before: Manifest, after: Manifest) -> Iterator[ChangedField]:
    """Members of the manifest that are no text: rule, signatories, owners, dates."""
    old, new = dict(_flatten(before.members)), dict(_flatten(after.members))
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name) and not _is_bookkeeping(name):
            yield ChangedField(name.removeprefix("data."), old.get(name, ""), new.get(name, ""))


def _is_bookkeeping(name: str) -> bool:
    return name in ("version", "previous", "object", "v") or name.endswith(
        (".from_hash", ".by_post", ".author_post", ".original", ".eid", ".no")
    )


def _flatten(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """(address, value) of every member that is no text by language."""
    if isinstance(value, Mapping):
        if set(value) and set(value) <= {"ar", "fr", "en"}:
            return
        for member, inner in value.items():
            yield from _flatten(inner, f"{name}.{member}" if name else str(member))
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value, 1):
            number = inner.get("no", inner.get("eid", place)) if isinstance(inner, Mapping) else place
            yield from _flatten(inner, f"{name}.{number}")
    elif value is not None:
        yield name, str(value)


def _title_row(data: Mapping[str, Any]) -> list[Row]:
    rows = make_rows({"text": data["title"]}) if isinstance(data.get("title"), Mapping) else []
    return [Row("title", row.cells) for row in rows]


def _key(row: Row, place: int) -> str:
    return row.anchor or f"row-{place}"


def _merge(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    """Keys of both in the order of the new text, deleted ones after the line before them."""
    kept = set(new)
    for operation, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if operation != "equal":
            yield from (key for key in old[a:b] if key not in kept)
        yield from new[c:d]


def _compare_row(key: str, before: Row | None, after: Row | None) -> ChangedRow:
    cells = tuple(_compare_cell(lang, _cell(before, lang), _cell(after, lang)) for lang in LANGUAGES)
    changed = [cell for cell in cells if cell.is_changed]
    both = all(cell.pieces for cell in cells)
    return ChangedRow(key, cells, both and len(changed) == 1)


def _cell(row: Row | None, lang: str) -> Cell | None:
    return next((cell for cell in row.cells if cell.lang == lang), None) if row else None


def _compare_cell(lang: str, before: Cell | None, after: Cell | None) -> ChangedCell:
    shown = after or before
    pieces = compare_words(before.text if before else "", after.text if after else "")
    return ChangedCell(lang, "rtl" if lang == "ar" else "ltr", shown.label if shown else "", pieces)
