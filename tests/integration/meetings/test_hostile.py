"""Hostile input through every way in: it is said what happened, and nothing is half kept."""

import json
import re
from typing import Any

import pytest
from icalendar import Calendar

from ..cli.two_homes import run
from .story import MINISTERS, do, draft, invite, make_body, refuse
from .world import Side, World, arrives

GOOD: dict[str, Any] = {
    "title_ar": "اجتماع", "title_fr": "Réunion", "place": "Rabat", "day": "1/4/2027", "starts": "09:00",
    "ends": "10:00", "tzid": "Africa/Casablanca",
}  # fmt: skip
BAD = {
    "an override of direction": ({"title_ar": "اجتماع\u202eملغى"}, "يحتوي النص على رمز غير مقبول"),
    "a control character": ({"place": "Ra\x07bat"}, ""),
    "a letter that looks like another": ({"title_ar": "اجتماع علی"}, "في العنوان حرف يشبه فقط الحرف العربي"),
    "two scripts in a word": ({"title_fr": "Rаbat"}, "تختلط في إحدى كلمات العنوان كتابتان"),
    "a lengthening": ({"title_ar": "اجتمـاع"}, "يتضمن العنوان علامة لا يمكن إرسالها"),
    "an offset for a zone": ({"tzid": "+01:00"}, "لا تُعرف منطقة زمنية بهذا الاسم"),
    "a way out of the folder of zones": ({"tzid": "../../etc/passwd"}, "لا تُعرف منطقة زمنية بهذا الاسم"),
    "a day that is none": ({"day": "30/2/2027"}, "هذا ليس يوما يمكن قراءته"),
    "a month for a day": ({"day": "مارس 2027"}, "ينقص ذكر اليوم"),
    "an end before the start": ({"ends": "08:00"}, "النهاية ليست بعد البداية"),
    "an hour that the clocks leave out": (
        {"tzid": "Europe/Paris", "day": "28/3/2027", "starts": "02:30", "ends": "04:00"},
        "هذه الساعة لا وجود لها"),
    "a delegation without parts": ({"delegations": "ma-mi"}, "غير مفصولة بعلامة"),
    "a code that is none": ({"delegations": "<b>x</b> | minister | عضو"}, "إدارة أو منصب لم يكتب كما"),
    "a form that is none": ({"sessions": "حفلة | 09:00 | 10:00 | الرباط"}, "قيمة ليست من القيم المقبولة"),
    "a title without end": ({"title_fr": "x" * 400}, ""),
    "a partner who is none": ({"to": "xx-nobody"}, ""),
    "a body that is none": ({"body": "01900000-0000-7000-8000-000000000000"}, ""),
    "a number of other digits": ({"no": "٨٨٨٨٨"}, ""),
}  # fmt: skip


def count(side: Side) -> int:
    return len(side.author.get(f"/{side.lang}/meetings/?format=json").json()["items"])


@pytest.mark.parametrize("why", BAD)
def test_a_form_that_is_not_taken_keeps_what_was_typed(world: World, why: str) -> None:
    changes, words = BAD[why]
    before = count(world.rabat)
    page = refuse(world.rabat, "meetings/new/", **{**GOOD, **changes})
    assert words in page.text
    assert page.main_form().values["title_fr"] == [changes.get("title_fr", GOOD["title_fr"])]
    assert "<b>x</b>" not in page.html.replace("&lt;b&gt;x&lt;/b&gt;", "")
    assert count(world.rabat) == before


def test_arabic_digits_and_hours_are_read_and_nothing_is_guessed(world: World) -> None:
    page = draft(world.rabat, "meetings/new/", **{**GOOD, "day": "٢/٤/٢٠٢٧", "starts": "٠٩:٣٠"})
    assert "2027-04-02T09:30" in page.text


def test_markup_in_texts_is_shown_as_text(world: World) -> None:
    title = "<script>alert(1)</script>"
    meeting = do(world.rabat, "meetings/new/", **{**GOOD, "title_fr": title, "place": '"><img src=x>'})
    arrives(world.paris, meeting)
    for path in (f"meetings/{meeting}/", "meetings/", f"meetings/{meeting}/minutes/"):
        html = world.paris.author.open(path).html
        assert title not in html
        assert "<img" not in html
    file = world.paris.author.get(f"/fr/meetings/{meeting}/meeting.ics").content
    [event] = Calendar.from_ical(file).walk("VEVENT")
    assert str(event["SUMMARY"]) == title


HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n"
EVENT = (
    "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Plénière\r\nLOCATION:Paris\r\n"
    "DTSTART;TZID=Europe/Paris:20270302T100000\r\nDTEND;TZID=Europe/Paris:20270302T120000\r\nEND:VEVENT\r\n"
)
FILES = {
    "nothing": b"",
    "no calendar": b"\x00\xff\xfe" * 100,
    "two meetings": f"{HEAD}{EVENT}{EVENT}END:VCALENDAR\r\n".encode(),
    "one that repeats": f"{HEAD}{EVENT}END:VCALENDAR\r\n".replace(
        "UID:1", "UID:1\r\nRRULE:FREQ=SECONDLY;COUNT=9"
    ).encode(),
    "a zone of its own": f"{HEAD}{EVENT}END:VCALENDAR\r\n".replace("Europe/Paris", "X/Y").encode(),
    "deep": (HEAD + "BEGIN:X\r\n" * 500).encode(),
    "large": b"x" * 1_100_000,
}


@pytest.mark.parametrize("why", FILES)
def test_a_calendar_file_that_is_not_taken(world: World, why: str) -> None:
    page = world.paris.author.open("meetings/new/")
    answer = world.paris.author.upload(page, page.main_form(), "file", FILES[why])
    # A request that is too large is ended by the server before any page sees it.
    assert answer.status == (413 if why == "large" else 422)
    assert why == "large" or re.search("fichier d’agenda|exactement une réunion|vide|fuseau", answer.text)


def test_a_calendar_file_fills_the_form_and_sends_nothing(world: World) -> None:
    before = count(world.paris)
    page = world.paris.author.open("meetings/new/")
    answer = world.paris.author.upload(
        page, page.main_form(), "file", f"{HEAD}{EVENT}END:VCALENDAR\r\n".encode()
    )
    values = answer.main_form().values
    assert (values["title_fr"], values["place"], values["day"]) == (["Plénière"], ["Paris"], ["02/03/2027"])
    assert (values["starts"], values["ends"], values["tzid"]) == (["10:00"], ["12:00"], ["Europe/Paris"])
    assert count(world.paris) == before


def test_the_draft_of_minutes_takes_no_line_half(world: World) -> None:
    meeting = invite(world, world.rabat, MINISTERS, day="3/4/2025")
    author = world.rabat.author
    page = author.open(f"meetings/{meeting}/minutes/")
    stale = page
    for values in (
        {"new_block": "actions", "new_fr": "Faire.", "new_owner": "", "new_due_on": "1/1/2027"},
        {"new_block": "actions", "new_fr": "Faire.", "new_owner": "xx", "new_due_on": "1/1/2027"},
        {"new_block": "parties", "new_fr": "Faire."},
        {"new_block": "decisions", "new_fr": "x" * 20_001},
    ):
        answer = author.submit(page, page.main_form(), 422, press="do=save", **values)
        assert "Faire." in answer.html or "xxx" in answer.html
    kept = author.submit(
        page, page.main_form(), press="do=save", new_block="decisions", new_fr="Une décision."
    )
    assert "Une décision." in kept.html
    # The page of before the change comes too late: somebody else has saved meanwhile.
    late = author.submit(
        stale, stale.main_form(), None, press="do=save", new_block="decisions", new_fr="Perdue."
    )
    assert late.status == 409
    assert "Perdue." not in author.open(f"meetings/{meeting}/minutes/").html
    forbidden = author.submit(kept, kept.main_form(), None, press="do=share", fr_decision_1="a\u202eb")
    assert forbidden.status == 422
    assert "رمز غير مقبول" in forbidden.text


def test_what_cannot_be_done_is_refused_at_its_address_too(world: World) -> None:
    meeting = invite(world, world.rabat, MINISTERS, day="4/4/2025")
    author = world.rabat.author
    assert author.get(f"/ar/meetings/{meeting}/do/accept/").status_code == 409
    assert author.get(f"/ar/meetings/{meeting}/do/explode/").status_code == 404
    for path in ("minutes/", "accounts/", "do/agenda/", "meeting.ics", ""):
        assert author.get(f"/ar/meetings/01900000-0000-7000-8000-000000000000/{path}").status_code == 404
    assert author.get(f"/ar/meetings/{make_body(world)}/minutes/").status_code == 404
    reader = world.rabat.releaser.get("/ar/meetings/new/")
    assert reader.status_code == 403


def make_feed(side: Side, *, detailed: bool) -> str:
    page = side.author.open("meetings/feeds/")
    form = next(each for each in page.forms if any("btn" in str(words) or words for words in each.buttons) and
                "revoke" not in {name for name, _ in each.buttons.values()} and each.method == "post"
                and not each.action)  # fmt: skip
    answer = side.author.submit(page, form, **({"detailed": "on"} if detailed else {}))
    found = re.search(r"/calendar/[A-Za-z0-9_-]{43}\.ics", answer.html)
    assert found is not None
    return found[0]


def test_a_feed_says_no_more_than_was_chosen_and_ends_when_revoked(world: World) -> None:
    import httpx

    meeting = invite(world, world.paris, {"ar": "سري", "fr": "Titre réservé"}, day="5/4/2027", place="Paris")
    addresses = [make_feed(world.paris, detailed=each) for each in (False, True)]
    plain, detailed = (httpx.get(world.paris.actor.address + each) for each in addresses)
    assert plain.headers["Content-Type"].startswith("text/calendar")
    events = {str(each["UID"]): each for each in Calendar.from_ical(plain.content).walk("VEVENT")}
    assert str(events[f"{meeting}@fr-mi"]["SUMMARY"]) == "Réunion"
    assert b"Titre r" not in plain.content.replace(b"\r\n ", b"")
    assert "Titre réservé".encode() in detailed.content.replace(b"\r\n ", b"")
    page = world.paris.author.open("meetings/feeds/")
    for form in [each for each in page.forms if "revoke" in {name for name, _ in each.buttons.values()}]:
        [(name, value)] = form.buttons.values()
        world.paris.author.submit(page, form, press=f"{name}={value}")
    for each in (*addresses, "/calendar/" + "x" * 43 + ".ics", "/calendar/x.ics"):
        assert httpx.get(world.paris.actor.address + each).status_code == 404
    assert httpx.post(world.paris.actor.address + addresses[0]).status_code == 405


def command(side: Side, *arguments: str) -> tuple[int, Any]:
    done = run("--json", *arguments, home=side.actor.folder)
    assert "Traceback" not in done.err
    lines = [json.loads(line) for line in done.out.splitlines() if line.startswith("{")]
    return done.code, lines


def test_the_command_line_says_the_same_and_takes_no_nonsense(world: World) -> None:
    meeting = invite(world, world.rabat, MINISTERS, day="6/4/2027", no="9")
    code, [shown] = command(world.rabat, "meeting", "show", meeting)
    assert (code, shown["state"], shown["tzid"], shown["no"]) == (0, "confirmed", "Africa/Casablanca", 9)
    _, listed = command(world.paris, "meeting", "list", "--when", "next")
    assert [each["held_on"] for each in listed] == sorted(each["held_on"] for each in listed)
    assert meeting in {each["id"] for each in listed}
    for arguments, expected in (
        (("show", "x"), 1), (("show", "'; drop table"), 1), (("list", "--level", "king"), 2),
        (("ics", meeting, "-o", "/proc/nowhere/x"), 4), (("list", "--body", "%"), 0), (("explode",), 2),
    ):  # fmt: skip
        assert command(world.rabat, "meeting", *arguments)[0] == expected, arguments


def test_a_rebuild_gives_the_same_rows(world: World) -> None:
    for side in (world.rabat, world.paris):
        code, [answer] = command(side, "rebuild", "--check", "--register", "meetings")
        assert code == 0, answer
        [found] = [each for each in answer["registers"] if each["name"] == "meetings"]
        assert found["equal"]
        assert found["rows"] > 0
