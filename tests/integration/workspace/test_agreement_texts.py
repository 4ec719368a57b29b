"""Texts that bind, at the desk and the pages of one node: what bars a signature, what is found and shown."""

import json
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from ..database import caught_statements, sqlite_databases
from .conftest import PARTNER, Office, opened_office, post
from .test_api import Program

OWN = "ma-mi"
TITLE = {"ar": "اتفاق", "fr": "Accord"}
GREEN = {"code": "green", "caveats": [], "purpose": "ADMIN"}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("texts")
    with (
        django_db_blocker.unblock(),
        opened_office(folder, "sqlite", sqlite_databases(folder / "rabat"), None) as found,
    ):
        found.found("author", "desk", "drafter", purposes=["ADMIN"])
        found.found("mina", "minister", "signatory", purposes=["ADMIN"])
        yield found


@pytest.fixture(scope="module")
def author(office: Office) -> Any:
    return office.browser("author")


@pytest.fixture(scope="module")
def minister(office: Office) -> Any:
    return office.browser("mina")


def propose(
    office: Office,
    data: Mapping[str, Any],
    kind: str = "agreement",
    effect: Mapping[str, Any] | None = None,
    handling: Mapping[str, Any] = GREEN,
) -> tuple[str, str]:
    """A text put forward by this node; its id and content hash."""
    from mithaq.core.instruments.bodies import InstrumentKind
    from mithaq.core.instruments.manifest import Signatory, build_manifest
    from mithaq.node.append.submit import Author, Desk
    from mithaq.node.read.whole_data import name_blobs, split_data

    desk = Desk(office.node)
    kept, parts = split_data({"title": TITLE, **data}, office.node.blobs, ("articles",))
    manifest = build_manifest(
        object_id=desk.new_object_id(),
        object_kind=f"agreements.{kind}",
        object_v=1,
        signatories=[Signatory(OWN, "minister"), Signatory(PARTNER, "minister")],
        effect=effect or {"rule": "ON_SIGNATURE"},
        parts=parts,
        data=kept,
    )
    fields = {"subject": TITLE, "lang": ["ar", "fr"], "handling": dict(handling)}
    blobs = {"blobs": name_blobs(parts)} if parts else {}
    body = {"manifest": dict(manifest.members)}
    author = Author("desk", "p-desk")
    desk.act_on_instrument(manifest.object_id, InstrumentKind.PROPOSE, body, author, {**fields, **blobs})
    return manifest.object_id, manifest.content_hash


def article(number: int, fr: str = "Texte.", ar: str = "نص.") -> dict[str, Any]:
    return {"eid": f"art_{number}", "text": {"fr": fr, "ar": ar}}


@pytest.mark.parametrize(
    "lacking",
    [article(2, ar=""), article(2, fr="Un.\n\nDeux.", ar="واحد واثنان.")],
    ids=["article", "paragraph"],
)
def test_languages_that_do_not_match_bar_a_signature_everywhere(
    office: Office, minister: Any, lacking: dict[str, Any]
) -> None:
    """Without a concordance asked for, and for a text of before the record too."""
    from mithaq.core.instruments.bodies import InstrumentKind
    from mithaq.errors import ConflictError
    from mithaq.node.append.submit import Author, Desk

    past = {"rule": "ON_SIGNATURE", "past": {"signed_on": "2000-05-30"}}
    for effect in (None, past):
        object_id, content_hash = propose(office, {"articles": [article(1), lacking]}, effect=effect)
        body = {"version": 1, "content_hash": content_hash}
        with pytest.raises(ConflictError, match="translation_missing"):
            Desk(office.node).act_on_instrument(
                object_id, InstrumentKind.SIGN, body, Author("minister", "p-minister")
            )
        answer = minister.get(f"/fr/agreements/{object_id}/do/sign/")
        assert answer.status_code == 409
        assert "un de ses alinéas" in answer.content.decode()
        initialled = Program(office).ask("post", f"/agreements/{object_id}/initiallings", {})
        assert (initialled.status_code, initialled.json()["code"]) == (409, "translation_missing")
        shown = Program(office).get(f"/agreements/{object_id}")
        assert [gap["line"] for gap in shown["gaps"]] == ["art_2"]
        assert shown["state"] == "proposed", "nothing is lost"


def test_lists_and_pages_take_few_statements(office: Office, author: Any) -> None:
    from mithaq.node.append.submit import Author, Desk, NoteContent
    from mithaq.registers.agreements.models import LocalDraft

    amber = {**GREEN, "code": "amber"}
    object_id, _hash = propose(office, {"articles": [article(1)]}, handling=amber)
    # One that names texts, that a text names, that a note rests on, and of which a version is in hand.
    near = {"parent": object_id, "related": [object_id]}
    amid, _hash = propose(office, {"articles": [article(1)], **near}, handling=amber)
    propose(office, {"articles": [article(1)], "parent": amid}, handling=amber)
    said = {"data": "{}", "effect": "{}", "signatories": "[]", "order": "[]", "post": "desk"}
    kept = {"object_kind": "agreements.agreement", "purpose": "counter", "proposed_hash": "0" * 64}
    draft = LocalDraft.objects.create(
        draft_id=str(uuid.uuid4()), object_id=amid, number=1, at_ms=0, **kept, **said
    )
    question = {"no": 1, "text": "Combien ?"}
    body = {"class": "normal_7d", "questions": [question], "basis": [f"{amid}#art_1"]}
    fields = {"subject": TITLE, "lang": ["fr"], "handling": GREEN}
    note = NoteContent("requests.request", [PARTNER], body, fields)
    resting = Desk(office.node).send_note(note, Author("desk", "p-desk")).act_id
    page = author.get(f"/fr/agreements/{amid}/").content.decode()
    assert page.count(str(object_id)) >= 2
    assert str(resting) in page
    assert draft.draft_id in page
    for path in ("agreements/", f"agreements/{object_id}/", f"agreements/{amid}/", "agreements/drafts/"):
        assert author.get(f"/fr/{path}").status_code == 200, path
        with caught_statements() as asked:
            author.get(f"/fr/{path}")
        assert any("access_row" in each for each in asked) == ("drafts" not in path)
        assert len(asked) <= 12, (path, [each[:160] for each in asked])
    draft.delete()


def test_the_preview_of_a_new_version_takes_few_statements(office: Office, author: Any) -> None:
    """Of a long text, handled at AMBER, with a basis, told against the version that it answers."""
    from django.contrib.auth import get_user_model

    from mithaq.core.instruments.bodies import InstrumentKind
    from mithaq.core.instruments.manifest import build_manifest
    from mithaq.node.append.submit import Desk
    from mithaq.web.outgoing.commands import ActOnInstrument

    from .samples import draft
    from .test_stricter_acts import make_second
    from .test_stricter_acts import propose as put_forward

    basis = {"basis": [put_forward(office, "agreements.agreement", {"title": TITLE})[0]]}
    data = {"title": TITLE, "articles": [article(1), article(2)]}
    object_id, first = put_forward(office, "agreements.agreement", data, "amber", **basis)
    changed = {**data, "articles": [article(1), article(2, "Autre.", "آخر.")]}
    manifest = make_second(office, object_id, first, changed)
    fields = {"subject": TITLE, "lang": ["ar", "fr"], "handling": {**GREEN, "code": "amber"}, **basis}
    command = ActOnInstrument(object_id, InstrumentKind.COUNTER, {"manifest": dict(manifest.members)}, fields)
    with_filing = {**fields, "basis": [object_id]}
    opening = build_manifest(
        object_id=Desk(office.node).new_object_id(),
        object_kind=manifest.object_kind,
        object_v=1,
        signatories=manifest.signatories,
        effect={"rule": "ON_SIGNATURE"},
        data=data,
    )
    proposal = ActOnInstrument(
        opening.object_id, InstrumentKind.PROPOSE, {"manifest": dict(opening.members)}, with_filing
    )
    user = get_user_model().objects.get(login="author")
    for each, shown in ((command, "Autre."), (proposal, "Texte.")):
        path = f"/fr/outgoing/{draft(office, user, each).pk}/"
        assert shown in author.get(path).content.decode()
        with caught_statements() as asked:
            author.get(path)
        assert len(asked) <= 12, [statement[:300] for statement in asked]


def test_a_long_text_is_found_by_its_last_article(office: Office, author: Any) -> None:
    from mithaq.node.read.indexing import Indexer

    articles = [article(n, "mot " * 1_500, "كلمة " * 1_500) for n in range(1, 9)]
    articles.append({**article(9, "Le mot bathyscaphe.", "غواصة الأعماق."), "heading": {"fr": "Clepsydre"}})
    object_id, _hash = propose(office, {"articles": articles})
    from mithaq.registers.agreements.reading.texts import read_agreement

    assert "articles" in read_agreement(office.node, object_id).shown.manifest.data["long"]
    Indexer(office.node).run()
    for words in ("bathyscaphe", "clepsydre", "غواصة"):
        page = author.get("/fr/search/", {"q": words}).content.decode()
        assert f"/fr/agreements/{object_id}/" in page.partition('id="main"')[2], words


def test_r19_registration_publication_and_the_scan_go_with_a_text(office: Office, author: Any) -> None:
    import hashlib
    import re

    from django.core.files.uploadedfile import SimpleUploadedFile

    from mithaq.registers.agreements.models import LocalDraft

    begun = {"kind": "agreements.agreement", "title_ar": TITLE["ar"], "title_fr": TITLE["fr"]}
    post(author, "/fr/agreements/new/", **begun)
    draft = LocalDraft.objects.latest("number").draft_id
    post(
        author,
        f"/fr/agreements/drafts/{draft}/articles/new/",
        text_fr="Un.",
        text_ar="واحد.",
        base=base(draft),
    )
    scan = b"numero;date\n1;2000-05-30\n"
    terms = {
        "rule": "ON_SIGNATURE", "code": "green", "offset": "+00:00", "suspension": "unilateral",
        "prevailing_language": "none", "un_class": "I", "un_no": "1234", "un_date": "2 mars 2001",
        "depositary": "Secrétariat", f"publication_{OWN}": "BO no 4900", f"published_{OWN}": "17 mai 2001",
        "signatories": PARTNER, "basis": "Déclaration",
    }  # fmt: skip
    address = f"/fr/agreements/drafts/{draft}/terms/"
    lacking = post(author, address, **{**terms, "un_class": ""}, base=base(draft))
    assert lacking.status_code == 422
    assert "La classe d’enregistrement manque." in lacking.content.decode()
    file: Any = SimpleUploadedFile("scan.csv", scan, "text/csv")
    assert post(author, address, **terms, base=base(draft), scan=file).status_code == 302
    preview = post(author, f"/fr/agreements/drafts/{draft}/propose/", f"/fr/agreements/drafts/{draft}/")
    assert "scan.csv" in author.get(preview.url).content.decode()
    [row] = LocalDraft.objects.filter(draft_id=draft)
    data = json.loads(row.data)
    assert data["original_scan_sha256"] == hashlib.sha256(scan).hexdigest()
    object_id, _hash = propose(office, {**data, "articles": [article(1)]})
    shown = re.sub(
        r"<[^>]+>|[\u2066-\u2069]", "", author.get(f"/fr/agreements/{object_id}/").content.decode()
    )
    for words in ("Nations unies", "2 mars 2001", "BO no 4900", "17 mai 2001", "Secrétariat"):
        assert words in shown, words
    assert data["original_scan_sha256"] in shown


def base(draft: str) -> str:
    from mithaq.registers.agreements.models import LocalDraft

    return str(LocalDraft.objects.get(draft_id=draft).number)


def test_r26_a_decision_on_scope_says_what_it_opens_and_from_when(office: Office, author: Any) -> None:
    data = {"articles": [article(1)], "registers": ["events"], "from_on": "2027-01-15"}
    object_id, _hash = propose(office, data, "scope_decision")
    shown = author.get(f"/fr/agreements/{object_id}/").content.decode()
    assert "Registres" in shown
    assert "15 janvier 2027" in shown


def test_the_preview_shows_a_long_text_word_for_word(office: Office, author: Any) -> None:
    """A text too long for its manifest goes as a part; what is read before it leaves are its words."""
    articles = [article(n, "mot " * 1_500, "كلمة " * 1_500) for n in range(1, 9)]
    articles.append(
        {**article(9, "Fin.\n\nBathyscaphe.", "نهاية.\n\nغواصة."), "heading": {"fr": "Clepsydre"}}
    )
    given = {
        "kind": "agreements.agreement",
        "title": TITLE,
        "signatories": [{"administration": code, "post": "minister"} for code in (PARTNER, OWN)],
        "effect": {"rule": "ON_SIGNATURE"},
        "data": {"basis": [{"text": TITLE}]},
        "articles": articles,
    }
    made = Program(office).ask("post", "/agreements", given)
    assert made.status_code == 201, made.content
    page = author.get(f"/fr/outgoing/{made.json()['id']}/").content.decode()
    for words in ("Bathyscaphe.", "غواصة.", "Clepsydre", "mot mot"):
        assert words in page, words
    assert page.count("mot mot") >= 16, "in two columns and among the values"
    assert "manifest.data.articles.9.text" in page
    assert "Fin.\n\nBathyscaphe." in page, "the exact value"


def test_a_new_text_is_filed_into_a_dossier_by_its_title(office: Office, author: Any) -> None:
    """One of its own, or one that is there; an amendment or an initialling stands where its text does."""
    from mithaq.registers.agreements.models import LocalDraft
    from mithaq.web.outgoing.models import OutgoingDraft

    terms = {
        "rule": "ON_SIGNATURE", "code": "green", "offset": "+00:00", "suspension": "unilateral",
        "prevailing_language": "none", "signatories": PARTNER, "basis": "Déclaration",
    }  # fmt: skip

    def draft_in(title: str, dossier: str) -> OutgoingDraft:
        begun = {"kind": "agreements.agreement", "title_ar": "ملف", "title_fr": title}
        post(author, "/fr/agreements/new/", **begun)
        draft = LocalDraft.objects.latest("number").draft_id
        place = f"/fr/agreements/drafts/{draft}/"
        post(author, f"{place}articles/new/", text_fr="Un.", text_ar="واحد.", base=base(draft))
        shown = author.get(f"{place}terms/").content.decode()
        assert f'value="{dossier}"' in shown
        given = {**terms, "title_ar": "ملف", "title_fr": title, "dossier": dossier, "base": base(draft)}
        assert post(author, f"{place}terms/", **given).status_code == 302
        post(author, f"{place}propose/", place)
        return OutgoingDraft.objects.latest("created_at")

    first = draft_in("Négociation sur les visas", "own")
    assert first.command["fields"]["dossier"] == first.object_id
    from mithaq.core.instruments.bodies import InstrumentKind
    from mithaq.node.append.submit import Author, Desk

    command = first.command
    Desk(office.node).act_on_instrument(
        first.object_id, InstrumentKind.PROPOSE, command["body"], Author("desk", "p"), command["fields"]
    )
    assert "Négociation sur les visas" in author.get("/fr/dossiers/").content.decode()
    assert (
        f"/fr/dossiers/{first.object_id}/"
        in author.get(f"/fr/agreements/{first.object_id}/").content.decode()
    )
    second = draft_in("Annexe sur les visas", first.object_id)
    assert second.command["fields"]["dossier"] == first.object_id
    initialled = Program(office).ask("post", f"/agreements/{first.object_id}/initiallings", {})
    assert (
        OutgoingDraft.objects.get(pk=initialled.json()["id"]).command["fields"]["dossier"] == first.object_id
    )


@pytest.fixture(scope="module")
def closed_text(office: Office) -> Any:
    """A long text handled amber, and the part that holds its articles."""
    from mithaq.node.append.submit import Desk
    from mithaq.node.read.whole_data import is_data_part

    articles = [article(n, "secret " * 1_500, "سر " * 1_500) for n in range(1, 9)]
    object_id, _hash = propose(office, {"articles": articles}, handling={**GREEN, "code": "amber"})
    manifest = Desk(office.node).instrument_state(object_id)[1].versions[-1].manifest
    [part] = [each for each in manifest.parts if is_data_part(each)]
    return part


def naming(
    office: Office, part: Any, code: str, *, in_manifest: bool = True, own: bool = False, object_id: str = ""
) -> Any:
    """A proposal that names a file by its hash: as a part of the text, or among its attachments."""
    from dataclasses import replace

    from mithaq.core.instruments.manifest import Signatory, build_manifest
    from mithaq.node.append.submit import Desk
    from mithaq.node.read.whole_data import name_blobs
    from mithaq.web.outgoing.commands import ActOnInstrument

    manifest = build_manifest(
        object_id=object_id or Desk(office.node).new_object_id(),
        object_kind="agreements.agreement",
        object_v=1,
        signatories=[Signatory(OWN, "minister"), Signatory(PARTNER, "minister")],
        effect={"rule": "ON_SIGNATURE"},
        parts=[]
        if own
        else [replace(part, name="annex", media="text/plain", lang="fr")]
        if in_manifest
        else [],
        data={"title": TITLE, "articles": [article(1)]},
    )
    fields = {"subject": TITLE, "lang": ["ar", "fr"], "handling": {**GREEN, "code": code}}
    blobs = {} if in_manifest or own else {"blobs": name_blobs([part])}
    body = {"manifest": dict(manifest.members)}
    return ActOnInstrument(manifest.object_id, "instrument.propose", body, {**fields, **blobs})


@pytest.mark.parametrize("in_manifest", [True, False], ids=["part", "attachment"])
def test_a_hash_alone_is_no_right_to_name_a_file(office: Office, closed_text: Any, in_manifest: bool) -> None:
    """Neither what one may not read, nor what one reads under a stricter code; one answer for both."""
    from dataclasses import replace

    from mithaq.errors import MissingError
    from mithaq.web.accounts.models import User
    from mithaq.web.outgoing.commands import to_json
    from mithaq.web.outgoing.models import OutgoingDraft

    if not User.objects.filter(login="low").exists():
        office.found("low", "junior", "drafter", clearance="green", purposes=["ADMIN"])
    unknown = replace(closed_text, sha256="ef" * 32)
    before = OutgoingDraft.objects.count()
    for login, part, code in (
        ("low", closed_text, "green"),
        ("low", unknown, "green"),
        ("author", closed_text, "green"),
    ):
        command = naming(office, part, code, in_manifest=in_manifest)
        user = User.objects.get(login=login)
        with pytest.raises(MissingError, match="blob") as caught:
            drafted(office, user, command)
        program = Program(office, login, post="junior" if login == "low" else "desk")
        given = {"register": "agreements", "title": TITLE, "command": to_json(command)}
        answer = program.ask("post", "/drafts", given)
        assert (answer.status_code, answer.json()["code"]) == (404, "blob")
        assert "secret" not in answer.content.decode() + str(caught.value)
    assert OutgoingDraft.objects.count() == before, "nothing was kept"
    author = User.objects.get(login="author")
    assert drafted(office, author, naming(office, closed_text, "amber", in_manifest=in_manifest)).pk


def test_a_file_is_not_sent_on_by_who_may_not_read_it_any_more(office: Office, closed_text: Any) -> None:
    """On release it is asked again, of whoever drafted it; a change of the draft brings none in either."""
    from mithaq.errors import MissingError
    from mithaq.web.outgoing.drafts import change_draft, find_draft, hand_over
    from mithaq.web.outgoing.release import release

    from .samples import shown, writer

    officer = office.found("nadia", "release", "handling_officer", purposes=["ADMIN"])
    leaver = office.found("leaver", "bureau", "drafter", purposes=["ADMIN"])
    made, stays = (drafted(office, leaver, naming(office, closed_text, "amber")) for _ in range(2))
    hand_over(writer(office, leaver), made.pk)
    hand_over(writer(office, leaver), stays.pk)
    assert release(writer(office, officer), made.pk, shown(office, officer, made)).state == "sent"
    leaver.assignments.update(to_on=office.clock.now().date())
    office.clock.forward(days=1)
    with pytest.raises(MissingError, match="blob"):
        release(writer(office, officer), stays.pk, shown(office, officer, stays))
    assert find_draft(stays.pk).state == "to_release", "nothing left, and nothing is lost"
    junior = office.found("junior", "clerk", "drafter", clearance="green", purposes=["ADMIN"])
    plain = drafted(office, junior, naming(office, closed_text, "green", own=True))
    command = naming(office, closed_text, "green", object_id=plain.object_id)
    with pytest.raises(MissingError, match="blob"):
        change_draft(writer(office, junior), plain.pk, command, TITLE)


def drafted(office: Office, user: Any, command: Any) -> Any:
    from mithaq.web.outgoing.drafts import make_draft

    from .samples import writer

    office.clock.forward(milliseconds=5)
    return make_draft(writer(office, user), command, "agreements", TITLE)


def test_a_program_neither_leaves_out_the_rule_nor_signs(office: Office) -> None:
    """What pages refuse with words a program is refused by code; nothing is kept."""
    from mithaq.web.outgoing.models import OutgoingDraft

    before = OutgoingDraft.objects.count()
    given = {
        "kind": "agreements.agreement",
        "title": TITLE,
        "signatories": [{"administration": code, "post": "minister"} for code in (PARTNER, OWN)],
        "effect": {},
        "articles": [article(1)],
    }
    program = Program(office)
    ruleless = program.ask("post", "/agreements", given)
    assert (ruleless.status_code, ruleless.json()["errors"][0]["pointer"]) == (422, "/effect/rule")
    baseless = program.ask("post", "/agreements", {**given, "effect": {"rule": "ON_SIGNATURE"}})
    assert (baseless.status_code, baseless.json()["code"]) == (400, "agreement_basis")
    object_id, content_hash = propose(office, {"articles": [article(1)]})
    refuse_signing(program, object_id, content_hash)
    assert OutgoingDraft.objects.count() == before


def refuse_signing(program: Program, object_id: str, content_hash: str) -> None:
    """A program drafts no signature."""
    command = {
        "command": "act_on_instrument",
        "object_id": object_id,
        "kind": "instrument.sign",
        "body": {"version": 1, "content_hash": content_hash},
    }
    signing = program.ask("post", "/drafts", {"register": "agreements", "title": TITLE, "command": command})
    assert (signing.status_code, signing.json()["code"]) == (403, "token_verb")


def test_a_program_neither_signs_nor_initials_a_version_that_was_countered(office: Office) -> None:
    from mithaq.web.outgoing.models import OutgoingDraft

    from .test_stricter_acts import counter
    from .test_stricter_acts import propose as put_forward

    data = {"title": TITLE, "articles": [article(1)]}
    object_id, first = put_forward(office, "agreements.agreement", data)
    second = counter(office, object_id, first, {**data, "articles": [article(1, "Autre.", "آخر.")]}, "green")
    program = Program(office)
    made = program.ask("post", f"/agreements/{object_id}/initiallings", {"has_compared": True})
    assert made.status_code == 201, made.content
    body = OutgoingDraft.objects.get(pk=made.json()["id"]).command["body"]
    assert (body["version"], body["content_hash"]) == (2, second)
    before = OutgoingDraft.objects.count()
    refuse_signing(program, object_id, first)
    assert OutgoingDraft.objects.count() == before
