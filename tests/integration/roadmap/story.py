"""What officials do with a roadmap, step by step at the pages."""

import re
from typing import Any

from tests.integration.meetings.person import Page
from tests.integration.meetings.world import Side, World, release, says, wait

TITLE = {"ar": "خارطة طريق مشتركة", "fr": "Feuille de route commune"}
LINES: tuple[dict[str, Any], ...] = (
    {
        "title_ar": "تحديد آجال التعريف بالهوية", "title_fr": "Fixer les délais d’identification",
        "text_ar": "تُحدد الآجال باتفاق بين الجانبين.", "text_fr": "Les délais sont fixés d’un commun accord.",
        "field": "MIG", "owner": "fr-mi", "start_on": "1/1/2026", "due_on": "30/6/2026",
        "basis": "Déclaration d’octobre 2024",
        "milestones": "1 | 31/3/2026 | اقتراح مشترك | Proposition commune | +",
        "indicators": "LPC-01 | jours | 40 | 30 | 2026",
    },
    {
        "title_ar": "تنظيم تمرين مشترك للإنقاذ", "title_fr": "Organiser un exercice commun de secours",
        "field": "CIVPROT", "owner": "ma-mi", "start_on": "1/3/2026", "due_on": "31/12/2030",
        "basis": "Déclaration d’intention sur la protection civile",
    },
    {
        "title_ar": "تأمين كأس العالم 2030", "title_fr": "Sécuriser la Coupe du monde 2030",
        "field": "EVENT", "owner": "joint", "start_on": "1/1/2026", "due_on": "31/12/2029",
        "basis": "Procès-verbal de Rabat",
    },
)  # fmt: skip


def begin(side: Side) -> str:
    """A draft with a head; answers the id that the roadmap will have."""
    page = side.author.open("roadmap/new/")
    found = side.author.submit(
        page, page.main_form(), title_ar=TITLE["ar"], title_fr=TITLE["fr"], period_from_on="1/1/2026",
        period_to_on="31/12/2030", chapters=["MIG", "CIVPROT", "EVENT"],
    )  # fmt: skip
    return subject_of(found)


def subject_of(page: Page) -> str:
    found = re.search(r"/roadmap/([0-9a-f-]{36})/draft/", str(page.url))
    assert found is not None, page.text[:1500]
    return found[1]


def write_line(side: Side, roadmap: str, no: int = 0, status: int = 200, **values: Any) -> Page:
    """One line of the draft; number 0 is a new one."""
    page = side.author.open(f"roadmap/{roadmap}/draft/lines/{no}/")
    return side.author.submit(page, page.main_form(), status, **values)


def propose(side: Side, roadmap: str) -> str:
    """Put the draft forward and have it released; answers what its preview said."""
    page = side.author.open(f"roadmap/{roadmap}/draft/")
    preview = side.author.submit(page, page.form(having="base"), None, press="do=propose")
    release(side, preview)
    return preview.text


def sign(side: Side, roadmap: str) -> None:
    minister = side.minister
    form = minister.open(f"roadmap/{roadmap}/do/sign/")
    preview = minister.submit(form, form.main_form())
    assert "/outgoing/" in preview.url, preview.text[:1500]
    minister.submit(preview, preview.form(having="shown"))


def agree(world: World, roadmap: str, version: int) -> None:
    """Both ministers sign; both nodes show that it binds."""
    for side in (world.paris, world.rabat):
        wait(lambda side=side: version_here(side, roadmap, version), "the version did not come")  # type: ignore[misc]
        sign(side, roadmap)
    word = {1: ("موقعة من الطرفين", "Cosignée"), 2: ("معدل", "Modifié")}[min(version, 2)]
    says(world.rabat, f"roadmap/{roadmap}/", word[0])
    says(world.paris, f"roadmap/{roadmap}/", word[1])


def version_here(side: Side, roadmap: str, version: int) -> bool:
    answer = side.minister.get(f"/{side.lang}/roadmap/{roadmap}/do/sign/")
    return bool(answer.status_code == 200)


def make_roadmap(world: World) -> str:
    """The roadmap of the tests, once: three lines, signed by both sides."""
    if "roadmap" not in world.made:
        roadmap = begin(world.paris)
        for line in LINES:
            write_line(world.paris, roadmap, **line)
        propose(world.paris, roadmap)
        agree(world, roadmap, 1)
        world.made["roadmap"] = roadmap
    return str(world.made["roadmap"])


def do(side: Side, path: str, **values: Any) -> str:
    """Fill in a form and have it released; answers the id of the record."""
    page = side.author.open(path)
    preview = side.author.submit(page, page.main_form(), None, **values)
    assert "/outgoing/" in preview.url, (preview.url, preview.status, preview.text[:2500])
    return release(side, preview)


def refuse(side: Side, path: str, **values: Any) -> Page:
    """Fill in a form that is not taken: it comes back with what was typed."""
    page = side.author.open(path)
    return side.author.submit(page, page.main_form(), 422, **values)


def comes(side: Side, object_id: str) -> None:
    """Until a record of this register has come to that side."""
    wait(
        lambda: side.author.get(f"/{side.lang}/roadmap/{object_id}/").status_code == 200,
        f"{object_id} did not come to {side.code}",
    )
