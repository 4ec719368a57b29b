"""Story 5: two legal advisers and the review, in Chromium on two real nodes, Arabic here, French there.

Six agreements, among them the one of 30 May 2000. Opinions are closed until both sides have deposited; the
outcome is to amend; the amendment is drafted article by article, not put forward before a rule is chosen; its
last notification of 12 March gives 1 May on both nodes; the consolidated text shows the change.

With ``MITHAQ_SCREENSHOTS=DIR`` the same run leaves pictures of the pages there, wide and narrow.
"""

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.integration.meetings.world import ROLES, Side, World, open_world
from tests.integration.review.story import make_text, seal

from .test_story_4_minutes import FRAMES, Office, Official, arrives
from .walker import WIDTHS, Walker

SHOTS = os.environ.get("MITHAQ_SCREENSHOTS", "")

SECURITY = {"ar": "اتفاق 30 ماي 2000 بشأن الأمن", "fr": "Accord de sécurité du 30 mai 2000"}
OTHERS = [{"ar": f"ترتيب إداري رقم {no}", "fr": f"Arrangement administratif no {no}"} for no in range(2, 7)]
PLAN = {"ar": "مراجعة ستة اتفاقات", "fr": "Réexamen de six accords"}
SECOND_MONTH = "FIRST_DAY_OF_NTH_MONTH_AFTER_LAST_NOTIFICATION"
PAST = {"signed_on": "2000-05-30", "received_on": {"fr-mi": "2001-03-12", "ma-mi": "2000-12-18"}}
SECRETS = ("نقترح تعديل المادة الثانية سرا.", "Nous voulons reprendre l’article deux, sous scellés.")
CHANGED = {"ar": "يجتمع الجانبان مرتين في السنة.", "fr": "Les parties se réunissent deux fois par an."}

pytestmark = [pytest.mark.xdist_group("story-5"), pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, chromium: str) -> Iterator[World]:
    with open_world(tmp_path_factory.mktemp("story-5")) as found:
        yield found


@pytest.fixture(scope="module")
def offices(world: World, browser: Any) -> Iterator[tuple[Office, Office]]:
    with ExitStack() as stack:

        def seat(side: Side, name: str) -> Official:
            context = browser.new_context(locale="ar-MA" if side.lang == "ar" else "fr-FR")
            stack.callback(context.close)
            kept = getattr(side, name).cookies()
            context.add_cookies(
                [{"name": each.name, "value": each.value, "url": side.actor.address} for each in kept]
            )
            return Official(side, context.new_page())

        def staff(side: Side) -> Office:
            return Office(side, *(seat(side, name) for name in ROLES))

        yield staff(world.rabat), staff(world.paris)


def shoot(official: Official, name: str, langs: tuple[str, ...] = ()) -> None:
    """Axe and pictures of the page that is open, wide and narrow; nothing stands out.

    The walk over all pages judges them in every language; here these are looked at when pictures are taken.
    """
    page, here = official.page, official.page.url
    for lang in langs if langs and SHOTS else (official.side.lang,):
        page.goto(re.sub(r"(127\.0\.0\.1:\d+)/(ar|fr|en)/", rf"\1/{lang}/", here))
        walker = Walker(page, page.url, frames=FRAMES)
        walker.load_axe()
        for width in WIDTHS:
            assert walker.judge_at(width, "light") == [], (page.url, width)
            if SHOTS:
                Path(SHOTS).mkdir(parents=True, exist_ok=True)
                page.screenshot(path=f"{SHOTS}/review-{name}-{lang}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(here)


ALL = ("ar", "fr", "en")


def release(office: Office, who: str = "releaser") -> str:
    """From the preview on the author's screen to the record, let go by another person."""
    author, other = office.author.page, getattr(office, who).page
    assert "/outgoing/" in author.url, (author.url, author.inner_text("main")[:1500])
    address = author.url
    author.locator('form[action*="hand-over"] button').click()
    other.goto(address)
    other.locator('form:has([name="shown"]) button').first.click()
    other.wait_for_load_state()
    found = re.search(r"/(?:review|agreements|records)/([0-9a-f-]{36})/", other.content())
    assert found is not None, other.inner_text("main")[:1500]
    return found[1]


def sign(office: Office, path: str) -> None:
    """The minister: the form, the preview, and the act."""
    office.minister.open(path)
    office.minister.submit()
    page = office.minister.page
    assert "/outgoing/" in page.url, page.inner_text("main")[:1500]
    page.locator('form:has([name="shown"]) button').first.click()
    page.wait_for_load_state()


def settle(office: Office, plan: str) -> None:
    """The releaser deposits and opens what is due, as it is shown."""
    office.releaser.open(f"review/{plan}/seals/")
    office.releaser.page.locator("#page-form button[type=submit]").click()
    office.releaser.page.wait_for_load_state()
    assert office.releaser.page.url.endswith(f"/review/{plan}/"), office.releaser.text()[:1500]


def test_two_legal_advisers_and_the_review(world: World, offices: tuple[Office, Office]) -> None:
    rabat, paris = offices
    agreements = take_over(world)
    for office, words in ((rabat, "1 ماي 2001"), (paris, "1er mai 2001")):
        arrives(office, f"agreements/{agreements[0]}/", words)
    plan = open_campaign(rabat, paris, agreements)
    opine(world, rabat, paris, plan, agreements)
    outcome = conclude(rabat, paris, plan, agreements[0])
    assert outcome
    amend(rabat, paris, agreements[0])


def take_over(world: World) -> list[str]:
    """Six agreements of before, as both nodes have signed them; their dates follow from the same rules."""
    effect = {"rule": SECOND_MONTH, "n": 2, "past": PAST}
    data = {
        "legal_nature": "treaty",
        "articles": [
            {
                "eid": f"art_{no}",
                "heading": {"ar": "مادة", "fr": "Article"},
                "text": {"ar": arabic, "fr": french},
            }
            for no, (arabic, french) in enumerate(
                [
                    ("يتعاون الجانبان.", "Les parties coopèrent."),
                    ("يجتمع الجانبان سنويا.", "Réunion annuelle."),
                ],
                1,
            )
        ],
    }
    first = make_text(world, "agreements.agreement", {**data, "title": SECURITY}, effect)
    plain = {"rule": "ON_SIGNATURE", "past": {"signed_on": "2010-01-01"}}
    return [
        first,
        *(make_text(world, "agreements.agreement", {**data, "title": each}, plain) for each in OTHERS),
    ]


def open_campaign(rabat: Office, paris: Office, agreements: list[str]) -> str:
    author = rabat.author
    author.open("review/new/")
    for each in agreements:
        author.page.locator(f'input[name="agreements"][value="{each}"]').check()
    author.fill(
        title_ar=PLAN["ar"], title_fr=PLAN["fr"], questions_ar="هل ما زال النص مفيدا؟",
        questions_fr="Le texte est-il encore utile ?",
    )  # fmt: skip
    author.submit()
    plan = release(rabat)
    for office in (paris, rabat):
        arrives(office, f"review/{plan}/")
        sign(office, f"review/{plan}/preview/sign/")
    arrives(rabat, f"review/{plan}/", "في انتظار الآراء", SECURITY["ar"])
    arrives(paris, f"review/{plan}/", "Avis attendus", SECURITY["fr"])
    author.open("review/new/")
    shoot(author, "new")
    return plan


def opine(world: World, rabat: Office, paris: Office, plan: str, agreements: list[str]) -> None:
    """Each side gives six opinions; that on the agreement of 2000 in the browser, the others as a program."""
    for office, secret in zip((rabat, paris), SECRETS, strict=True):
        author = office.author
        author.open(f"review/{plan}/opinion/{agreements[0]}/")
        author.fill(opinion="amend", articles="2", reason=secret)
        shoot(author, "opinion")
        author.fill(opinion="amend", articles="2", reason=secret)
        author.submit()
        release(office)
        for each in agreements[1:]:
            seal(office.side, plan, each, "سبب" if office is rabat else "motif", "keep")
        if office is rabat:
            office.releaser.open(f"review/{plan}/seals/")
            shoot(office.releaser, "seals", ALL)
            settle(office, plan)
            arrives(paris, f"review/{plan}/", "Déposé, encore fermé")
            assert SECRETS[0] not in paris.author.page.content()
    arrives(paris, f"review/{plan}/", "Scellé ici, pas encore déposé")
    shoot(paris.author, "sealed", ALL)
    settle(paris, plan)
    arrives(rabat, f"review/{plan}/", "يمكن فتح آرائنا")
    assert SECRETS[1] not in rabat.author.page.content()
    settle(rabat, plan)
    arrives(paris, f"review/{plan}/", "peuvent être ouverts")
    settle(paris, plan)
    arrives(rabat, f"review/{plan}/", "أبدى الطرفان رأييهما", "التعديل")
    arrives(paris, f"review/{plan}/", "Les deux parties ont donné leur avis", "Modifier")
    paris.author.page.get_by_role("link", name="Modifier", exact=True).nth(1).click()
    assert SECRETS[0] in paris.author.text()
    shoot(paris.author, "note", ALL)


def conclude(rabat: Office, paris: Office, plan: str, agreement: str) -> str:
    """Paris proposes to amend; both ministers sign."""
    author = paris.author
    author.open(f"review/{plan}/outcome/{agreement}/")
    shoot(author, "conclude")
    author.fill(verdict="agreed", opinion="amend", articles="2")
    author.submit()
    outcome = release(paris)
    for office in (paris, rabat):
        arrives(office, f"review/{outcome}/")
        sign(office, f"review/{outcome}/preview/sign/")
    arrives(rabat, f"review/{plan}/", "متفق عليه")
    arrives(paris, f"review/{plan}/", "1 sur 6")
    shoot(paris.author, "matrix", ALL)
    arrives(rabat, f"review/{outcome}/", "art_2")
    shoot(rabat.author, "outcome", ALL)
    arrives(paris, "review/", PLAN["fr"])
    shoot(paris.author, "list", ALL)
    return outcome


def amend(rabat: Office, paris: Office, agreement: str) -> None:
    """Article by article; refused until a rule is chosen; 12 March gives 1 May; the consolidated text."""
    author = paris.author
    author.open(f"agreements/{agreement}/start/amend/")
    author.submit()
    found = re.search(r"/drafts/([0-9a-f-]{36})/", author.page.url)
    assert found is not None, author.page.url
    draft = f"agreements/drafts/{found[1]}/"
    author.open(f"{draft}articles/art_2/")
    author.fill(text_ar=CHANGED["ar"], text_fr=CHANGED["fr"])
    author.submit()
    author.open(draft)
    author.page.locator("#propose-form button[type=submit]").first.click()
    assert "Aucune règle d’entrée en vigueur" in author.text()
    author.open(f"{draft}terms/")
    author.fill(
        rule=SECOND_MONTH, n="2", past_signed_on="10 février 2026",
        **{"received_fr-mi": "20 février 2026", "received_ma-mi": "12 mars 2026"},
    )  # fmt: skip
    author.submit()
    author.open(draft)
    author.page.locator("#propose-form button[type=submit]").first.click()
    amendment = release(paris)
    for office in (paris, rabat):
        arrives(office, f"agreements/{amendment}/")
        sign(office, f"agreements/{amendment}/do/sign/")
    for office, day in ((rabat, "1 ماي 2026"), (paris, "1er mai 2026")):
        arrives(office, f"agreements/{amendment}/", day)
        arrives(office, f"agreements/{agreement}/consolidated/", CHANGED[office.side.lang])


def test_r20_days_ahead_stand_in_their_list(world: World, offices: tuple[Office, Office]) -> None:
    """Every agreement of the story has a review date: the next one stands in the list of a year."""
    _, paris = offices
    title = {"ar": "اتفاق قصير الدورة", "fr": "Accord à réexaminer souvent"}
    take = {"title": title, "legal_nature": "treaty", "review_every_months": 6, "articles": []}
    short = make_text(world, "agreements.agreement", take)
    arrives(paris, "dates/?within=365", "Accord à réexaminer souvent", "Réexamen")
    shoot(paris.author, "dates", ALL)
    arrives(paris, f"agreements/{short}/", "Réexamen")
