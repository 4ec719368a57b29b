"""Themes of a text: the field codes of registers 3.1, by terms in three languages.

Spec: registers 3.12.2, step 7.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from mithaq.registers.sources.rules.hits import Text
from mithaq.registers.sources.rules.phrases import PhraseTable
from mithaq.registers.sources.rules.sentences import Sentences
from mithaq.registers.sources.rules.values import Assertion, AssertionType, Paragraph

TERMS: Final[dict[str, str]] = {
    "SEC": (
        "الأمن,الأمني,الأمنية,التعاون الأمني,الأجهزة الأمنية,الجهاز الأمني,الرهانات الأمنية"
        ",التحديات الأمنية,أمني"
        ",sécurité,sécuritaire,sécuritaires,coopération sécuritaire,forces de l'ordre,police,ordre public"
        ",security,security cooperation,law enforcement,policing"
    ),
    "CT": (
        "مكافحة الإرهاب,الإرهاب,الإرهابية,الإرهابي,التهديد الإرهابي,التهديدات الإرهابية"
        ",الجماعات الإرهابية,إرهابية"
        ",terrorisme,terroriste,terroristes,antiterroriste,lutte contre le terrorisme,contre-terrorisme"
        ",terrorism,terrorist,counter-terrorism,counterterrorism"
    ),
    "OC": (
        "الجريمة المنظمة,الشبكات الإجرامية,شبكات إجرامية,الإجرامية,الجريمة العابرة للحدود,غسل الأموال,الجريمة"
        ",criminalité organisée,crime organisé,réseaux criminels,criminalité transnationale,blanchiment"
        ",grande criminalité"
        ",organised crime,organized crime,criminal networks,money laundering,transnational crime"
    ),
    "DRUGS": (
        "المخدرات,المؤثرات العقلية,مكافحة المخدرات,الاتجار في المخدرات,الكوكايين,القنب الهندي,تهريب المخدرات"
        ",drogue,drogues,stupéfiants,narcotrafic,trafic de drogue,trafic de stupéfiants,psychotropes"
        ",cocaïne,cannabis"
        ",drugs,drug trafficking,narcotics,psychotropic substances,cocaine"
    ),
    "CYBER": (
        "الجريمة السيبرانية,الجرائم الإلكترونية,الأمن السيبراني,السيبرانية,الجريمة الإلكترونية"
        ",الهجمات السيبرانية"
        ",cybercriminalité,cybersécurité,cyberattaques,cyberattaque,cyber,preuve électronique"
        ",cybercrime,cybersecurity,cyberattacks,cyber,electronic evidence"
    ),
    "MIG": (
        "الهجرة,الهجرة غير المشروعة,الهجرة غير النظامية,حكامة الهجرة,تدبير الهجرة,المهاجرين"
        ",الاتجار بالبشر,الترحيل,اللجوء"
        ",migration,migrations,migratoire,migratoires,migrants,immigration,immigration irrégulière"
        ",laissez-passer consulaires"
        ",réadmission,traite des êtres humains,irregular migration,migrants,readmission"
        ",human trafficking,asylum"
    ),
    "RADIC": (
        "التطرف,مكافحة التطرف,إعادة الإدماج,الإدماج,التطرف العنيف,نزع التطرف,الغلو"
        ",extrémisme,radicalisation,déradicalisation,réinsertion,lutte contre l'extrémisme,extrémisme violent"
        ",extremism,radicalisation,radicalization,reintegration,violent extremism"
    ),
    "CIVPROT": (
        "الوقاية المدنية,الأمن المدني,الحماية المدنية,حرائق الغابات,الإنقاذ,الإغاثة"
        ",protection civile,sécurité civile,sapeurs-pompiers,feux de forêt,incendies de forêt,secours"
        ",civil protection,civil security,wildfires,forest fires,search and rescue"
    ),
    "CRISIS": (
        "تدبير الأزمات,إدارة الأزمات,الأزمات,الكوارث الطبيعية,الكوارث,التغيرات المناخية,الزلزال,الفيضانات"
        ",gestion des crises,gestion de crise,catastrophes naturelles,catastrophe,changement climatique"
        ",séisme,inondations"
        ",crisis management,natural disasters,climate change,earthquake,floods"
    ),
    "EVENT": (
        "الأحداث الكبرى,التظاهرات الكبرى,التظاهرات الرياضية,الألعاب الأولمبية,كأس العالم,كأس أمم إفريقيا"
        ",أولمبياد"
        ",بطولة أمم إفريقيا,grands événements,Jeux olympiques,Coupe du monde,Coupe d'Afrique"
        ",manifestations sportives"
        ",grandes manifestations,major events,Olympic Games,World Cup,Africa Cup,sporting events"
    ),
    "TRAIN": (
        "التدريب,التكوين,تبادل الخبرات,تبادل الخبرة,الخبرات,بناء القدرات,تجربة,دورات تكوينية"
        ",formation,formations,échange d'expériences,échange d'expertise,expertise"
        ",renforcement des capacités,expérience"
        ",training,exchange of expertise,exchange of experience,capacity building"
    ),
    "INFO": (
        "تبادل المعلومات,المعلومات الاستخباراتية,الاستخباراتي,تبادل المعلومات الاستخباراتية,الاستخبارات"
        ",التنسيق"
        ",échange d'informations,échange de renseignements,renseignement,renseignements"
        ",partage d'informations"
        ",exchange of information,information sharing,intelligence,intelligence sharing"
    ),
}
"""Code -> terms, parted by commas, in Arabic, French and English."""


@cache
def _table() -> PhraseTable[str]:
    return PhraseTable((term.strip(), code) for code, terms in TERMS.items() for term in terms.split(","))


def find_themes(text: Text, sentences: Sentences) -> list[Assertion]:
    """One assertion for each theme of each sentence: its first term there."""
    found: dict[tuple[str, int], Assertion] = {}
    for code, start, end, paragraph in _terms(text):
        sentence = sentences.holding(start)
        key = (code, paragraph.start if sentence is None else sentence[0])
        if paragraph.is_content and key not in found:
            exact = text.raw[start:end]
            found[key] = Assertion(AssertionType.THEME, start, end, exact, "theme.term", {"code": code})
    return sorted(found.values(), key=lambda one: (one.start, one.end, one.value["code"]))


def _terms(text: Text) -> Iterator[tuple[str, int, int, Paragraph]]:
    for hit in _table().find(text.folded, text.tokens):
        paragraph = text.paragraph_at(hit.start, hit.end)
        if paragraph is not None:
            yield hit.payload, hit.start, hit.end, paragraph


def themes_within(themes: Sequence[Assertion], start: int, end: int) -> list[str]:
    """Codes of the themes in a part of the text, in the order of the list; ``themes`` ordered by start."""
    first = bisect_left(themes, start, key=lambda one: one.start)
    present = set()
    for one in themes[first:]:
        if one.start >= end:
            break
        if one.end <= end:
            present.add(one.value["code"])
    return [code for code in TERMS if code in present]
