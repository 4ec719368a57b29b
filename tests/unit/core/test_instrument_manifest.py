"""Manifests: what is accepted, what is refused, and that the hash covers every byte."""

import hashlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.core.encoding import encode_canonical
from mithaq.core.instruments.bodies import (
    Denunciation,
    InstrumentKind,
    Withdrawn,
    parse_body,
    write_body,
)
from mithaq.core.instruments.effect import Rule, SuspensionMode, Term
from mithaq.core.instruments.manifest import (
    Part,
    Signatory,
    build_manifest,
    hash_manifest,
    parse_manifest,
    read_manifest,
)
from mithaq.errors import MalformedError
from tests.unit.core.instrument_world import OBJECT_ID

HASH = "ab" * 32


def members(**changes):
    """A good manifest with some members changed; None leaves one out."""
    good = {
        "v": 1,
        "object": OBJECT_ID,
        "version": 1,
        "object_kind": "agreements.agreement",
        "object_v": 1,
        "supersedes": [],
        "signatories": [
            {"administration": "fr-mi", "post": "MIN"},
            {"administration": "ma-mi", "post": "MIN"},
        ],
        "parts": [{"name": "text", "lang": "fr", "media": "text/plain", "sha256": HASH, "size": 3}],
        "effect": {"rule": "ON_SIGNATURE"},
    }
    return {name: value for name, value in (good | changes).items() if value is not None}


def effect(**changes):
    return members(effect=changes)


def test_the_hash_is_over_the_canonical_bytes() -> None:
    data = encode_canonical(members())
    expected = hashlib.sha256(b"mithaq/instrument/v1\x00" + data).hexdigest()
    assert parse_manifest(data).content_hash == expected == hash_manifest(data)
    assert parse_manifest(data).encode() == data


def test_unknown_members_are_kept_and_hashed() -> None:
    plain, newer = read_manifest(members()), read_manifest(members(mood="good"))
    assert newer.content_hash != plain.content_hash
    assert b'"mood":"good"' in newer.encode()
    deep = read_manifest(effect(rule="ON_SIGNATURE", later={"a": 1}))
    assert b'"later":{"a":1}' in deep.encode()


def test_defaults_of_effect() -> None:
    read = read_manifest(effect(rule="ON_EXCHANGE_OF_INSTRUMENTS")).effect
    assert read.offset == "+00:00"
    assert read.denunciation_months == 12
    assert read.suspension is SuspensionMode.UNILATERAL
    assert read.notifications == ("fr-mi", "ma-mi")
    assert read_manifest(members()).effect.notifications == ()


def test_all_of_effect() -> None:
    read = read_manifest(
        effect(
            rule="FIRST_DAY_OF_NTH_MONTH_AFTER_LAST_NOTIFICATION",
            n=2,
            offset="-03:30",
            notifications=["ma-mi"],
            suspension="joint",
            denunciation_months=6,
            provisional_from="2025-01-01",
            term={"months": 60, "renewal_months": 12, "objection_months": 3},
            past={"signed_on": "2000-05-30", "received_on": {"ma-mi": "2001-03-07"}},
        )
    ).effect
    assert read.rule is Rule.FIRST_DAY_OF_NTH_MONTH_AFTER_LAST_NOTIFICATION
    assert read.zone.utcoffset(None).total_seconds() == -3.5 * 3600
    assert read.term == Term(60, 12, 3)
    assert read.past is not None
    assert read.past.received_on == {"ma-mi": date(2001, 3, 7)}


def test_build_sorts_and_writes_defaults_out() -> None:
    built = build_manifest(
        object_id=OBJECT_ID,
        object_kind="agreements.agreement",
        object_v=1,
        signatories=[Signatory("ma-mi", "MIN"), Signatory("fr-mi", "MIN")],
        effect={"rule": "ON_EXCHANGE_OF_INSTRUMENTS"},
        supersedes=["ff" * 32, "00" * 32],
        parts=[Part("text", "ar", "text/plain", HASH, 1)],
        data={"title": {"ar": "اتفاق", "fr": "Accord"}},
    )
    assert built.administrations == ("fr-mi", "ma-mi")
    assert built.supersedes == ("00" * 32, "ff" * 32)
    assert built.members["effect"] == {
        "rule": "ON_EXCHANGE_OF_INSTRUMENTS",
        "offset": "+00:00",
        "suspension": "unilateral",
        "denunciation_months": 12,
        "notifications": ["fr-mi", "ma-mi"],
    }
    assert parse_manifest(built.encode()) == built
    assert built.post_of("ma-mi") == "MIN"
    assert built.post_of("sn-mi") is None


TWO = [{"administration": "fr-mi", "post": "MIN"}, {"administration": "ma-mi", "post": "MIN"}]
PART = {"name": "text", "lang": "fr", "media": "text/plain", "sha256": HASH, "size": 3}


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (members(v=2), "unknown_manifest_version"),
        (members(v=True), "bad_member"),
        (members(object="x"), "bad_uuid"),
        (members(version=0), "bad_member"),
        (members(version=2), "bad_member"),
        (members(previous=HASH), "bad_member"),
        (members(object_kind="agreement"), "bad_member"),
        (members(supersedes=None), "bad_member"),
        (members(supersedes=[HASH, HASH]), "not_sorted"),
        (members(supersedes=["x"]), "bad_hex"),
        (members(signatories=[TWO[0]]), "bad_member"),
        (members(signatories=[TWO[1], TWO[0]]), "not_sorted"),
        (members(signatories=[TWO[0], TWO[0]]), "not_sorted"),
        (members(signatories=[TWO[0], {"administration": "ma-mi"}]), "bad_member"),
        (members(signatories=[TWO[0], "ma-mi"]), "bad_member"),
        (members(parts=[PART, PART]), "bad_member"),
        (members(parts=[PART | {"size": -1}]), "bad_member"),
        (members(parts=[PART | {"media": "text"}]), "bad_member"),
        (members(parts=[PART | {"lang": ""}]), "bad_member"),
        (members(data=[]), "bad_member"),
        (members(effect=None), "bad_member"),
        (effect(), "no_entry_into_force_rule"),
        (effect(offset="+00:00"), "no_entry_into_force_rule"),
        (effect(rule="SOON"), "bad_member"),
        (effect(rule="ON_DATE"), "bad_member"),
        (effect(rule="ON_DATE", date="2025-02-30"), "bad_member"),
        (effect(rule="ON_DATE", date="20250301"), "bad_member"),
        (effect(rule="ON_SIGNATURE", date="2025-02-03"), "bad_member"),
        (effect(rule="ON_SIGNATURE", n=2), "bad_member"),
        (effect(rule="ON_SIGNATURE", other=HASH), "bad_member"),
        (effect(rule="ON_SIGNATURE", notifications=["fr-mi"]), "bad_member"),
        (effect(rule="SAME_AS"), "bad_member"),
        (effect(rule="SAME_AS", other="x"), "bad_hex"),
        (effect(rule="N_DAYS_AFTER_LAST_NOTIFICATION"), "bad_member"),
        (effect(rule="N_DAYS_AFTER_LAST_NOTIFICATION", n=0), "bad_member"),
        (effect(rule="ON_EXCHANGE_OF_INSTRUMENTS", notifications=[]), "bad_member"),
        (effect(rule="ON_EXCHANGE_OF_INSTRUMENTS", notifications=["sn-mi"]), "bad_member"),
        (effect(rule="ON_EXCHANGE_OF_INSTRUMENTS", notifications=["ma-mi", "fr-mi"]), "not_sorted"),
        (effect(rule="ON_SIGNATURE", offset="-00:00"), "bad_member"),
        (effect(rule="ON_SIGNATURE", offset="+14:30"), "bad_member"),
        (effect(rule="ON_SIGNATURE", offset="Z"), "bad_member"),
        (effect(rule="ON_SIGNATURE", suspension="never"), "bad_member"),
        (effect(rule="ON_SIGNATURE", denunciation_months=-1), "bad_member"),
        (effect(rule="ON_SIGNATURE", term={}), "bad_member"),
        (effect(rule="ON_SIGNATURE", term={"months": 1, "objection_months": 1}), "bad_member"),
        (effect(rule="ON_SIGNATURE", past={}), "bad_member"),
        (
            effect(
                rule="ON_SIGNATURE", past={"signed_on": "2000-05-30", "received_on": {"fr-mi": "2001-01-01"}}
            ),
            "bad_member",
        ),
    ],
)
def test_refused(bad, code: str) -> None:
    with pytest.raises(MalformedError) as caught:
        read_manifest(bad)
    assert caught.value.code == code


def test_later_versions_name_their_previous() -> None:
    assert read_manifest(members(version=2, previous=HASH)).previous == HASH


JSON = st.recursive(
    st.booleans() | st.integers() | st.text(max_size=12) | st.sampled_from(["ON_DATE", "2025-01-01", HASH]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["rule", "n", "months", "administration", "post", "x"]), inner)
    ),
    max_leaves=8,
)


@given(st.binary(max_size=200))
def test_any_bytes_give_malformed_or_a_manifest(data: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_manifest(data)


@given(st.dictionaries(st.sampled_from(sorted(members())), JSON, max_size=4), st.booleans())
def test_any_members_give_malformed_or_a_manifest(changes, in_effect: bool) -> None:
    try:
        read = read_manifest(effect(rule="ON_SIGNATURE", **changes) if in_effect else members(**changes))
    except MalformedError:
        return
    assert parse_manifest(read.encode()).content_hash == read.content_hash


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("sign", {"version": 1, "content_hash": HASH}),
        ("decline", {"version": 1, "content_hash": HASH}),
        ("decline", {"version": 1, "content_hash": HASH, "reason": "no"}),
        ("withdraw", {"version": 1, "content_hash": HASH}),
        ("withdraw", {"version": 1, "content_hash": HASH, "of": "signing", "reason": "no"}),
        ("notify", {"content_hash": HASH}),
        ("suspend", {"content_hash": HASH, "ground": "art. 60"}),
        ("suspend", {"content_hash": HASH, "ground": "g", "start_on": "2025-01-01", "scope": ["a", "b"]}),
        ("resume", {"content_hash": HASH}),
        ("denounce", {"content_hash": HASH}),
        ("denounce", {"content_hash": HASH, "objection": True}),
        ("supersede", {"content_hash": HASH, "by": "cd" * 32}),
        ("propose", {"manifest": members()}),
        ("counter", {"manifest": members(version=2, previous=HASH)}),
    ],
)
def test_bodies_go_both_ways(kind: str, body) -> None:
    assert write_body(parse_body(InstrumentKind(f"instrument.{kind}"), body)) == body


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("propose", {}),
        ("propose", {"manifest": members(version=2, previous=HASH)}),
        ("counter", {"manifest": members()}),
        ("sign", {"content_hash": HASH}),
        ("sign", {"version": 1, "content_hash": HASH.upper()}),
        ("withdraw", {"version": 1, "content_hash": HASH, "of": "all"}),
        ("suspend", {"content_hash": HASH}),
        ("suspend", {"content_hash": HASH, "ground": "g", "scope": []}),
        ("suspend", {"content_hash": HASH, "ground": "g", "scope": ["b", "a"]}),
        ("denounce", {"content_hash": HASH, "objection": 1}),
        ("supersede", {"content_hash": HASH}),
    ],
)
def test_bodies_refused(kind: str, body) -> None:
    with pytest.raises(MalformedError):
        parse_body(InstrumentKind(f"instrument.{kind}"), body)


def test_unknown_members_of_a_body_are_no_fault() -> None:
    body = {"content_hash": HASH, "mood": "good"}
    assert parse_body(InstrumentKind.DENOUNCE, body) == Denunciation(HASH)
    assert Withdrawn("proposal") is Withdrawn.PROPOSAL
