"""Places that a new node knows by name: points and regions, no borders, no position on any of them.

Spec: registers 3.1, "Area tags"; R40, R52.
"""

import re
from collections.abc import Sequence
from typing import Final

from mithaq.registers.sources.rules.named import Named, thing
from mithaq.registers.sources.rules.values import AssertionType


def _place(
    ident: str,
    side: str,
    detail: str,
    names: tuple[str, str, str],
    also: Sequence[str] = (),
    seen: Sequence[str] = (),
) -> Named:
    return thing(AssertionType.PLACE, ident, side, detail, names, also=also, seen=seen)


_CITIES: Final = (
    ("rabat", "ma", "الرباط", "Rabat", "Rabat"),
    ("casablanca", "ma", "الدار البيضاء", "Casablanca", "Casablanca"),
    ("marrakech", "ma", "مراكش", "Marrakech", "Marrakesh"),
    ("tangier", "ma", "طنجة", "Tanger", "Tangier"),
    ("fes", "ma", "فاس", "Fès", "Fez"),
    ("meknes", "ma", "مكناس", "Meknès", "Meknes"),
    ("agadir", "ma", "أكادير", "Agadir", "Agadir"),
    ("oujda", "ma", "مدينة وجدة", "Oujda", "Oujda"),
    ("tetouan", "ma", "تطوان", "Tétouan", "Tetouan"),
    ("sale", "ma", "مدينة سلا", "Salé", "Salé"),
    ("skhirat", "ma", "الصخيرات", "Skhirat", "Skhirat"),
    ("ifrane", "ma", "إفران", "Ifrane", "Ifrane"),
    ("paris", "fr", "باريس", "Paris", "Paris"),
    ("lyon", "fr", "مدينة ليون", "Lyon", "Lyon"),
    ("marseille", "fr", "مرسيليا", "Marseille", "Marseille"),
    ("strasbourg", "fr", "ستراسبورغ", "Strasbourg", "Strasbourg"),
    ("nice", "fr", "مدينة نيس", "Nice", "Nice"),
    ("madrid", "es", "مدريد", "Madrid", "Madrid"),
    ("barcelona", "es", "برشلونة", "Barcelone", "Barcelona"),
    ("seville", "es", "إشبيلية", "Séville", "Seville"),
    ("malaga", "es", "مالقة", "Malaga", "Malaga"),
    ("lisbon", "pt", "لشبونة", "Lisbonne", "Lisbon"),
    ("brussels", "be", "بروكسيل", "Bruxelles", "Brussels"),
    ("berlin", "de", "برلين", "Berlin", "Berlin"),
    ("rome", "it", "روما", "Rome", "Rome"),
    ("london", "gb", "لندن", "Londres", "London"),
    ("geneva", "ch", "جنيف", "Genève", "Geneva"),
    ("vienna", "at", "فيينا", "Vienne", "Vienna"),
    ("the-hague", "nl", "لاهاي", "La Haye", "The Hague"),
    ("washington", "us", "واشنطن", "Washington", "Washington"),
    ("new-york", "us", "نيويورك", "New York", "New York"),
    ("tunis", "tn", "تونس العاصمة", "Tunis", "Tunis"),
    ("algiers", "dz", "الجزائر العاصمة", "Alger", "Algiers"),
    ("nouakchott", "mr", "نواكشوط", "Nouakchott", "Nouakchott"),
    ("dakar", "sn", "دكار", "Dakar", "Dakar"),
    ("cairo", "eg", "القاهرة", "Le Caire", "Cairo"),
    ("riyadh", "sa", "الرياض", "Riyad", "Riyadh"),
    ("doha", "qa", "الدوحة", "Doha", "Doha"),
    ("abu-dhabi", "ae", "أبو ظبي", "Abou Dhabi", "Abu Dhabi"),
)
_COUNTRIES: Final = (
    ("morocco", "ma", "المغرب", "Maroc", "Morocco"),
    ("france", "fr", "فرنسا", "France", "France"),
    ("spain", "es", "إسبانيا", "Espagne", "Spain"),
    ("portugal", "pt", "البرتغال", "Portugal", "Portugal"),
    ("italy", "it", "إيطاليا", "Italie", "Italy"),
    ("germany", "de", "ألمانيا", "Allemagne", "Germany"),
    ("belgium", "be", "بلجيكا", "Belgique", "Belgium"),
    ("netherlands", "nl", "هولندا", "Pays-Bas", "Netherlands"),
    ("united-kingdom", "gb", "المملكة المتحدة", "Royaume-Uni", "United Kingdom"),
    ("tunisia", "tn", "تونس", "Tunisie", "Tunisia"),
    ("algeria", "dz", "الجزائر", "Algérie", "Algeria"),
    ("mauritania", "mr", "موريتانيا", "Mauritanie", "Mauritania"),
    ("senegal", "sn", "السنغال", "Sénégal", "Senegal"),
    ("mali", "ml", "دولة مالي", "Mali", "Mali"),
    ("egypt", "eg", "مصر", "Égypte", "Egypt"),
    ("saudi-arabia", "sa", "المملكة العربية السعودية", "Arabie saoudite", "Saudi Arabia"),
    ("qatar", "qa", "قطر", "Qatar", "Qatar"),
    ("uae", "ae", "الإمارات العربية المتحدة", "Émirats arabes unis", "United Arab Emirates"),
    ("united-states", "us", "الولايات المتحدة", "États-Unis", "United States"),
)
_ALSO: Final = {
    "brussels": ("بروكسل",),
    "morocco": ("المملكة المغربية", "Royaume du Maroc", "Kingdom of Morocco"),
    "france": ("الجمهورية الفرنسية", "République française", "French Republic"),
    "spain": ("اسبانيا", "المملكة الإسبانية"),
    "riyadh": ("العاصمة الرياض",),
}
_REGIONS: Final = (
    _place(
        "sahel-sahara",
        "",
        "region",
        ("منطقة الساحل والصحراء", "région sahélo-saharienne", "Sahel-Saharan region"),
        (
            "الساحل والصحراء",
            "الساحل-الصحراء",
            "espace sahélo-saharien",
            "bande sahélo-saharienne",
            "Sahel-Sahara",
            "Sahel and Sahara",
            "Sahel et du Sahara",
            "Sahara-Sahel",
        ),
        ("région du Sahel et du désert", "Sahel et du désert", "Sahel et le désert", "Sahel and the desert"),
    ),
    _place(
        "sahel",
        "",
        "region",
        ("منطقة الساحل", "Sahel", "Sahel"),
        ("دول الساحل", "région du Sahel", "Sahel region"),
    ),
    _place("sahara", "", "region", ("الصحراء", "Sahara", "Sahara")),
    _place(
        "southern-mediterranean",
        "",
        "region",
        ("جنوب المتوسط", "sud de la Méditerranée", "southern Mediterranean"),
        (
            "جنوب البحر الأبيض المتوسط",
            "جنوب حوض المتوسط",
            "pays méditerranéens du Sud",
            "rive sud de la Méditerranée",
            "southern shore of the Mediterranean",
        ),
    ),
    _place(
        "mediterranean", "", "region", ("البحر الأبيض المتوسط", "Méditerranée", "Mediterranean"), ("المتوسط",)
    ),
    _place(
        "mausoleum-mohammed-v",
        "ma",
        "monument",
        ("ضريح محمد الخامس", "mausolée Mohammed V", "Mausoleum of Mohammed V"),
        ("mausolée de Mohammed V", "Mohammed V Mausoleum", "ضريح المغفور له محمد الخامس"),
    ),
    _place(
        "maghreb",
        "",
        "region",
        ("المغرب العربي", "Maghreb", "Maghreb"),
        ("المغرب الكبير", "البلدان المغاربية"),
    ),
    _place("europe", "", "region", ("أوروبا", "Europe", "Europe")),
    _place("africa", "", "region", ("إفريقيا", "Afrique", "Africa"), ("أفريقيا", "القارة الإفريقية")),
)

PLACES: Final[tuple[Named, ...]] = (
    *(_place(ident, side, "city", (ar, fr, en), _ALSO.get(ident, ())) for ident, side, ar, fr, en in _CITIES),
    *(
        _place(ident, side, "country", (ar, fr, en), _ALSO.get(ident, ()))
        for ident, side, ar, fr, en in _COUNTRIES
    ),
    *_REGIONS,
)

_NAMED_AFTER = (
    "ضريح مسجد ملعب مركب شارع ساحه مطار جامعه مستشفي مدرسه ثانويه قاعه متحف قصر ميناء حي مؤسسه mausolee "
    "mosquee stade complexe rue avenue boulevard place aeroport universite hopital lycee ecole salle musee "
    "palais port quartier fondation mausoleum mosque stadium street square airport university hospital"
    " school "
    "museum palace foundation"
)
NAMED_AFTER: Final = frozenset(word for word in re.split(" ", _NAMED_AFTER))
"""Folded words after which the name of a person is the name of a place."""
