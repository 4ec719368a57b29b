"""Story 4: two secretaries and the minutes, in Chromium on two real nodes, Arabic in Rabat, French in Paris.

With ``MITHAQ_SCREENSHOTS=DIR`` the same run leaves pictures of the pages there, wide and narrow.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from tests.integration.meetings.world import Side, World, open_world, wait

from .officials import ALL, Office, Official, seated

SEEDS = Path(__file__).parents[2] / ".." / "shared" / "seeds"
GROUP = {"ar": "المجموعة المختلطة الدائمة للهجرة", "fr": "Groupe migratoire mixte permanent"}
TITLE = {"ar": "الاجتماع العام الثامن للمجموعة، باريس", "fr": "Huitième plénière du groupe, Paris"}
DECISIONS = (
    ("Les délais d’identification sont fixés à trente jours.", "تُحدد آجال التعريف بالهوية في ثلاثين يوما."),
    ("Une grille commune de lecture des données est adoptée.", "تُعتمد شبكة مشتركة لقراءة المعطيات."),
    ("Les indicateurs sont calculés sur les mêmes définitions.", "تُحسب المؤشرات على أساس التعاريف نفسها."),
    ("Le groupe se réunit à Rabat à l’automne.", "تجتمع المجموعة بالرباط في الخريف."),
)
COMMENTS = ("نقترح أجلا أوضح.", "يحسن ذكر الجهة المكلفة.", "موافقون على الباقي.")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, chromium: str) -> Iterator[World]:
    with open_world(tmp_path_factory.mktemp("story-4")) as found:
        yield found


@pytest.fixture(scope="module")
def offices(world: World, browser: Any) -> Iterator[tuple[Office, Office]]:
    with seated(world, browser, "meetings") as found:
        yield found


def press(official: Official, do: str) -> None:
    """A button of the form of minutes."""
    official.page.locator(f'#minutes-form button[name="do"][value="{do}"]').click()


def test_two_secretaries_and_the_minutes(world: World, offices: tuple[Office, Office]) -> None:
    rabat, paris = offices
    body = make_group(rabat, paris)
    meeting = meet_in_ramadan(rabat, paris, body)
    fix_agenda(rabat, paris, meeting)
    text = write_minutes(rabat, paris, meeting)
    sign_both(rabat, paris, text)
    for office, words in (
        (rabat, [arabic for _, arabic in DECISIONS]),
        (paris, [french for french, _ in DECISIONS]),
    ):
        lines = [f"{text}@2#decision_{number}" for number in (1, 2, 3, 4)]
        office.author.sees(f"meetings/{meeting}/", *words, *lines)
        office.author.shoot("meeting")
    paris.author.shoot_in("en", "meeting")
    paris.author.sees(f"meetings/{text}/print/?only=lines", DECISIONS[0][0])
    paris.author.shoot("print")
    rabat.author.sees("meetings/", TITLE["ar"])
    rabat.author.shoot("list")


def make_group(rabat: Office, paris: Office) -> str:
    body = paris.do(
        "meetings/bodies/new/",
        name_ar=GROUP["ar"], name_fr=GROUP["fr"], basis="Déclaration d’octobre 2024",
        terms_ar="آلية للحوار والتنسيق.", terms_fr="Un mécanisme de dialogue et de coordination.",
        rhythm_ar="مرتان في السنة", rhythm_fr="Deux fois par an",
    )  # fmt: skip
    for office in (paris, rabat):
        office.author.sees(f"meetings/{body}/", GROUP[office.side.lang])
        office.sign(f"meetings/{body}/do/sign/")
    rabat.author.sees(f"meetings/{body}/", "ساري المفعول")
    paris.author.sees(f"meetings/{body}/", "En vigueur")
    rabat.author.shoot("body")
    paris.author.shoot("body")
    return body


def meet_in_ramadan(rabat: Office, paris: Office, body: str) -> str:
    paris.author.open(f"meetings/new/?body={body}")
    paris.author.shoot("new")
    paris.author.fill(
        title_ar=TITLE["ar"], title_fr=TITLE["fr"], place="Paris", day="2 mars 2027", starts="10:00",
        ends="12:30", tzid="Europe/Paris", no="8", sessions="Plénière | 10:00 | 12:30 | Paris",
        delegations="ma-mi | minister | Chef de délégation\nfr-mi | minister | Chef de délégation",
        programme="09:00 | استقبال الوفد | Accueil de la délégation | Paris",
        agenda_ar="آجال التعريف بالهوية\nالمؤشرات المشتركة",
        agenda_fr="Délais d’identification\nIndicateurs communs",
    )  # fmt: skip
    paris.author.submit()
    paris.author.shoot("preview", *ALL)
    meeting = paris.release()
    # The page of what was sent looks again by itself until the partner has it.
    paris.releaser.page.locator("#seen:not([hx-get]) li").first.wait_for(timeout=60_000)
    rabat.author.sees(
        f"meetings/{meeting}/", TITLE["ar"], "09:00", "Africa/Casablanca", "10:00", "Europe/Paris"
    )
    rabat.author.shoot("invitation")
    rabat.do(f"meetings/{meeting}/do/accept/")
    paris.author.sees(f"meetings/{meeting}/", "Confirmée")
    opens_in_a_calendar(paris, meeting)
    return meeting


def opens_in_a_calendar(office: Office, meeting: str) -> None:
    address = f"{office.side.actor.address}/fr/meetings/{meeting}/meeting.ics"
    answer = office.author.page.request.get(address)
    [event] = Calendar.from_ical(answer.body()).walk("VEVENT")
    starts = event["DTSTART"].dt
    assert (starts.isoformat(), str(event["SUMMARY"])) == ("2027-03-02T10:00:00+01:00", TITLE["fr"])
    assert str(event["UID"]) == f"{meeting}@fr-mi"


def fix_agenda(rabat: Office, paris: Office, meeting: str) -> None:
    agenda = paris.do(f"meetings/{meeting}/do/agenda/")
    for office in (rabat, paris):
        office.author.sees(f"meetings/{agenda}/")
        office.sign(f"meetings/{agenda}/do/sign/")
    paris.author.sees(f"meetings/{meeting}/", "Arrêté", "Fait à temps")
    rabat.author.sees(f"meetings/{meeting}/", "متفق عليه", "تم في الأجل")


def write_minutes(rabat: Office, paris: Office, meeting: str) -> str:
    author = paris.author
    for number, (french, _) in enumerate(DECISIONS, start=1):
        author.open(f"meetings/{meeting}/minutes/")
        author.fill(new_block="decisions", new_fr=french)
        press(author, "save")
        assert author.page.locator(f"#decision_{number}").count() == 1
    author.fill(new_block="actions", new_fr="Proposer la grille.", new_ar="اقتراح الشبكة.", new_owner="fr-mi",
                new_due_on="30/06/2027")  # fmt: skip
    press(author, "save")
    author.shoot("minutes")
    press(author, "share")
    text = paris.release()
    rabat.author.sees(f"meetings/{text}/", "محضر")
    for number, words in enumerate(COMMENTS, start=1):
        rabat.author.open(f"meetings/{text}/do/comment/")
        rabat.author.page.locator(f'input[name="lines"][value="decision_{number}"]').check()
        rabat.author.fill(text_ar=words)
        rabat.author.submit()
        rabat.release()
    paris.author.sees(f"meetings/{text}/", *COMMENTS, "Commenté", "manquant")
    paris.author.shoot("shared")
    return align(rabat, paris, meeting, text)


def align(rabat: Office, paris: Office, meeting: str, text: str) -> str:
    """The secretary of Rabat writes the Arabic beside each line; a French line that then changes is stale."""
    author = rabat.author
    author.open(f"meetings/{meeting}/minutes/")
    author.shoot("translated", *ALL)
    for number, (_, arabic) in enumerate(DECISIONS, start=1):
        author.fill(**{f"ar_decision_{number}": arabic})
    press(author, "save")
    assert author.page.locator(".stale").count() == 0
    press(author, "share")
    rabat.release()
    paris.author.sees(f"meetings/{text}/", "Version 2", *(arabic for _, arabic in DECISIONS))
    return text


def sign_both(rabat: Office, paris: Office, text: str) -> None:
    rabat.minister.open(f"meetings/{text}/do/sign/")
    rabat.minister.submit()
    assert "لم يقارن بعد مترجم عن كل طرف" in rabat.minister.text()
    rabat.minister.shoot("refused")
    for office in (paris, rabat):
        office.author.sees(f"meetings/{text}/")
        office.author.open(f"meetings/{text}/do/initial/")
        for box in office.author.page.locator('#page-form input[type="checkbox"]').all():
            box.check()
        office.author.submit()
        office.release()
    for office, word in ((paris, "langues non comparées"), (rabat, "لم تقارن اللغتان")):

        def look(office: Office = office, word: str = word) -> bool:
            office.author.open(f"meetings/{text}/")
            return word not in office.author.text()

        wait(look, "the languages were never compared")
        office.sign(f"meetings/{text}/do/sign/")
    rabat.author.sees(f"meetings/{text}/", "موقع")
    paris.author.sees(f"meetings/{text}/", "Signé")
    rabat.author.shoot("text", *ALL)
    paris.author.shoot("text")


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the five public texts are not in ../shared/seeds")
def test_the_accounts_show_review_against_conclusion(world: World, offices: tuple[Office, Office]) -> None:
    _, paris = offices
    title = {"ar": "اجتماع عمل للوزيرين", "fr": "Réunion de travail des ministres"}
    meeting = paris.do(
        "meetings/new/", title_ar=title["ar"], title_fr=title["fr"], place="Rabat", day="14/4/2025",
        starts="10:00", ends="12:00", tzid="Africa/Casablanca", level="minister",
    )  # fmt: skip
    files = sorted(each for each in SEEDS.iterdir() if each.is_file())
    for file in files:
        source = take_in(paris.side, file)
        verdict, quotation = read_account(file)
        paris.author.open(f"meetings/{meeting}/accounts/")
        paris.author.fill(
            reported_by=file.name[:3],
            source=source,
            topic="Révision des accords",
            verdict=verdict,
            quotation=quotation,
        )
        paris.author.submit()
    page = paris.author.page
    assert page.locator("tbody .good").count() == 1
    assert page.locator("tbody .waiting").count() == 1
    assert page.locator("thead th a").count() == len(files)
    paris.author.shoot("accounts")
    page.locator("thead th a").first.click()
    assert page.locator("h1").count() == 1


def take_in(side: Side, file: Path) -> str:
    """A text into the register of sources; answers its id."""
    done = subprocess.run(
        [sys.executable, "-m", "mithaq", "--home", str(side.actor.folder), "--json", "source", "add",
         str(file), "--published", "2025-04-14"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return str(json.loads(done.stdout.splitlines()[0])["id"])


def read_account(file: Path) -> tuple[str, str]:
    """What a text does with the agreements: it reviews existing ones, concludes new ones, or is silent."""
    text = file.read_text(encoding="utf-8")
    for verdict, words in (
        ("says", "مراجعة مجموعة من الاتفاقيات"),
        ("otherwise", "إبرام سلسلة من الاتفاقيات"),
    ):
        if words in text:
            place = text.index(words)
            return verdict, text[place : place + 60].split("\n")[0]
    return "silent", ""
