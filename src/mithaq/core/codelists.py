"""Code lists that both sides share: fields of cooperation, purposes, areas, terms.

A list starts as printed here and grows only by a new co-signed version of a ``reference.codelist``
instrument, whose data are::

    {name, codes[{code, label{ar, fr, en?}, wrong{ar[], fr[], en[]}?}]}

``wrong`` holds renderings of a term that were met and are not meant: a text that uses one is shown to
its author before it leaves (``find_wrong_terms``). Labels are data, like the texts of an instrument: they
are signed with it.

Spec: docs/spec/16-codelists.md.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from mithaq.errors import MalformedError

LANGUAGES: Final = ("ar", "fr", "en")
NEEDED_LANGUAGES: Final = ("ar", "fr")
MAX_CODES: Final = 1_000
MAX_LABEL_CHARS: Final = 300
MAX_WRONG: Final = 20

_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}", re.ASCII)
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,31}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Code:
    """One value of a list.

    Attributes:
        code: 1 to 32 ASCII characters; never given to another meaning.
        label: language -> text, Arabic and French always present.
        wrong: language -> renderings that are not meant.
    """

    code: str
    label: Mapping[str, str]
    wrong: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def name(self, lang: str) -> str:
        """The label in that language; French where there is none."""
        return self.label.get(lang) or self.label["fr"]


@dataclass(frozen=True, slots=True)
class Codelist:
    """A named list. Codes stand once, in the order in which people read them."""

    name: str
    codes: tuple[Code, ...]

    def find(self, code: str) -> Code | None:
        """The value with that code."""
        return next((one for one in self.codes if one.code == code), None)


@dataclass(frozen=True, slots=True)
class WrongTerm:
    """A rendering that is not meant, found in a text at ``start:end`` (code points)."""

    code: str
    lang: str
    start: int
    end: int
    found: str
    meant: str


def parse_codelist(data: Mapping[str, object]) -> Codelist:
    """Read the data of a ``reference.codelist``.

    Raises:
        MalformedError: ``codelist``; a member is missing, of another form, or stands twice.
    """
    name, codes = data.get("name"), data.get("codes")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise MalformedError("codelist", "a code list has a name of small letters, digits and _")
    if not isinstance(codes, Sequence) or isinstance(codes, str) or not 0 < len(codes) <= MAX_CODES:
        raise MalformedError("codelist", f"a code list holds 1 to {MAX_CODES} codes")
    read = tuple(_read_code(one) for one in codes)
    if len({one.code.casefold() for one in read}) != len(read):
        raise MalformedError("codelist", "a code stands twice")
    return Codelist(name, read)


def merge_lists(old: Codelist, new: Codelist) -> Codelist:
    """The new list, then what only the old one holds: a list grows, or old records would lose meaning."""
    return Codelist(new.name, new.codes + tuple(one for one in old.codes if new.find(one.code) is None))


def find_wrong_terms(text: str, lang: str, codelist: Codelist) -> list[WrongTerm]:
    """Renderings in ``text`` that the list calls wrong, in order of place. Case does not count."""
    return sorted(_find_wrong(text, lang, codelist.codes), key=lambda one: (one.start, one.end))


def _find_wrong(text: str, lang: str, codes: Iterable[Code]) -> Iterable[WrongTerm]:
    for one in codes:
        for wrong in one.wrong.get(lang, ()):
            for match in re.finditer(rf"(?<!\w){re.escape(wrong)}(?!\w)", text, re.IGNORECASE):
                yield WrongTerm(one.code, lang, match.start(), match.end(), match.group(), one.name(lang))


def _read_code(value: object) -> Code:
    if not isinstance(value, Mapping):
        raise MalformedError("codelist", "a code is an object")
    code, label, wrong = value.get("code"), value.get("label"), value.get("wrong", {})
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise MalformedError("codelist", "a code has 1 to 32 letters, digits, _ . or -")
    if not isinstance(label, Mapping) or not all(_is_label(label.get(lang)) for lang in NEEDED_LANGUAGES):
        raise MalformedError("codelist", f"the code {code} needs a label in Arabic and in French")
    if not isinstance(wrong, Mapping) or not all(_is_wrong(found) for found in wrong.values()):
        raise MalformedError("codelist", f"the wrong renderings of {code} are lists of texts")
    labels = {lang: str(label[lang]) for lang in LANGUAGES if _is_label(label.get(lang))}
    return Code(code, labels, {lang: tuple(wrong[lang]) for lang in LANGUAGES if lang in wrong})


def _is_label(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= MAX_LABEL_CHARS


def _is_wrong(value: object) -> bool:
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > MAX_WRONG:
        return False
    return all(_is_label(one) for one in value)


def _list(name: str, *rows: tuple[str, str, str, str]) -> Codelist:
    return Codelist(name, tuple(Code(code, {"ar": ar, "fr": fr, "en": en}) for code, ar, fr, en in rows))


FIELDS: Final = _list(
    "field",
    ("SEC", "الأمن بصفة عامة", "Sécurité en général", "Security in general"),
    ("CT", "مكافحة الإرهاب", "Lutte contre le terrorisme", "Counter-terrorism"),
    ("OC", "الجريمة المنظمة", "Criminalité organisée", "Organised crime"),
    ("DRUGS", "المخدرات والمؤثرات العقلية", "Stupéfiants et psychotropes", "Drugs and psychotropics"),
    ("CYBER", "الجريمة السيبرانية", "Cybercriminalité", "Cybercrime"),
    ("MIG", "الهجرة", "Migration", "Migration"),
    ("RADIC", "مكافحة التطرف وإعادة الإدماج", "Lutte contre la radicalisation et réinsertion",
     "Countering extremism and reintegration"),
    ("CIVPROT", "الوقاية المدنية", "Sécurité civile", "Civil protection"),
    ("CRISIS", "تدبير الأزمات", "Gestion des crises", "Crisis management"),
    ("EVENT", "الأحداث الكبرى", "Grands événements", "Major events"),
    ("TRAIN", "الخبرة والتكوين", "Expertise et formation", "Expertise and training"),
    ("INFO", "تبادل المعلومات", "Échange d'informations", "Exchange of information"),
)  # fmt: skip
"""Fields of cooperation: a filter, a right, a dimension of statistics, and the themes of sources."""

PURPOSES: Final = _list(
    "purpose",
    ("CT", "مكافحة الإرهاب", "Lutte contre le terrorisme", "Counter-terrorism"),
    ("OC", "الجريمة المنظمة", "Criminalité organisée", "Organised crime"),
    ("DRUGS", "المخدرات", "Stupéfiants", "Drugs"),
    ("CYBER", "الجريمة السيبرانية", "Cybercriminalité", "Cybercrime"),
    ("TRAFF", "الاتجار بالبشر وتهريب المهاجرين", "Traite des êtres humains et trafic de migrants",
     "Trafficking and smuggling of persons"),
    ("MIGPROC", "مساطر الهجرة", "Procédures migratoires", "Migration procedures"),
    ("CIVPROT", "الوقاية المدنية", "Sécurité civile", "Civil protection"),
    ("EVENT", "الأحداث الكبرى", "Grands événements", "Major events"),
    ("TRAIN", "الخبرة والتكوين", "Expertise et formation", "Expertise and training"),
    ("ADMIN", "تدبير التعاون", "Administration de la coopération", "Running the cooperation"),
)  # fmt: skip
"""Purposes for which an act may be used (``handling.purpose``)."""

AREAS: Final = _list(
    "area",
    ("SAHEL_SAHARA", "منطقة الساحل والصحراء", "Région sahélo-saharienne", "Sahel-Saharan region"),
    ("MED_SOUTH", "جنوب البحر الأبيض المتوسط", "Sud de la Méditerranée", "Southern Mediterranean"),
)
"""Area tags. Names only: a node sets its own list, and no boundary is shipped."""

GROUNDS: Final = _list(
    "refusal_ground",
    ("not_available", "المعلومات غير متوفرة", "Informations non disponibles", "Not available"),
    ("incomplete_request", "الطلب غير مكتمل", "Demande incomplète", "Incomplete request"),
    ("authorisation_refused", "رفض الإذن", "Autorisation refusée", "Authorisation refused"),
    ("category_not_allowed", "صنف من المعطيات غير مسموح به", "Catégorie de données non permise",
     "Category of data not allowed"),
    ("inaccurate_or_outdated", "معطيات غير دقيقة أو متجاوزة", "Données inexactes ou périmées",
     "Inaccurate or outdated"),
    ("national_security", "المصالح الأساسية للأمن الوطني", "Intérêts essentiels de la sécurité nationale",
     "Essential interests of national security"),
    ("running_investigation_or_safety", "بحث جار أو سلامة شخص", "Enquête en cours ou sécurité d’une personne",
     "Running investigation or safety of a person"),
    ("legal_person_interest", "مصلحة شخص معنوي", "Intérêt d’une personne morale",
     "Interest of a legal person"),
    ("minor_offence", "جريمة بسيطة", "Infraction mineure", "Minor offence"),
    ("third_party_no_consent", "عدم موافقة طرف ثالث", "Absence d’accord d’un tiers",
     "No consent of a third party"),
)  # fmt: skip
"""Grounds on which a note, or one of its questions, is refused."""

OUTCOMES: Final = _list(
    "outcome",
    ("none_yet", "لا نتيجة بعد", "Pas encore de suite", "None yet"),
    ("no_use", "لم يُستعمل", "Sans usage", "No use"),
    ("lead", "خيط للبحث", "Piste", "Lead"),
    ("identification", "تحديد هوية", "Identification", "Identification"),
    ("arrest", "توقيف", "Arrestation", "Arrest"),
    ("seizure", "حجز", "Saisie", "Seizure"),
    ("prevention", "وقاية", "Prévention", "Prevention"),
    ("unfounded", "بلا أساس", "Sans fondement", "Unfounded"),
)  # fmt: skip
"""What came of a note that was answered or refused; the asking side says so when it closes it."""

TERMS: Final = Codelist(
    "term",
    (
        Code(
            "SAHEL_SAHARA",
            {"ar": "منطقة الساحل والصحراء", "fr": "région sahélo-saharienne", "en": "Sahel-Saharan region"},
            {"fr": ("région du Sahel et du désert", "Sahel et du désert"), "en": ("Sahel and the desert",)},
        ),
        Code(
            "CIVPROT",
            {"ar": "الوقاية المدنية", "fr": "sécurité civile", "en": "civil protection"},
            {"ar": ("الأمن المدني", "الحماية المدنية")},
        ),
        Code(
            "GMMP",
            {
                "ar": "المجموعة المختلطة الدائمة للهجرة",
                "fr": "Groupe migratoire mixte permanent",
                "en": "joint permanent migration group",
            },
            {"fr": ("groupe de contact permanent",)},
        ),
        Code(
            "ROADMAP",
            {"ar": "خارطة طريق", "fr": "feuille de route", "en": "roadmap"},
            {"ar": ("خريطة طريق",)},
        ),
        Code(
            "MINUTES",
            {"ar": "محضر", "fr": "procès-verbal", "en": "minutes"},
            {"fr": ("minutes de la réunion",)},
        ),
    ),
)
"""Terms with renderings that were met and are not meant."""

START_LISTS: Final[Mapping[str, Codelist]] = {
    one.name: one for one in (FIELDS, PURPOSES, AREAS, GROUNDS, OUTCOMES, TERMS)
}
"""The first version of each list, in use until a co-signed one is in force."""
