"""Persons that a text names by their office alone: "the two ministers of the interior met".

Who held the office on the day of publication is told by whoever knows (the directory); without that day, or
without a holder, the words name nobody. Only a text that names fewer than two persons is read so, and what is
found is a proposal.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mithaq.registers.sources.rules.hits import Mention, Names, Text
from mithaq.registers.sources.rules.named import Named
from mithaq.registers.sources.rules.values import Assertion, AssertionType, Reason

_INTERIOR: Final = "de l['’][Ii]ntérieur"
_SIDES: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "ma": ("المغربي", "marocain", "du (?:Royaume du )?Maroc", "Moroccan"),
    "fr": ("الفرنسي", "français", "de (?:la )?(?:République française|France)", "French"),
    "es": ("الإسباني", "espagnol", "d['’]Espagne", "Spanish"),
    "pt": ("البرتغالي", "portugais", "du Portugal", "Portuguese"),
}
"""Side -> how its minister is called: Arabic, French before or after, French after, English."""

_PAIR: Final = re.compile(
    r"(?<!\w)(?:و|ف|ب|ل)?(?:وزيرا|وزيري|وزيرَي)\sالداخلية(?:\s(?:في|ب)ال?بلدين)?(?!\w)"
    rf"|(?<!\w)les (?:deux )?ministres {_INTERIOR}(?: des deux pays)?(?!\w)"
    r"|(?<!\w)the two (?:interior ministers|ministers of the interior)(?!\w)",
    re.IGNORECASE,
)
_CALLED: Final = {
    side: re.compile(
        rf"(?<!\w)(?:و|ف|ب|ل)?وزير\sالداخلية\s{arabic}(?!\w)|(?<!\w)(?:و|ب)?نظيره\s{arabic}(?!\w)"
        rf"|(?<!\w)ministre {french} {_INTERIOR}(?!\w)|(?<!\w)ministre {_INTERIOR} (?:{french}|{after})(?!\w)"
        rf"|(?<!\w)homologue {french}(?!\w)"
        rf"|(?<!\w){english} (?:interior minister|minister of the interior|counterpart)(?!\w)",
        re.IGNORECASE,
    )
    for side, (arabic, french, after, english) in _SIDES.items()
}


def name_offices(text: Text, names: Names, holders: Mapping[str, Named]) -> Iterator[Mention]:
    """Mentions of holders by their office.

    Args:
        text: as it is read.
        names: what it names already.
        holders: side -> who was its minister of the interior on the day of publication.
    """
    named = {
        one.named.id for one in names.of(AssertionType.PERSON) if one.paragraph.reason is not Reason.BYLINE
    }
    if len(named) > 1 or not holders:
        return
    if len(holders) == 2:
        for found in _PAIR.finditer(text.raw):
            for side in sorted(holders):
                yield from _mention(text, found.span(), holders[side])
    for side in sorted(holders.keys() & _CALLED.keys()):
        for found in _CALLED[side].finditer(text.raw):
            yield from _mention(text, found.span(), holders[side])


def _mention(text: Text, span: tuple[int, int], holder: Named) -> Iterator[Mention]:
    start, end = span
    paragraph = text.paragraph_at(start, end)
    if paragraph is None or not paragraph.is_read or paragraph.reason is Reason.BYLINE:
        return
    value: dict[str, Any] = {"id": holder.id, "names": dict(holder.names), "spelling": "office"}
    if holder.side:
        value["side"] = holder.side
    exact = text.raw[start:end]
    assertion = Assertion(AssertionType.PERSON, start, end, exact, "name.office", value, is_proposal=True)
    yield Mention(holder, start, end, paragraph, assertion)
