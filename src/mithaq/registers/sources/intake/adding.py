"""Takes a text in: whole or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final

import orjson

from mithaq.core.dates import Precision, parse_typed_date
from mithaq.errors import MalformedError, MissingError
from mithaq.node.append.submit import Author
from mithaq.node.journal import append_entry
from mithaq.node.node import Node
from mithaq.node.who import PostAt
from mithaq.registers.sources.models import Alias as AliasRow
from mithaq.registers.sources.models import Source
from mithaq.registers.sources.reading.texts import read_raw
from mithaq.registers.sources.rules.accounts import report_topics
from mithaq.registers.sources.rules.analysis import analyse
from mithaq.registers.sources.rules.entities import Alias, EntityTable, make_table
from mithaq.registers.sources.rules.kinds import GENRES, LANGUAGES, MAX_FIELD_CHARS
from mithaq.registers.sources.rules.named import Named
from mithaq.registers.sources.rules.reading import ReadText, read_source
from mithaq.registers.sources.rules.records import write_analysis
from mithaq.registers.sources.rules.values import Reason

REGISTER: Final = "sources"
MAX_URL_CHARS: Final = 1_000
MINISTER: Final = "minister"
INTERIOR: Final = "-mi"
"""Ends the code of a ministry of the interior; before it stands the country."""


@dataclass(frozen=True, slots=True)
class Described:
    """What a person says of a text; None where nothing is said.

    Attributes:
        published_on: a date as typed, with its day.
    """

    published_on: str | None = None
    publisher: str | None = None
    language: str | None = None
    url: str | None = None
    genre: str | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """What became of it.

    Attributes:
        is_new: False when the same bytes were here before.
        changed: names of what was said anew about a text that was here.
    """

    source_id: str
    sha256: str
    is_new: bool
    changed: tuple[str, ...] = ()


def add_source(node: Node, data: bytes, said: Described, author: Author) -> Added:
    """Keep the bytes and what the rules say of them. The same bytes twice are the same source.

    Raises:
        MalformedError: ``source_empty``, ``source_not_text``, ``source_encoding``, ``source_field``; a date
            as in ``core.dates``. RefusedError: ``source_too_long``, ``blob_quota``.
            UnavailableError: ``disk``. In every case nothing was kept.
    """
    text = read_source(data)
    fields = check_described(said)
    known = Source.objects.filter(source_id=text.source_id).first()
    if known is not None:
        changed = describe_source(node, text.source_id, said, author)
        return Added(text.source_id, text.sha256, is_new=False, changed=changed)
    body = {
        "sha256": text.sha256,
        "size": text.size,
        "media_type": text.media_type,
        "encoding": text.encoding,
        **_complete(node, text, fields, ()),
    }
    was_here = node.blobs.is_whole(text.sha256)
    node.blobs.add(iter([data]))
    try:
        append_entry(node, REGISTER, "source.added", text.source_id, body, author)
    except BaseException:
        if not was_here:
            node.blobs.delete(text.sha256)
        raise
    return Added(text.source_id, text.sha256, is_new=True)


def describe_source(node: Node, source_id: str, said: Described, author: Author) -> tuple[str, ...]:
    """Say more of a source, or correct it; the text is read again. Answers what changed.

    Raises:
        MissingError: ``source``. MalformedError: as ``add_source``.
    """
    fields = check_described(said)
    row = demand_source(source_id)
    changed = tuple(name for name, value in fields.items() if getattr(row, name) != value)
    if changed:
        kept = {
            name: getattr(row, name) for name in ("published_on", "publisher", "url", "genre", "language")
        }
        text = read_raw(node, row)
        body = _complete(node, text, {**kept, **fields}, row_overrides(row))
        append_entry(node, REGISTER, "source.described", source_id, body, author)
    return changed


def analyse_again(
    node: Node, row: Source, overrides: Sequence[tuple[int, int, Reason | None]]
) -> dict[str, Any]:
    """The present analysis of a source under these marks, for the journal."""
    kept = {name: getattr(row, name) for name in ("published_on", "language")}
    return {"analysis": _analyse(node, read_raw(node, row), kept, overrides)}


def check_described(said: Described) -> dict[str, str]:
    """What was said, checked; only what was said.

    Raises:
        MalformedError: ``source_field``, ``date_unknown``, ``date_impossible``, ``date_relative``.
    """
    found: dict[str, str] = {}
    if said.published_on is not None:
        found["published_on"] = _read_day(said.published_on)
    for name, value, most in (
        ("publisher", said.publisher, MAX_FIELD_CHARS),
        ("url", said.url, MAX_URL_CHARS),
    ):
        if value is not None:
            found[name] = check_line(name, value, most)
    for name, value, allowed in (("language", said.language, LANGUAGES), ("genre", said.genre, GENRES)):
        if value is not None:
            if value not in allowed:
                raise MalformedError("source_field", f"{name} is one of {', '.join(allowed)}")
            found[name] = value
    if found.get("url") and not found["url"].startswith(("https://", "http://")):
        raise MalformedError(
            "source_field", "an address starts with https:// or http://; it is never fetched"
        )
    return found


def _read_day(typed: str) -> str:
    if not typed.strip():
        return ""
    found = parse_typed_date(typed)
    if found.precision is not Precision.DAY:
        raise MalformedError("date_unknown", "a day of publication needs its day, month and year")
    return found.edtf


_REFUSED_CONTROLS: Final = frozenset(chr(code) for code in (*range(0x20), *range(0x7F, 0xA0)))
_REFUSED_FORMAT: Final = frozenset(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\ufeff\u200b\u00ad"
)


def check_line(name: str, value: str, most: int) -> str:
    """One line that a person typed, trimmed.

    Raises:
        MalformedError: ``source_field``.
    """
    text = " ".join(value.split(" ")).strip()
    if len(text) > most:
        raise MalformedError("source_field", f"{name} has at most {most} characters")
    if any(letter in _REFUSED_CONTROLS or letter in _REFUSED_FORMAT for letter in text):
        raise MalformedError("source_field", f"{name} holds a character that is not seen")
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise MalformedError("source_field", f"{name} is no text")
    return text


def _complete(
    node: Node, text: ReadText, fields: Mapping[str, str], overrides: Sequence[tuple[int, int, Reason | None]]
) -> dict[str, Any]:
    """What goes to the journal: what was said, and the analysis under it."""
    analysis = _analyse(node, text, fields, overrides)
    found = {"genre": analysis["genre"], "language": analysis["language"], "title": analysis["title"]}
    return {
        **found,
        **{name: value for name, value in fields.items() if value or name in _MAY_BE_EMPTY},
        "analysis": analysis,
    }


_MAY_BE_EMPTY: Final = frozenset({"published_on", "publisher", "url"})


def _analyse(
    node: Node, text: ReadText, fields: Mapping[str, str], overrides: Sequence[tuple[int, int, Reason | None]]
) -> dict[str, Any]:
    published = fields.get("published_on") or None
    day = None if published is None else date.fromisoformat(published)
    table = table_of(node)
    analysis = analyse(
        text, day, table, fields.get("language") or None, overrides, _ministers_on(node, day, table)
    )
    return write_analysis(analysis, report_topics(text.text, analysis.paragraphs))


def _ministers_on(node: Node, day: date | None, table: EntityTable) -> dict[str, Named]:
    """Side -> who was its minister of the interior on that day, as far as the directory says."""
    who = node.registry.who
    if who is None or day is None:
        return {}
    at = datetime.combine(day, time(12), UTC)
    codes = [str(node.identity.code), *map(str, node.store.roster.codes())]
    asked = [PostAt(code, MINISTER, at) for code in codes if code.endswith(INTERIOR)]
    found: dict[str, Named] = {}
    for post, holder in who.holders_of(asked).items():
        named = table.find_entity(f"{post.administration}/person/{holder.person}")
        if named is not None:
            found[post.administration.removesuffix(INTERIOR)] = named
    return found


def table_of(node: Node) -> EntityTable:
    """The names that this node knows today."""
    who = node.registry.who
    aliases = [Alias(row.entity_id, row.text) for row in AliasRow.objects.order_by("entity_id", "text")]
    return make_table(() if who is None else tuple(who.entities()), aliases)


def row_overrides(row: Source) -> list[tuple[int, int, Reason | None]]:
    """What people marked or unmarked in a source."""
    return [
        (start, end, None if reason is None else Reason(reason))
        for start, end, reason in orjson.loads(row.overrides)
    ]


def demand_source(source_id: str) -> Source:
    """The row.

    Raises:
        MissingError: ``source``.
    """
    row = Source.objects.filter(source_id=source_id).first()
    if row is None:
        raise MissingError("source", "there is no source of that id here")
    return row
