"""What ``submit`` lets pass: every refusal by its code, and that what passes has effect."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mithaq.core.instruments.bodies import InstrumentKind, Proposal, Signing
from mithaq.core.instruments.decide import decide, decide_notice, decide_sign
from mithaq.core.instruments.fold import fold_instrument
from mithaq.core.instruments.lines import is_in_scope
from mithaq.core.instruments.manifest import Manifest, Part
from mithaq.errors import ConflictError, MalformedError, MissingError, NotAllowedError, RefusedError
from tests.unit.core.instrument_world import BEGIN, OBJECT_ID, Story, make_manifest

FR, MA, SN = "fr-mi", "ma-mi", "sn-mi"
NOW = BEGIN + timedelta(days=5)
VECTORS = json.loads((Path(__file__).parents[3] / "vectors" / "own" / "suspension.json").read_text())
PARTS = [Part("text", "fr", "text/plain", "0" * 64, 1)]


def ask(story: Story, author: str, kind: str, body: dict[str, object], **options):
    arguments = {"author": author, "post": "MIN", "at": NOW, "act_id": "next"} | options
    return decide(fold_instrument(story.acts), InstrumentKind(f"instrument.{kind}"), body, **arguments)


def named(manifest: Manifest, **more: object) -> dict[str, object]:
    return {"version": manifest.version, "content_hash": manifest.content_hash} | more


def begin(*codes: str, **options) -> tuple[Story, Manifest]:
    story, manifest = Story(*(codes or (FR, MA))), make_manifest(*(codes or (FR, MA)), **options)
    story.propose(story.codes[0], manifest)
    return story, manifest


def signed(**options) -> tuple[Story, Manifest]:
    story, manifest = begin(parts=PARTS, **options)
    story.sign_all(manifest)
    return story, manifest


def refused(error: type[RefusedError | MissingError], code: str, *asked, **options) -> None:
    with pytest.raises(error) as caught:
        ask(*asked, **options)
    assert caught.value.code == code


def test_propose() -> None:
    manifest = make_manifest(FR, MA, SN)
    story, body = Story(FR, MA, SN), {"manifest": manifest.members}
    assert ask(story, FR, "propose", body, act_id=OBJECT_ID) == (MA, SN)
    refused(RefusedError, "other_object", story, FR, "propose", body)
    refused(NotAllowedError, "not_signatory", story, "be-mi", "propose", body, act_id=OBJECT_ID)
    story.propose(FR, manifest)
    refused(ConflictError, "object_exists", story, MA, "propose", body, act_id=OBJECT_ID)
    with pytest.raises(MalformedError):
        ask(story, FR, "propose", {})


def test_counter() -> None:
    story, manifest = begin()
    body = {"manifest": make_manifest(FR, MA, previous=manifest).members}
    assert ask(story, MA, "counter", body) == (FR,)
    refused(NotAllowedError, "own_proposal", story, FR, "counter", body)
    refused(NotAllowedError, "not_signatory", story, SN, "counter", body)
    wrong = {"manifest": make_manifest(FR, MA, previous=manifest, version=3).members}
    refused(RefusedError, "version_mismatch", story, MA, "counter", wrong)
    fewer = {"manifest": make_manifest(MA, SN, previous=manifest).members}
    refused(RefusedError, "other_signatories", story, MA, "counter", fewer)
    second = make_manifest(FR, MA, previous=manifest)
    third = {"manifest": make_manifest(FR, MA, previous=second).members}
    refused(MissingError, "no_such_version", story, MA, "counter", third)
    story.counter(MA, second)
    other = {"manifest": make_manifest(FR, MA, previous=manifest, data={"x": 1}).members}
    refused(ConflictError, "newer_version", story, FR, "counter", other)
    assert ask(story, FR, "counter", third) == (MA,)
    story.on(MA, "withdraw", second)
    assert ask(story, FR, "counter", other) == (MA,)


def test_sign() -> None:
    story, manifest = begin()
    assert ask(story, MA, "sign", named(manifest)) == (FR,)
    assert ask(story, MA, "sign", named(manifest), missing_from=[SN]) == (FR,)
    refused(MissingError, "no_such_version", story, MA, "sign", named(manifest, content_hash="00" * 32))
    refused(ConflictError, "version_mismatch", story, MA, "sign", named(manifest, version=2))
    refused(NotAllowedError, "not_signatory", story, SN, "sign", named(manifest))
    refused(NotAllowedError, "wrong_post", story, MA, "sign", named(manifest), post="DEPUTY")
    refused(ConflictError, "acts_missing", story, MA, "sign", named(manifest), missing_from=[FR])
    story.on(MA, "sign", manifest, at=None)
    refused(ConflictError, "already_signed", story, MA, "sign", named(manifest))
    assert decide_sign(
        fold_instrument(story.acts), Signing(1, manifest.content_hash), author=FR, post="MIN"
    ) == (MA,)
    story.on(MA, "withdraw", manifest, at=None)
    refused(ConflictError, "annulled", story, FR, "sign", named(manifest))


def test_decline_and_withdraw() -> None:
    story, manifest = begin()
    assert ask(story, MA, "decline", named(manifest, reason="no")) == (FR,)
    assert ask(story, FR, "withdraw", named(manifest)) == (MA,)
    assert ask(story, FR, "withdraw", named(manifest, of="proposal")) == (MA,)
    refused(NotAllowedError, "nothing_to_withdraw", story, MA, "withdraw", named(manifest))
    refused(NotAllowedError, "nothing_to_withdraw", story, FR, "withdraw", named(manifest, of="signing"))
    for kind in ("decline", "withdraw"):
        refused(NotAllowedError, "not_signatory", story, SN, kind, named(manifest))
        refused(ConflictError, "version_mismatch", story, FR, kind, named(manifest, version=2))
    story.on(MA, "sign", manifest)
    assert ask(story, MA, "withdraw", named(manifest, of="signing")) == (FR,)
    story.on(MA, "decline", manifest)
    refused(ConflictError, "annulled", story, MA, "decline", named(manifest))
    story, manifest = signed()
    for kind in ("decline", "withdraw"):
        refused(ConflictError, "already_signed", story, FR, kind, named(manifest))


NOTICES = {
    "notify": {},
    "suspend": {"ground": "art. 60"},
    "resume": {},
    "denounce": {},
    "supersede": {"by": "aa" * 32},
}


@pytest.mark.parametrize("kind", NOTICES)
def test_notices_are_for_parties_to_what_is_signed_and_not_ended(kind: str) -> None:
    story, manifest = begin()
    body = {"content_hash": manifest.content_hash} | NOTICES[kind]
    refused(ConflictError, "not_signed", story, FR, kind, body)
    refused(MissingError, "no_such_version", story, FR, kind, body | {"content_hash": "00" * 32})
    refused(NotAllowedError, "not_signatory", story, SN, kind, body)
    story, manifest = signed(effect={"rule": "ON_SIGNATURE", "term": {"months": 1}})
    body["content_hash"] = manifest.content_hash
    late = NOW + timedelta(days=100)
    refused(ConflictError, "ended", story, FR, kind, body, at=late)


def test_who_has_left_gives_no_notice() -> None:
    story, manifest = begin(FR, MA, SN, effect={"rule": "ON_SIGNATURE", "denunciation_months": 0})
    story.sign_all(manifest)
    body: dict[str, object] = {"content_hash": manifest.content_hash}
    story.notice(SN, "denounce", manifest)
    refused(NotAllowedError, "not_party", story, SN, "denounce", body)
    assert ask(story, MA, "denounce", body) == (FR, SN)


def test_notify() -> None:
    effect = {"rule": "ON_EXCHANGE_OF_INSTRUMENTS", "notifications": [FR]}
    story, manifest = signed(effect=effect)
    body: dict[str, object] = {"content_hash": manifest.content_hash}
    assert ask(story, FR, "notify", body) == (MA,)
    refused(NotAllowedError, "not_asked", story, MA, "notify", body)
    story.notice(FR, "notify", manifest, at=None)
    refused(ConflictError, "already_notified", story, FR, "notify", body)
    past = {"signed_on": "2000-05-30", "received_on": {FR: "2001-03-12"}}
    story, manifest = signed(effect=effect | {"past": past})
    body = {"content_hash": manifest.content_hash}
    refused(ConflictError, "already_notified", story, FR, "notify", body)


def test_suspend_and_resume() -> None:
    story, manifest = signed()
    body: dict[str, object] = {"content_hash": manifest.content_hash, "ground": "g"}
    assert ask(story, FR, "suspend", body | {"scope": ["text"]}) == (MA,)
    refused(MissingError, "unknown_part", story, FR, "suspend", body | {"scope": ["annex"]})
    refused(ConflictError, "not_suspended", story, FR, "resume", body)
    story.notice(FR, "suspend", manifest, body=body, at=None)
    assert ask(story, FR, "resume", body) == (MA,)
    refused(ConflictError, "not_suspended", story, MA, "resume", body)
    story, manifest = signed(effect={"rule": "ON_DATE", "date": "2030-01-01"})
    body["content_hash"] = manifest.content_hash
    refused(ConflictError, "not_in_force", story, FR, "suspend", body)


def test_denounce() -> None:
    term = {"months": 12, "renewal_months": 12}
    story, manifest = signed(effect={"rule": "ON_SIGNATURE", "term": term})
    body: dict[str, object] = {"content_hash": manifest.content_hash}
    objection = body | {"objection": True}
    assert ask(story, FR, "denounce", body) == ask(story, FR, "denounce", objection) == (MA,)
    story.notice(FR, "denounce", manifest, at=None)
    refused(ConflictError, "already_denounced", story, FR, "denounce", body)
    story.notice(FR, "denounce", manifest, body={"objection": True}, at=None)
    refused(ConflictError, "already_denounced", story, FR, "denounce", objection)
    story, manifest = signed()
    body = {"content_hash": manifest.content_hash, "objection": True}
    refused(NotAllowedError, "not_asked", story, FR, "denounce", body)


def test_supersede() -> None:
    story, manifest = signed()
    body: dict[str, object] = {"content_hash": manifest.content_hash, "by": "aa" * 32}
    assert ask(story, FR, "supersede", body) == (MA,)
    itself = body | {"by": manifest.content_hash}
    refused(RefusedError, "other_object", story, FR, "supersede", itself)


def test_only_notices_are_notices() -> None:
    story, manifest = signed()
    with pytest.raises(RefusedError):
        decide_notice(fold_instrument(story.acts), Proposal(manifest), author=FR, at=NOW)


@pytest.mark.parametrize("case", VECTORS["scopes"], ids=lambda case: case["name"])
def test_what_a_scope_may_name(case: dict[str, Any]) -> None:
    """What submit lets pass has effect in the fold; what it refuses by its parts has none there either."""
    parts = [Part(name, "fr", "text/plain", "0" * 64, 1) for name in case["parts"]]
    story, manifest = begin(parts=parts)
    story.sign_all(manifest)
    body = {"content_hash": manifest.content_hash, "ground": "g", "scope": case["scope"]}
    try:
        ask(story, FR, "suspend", body)
        found = None
    except (MalformedError, MissingError) as error:
        found = error.code
    assert found == case.get("code")
    if found in (None, "unknown_part"):
        story.notice(FR, "suspend", manifest, body={"ground": "g", "scope": case["scope"]}, at=NOW)
        reasons = [str(each.reason) for each in fold_instrument(story.acts).without_effect]
        assert reasons == ([found] if found else [])


@pytest.mark.parametrize("case", VECTORS["lines"], ids=lambda case: case["name"])
def test_which_lines_lie_in_a_scope(case: dict[str, Any]) -> None:
    assert is_in_scope(case["line"], case["scope"]) is case["lies_in"]
