"""Reviews at the pages of two real nodes: Arabic here, French there; opinions closed until both are in."""

import pytest

from tests.integration.meetings.world import Side, World, wait

from .story import (
    PLAN_TITLE,
    hand_over_and_release,
    make_agreements,
    make_plan,
    seal,
    settle,
    shown,
    until,
)

pytestmark = pytest.mark.xdist_group("review-world")


def everything(side: Side, plan: str, paths: list[str]) -> str:
    """Every page and answer that could tell that side something of this campaign."""
    found = []
    for path in paths:
        found.append(side.author.get(f"/{side.lang}/{path}").text)
    return "\n".join(found)


def test_r18_each_side_is_hidden_until_both_have_deposited(review_world: World) -> None:
    """The canary stands in no answer of Paris before it has deposited; then both read each other."""
    world = review_world
    one, two, _ = make_agreements(world)
    plan = make_plan(world, PLAN_TITLE, [one, two])
    rabat, paris = world.rabat, world.paris
    until(paris, plan, "Réexamen des accords existants", "Avis attendus")
    page = rabat.author.open(f"review/{plan}/opinion/{one}/")
    preview = rabat.author.submit(
        page, page.main_form(), opinion="amend", reason="كناري-٧٧ تعديل المادة", articles="14"
    )
    opinion = hand_over_and_release(rabat, preview)
    seal(rabat, plan, two, "canari inouie")
    until(rabat, plan, "كناري" if False else "تعديل")
    settle(rabat, plan)
    until(paris, plan, "Déposé, encore fermé")
    paths = [
        "", "review/", f"review/{plan}/", f"review/{plan}/timeline/", f"review/{plan}/proof/", "journal/",
        "search/?q=canari", "search/?q=كناري", "calendar/", f"review/{opinion}/", f"records/{opinion}/",
        "review/?format=json", "new/", "due/",
    ]  # fmt: skip
    told = everything(paris, plan, paths)
    assert "كناري" not in told.replace("search/?q=كناري", "").replace('value="كناري"', "")
    assert "inouie" not in told
    assert paris.author.get(f"/fr/review/{opinion}/").status_code == 404

    seal(paris, plan, one, "avis-de-paris", "replace")
    seal(paris, plan, two, "deuxieme-avis", "keep")
    settle(paris, plan)
    until(rabat, plan, "يمكن فتح آرائنا")
    settle(rabat, plan)
    until(paris, plan, "Modifier", "peuvent être ouverts")
    settle(paris, plan)
    for side, words in (
        (rabat, ("التعويض بنص جديد", "الإبقاء عليه")),
        (paris, ("Modifier", "Maintenir tel quel")),
    ):
        until(side, plan, *words)
    assert "كناري-٧٧" in paris.author.open(f"review/{opinion}/").text
    wait(lambda: "inouie" in paris.author.open("search/?q=canari").text, "Paris never found what was opened")
    assert shown(paris, plan).count("a déposé deux fois") == 0
