"""Reasons in plain English sentences, for the command line and the API. Pages have their own words."""

from collections.abc import Mapping, Sequence
from typing import Final

SHORT_ID: Final = 8

_SENTENCES: Final[Mapping[str, str]] = {
    "same_participants": "{sources} name the same persons as having met: {participants}",
    "participants": "{sources} names as having met: {participants}",
    "same_place": "{sources} put it in {place}",
    "place": "{sources} puts it in {place}",
    "same_date": "{sources} date it to {date} (words: {words})",
    "date": "{sources} dates it to {date} (words: {words})",
    "no_date_contradicts": "no date in {sources} contradicts; none is settled",
    "words_of_the_day": "words of the day in {sources}: {words}",
    "published_near": "the texts were published from {from} to {to}",
    "a_person_said_so": "a person put these texts together",
    "ask_publication_date": "the day is open: {sources} has no date of publication; give one",
    "no_day_in_text": "the day is open: no text states it",
    "same_people_met_again": "the same persons met in {sources} too; without a date nobody can tell them"
    " apart",
}


def explain(
    code: str,
    values: Mapping[str, object],
    names: Mapping[str, Mapping[str, str]],
    titles: Mapping[str, str],
) -> str:
    """One sentence."""
    told = {name: _tell(name, value, names) for name, value in values.items()}
    return _SENTENCES[code].format(**told)


def _tell(name: str, value: object, names: Mapping[str, Mapping[str, str]]) -> str:
    if name == "sources":
        return ", ".join(str(one)[:SHORT_ID] for one in _each(value)) or "no text"
    if name in ("participants", "place"):
        return ", ".join(_name_of(str(one), names) for one in _each(value))
    return ", ".join(str(one) for one in _each(value))


def _each(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else [value]


def _name_of(ident: str, names: Mapping[str, Mapping[str, str]]) -> str:
    known = names.get(ident, {})
    return known.get("fr") or known.get("ar") or ident
