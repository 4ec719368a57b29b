"""Each requirement of meetings and bodies, at the pages of two real nodes: Arabic here, French there."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from icalendar import Calendar

from .story import (
    BODY,
    MINISTERS,
    agree,
    compare,
    do,
    draft,
    invite,
    make_body,
    minutes,
    refuse,
    share,
    write,
)
from .world import Side, World, arrives, says, wait

HEADS = "ma-mi | minister | رئيس الوفد\nfr-mi | minister | رئيس الوفد"


def first_meeting(world: World) -> str:
    """The ministers in April 2024, with what the texts report of that day."""
    if "first" not in world.made:
        world.made["first"] = invite(
            world,
            world.rabat,
            MINISTERS,
            day="22 أبريل 2024",
            sessions="لقاء ثنائي | 10:00 | 10:30 | الرباط\nاجتماع موسع | 10:30 | 12:00 | الرباط",
            programme="09:00 | زيارة ضريح محمد الخامس | Visite du mausolée de Mohammed V | Rabat\n"
            "15:00 | لقاء | Entretien | Rabat",
            delegations=HEADS,
            agenda_ar="تبادل الخبرات\nالهجرة",
            agenda_fr="Échange d’expertise\nMigration",
        )
    return str(world.made["first"])


def first_minutes(world: World) -> str:
    if "first-minutes" not in world.made:
        action = {"new_owner": "fr-mi", "new_due_on": "30/6/2025"}
        world.made["first-minutes"] = minutes(
            world,
            world.rabat,
            first_meeting(world),
            [
                ("paragraphs", "Les ministres ont fait le point.", "استعرض الوزيران الوضع."),
                ("decisions", "Un échange régulier est établi.", "يُقام تبادل منتظم."),
                ("actions", "Désigner un point de contact.", "تعيين نقطة اتصال.", action),
            ],
        )
    return str(world.made["first-minutes"])


def test_r01_a_meeting_has_sessions_agenda_delegations_minutes(world: World) -> None:
    meeting, text = first_meeting(world), first_minutes(world)
    for side, words in (
        (world.rabat, ("لقاء ثنائي", "اجتماع موسع", "تبادل الخبرات", "رئيس الوفد", "يُقام تبادل منتظم.",
                       "له محضر موقع")),
        (world.paris, ("Tête-à-tête", "Réunion élargie", "Échange d’expertise", "Chef de délégation",
                       "Un échange régulier est établi.", "Procès-verbal signé")),
    ):  # fmt: skip
        says(side, f"meetings/{meeting}/", *words, f"{text}@1#decision_1")


def test_r02_a_second_meeting_takes_up_what_was_left_open(world: World) -> None:
    first_minutes(world)
    second = invite(world, world.rabat, MINISTERS, no="2", follows=first_meeting(world))
    says(
        world.paris,
        f"meetings/{second}/",
        "Fait suite à la réunion",
        "Reporté et soulevé",
        "Désigner un point de contact.",
    )
    says(world.paris, f"meetings/{first_meeting(world)}/", "Suivie de")
    page = world.paris.author.open(f"meetings/{second}/do/agenda/")
    assert "Désigner un point de contact." in page.main_form().values["items_fr"][0]
    do(world.paris, f"meetings/{first_minutes(world)}/do/report/", percent="100", text_fr="Fait.")
    world.made["second"] = second
    page = world.paris.author.open(f"meetings/{second}/")
    assert "Reporté et soulevé" not in page.text


def test_r03_meetings_at_several_levels_are_linked(world: World) -> None:
    directors = {"ar": "لقاء المديرين العامين", "fr": "Rencontre des directeurs généraux"}
    earlier = invite(world, world.rabat, directors, level="director_general", day="12/12/2023")
    later = invite(world, world.rabat, MINISTERS, day="23/4/2024", follows=earlier)
    page = world.paris.author.open(f"meetings/{later}/")
    assert directors["fr"] in page.text
    assert page.link(earlier)
    listed = world.rabat.author.open("meetings/?level=director_general")
    assert directors["ar"] in listed.text
    assert MINISTERS["ar"] not in listed.text
    for order, is_earlier_first in (("oldest", True), ("latest", False)):
        html = world.rabat.author.open(f"meetings/?when=past&order={order}").html
        assert (html.index(earlier) < html.index(later)) is is_earlier_first


def test_r04_a_delegation_names_posts_and_who_held_them_that_day(world: World) -> None:
    says(world.paris, f"meetings/{first_meeting(world)}/", "Ministre de l’intérieur", "Gérald Darmanin")
    later = invite(
        world, world.rabat, MINISTERS, day="14/4/2025", starts="15:00", ends="16:00", delegations=HEADS
    )
    says(world.paris, f"meetings/{later}/", "Bruno Retailleau")
    says(world.rabat, f"meetings/{later}/", "برونو روتايو", "عبد الوافي لفتيت")
    assert "Gérald Darmanin" not in world.paris.author.open(f"meetings/{later}/").text
    page = world.rabat.author.open(f"meetings/{later}/minutes/")
    assert "present" not in page.main_form().values  # nothing is ticked that nobody has said
    page = world.rabat.author.submit(page, page.main_form(), press="do=save", present=["1"])
    assert page.main_form().values["present"] == ["1"]
    minutes = share(world.rabat, later)
    for name in (f"meetings/{minutes}/", f"meetings/{later}/"):
        text = world.rabat.author.open(name).text
        assert "رئيس الوفد حاضر" in text
        assert "رئيس الوفد غائب" in text


TITLE = {"title_ar": "بلاغ مشترك", "title_fr": "Communiqué conjoint"}
WORDS = {
    "text_ar": "اتفق الوزيران على مواصلة التعاون.",
    "text_fr": "Les ministres sont convenus de poursuivre.",
}


def communique(world: World, meeting: str, until: datetime) -> str:
    local = until + timedelta(hours=1)  # Rabat in winter; the embargo is typed on the clock of the meeting
    text = do(
        world.rabat,
        f"meetings/{meeting}/do/communique/",
        **TITLE, **WORDS, embargo_day=f"{local:%d/%m/%Y}", embargo_hour=f"{local:%H:%M}",
    )  # fmt: skip
    compare(world, text)
    agree(world, text)
    return text


def is_public(side: Side, object_id: str) -> bool:
    return bool(side.author.get(f"/public/{side.lang}/{object_id}/").status_code == 200)


def test_r05_a_communique_is_co_signed_embargoed_public_and_apart_from_ones_own(world: World) -> None:
    now = datetime.now(UTC)
    meeting = invite(world, world.rabat, MINISTERS, day="15/4/2025")
    held_back = communique(world, meeting, now + timedelta(days=2))
    for side in (world.rabat, world.paris):
        assert held_back not in side.author.open(f"/public/{side.lang}/").html
        assert side.author.get(f"/public/{side.lang}/{held_back}/").status_code == 404
        assert side.author.get(f"/public/{held_back}/proof").status_code == 404
    says(world.paris, f"meetings/{held_back}/", "Sous embargo", "Arrêté")
    other = invite(world, world.rabat, MINISTERS, day="16/4/2025")
    told = communique(world, other, now - timedelta(days=2))
    for side, word in ((world.rabat, WORDS["text_ar"]), (world.paris, WORDS["text_fr"])):
        # Who signs last is bound once the receipt of the other side has come back.
        wait(partial(is_public, side, told), f"{told} is not public at {side.code}")
        assert word in side.author.open(f"/public/{side.lang}/{told}/").text
        assert side.author.get(f"/public/{told}/proof").status_code == 200
    own = do(world.paris, f"meetings/{other}/do/own-communique/", text_fr="Notre lecture de la rencontre.")
    arrives(world.rabat, own)
    says(world.rabat, f"meetings/{own}/", "هذا قول طرف واحد")
    says(world.rabat, f"meetings/{other}/", "بلاغات طرف واحد: ليست النص المتفق عليه")
    assert own not in world.paris.author.open("/public/fr/words/").html
    public = do(
        world.paris, f"meetings/{other}/do/own-communique/", text_fr="Ce que nous en disons.", publish="on"
    )
    assert public not in world.paris.author.open("/public/fr/").html
    says(world.paris, f"/public/fr/words/{public}/", "Ce que nous en disons.", "la parole d’une partie")
    wait(
        lambda: world.paris.author.get(f"/public/{public}/proof").status_code == 200,
        "the proof of a public word never came",
    )


def account(world: World, meeting: str, **values: Any) -> None:
    page = world.paris.author.open(f"meetings/{meeting}/accounts/")
    world.paris.author.submit(page, page.main_form(), **values)


def test_r06_what_others_report_stands_apart_from_what_was_agreed(world: World) -> None:
    meeting, text = first_meeting(world), first_minutes(world)
    account(world, meeting, reported_by="Le ministre, dans un message", item="1")
    for who, verdict, quotation in (
        ("Texte A", "says", "une révision des accords"),
        ("Texte B", "silent", ""),
    ):
        account(world, meeting, reported_by=who, topic="Accords", verdict=verdict, quotation=quotation)
    page = world.paris.author.open(f"meetings/{meeting}/accounts/")
    assert "une révision des accords" in page.text
    assert "N’en dit rien" in page.text
    says(world.paris, f"meetings/{meeting}/", "selon Le ministre, dans un message")
    assert "Le ministre, dans un message" not in world.paris.author.open(f"meetings/{text}/").text
    assert "une révision des accords" not in world.rabat.author.open(f"meetings/{meeting}/").text


def test_r07_the_programme_of_a_visit_opens_in_a_calendar(world: World) -> None:
    meeting = first_meeting(world)
    answer = world.rabat.author.get(f"/ar/meetings/{meeting}/visit.ics")
    assert answer.headers["Content-Type"].startswith("text/calendar")
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert [str(event["SUMMARY"]) for event in events] == ["زيارة ضريح محمد الخامس", "لقاء"]
    assert [event["DTSTART"].dt.isoformat() for event in events] == [
        "2024-04-22T09:00:00+01:00", "2024-04-22T15:00:00+01:00",
    ]  # fmt: skip
    shuffled = "15:00 | أ | A | Rabat\n09:00 | ب | B | Rabat"
    page = refuse(world.rabat, "meetings/new/", title_ar="ا", title_fr="a", place="Rabat", day="1/4/2027",
                  starts="09:00", ends="10:00", programme=shuffled)  # fmt: skip
    assert "البرنامج غير مرتب زمنيا" in page.text
    preview = draft(world.rabat, "meetings/new/", title_ar="ا", title_fr="a", place="Rabat", day="1/4/2027",
                    starts="09:00", ends="16:00", programme="09:00 | أ | A | Rabat")  # fmt: skip
    for word in ("المنطقة الزمنية", "البداية بالتوقيت المحلي", "برنامج الزيارة"):
        assert word in preview.text  # each field has a word beside its name on the wire


def test_r09_a_technical_group_raises_an_item_to_the_ministers(world: World) -> None:
    body = make_body(world)
    issue = do(
        world.rabat, f"meetings/{body}/do/issue/", owner="fr-mi", due_on="30/6/2027",
        text_ar="توحيد المؤشرات", text_fr="Harmoniser les indicateurs",
    )  # fmt: skip
    arrives(world.paris, issue)
    meeting = invite(world, world.paris, MINISTERS, day="20/5/2027", place="Paris", tzid="Europe/Paris")
    assert "Harmoniser" not in world.paris.author.open(f"meetings/{meeting}/do/agenda/").html
    do(world.rabat, f"meetings/{issue}/do/raise/", escalated_to="minister", reason="لم يحسم")
    says(world.paris, f"meetings/{issue}/", "Soulevée au niveau", "Ministres")
    page = world.paris.author.open(f"meetings/{meeting}/do/agenda/")
    assert page.main_form().values["items_fr"] == ["Harmoniser les indicateurs"]
    details = "fr-mi | ٤٥ | chefs de délégation seulement"
    agenda = do(world.paris, f"meetings/{meeting}/do/agenda/", details=details)
    agree(world, agenda)
    says(world.rabat, f"meetings/{meeting}/", "توحيد المؤشرات", "رفعها المستوى الأدنى", "45 دقيقة",
         "رؤساء الوفود وحدهم")  # fmt: skip


def test_r10_a_joint_body_has_mandate_co_chairs_members_and_series(world: World) -> None:
    body = make_body(world)
    title = {"ar": "اجتماع المجموعة", "fr": "Réunion du groupe"}
    meeting = invite(
        world, world.paris, title, body=body, no="7", level="technical", day="25/6/2025", place="Paris"
    )
    for side, words in (
        (world.rabat, (BODY["ar"], "ساري المفعول", "الرئاسة المشتركة", "مرتان في السنة", title["ar"])),
        (world.paris, (BODY["fr"], "En vigueur", "Coprésidence", "Bruno Retailleau",
                       "Groupe de contact permanent", "Secrétariat", "Point de contact",
                       "Migration", title["fr"])),
    ):  # fmt: skip
        says(side, f"meetings/{body}/", *words)
    page = world.paris.author.open(f"meetings/{meeting}/")
    assert page.link(body)
    assert "convenue, dans le mandat" in page.text  # comments at T+20, as the mandate says


def test_r11_issues_have_an_owner_a_day_and_an_outcome(world: World) -> None:
    body = make_body(world)
    issue = do(
        world.paris,
        f"meetings/{body}/do/issue/",
        owner="ma-mi",
        due_on="1/7/2027",
        text_fr="Délais de réponse",
    )
    arrives(world.rabat, issue)
    says(world.rabat, f"meetings/{body}/", "Délais de réponse", "1 يوليوز 2027", "عالقة")
    do(world.rabat, f"meetings/{issue}/do/settle/", outcome="settled", text="تم الاتفاق")
    says(world.paris, f"meetings/{body}/", "Réglée")
    assert world.paris.author.get(f"/fr/meetings/{issue}/do/raise/").status_code == 409


def test_r12_terms_of_reference_change_by_a_co_signed_version(world: World) -> None:
    body = make_body(world)
    do(
        world.rabat, f"meetings/{body}/do/revise-mandate/",
        terms_ar="آلية للحوار والتنسيق.\nتوسيع نطاق التدخلات.",
        terms_fr="Un mécanisme de dialogue et de coordination.\nUn champ élargi.",
    )  # fmt: skip
    says(world.paris, f"meetings/{body}/", "Un champ élargi.", "Version 2")
    agree(world, body)
    says(world.rabat, f"meetings/{body}/", "ساري المفعول", "الصيغة 2", "الأمانة")
    says(world.paris, f"meetings/{body}/diff/?from=1&to=2", "Un champ élargi.")


def test_r51_a_mandate_and_each_decision_say_on_what_they_rest(world: World) -> None:
    body = make_body(world)
    says(world.paris, f"meetings/{body}/", "Fondement", "Déclaration d’octobre 2024")
    page = world.paris.author.open(f"meetings/{body}/do/revise-mandate/")
    refused = world.paris.author.submit(page, page.main_form(), 422, basis="")
    assert "fondement" in refused.text.lower()
    meeting = invite(
        world, world.rabat, {"ar": "اجتماع القرار", "fr": "Réunion de la décision"}, day="2/3/2026",
        level="technical", place="Rabat",
    )  # fmt: skip
    told = [
        ("decisions", "Le guichet est créé.", "يُحدث الشباك.", {"new_basis": f"{body}@1#terms\nتوجيهات سامية"})
    ]
    text = minutes(world, world.rabat, meeting, told)
    for side, words in (
        (world.rabat, ("الأساس", "توجيهات سامية", f"{body}@1#terms")),
        (world.paris, ("Fondement", "توجيهات سامية", f"{body}@1#terms")),
    ):
        says(side, f"meetings/{text}/", *words)
        assert side.author.open(f"meetings/{text}/").link(body)
    # It stays through the form of the draft, which shows it.
    form = world.rabat.author.open(f"meetings/{meeting}/minutes/").main_form()
    assert form.values["basis_decision_1"] == [f"{body}@1#terms\nتوجيهات سامية"]


def test_r54_both_languages_are_aligned_and_compared_before_anyone_signs(world: World) -> None:
    title = {"ar": "اجتماع تقني", "fr": "Réunion technique"}
    meeting = invite(
        world, world.paris, title, level="technical", day="10/3/2027", place="Paris", tzid="Europe/Paris"
    )
    write(world.paris, meeting, "decisions", "Les délais sont harmonisés.")
    text = share(world.paris, meeting)
    arrives(world.rabat, text)
    refused = world.paris.minister.open(f"meetings/{text}/do/sign/")
    refused = world.paris.minister.submit(refused, refused.main_form(), 422)
    assert "Une ligne manque" in refused.text
    assert world.rabat.author.get(f"/ar/meetings/{text}/do/initial/").status_code == 409
    # Rabat completes the Arabic, then changes the French that it renders: version 2 is stale.
    page = world.rabat.author.open(f"meetings/{meeting}/minutes/")
    assert "النص العربي ناقص" in page.text
    page = world.rabat.author.submit(page, page.main_form(), press="do=save", ar_decision_1="تُوحَّد الآجال.")
    assert "ناقص" not in page.text
    page = world.rabat.author.submit(
        page, page.main_form(), press="do=save", fr_decision_1="Les délais sont fixés."
    )
    assert "النص العربي ترجمة لنص فرنسي سابق" in page.text
    share(world.rabat, meeting)
    says(world.paris, f"meetings/{text}/", "Version 2", "n’est plus à jour")
    refused = world.rabat.minister.open(f"meetings/{text}/do/sign/")
    refused = world.rabat.minister.submit(refused, refused.main_form(), 422)
    assert "تغير سطر منذ ترجمته" in refused.text
    # A translator of Paris finds the line right as it stands: version 3, compared by both, then signed.
    page = world.paris.author.open(f"meetings/{meeting}/minutes/")
    page = world.paris.author.submit(page, page.form(having="base"), press="do=take")
    page = world.paris.author.submit(page, page.form(having="base"), press="do=tick:decision_1")
    share(world.paris, meeting)
    says(world.rabat, f"meetings/{text}/", "الصيغة 3", "لم تقارن اللغتان")
    refused = world.paris.minister.open(f"meetings/{text}/do/sign/")
    refused = world.paris.minister.submit(refused, refused.main_form(), 422)
    assert "Un traducteur de chaque partie" in refused.text
    compare(world, text)
    agree(world, text)
    says(world.rabat, f"meetings/{text}/", "القرار 1", "تُوحَّد الآجال.", "Décision 1", "Les délais sont fixés.")
