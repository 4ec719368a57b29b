"""Public bodies that a new node knows by name. Bodies are found by alias alone, never by sound."""

from collections.abc import Sequence
from typing import Final

from mithaq.registers.sources.rules.named import Named, thing
from mithaq.registers.sources.rules.values import AssertionType


def _body(
    ident: str,
    side: str,
    detail: str,
    names: tuple[str, str, str],
    also: Sequence[str] = (),
    seen: Sequence[str] = (),
) -> Named:
    return thing(AssertionType.BODY, ident, side, detail, names, also=also, seen=seen)


BODIES: Final[tuple[Named, ...]] = (
    _body(
        "ma-mi",
        "ma",
        "ministry",
        (
            "وزارة الداخلية المغربية",
            "ministère de l'Intérieur du Maroc",
            "Ministry of the Interior of Morocco",
        ),
        (
            "وزارة الداخلية بالمملكة المغربية",
            "ministère marocain de l'Intérieur",
            "ministère de l'Intérieur marocain",
            "Moroccan Interior Ministry",
            "Moroccan Ministry of the Interior",
            "Morocco's Interior Ministry",
        ),
    ),
    _body(
        "fr-mi",
        "fr",
        "ministry",
        (
            "وزارة الداخلية الفرنسية",
            "ministère de l'Intérieur français",
            "Ministry of the Interior of France",
        ),
        (
            "وزارة الداخلية وأقاليم ما وراء البحار",
            "ministère français de l'Intérieur",
            "ministère de l'Intérieur et des Outre-mer",
            "Place Beauvau",
            "Beauvau",
            "French Interior Ministry",
            "French Ministry of the Interior",
        ),
    ),
    _body(
        "ma-dgsn",
        "ma",
        "service",
        (
            "المديرية العامة للأمن الوطني",
            "Direction générale de la sûreté nationale",
            "General Directorate for National Security",
        ),
        (
            "DGSN",
            "مديرية الأمن الوطني",
            "المدير العام للأمن الوطني",
            "directeur général de la sûreté nationale",
            "الأمن الوطني المغربي",
        ),
    ),
    _body(
        "ma-dgst",
        "ma",
        "service",
        (
            "المديرية العامة لمراقبة التراب الوطني",
            "Direction générale de la surveillance du territoire",
            "General Directorate for Territorial Surveillance",
        ),
        ("DGST", "مديرية مراقبة التراب الوطني", "مراقبة التراب الوطني"),
    ),
    _body(
        "ma-pj",
        "ma",
        "service",
        ("الشرطة القضائية المغربية", "police judiciaire marocaine", "Moroccan judicial police"),
    ),
    _body(
        "ma-bcij",
        "ma",
        "service",
        (
            "المكتب المركزي للأبحاث القضائية",
            "Bureau central d'investigations judiciaires",
            "Central Bureau of Judicial Investigation",
        ),
        ("BCIJ",),
    ),
    _body(
        "ma-dged",
        "ma",
        "service",
        (
            "المديرية العامة للدراسات والمستندات",
            "Direction générale des études et de la documentation",
            "General Directorate for Studies and Documentation",
        ),
        ("DGED", "لادجيد"),
    ),
    _body(
        "ma-gr",
        "ma",
        "service",
        ("الدرك الملكي", "Gendarmerie royale", "Royal Gendarmerie"),
        ("الدرك الملكي المغربي",),
    ),
    _body(
        "ma-dgpc",
        "ma",
        "service",
        (
            "المديرية العامة للوقاية المدنية",
            "Direction générale de la protection civile",
            "General Directorate for Civil Protection",
        ),
    ),
    _body(
        "ma-habous",
        "ma",
        "ministry",
        (
            "وزارة الأوقاف والشؤون الإسلامية",
            "ministère des Habous et des Affaires islamiques",
            "Ministry of Habous and Islamic Affairs",
        ),
    ),
    _body(
        "fr-pn",
        "fr",
        "service",
        ("الشرطة الوطنية الفرنسية", "Police nationale française", "French National Police"),
        (
            "DGPN",
            "المديرية العامة للشرطة الوطنية الفرنسية",
            "Direction générale de la police nationale",
            "directeur général de la police nationale",
        ),
    ),
    _body(
        "fr-dgsi",
        "fr",
        "service",
        (
            "المديرية العامة للأمن الداخلي",
            "Direction générale de la sécurité intérieure",
            "General Directorate for Internal Security",
        ),
        ("DGSI",),
    ),
    _body(
        "fr-dgse",
        "fr",
        "service",
        (
            "المديرية العامة للأمن الخارجي",
            "Direction générale de la sécurité extérieure",
            "General Directorate for External Security",
        ),
        ("DGSE",),
    ),
    _body(
        "fr-gn",
        "fr",
        "service",
        ("الدرك الوطني الفرنسي", "Gendarmerie nationale", "National Gendarmerie"),
    ),
    _body(
        "fr-dgscgc",
        "fr",
        "service",
        (
            "المديرية العامة للأمن المدني وتدبير الأزمات",
            "Direction générale de la sécurité civile et de la gestion des crises",
            "General Directorate for Civil Security and Crisis Management",
        ),
        ("DGSCGC", "Direction générale de la sécurité civile"),
    ),
    _body(
        "gmmp",
        "",
        "joint",
        (
            "المجموعة المختلطة الدائمة للهجرة",
            "Groupe migratoire mixte permanent",
            "permanent joint migration group",
        ),
        (
            "GMMP",
            "المجموعة المشتركة الدائمة حول الهجرة",
            "المجموعة المشتركة الدائمة للهجرة",
            "المجموعة المختلطة الدائمة حول الهجرة",
            "مجموعة الهجرة المختلطة الدائمة",
            "المجموعة المختلطة الدائمة المغربية الفرنسية",
            "مجموعة العمل المختلطة الدائمة حول الهجرة",
            "groupe mixte permanent sur la migration",
            "groupe mixte permanent migratoire",
            "groupe migratoire permanent",
            "Groupe Mixte Permanent Migration",
            "joint permanent group on migration",
            "permanent joint group on migration",
            "mixed permanent migration group",
        ),
        (
            "groupe de contact permanent sur la migration",
            "groupe de contact permanent",
            "permanent contact group on migration",
        ),
    ),
    _body(
        "es-mi",
        "es",
        "ministry",
        ("وزارة الداخلية الإسبانية", "ministère espagnol de l'Intérieur", "Spanish Interior Ministry"),
        ("ministère de l'Intérieur espagnol",),
    ),
    _body(
        "guardia-civil",
        "es",
        "service",
        ("الحرس المدني الإسباني", "Garde civile", "Guardia Civil"),
        ("الحرس المدني",),
    ),
    _body("frontex", "eu", "organisation", ("فرونتكس", "Frontex", "Frontex")),
    _body("europol", "eu", "organisation", ("يوروبول", "Europol", "Europol"), ("اليوروبول",)),
    _body("interpol", "", "organisation", ("الإنتربول", "Interpol", "Interpol"), ("أنتربول", "إنتربول")),
    _body("eu", "eu", "organisation", ("الاتحاد الأوروبي", "Union européenne", "European Union")),
    _body(
        "european-commission",
        "eu",
        "organisation",
        ("المفوضية الأوروبية", "Commission européenne", "European Commission"),
    ),
    _body("un", "un", "organisation", ("الأمم المتحدة", "Nations unies", "United Nations")),
    _body(
        "iom",
        "un",
        "organisation",
        (
            "المنظمة الدولية للهجرة",
            "Organisation internationale pour les migrations",
            "International Organization for Migration",
        ),
    ),
    _body("fifa", "", "organisation", ("الفيفا", "FIFA", "FIFA")),
    _body(
        "map",
        "ma",
        "organisation",
        ("وكالة المغرب العربي للأنباء", "Agence marocaine de presse", "Moroccan News Agency"),
    ),
    _body(
        "afp",
        "fr",
        "organisation",
        ("وكالة فرانس برس", "Agence France-Presse", "Agence France-Presse"),
        ("AFP",),
    ),
)

BARE_MINISTRIES: Final = (
    "وزارة الداخلية",
    "ministère de l'Intérieur",
    "Ministry of the Interior",
    "Interior Ministry",
    "Ministry of Interior",
)
"""Names that every ministry of the interior has: which one, the text around must say."""

BOTH_MINISTRIES: Final = (
    "وزارتي الداخلية",
    "وزارتا الداخلية",
    "الوزارتين",
    "deux ministères de l'Intérieur",
    "ministères de l'Intérieur",
    "both Interior Ministries",
    "two Interior Ministries",
    "two Ministries of the Interior",
)
"""Two ministries named as one pair."""

BOTH_SECURITY_SERVICES: Final = (
    "المدير العام للأمن الوطني ولمراقبة التراب الوطني",
    "المديرية العامة للأمن الوطني والمديرية العامة لمراقبة التراب الوطني",
    "المدير العام للأمن الوطني ومراقبة التراب الوطني",
    "directeur général de la sûreté nationale et de la surveillance du territoire",
    "DGSN-DGST",
)
"""One post over two services."""
