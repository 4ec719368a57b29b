"""Story 6: a cabinet adviser and the roadmap, in Chromium on two real nodes, Arabic here, French there.

With ``MITHAQ_SCREENSHOTS=DIR`` the same run leaves pictures of the pages there, wide and narrow.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from mithaq.main.demo.texts import read_text
from tests.integration.meetings.world import World, open_world

from .officials import Office, seated

REASON = "النص الفرنسي ناقص، ولم تُذكر نقطة الدخول."

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, chromium: str) -> Iterator[World]:
    with open_world(tmp_path_factory.mktemp("story-6")) as found:
        yield found


@pytest.fixture(scope="module")
def offices(world: World, browser: Any) -> Iterator[tuple[Office, Office]]:
    with seated(world, browser, "roadmap") as found:
        yield found


def put_forward(world: World) -> str:
    """Fourteen lines by field, as the demonstration has them: put forward by Rabat, to be signed."""
    text = read_text("roadmap")
    data = {**text["data"], "basis": [], "author_post": "desk"}
    changes = text["amendment"]
    lines = [
        {**line, "basis": [{"text": {"fr": "Déclaration", "ar": "إعلان"}}]}
        for line in (*data["lines"], changes["new_line"])
    ]
    chapters = [*data["chapters"], changes["new_chapter"]]
    handling = {"code": "green", "caveats": [], "purpose": "ADMIN"}
    version = world.rabat.actor.ask(
        "propose", object_kind=text["object_kind"], effect=text["effect"], signatories=["ma-mi", "fr-mi"],
        data={**data, "lines": lines, "chapters": chapters}, post="release", holder="r",
        fields={"subject": data["title"], "lang": ["ar", "fr"], "handling": handling},
    )  # fmt: skip
    return str(version["id"])


def test_a_cabinet_adviser_and_the_roadmap(world: World, offices: tuple[Office, Office]) -> None:
    rabat, paris = offices
    roadmap = put_forward(world)
    for office in (paris, rabat):
        office.sign(f"roadmap/{roadmap}/do/sign/")
    rabat.author.sees(f"roadmap/{roadmap}/", "موقعة من الطرفين")
    paris.author.sees(f"roadmap/{roadmap}/", "Cosignée")
    one_page(rabat, roadmap)
    evidence_of_a_milestone(rabat, paris, roadmap)
    reported_done_and_returned(rabat, paris, roadmap)
    another_day(rabat, paris, roadmap)


def one_page(rabat: Office, roadmap: str) -> None:
    """Fourteen lines by field, and late ones first."""
    page = rabat.author.page
    assert page.locator("svg.chart .chart-bar").count() == 14
    assert page.locator("svg.chart").get_attribute("direction") == "ltr"
    assert page.locator(".chart-table tbody").count() == 12
    right = page.locator("svg.chart .chart-label").first.bounding_box()
    bar = page.locator("svg.chart .chart-bar").first.bounding_box()
    assert right["x"] + right["width"] > bar["x"] + bar["width"]  # labels at the right, time to the left
    rabat.author.shoot("picture", "ar", "fr", "en")
    rabat.author.open("roadmap/")
    rows = page.locator("table.list tbody tr").all_inner_texts()
    late = ["متأخر" in row for row in rows]
    assert late == sorted(late, reverse=True)
    assert sum(late) == 7
    rabat.author.shoot("list", "ar", "fr", "en")


def evidence_of_a_milestone(rabat: Office, paris: Office, roadmap: str) -> None:
    """The owner shows what it has; the adviser opens it beside the tick."""
    author = paris.author
    author.open(f"roadmap/{roadmap}/lines/7/do/report/")
    author.shoot("report", "fr", "ar")
    author.open(f"roadmap/{roadmap}/lines/7/do/report/")
    author.fill(percent="60", text_fr="Les recommandations sont remises.")
    author.page.locator('input[name="milestones"][value="1"]').check()
    file = {"name": "recommandations.txt", "mimeType": "text/plain", "buffer": b"Recommandations\n"}
    author.page.locator('input[name="files"]').set_input_files(file)
    author.submit()
    paris.release()
    rabat.author.sees(f"roadmap/{roadmap}/lines/7/", "recommandations.txt", "60 %")
    milestone = rabat.author.page.locator("#milestone_1")
    with rabat.author.page.expect_download() as saved:
        milestone.locator("a[download]").click()
    assert saved.value.suggested_filename == "recommandations.txt"
    rabat.author.shoot("line", "ar", "fr", "en")


def reported_done_and_returned(rabat: Office, paris: Office, roadmap: str) -> None:
    note = paris.do(f"roadmap/{roadmap}/lines/8/do/report/", percent="100", text_fr="Les cinq sont définis.")
    rabat.author.sees(f"roadmap/{note}/", "Les cinq sont définis.")
    rabat.author.shoot("note", "ar", "en")
    rabat.author.open(f"roadmap/{note}/do/return/")
    rabat.author.submit()
    assert "اذكروا سبب الإرجاع" in rabat.author.text()
    rabat.author.fill(reason_ar=REASON)
    rabat.author.submit()
    rabat.release()
    paris.author.sees(f"roadmap/{roadmap}/lines/8/", "Renvoyé", REASON)
    rabat.author.sees(f"roadmap/{roadmap}/lines/8/", "مُرجع", REASON)


def another_day(rabat: Office, paris: Office, roadmap: str) -> None:
    """The day moves only with the second version, which both sign and which reads well in Arabic."""
    author = paris.author
    author.open(f"roadmap/{roadmap}/draft/lines/8/")
    author.fill(due_on="30 juin 2027")
    author.submit()
    author.shoot("draft", "fr", "ar", "en")
    author.open(f"roadmap/{roadmap}/draft/lines/8/")
    author.shoot("draft-line", "fr", "ar")
    author.open(f"roadmap/{roadmap}/draft/")
    author.page.locator('#draft-form button[name="do"][value="propose"]').click()
    paris.release()
    rabat.author.sees(f"roadmap/{roadmap}/diff/", "31 دجنبر 2025", "30 يونيو 2027", "الأجل")
    rabat.author.shoot("diff", "ar", "fr", "en")
    rabat.author.open(f"roadmap/{roadmap}/lines/8/")
    assert "31 دجنبر 2025" in rabat.author.page.inner_text("dl.facts")
    for office in (rabat, paris):
        office.sign(f"roadmap/{roadmap}/do/sign/")
    rabat.author.sees(f"roadmap/{roadmap}/", "معدل")
    rabat.author.sees(f"roadmap/{roadmap}/lines/8/", "30 يونيو 2027", "كيف تغير هذا البند")
    assert "30 يونيو 2027" in rabat.author.page.inner_text("dl.facts")
    paris.author.sees(f"roadmap/{roadmap}/", "Modifié")
    paris.author.open(f"roadmap/{roadmap}/draft/take/")
    paris.author.shoot("take", "fr", "ar")
    paris.author.open("balance/")
    paris.author.shoot("balance", "fr", "ar")
