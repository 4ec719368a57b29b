"""Events and texts that public accounts name: found by alias; a year after them numbers an edition."""

from collections.abc import Sequence
from typing import Final

from mithaq.registers.sources.rules.named import Named, thing
from mithaq.registers.sources.rules.values import AssertionType


def _event(
    ident: str, names: tuple[str, str, str], also: Sequence[str] = (), detail: str = "competition"
) -> Named:
    return thing(AssertionType.EVENT, ident, "", detail, names, also=also)


EVENTS: Final[tuple[Named, ...]] = (
    _event(
        "paris-2024",
        ("الألعاب الأولمبية باريس 2024", "Jeux olympiques de Paris 2024", "Paris 2024 Olympic Games"),
        (
            "باريس 2024",
            "Paris 2024",
            "أولمبياد باريس 2024",
            "أولمبياد باريس",
            "الألعاب الأولمبية في باريس",
            "الألعاب الأولمبية بباريس",
            "الألعاب الأولمبية لباريس",
            "Jeux olympiques de Paris",
            "JO de Paris",
            "JO 2024",
            "Jeux olympiques 2024",
            "Paris Olympics",
            "Paris Olympic Games",
        ),
    ),
    _event(
        "olympic-games",
        ("الألعاب الأولمبية", "Jeux olympiques", "Olympic Games"),
        ("دورة الألعاب الأولمبية", "Olympics", "JO"),
    ),
    _event(
        "africa-cup",
        ("كأس أمم إفريقيا", "Coupe d'Afrique des nations", "Africa Cup of Nations"),
        (
            "بطولة أمم إفريقيا لكرة القدم",
            "بطولة أمم إفريقيا",
            "كأس إفريقيا للأمم",
            "كأس الأمم الإفريقية",
            "CAN 2025",
            "CAN-2025",
            "AFCON",
            "Africa Cup",
        ),
    ),
    _event(
        "world-cup-2030",
        ("كأس العالم 2030", "Coupe du monde 2030", "2030 World Cup"),
        (
            "مونديال 2030",
            "كأس العالم لكرة القدم 2030",
            "Coupe du monde de football 2030",
            "Coupe du monde de 2030",
            "Mondial 2030",
            "World Cup 2030",
            "2030 FIFA World Cup",
        ),
    ),
    _event(
        "state-visit",
        ("زيارة الدولة", "visite d'État", "state visit"),
        ("زيارة دولة",),
        "visit",
    ),
    _event(
        "declaration-2024",
        (
            "إعلان الشراكة الاستثنائية المعززة",
            "partenariat d'exception renforcé",
            "reinforced exceptional partnership",
        ),
        (
            "الشراكة الاستثنائية الوطيدة",
            "الشراكة الاستثنائية المعززة",
            "Partenariat d'exception renforcée",
            "déclaration relative au partenariat d'exception",
            "partenariat d'exception",
        ),
        "text",
    ),
)
