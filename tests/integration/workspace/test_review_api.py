"""Reviews in the API: lists, one campaign, an opinion as a draft, and what is refused."""

from collections.abc import Iterator
from typing import Any

import pytest

from ..database import caught_statements, sqlite_databases
from .conftest import PARTNER, Office, opened_office
from .test_api import Program

OWN = "ma-mi"
TITLE = {"ar": "مراجعة", "fr": "Réexamen"}
ONE, TWO = "0192a000-0000-7000-8000-000000000001", "0192a000-0000-7000-8000-000000000002"
REASON = {"fr": "Un mot dont personne ne se doute : bathyscaphe."}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("review-api")
    with (
        django_db_blocker.unblock(),
        opened_office(folder, "sqlite", sqlite_databases(folder / "rabat"), None) as found,
    ):
        found.found("author", "desk", "drafter", purposes=["ADMIN"], clearance="amber")
        found.found("reader", "guest", "reader", purposes=["ADMIN"], clearance="clear")
        yield found


@pytest.fixture(scope="module")
def browser(office: Office) -> Any:
    return office.browser("author")


@pytest.fixture(scope="module")
def plan(office: Office) -> str:
    """A plan that binds here: the row of the primitive says so, as if the partner had signed."""
    from msgspec.structs import replace

    from mithaq.core.instruments.bodies import InstrumentKind
    from mithaq.core.instruments.manifest import Signatory, build_manifest
    from mithaq.node.append.submit import Author, Desk

    desk = Desk(office.node)
    object_id = desk.new_object_id()
    manifest = build_manifest(
        object_id=object_id,
        object_kind="review.review_plan",
        object_v=1,
        signatories=[Signatory(OWN, "minister"), Signatory(PARTNER, "minister")],
        effect={"rule": "ON_SIGNATURE"},
        data={
            "title": TITLE,
            "agreements": [
                {"no": no, "agreement": each, "title": TITLE} for no, each in enumerate((ONE, TWO), 1)
            ],
            "due_on": "2099-01-01",
            "sealed_opinions": True,
        },
    )
    fields = {"subject": TITLE, "handling": {"code": "green", "caveats": [], "purpose": "ADMIN"}}
    body = {"manifest": dict(manifest.members)}
    desk.act_on_instrument(object_id, InstrumentKind.PROPOSE, body, Author("desk", "p-desk"), fields)
    (row,) = office.node.store.projections.instruments(object_id=object_id)
    signed = {
        **row.versions[0],
        "state": "signed",
        "signed_by": [PARTNER, OWN],
        "entry_into_force_on": "2026-01-01",
    }
    office.node.store.projections.save_instruments([replace(row, state="signed", versions=[signed])])
    return object_id


def test_a_program_lists_and_reads(office: Office, plan: str) -> None:
    program = Program(office)
    (listed,) = program.get("/reviews")["items"]
    assert (listed["id"], listed["state"], listed["count"], listed["done"]) == (plan, "open", 2, 0)
    found = program.get(f"/reviews/{plan}")
    assert [side["state"] for each in found["agreements"] for side in each["sides"]] == ["none"] * 4
    assert (
        Program(office, "reader", post="guest", verbs=("list", "read"), highest="clear").get("/reviews")[
            "items"
        ]
        == []
    )


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"opinion": "dissolve"}, 422),
        ({"opinion": "merge_with"}, 422),
        ({"articles": ["Article 14"]}, 422),
        ({"agreement": "0192a000-0000-7000-8000-000000000009"}, 404),
        ({"surprise": 1}, 422),
    ],
)
def test_an_opinion_that_is_not_taken(
    office: Office, plan: str, changes: dict[str, Any], status: int
) -> None:
    body = {"agreement": ONE, "opinion": "amend", "reason": REASON, **changes}
    answer = Program(office).ask("post", f"/reviews/{plan}/opinions", body)
    assert answer.status_code in (status, 400), answer.content


def test_r18_an_opinion_is_drafted_for_nobody(office: Office, browser: Any, plan: str) -> None:
    from mithaq.node.append.submit import Author, NoteContent
    from mithaq.node.append.submit import Desk as Submit
    from mithaq.registers.review.models import OpinionRow

    program = Program(office)
    body = {"agreement": ONE, "opinion": "amend", "reason": REASON, "articles": ["art_14"]}
    answer = program.ask("post", f"/reviews/{plan}/opinions", body)
    assert answer.status_code == 201, answer.content
    command = program.get(f"/drafts/{answer.json()['id']}")["command"]
    assert (command["recipients"], command["body"]["sealed"]) == ([], True)
    content = NoteContent(
        "review.review_opinion",
        [],
        {**body, "plan": plan, "sealed": True},
        {"handling": {"code": "green", "caveats": [], "purpose": "ADMIN"}},
    )
    sent = Submit(office.node).send_note(content, Author("desk", "p-desk"))
    row = OpinionRow.objects.get(object_id=sent.act_id)
    assert (row.is_sealed, row.release_index) == (True, None)
    found = program.get(f"/reviews/{plan}")
    (own,) = [side for side in found["agreements"][0]["sides"] if side["administration"] == OWN]
    assert (own["state"], own["opinion"]["opinion"], own["opinion"]["is_opened"]) == (
        "sealed",
        "amend",
        False,
    )
    assert found["to_deposit"] == [ONE]
    again = program.ask("post", f"/reviews/{plan}/opinions", body)
    assert again.status_code == 409, "one opinion a side and agreement"
    for page in ("timeline/", "proof/", ""):
        assert browser.get(f"/fr/review/{sent.act_id}/{page}").status_code == 200
    assert browser.get(f"/fr/review/{sent.act_id}/preview/withdraw/").status_code == 409


def test_pages_take_few_statements(browser: Any, plan: str) -> None:
    for path in ("review/", f"review/{plan}/", "dates/", "review/new/", f"review/{plan}/opinion/{TWO}/"):
        assert browser.get(f"/fr/{path}").status_code == 200, path
        with caught_statements() as asked:
            browser.get(f"/fr/{path}")
        assert len(asked) <= 12, (path, [each[:120] for each in asked])
