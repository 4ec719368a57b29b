"""A sent note is corrected by a second act: from its page, by a program, and never in place."""

import re
from typing import Any

import pytest

from .conftest import send
from .samples import QUESTION
from .test_acting import offered, send_request

RIGHT = "كم بلغ عدد عمليات الحجز سنة 2025؟"
WHY = "نسيت السنة"


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_a_note_is_corrected_through_draft_preview_and_release(office: Any, lang: str) -> None:
    office.found("amina", "desk", "drafter")
    office.found("karim", "release", "releaser")
    note = send_request(office)
    address = f"/{lang}/requests/{note}/"
    author, releaser = office.browser("amina"), office.browser("karim")
    html = author.get(f"{address}preview/correct/").content.decode()
    assert QUESTION in html
    made = send(author, f"{address}preview/correct/", html, put_questions_1=RIGHT, reason=WHY)
    assert made.status_code == 302, made.content.decode()[-2000:]
    preview = made["Location"]
    shown = author.get(preview).content.decode()
    assert RIGHT in shown
    send(author, f"{preview}hand-over/", shown)
    shown = releaser.get(preview).content.decode()
    sha256 = re.search(r'name="shown" value="([0-9a-f]{64})"', shown)
    assert sha256, shown[-2000:]
    assert send(releaser, f"{preview}release/", shown, shown=sha256[1]).status_code == 302
    [act] = [each for each in office.node.store.acts.of_objects([note])[note] if each.parsed.id != note]
    assert act.parsed.kind == "note.correct"
    assert act.parsed.body == {"fields": {"questions": [{"no": 1, "text": RIGHT}]}, "reason": WHY}
    page = author.get(address).content.decode()
    assert page.index(QUESTION) < page.index(WHY) < page.rindex(RIGHT)
    assert RIGHT in author.get(f"{address}preview/correct/").content.decode()


def test_nothing_changed_or_against_the_rules_keeps_what_was_typed(office: Any) -> None:
    from mithaq.web.outgoing.models import OutgoingDraft

    office.found("amina", "desk", "drafter")
    author = office.browser("amina")
    address = f"/fr/requests/{send_request(office)}/preview/correct/"
    html = author.get(address).content.decode()
    for typed in ({"put_questions_1": QUESTION}, {"put_questions_1": "x" * 20_001}, {"put_questions_1": ""}):
        answer = send(author, address, html, reason=WHY, **typed)
        page = answer.content.decode()
        assert (answer.status_code, "error-summary" in page, WHY in page) == (200, True, True), typed
    assert OutgoingDraft.objects.count() == 0


def test_only_the_side_that_wrote_it_corrects_it(office: Any) -> None:
    office.found("lila", "desk", "reader")
    note = send_request(office)
    reader = office.browser("lila")
    assert "correct" not in offered(reader.get(f"/fr/requests/{note}/").content.decode())
    assert reader.get(f"/fr/requests/{note}/preview/correct/").status_code == 409


def test_a_program_drafts_a_correction(office: Any) -> None:
    from .test_api import Program

    office.found("author", "desk", "drafter")
    note = send_request(office)
    body = {"fields": {"questions": [{"no": 1, "text": RIGHT}]}, "reason": WHY}
    command = {"command": "reply", "note_id": note, "kind": "note.correct", "body": body, "fields": {}}
    draft = {"register": "requests", "title": {"fr": "Correction"}, "command": command}
    program = Program(office, verbs=["withdraw"])
    program.token.registers = ["requests"]
    program.token.save()
    answer = program.ask("post", "/drafts", draft)
    assert answer.status_code == 201, answer.content
    assert answer.json()["command"]["body"] == body
    assert Program(office, verbs=["draft"]).ask("post", "/drafts", draft).status_code == 403
