"""Two persons let something go: what the program refuses, and what the database refuses to any program."""

from typing import Any

import pytest

from mithaq.errors import ConflictError, MalformedError, MissingError, NotAllowedError, UnavailableError

from .conftest import post
from .samples import draft, hand_over, make_request, shown, writer


def acts_of(office: Any) -> list[str]:
    origin = office.node.identity.origin
    return [act.read().parsed.kind for act in office.node.store.acts.scan(origin)]


def release(office: Any, user: Any, made: Any, sha256: str = "") -> Any:
    from mithaq.web.outgoing.release import release as let_go

    return let_go(writer(office, user), made.pk, sha256 or shown(office, user, made))


def test_a_request_leaves_by_two_persons_exactly_once(any_office: Any) -> None:
    office = any_office
    author, releaser = office.found("amina", "desk", "drafter"), office.found("karim", "release", "releaser")
    made = draft(office, author)
    assert acts_of(office) == []
    with pytest.raises(ConflictError, match="draft_gone"):
        release(office, releaser, made)
    hand_over(office, author, made)
    sent = release(office, releaser, made)
    assert (sent.state, sent.leaf_index) == ("sent", 0)
    again = release(office, releaser, made, "0" * 64)
    assert (again.state, again.leaf_index) == ("sent", 0)
    assert acts_of(office) == ["note.send"]
    act = office.node.store.acts.by_id(made.act_id).parsed
    assert (act.actor.post, act.actor.holder) == ("release", "p-karim")
    assert act.body["author_post"] == "desk"


def test_the_program_refuses_own_drafts_and_other_previews(office: Any) -> None:
    author = office.found("amina", "desk", "drafter", "releaser")
    editor = office.found("badr", "desk", "drafter", "releaser")
    releaser, reader = office.found("karim", "release", "releaser"), office.found("lila", "x", "reader")
    made = draft(office, author)
    from mithaq.web.outgoing.drafts import change_draft

    change_draft(writer(office, editor), made.pk, make_request(reference="2"), "Autre titre")
    hand_over(office, author, made)
    for person in (author, editor):
        with pytest.raises(NotAllowedError, match="own_draft"):
            release(office, person, made)
    with pytest.raises((NotAllowedError, MissingError)):
        release(office, reader, made)
    old = shown(office, releaser, made)
    change_draft(writer(office, author), made.pk, make_request(reference="3"), "Titre")
    hand_over(office, author, made)
    with pytest.raises(ConflictError, match="preview_changed"):
        release(office, releaser, made, old)
    assert acts_of(office) == []
    release(office, releaser, made)
    assert acts_of(office) == ["note.send"]


def test_amber_is_released_by_the_handling_officer(office: Any) -> None:
    author = office.found("amina", "desk", "drafter")
    releaser = office.found("karim", "release", "releaser")
    officer = office.found("nadia", "release", "handling_officer")
    made = draft(office, author, make_request("amber"))
    hand_over(office, author, made)
    with pytest.raises(NotAllowedError, match="no_role"):
        release(office, releaser, made)
    assert release(office, officer, made).state == "sent"


def test_the_database_refuses_what_no_program_should_write(any_office: Any) -> None:
    """Rows written past every check of the program, on both engines."""
    from django.db import IntegrityError, transaction

    from mithaq.web.outgoing.models import DraftEditor, OutgoingDraft, OutgoingRelease

    office = any_office
    author, editor = office.found("amina", "desk", "drafter"), office.found("badr", "desk", "drafter")
    releaser = office.found("karim", "release", "releaser")
    made = draft(office, author)
    DraftEditor.objects.create(draft=made, user=editor)
    good = {
        "draft": made,
        "act_id": made.act_id,
        "content_sha256": made.content_sha256,
        "two_persons": True,
        "author": author,
        "releaser": releaser,
        "releaser_post": "release",
        "released_at": office.clock.now(),
    }
    bad: list[dict[str, Any]] = [
        {"releaser": author},
        {"releaser": editor},
        {"releaser": author, "author": releaser},
        {"releaser": author, "two_persons": False},
        {"content_sha256": "0" * 64},
        {"act_id": "01900000-0000-7000-8000-000000000000"},
        {"emergency": True, "reason": "too short"},
        {"releaser": author, "emergency": True, "reason": "x" * 20, "second": author},
        {"second": releaser, "second_at": office.clock.now()},
        {"second": editor},
    ]
    for change in bad:
        with pytest.raises(IntegrityError), transaction.atomic():
            OutgoingRelease.objects.create(**{**good, **change})
    row = OutgoingRelease.objects.create(**good)
    changes: list[dict[str, Any]] = [
        {"releaser": editor},
        {"content_sha256": "0" * 64},
        {"emergency": True, "reason": "x" * 20},
        {"second": editor, "second_at": office.clock.now()},
        {"second": author, "second_at": office.clock.now()},
    ]
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            OutgoingRelease.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        OutgoingRelease.objects.filter(pk=row.pk).delete()
    for change in ({"content_sha256": "0" * 64}, {"two_persons": False}, {"author": releaser}):
        with pytest.raises(IntegrityError), transaction.atomic():
            OutgoingDraft.objects.filter(pk=made.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        DraftEditor.objects.filter(draft=made).delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        OutgoingRelease.objects.create(**good)


def test_posts_are_given_by_two_persons(any_office: Any) -> None:
    """Rows written past the pages of the administrators, on both engines."""
    from django.db import IntegrityError, transaction

    from mithaq.web.accounts.actions import ActionKind, approve, propose
    from mithaq.web.accounts.models import AccountAction, PostAssignment

    office = any_office
    one = office.found("sara", "security", "security_admin")
    two = office.found("omar", "security", "security_admin")
    today = office.clock.now().date()
    fields = {
        "post": "desk",
        "roles": ["drafter"],
        "clearance": "green",
        "purposes": ["OC"],
        "from_on": today.isoformat(),
    }
    action, _ = propose(ActionKind.GIVE_POST, fields, one, two)
    with pytest.raises(NotAllowedError, match="two_persons"):
        approve(action.pk, one)
    with pytest.raises(NotAllowedError, match="two_persons"):
        approve(action.pk, two)  # it concerns him
    third = office.found("hind", "security", "security_admin")
    for change in ({"approved_by": one, "state": "approved"}, {"state": "approved"}, {"fields": {"x": 1}}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AccountAction.objects.filter(pk=action.pk).update(**change)
    approve(action.pk, third)
    with pytest.raises(ConflictError, match="action_decided"):
        approve(action.pk, third)
    given = PostAssignment.objects.get(action=action)
    assert (given.user_id, given.post) == (two.pk, "desk")
    # From now on nobody founds accounts any more, and what was given stays what it is.
    with pytest.raises(IntegrityError), transaction.atomic():
        office.found("intruder", "release", "releaser")
    for change in ({"roles": ["releaser"]}, {"clearance": "red"}, {"user": one}, {"action": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PostAssignment.objects.filter(pk=given.pk).update(**change)
    waiting, _ = propose(ActionKind.GIVE_POST, fields, one, two)
    with pytest.raises(IntegrityError), transaction.atomic():
        PostAssignment.objects.create(user=one, post="x", from_on=today, action=waiting)
    with pytest.raises(IntegrityError), transaction.atomic():
        AccountAction.objects.create(
            kind="x", proposed_by=one, proposed_at=office.clock.now(), state="approved", approved_by=two
        )


def test_the_first_administrator_makes_the_second_and_no_more(any_office: Any) -> None:
    from django.db import IntegrityError, transaction

    from mithaq.web.accounts.actions import ActionKind, propose
    from mithaq.web.accounts.founding import found_first_administrator
    from mithaq.web.accounts.models import AccountAction, User

    office = any_office
    found_first_administrator("fr", office.clock.now())
    first = User.objects.get()
    fields = {
        "login": "second",
        "display_name": "Second",
        "language": "fr",
        "post": "security",
        "roles": ["security_admin"],
        "clearance": "clear",
        "purposes": ["ADMIN"],
        "from_on": office.clock.now().date().isoformat(),
    }
    other, token = propose(ActionKind.MAKE_ACCOUNT, {**fields, "login": "x", "roles": ["releaser"]}, first)
    assert (other.state, token) == ("proposed", "")
    action, token = propose(ActionKind.MAKE_ACCOUNT, fields, first)
    assert (action.state, action.is_founding, len(token)) == ("approved", True, 43)
    third, token = propose(ActionKind.MAKE_ACCOUNT, {**fields, "login": "third"}, first)
    assert (third.state, token) == ("proposed", "")
    with pytest.raises(IntegrityError), transaction.atomic():
        AccountAction.objects.filter(pk=third.pk).update(is_founding=True)


class StoppedBetween(Exception):
    """The process ends here."""


def test_a_crash_between_release_and_act_sends_once(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from mithaq.web.outgoing import release as releasing
    from mithaq.web.outgoing.drafts import find_draft
    from mithaq.web.outgoing.release import settle

    author, releaser = office.found("amina", "desk", "drafter"), office.found("karim", "release", "releaser")
    other = office.found("nadia", "release", "releaser")
    real = releasing.perform

    def stop(*args: Any) -> None:
        raise StoppedBetween

    def perform_and_stop(*args: Any) -> None:
        real(*args)
        raise StoppedBetween

    for number, cut in enumerate((stop, perform_and_stop)):
        made = draft(office, author)
        hand_over(office, author, made)
        with monkeypatch.context() as patched, pytest.raises(StoppedBetween):
            patched.setattr(releasing, "perform", cut)
            release(office, releaser, made)
        assert find_draft(made.pk).state == "releasing"
        with pytest.raises(ConflictError, match="draft_gone"):
            release(office, other, made)
        if cut is perform_and_stop:
            assert settle(office.node, find_draft(made.pk)).state == "sent"
        assert release(office, releaser, made).state == "sent"
        assert acts_of(office) == ["note.send"] * (number + 1)


def test_two_releasers_at_once_send_once(any_office: Any) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    office = any_office
    author = office.found("amina", "desk", "drafter")
    people = [office.found(f"releaser-{number}", "release", "releaser") for number in range(4)]
    made = draft(office, author)
    hand_over(office, author, made)
    sha256 = shown(office, people[0], made)
    writers = [writer(office, person) for person in people]

    def let_go(one: Any) -> str:
        from mithaq.web.outgoing.release import release as release_draft

        try:
            return str(release_draft(one, made.pk, sha256).state)
        except (ConflictError, NotAllowedError) as error:
            return error.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(writers)) as pool:
        answers = list(pool.map(let_go, writers))
    assert set(answers) <= {"sent", "draft_gone"}
    assert "sent" in answers
    assert acts_of(office) == ["note.send"]


def test_the_same_act_id_is_appended_once(office: Any) -> None:
    """Two threads, or a retry while the first still waits: the writer itself answers with the one act."""
    from msgspec.structs import replace

    from mithaq.node.append.submit import Author, Desk
    from mithaq.web.outgoing.desk import draft_act

    act_id = Desk(office.node).new_object_id()
    act = draft_act(Desk(office.node), make_request(), Author("release", "p-1"), act_id)
    once = replace(act, is_once=True)
    answers = office.node.append([once, once, once])
    answers += office.node.append([once])
    assert {each.leaf_index for each in answers} == {0}
    assert len(acts_of(office)) == 1


def test_what_the_record_refuses_leaves_the_draft(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from mithaq.web.outgoing import release as releasing
    from mithaq.web.outgoing.drafts import find_draft

    author, releaser = office.found("amina", "desk", "drafter"), office.found("karim", "release", "releaser")
    made = draft(office, author)
    hand_over(office, author, made)

    def refuse(*args: Any) -> None:
        raise ConflictError("note_state", "moved on")

    def wait(*args: Any) -> None:
        raise UnavailableError("queue_full")

    with monkeypatch.context() as patched, pytest.raises(ConflictError):
        patched.setattr(releasing, "perform", refuse)
        release(office, releaser, made)
    assert find_draft(made.pk).state == "to_release"
    with monkeypatch.context() as patched, pytest.raises(UnavailableError):
        patched.setattr(releasing, "perform", wait)
        release(office, releaser, made)
    assert find_draft(made.pk).state == "releasing"
    assert release(office, releaser, made).state == "sent"


def test_an_emergency_release_waits_for_its_second_person(office: Any) -> None:
    from mithaq.web.outgoing.release import is_too_late, mark_emergency, sign_second
    from mithaq.web.outgoing.waiting import released_at, waiting_emergencies

    author = office.found("amina", "desk", "drafter", "duty")
    second = office.found("karim", "release", "releaser")
    calm, urgent = draft(office, author), draft(office, author, make_request(urgent=True))
    reason = "Une vie est en danger, personne d'autre n'est de garde"
    with pytest.raises(MalformedError, match="emergency_reason"):
        mark_emergency(writer(office, author), urgent.pk, "too short")
    with pytest.raises(ConflictError, match="no_emergency"):
        mark_emergency(writer(office, author), calm.pk, reason)
    before = shown(office, author, urgent)
    mark_emergency(writer(office, author), urgent.pk, reason)
    with pytest.raises(ConflictError, match="preview_changed"):
        release(office, author, urgent, before)
    assert release(office, author, urgent).state == "sent"
    assert office.node.store.acts.by_id(urgent.act_id).parsed.body["emergency"] == {"reason": reason}
    [sent] = waiting_emergencies()
    assert not is_too_late(released_at(sent), office.clock.now())
    office.clock.forward(hours=25)
    assert is_too_late(released_at(sent), office.clock.now())
    with pytest.raises(NotAllowedError, match="own_draft"):
        sign_second(writer(office, author), urgent.pk)
    sign_second(writer(office, second), urgent.pk)
    assert waiting_emergencies() == []


def test_signing_ones_own_text_takes_another_person(office: Any) -> None:
    from mithaq.core.instruments.manifest import Signatory, build_manifest
    from mithaq.node.append.submit import Desk
    from mithaq.web.outgoing.commands import ActOnInstrument

    author = office.found("amina", "minister", "drafter", "signatory")
    releaser = office.found("karim", "release", "releaser")
    minister = office.found("malik", "minister", "signatory")
    object_id = Desk(office.node).new_object_id()
    manifest = build_manifest(
        object_id=object_id,
        object_kind="agreements.agreement",
        object_v=1,
        signatories=[Signatory("ma-mi", "minister"), Signatory("fr-mi", "minister")],
        effect={"rule": "ON_SIGNATURE"},
        data=make_data(),
    )
    fields = make_request().fields
    text = ActOnInstrument(object_id, "instrument.propose", {"manifest": dict(manifest.members)}, fields)
    made = draft(office, author, text)
    hand_over(office, author, made)
    release(office, releaser, made)
    body = {"version": 1, "content_hash": manifest.content_hash}
    sign = ActOnInstrument(object_id, "instrument.sign", body)
    own = draft(office, author, sign)
    with pytest.raises(NotAllowedError, match="own_draft"):
        release(office, author, own)
    signing = draft(office, minister, sign)
    assert release(office, minister, signing).state == "sent"
    act = office.node.store.acts.by_id(signing.act_id)
    assert (act.parsed.actor.post, len(act.signatures)) == ("minister", 1)


def make_data() -> dict[str, Any]:
    from ..public.world import make_data as of_the_world

    return of_the_world({"ar": "اتفاق", "fr": "Accord"})


TEXT = {"fr": "Accord", "ar": "اتفاق"}


def open_agreement(office: Any, author: Any) -> tuple[str, dict[str, str]]:
    from mithaq.node.append.submit import Desk
    from mithaq.node.journal import append_entry

    draft_id = Desk(office.node).new_object_id()
    body = {
        "kind": "agreements.agreement", "purpose": "new", "data": {"title": TEXT, "basis": [{"text": TEXT}]},
        "effect": {"rule": "ON_SIGNATURE"},
        "signatories": {"ma-mi": "minister", "fr-mi": "minister"}, "order": ["art_1"],
        "articles": [{"eid": "art_1", "text": TEXT}],
    }  # fmt: skip
    append_entry(office.node, "agreements", "draft_opened", draft_id, body, author)
    return f"/fr/agreements/drafts/{draft_id}/", {}


def open_roadmap(office: Any, author: Any) -> tuple[str, dict[str, str]]:
    from mithaq.node.append.submit import Desk
    from mithaq.node.journal import append_entry
    from tests.unit.registers.test_roadmap_rules import POSTS, make_roadmap

    subject = Desk(office.node).new_object_id()
    data = {**make_roadmap(), "signers": POSTS}
    append_entry(office.node, "roadmap", "draft", subject, {"data": data}, author)
    return f"/fr/roadmap/{subject}/draft/", {"do": "propose"}


@pytest.mark.parametrize("open_text", [open_agreement, open_roadmap])
def test_who_wrote_a_text_in_hand_does_not_release_it_for_whoever_puts_it_forward(
    office: Any, open_text: Any
) -> None:
    from mithaq.node.append.submit import Author
    from mithaq.web.outgoing.models import OutgoingDraft

    author = office.found("amina", "desk", "drafter", "releaser", purposes=["ADMIN"])
    office.found("badr", "desk", "drafter", purposes=["ADMIN"])
    releaser = office.found("karim", "release", "releaser", purposes=["ADMIN"])
    page, fields = open_text(office, Author("desk", "p-amina"))
    address = page if fields else f"{page}propose/"
    answer = post(office.browser("badr"), address, page=page, **fields)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    made = OutgoingDraft.objects.get()
    hand_over(office, author, made)
    with pytest.raises(NotAllowedError, match="own_draft"):
        release(office, author, made)
    assert release(office, releaser, made).state == "sent"
