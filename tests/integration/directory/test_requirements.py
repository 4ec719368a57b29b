"""R4, R13, R14, R15, R55 on two real nodes: officials at their pages, Rabat in Arabic, Paris in French."""

import re
from typing import Any

from ..meetings.person import Page
from ..meetings.world import Side, World, wait

CARD = re.compile(r"/directory/[0-9a-f-]{36}/$")
GREEN = {"code": "green", "caveats": [], "purpose": "ADMIN"}


def open_list(at: Side, path: str = "", /, **query: str) -> Page:
    from urllib.parse import urlencode

    return at.author.open(f"directory/{path}" + (f"?{urlencode(query)}" if query else ""))


def write_card(side: Side, card: str, **fields: object) -> str:
    """The author writes, sees the preview and hands over; another person releases. The id of the note."""
    form = side.author.open(f"directory/new/{card}/")
    preview = side.author.submit(form, form.main_form(), **fields)
    if "/outgoing/" not in preview.url:  # something to know first: sent once more
        preview = side.author.submit(preview, preview.main_form())
    assert "/outgoing/" in preview.url, preview.text[:1500]
    return release(side, preview)


def release(side: Side, preview: Page) -> str:
    path = re.sub(r"^https?://[^/]+", "", preview.url)
    side.author.submit(preview, preview.form(having="hand-over"))
    shown = side.releaser.open(path)
    sent = side.releaser.submit(shown, shown.form(having="shown"))
    found = re.search(r"/(?:directory|records)/([0-9a-f-]{36})/", sent.html)
    assert found, sent.text[:1500]
    return found[1]


def arrives(side: Side, object_id: str) -> Page:
    address = f"/{side.lang}/directory/{object_id}/"
    wait(lambda: side.author.get(address).status_code == 200, f"{address} did not come to {side.code}")
    return side.author.open(address)


def test_r04_delegations_are_taken_from_posts_of_the_directory(world: World) -> None:
    """Each side finds the other's posts with who holds them today: a delegation names posts."""
    shown = open_list(world.rabat, side="fr-mi")
    assert "برونو روتايو" in shown.text
    assert "وزير الداخلية" in shown.text
    posts = open_list(world.paris, side="ma-mi", q="لفتيت")
    assert "Abdelouafi Laftit" in posts.text
    post = world.paris.author.open(posts.link("/fr/directory/01"))
    assert "Ministre de l’intérieur" in post.text
    assert "ma-mi.minister" in post.text


def find_ministry(side: Side, listed: Page, code: str) -> Page:
    """The organisation that bears the code of its administration."""
    addresses = [href for href, _ in listed.links if CARD.search(href)]
    return next(page for page in map(side.author.open, addresses) if f" {code} " in page.text)


def test_r13_one_node_an_administration_with_the_agencies_below_it(world: World) -> None:
    """Each side issues its own cards, agencies below the ministry; the partner reads and never edits."""
    for side, other in ((world.rabat, "fr-mi"), (world.paris, "ma-mi")):
        ministries = open_list(side, "organisations/", side=other)
        ministry = find_ministry(side, ministries, other)
        below = {
            "fr-mi": ("police nationale", "للشرطة الوطنية"),
            "ma-mi": ("sûreté nationale", "للأمن الوطني"),
        }
        assert any(word in ministry.text for word in below[other])
        object_id = re.search(r"/directory/([0-9a-f-]{36})/", ministry.url)
        assert object_id
        assert side.author.get(f"/{side.lang}/directory/{object_id[1]}/replace/").status_code == 403


def test_r14_services_lie_behind_the_point_of_contact_each_with_its_own_right(world: World) -> None:
    """A note comes in by the point of contact and is read by the service it names alone."""
    desk = open_list(world.rabat, side="fr-mi", q="Point de contact")
    page = world.rabat.author.open(desk.link("/ar/directory/01"))
    assert "نقطة اتصال وحيدة" in page.text
    sent = world.rabat.actor.ask(
        "send",
        object_kind="requests.spontaneous_information",
        to=["fr-mi"],
        body={"text": "R14", "readers": ["fr-mi.release"]},
        sections={},
        post="release",
        holder="x-release",
        fields={
            "subject": {"ar": "للمصلحة وحدها", "fr": "Pour le seul service"},
            "lang": ["ar", "fr"],
            "handling": GREEN,
        },
    )["id"]
    paris = world.paris
    wait(lambda: paris.releaser.get(f"/fr/requests/{sent}/").status_code == 200, "the service never saw it")
    assert "Pour le seul service" in paris.releaser.open(f"/fr/requests/{sent}/").text
    assert paris.author.get(f"/fr/requests/{sent}/").status_code == 404
    assert "Pour le seul service" not in paris.author.open("/fr/requests/").text


def test_r15_a_new_holder_of_a_post_is_written_released_and_seen_with_both_scripts(world: World) -> None:
    """Posts, holders, dates, names in both scripts, released by a second person."""
    rabat, paris = world.rabat, world.paris
    person = write_card(
        rabat, "person", name_ar="سلمى العلوي", name_fr="Salma Alaoui", aliases="Selma Alaoui\nسلمى علوي",
        languages=["ar", "fr"], id="ma-p-r15",
    )  # fmt: skip
    shown = arrives(paris, person)
    assert {"Salma Alaoui", "Selma Alaoui"} <= set(re.findall(r"S[ae]lma Alaoui", shown.text))
    assert "سلمى العلوي" in shown.text
    post = write_card(
        rabat,
        "post",
        organisation="ma-mi.dgsn",
        label_ar="مدير التعاون",
        label_fr="Directeur de la coopération",
        role_code="head",
        contacts="هاتف: +212 5 00 | البدالة",
        hours="08:30-16:30",
        id="ma-mi.coop",
    )
    first = write_card(
        rabat,
        "holding",
        post="ma-mi.coop",
        person="ma-director-1",
        from_on="1 يناير 2024",
        to_on="13 أبريل 2025",
    )
    arrives(paris, first)
    second = write_card(rabat, "holding", post="ma-mi.coop", person="ma-p-r15", from_on="14 أبريل 2025")
    arrives(paris, second)
    page = paris.author.open(f"/fr/directory/{post}/")
    assert "Titulaire aujourd’hui Salma Alaoui" in page.text
    assert "Abdellatif Hammouchi" in page.text
    assert "13 avril 2025" in page.text
    assert "Téléphone +212 5 00" in page.text
    arabic = rabat.author.open(f"/ar/directory/{post}/")
    assert "14 أبريل 2025" in arabic.text
    timeline = paris.author.open(f"/fr/directory/{post}/timeline/")
    assert "Responsable de l’envoi" in timeline.text  # the post that released, and who held it that day
    assert "Agent de l’envoi" in timeline.text


def confirm(side: Side, text: str, name: str) -> Page:
    page = open_list(side, "matching/", text=text)
    assert name in page.text
    return side.author.submit(page, page.form(having="entity_id"), press="decision=confirm")


def test_r55_every_spelling_is_found_proposed_with_reasons_and_linked_by_a_person_alone(world: World) -> None:
    """Search across scripts; reasons of each difference; never a silent merge; reversible."""
    rabat, paris = world.rabat, world.paris
    for side, asked, told in (
        (rabat, "Lafetet", "عبد الوافي لفتيت"),
        (paris, "دارامانان", "Gérald Darmanin"),
        (paris, "ريتايو", "Bruno Retailleau"),
        (rabat, "Darmanan", "جيرالد دارمانان"),
        (paris, "الحموشي", "Abdellatif Hammouchi"),
    ):
        page = open_list(side, "matching/", text=asked)
        assert told in page.text, (asked, page.text[:800])
        assert ("مقترح" if side is rabat else "Proposé") in page.text
        assert "Lafetet" not in open_list(side, "decisions/").text, "asking must decide nothing"
    done = confirm(rabat, "Lafetet", "عبد الوافي لفتيت")
    assert "Lafetet" in done.text
    assert find_rows(rabat, "Lafetet") == ["عبد الوافي لفتيت"]
    assert find_rows(paris, "Lafetet") == [], "an alias stays on the node where it was made"
    decision = rabat.author.open(
        done.link("/directory/decisions/1")
        if "/decisions/1" in done.html
        else done.link("/directory/decisions/")
    )
    taken_back = rabat.author.submit(decision, decision.main_form(), reason="خطأ")
    assert "خطأ" in taken_back.text
    assert find_rows(rabat, "Lafetet") == []
    body = open_list(rabat, "matching/", text="Direction generale de la surete nationel")
    assert "DGSN" not in body.text, "bodies answer to kept spellings alone"


def find_rows(side: Side, text: str) -> list[Any]:
    """Names of persons that the list finds for a text."""
    page = open_list(side, "persons/", q=text)
    return [words for href, words in page.links if CARD.search(href)]
