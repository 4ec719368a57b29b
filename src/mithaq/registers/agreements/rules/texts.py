"""Data of the texts of this register. What is there is checked; what is still open may be left out.

A text is negotiated before it is whole: what it needs before anybody signs is asked in ``signing``.

Spec: docs/spec 15.1.
"""

from collections.abc import Mapping
from typing import Final

from mithaq.errors import MalformedError
from mithaq.registers.agreements.rules.amending import check_changes
from mithaq.registers.agreements.rules.articles import check_articles
from mithaq.registers.agreements.rules.fields import (
    MAX_TITLE_CHARS,
    Fields,
    check_address,
    check_addresses,
    check_administration,
    check_basis,
    check_choice,
    check_date,
    check_hash,
    check_number,
    check_post,
    check_texts,
    check_words,
    read_items,
    read_words,
)

NATURES: Final = (
    "treaty",
    "exchange_of_notes",
    "administrative_arrangement",
    "declaration_of_intent",
    "terms_of_reference",
    "framework",
)
AMENDMENT_RULES: Final = ("written_consent", "exchange_of_notes")
UN_CLASSES: Final = ("I", "II", "A")
REGISTERS: Final = (
    "roadmap",
    "meetings",
    "requests",
    "reference",
    "threats",
    "protection",
    "events",
    "training",
    "sources",
)
"""What a decision on scope can open; directory, agreements and the common kinds are always open."""

LANGUAGE_TAGS: Final = ("ar", "fr", "en", "es", "pt")
BOOLEANS: Final = (True, False)


def check_agreement(data: Fields) -> None:
    """An agreement, or an exchange of notes.

    Raises:
        MalformedError: a code that begins with ``agreement_``.
    """
    check_texts(data, "title", most=MAX_TITLE_CHARS)
    check_words(data, "short_title")
    check_choice(data, "legal_nature", NATURES)
    _check_conclusion(data)
    _check_languages(data)
    check_choice(data, "amendment_rule", AMENDMENT_RULES)
    check_words(data, "dispute_rule", 2_000)
    check_number(data, "review_every_months")
    read_words(data, "fields")
    read_words(data, "bodies_created")
    check_basis(data)
    _check_relations(data)
    _check_registration(data)
    check_articles(data)
    _check_correction(data)
    check_hash(data, "original_scan_sha256")
    check_post(data, "author_post")
    if "long" in data and not set(read_words(data, "long")) <= {"articles", "changes"}:
        raise MalformedError("agreement_list", "long names articles or changes")


def check_rests(data: Fields) -> None:
    """That a new text says on what it rests, which text it belongs under, or which one it amends.

    A text that the other side has put forward without is taken as it is, and so is a decision on scope, which
    opens registers and rests on nothing but both sides.

    Raises:
        MalformedError: ``agreement_basis``.
    """
    if not any(data.get(name) for name in ("basis", "parent", "amends", "registers")):
        raise MalformedError("agreement_basis", "the text names nothing that it rests on")


def check_framework(data: Fields) -> None:
    """A framework: an agreement that lists its members and the bodies that serve it.

    Raises:
        MalformedError: a code that begins with ``agreement_``.
    """
    check_agreement(data)
    check_addresses(data, "members")


def check_amendment(data: Fields) -> None:
    """An amendment: what it changes, article by article.

    Raises:
        MalformedError: a code that begins with ``agreement_``; ``agreement_amends`` when it names no text.
    """
    check_agreement(data)
    if "amends" not in data:
        raise MalformedError("agreement_amends", "an amendment names the text that it amends")
    check_changes(data)


def check_scope_decision(data: Fields) -> None:
    """A decision on which registers work between the signatories, and from which day.

    Raises:
        MalformedError: a code that begins with ``agreement_``.
    """
    check_agreement(data)
    named = read_words(data, "registers")
    if not named or not set(named) <= set(REGISTERS) or len(set(named)) != len(named):
        raise MalformedError("agreement_scope", "a decision on scope names registers, each once")
    if "from_on" not in data:
        raise MalformedError("agreement_date", "a decision on scope says from which day")
    check_date(data, "from_on")


def _check_conclusion(data: Fields) -> None:
    check_words(data, "place")
    check_date(data, "signed_on")
    powers = data.get("full_powers", {})
    if not isinstance(powers, Mapping):
        raise MalformedError("agreement_list", "full_powers is an object by administration")
    for code in powers:
        check_administration(code, "full_powers")
        check_words(powers, code)


def _check_languages(data: Fields) -> None:
    tags = read_words(data, "authentic_languages")
    if not set(tags) <= set(LANGUAGE_TAGS) or len(set(tags)) != len(tags):
        raise MalformedError("agreement_choice", "authentic_languages names languages, each once")
    check_choice(data, "prevailing_language", ("none", *tags))
    check_choice(data, "alternat", BOOLEANS)
    check_choice(data, "concordance", BOOLEANS)


def _check_relations(data: Fields) -> None:
    for name in ("parent", "amends"):
        if name in data:
            check_address(data[name], name)
    check_addresses(data, "related")
    if "members" in data:
        check_addresses(data, "members")


def _check_registration(data: Fields) -> None:
    for each in read_items(data, "publication"):
        check_administration(each.get("administration"), "publication")
        check_words(each, "publication")
        check_date(each, "date")
    registration = data.get("un_registration")
    if registration is not None and registration != "none":
        if not isinstance(registration, Mapping):
            raise MalformedError("agreement_list", "un_registration is an object")
        check_choice(registration, "class", UN_CLASSES)
        check_number(registration, "no", 10_000_000)
        check_date(registration, "date")
    check_words(data, "depositary")


def _check_correction(data: Fields) -> None:
    correction = data.get("correction")
    if correction is None:
        return
    if not isinstance(correction, Mapping):
        raise MalformedError("agreement_list", "correction names what is corrected, and why")
    check_words(correction, "reason", 2_000)
    if not read_words(correction, "lines"):
        raise MalformedError("agreement_list", "a correction names the places that it corrects")
