"""Names of months and days, and the words that make a date relative. All folded."""

from typing import Final

ARABIC_MONTHS: Final[dict[str, int]] = {
    name: number
    for number, names in enumerate(
        (
            ("يناير", "كانون الثاني", "كانون ثاني", "جانفي"),
            ("فبراير", "شباط", "فيفري"),
            ("مارس", "اذار"),
            ("ابريل", "نيسان", "افريل"),
            ("مايو", "ماي", "ايار"),
            ("يونيو", "يونيه", "حزيران", "جوان"),
            ("يوليو", "يوليه", "يوليوز", "تموز", "جويليه"),
            ("اغسطس", "غشت", "اب", "اوت"),
            ("سبتمبر", "شتنبر", "شتمبر", "ايلول"),
            ("اكتوبر", "تشرين الاول", "تشرين اول"),
            ("نوفمبر", "نونبر", "تشرين الثاني", "تشرين ثاني"),
            ("ديسمبر", "دجنبر", "كانون الاول", "كانون اول"),
        ),
        start=1,
    )
    for name in names
}
"""Common, Moroccan, Levantine, and the names of Algeria and Tunisia."""

HIJRI_MONTHS: Final[dict[str, int]] = {
    name: number
    for number, names in enumerate(
        (
            ("محرم", "المحرم"),
            ("صفر",),
            ("ربيع الاول", "ربيع اول"),
            ("ربيع الثاني", "ربيع الاخر", "ربيع ثاني"),
            ("جمادي الاولي", "جمادي الاول"),
            ("جمادي الثانيه", "جمادي الاخره", "جمادي الاخر"),
            ("رجب",),
            ("شعبان",),
            ("رمضان",),
            ("شوال",),
            ("ذو القعده", "ذي القعده"),
            ("ذو الحجه", "ذي الحجه"),
        ),
        start=1,
    )
    for name in names
}

FRENCH_MONTHS: Final[dict[str, int]] = {
    name: number
    for number, names in enumerate(
        (
            ("janvier", "janv"),
            ("fevrier", "fevr"),
            ("mars",),
            ("avril", "avr"),
            ("mai",),
            ("juin",),
            ("juillet", "juil"),
            ("aout",),
            ("septembre", "sept"),
            ("octobre", "oct"),
            ("novembre", "nov"),
            ("decembre", "dec"),
        ),
        start=1,
    )
    for name in names
}

ENGLISH_MONTHS: Final[dict[str, int]] = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}

WEEKDAYS: Final[dict[str, int]] = {
    name: number
    for number, names in enumerate(
        (
            ("الاثنين", "lundi", "monday"),
            ("الثلاثاء", "الثلاثا", "mardi", "tuesday"),
            ("الاربعاء", "الاربعا", "mercredi", "wednesday"),
            ("الخميس", "jeudi", "thursday"),
            ("الجمعه", "vendredi", "friday"),
            ("السبت", "samedi", "saturday"),
            ("الاحد", "dimanche", "sunday"),
        )
    )
    for name in names
}
"""Whole names only: an abbreviation of two letters is a word of its own too often ("Sa Majesté")."""

STEPS: Final[dict[str, int]] = {
    **dict.fromkeys(
        (
            "الماضي",
            "الماضيه",
            "المنصرم",
            "المنصرمه",
            "الفائت",
            "الفائته",
            "المنقضي",
            "dernier",
            "derniere",
            "passe",
            "passee",
            "ecoule",
            "ecoulee",
            "last",
            "past",
        ),
        -1,
    ),
    **dict.fromkeys(("الجاري", "الجاريه", "الحالي", "الحاليه", "courant", "هذا", "هذه", "this"), 0),
    **dict.fromkeys(("ce", "cet", "cette"), 0),
    **dict.fromkeys(
        ("المقبل", "المقبله", "القادم", "القادمه", "prochain", "prochaine", "next", "coming", "upcoming"), 1
    ),
}

SEASONS: Final[dict[str, int]] = {
    **dict.fromkeys(("الربيع", "printemps", "spring"), 0),
    **dict.fromkeys(("الصيف", "ete", "summer"), 1),
    **dict.fromkeys(("الخريف", "automne", "autumn"), 2),
    **dict.fromkeys(("الشتاء", "hiver", "winter"), 3),
}

DAYS: Final[dict[str, int]] = {
    **dict.fromkeys(("اليوم", "aujourd'hui", "today", "ce jour"), 0),
    **dict.fromkeys(("امس", "الامس", "البارحه", "hier", "yesterday"), -1),
    **dict.fromkeys(("اول امس", "اول من امس", "avant-hier"), -2),
    **dict.fromkeys(("غدا", "يوم غد", "demain", "tomorrow"), 1),
}

UNITS: Final[dict[str, str]] = {
    **dict.fromkeys(("الاسبوع", "semaine", "week"), "week"),
    **dict.fromkeys(("الشهر", "mois", "month"), "month"),
    **dict.fromkeys(("العام", "السنه", "annee", "an", "year"), "year"),
}
