"""``/api/v1/``: tokens, paging, problems, drafts, and the description."""

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from ..database import sqlite_databases
from .conftest import PARTNER, Office, opened_office

VERBS = ("list", "read", "search", "draft", "reply")


class Program:
    """What a program does with a token."""

    def __init__(self, office: Office, login: str = "author", **changes: Any) -> None:
        from django.test import Client

        from mithaq.web.accounts.models import User
        from mithaq.web.api.tokens import grantable_registers, make_token

        chosen = {"verbs": VERBS, "registers": grantable_registers(), "highest": "red"} | changes
        user = User.objects.get(login=login)
        self.token, text = make_token(office.node, user, chosen.pop("post", "desk"), name="test", **chosen)
        self.headers = {"Authorization": f"Bearer {text}"}
        self.office = office
        self._client = Client(enforce_csrf_checks=True)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        import orjson

        self.office.clock.forward(seconds=1)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        given: dict[str, Any] = {"headers": {**self.headers, **named}}
        if body is not None:
            given["data"] = body if isinstance(body, bytes | str) else orjson.dumps(body)
        if method != "get":
            given = {"data": b"", "content_type": "application/json", **given}
        return getattr(self._client, method)(f"/api/v1{path}", **given)

    def get(self, path: str, status: int = 200, **headers: str) -> Any:
        answer = self.ask("get", path, **headers)
        assert answer.status_code == status, answer.content[:600]
        return answer.json()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Office]:
    """One node for the module: it is the tests that keep apart, each by a dossier of its own."""
    folder = tmp_path_factory.mktemp("api")
    with (
        django_db_blocker.unblock(),
        opened_office(folder, "sqlite", sqlite_databases(folder / "rabat"), None) as found,
    ):
        found.found("author", "desk", "drafter", purposes=["ADMIN"])
        yield found


@pytest.fixture
def program(office: Office) -> Iterator[Program]:
    from mithaq.web.accounts.models import PostAssignment, User
    from mithaq.web.outgoing.models import OutgoingDraft

    yield Program(office)
    OutgoingDraft.objects.all().delete()
    user = User.objects.get(login="author")
    User.objects.filter(pk=user.pk).update(is_active=True)
    if not PostAssignment.objects.filter(user=user).exists():
        PostAssignment.objects.create(
            user=user, post="desk", roles=["drafter"], clearance="red", purposes=["ADMIN"],
            from_on="2020-01-01",
        )  # fmt: skip


@pytest.fixture
def dossier() -> str:
    made = str(uuid.uuid4())
    return f"{made[:14]}7{made[15:]}"


def send(office: Office, number: int, code: str = "green", **fields: Any) -> str:
    from mithaq.node.append.submit import Author, Desk, NoteContent

    office.clock.forward(milliseconds=5)  # ids of one millisecond have no order
    content = NoteContent(
        "requests.spontaneous_information",
        [PARTNER],
        {"text": f"corps {number}", **fields.pop("body", {})},
        {
            "subject": {"fr": f"Note {number}", "ar": f"مذكرة {number}"},
            "lang": ["fr", "ar"],
            "handling": {"code": code, "caveats": [], "purpose": "ADMIN"},
            **fields,
        },
    )
    return str(Desk(office.node).send_note(content, Author("desk", "p-desk")).act_id)


def test_a_token_is_needed_and_cookies_do_not_count(office: Office, program: Program) -> None:
    office.found("visitor", "desk", "drafter", purposes=["ADMIN"])
    browser = office.browser("visitor")
    assert browser.get("/api/v1/notes").status_code == 401
    answer = browser.get("/api/v1/notes", headers={"Authorization": "Bearer mq_" + "A" * 43})
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="mithaq"')
    assert not answer.cookies
    assert program.get("/notes")["items"] is not None


def test_a_token_is_kept_as_a_hash_and_ends(office: Office, program: Program) -> None:
    from mithaq.web.api.models import ApiToken

    text = program.headers["Authorization"].removeprefix("Bearer ")
    assert re.fullmatch(r"mq_[A-Za-z0-9_-]{43}", text)
    assert text not in repr(ApiToken.objects.values_list())
    office.clock.forward(days=89)
    program.get("/status")
    office.clock.forward(days=2)
    assert program.get("/status", 401)["code"] == "not_signed_in"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"days": 91}, "token_days"),
        ({"days": 0}, "token_days"),
        ({"verbs": ["release"]}, "token_verbs"),
        ({"verbs": ["sign", "read"]}, "token_verbs"),
        ({"verbs": []}, "token_verbs"),
        ({"highest": "blue"}, "token_code"),
        ({"registers": ["nothing"]}, "token_registers"),
    ],
)
def test_no_token_is_made_that_may_too_much(
    office: Office, program: Program, changes: dict[str, Any], code: str
) -> None:
    from mithaq.errors import MalformedError

    with pytest.raises(MalformedError, match=code):
        Program(office, **changes)


def test_a_revoked_token_and_a_closed_account_are_out_at_once(
    office: Office, program: Program, dossier: str
) -> None:
    from mithaq.web.accounts.models import PostAssignment, User
    from mithaq.web.api.tokens import revoke_token

    other = Program(office)
    revoke_token(other.token.user, str(other.token.pk), office.clock.now())
    other.get("/status", 401)
    send(office, 1, dossier=dossier)
    assert len(program.get(f"/notes?dossier={dossier}")["items"]) == 1
    PostAssignment.objects.filter(user__login="author").delete()
    assert program.get(f"/notes?dossier={dossier}")["items"] == []
    User.objects.filter(login="author").update(is_active=False)
    program.get("/status", 401)


def test_a_token_never_reads_above_its_code_nor_the_users(
    office: Office, program: Program, dossier: str
) -> None:
    start = office.node.store.own.head().tree_size
    ids = {code: send(office, 1, code, dossier=dossier) for code in ("clear", "green", "amber", "amber")}
    low = Program(office, highest="green")
    assert [one["id"] for one in low.get(f"/notes?dossier={dossier}")["items"]] == [
        ids["green"],
        ids["clear"],
    ]
    assert low.get(f"/notes?dossier={dossier}")["count"] == 2
    missing = low.get(f"/notes/{ids['amber']}", 404)
    assert missing | {"instance": ""} == low.get(f"/notes/{'0' * 8}-0000-7000-8000-{'0' * 12}", 404) | {
        "instance": ""
    }
    low.get(f"/acts/{ids['amber']}", 404)
    lines = [one for one in low.get("/acts?limit=200")["items"] if one["leaf_index"] >= start]
    assert [(one["id"], one["state"]) for one in lines if one["kind"] is None] == [(None, "not_for_you")] * 2
    office.found("guest", "desk", "reader", clearance="clear", purposes=["ADMIN"])
    found = Program(office, "guest").get(f"/notes?dossier={dossier}")
    assert [one["id"] for one in found["items"]] == [ids["clear"]]


def test_verbs_and_registers_of_a_token(office: Office, program: Program, dossier: str) -> None:
    listing = Program(office, verbs=["list"])
    note = send(office, 1, dossier=dossier)
    assert listing.get(f"/notes?dossier={dossier}")["count"] == 1
    assert listing.get(f"/notes/{note}", 403)["code"] == "token_verb"
    assert listing.get("/search?q=note", 403)["code"] == "token_verb"


def test_pages_do_not_shift_when_rows_are_added(office: Office, program: Program, dossier: str) -> None:
    ids = [send(office, number, dossier=dossier) for number in range(5)]
    first = program.ask("get", f"/notes?limit=2&dossier={dossier}")
    assert [one["id"] for one in first.json()["items"]] == [ids[4], ids[3]]
    link = re.fullmatch(r'<(/api/v1/notes\?[^>]+)>; rel="next"', first["Link"])
    assert link is not None
    late = [send(office, number, dossier=dossier) for number in (9, 10)]
    second = program.get(link[1].removeprefix("/api/v1"))
    assert [one["id"] for one in second["items"]] == [ids[2], ids[1]]
    third = program.get(f"/notes?limit=2&dossier={dossier}&cursor={second['next']}")
    assert ([one["id"] for one in third["items"]], third["next"]) == ([ids[0]], None)
    assert third["count"] == 7
    assert program.get("/notes?limit=1")["items"][0]["id"] == late[1]


def test_the_journal_is_walked_from_its_first_leaf(office: Office, program: Program, dossier: str) -> None:
    ids = [send(office, number, dossier=dossier) for number in range(3)]
    found: list[str] = []
    base = f"/acts?limit=2&kind=note.send&dossier={dossier}"
    address = base
    while address:
        page = program.get(address)
        found += [one["id"] for one in page["items"]]
        address = f"{base}&cursor={page['next']}" if page["next"] else ""
    assert found == ids


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "limit=١",
        "limit=1&limit=2",
        "cursor=AAAA",
        "cursor=W10",
        "cursor=é",
        "other=1",
    ],
)
def test_a_query_that_is_not_of_its_form(program: Program, query: str) -> None:
    assert program.get(f"/notes?{query}", 400)["code"] in ("query", "cursor", "limit")


def test_a_problem_says_what_was_kept_and_what_to_do_in_the_callers_language(program: Program) -> None:
    answers = {
        lang: program.ask("get", "/notes?limit=0", Accept_Language=lang) for lang in ("ar", "fr", "en")
    }
    for lang, answer in answers.items():
        told = answer.json()
        assert answer["Content-Type"] == "application/problem+json"
        assert answer["Content-Language"] == lang
        assert {"type", "title", "status", "detail", "instance", "code", "kept", "do"} <= set(told)
        assert told["type"] == "/api/v1/problems/query"
    assert len({answer.json()["kept"] for answer in answers.values()}) == 3


def test_every_code_has_a_page_in_three_languages(office: Office) -> None:
    from django.test import Client

    from mithaq.web.api.error_families import FAMILIES

    client = Client()
    for code in ("not_signed_in", "precondition_failed", "cursor", "act", *list(FAMILIES)[::40]):
        page = client.get(f"/api/v1/problems/{code}", headers={"Accept-Language": "ar"})
        assert page.status_code == 200, code
        html = page.content.decode()
        assert [html.count(f'<section lang="{lang}"') for lang in ("ar", "fr", "en")] == [1, 1, 1]
        assert html.index('<section lang="ar"') < html.index('<section lang="fr"')
    assert client.get("/api/v1/problems/nobody_knows_this").status_code == 404


def draft(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "register": "requests",
        "title": {"fr": f"Note {number}"},
        "command": {
            "command": "send_note",
            "object_kind": "requests.spontaneous_information",
            "recipients": [PARTNER],
            "body": {"text": f"corps {number}"},
            "fields": {
                "subject": {"fr": f"Note {number}"},
                "lang": ["fr"],
                "handling": {"code": "green", "caveats": [], "purpose": "ADMIN"},
            },
            **fields,
        },
    }


@pytest.fixture
def writer(office: Office, program: Program) -> Program:
    from mithaq.web.api import drafts

    program.token.registers = ["requests"]
    program.token.save()
    assert drafts.ROUTES
    return program


def test_a_post_makes_a_draft_and_sends_nothing(office: Office, writer: Program) -> None:
    from mithaq.web.outgoing.models import OutgoingDraft

    size = office.node.store.own.head().tree_size
    made = writer.ask("post", "/drafts", draft())
    assert made.status_code == 201, made.content
    assert made["Location"] == f"/api/v1/drafts/{made.json()['id']}"
    assert (made.json()["state"], made.json()["two_persons"]) == ("draft", True)
    assert office.node.store.own.head().tree_size == size
    asked = writer.ask("post", f"/drafts/{made.json()['id']}/to-release", If_Match=made["ETag"])
    assert asked.json()["state"] == "to_release"
    assert OutgoingDraft.objects.count() == 1
    assert not [route for route in _routes() if route.verb in ("release", "sign")]


def _routes() -> Any:
    from mithaq.web.api.routes import collect_routes

    return collect_routes()


def test_a_change_needs_the_etag_that_was_read(office: Office, writer: Program) -> None:
    made = writer.ask("post", "/drafts", draft())
    path, change = f"/drafts/{made.json()['id']}", {k: v for k, v in draft(2).items() if k != "register"}
    assert writer.ask("put", path, change).status_code == 428
    assert writer.ask("put", path, change, If_Match='"other"').status_code == 412
    changed = writer.ask("put", path, change, If_Match=made["ETag"])
    assert changed.status_code == 200, changed.content
    assert changed["ETag"] != made["ETag"]
    assert writer.ask("put", path, change, If_Match=made["ETag"]).status_code == 412
    assert writer.ask("delete", path, If_Match=made["ETag"]).status_code == 412
    assert writer.ask("delete", path, If_Match=changed["ETag"]).status_code == 204
    writer.get(path, 404)


def test_a_repeated_request_is_done_once(office: Office, writer: Program) -> None:
    from mithaq.web.outgoing.models import OutgoingDraft

    first = writer.ask("post", "/drafts", draft(), Idempotency_Key="abc")
    again = writer.ask("post", "/drafts", draft(), Idempotency_Key="abc")
    assert (again.status_code, again.content, again["ETag"]) == (201, first.content, first["ETag"])
    assert again["Idempotency-Replayed"] == "true"
    assert OutgoingDraft.objects.count() == 1
    other = writer.ask("post", "/drafts", draft(2), Idempotency_Key="abc")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    office.clock.forward(hours=25)
    late = writer.ask("post", "/drafts", draft(), Idempotency_Key="abc")
    assert late.status_code == 201
    assert OutgoingDraft.objects.count() == 2
    assert writer.ask("post", "/drafts", draft(), Idempotency_Key="é").status_code == 400


def test_more_than_ten_a_second_wait(office: Office, program: Program) -> None:
    answers = [program._client.get("/api/v1/status", headers=program.headers) for _ in range(30)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert int(refused[0]["Retry-After"]) >= 1
    assert refused[0].json()["code"] == "too_many_requests"
    program.get("/status")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"a":1,"a":2}', 400, "duplicate_key"),
        (b'{"a":NaN}', 400, "float"),
        (b'{"a":1e5}', 400, "float"),
        (b'{"a":9007199254740993}', 400, "integer_range"),
        (b'{"a":' + b"9" * 5000 + b"}", 400, "integer_range"),
        (b'{"a":"\\u0000"}', 400, "forbidden_character"),
        (b'{"a":"\\ud800"}', 400, "forbidden_character"),
        (b'\xef\xbb\xbf{"a":1}', 400, "not_utf8"),
        (b'{"a":"\xff"}', 400, "not_utf8"),
        (b"[" * 100 + b"]" * 100, 400, "too_deep"),
        (b"{", 400, "not_json"),
        (b"{} x", 400, "not_json"),
        (b"[]", 422, "invalid_input"),
        (b"{}", 422, "invalid_input"),
        (b'"' + b"a" * 1_100_000 + b'"', 413, "body_too_large"),
        (b'{"a":[' + b"1," * 10_001 + b"1]}", 400, "too_many_values"),
    ],
)
def test_hostile_bodies(office: Office, writer: Program, body: bytes, status: int, code: str) -> None:
    from mithaq.web.outgoing.models import OutgoingDraft

    answer = writer.ask("post", "/drafts", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert OutgoingDraft.objects.count() == 0


def test_every_wrong_field_is_named(writer: Program) -> None:
    body = draft()
    body["command"]["recipients"] = [PARTNER, 7]
    body["surprise"] = 1
    del body["title"]
    answer = writer.ask("post", "/drafts", body)
    assert answer.status_code == 422
    assert {(one["pointer"], one["code"]) for one in answer.json()["errors"]} == {
        ("/title", "field_missing"),
        ("/command/recipients/1", "field_type"),
        ("/surprise", "field_unknown"),
    }


def test_only_json_is_taken(writer: Program) -> None:
    answer = writer._client.post(
        "/api/v1/drafts", data="<a/>", content_type="application/xml", headers=writer.headers
    )
    assert (answer.status_code, answer.json()["code"]) == (415, "media_type")
    assert writer.ask("patch", "/drafts").status_code == 405
    assert writer.ask("patch", "/drafts")["Allow"] == "GET, HEAD, POST"


def test_a_refused_command_keeps_nothing(writer: Program) -> None:
    from mithaq.web.outgoing.models import OutgoingDraft

    for change in (
        {"recipients": ["xx-nobody"]},
        {"object_kind": "requests.nothing"},
        {"fields": {"lang": ["fr"], "clock": 5}},
        {"fields": {"lang": ["fr"], "subject": {"fr": "L\u0430ftit"},
                    "handling": {"code": "green", "caveats": [], "purpose": "ADMIN"}}},
        {"command": "sign_everything"},
        {"command": "act_on_instrument", "object_id": "0" * 8 + "-0000-7000-8000-" + "0" * 12,
         "kind": "instrument.sign"},
    ):  # fmt: skip
        answer = writer.ask("post", "/drafts", draft(**change))
        assert 400 <= answer.status_code < 500, (change, answer.content)
    assert OutgoingDraft.objects.count() == 0


def test_a_proof_can_be_taken_and_is_a_file(office: Office, program: Program) -> None:
    note = send(office, 1)
    answer = program.ask("get", f"/acts/{note}/envelope")
    assert answer["Content-Disposition"] == f'attachment; filename="{note}.json"'
    assert answer.content == office.node.store.acts.by_id(note).envelope
    assert program.get(f"/acts/{note}/proof", 404)["code"] == "not_cosigned"  # no partner has cosigned
    shown = program.get(f"/notes/{note}")
    assert shown["acts"][0]["body"]["text"] == "corps 1"
    assert program.get(f"/acts/{note}")["handling"]["code"] == "green"


def test_health_and_status(program: Program) -> None:
    checks = {one["code"]: one["level"] for one in program.get("/health")["checks"]}
    assert {"log", "root", "mode", "backup", "search", "disk", "keys", "tzdata"} <= set(checks)
    assert program.get("/status")["code"] == "ma-mi"


def test_a_person_makes_a_token_and_ends_it(office: Office, program: Program) -> None:
    from .conftest import post

    office.found("maker", "desk", "drafter", purposes=["ADMIN"])
    browser = office.browser("maker")
    made = post(browser, "/fr/account/tokens/new/", name="Veille", verbs="list", highest="green", days="30")
    assert made.status_code == 200, made.content[:3000]
    [text] = re.findall(r"mq_[A-Za-z0-9_-]{43}", made.content.decode())
    headers = {"Authorization": f"Bearer {text}"}
    assert browser.get("/api/v1/notes", headers=headers).status_code == 200
    page = browser.get("/fr/account/tokens/").content.decode()
    assert text not in page
    [end] = re.findall(r'action="(/fr/account/tokens/[0-9a-f-]{36}/end/)"', page)
    assert post(browser, end, "/fr/account/tokens/").status_code == 302
    assert browser.get("/api/v1/notes", headers=headers).status_code == 401
    for wrong in ({"days": "91"}, {"verbs": "sign"}, {"name": ""}, {"highest": "blue"}):
        fields = {"name": "x", "verbs": "list", "highest": "green", "days": "30", **wrong}
        assert post(browser, "/fr/account/tokens/new/", **fields).status_code == 400
    office.clock.forward(minutes=6)
    assert browser.get("/fr/account/tokens/new/").status_code == 302  # a factor is asked for again


def test_a_count_tells_nothing_of_what_one_may_not_read(
    office: Office, program: Program, dossier: str
) -> None:
    """Caveats are no column: rows behind them are neither listed nor counted, nor named by a cursor."""
    handling = {"code": "green", "caveats": ["h0"], "purpose": "ADMIN"}
    mine = send(office, 1, dossier=dossier)
    for number in (2, 3):
        send(office, number, dossier=dossier, handling=handling)
    for place in ("", "&limit=1"):
        found = program.get(f"/notes?dossier={dossier}{place}")
        assert ([one["id"] for one in found["items"]], found["next"], found["count"]) == ([mine], None, 1)


def test_a_list_that_is_too_long_to_be_judged_is_not_counted(
    office: Office, program: Program, dossier: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mithaq.web.api import paging, record_routes

    for module in (paging, record_routes):
        monkeypatch.setattr(module, "MOST_JUDGED", 2)
    for number in range(3):
        assert program.get(f"/notes?dossier={dossier}")["count"] == number
        send(office, number, dossier=dossier)
    assert program.get(f"/notes?dossier={dossier}")["count"] is None


def test_only_who_has_brought_a_file_can_name_it(office: Office, writer: Program) -> None:
    from mithaq.web.attachments import keep_file

    kept = keep_file(
        office.node,
        str(office.found("bearer", "x", "drafter").pk),
        "secret.txt",
        "text/plain",
        b"not for everybody",
    )
    named = draft()
    named["command"]["fields"]["blobs"] = [kept.to_blob()]
    assert writer.ask("post", "/drafts", named).status_code == 404
    made = writer.ask("post", "/drafts", draft())
    change = {name: value for name, value in named.items() if name != "register"}
    path = f"/drafts/{made.json()['id']}"
    assert writer.ask("put", path, change, If_Match=made["ETag"]).status_code == 404
    keep_file(office.node, str(writer.token.user_id), "mine.txt", "text/plain", b"not for everybody")
    assert writer.ask("put", path, change, If_Match=made["ETag"]).status_code == 200
