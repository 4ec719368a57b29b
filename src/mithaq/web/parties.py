"""Names of administrations and posts, as the reader's language has them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from babel import Locale

from mithaq.node.node import Node
from mithaq.web.lasting import Lasting
from mithaq.web.numbers import LOCALES
from mithaq.web.runtime import get_part
from mithaq.web.texts import LocalText

KEPT_FOR: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Party:
    """An administration.

    Attributes:
        name: by language, as its own card has it; else as the roster has it; else its code.
    """

    code: str
    name: Any
    is_own: bool


def parties() -> Mapping[str, Party]:
    """This node and its partners, by code."""
    return get_part(_make_parties).get()


def _make_parties() -> "Lasting[dict[str, Party]]":
    return Lasting(read_parties, KEPT_FOR)


def read_parties(node: Node) -> dict[str, Party]:
    """Names from the cards of the directory, with those of the roster where there is no card."""
    plain = {str(node.identity.code): node.identity.name}
    plain |= {str(partner.code): partner.name for partner in node.store.roster.partners()}
    carded = _tell_apart(_read_cards(node, plain))
    return {
        code: Party(code, carded.get(code) or name, code == node.identity.code)
        for code, name in plain.items()
    }


def _read_cards(node: Node, codes: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Names by language of those administrations that have a card of their own."""
    who = node.registry.who
    if who is None:
        return {}
    wanted = {f"{code}/organisation/{code}": code for code in codes}
    return {
        wanted[each.entity_id]: dict(each.names)
        for each in who.entities()
        if each.entity_id in wanted and each.names
    }


def _tell_apart(names: Mapping[str, dict[str, str]]) -> dict[str, LocalText]:
    """The same names, with the country where two administrations have one name in some language."""
    counts = Counter((lang, text) for texts in names.values() for lang, text in texts.items())
    return {
        code: LocalText(
            {
                lang: f"{text} ({_name_country(code, lang)})" if counts[lang, text] > 1 else text
                for lang, text in texts.items()
            }
        )
        for code, texts in names.items()
    }


def _name_country(code: str, lang: str) -> str:
    """The country that a code begins with, ``ma-mi``; the code itself where it names none."""
    territories = Locale.parse(LOCALES.get(lang, "en_GB")).territories
    return str(territories.get(code.partition("-")[0].upper(), code))


def party_of(code: str, known: Mapping[str, Party]) -> Party:
    """One of them; by its code alone when it is not on the roster."""
    return known.get(code) or Party(code, code, False)


def label_own_post(node: Node, post: str) -> Any:
    """A post of ours by language; its id when there is no card of it."""
    own = str(node.identity.code)
    return label_posts(node, [(own, post)])[own, post]


def label_posts(node: Node, asked: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Any]:
    """(administration, post) -> its label by language; its id when there is no card of it."""
    labels, wanted = get_part(_make_labels).get(), list(asked)
    missing = [each for each in wanted if each not in labels]
    if missing:
        who = node.registry.who
        found = who.labels_of(missing) if who is not None else {}
        labels.update({each: found.get(each) or each[1] for each in missing})
    return {each: labels[each] for each in wanted}


def _make_labels() -> "Lasting[dict[tuple[str, str], Any]]":
    return Lasting(lambda node: {}, KEPT_FOR)
