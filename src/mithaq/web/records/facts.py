"""What a page says about a record whose register has no page of its own: its envelope and its fields."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.web.codes import labels_of
from mithaq.web.parties import parties, party_of
from mithaq.web.records.record import Record
from mithaq.web.texts import read_texts
from mithaq.web.words import HANDLING

AUTHOR_POST: Final = "author_post"
_SHOWN_ELSEWHERE: Final = frozenset(
    {
        "manifest",
        "demonstration",
        "expects",
        "title",
        "text",
        "articles",
        "decisions",
        "actions",
        "paragraphs",
        "items",
        "aligned",
    }
)
_LABELS: Final[Mapping[str, Promise]] = {
    "text": _("Text"),
    "basis": _("Basis"),
    "class": _("Class"),
    "fields": _("Fields of cooperation"),
    "questions": _("Questions"),
    "subject_text": _("Subject matter"),
    "place": _("Place"),
    "held_on": _("Held on"),
    "tzid": _("Time zone"),
    "host": _("Host"),
    "level": _("Level"),
    "no": _("Number"),
    "visibility": _("Visibility"),
    "readers": _("Readers"),
    "purpose": _("Purpose"),
    "offence_code": _("Offence"),
    "availability_reason": _("Why it should be available"),
    "meeting": _("Meeting"),
    "parent": _("Belongs to"),
    "author_post": _("Drafted by the post"),
    "authentic_languages": _("Authentic languages"),
    "legal_nature": _("Legal nature"),
    "prevailing_language": _("Language that prevails"),
    "review_every_months": _("Reviewed every (months)"),
    "articles": _("Articles"),
    "signatories": _("Signatories"),
    "effect.rule": _("Rule of entry into force"),
    "effect.n": _("Days or months that the rule counts"),
    "effect.date": _("The given day"),
    "effect.provisional_from": _("Provisional application from"),
    "effect.denunciation_months": _("Notice of denunciation in months"),
    "effect.term.months": _("Fixed term in months"),
    "effect.term.renewal_months": _("Tacit renewal by months"),
    "period_from_on": _("From the day"),
    "report_cycle_months": _("Months between two reports"),
    "due_on": _("Due on"),
}


_WORDS: Final[Mapping[str, Mapping[str, Promise]]] = {
    "class": {
        "urgent_8h": _("Urgent: 8 hours"),
        "urgent_3d": _("Urgent: 3 days"),
        "normal_7d": _("Ordinary: 7 days"),
    }
}
"""Words of closed lists that no code list holds."""


def name_field(name: str) -> Promise | str:
    """A member of a manifest by its address (``fields.2``), in words; without any, the address."""
    return _LABELS.get(name) or _LABELS.get(name.partition(".")[0]) or name


NamedPost: TypeAlias = tuple[Mapping[str, str], Mapping[str, str]]
"""A post by language, and the names of who held it on the day of the act, if anybody is known."""

_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:@#/+-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the overview.

    Attributes:
        kind: ``text`` (by language or plain), ``code``, ``date``, ``time``, ``number``, ``party``,
            ``coded``
            (a word and its code), ``post`` (its label by language and its holder's names), ``codes``,
            ``list`` (of texts) or ``raw`` (JSON).
        name: of the member, where no word stands for it.
    """

    label: Promise | str
    value: Any
    kind: str = "text"
    is_wide: bool = False
    name: str = ""


def _coded_fact(label: Promise | str, codelist: str, code: str) -> Fact:
    """A code with its word in the list that both sides share."""
    return Fact(label, (labels_of(codelist).get(code, ""), code), "coded")


def list_facts(record: Record) -> list[Fact]:
    """The envelope first, then the fields of the register."""
    return [*_envelope_facts(record), *_state_facts(record)]


def list_fields(record: Record, author: NamedPost | None = None) -> list[Fact]:
    """The members of the body, or of the data of the version that stands; ``author``: the post behind it."""
    standing = record.standing
    data = (standing.manifest.data or {}) if standing is not None else record.first.parsed.body
    return [
        Fact(label_of(name), author, "post") if author and name == AUTHOR_POST else field_fact(name, value)
        for name, value in data.items()
        if name not in _SHOWN_ELSEWHERE and value not in (None, "", [], {})
    ]


def _envelope_facts(record: Record) -> Iterator[Fact]:
    parsed, known = record.first.parsed, parties()
    yield Fact(_("Reference"), record.reference, "code")
    yield Fact(_("From"), party_of(parsed.author, known), "party")
    if record.instrument is None:
        for recipient in parsed.to:
            yield Fact(_("To"), party_of(recipient.administration, known), "party")
    yield Fact(_("Made on"), parsed.created_at, "time")
    yield Fact(_("Handling"), (HANDLING.get(record.protected.code, ""), record.protected.code), "coded")
    if record.protected.purpose:
        yield _coded_fact(_("Purpose"), "purpose", record.protected.purpose)
    if parsed.dossier:
        yield Fact(_("Dossier"), parsed.dossier, "code")
    for section in sorted(parsed.sections):
        yield Fact(_("Sealed section"), section, "code")


def _state_facts(record: Record) -> Iterator[Fact]:
    known = parties()
    standing = record.standing
    if standing is not None:
        yield Fact(_("Version"), standing.number, "number")
        for signatory in standing.manifest.signatories:
            yield Fact(_("Signatory"), party_of(signatory.administration, known), "party")
        if standing.signed_on:
            yield Fact(_("Signed on"), standing.signed_on, "date")
        if standing.entry_into_force_on:
            yield Fact(_("Entry into force"), standing.entry_into_force_on, "date")
    for row in record.notes:
        if row.delivered_at:
            yield Fact(_("Delivered"), row.delivered_at, "time")
        if row.due_at:
            yield Fact(_("Due"), row.due_at, "time")


def label_of(name: str) -> Promise | str:
    """The word for a member of a body; its name where there is none."""
    return _LABELS.get(name, name)


def field_fact(name: str, value: Any) -> Fact:
    """A member of a body as a line of the overview."""
    label = label_of(name)
    unnamed = "" if name in _LABELS else name
    if read_texts(value) and set(value) <= {"ar", "fr", "en"}:
        return Fact(label, value, "text", True, unnamed)
    if isinstance(value, bool):
        return Fact(label, _("Yes") if value else _("No"), name=unnamed)
    if isinstance(value, int):
        return Fact(label, value, "number", name=unnamed)
    if isinstance(value, str):
        word = _WORDS.get(name, {}).get(value)
        return _text_fact(label, value, unnamed) if word is None else Fact(label, (word, value), "coded")
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        if name == "fields":
            names = labels_of("field")
            return Fact(label, [names.get(each, each) for each in value], "list", name=unnamed)
        is_coded = all(_CODE.fullmatch(each) for each in value)
        return Fact(label, value, "codes" if is_coded else "list", name=unnamed)
    if isinstance(value, list) and all(isinstance(each, Mapping) and "text" in each for each in value):
        return Fact(label, [each["text"] for each in value], "list", True, unnamed)
    if isinstance(value, Mapping) and isinstance(value.get("text"), str):
        return Fact(label, {str(value.get("lang", "")): value["text"]}, "text", True, unnamed)
    return Fact(label, json.dumps(value, ensure_ascii=False, indent=2), "raw", True, unnamed)


def _text_fact(label: Promise | str, value: str, name: str) -> Fact:
    try:
        return Fact(label, date.fromisoformat(value), "date", name=name)
    except ValueError:
        if _CODE.fullmatch(value):
            return Fact(label, value, "code", name=name)
        return Fact(label, value, "text", len(value) > 80, name)
