"""What hangs on an open record and is handled more strictly than it is not shown by way of that record."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mithaq.errors import NotAllowedError
from tests.unit.registers.test_roadmap_rules import make_line, make_roadmap

from .conftest import PARTNER, Office
from .samples import draft, hand_over, make_request
from .test_api import Program

CANARY = "canari-51c0de"
SECRET = {"fr": CANARY, "ar": CANARY}
BOTH = {"fr": "texte", "ar": "نص"}


def fields(code: str, title: dict[str, str] | None = None) -> dict[str, Any]:
    handling = {"code": code, "caveats": [], "purpose": "ADMIN"}
    return {"subject": title or BOTH, "lang": ["ar", "fr"], "handling": handling}


def author() -> Any:
    from mithaq.node.append.submit import Author

    return Author("desk", "p-desk")


def propose(
    office: Office, kind: str, data: dict[str, Any], code: str = "green", **envelope: Any
) -> tuple[str, str]:
    """(id, content hash) of a text that this side has put forward and taken back: so it may counter it."""
    from mithaq.core.instruments.bodies import InstrumentKind
    from mithaq.core.instruments.manifest import Signatory, build_manifest
    from mithaq.core.types import AdministrationCode
    from mithaq.node.append.submit import Desk

    office.clock.forward(milliseconds=5)
    desk = Desk(office.node)
    object_id = desk.new_object_id()
    manifest = build_manifest(
        object_id=object_id,
        object_kind=kind,
        object_v=1,
        signatories=[Signatory(AdministrationCode(each), "minister") for each in ("ma-mi", PARTNER)],
        effect={"rule": "ON_SIGNATURE"},
        data=data,
    )
    body = {"manifest": dict(manifest.members)}
    about = {**fields(code, data["title"]), **envelope}
    desk.act_on_instrument(object_id, InstrumentKind.PROPOSE, body, author(), about)
    back = {"version": 1, "content_hash": manifest.content_hash, "of": "proposal", "reason": "x"}
    desk.act_on_instrument(object_id, InstrumentKind.WITHDRAW, back, author())
    return object_id, manifest.content_hash


def make_second(office: Office, object_id: str, previous: str, data: dict[str, Any]) -> Any:
    """The manifest of a second version."""
    from mithaq.core.instruments.manifest import build_manifest
    from mithaq.node.append.submit import Desk

    older = Desk(office.node).instrument_state(object_id)[1].versions[-1].manifest
    return build_manifest(
        object_id=object_id,
        object_kind=older.object_kind,
        object_v=1,
        signatories=older.signatories,
        effect={"rule": "ON_SIGNATURE"},
        version=2,
        previous=previous,
        data=data,
    )


def counter(
    office: Office, object_id: str, previous: str, data: dict[str, Any], code: str, **envelope: Any
) -> str:
    """A second version, handled by another code; its content hash."""
    from mithaq.core.instruments.bodies import InstrumentKind
    from mithaq.node.append.submit import Desk

    manifest = make_second(office, object_id, previous, data)
    body = {"manifest": dict(manifest.members)}
    desk = Desk(office.node)
    about = {**fields(code, data["title"]), **envelope}
    desk.act_on_instrument(object_id, InstrumentKind.COUNTER, body, author(), about)
    return manifest.content_hash


def text(words: dict[str, str]) -> dict[str, Any]:
    return {"title": words, "articles": [{"eid": "art_1", "text": words}]}


@pytest.fixture
def greens(office: Office) -> tuple[Any, Program]:
    """A browser and a program of a reader at GREEN."""
    office.found("green", "desk", "reader", "drafter", clearance="green", purposes=["ADMIN"])
    return office.browser("green"), Program(office, "green")


def test_a_stricter_version_is_not_shown_by_way_of_an_open_text(office: Office, greens: Any) -> None:
    browser, program = greens
    object_id, first = propose(office, "agreements.agreement", text(BOTH))
    counter(office, object_id, first, text(SECRET), "amber")
    page = f"/fr/agreements/{object_id}/"
    for path in ("", "text/", "text/?version=2", "diff/", "timeline/", "proof/", "?format=pdf"):
        assert CANARY not in browser.get(page + path).content.decode(errors="replace"), path
    assert browser.get(f"{page}text/?version=2").status_code == 404
    assert browser.get(f"{page}text/").status_code == 200
    for path in (f"/agreements/{object_id}", f"/instruments/{object_id}", "/agreements", "/instruments"):
        assert CANARY not in program.ask("get", path).content.decode(), path
    assert program.ask("get", f"/instruments/{object_id}/pdf?version=2").status_code == 404
    office.found("amber", "release", "reader", clearance="amber", purposes=["ADMIN"])
    assert CANARY in office.browser("amber").get(f"{page}text/?version=2").content.decode()


def test_a_stricter_version_of_a_communique_is_in_no_page_of_meetings(office: Office, greens: Any) -> None:
    browser, program = greens
    object_id, first = propose(office, "meetings.communique", {"title": BOTH, "text": BOTH})
    counter(office, object_id, first, {"title": SECRET, "text": SECRET}, "amber")
    page = f"/fr/meetings/{object_id}/"
    assert browser.get(page).status_code == 200
    for path in ("", "text/", "diff/", "timeline/"):
        assert CANARY not in browser.get(page + path).content.decode(), path
    for path in (f"/meetings/texts/{object_id}", f"/instruments/{object_id}"):
        assert CANARY not in program.ask("get", path).content.decode(), path


def test_a_stricter_report_is_not_told_with_its_line(office: Office, greens: Any) -> None:
    from mithaq.node.append.submit import Desk, NoteContent

    browser, program = greens
    minutes, _ = propose(office, "agreements.agreement", text(SECRET), "amber")
    line = make_line(owner="ma-mi", basis=[{"at": minutes}])
    roadmap, _ = propose(office, "roadmap.roadmap", make_roadmap(line))
    report = {"line": f"{roadmap}@1#line_1", "percent": 40, "text": SECRET}
    Desk(office.node).send_note(
        NoteContent("roadmap.progress_report", [PARTNER], report, fields("amber", SECRET)), author()
    )
    shown = browser.get(f"/fr/roadmap/{roadmap}/lines/1/")
    assert shown.status_code == 200
    assert CANARY not in shown.content.decode()  # nor the title of what the line rests on
    told = program.get(f"/roadmaps/{roadmap}/lines/1")
    assert told["notes"] == []
    assert CANARY not in str(told)


H2 = {"code": "green", "caveats": ["h2"], "purpose": "ADMIN"}


def in_force(office: Office, object_id: str) -> None:
    """As if both had signed it: nobody answers here."""
    from msgspec.structs import replace

    from mithaq.node.ports import RowQuery

    [row] = office.node.store.rows.instruments(RowQuery(object_ids=[object_id]), 1)
    days = {"signed_on": "2026-01-01", "entry_into_force_on": "2026-01-01"}
    version = {**row.versions[0], "state": "signed", **days}
    with office.node.store.transaction():
        office.node.store.projections.save_instruments(
            [replace(row, state="signed", versions=[version], **days)]
        )


def test_a_version_with_a_caveat_or_readers_of_its_own_is_in_no_page_of_the_roadmap(
    office: Office, greens: Any
) -> None:
    browser, program = greens
    for more, data in (({"handling": H2}, {}), ({}, {"readers": ["ma-mi.minister"]})):
        roadmap, first = propose(office, "roadmap.roadmap", make_roadmap(make_line()))
        secret = make_roadmap(make_line(title=SECRET), title=SECRET, **data)
        counter(office, roadmap, first, secret, "green", **more)
        for path in ("", "lines/1/", "draft/", "lines.csv", "days.ics"):
            answer = browser.get(f"/fr/roadmap/{roadmap}/{path}")
            assert CANARY not in answer.content.decode(), path
        for path in ("roadmap/", "roadmap/all/", "calendar/", ""):
            assert CANARY not in browser.get(f"/fr/{path}").content.decode(), path
        assert CANARY not in str(program.get(f"/roadmaps/{roadmap}"))
        assert CANARY not in str(program.get("/roadmaps"))


def test_a_roadmap_that_may_not_be_taken_away_is_in_no_file(office: Office, greens: Any) -> None:
    holder, _ = greens
    roadmap, _ = propose(office, "roadmap.roadmap", make_roadmap(make_line(title=SECRET)), handling=H2)
    in_force(office, roadmap)
    page = f"/fr/roadmap/{roadmap}/"
    shown = holder.get(page)
    assert shown.status_code == 200
    assert "lines.csv" not in shown.content.decode()
    for path in ("lines.csv", "days.ics"):
        refused = holder.get(page + path)
        assert refused.status_code == 403, path
        assert CANARY not in refused.content.decode()
    assert CANARY in holder.get("/fr/roadmap/").content.decode()
    for end in ("csv", "json"):
        assert CANARY not in holder.get(f"/fr/roadmap/?format={end}").content.decode()


@pytest.mark.parametrize(
    ("noun", "command", "kind"),
    [("roadmap", "write_file", "roadmap.roadmap"), ("instrument", "show", "agreements.agreement")],
)
def test_what_may_not_be_taken_away_is_written_by_no_command(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, noun: str, command: str, kind: str
) -> None:
    from mithaq.main.cli import homes
    from mithaq.main.cli.face import Face
    from mithaq.main.cli.output import Output
    from mithaq.main.cli.reads import ReadLog

    data = make_roadmap(make_line()) if kind == "roadmap.roadmap" else text(BOTH)
    held, _ = propose(office, kind, data, handling=H2)
    free, _ = propose(office, kind, data)
    output = Output(Face(lang="fr", is_quiet=True, is_json=True))

    @contextmanager
    def reading(output: Output) -> Iterator[Any]:
        output.reads = ReadLog(office.node)
        yield office.node

    monkeypatch.setattr(homes, "reading", reading)
    run: Any = getattr(import_module(f"mithaq.main.cli.{noun}"), command)
    ctx = SimpleNamespace(find_root=lambda: SimpleNamespace(obj=output))
    more = {"file": tmp_path / "it"} if noun == "roadmap" else {"docx": tmp_path / "it"}
    with pytest.raises(NotAllowedError) as caught:
        run(ctx, held, **more)
    assert (caught.value.code, (tmp_path / "it").exists()) == ("no_export", False)
    assert run(ctx, free, **more) == 0
    assert (tmp_path / "it").stat().st_size


def test_a_text_that_may_not_be_taken_away_is_not_printed(office: Office, greens: Any) -> None:
    holder, program = greens
    held, _ = propose(office, "agreements.agreement", text(BOTH), handling=H2)
    page = f"/fr/agreements/{held}/"
    assert "format=docx" not in holder.get(page + "text/").content.decode()
    for end in ("pdf", "docx"):
        refused = holder.get(f"{page}text/?format={end}&version=1")
        assert (refused.status_code, "no_export" in refused.content.decode()) == (403, True), end
        assert program.ask("get", f"/instruments/{held}/{end}?version=1").json()["code"] == "no_export"


def test_why_a_report_was_returned_is_told_with_the_handling_of_the_answer(office: Office) -> None:
    from mithaq.registers.roadmap.projection import _read_answers

    def act(author: str, handling: Any, **body: Any) -> Any:
        kind = body.pop("kind", "note.answer")
        to = [SimpleNamespace(administration=PARTNER)]
        made = office.clock.now()
        parsed = SimpleNamespace(
            author=author, handling=handling, body=body, kind=kind, to=to, created_at=made
        )
        return SimpleNamespace(log=f"{author}/log", leaf_index=1, parsed=parsed)

    first = act("ma-mi", fields("green")["handling"], kind="note.send")
    for handling, told in ((None, SECRET), (fields("amber")["handling"], {})):
        answer = act(PARTNER, handling, result="returned", reason=SECRET)
        assert _read_answers(first, [answer])[PARTNER]["result"] == "returned"
        assert _read_answers(first, [answer])[PARTNER]["reason"] == told


def test_the_next_version_of_a_roadmap_is_handled_as_it(office: Office) -> None:
    office.found("author", "desk", "drafter", clearance="red", purposes=["ADMIN"])
    roadmap, _ = propose(office, "roadmap.roadmap", make_roadmap(make_line()), "amber")
    data = make_roadmap(make_line(title=SECRET))
    program = Program(office, highest="red", registers=("roadmap",))
    made = program.ask("post", f"/roadmaps/{roadmap}/versions", {"data": data})
    assert made.status_code == 201, made.content
    assert made.json()["handling"] == "amber"


def test_a_draft_is_nobodys_business_who_only_reads(office: Office) -> None:
    office.found("writer", "desk", "drafter", clearance="red", purposes=["OC"])
    office.found("guest", "press", "reader", clearance="red", purposes=["OC"])
    from mithaq.web.accounts.models import User

    user = User.objects.get(login="writer")
    made = draft(office, user, make_request())
    guest = Program(office, "guest", post="press")
    assert guest.get("/drafts")["items"] == []
    guest.get(f"/drafts/{made.pk}", 404)
    hand_over(office, user, made)
    assert guest.get("/drafts")["items"] == []


def test_what_may_not_be_taken_away_leaves_in_no_proof_calendar_or_table(
    office: Office, greens: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mithaq.main.cli import homes, proof
    from mithaq.main.cli.face import Face
    from mithaq.main.cli.output import Output
    from mithaq.main.cli.reads import ReadLog
    from mithaq.node.append.submit import Desk, NoteContent

    browser, program = greens
    fixed = {
        "tzid": "Europe/Paris",
        "starts_local": "2027-05-03T10:00",
        "starts_at": "2027-05-03T08:00:00.000Z",
    }
    ends = {"ends_local": "2027-05-03T12:00", "ends_at": "2027-05-03T10:00:00.000Z"}
    body = {**fixed, **ends, "level": "minister", "place": "Paris", "host": "ma-mi"}
    held = {**fields("green", SECRET), "handling": H2}
    meeting = (
        Desk(office.node)
        .send_note(NoteContent("meetings.invitation", [PARTNER], body, held), author())
        .act_id
    )
    assert program.ask("get", f"/meetings/{meeting}").status_code == 200
    assert program.ask("get", f"/meetings/{meeting}/file").json()["code"] == "no_export"
    refused = browser.get(f"/fr/acts/{meeting}/proof")
    assert (refused.status_code, "no_export" in refused.content.decode()) == (403, True)

    output = Output(Face(lang="fr", is_quiet=True, is_json=False, xlsx=tmp_path / "all.xlsx"))
    output.reads = ReadLog(office.node)

    @contextmanager
    def reading(_: Output) -> Iterator[Any]:
        yield office.node

    monkeypatch.setattr(homes, "reading", reading)
    monkeypatch.setattr("mithaq.node.proof.proof_export.export_proof", lambda *_: SimpleNamespace(log=""))
    ctx: Any = SimpleNamespace(find_root=lambda: SimpleNamespace(obj=output))
    with pytest.raises(NotAllowedError, match="no_export"):
        proof.export(ctx, str(meeting), tmp_path / "it")
    free, _ = propose(office, "agreements.agreement", text(BOTH))
    records = [{"id": str(meeting), "title": CANARY}, {"id": free, "title": "texte"}]
    assert output.reads.without_held(records) == records[1:]
