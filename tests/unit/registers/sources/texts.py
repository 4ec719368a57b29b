"""Public texts of our own making, in three languages, and the five real ones where they are at hand."""

from datetime import date
from pathlib import Path

import pytest

from mithaq.registers.sources.rules.analysis import Analysis, analyse
from mithaq.registers.sources.rules.reading import ReadText, read_source

SEEDS = Path(__file__).parents[5] / "shared" / "seeds"

MADRID_FR = """MADRID (AP-Test) – Le ministre de l'Intérieur, Abdelouafi Laftit, s'est entretenu mardi \
9 janvier \
2024 à Madrid avec son homologue espagnol, Fernando Grande-Marlaska, au sujet des réseaux de traite.

Les deux ministres ont convenu de créer une cellule commune d'analyse avant juin 2024. « Nous voulons une \
coopération concrète et mesurable sur le terrain », a déclaré M. Grande-Marlaska. Le Maroc s'engage à \
désigner \
un point de contact avant le 15 mars 2024.

Lire aussi
Partager
"""
LISBON_EN = """Home News Politics World Sport
Morocco and Portugal discuss World Cup security

LISBON, 3 March 2025 (Test) — Interior Minister Abdelouafi Laftit met Portuguese Minister Margarida \
Blasco in \
Lisbon on Monday to prepare for the 2030 World Cup.

"We will train our officers together before the tournament starts", Blasco said. Both sides agreed to \
set up a \
joint training programme on crowd management. Laftit proposed a new agreement on the exchange of information.

Related articles
Leave a comment
Your email address will not be published. Required fields are marked *
"""
MARRAKECH_AR = """بلاغ مشترك
استقبل السيد عبد الوافي لفتيت، وزير الداخلية، يوم الخميس ١٢ شتنبر ٢٠٢٤ بمراكش، نظيره الإسباني فرناندو غراندي \
مارلاسكا. وقال الوزير الإسباني إن "التعاون مع المغرب نموذج يحتذى في مجال مكافحة شبكات الاتجار بالبشر". واتفق \
الجانبان على إحداث لجنة مشتركة لتدبير الحدود قبل متم سنة 2025.
"""
ROME_AR = """عقد وزير الداخلية الإيطالي، ماتيو بيانتيدوسي، أمس الأربعاء بروما مباحثات مع وزير الداخلية \
التونسي، \
كمال الفقي، تناولت ملف الهجرة غير النظامية.
وتعهد الوزير التونسي بتعزيز مراقبة السواحل.
"""
BRUSSELS_FR = """La ministre de l'Intérieur du Royaume, Salma Benkirane, a reçu hier à Bruxelles son \
homologue belge \
Pieter Vandamme pour un entretien de travail. « Il faut aller plus vite sur l'identification des \
personnes », a \
déclaré Mme Benkirane.
"""
HTML_FR = """<!DOCTYPE html><html><head><title>Site</title><script>var a = "M. Macron a dit";</script></head>
<body><nav><a href="/">Accueil</a></nav><h1>Une rencontre à Rabat</h1>
<p>Le ministre Abdelouafi Laftit a reçu à Rabat le ministre Bruno Retailleau, lundi 14 avril 2025, pour \
un long \
entretien sur la sécurité des deux pays.</p><footer>Partager</footer></body></html>
"""
OWN = (MADRID_FR, LISBON_EN, MARRAKECH_AR, ROME_AR, BRUSSELS_FR, HTML_FR)


def read(text: str) -> ReadText:
    return read_source(text.encode())


def run(text: str, published_on: date | None = None) -> Analysis:
    return analyse(read(text), published_on)


def seed(number: str) -> str:
    """The text of a seed, or a skip with its reason."""
    found = sorted(SEEDS.glob(f"{number}_*.txt"))
    if not found:
        pytest.skip("the folder of seed texts is not beside this repository")
    return found[0].read_bytes().decode()


def of_type(analysis: Analysis, kind: str) -> list[tuple[str, str]]:
    """(exact, id) of the assertions of a type."""
    return [(one.exact, str(one.value.get("id", ""))) for one in analysis.assertions if one.type == kind]


def ids(analysis: Analysis, kind: str) -> set[str]:
    return {ident for _, ident in of_type(analysis, kind)}
