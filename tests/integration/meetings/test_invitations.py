"""An invitation's way: another time proposed, the meeting moved, accepted, moved again, called off."""

from icalendar import Calendar

from .story import do, invite
from .world import Side, World, arrives, says, unsays

TITLE = {"ar": "اجتماع قابل للتأجيل", "fr": "Réunion à déplacer"}


def read_file(side: Side, meeting: str, method: str = "publish") -> tuple[str, Calendar]:
    answer = side.author.get(f"/{side.lang}/meetings/{meeting}/meeting.ics?method={method}")
    calendar = Calendar.from_ical(answer.content)
    return str(calendar["METHOD"]), calendar.walk("VEVENT")[0]


def test_a_counter_proposal_moves_the_meeting(world: World) -> None:
    meeting = do(
        world.paris, "meetings/new/", title_ar=TITLE["ar"], title_fr=TITLE["fr"], place="Paris",
        day="1/6/2027", starts="10:00", ends="11:00", tzid="Europe/Paris",
    )  # fmt: skip
    arrives(world.rabat, meeting)
    do(world.rabat, f"meetings/{meeting}/do/counter/", day="8/6/2027", starts="15:00", ends="16:00")
    says(world.paris, f"meetings/{meeting}/", "Autre date proposée")
    assert read_file(world.paris, meeting)[1]["DTSTART"].dt.isoformat() == "2027-06-01T10:00:00+02:00"
    page = world.paris.author.open(f"meetings/{meeting}/do/move/")
    assert page.main_form().values["day"] == ["08/06/2027"]  # what the other side proposed stands ready
    do(world.paris, f"meetings/{meeting}/do/move/", reason="Proposition de Rabat")
    says(world.rabat, f"meetings/{meeting}/", "8 يونيو 2027", "15:00")
    do(world.rabat, f"meetings/{meeting}/do/accept/")
    says(world.paris, f"meetings/{meeting}/", "Confirmée")
    for side in (world.rabat, world.paris):
        method, event = read_file(side, meeting, "request")
        assert (method, int(event["SEQUENCE"]), str(event["UID"])) == ("REQUEST", 1, f"{meeting}@fr-mi")
        assert event["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"


def test_a_meeting_is_put_off_and_called_off(world: World) -> None:
    meeting = invite(world, world.paris, TITLE, day="2/6/2027", place="Paris", tzid="Europe/Paris")
    do(world.paris, f"meetings/{meeting}/do/move/", day="9/6/2027", reason="Agenda")
    says(world.rabat, f"meetings/{meeting}/", "مؤجل", "9 يونيو 2027")
    assert world.rabat.author.get(f"/ar/meetings/{meeting}/do/move/").status_code == 409
    do(world.paris, f"meetings/{meeting}/do/cancel/", reason="Empêchement")
    says(world.rabat, f"meetings/{meeting}/", "ملغى")
    method, event = read_file(world.rabat, meeting)
    assert (method, str(event["STATUS"]), int(event["SEQUENCE"])) == ("CANCEL", "CANCELLED", 2)
    for action in ("move", "agenda", "paper", "cancel"):
        assert world.paris.author.get(f"/fr/meetings/{meeting}/do/{action}/").status_code == 409


def test_an_invitation_is_declined(world: World) -> None:
    meeting = do(
        world.rabat, "meetings/new/", title_ar=TITLE["ar"], title_fr=TITLE["fr"], place="Rabat",
        day="3/6/2027", starts="10:00", ends="11:00", tzid="Africa/Casablanca",
    )  # fmt: skip
    arrives(world.paris, meeting)
    do(world.paris, f"meetings/{meeting}/do/refuse/")
    unsays(world.rabat, f"meetings/{meeting}/", "في انتظار الجواب")
    assert world.paris.author.get(f"/fr/meetings/{meeting}/do/accept/").status_code == 409


def test_papers_and_statements_stand_with_their_item(world: World) -> None:
    meeting = invite(
        world, world.paris, TITLE, day="4/6/2027", place="Paris", tzid="Europe/Paris",
        agenda_ar="أولا\nثانيا", agenda_fr="Un\nDeux",
    )  # fmt: skip
    paper = do(
        world.rabat,
        f"meetings/{meeting}/do/paper/",
        title_fr="Note de cadrage",
        title_ar="ورقة",
        item="2",
        text_ar="نص",
    )
    said = do(world.paris, f"meetings/{meeting}/do/statement/", text_fr="Notre position.", item="1")
    for object_id in (paper, said):
        arrives(world.rabat, object_id)
        arrives(world.paris, object_id)
    says(world.rabat, f"meetings/{meeting}/", "ورقة", "Notre position.", "قول طرف واحد، غير متفق عليه")
    says(world.paris, f"meetings/{said}/", "parole d’une partie")
