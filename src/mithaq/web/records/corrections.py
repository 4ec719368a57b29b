"""Corrections of a note: what its side has put right since, and which of its members a person may put right.

The first act stays as it is; a correction names whole members of the body with their new values.

Spec: docs/spec 10, ``correct``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.core.acts.kinds import Kind
from mithaq.web.language import LANGUAGES
from mithaq.web.records.facts import Fact, field_fact, label_of
from mithaq.web.records.record import Record

QUESTIONS: Final = "questions"
_NOT_HERE: Final = frozenset({"author_post", "class", "emergency", "expects", "readers", "demonstration"})
"""Members that say how the note is handled, or who wrote it: no correction changes these."""

_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:@#/+-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """A text that a person may put right.

    Attributes:
        part: language, or number of a question; empty where the member itself is the text.
        is_short: whether one line holds it.
    """

    name: str
    part: str
    label: Promise | str
    value: str
    is_short: bool = False

    @property
    def field(self) -> str:
        """Of the form."""
        return f"put_{self.name}_{self.part}" if self.part else f"put_{self.name}"


@dataclass(frozen=True, slots=True)
class Correction:
    """One act of correction, for the page of the record."""

    at: datetime
    reason: str
    facts: tuple[Fact, ...]


def list_corrections(record: Record) -> list[Correction]:
    """Those of the side that wrote the note, in its order."""
    return [
        Correction(
            act.parsed.created_at,
            str(act.parsed.body.get("reason", "")),
            tuple(field_fact(name, value) for name, value in _fields_of(act.parsed.body).items()),
        )
        for act in _acts(record)
    ]


def body_now(record: Record) -> dict[str, Any]:
    """The body of the note with its corrections, each over the one before it."""
    body: dict[str, Any] = dict(record.first.parsed.body)
    for act in _acts(record):
        body |= _fields_of(act.parsed.body)
    return body


def _acts(record: Record) -> list[Any]:
    own = [act for act in record.acts if act.log == record.first.log]
    made = [act for act in own if act.parsed.kind == Kind.NOTE_CORRECT]
    return sorted(made, key=lambda act: act.leaf_index)


def _fields_of(body: Mapping[str, Any]) -> Mapping[str, Any]:
    fields = body.get("fields")
    return fields if isinstance(fields, Mapping) else {}


def find_places(body: Mapping[str, Any]) -> Iterator[Place]:
    """Texts of a body: plain ones, those by language, dates and questions. Codes and structures are not."""
    for name, value in body.items():
        if name in _NOT_HERE:
            continue
        label = label_of(name)
        if name == QUESTIONS and isinstance(value, list | tuple):
            for one in value:
                yield Place(name, str(one["no"]), _question_label(one["no"]), str(one["text"]))
        elif isinstance(value, str) and (_is_date(value) or not _CODE.fullmatch(value)):
            yield Place(name, "", label, value, len(value) < 80)
        elif isinstance(value, Mapping) and value and set(value) <= set(LANGUAGES):
            for lang, text in value.items():
                if isinstance(text, str):
                    yield Place(name, lang, f"{label} ({LANGUAGES[lang]})", text, len(text) < 80)


def _question_label(number: int) -> str:
    return str(_("Question %(number)s")) % {"number": number}


def changed_fields(body: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, Any]:
    """The members whose text is another one now, whole: what the act carries."""
    found: dict[str, Any] = {}
    for place in find_places(body):
        text = typed.get(place.field, "")
        if text == place.value:
            continue
        if not place.part:
            found[place.name] = text
        elif place.name == QUESTIONS:
            whole = found.get(QUESTIONS, body[QUESTIONS])
            found[QUESTIONS] = [
                {**one, "text": text} if str(one["no"]) == place.part else dict(one) for one in whole
            ]
        else:
            found[place.name] = {**body[place.name], **found.get(place.name, {}), place.part: text}
    return found


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
