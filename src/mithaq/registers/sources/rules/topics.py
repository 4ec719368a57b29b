"""Topics on which accounts of a meeting may agree, be silent, or differ.

A topic has one variant or several. An account that reports the one variant and an account that reports the
other differ. A cue is a set of words that must all stand within one sentence.

Spec: registers 2.2, 3.4 (accounts view).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Variant:
    """One thing that an account may report on a topic.

    Attributes:
        cues: alternatives; each is a set of patterns that must all stand in one sentence.
    """

    id: str
    label: dict[str, str]
    cues: Sequence[Sequence[re.Pattern[str]]]


@dataclass(frozen=True, slots=True)
class Topic:
    """A row of the comparison."""

    id: str
    label: dict[str, str]
    variants: Sequence[Variant]


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_])(?:{text})", re.IGNORECASE)


def _variant(ident: str, ar: str, fr: str, en: str, *cues: str) -> Variant:
    """Each cue is one alternative; `` & `` parts the patterns that must stand together."""
    compiled = [[_pattern(part) for part in cue.split(" & ")] for cue in cues]
    return Variant(ident, {"ar": ar, "fr": fr, "en": en}, compiled)


def _topic(ident: str, ar: str, fr: str, en: str, *variants: Variant) -> Topic:
    return Topic(ident, {"ar": ar, "fr": fr, "en": en}, variants)


_P = r"(?:و|ف|ب|ل|ك){0,2}(?:ال|ل)?"
_AGREEMENTS_AR = rf"{_P}(?:اتفاقيات|اتفاقات|اتفاقية)"
_AGREEMENTS_LATIN = r"(?:accords?|conventions?|agreements?)\b"

TOPICS: Final[tuple[Topic, ...]] = (
    _topic(
        "agreements",
        "الاتفاقيات",
        "Accords",
        "Agreements",
        _variant(
            "review",
            "مراجعة الاتفاقيات القائمة",
            "Révision des accords existants",
            "Review of existing agreements",
            rf"{_P}(?:مراجعة|تحيين|تحديث) & {_AGREEMENTS_AR}",
            rf"(?:révision|réviser|revoir|réexamen|actualisation)\b & {_AGREEMENTS_LATIN}",
            r"(?:review|reviewing|revise|revision|update)\b & agreements?\b",
        ),
        _variant(
            "conclude",
            "إبرام اتفاقيات جديدة",
            "Conclusion de nouveaux accords",
            "Conclusion of new agreements",
            rf"{_P}(?:إبرام|ابرام|توقيع|عقد) & {_AGREEMENTS_AR}",
            rf"(?:conclure|conclusion|nouveaux|ensemble\sd['’]accords|série\sd['’]accords"
            rf"|signer)\b & {_AGREEMENTS_LATIN}",
            r"(?:conclude|concluding|conclusion|new|series\sof|sign|signing)\b & agreements?\b",
        ),
    ),
    _topic(
        "roadmap",
        "خارطة الطريق",
        "Feuille de route",
        "Roadmap",
        _variant(
            "per_sector",
            "خارطة طريق لكل قطاع",
            "Une feuille de route par secteur",
            "A roadmap for each sector",
            rf"{_P}(?:خارطة|خريطة)\s(?:ال)?طريق & {_P}لكل\sقطاع|{_P}قطاع\sمن\sالقطاعات",
            r"feuilles?\sde\sroute & (?:chaque|par)\s(?:secteur|domaine)",
            r"road\s?maps? & (?:each|every|per)\ssector",
        ),
        _variant(
            "one",
            "خارطة طريق بين الوزارتين",
            "Une feuille de route entre les ministères",
            "A roadmap between the ministries",
            rf"{_P}(?:خارطة|خريطة)\s(?:ال)?طريق",
            r"feuilles?\sde\sroute",
            r"road\s?maps?\b",
        ),
    ),
    _topic(
        "framework",
        "إطار جديد للشراكة",
        "Nouveau cadre de partenariat",
        "New framework of partnership",
        _variant(
            "new",
            "إطار جديد",
            "Nouveau cadre",
            "New framework",
            rf"{_P}إطار\sجديد",
            r"nouveau\scadre",
            r"new(?:,\scomprehensive)?\sframework",
        ),
    ),
    _topic(
        "group_name",
        "اسم مجموعة الهجرة",
        "Nom du groupe migratoire",
        "Name of the migration group",
        _variant(
            "joint",
            "المجموعة المشتركة الدائمة",
            "groupe commun permanent",
            "joint permanent group",
            rf"{_P}مجموعة\sالمشتركة\sالدائمة",
            r"joint\spermanent\sgroup",
            r"groupe\s(?:commun|conjoint)\spermanent",
        ),
        _variant(
            "contact",
            "مجموعة اتصال دائمة",
            "groupe de contact permanent",
            "permanent contact group",
            r"groupe\sde\scontact\spermanent",
            rf"{_P}مجموعة\sالاتصال\sالدائمة",
            r"permanent\scontact\sgroup",
        ),
        _variant(
            "mixed",
            "المجموعة المختلطة الدائمة",
            "Groupe migratoire mixte permanent",
            "permanent joint migration group",
            rf"{_P}مجموعة\sالمختلطة\sالدائمة",
            rf"{_P}مجموعة\sالهجرة\sالمختلطة\sالدائمة",
            r"groupe\s(?:migratoire\s)?mixte\s(?:migratoire\s)?permanent|GMMP\b",
            r"(?:mixed|joint)\spermanent\smigration\sgroup|permanent\s(?:joint|mixed)\s(?:migration\s)?group",
        ),
    ),
    _topic(
        "reference",
        "مرجع مشترك للمساطر والإحصائيات",
        "Référentiel commun, procédures et statistiques",
        "Common reference, procedures and statistics",
        _variant(
            "common",
            "مرجع مشترك",
            "Référentiel commun",
            "Common reference",
            rf"{_P}مرجع\sمشترك",
            rf"{_P}(?:إحصائيات|احصائيات)\s(?:المشتركة|المتعلقة)",
            r"référentiel\scommun|référence\scommune",
            r"(?:statistiques?|indicateurs?)\s(?:communs?|communes?|harmonisée?s?|migratoires?)",
            r"common\s(?:reference|statistics|indicators)",
        ),
    ),
    _topic(
        "civil_protection",
        "الوقاية المدنية",
        "Sécurité civile",
        "Civil protection",
        _variant(
            "named",
            "الوقاية المدنية أو الأمن المدني",
            "Protection civile ou sécurité civile",
            "Civil protection or civil security",
            rf"{_P}(?:وقاية|أمن|امن|حماية)\s(?:ال)?مدنية?",
            r"(?:protection|sécurité)\scivile",
            r"civil\s(?:protection|security)",
        ),
    ),
    _topic(
        "crises",
        "تدبير الأزمات والكوارث",
        "Gestion des crises et catastrophes",
        "Crises and disasters",
        _variant(
            "named",
            "تدبير الأزمات أو الكوارث أو المناخ",
            "Crises, catastrophes ou climat",
            "Crises, disasters or climate",
            rf"{_P}(?:تدبير|إدارة)\sالأزمات",
            rf"{_P}كوارث\s(?:ال)?طبيعية",
            rf"{_P}تغيرات\s(?:ال)?مناخية",
            r"gestion\sdes?\scrises?|catastrophes?\snaturelles?|changements?\sclimatiques?",
            r"crisis\smanagement|natural\sdisasters?|climate\schange",
        ),
    ),
    _topic(
        "events",
        "الأحداث الكبرى",
        "Grands événements",
        "Major events",
        _variant(
            "named_event",
            "حدث مسمى",
            "Événement nommé",
            "A named event",
            rf"{_P}ألعاب\s(?:ال)?أ?ولمبية",
            rf"{_P}(?:كأس|بطولة)\s(?:أمم|العالم|إفريقيا|الأمم)",
            rf"{_P}(?:أولمبياد|مونديال)",
            r"jeux\solympiques|coupe\s(?:d['’]afrique|du\smonde)|mondial\s20|\bCAN\s20",
            r"olympic|world\scup|africa\scup|cup\sof\snations",
        ),
        _variant(
            "in_general",
            "الأحداث الكبرى عموما",
            "Grands événements en général",
            "Major events in general",
            rf"{_P}(?:أحداث|تظاهرات)\s(?:الرياضية\s)?الكبرى",
            r"grands\sévénements|grandes\smanifestations",
            r"major\sevents",
        ),
    ),
    _topic(
        "information",
        "تبادل الخبرات والمعلومات",
        "Échange d'expériences et d'informations",
        "Exchange of experience and information",
        _variant(
            "exchange",
            "تبادل الخبرات والمعلومات",
            "Échange d'expériences et d'informations",
            "Exchange of experience and information",
            rf"{_P}تبادل\s(?:الخبرات|المعلومات)",
            r"échanges?\sd['’](?:expériences?|informations?|expertises?)",
            r"(?:exchange|sharing)\sof\s(?:information|experience|expertise)|information\sshar",
        ),
    ),
    _topic(
        "training",
        "التدريب والعمل الاستخباراتي المشترك",
        "Formation et travail commun de renseignement",
        "Training and joint intelligence work",
        _variant(
            "named",
            "تدريب أو عمل استخباراتي مشترك",
            "Formation ou renseignement commun",
            "Training or joint intelligence work",
            rf"{_P}تدريب\b",
            rf"{_P}عمل\sالاستخباراتي\sالمشترك",
            r"formations?\s(?:commune|conjointe|des\spoliciers|professionnelle)"
            r"|travail\scommun\sde\srenseignement",
            r"joint\s(?:training|intelligence)|training\s(?:of|for|programmes?)",
        ),
    ),
    _topic(
        "requests",
        "الطلبات والتوقيفات",
        "Demandes et arrestations",
        "Requests and arrests",
        _variant(
            "arrests",
            "توقيفات استجابة لطلبات",
            "Arrestations à la suite de demandes",
            "Arrests made on request",
            rf"{_P}توقيفات",
            rf"{_P}طلبات\sالمقدمة",
            r"(?:arrestations?|interpellations?) & demandes?\b",
            r"arrests? & requests?\b",
        ),
    ),
    _topic(
        "drugs",
        "المخدرات",
        "Stupéfiants",
        "Drugs",
        _variant(
            "named",
            "مكافحة المخدرات",
            "Lutte contre les stupéfiants",
            "Fight against drugs",
            rf"{_P}مخدرات",
            r"drogues?\b|stupéfiants|narcotrafic",
            r"drugs?\b|narcotics",
        ),
    ),
    _topic(
        "cybercrime",
        "الجريمة السيبرانية",
        "Cybercriminalité",
        "Cybercrime",
        _variant(
            "named",
            "الجريمة السيبرانية",
            "Cybercriminalité",
            "Cybercrime",
            rf"{_P}سيبرانية?",
            r"cyber",
        ),
    ),
    _topic(
        "sahara",
        "الجملة المتعلقة بالصحراء",
        "Phrase sur le Sahara",
        "Sentence on the Sahara",
        _variant(
            "said",
            "ترد جملة عن الصحراء",
            "Une phrase sur le Sahara",
            "A sentence on the Sahara",
            rf"{_P}صحراء & {_P}(?:سيادة|موقف|السيادة|الموقف)",
            r"sahara & (?:souveraineté|position|plan\sd['’]autonomie)",
            r"sahara & (?:sovereignty|position|autonomy\splan)",
        ),
    ),
    _topic(
        "sahel",
        "منطقة الساحل والصحراء",
        "Région sahélo-saharienne",
        "Sahel-Saharan region",
        _variant(
            "named",
            "منطقة الساحل والصحراء",
            "Région sahélo-saharienne",
            "Sahel-Saharan region",
            rf"{_P}ساحل\sوالصحراء",
            r"sahélo-saharienn?e?|sahel[\s-]sahara",
            r"sahel(?:\sand\ssahara|-saharan|-sahara)",
        ),
        _variant(
            "literal",
            "ترجمة حرفية",
            "Traduction littérale",
            "Literal translation",
            r"sahel\set\s(?:du|le)\sdésert",
            r"sahel\sand\s(?:the\s)?desert",
        ),
    ),
    _topic(
        "heads_of_state",
        "رئيسا الدولتين",
        "Chefs d'État",
        "Heads of state",
        _variant(
            "signed_declaration",
            "وقعا الإعلان",
            "Ont signé la déclaration",
            "Signed the declaration",
            rf"{_P}(?:وقعه|وقّعه|وقعها) & {_P}(?:ملك|الملك)",
            r"(?:signée?s?)\s(?:par\s)?(?:sa\smajesté\s)?(?:le\s)?roi",
            r"signed\sby\s(?:his\smajesty\s)?(?:the\s)?king",
        ),
        _variant(
            "state_visit",
            "خلال زيارة الدولة وبدعوة من الملك",
            "Lors de la visite d'État, à l'invitation du Roi",
            "During the state visit, at the king's invitation",
            rf"{_P}زيارة\sالدولة & {_P}(?:دعوة|بدعوة)",
            r"visite\sd['’]état & invitation",
            r"state\svisit & invitation",
        ),
        _variant(
            "at_request",
            "بطلب من الرئيس",
            "À la demande du Président",
            "At the president's request",
            rf"{_P}طلب\sمن\sرئيس",
            r"à\sla\sdemande\sdu\sprésident",
            r"at\sthe\srequest\sof\s(?:the\s)?president",
        ),
        _variant(
            "ambitions",
            "طموحات القائدين",
            "Ambitions des deux chefs d'État",
            "Ambitions of the two heads of state",
            r"(?:ambitions|aspirations) & (?:roi|président)",
            rf"{_P}(?:طموحات|تطلعات|إرادة)\s(?:قائدي|جلالة|الملك)",
            r"(?:ambitions|aspirations|vision) & (?:king|president)",
        ),
    ),
    _topic(
        "migration_praise",
        "القول في الهجرة",
        "Propos sur la migration",
        "Words on migration",
        _variant(
            "bulwark",
            "حصن منيع وشريك موثوق",
            "Forteresse, partenaire fiable",
            "Bulwark, reliable partner",
            rf"{_P}حصنا?\sمنيعا?",
            rf"{_P}شريكا?\sموثوقا?",
            r"forteresse|rempart|partenaire\sfiable",
            r"bulwark|fortress|reliable\spartner",
        ),
        _variant(
            "transit",
            "بلد عبور واستقرار وتقاسم عادل",
            "Pays de transit et d'installation, partage équitable",
            "Country of transit and settlement, fair sharing",
            rf"{_P}بلد\sعبور",
            rf"{_P}تقاسم\sالعادل",
            r"pays\sde\stransit|partage\séquitable",
            r"transit\scountry|country\sof\stransit|fair\sshar",
        ),
    ),
)
