"""Reviews at the pages of two real nodes: Arabic here, French there; opinions closed until both are in."""

from typing import Any

from tests.integration.cli.two_homes import run as run_command
from tests.integration.meetings.program import open_program
from tests.integration.meetings.world import Side, World, wait

from .story import (
    PLAN_TITLE,
    TITLES,
    fields,
    hand_over_and_release,
    make_agreements,
    make_plan,
    seal,
    settle,
    shown,
    until,
)

SIGNED = {"fr": "Nous sommes d’accord sur la suite.", "ar": "اتفقنا على ما يلي."}


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
    api = {side.code: Program(side) for side in (rabat, paris)}
    closed = api["fr-mi"].side_of(plan, one, "ma-mi")
    assert (closed["state"], closed["opinion"]) == ("deposited", None)
    assert api["fr-mi"].client.get(f"/notes/{opinion}").status_code == 404
    assert api["ma-mi"].side_of(plan, one, "ma-mi")["opinion"]["opinion"] == "amend"
    # Whatever Rabat has answered to Paris is in the home of Paris: not one byte of it tells.
    held = [file for file in paris.actor.folder.rglob("*") if file.is_file()]
    for canary in ("كناري-٧٧".encode(), b"inouie"):
        assert [file for file in held if canary in file.read_bytes()] == []

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
    for program in api.values():
        told = [program.side_of(plan, one, code)["opinion"] for code in ("ma-mi", "fr-mi")]
        assert [each["opinion"] for each in told] == ["amend", "replace"]
        assert "كناري-٧٧" in str(told[0]["reason"])
    wait(lambda: "inouie" in paris.author.open("search/?q=canari").text, "Paris never found what was opened")
    assert shown(paris, plan).count("a déposé deux fois") == 0


def deposit(side: Side, plan: str, agreement: str, index: int, c: str) -> None:
    """A deposit as a lying node would write it."""
    side.actor.ask(
        "send",
        object_kind="review.review_deposit",
        to=["ma-mi" if side.code == "fr-mi" else "fr-mi"],
        body={"plan": plan, "deposits": [{"agreement": agreement, "index": index, "c": c}]},
        post="release",
        holder="release-1",
        fields=fields({"fr": "Dépôt"}),
    )


def test_r18_a_side_that_lies_is_shown_as_such(review_world: World) -> None:
    """Nothing is opened to a deposit that does not hold; one who keeps closed what he deposited is named."""
    world = review_world
    one, two, _ = make_agreements(world)
    plan = make_plan(world, {"ar": "مراجعة ثانية", "fr": "Deuxième réexamen"}, [one, two])
    rabat, paris = world.rabat, world.paris
    until(paris, plan, "Avis attendus")
    for agreement in (one, two):
        seal(rabat, plan, agreement, "سري")
    settle(rabat, plan)
    kept = seal(paris, plan, two, "gardé fermé")
    sealed = kept["leaf_index"]
    deposit(paris, plan, one, sealed, "ab" * 32)
    until(rabat, plan, "إيداعه غير صحيح")
    assert "يمكن فتح آرائنا" not in shown(rabat, plan)
    settle(paris, plan)
    until(rabat, plan, "يمكن فتح آرائنا")
    settle(rabat, plan)
    until(rabat, plan, "توصّل برأينا ولم يفتح رأيه")
    until(paris, plan, "Modifier", "peuvent être ouverts")
    assert shown(rabat, plan).count("توصّل برأينا ولم يفتح رأيه") == 1
    page = rabat.releaser.open(f"review/{plan}/seals/")
    assert "لا شيء ينتظر الإيداع أو الفتح الآن" in page.text, (
        "the opinion on the first agreement stays closed"
    )


def test_r18_the_outcome_is_signed_by_both_and_closes_the_review(review_world: World) -> None:
    """Plain opinions, an outcome proposed in Paris, signed by both; the same word on both nodes."""
    world = review_world
    agreement = make_agreements(world)[2]
    title = {"ar": "مراجعة ثالثة", "fr": "Troisième réexamen"}
    plan = make_plan(world, title, [agreement], sealed_opinions=False, due_on="2026-01-01")
    rabat, paris = world.rabat, world.paris
    until(paris, plan, "Échéance dépassée")
    for side, reason in ((rabat, "نقترح التعديل"), (paris, "Nous proposons de modifier")):
        page = side.author.open(f"review/{plan}/opinion/{agreement}/")
        preview = side.author.submit(
            page, page.main_form(), opinion="amend", reason=reason, articles="art. 3"
        )
        hand_over_and_release(side, preview)
    until(paris, plan, "Les deux parties ont donné leur avis", "Avis jusqu’au 1er janvier 2026", "0 sur 1")
    form = paris.author.open(f"review/{plan}/outcome/{agreement}/")
    refused = paris.author.submit(form, form.main_form(), 422, verdict="agreed", opinion="", text_fr="seul")
    assert "Une conclusion convenue dit ce qu’il en advient." in refused.text
    assert "Le texte existe dans les deux langues, ou dans aucune." in refused.text
    preview = paris.author.submit(
        form, form.main_form(), verdict="agreed", opinion="amend", articles="3", text_ar=SIGNED["ar"],
        text_fr=SIGNED["fr"],
    )  # fmt: skip
    outcome = hand_over_and_release(paris, preview)
    until(rabat, plan, "التعديل")
    for side in (paris, rabat):
        wait(
            lambda side=side: side.minister.get(f"/{side.lang}/review/{outcome}/").status_code == 200,
            "the outcome did not come",
        )
        sign = side.minister.open(f"review/{outcome}/preview/sign/")
        shown_page = side.minister.submit(sign, sign.main_form())
        side.minister.submit(shown_page, shown_page.form(having="shown"))
    for side, word in ((rabat, "مغلق"), (paris, "Clos")):
        until(side, plan, word)
    assert "art_3" in rabat.author.open(f"review/{outcome}/").text
    until(paris, plan, "1 sur 1", "Convenu par les deux", "Modifier")
    told = [Program(side).client.get(f"/reviews/{plan}").json() for side in (rabat, paris)]
    assert [(each["state"], each["done"], each["due_on"]) for each in told] == [
        ("closed", 1, "2026-01-01")
    ] * 2
    outcomes = [each["agreements"][0]["outcome"] for each in told]
    assert outcomes[0] == outcomes[1]
    assert (outcomes[0]["verdict"], outcomes[0]["opinion"], outcomes[0]["articles"]) == (
        "agreed",
        "amend",
        ["art_3"],
    )
    for path in (f"outcome/{agreement}/", f"opinion/{agreement}/", "revise/"):
        assert paris.author.get(f"/fr/review/{plan}/{path}").status_code == 409, path
    assert TITLES[0]["ar"] in shown(rabat, plan)


def test_the_command_line_tells_the_same(review_world: World) -> None:
    """After the stories above: the list, one campaign, that nothing is due; a replay gives the same rows."""
    side = review_world.rabat
    listed = run(side, "review", "list")
    assert sorted(str(each["state"]) for each in listed) == ["both_opined", "closed", "open"]
    plan = str(next(each["id"] for each in listed if each["state"] == "both_opined"))
    (one,) = run(side, "review", "show", plan)
    assert [each["state"] for each in one["agreements"]] == ["both_opined", "both_opined"]
    assert {side["state"] for each in one["agreements"] for side in each["sides"]} == {"given"}
    assert run(side, "review", "settle", plan, "--dry-run")[0]["state"] == "nothing_due"
    (replayed,) = run(side, "rebuild", "--check")
    assert all(each["equal"] for each in replayed["registers"]), replayed


def test_a_campaign_is_revised_by_a_version_that_both_sign(review_world: World) -> None:
    """Longer, and with one agreement more: what was asked and what it rests on stays."""
    world = review_world
    one, two, _ = make_agreements(world)
    rabat, paris = world.rabat, world.paris
    basis = [f"{one}@1", {"text": {"ar": "توجيهات سامية", "fr": "Instructions"}}]
    asked = [{"no": 1, "text": {"ar": "ما العمل؟", "fr": "Que faire ?"}}]
    title = {"ar": "مراجعة رابعة", "fr": "Quatrième réexamen"}
    plan = make_plan(world, title, [one], basis=basis, questions=asked)
    until(paris, plan, "Avis attendus", "Instructions", "Que faire ?")
    page = paris.author.open(f"review/{plan}/revise/")
    preview = paris.author.submit(page, page.main_form(), due_on="30/9/2027", agreements=[one, two])
    changed = preview.text.partition("Ce qui franchit la frontière")[0]
    assert "Ce qui change par rapport à la version 1 , en vigueur" in changed
    assert "2027-05-26" in changed
    assert "2027-09-30" in changed
    hand_over_and_release(paris, preview)
    for side in (rabat, paris):
        wait(
            lambda side=side: (
                side.minister.get(f"/{side.lang}/review/{plan}/preview/sign/").status_code == 200
            ),
            "the version did not come",
        )
        sign = side.minister.open(f"review/{plan}/preview/sign/")
        shown_page = side.minister.submit(sign, sign.main_form())
        side.minister.submit(shown_page, shown_page.form(having="shown"))
    for side, words in (
        (rabat, ("30 شتنبر 2027", "الصيغة 2", "توجيهات سامية", "ما العمل؟", TITLES[1]["ar"])),
        (paris, ("30 septembre 2027", "Version 2", "Instructions", "Que faire ?", TITLES[1]["fr"])),
    ):
        until(side, plan, *words)
    told = [Program(side).client.get(f"/reviews/{plan}").json() for side in (rabat, paris)]
    for each in told:
        assert (each["version"], each["due_on"], each["count"]) == (2, "2027-09-30", 2)
        assert (each["basis"], each["questions"]) == (basis, asked)


class Program:
    """What reads the reviews of a side with a token."""

    def __init__(self, side: Side) -> None:
        self.client = open_program(side, "review")

    def side_of(self, plan: str, agreement: str, code: str) -> dict[str, Any]:
        """What one side thinks of an agreement, as far as it is told."""
        cells = self.client.get(f"/reviews/{plan}").json()["agreements"]
        [cell] = [each for each in cells if each["agreement"] == agreement]
        [found] = [each for each in cell["sides"] if each["administration"] == code]
        return dict(found)


def run(side: Side, *words: str) -> list[dict[str, object]]:
    """A command on the home of that side; its lines."""
    done = run_command("--json", *words, home=side.actor.folder)
    assert done.code == 0, done.err
    return done.records
