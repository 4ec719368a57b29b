"""What a person may do with a record of any register: offered by its rules, shown before it leaves."""

import re
from typing import Any

import pytest

from .conftest import send
from .samples import make_request


def propose(office: Any) -> str:
    """An agreement of this side, to be signed by both."""
    from mithaq.core.instruments.bodies import InstrumentKind
    from mithaq.core.instruments.manifest import Signatory, build_manifest
    from mithaq.node.append.submit import Author, Desk

    desk = Desk(office.node)
    object_id = desk.new_object_id()
    manifest = build_manifest(
        object_id=object_id,
        object_kind="agreements.agreement",
        object_v=1,
        signatories=[Signatory(code, "minister") for code in ("fr-mi", "ma-mi")],  # type: ignore[arg-type]
        effect={"rule": "ON_SIGNATURE"},
        data={"title": {"ar": "اتفاق", "fr": "Accord"}},
    )
    fields = {
        "subject": {"ar": "اتفاق", "fr": "Accord"},
        "lang": ["ar", "fr"],
        "handling": {"code": "green", "caveats": [], "purpose": "ADMIN"},
    }
    body = {"manifest": dict(manifest.members)}
    desk.act_on_instrument(object_id, InstrumentKind.PROPOSE, body, Author("desk", "p-amina"), fields)
    return object_id


def send_request(office: Any) -> str:
    from mithaq.node.append.submit import Author, Desk, NoteContent

    made = make_request()
    content = NoteContent(made.object_kind, made.recipients, made.body, made.fields)
    return str(Desk(office.node).send_note(content, Author("desk", "p-amina")).act_id)


def offered(page: str) -> set[str]:
    return set(re.findall(r"/(?:preview|do)/([a-z]+)/", page))


def test_a_signatory_is_offered_to_sign_and_signs(office: Any) -> None:
    office.found("rim", "minister", "signatory")
    office.found("amina", "desk", "drafter")
    text = propose(office)
    address = f"/fr/agreements/{text}/"
    assert "sign" not in offered(office.browser("amina").get(address).content.decode())
    minister = office.browser("rim")
    assert "sign" in offered(minister.get(address).content.decode())
    form = minister.get(f"{address}do/sign/").content.decode()
    preview = send(minister, f"{address}do/sign/", form)
    assert preview.status_code == 302, preview.content.decode()[-1500:]
    shown = minister.get(preview["Location"]).content.decode()
    sha256 = re.search(r'name="shown" value="([0-9a-f]{64})"', shown)
    assert sha256, shown[-3000:]
    done = send(minister, f"{preview['Location']}release/", shown, shown=sha256[1])
    assert (done.status_code, done["Location"]) == (302, preview["Location"])
    kinds = [act.read().parsed.kind for act in office.node.store.acts.scan(office.node.identity.origin)]
    assert kinds == ["instrument.propose", "instrument.sign"]
    assert "sign" not in offered(minister.get(address).content.decode())


@pytest.mark.parametrize("lang", ["ar", "fr", "en"])
def test_the_asking_side_may_withdraw_and_give_time(office: Any, lang: str) -> None:
    office.found("amina", "desk", "drafter")
    note = send_request(office)
    author = office.browser("amina")
    address = f"/{lang}/requests/{note}/"
    assert offered(author.get(address).content.decode()) == {"extend", "withdraw", "correct"}
    form = author.get(f"{address}preview/extend/").content.decode()
    wrong = send(author, f"{address}preview/extend/", form, days="0")
    assert (wrong.status_code, 'role="alert"' in wrong.content.decode()) == (200, True)
    made = send(author, f"{address}preview/extend/", form, days="2", reason="عيد")
    assert made.status_code == 302
    assert "172800" in author.get(made["Location"]).content.decode()


@pytest.mark.parametrize("action", ["answer", "accept", "close", "sign", "nonsense"])
def test_what_the_rules_do_not_allow_has_no_form(office: Any, action: str) -> None:
    office.found("amina", "desk", "drafter")
    note = send_request(office)
    answer = office.browser("amina").get(f"/fr/requests/{note}/preview/{action}/")
    assert answer.status_code == 409
    assert "out_of_state" in answer.content.decode()


def test_a_reader_is_offered_nothing(office: Any) -> None:
    office.found("lila", "desk", "reader")
    note = send_request(office)
    assert offered(office.browser("lila").get(f"/fr/requests/{note}/").content.decode()) == set()


def test_what_a_revoked_key_signed_is_shown_and_counts_no_more(office: Any) -> None:
    from mithaq.core.acts.revocations import Revocation
    from mithaq.core.types import TreeSize

    office.found("rim", "minister", "signatory")
    text = propose(office)
    address, minister = f"/fr/agreements/{text}/", office.browser("rim")
    form = minister.get(f"{address}do/sign/").content.decode()
    preview = send(minister, f"{address}do/sign/", form)
    shown = minister.get(preview["Location"]).content.decode()
    sha256 = re.search(r'name="shown" value="([0-9a-f]{64})"', shown)
    assert sha256, shown[-3000:]
    send(minister, f"{preview['Location']}release/", shown, shown=sha256[1])
    signing = office.node.store.acts.of_objects([text])[text][-1]
    assert signing.parsed.kind == "instrument.sign"
    assert "sign" not in offered(minister.get(address).content.decode())
    before = minister.get(f"{address}timeline/").content.decode()

    [signature] = signing.signatures
    office.node.store.roster.add_revocation(
        office.node.identity.code, Revocation(signature.keyid, TreeSize(signing.leaf_index), "stolen")
    )
    after = minister.get(f"{address}timeline/").content.decode()
    assert "la clé qui l’a signé a été révoquée" in after
    assert "la clé qui l’a signé a été révoquée" not in before
    assert after.count(signing.parsed.id) == before.count(signing.parsed.id)
    assert "sign" in offered(minister.get(address).content.decode())
