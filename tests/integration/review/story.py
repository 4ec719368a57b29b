"""What legal advisers do with a review, at the pages and as programs of their node would."""

import re
from typing import Any

from tests.integration.meetings.person import Page
from tests.integration.meetings.world import GREEN, Side, World, httpx_path, wait

TITLES = [
    {"ar": f"اتفاق رقم {no} بشأن التعاون", "fr": f"Accord no {no} sur la coopération"} for no in range(1, 4)
]
PLAN_TITLE = {"ar": "مراجعة الاتفاقات القائمة", "fr": "Réexamen des accords existants"}
BY_MACHINE = {"post": "desk", "holder": "desk-1"}
MINISTER = {"post": "minister", "holder": "minister-1"}


def fields(title: dict[str, str]) -> dict[str, Any]:
    return {"subject": title, "lang": ["ar", "fr"], "handling": GREEN}


def sign_both(world: World, version: dict[str, str]) -> None:
    """Both ministers sign, each after the other, as their nodes write it."""
    for side in (world.rabat, world.paris):
        side.actor.ask("instrument", kind="instrument.sign", **version, **MINISTER, fields={"lang": ["fr"]})
    for side in (world.rabat, world.paris):
        side.actor.ask("await_signed", **version)


def make_text(world: World, kind: str, data: dict[str, Any], effect: dict[str, Any] | None = None) -> str:
    """A text of Rabat that both sides have signed."""
    made = world.rabat.actor.ask(
        "propose",
        object_kind=kind,
        signatories=["fr-mi", "ma-mi"],
        effect=effect or {"rule": "ON_SIGNATURE"},
        data=data,
        fields=fields(data["title"]),
        **BY_MACHINE,
    )
    version = {name: made[name] for name in ("id", "content_hash")}
    sign_both(world, version)
    return str(made["id"])


def make_agreements(world: World) -> list[str]:
    """Agreements to be reviewed, once."""
    if "agreements" not in world.made:
        world.made["agreements"] = [make_agreement(world, title) for title in TITLES]
    return list(world.made["agreements"])


def make_agreement(world: World, title: dict[str, str]) -> str:
    """One agreement in force."""
    data = {
        "title": title,
        "legal_nature": "administrative_arrangement",
        "articles": [
            {"eid": "art_1", "heading": {"ar": "الهدف", "fr": "Objet"}, "text": {"ar": "نص", "fr": "Texte"}}
        ],
    }
    return make_text(world, "agreements.agreement", data)


def make_plan(world: World, title: dict[str, str], agreements: list[str], **changes: Any) -> str:
    """A campaign in force."""
    data = {
        "title": title,
        "agreements": [
            {"no": no, "agreement": each, "title": TITLES[no - 1]}
            for no, each in enumerate(agreements, start=1)
        ],
        "due_on": "2027-05-26",
        "sealed_opinions": True,
        **changes,
    }
    return make_text(world, "review.review_plan", data)


def seal(side: Side, plan: str, agreement: str, reason: str, opinion: str = "amend") -> dict[str, Any]:
    """An opinion in the log of that side, released to nobody."""
    body = {
        "plan": plan, "agreement": agreement, "opinion": opinion, "reason": {side.lang: reason},
        "sealed": True, "author_post": "desk",
    }  # fmt: skip
    return side.actor.ask(
        "send", object_kind="review.review_opinion", to=[], body=body, post="release", holder="release-1",
        fields=fields({"fr": "Avis"}),
    )  # fmt: skip


def shown(side: Side, plan: str) -> str:
    """The text of the page of a campaign."""
    return side.author.open(f"review/{plan}/").text


def until(side: Side, plan: str, *words: str) -> None:
    """Until the campaign says all of this at that side."""
    wait(
        lambda: all(word in shown(side, plan) for word in words),
        f"{plan} at {side.code} never said {words}: {shown(side, plan)[:3000]}",
    )


def settle(side: Side, plan: str) -> Page:
    """The releaser deposits and opens what is due."""
    page = side.releaser.open(f"review/{plan}/seals/")
    return side.releaser.submit(page, page.form(having="shown"))


def hand_over_and_release(side: Side, preview: Page, section: str = "review") -> str:
    """Another person lets a draft go; answers the id of the record."""
    page = preview
    if any("hand-over" in form.action for form in page.forms):
        page = side.author.submit(page, page.form(having="hand-over"))
    seen = side.releaser.open(httpx_path(preview.url))
    sent = side.releaser.submit(seen, seen.form(having="shown"))
    found = re.search(rf"/(?:{section}|records)/([0-9a-f-]{{36}})/", sent.html)
    assert found is not None, sent.text[:1500]
    return found[1]
