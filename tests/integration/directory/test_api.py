"""The directory for programs: the API with a token, and the command line; hostile input on both."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from mithaq.main.cli.app import run

from ..database import sqlite_databases
from ..workspace.conftest import Office, opened_office
from ..workspace.test_api import Program
from .cards import ORGANISATION, POST, issue, name

LAFTIT = [name("عبد الوافي لفتيت", "ar"), name("Abdelouafi Laftit")]
VERBS = ("list", "read", "search", "draft")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("api")
    with (
        django_db_blocker.unblock(),
        opened_office(folder, "sqlite", sqlite_databases(folder / "rabat"), None) as found,
    ):
        found.found("author", "desk", "drafter", purposes=["ADMIN"], clearance="green")
        for body in (ORGANISATION, POST):
            issue(found, body)
        issue(found, {"card": "person", "id": "p1", "languages": ["ar"]}, LAFTIT)
        issue(
            found,
            {
                "card": "holding",
                "id": "h1",
                "post": "ma-mi.minister",
                "person": "p1",
                "from_on": "2017-04-05",
            },
        )
        yield found


@pytest.fixture(scope="module")
def program(office: Office) -> Program:
    return Program(office, verbs=VERBS)


def count_kept() -> tuple[int, int, int]:
    from mithaq.adapters.store.models import JournalRow
    from mithaq.registers.directory.models import Card
    from mithaq.web.outgoing.models import OutgoingDraft

    return Card.objects.count(), JournalRow.objects.count(), OutgoingDraft.objects.count()


class TestReading:
    def test_cards_and_posts(self, program: Program) -> None:
        cards = program.get("/directory/cards?card=organisation")
        assert [one["card_id"] for one in cards["items"]] == ["ma-mi"]
        [post] = program.get("/directory/posts?q=%D9%84%D9%81%D8%AA%D9%8A%D8%AA")["items"]
        assert post["holder"]["names"]["fr"] == "Abdelouafi Laftit"
        shown = program.get(f"/directory/cards/{post['id']}")
        assert (shown["state"], shown["body"]["role_code"]) == ("active", "minister")

    def test_exports(self, program: Program) -> None:
        [post] = program.get("/directory/posts")["items"]
        assert program.get(f"/directory/cards/{post['id']}/jscontact")["version"] == "1.0"
        vcard = program.ask("get", f"/directory/cards/{post['id']}/vcard").content
        assert vcard.startswith(b"BEGIN:VCARD\r\nVERSION:4.0\r\n")
        popolo = program.get("/directory/popolo")
        assert {name: len(rows) for name, rows in popolo.items()} == {
            "persons": 1, "organizations": 1, "posts": 1, "memberships": 1,
        }  # fmt: skip

    def test_a_match_proposes_with_reasons_and_links_nothing(self, program: Program) -> None:
        before = count_kept()
        [found] = program.get("/directory/match?text=Lafetet")["proposals"]
        assert (found["entity"], found["is_exact"], found["is_link"]) == ("ma-mi/person/p1", False, True)
        assert {step["reason"] for step in found["steps"] if step["cost"]} == {"vowel", "surname"}
        assert count_kept() == before

    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("/directory/cards/00000000-0000-7000-8000-000000000000", 404),
            ("/directory/cards/x", 404),
            ("/directory/cards?card=robot", 422),
            ("/directory/cards?issuer=../..", 422),
            ("/directory/posts?state=dead", 422),
            ("/directory/match", 422),
            ("/directory/match?text=%E2%80%AEabc", 400),
            ("/directory/match?text=" + "a" * 400, 422),
            ("/directory/entities/ma-mi/person/nobody", 404),
        ],
    )
    def test_what_is_wrong_is_said_with_its_status(self, program: Program, path: str, status: int) -> None:
        answer = program.ask("get", path)
        assert (answer.status_code // 100, answer.status_code in (status, 400, 404, 422)) == (4, True)
        assert "code" in answer.json()


class TestWriting:
    def test_a_card_becomes_a_draft_and_no_act(self, program: Program, office: Office) -> None:
        before, size = count_kept(), office.node.store.own.head().tree_size
        holding = {
            "card": "holding",
            "id": "h1",
            "post": "ma-mi.minister",
            "person": "p2",
            "from_on": "2024-09-21",
        }
        answer = program.ask("post", "/directory/cards", {**holding, "to_on": "2099-01-01"})
        assert answer.status_code == 201, answer.content
        assert {one["code"] for one in answer.json()["warnings"]} == {"no_successor", "unknown_person"}
        assert count_kept() == (before[0], before[1], before[2] + 1)
        assert office.node.store.own.head().tree_size == size

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"card": "robot"},
            {"card": "post"},
            {"card": "post", "unknown": 1},
            {**POST, "id": "x", "label": {"ar": "وزير\u202e", "fr": "M"}},
            {**POST, "id": "x", "label": {"ar": "وزیر", "fr": "M"}},
            {**POST, "id": "x", "label": {"ar": "وزير الداخلية", "fr": "Autre"}},
            {**POST, "id": "ma-mi.rninister", "label": {"ar": "آخر", "fr": "Autre"}},
            {"card": "person", "names": LAFTIT},
            {"card": "person", "persons": []},
            {"card": "person", "persons": [{**LAFTIT[0], "kind": "nick"}]},
            {"card": "duty", "post": "p", "from_at": "now", "until_at": "later", "tzid": "UTC"},
            {"card": "holding", "post": "p", "person": "q", "from_on": "2025-02-30"},
            {"card": "key", "post": "p", "fingerprint": "zz"},
            {"card": ["post"], "id": {"a": 1}},
            b'{"card":"post","card":"key"}',
            b'{"card":"post","id":"\\ud800"}',
            b'{"card":' + b"[" * 500 + b"]" * 500 + b"}",
            b"\xff\xfe",
            b"",
        ],
    )
    def test_a_hostile_card_is_refused_and_not_kept(self, program: Program, body: Any) -> None:
        before = count_kept()
        answer = program.ask("post", "/directory/cards", body)
        assert 400 <= answer.status_code < 500
        assert answer.json()["code"]
        assert count_kept() == before

    def test_a_decision_is_kept_with_the_post_and_taken_back_once(self, program: Program) -> None:
        given = {"entity": "ma-mi/person/p1", "text": "Lafetet", "decision": "confirm", "reason": "002"}
        made = program.ask("post", "/directory/decisions", given).json()
        assert (made["decision"], made["post"], made["kind"]) == ("alias.confirmed", "desk", "alias")
        assert program.get("/directory/match?text=lafetet")["proposals"][0]["is_exact"]
        address = f"/directory/decisions/{made['number']}/reversal"
        assert program.ask("post", address, {"reason": "faute"}).json()["reversed_by"] > made["number"]
        assert program.ask("post", address, {"reason": "faute"}).status_code == 409
        assert not program.get("/directory/match?text=lafetet")["proposals"][0]["is_exact"]
        shown = program.get("/directory/entities/ma-mi/person/p1")
        assert [one["number"] for one in shown["decisions"]] == [made["number"]]

    @pytest.mark.parametrize(
        "changes",
        [
            {"entity": "ma-mi/person/nobody"},
            {"entity": "x/../y"},
            {"text": "Zzzz"},
            {"text": "a\u202eb"},
            {"decision": "merge"},
            {"reason": "x" * 501},
            {"score": 1.0},
        ],
    )
    def test_a_forged_decision_is_refused(self, program: Program, changes: dict[str, Any]) -> None:
        before = count_kept()
        given = {"entity": "ma-mi/person/p1", "text": "Lafetet", "decision": "confirm", **changes}
        answer = program.ask("post", "/directory/decisions", given)
        assert 400 <= answer.status_code < 500
        assert count_kept() == before

    def test_a_token_that_may_only_read_changes_nothing(self, office: Office) -> None:
        reader = Program(office, verbs=("list",))
        before = count_kept()
        for path, body in (("cards", POST), ("decisions", {}), ("decisions/1/reversal", {"reason": "x"})):
            assert reader.ask("post", f"/directory/{path}", body).status_code in (403, 422)
        assert reader.ask("get", "/directory/popolo").status_code == 403
        assert count_kept() == before


class TestCommandLine:
    @pytest.fixture
    def ask(self, office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
        from contextlib import contextmanager

        from mithaq.main.cli import homes

        @contextmanager
        def opened(output: Any) -> Any:
            yield office.node

        monkeypatch.setattr(homes, "reading", opened)

        def asked(*arguments: str) -> tuple[int, list[Any]]:
            code = run(["--json", "directory", *arguments])
            return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

        return asked

    def test_list_show_and_match(self, ask: Any) -> None:
        code, [post] = ask("list")
        assert (code, post["schema"], post["holder"]["person"]) == (0, "mithaq/directory-list/1", "p1")
        code, [shown] = ask("show", "ma-mi.minister", "--side", "ma-mi")
        assert (code, shown["id"], shown["schema"]) == (0, post["id"], "mithaq/directory-show/1")
        code, [found] = ask("match", "لفتيت")
        assert (code, found["entity"], found["schema"]) == (0, "ma-mi/person/p1", "mithaq/directory-match/1")

    @pytest.mark.parametrize(
        ("arguments", "code", "told"),
        [
            (("show", "nobody"), 1, "card"),
            (("show", "../../etc/passwd"), 1, "card"),
            (("match", "a\u202eb"), 1, "name_character"),
            (("match", ""), 1, "name_empty"),
            (("match", "x" * 300), 1, "name_length"),
            (("list", "--card", "robot"), 2, "usage"),
        ],
    )
    def test_hostile_arguments(self, ask: Any, arguments: tuple[str, ...], code: int, told: str) -> None:
        found, [error] = ask(*arguments)
        assert (found, error["error"]["code"]) == (code, told)
