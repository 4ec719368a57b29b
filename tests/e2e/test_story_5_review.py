"""Story 5: two legal advisers and the review, in Chromium on two real nodes, Arabic here, French there.

Six agreements, among them the one of 30 May 2000. Opinions are closed until both sides have deposited; the
outcome is to amend; the amendment is drafted article by article, not put forward before a rule is chosen; its
last notification of 12 March gives 1 May on both nodes; the consolidated text shows the change.

With ``MITHAQ_SCREENSHOTS=DIR`` the same run leaves pictures of the pages there, wide and narrow.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.meetings.world import World, open_world
from tests.integration.review.story import make_text, seal

from .officials import ALL, Office, seated

SECURITY = {"ar": "اتفاق 30 ماي 2000 بشأن الأمن", "fr": "Accord de sécurité du 30 mai 2000"}
OTHERS = [{"ar": f"ترتيب إداري رقم {no}", "fr": f"Arrangement administratif no {no}"} for no in range(2, 7)]
PLAN = {"ar": "مراجعة ستة اتفاقات", "fr": "Réexamen de six accords"}
SECOND_MONTH = "FIRST_DAY_OF_NTH_MONTH_AFTER_LAST_NOTIFICATION"
PAST = {"signed_on": "2000-05-30", "received_on": {"fr-mi": "2001-03-12", "ma-mi": "2000-12-18"}}
SECRETS = ("نقترح تعديل المادة الثانية سرا.", "Nous voulons reprendre l’article deux, sous scellés.")
CHANGED = {"ar": "يجتمع الجانبان مرتين في السنة.", "fr": "Les parties se réunissent deux fois par an."}

pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, chromium: str) -> Iterator[World]:
    with open_world(tmp_path_factory.mktemp("story-5")) as found:
        yield found


@pytest.fixture(scope="module")
def offices(world: World, browser: Any) -> Iterator[tuple[Office, Office]]:
    with seated(world, browser, "review") as found:
        yield found


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
        office.author.sees(f"agreements/{agreements[0]}/", words)
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
    plan = rabat.release()
    for office in (paris, rabat):
        office.author.sees(f"review/{plan}/")
        office.sign(f"review/{plan}/preview/sign/")
    rabat.author.sees(f"review/{plan}/", "في انتظار الآراء", SECURITY["ar"])
    paris.author.sees(f"review/{plan}/", "Avis attendus", SECURITY["fr"])
    author.open("review/new/")
    author.shoot("new")
    author.open(f"review/{plan}/revise/")
    author.shoot_each("revise", *ALL)
    return plan


def opine(world: World, rabat: Office, paris: Office, plan: str, agreements: list[str]) -> None:
    """Each side gives six opinions; that on the agreement of 2000 in the browser, the others as a program."""
    for office, secret in zip((rabat, paris), SECRETS, strict=True):
        author = office.author
        author.open(f"review/{plan}/opinion/{agreements[0]}/")
        author.fill(opinion="amend", articles="2", reason=secret)
        author.shoot_each("opinion", *({"ar", "en"} if office is rabat else {"fr"}))
        author.fill(opinion="amend", articles="2", reason=secret)
        author.submit()
        office.release()
        for each in agreements[1:]:
            seal(office.side, plan, each, "سبب" if office is rabat else "motif", "keep")
        if office is rabat:
            office.releaser.open(f"review/{plan}/seals/")
            office.releaser.shoot("seals", *ALL)
            settle(office, plan)
            paris.author.sees(f"review/{plan}/", "Déposé, encore fermé")
            assert SECRETS[0] not in paris.author.page.content()
    paris.author.sees(f"review/{plan}/", "Scellé ici, pas encore déposé")
    paris.author.shoot("sealed", *ALL)
    settle(paris, plan)
    rabat.author.sees(f"review/{plan}/", "يمكن فتح آرائنا")
    assert SECRETS[1] not in rabat.author.page.content()
    settle(rabat, plan)
    paris.author.sees(f"review/{plan}/", "peuvent être ouverts")
    settle(paris, plan)
    rabat.author.sees(f"review/{plan}/", "أبدى الطرفان رأييهما", "التعديل")
    paris.author.sees(f"review/{plan}/", "Les deux parties ont donné leur avis", "Modifier")
    paris.author.page.get_by_role("link", name="Modifier", exact=True).nth(1).click()
    assert SECRETS[0] in paris.author.text()
    paris.author.shoot("note", *ALL)


def conclude(rabat: Office, paris: Office, plan: str, agreement: str) -> str:
    """Paris proposes to amend; both ministers sign."""
    author = paris.author
    author.open(f"review/{plan}/outcome/{agreement}/")
    author.shoot_each("conclude", *ALL)
    author.fill(verdict="agreed", opinion="amend", articles="2")
    author.submit()
    outcome = paris.release()
    for office in (paris, rabat):
        office.author.sees(f"review/{outcome}/")
        office.sign(f"review/{outcome}/preview/sign/")
    rabat.author.sees(f"review/{plan}/", "متفق عليه")
    paris.author.sees(f"review/{plan}/", "1 sur 6")
    paris.author.shoot("matrix", *ALL)
    rabat.author.sees(f"review/{outcome}/", "art_2")
    rabat.author.shoot("outcome", *ALL)
    paris.author.sees("review/", PLAN["fr"])
    paris.author.shoot("list", *ALL)
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
    amendment = paris.release()
    for office in (paris, rabat):
        office.author.sees(f"agreements/{amendment}/")
        office.sign(f"agreements/{amendment}/do/sign/")
    for office, day in ((rabat, "1 ماي 2026"), (paris, "1er mai 2026")):
        office.author.sees(f"agreements/{amendment}/", day)
        office.author.sees(f"agreements/{agreement}/consolidated/", CHANGED[office.side.lang])


def test_r20_days_ahead_stand_in_their_list(world: World, offices: tuple[Office, Office]) -> None:
    """Every agreement of the story has a review date: the next one stands in the list of a year."""
    _, paris = offices
    title = {"ar": "اتفاق قصير الدورة", "fr": "Accord à réexaminer souvent"}
    take = {"title": title, "legal_nature": "treaty", "review_every_months": 6, "articles": []}
    short = make_text(world, "agreements.agreement", take)
    paris.author.sees("dates/?within=365", "Accord à réexaminer souvent", "Réexamen")
    paris.author.shoot("dates", *ALL)
    paris.author.sees(f"agreements/{short}/", "Réexamen")
