"""What the roadmap does for each requirement, at the pages of two real nodes: Arabic here, French there."""

import csv
import io
import re
from typing import Any

from icalendar import Calendar

from tests.integration.cli.two_homes import run
from tests.integration.meetings.person import Page
from tests.integration.meetings.world import Side, World, release, says

from .story import LINES, TITLE, agree, begin, comes, do, make_roadmap, propose, refuse, write_line

COMMUNIQUE = (
    "Communiqué\n\nLes deux ministres sont convenus de créer un guichet commun d’aide aux victimes.\n"
    "La réunion s’est tenue dans un climat cordial, en présence de hauts responsables des deux pays.\n"
)


def report(side: Side, roadmap: str, no: int, **values: Any) -> str:
    return do(side, f"roadmap/{roadmap}/lines/{no}/do/report/", **values)


def test_r21_a_roadmap_is_co_signed_and_changes_by_a_new_version_alone(world: World) -> None:
    roadmap = make_roadmap(world)
    says(world.rabat, f"roadmap/{roadmap}/lines/1/", LINES[0]["title_ar"], "اقتراح مشترك", "LPC-01", "متأخر")
    says(world.paris, f"roadmap/{roadmap}/lines/1/", LINES[0]["title_fr"], "Proposition commune", "En retard")
    # Owner, milestone that asks for evidence, indicator with what it is to reach, and what the line rests on.
    told = (
        "Ministère de l’Intérieur (France)",
        "preuve demandée",
        "LPC-01",
        "40",
        "30",
        "Déclaration d’octobre",
    )
    says(world.paris, f"roadmap/{roadmap}/lines/1/", *told)
    # The day moves by a second version; until both have signed it, the first one counts.
    write_line(world.rabat, roadmap, 1, due_on="31/12/2029")
    changed, _summary, whole = propose(world.rabat, roadmap).partition("النص حرفيا كما سيُرسل")
    for told in ("ما يتغير مقارنة بالصيغة 1 السارية المفعول", "30 يونيو 2026", "31 دجنبر 2029", "الأجل"):
        assert told in changed, changed  # first what changes, in words; all lines whole in the fold below
    assert (LINES[1]["title_ar"] in changed, LINES[1]["title_ar"] in whole) == (False, True)
    comes(world.paris, roadmap)
    says(world.paris, f"roadmap/{roadmap}/diff/", "30 juin 2026", "31 décembre 2029")
    says(world.rabat, f"roadmap/{roadmap}/diff/", "30 يونيو 2026", "31 دجنبر 2029", "الأجل")
    says(world.paris, f"roadmap/{roadmap}/lines/1/", "30 juin 2026", "En retard")
    agree(world, roadmap, 2)
    for side in (world.rabat, world.paris):
        page = side.author.open(f"roadmap/{roadmap}/lines/1/")
        assert "2029" in page.text
    says(world.paris, f"roadmap/{roadmap}/lines/1/", "Comment cette ligne a évolué", "31 décembre 2029")
    assert LINES[0]["title_fr"] not in world.paris.author.open("roadmap/?mark=late").text


def test_r08_every_line_cites_its_basis(world: World) -> None:
    roadmap = make_roadmap(world)
    for no, line in enumerate(LINES, start=1):
        says(world.paris, f"roadmap/{roadmap}/lines/{no}/", "Fondement", line["basis"])
    lacking = write_line(world.paris, begin(world.paris), **{**LINES[0], "basis": ""})
    assert "Chaque ligne dit sur quoi elle repose." in lacking.text
    assert "do=propose" not in {"=".join(each) for form in lacking.forms for each in form.buttons.values()}


def test_r22_each_field_has_a_chapter_with_a_lead_of_both_sides_and_one_overview(world: World) -> None:
    roadmap = make_roadmap(world)
    page = world.paris.author.open(f"roadmap/{roadmap}/")
    assert all(line["title_fr"] in page.text for line in LINES)
    assert page.html.count('scope="rowgroup"') == 3  # a group of the table for each field
    assert page.text.count("Ministre de l’intérieur") >= 6  # two leads for each of three chapters
    # They are chosen from the directory of each side, by their names.
    form = world.paris.author.open(f"roadmap/{roadmap}/draft/chapters/")
    assert "Directeur général de la police nationale" in form.text
    assert "Directeur général de la sûreté nationale" in form.text
    assert "Mode de calcul" in page.text
    [svg] = re.findall(r'<svg class="chart".*?</svg>', page.html, re.DOTALL)
    assert 'direction="ltr"' in svg
    assert 'role="img"' in svg
    again = re.findall(r'<svg class="chart".*?</svg>', world.paris.author.open(f"roadmap/{roadmap}/").html)
    assert again == [svg]  # the same bytes for the same data


def test_r25_a_line_has_one_owner_and_only_that_side_reports_on_it(world: World) -> None:
    roadmap = make_roadmap(world)
    answer = world.rabat.author.get(f"/ar/roadmap/{roadmap}/lines/1/do/report/")
    assert answer.status_code == 409
    for side, words in ((world.rabat, "الطرفان معا"), (world.paris, "Les deux parties")):
        assert words in side.author.open(f"roadmap/{roadmap}/lines/3/").text  # a joint line: either reports
        assert side.author.get(f"/{side.lang}/roadmap/{roadmap}/lines/3/do/report/").status_code == 200
    listed = world.paris.author.open("roadmap/?owner=ma-mi")
    assert LINES[1]["title_fr"] in listed.text
    assert LINES[0]["title_fr"] not in listed.text
    note = report(world.paris, roadmap, 1, percent="40", text_fr="Deux réunions ont eu lieu.")
    comes(world.rabat, note)
    says(world.rabat, f"roadmap/{roadmap}/lines/1/", "40 %", "Deux réunions ont eu lieu.")


def test_r26_civil_protection_and_major_events_are_fields_of_the_roadmap(world: World) -> None:
    make_roadmap(world)
    for field, place in (("CIVPROT", 1), ("EVENT", 2)):
        listed = world.rabat.author.open(f"roadmap/?field={field}")
        shown = [line["title_ar"] in listed.text for line in LINES]
        assert shown == [number == place for number in range(3)]


def count(side: Side, *options: str) -> list[dict[str, Any]]:
    """What a node counts of promises, or of requests."""
    done = run("--json", "balance", *options, home=side.actor.folder)
    assert done.code == 0, done.err
    return done.records


def ask_and_answer(world: World) -> list[str]:
    """Two requests of Rabat, of which Paris answers one."""
    fields = {"subject": {"fr": "Demande"}, "lang": ["fr"]}
    handling = {"code": "green", "caveats": [], "purpose": "ADMIN"}
    body = {"class": "normal_7d", "questions": [{"no": 1, "text": "Combien ?"}]}
    ids = [
        world.rabat.actor.ask(
            "send", object_kind="requests.request", to=["fr-mi"], body=body, post="release", holder="r",
            fields={**fields, "handling": handling},
        )["id"]
        for _ in range(2)
    ]  # fmt: skip
    for side in (world.rabat, world.paris):
        side.actor.ask("await_note", id=ids[1], state="delivered")
    said = {"answers": [{"question_no": 1, "text": "Douze."}], "final": True}
    world.paris.actor.ask(
        "reply", id=ids[0], kind="note.answer", body=said, post="release", holder="r", fields=fields
    )
    for side in (world.rabat, world.paris):
        side.actor.ask("await_note", id=ids[0], state="answered")
    return ids


def test_r31_both_nodes_count_the_same_commitments_by_owner(world: World) -> None:
    roadmap = make_roadmap(world)
    note = do(world.rabat, f"roadmap/{roadmap}/lines/2/do/risk/", reason_ar="تأخر التمويل.")
    comes(world.paris, note)
    says(world.paris, f"roadmap/{roadmap}/lines/2/", "À risque")
    counts = [count(side, "--commitments") for side in (world.rabat, world.paris)]
    assert counts[0] == counts[1]
    by_owner = {each["owner"]: each for each in counts[0]}
    assert set(by_owner) == {"fr-mi", "joint", "ma-mi"}
    assert (by_owner["ma-mi"]["made"], by_owner["ma-mi"]["at_risk"]) == (1, 1)
    asked = ask_and_answer(world)
    opened = [count(side) for side in (world.rabat, world.paris)]
    assert opened[0] == opened[1]
    [told] = [each for each in opened[0] if each["register"] == "requests"]
    assert (told["opened"], told["open"], told["in_time"]) == (2, 1, 1), asked
    says(world.paris, "balance/", "Engagements par responsable")
    says(world.rabat, "balance/", "الالتزامات حسب الجهة المكلفة")
    lifted = do(world.rabat, f"roadmap/{note}/do/lift/", reason="تم توفير التمويل.")
    assert lifted


def bring(side: Side, roadmap: str, data: bytes) -> Page:
    """A report that reaches the milestone, with a file that shows it."""
    page = side.author.open(f"roadmap/{roadmap}/lines/1/do/report/")
    form = page.main_form()
    form.values |= {"percent": ["100"], "text_fr": ["La proposition est remise."], "milestones": ["1"]}
    return side.author.submit_files(page, form, "files", [("proposition.txt", data, "text/plain")])


def test_r49_results_stand_beside_their_evidence_and_the_partner_accepts_or_returns(world: World) -> None:
    roadmap = make_roadmap(world)
    refused = refuse(
        world.paris, f"roadmap/{roadmap}/lines/1/do/report/",
        percent="100", text_fr="Fait.", milestones=["1"],
    )  # fmt: skip
    assert "qui demande une preuve" in refused.text
    note = release(world.paris, bring(world.paris, roadmap, b"Proposition commune des deux parties.\n"))
    comes(world.rabat, note)
    says(world.rabat, f"roadmap/{roadmap}/lines/1/", "مصرح بإنجازه", "proposition.txt")
    missing = refuse(world.rabat, f"roadmap/{note}/do/return/")
    assert "اذكروا سبب الإرجاع" in missing.text
    do(world.rabat, f"roadmap/{note}/do/return/", reason_ar="النص العربي ناقص.")
    for side, words in (
        (world.rabat, ("مُرجع", "النص العربي ناقص.")),
        (world.paris, ("Renvoyé", "النص العربي ناقص.")),
    ):
        says(side, f"roadmap/{roadmap}/lines/1/", *words)
    again = release(world.paris, bring(world.paris, roadmap, b"Proposition dans les deux langues.\n"))
    comes(world.rabat, again)
    page = world.rabat.author.open(f"roadmap/{roadmap}/lines/1/")
    file = world.rabat.author.get(page.link("/files/"))
    assert file.status_code == 200
    do(world.rabat, f"roadmap/{again}/do/accept/")
    says(world.paris, f"roadmap/{roadmap}/lines/1/", "Accepté", "100 %")
    says(world.rabat, f"roadmap/{roadmap}/lines/1/", "تم القبول")
    closed = world.paris.author.get(f"/fr/roadmap/{roadmap}/lines/1/do/report/")
    assert closed.status_code == 409  # what was accepted stays so


def test_decisions_actions_and_commitments_become_lines_without_retyping(world: World) -> None:
    minutes = sign_minutes(world)
    accept_commitment(world.paris)
    roadmap = begin(world.paris)
    page = world.paris.author.open(f"roadmap/{roadmap}/draft/take/")
    assert "Un échange régulier est établi." in page.text
    assert "guichet commun" in page.text
    keys = re.findall(r'name="take" value="([^"]+)"', page.html)
    assert {f"{minutes}@1#decision_1", f"{minutes}@1#action_1"} < set(keys)
    found = world.paris.author.submit(page, page.form(having="base"), take=keys)
    assert "Désigner un point de contact." in found.text
    assert "Une ligne" not in found.text
    form = world.paris.author.open(re.findall(r'href="([^"]+draft/lines/[1-9]/)"', found.html)[0])
    assert f"{minutes}@1#decision_1" in form.main_form().values["basis"][0]
    page = world.paris.author.open(f"roadmap/{roadmap}/draft/take/")
    assert 'name="take"' not in page.html  # nothing is offered twice
    assert "Proposer à l’autre partie" not in found.text  # a line still lacks its day


def sign_minutes(world: World) -> str:
    """Minutes of before, put into the record and signed by both."""
    both = {"ar": "تعيين نقطة اتصال.", "fr": "Désigner un point de contact."}
    data = {
        "title": {"ar": "محضر", "fr": "Procès-verbal"},
        "decisions": [
            {"no": 1, "text": {"ar": "يُقام تبادل منتظم.", "fr": "Un échange régulier est établi."}}
        ],
        "actions": [{"no": 1, "owner": "fr-mi", "due_on": "2029-06-30", "text": both}],
    }
    handling = {"code": "green", "caveats": [], "purpose": "ADMIN"}
    fields = {"subject": {"fr": "Procès-verbal"}, "lang": ["ar", "fr"]}
    version = world.rabat.actor.ask(
        "propose", object_kind="meetings.minutes", effect={"rule": "ON_SIGNATURE"}, data=data,
        signatories=["ma-mi", "fr-mi"], post="release", holder="r", fields={**fields, "handling": handling},
    )  # fmt: skip
    for side in (world.paris, world.rabat):
        side.actor.ask(
            "instrument", kind="instrument.sign", id=version["id"], content_hash=version["content_hash"],
            post="minister", holder="m", fields=fields,
        )  # fmt: skip
    for side in (world.paris, world.rabat):
        side.actor.ask("await_entry", id=version["id"], content_hash=version["content_hash"])
    return str(version["id"])


def accept_commitment(side: Side) -> None:
    """A public text, of which a person accepts the commitment."""
    done = run(
        "--json", "source", "add", "-", "--published", "2025-04-14", given=COMMUNIQUE, home=side.actor.folder
    )
    assert done.code == 0, done.err
    source = done.records[0]
    [proposal] = [each for each in source["proposals"] if each["type"] == "commitment"]
    page = side.author.open(f"sources/{source['id']}/")
    form = page.form(having="assertion")
    form.action = f"/{side.lang}/sources/{source['id']}/decide/"
    side.author.submit(page, form, assertion=proposal["id"], press="status=accepted")


def test_files_to_take_away_are_safe_and_readable(world: World) -> None:
    roadmap = make_roadmap(world)
    data = world.paris.author.get(f"/fr/roadmap/{roadmap}/lines.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(data)))
    assert {row["title_ar"] for row in rows} == {line["title_ar"] for line in LINES}
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
    days = world.rabat.author.get(f"/ar/roadmap/{roadmap}/days.ics").content
    events = Calendar.from_ical(days).walk("VEVENT")
    assert f"{roadmap}-line_2@roadmap" in {str(event["UID"]) for event in events}
    assert TITLE["ar"] in str(Calendar.from_ical(days)["NAME"])
