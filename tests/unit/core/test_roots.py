from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.core.acts.dsse import ActSignature, DsseDocument, sign_envelope
from mithaq.core.acts.revocations import Revocation, add_revocation, parse_revocation
from mithaq.core.acts.root_chain import (
    check_root_expiry,
    is_root_expired,
    sign_root,
    verify_first_root,
    verify_next_root,
    verify_post_signature,
    verify_revocation,
    verify_root_chain,
)
from mithaq.core.acts.roots import (
    COSIGNATURE_V1,
    ED25519,
    PartnerEntry,
    Role,
    RoleEntry,
    Root,
    RootKey,
    parse_root,
    parse_root_body,
    parse_signed_root,
)
from mithaq.core.encoding import encode_canonical
from mithaq.core.keys import KeyType, SigningKey
from mithaq.core.types import AdministrationCode, LeafIndex, Origin, TreeSize
from mithaq.errors import MalformedError, RefusedError

ORIGIN = Origin("ma-mi.example/log/1")


def key(number: int) -> SigningKey:
    return SigningKey.from_seed(number.to_bytes(32))


def entry(number: int, name: str, key_type: str = ED25519, **named: Any) -> RootKey:
    return RootKey(key_type, key(number).public, name, **named)


ROOT_KEYS = [key(number) for number in range(1, 6)]
POST, OLD_POST, OFFICER = key(31), key(32), key(33)
FIRST = Root(
    administration=AdministrationCode("ma-mi"),
    version=1,
    expires_at=datetime(2027, 1, 1, tzinfo=UTC),
    origin=ORIGIN,
    roles={
        Role.ROOT: RoleEntry(tuple(entry(number, f"root-{number}") for number in range(1, 6)), 3),
        Role.LOG: RoleEntry(
            (
                entry(11, ORIGIN, last_size=TreeSize(100)),
                entry(12, ORIGIN, first_size=TreeSize(100)),
            )
        ),
        Role.WITNESS: RoleEntry((entry(13, "ma-mi.example/witness/1", COSIGNATURE_V1),)),
        Role.MIRROR: RoleEntry((entry(14, "ma-mi.example/mirror/1", COSIGNATURE_V1),)),
        Role.NODE: RoleEntry((entry(15, "ma-mi.example/node/1"),)),
        Role.TRANSPORT: RoleEntry((entry(16, "ma-mi.example/transport/1"),)),
        Role.POST: RoleEntry(
            (
                entry(31, "spoc-2", post="ma-mi-spoc", first_size=TreeSize(51)),
                entry(32, "spoc-1", post="ma-mi-spoc", last_size=TreeSize(50)),
                entry(33, "security", post="ma-mi-security", rights=("keys",)),
            )
        ),
    },
    partners=(
        PartnerEntry(
            AdministrationCode("fr-mi"),
            Origin("fr-mi.example/log/1"),
            "ab" * 32,
            "https://node.fr-mi.example/",
            ("MIIB",),
            ("cd" * 32,),
        ),
    ),
)
PAYLOAD = FIRST.encode()
PIN = sha256(PAYLOAD).digest()
SIGNED = sign_root(PAYLOAD, ROOT_KEYS[:3])


def with_roles(base: Root, **changes: RoleEntry) -> Root:
    return replace(base, roles={**base.roles, **changes})


def next_root(root: Root, **changes: Any) -> Root:
    return replace(root, version=root.version + 1, **changes)


def wire(**changes: Any) -> bytes:
    return encode_canonical({**orjson.loads(PAYLOAD), **changes})


def wire_key(role: str, place: int = 0, **changes: Any) -> bytes:
    value = orjson.loads(PAYLOAD)
    value["roles"][role]["keys"][place].update(changes)
    return encode_canonical({**value})


def refusal(call: Any, *args: Any) -> str:
    with pytest.raises((RefusedError, MalformedError)) as caught:
        call(*args)
    return caught.value.code


# The file


def test_a_root_comes_back_from_its_file_and_from_its_act() -> None:
    assert parse_root(PAYLOAD) == FIRST
    assert parse_signed_root(SIGNED.encode()) == SIGNED
    body = orjson.loads(encode_canonical(SIGNED.to_body()))
    assert parse_root_body(body) == SIGNED
    assert SIGNED.sha256 == PIN


def test_members_of_a_newer_node_live_on_in_the_bytes() -> None:
    value = orjson.loads(PAYLOAD)
    value["later"] = 1
    value["roles"]["later_role"] = {
        "keys": [
            {"keyid": sha256(b"x").hexdigest(), "type": "later", "public": "eA==", "name": "n", "rights": []}
        ],
        "threshold": 1,
    }
    signed = sign_root(encode_canonical(value), ROOT_KEYS[:3])
    assert parse_signed_root(signed.encode()).encode() == signed.encode()
    assert b'"later":1' in signed.payload
    assert parse_root_body(signed.to_body()).payload == signed.payload
    assert [one.name for one in signed.root.keys("later_role")] == ["n"]


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (wire(v=2), "bad_root"),
        (wire(administration="MA"), "bad_code"),
        (wire(version=0), "bad_root"),
        (wire(expires="2027-01-01"), "bad_time"),
        (wire(origin="a b"), "key_name"),
        (wire(roles={}), "bad_root"),
        (wire(partners=1), "bad_root"),
        (wire(partners=orjson.loads(PAYLOAD)["partners"] * 2), "bad_root"),
        (wire(partners=[{**orjson.loads(PAYLOAD)["partners"][0], "base_url": "file:///etc"}]), "bad_root"),
        (wire_key("log", type=COSIGNATURE_V1), "bad_root"),
        (wire_key("mirror", type=ED25519), "bad_root"),
        (wire_key("log", keyid="00" * 32), "bad_root"),
        (wire_key("log", public="AA=="), "bad_root"),
        (wire_key("log", public="AA"), "bad_base64"),
        (wire_key("log", post="ma-mi-spoc"), "bad_root"),
        (wire_key("log", name=""), "key_name"),
        (wire_key("log", first_size=101), "bad_root"),
        (wire_key("log", last_size=-1), "bad_root"),
        (wire_key("post", rights="keys"), "bad_root"),
        (b"", "not_json"),
    ],
)
def test_malformed_roots(payload: bytes, code: str) -> None:
    assert refusal(parse_root, payload) == code


def test_a_post_key_names_its_post() -> None:
    value = orjson.loads(PAYLOAD)
    del value["roles"]["post"]["keys"][0]["post"]
    assert refusal(parse_root, encode_canonical(value)) == "bad_root"


def test_a_key_named_twice_is_refused_even_in_two_roles_or_under_two_names() -> None:
    doubled = with_roles(FIRST, node=RoleEntry((entry(11, "ma-mi.example/node/1"),)))
    assert refusal(doubled.encode) == "key_twice"
    doubled = with_roles(FIRST, root=RoleEntry((entry(1, "root-1"), entry(1, "root-2")), 2))
    assert refusal(doubled.encode) == "key_twice"
    doubled = with_roles(FIRST, mirror=RoleEntry((entry(13, "ma-mi.example/mirror/1", COSIGNATURE_V1),)))
    assert refusal(doubled.encode) == "key_twice"


def test_thresholds_are_within_the_number_of_keys() -> None:
    for threshold in (0, 6):
        changed = with_roles(FIRST, root=replace(FIRST.roles[Role.ROOT], threshold=threshold))
        assert refusal(changed.encode) == "bad_root"


@given(st.binary(max_size=40), st.dictionaries(st.sampled_from(["root", "sigs"]), st.integers() | st.text()))
def test_anything_else_is_malformed(data: bytes, body: dict[str, Any]) -> None:
    for parse, given_ in ((parse_root, data), (parse_signed_root, data), (parse_root_body, body)):
        with pytest.raises(MalformedError):
            parse(given_)  # type: ignore[operator]


@given(st.data())
def test_any_changed_byte_of_a_root_is_read_or_refused(data: st.DataObject) -> None:
    changed = bytearray(PAYLOAD)
    changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    try:
        parse_root(bytes(changed))
    except MalformedError:
        pass


# Keys at a size


def test_keys_are_those_of_the_size() -> None:
    old, new = (one.public for one in FIRST.keys(Role.LOG))
    for size, expected in ((0, [old]), (99, [old]), (100, [old, new]), (101, [new]), (2**53, [new])):
        assert [one.public for one in FIRST.keys_at(Role.LOG, TreeSize(size))] == expected
    assert FIRST.keys_at("no_such_role", TreeSize(1)) == ()
    assert FIRST.keys(Role.LOG)[0].to_verifier().key_type is KeyType.ED25519
    assert FIRST.keys(Role.MIRROR)[0].to_verifier().key_type is KeyType.COSIGNATURE_V1


def test_a_revoked_key_counts_up_to_its_last_good_size() -> None:
    new = FIRST.keys(Role.LOG)[1]
    revoked = {new.keyid: Revocation(new.keyid, TreeSize(200))}
    assert FIRST.keys_at(Role.LOG, TreeSize(200), revoked) == (new,)
    assert FIRST.keys_at(Role.LOG, TreeSize(201), revoked) == ()


def test_posts_partners_and_ids_are_found() -> None:
    spoc = FIRST.keys(Role.POST)[0]
    assert FIRST.find_post_key(spoc.keyid) == spoc
    assert FIRST.find_post_key(FIRST.keys(Role.LOG)[0].keyid) is None
    assert FIRST.post_keys_at("ma-mi-spoc", TreeSize(51)) == (spoc,)
    partner = FIRST.find_partner("fr-mi")
    assert partner is not None
    assert partner.root_sha256 == "ab" * 32
    assert FIRST.find_partner("es-mi") is None


# The chain


def test_version_1_is_pinned_and_meets_its_own_threshold() -> None:
    assert verify_first_root(SIGNED, PIN) == FIRST
    assert refusal(verify_first_root, SIGNED, bytes(32)) == "root_pin"
    assert refusal(verify_first_root, sign_root(PAYLOAD, ROOT_KEYS[:2]), PIN) == "signature_missing"
    strangers = [*ROOT_KEYS[:2], key(90), key(91)]
    assert refusal(verify_first_root, sign_root(PAYLOAD, strangers), PIN) == "signature_missing"
    second = sign_root(next_root(FIRST).encode(), ROOT_KEYS)
    assert refusal(verify_first_root, second, second.sha256) == "root_version"
    assert verify_first_root(sign_root(PAYLOAD, ROOT_KEYS), PIN) == FIRST  # signatures are not in the pin


def test_a_bad_signature_is_not_passed_over() -> None:
    forged = replace(
        SIGNED, signatures=(*SIGNED.signatures, ActSignature(FIRST.keys("root")[4].keyid, bytes(64)))
    )
    assert refusal(verify_first_root, forged, PIN) == "signature_bad"


def test_the_next_version_needs_both_thresholds() -> None:
    new_keys = [key(number) for number in range(41, 46)]
    entries = tuple(entry(number, f"root-{number}") for number in range(41, 46))
    second = next_root(with_roles(FIRST, root=RoleEntry(entries, 4))).encode()
    assert verify_next_root(FIRST, sign_root(second, ROOT_KEYS[2:] + new_keys[:4])).version == 2
    for signers in (ROOT_KEYS, new_keys, ROOT_KEYS[:2] + new_keys, ROOT_KEYS + new_keys[:3]):
        assert refusal(verify_next_root, FIRST, sign_root(second, signers)) == "signature_missing"


def test_versions_are_taken_one_by_one_and_never_backwards() -> None:
    second = next_root(FIRST)
    for trusted, version in ((FIRST, 1), (FIRST, 3), (second, 1), (second, 2)):
        signed = sign_root(replace(FIRST, version=version).encode(), ROOT_KEYS)
        assert refusal(verify_next_root, trusted, signed) == "root_version"
    stranger = sign_root(next_root(FIRST, administration=AdministrationCode("fr-mi")).encode(), ROOT_KEYS)
    assert refusal(verify_next_root, FIRST, stranger) == "root_administration"


def test_a_chain_is_walked_from_the_pin_and_expiry_judged_on_the_last() -> None:
    past = datetime(2020, 1, 1, tzinfo=UTC)
    roots = [FIRST, next_root(FIRST, expires_at=past)]
    roots.append(next_root(roots[-1], expires_at=datetime(2030, 1, 1, tzinfo=UTC)))
    files = [sign_root(root.encode(), ROOT_KEYS[:3]).encode() for root in roots]
    last = verify_root_chain(files, PIN)
    assert last == roots[-1]
    check_root_expiry(last, datetime(2029, 12, 31, tzinfo=UTC))
    assert refusal(verify_root_chain, [], PIN) == "root_missing"
    assert refusal(verify_root_chain, files[1:], PIN) == "root_pin"
    assert refusal(verify_root_chain, [files[0], files[2]], PIN) == "root_version"
    assert refusal(verify_root_chain, [files[0], files[0]], PIN) == "root_version"
    stopped = verify_root_chain(files[:2], PIN)
    assert refusal(check_root_expiry, stopped, past) == "root_expired"
    assert not is_root_expired(stopped, past - timedelta(milliseconds=1))


def test_another_type_of_document_is_no_root() -> None:
    assert (
        refusal(parse_signed_root, DsseDocument("other", PAYLOAD, SIGNED.signatures).encode()) == "bad_root"
    )


# Signatures of acts


def test_the_post_must_sign_with_a_key_valid_at_the_place() -> None:
    act = b'{"kind":"instrument.sign"}'
    new, old = sign_envelope(act, POST), sign_envelope(act, OLD_POST)

    def verify(signatures: list[ActSignature], post: str, leaf_index: int, **revoked: Revocation) -> RootKey:
        return verify_post_signature(act, signatures, post, FIRST, LeafIndex(leaf_index), revoked)

    assert verify([old], "ma-mi-spoc", 49).name == "spoc-1"
    assert verify([new], "ma-mi-spoc", 50).name == "spoc-2"
    for signatures, post, leaf_index in (
        ([], "ma-mi-spoc", 50),
        ([new], "ma-mi-spoc", 49),
        ([old], "ma-mi-spoc", 50),
        ([new], "ma-mi-security", 50),
        ([new], "ma-mi-other", 50),
        ([sign_envelope(act, key(99))], "ma-mi-spoc", 50),
    ):
        assert refusal(verify, signatures, post, leaf_index) == "signature_missing"
    bad = [ActSignature(new.keyid, old.sig)]
    assert refusal(verify, bad, "ma-mi-spoc", 50) == "signature_bad"
    revoked = {new.keyid: Revocation(new.keyid, TreeSize(60))}
    assert verify([new], "ma-mi-spoc", 59, **revoked).name == "spoc-2"
    assert refusal(lambda: verify([new], "ma-mi-spoc", 60, **revoked)) == "signature_missing"


def test_who_may_revoke() -> None:
    act = b'{"kind":"key.revoke"}'
    spoc, officer = (FIRST.keys(Role.POST)[place].keyid for place in (0, 2))

    def verify(signers: list[SigningKey], keyid: str, known: dict[str, Revocation] | None = None) -> None:
        signatures = [sign_envelope(act, one) for one in signers]
        verify_revocation(act, signatures, Revocation(keyid, TreeSize(5)), FIRST, LeafIndex(60), known)

    verify([OFFICER], spoc)
    verify(ROOT_KEYS[:3], spoc)
    verify(ROOT_KEYS[:3], officer)
    for signers, keyid in (([POST], spoc), ([OFFICER], officer), (ROOT_KEYS[:2], spoc), ([], spoc)):
        assert refusal(verify, signers, keyid) == "signature_missing"
    assert refusal(verify, [OFFICER], "00" * 32) == "key_unknown"
    known = {officer: Revocation(officer, TreeSize(60))}
    assert refusal(verify, [OFFICER], spoc, known) == "signature_missing"


def test_revocations_come_back_and_are_never_undone() -> None:
    revocation = Revocation("ab" * 32, TreeSize(7), "stolen")
    assert parse_revocation(revocation.to_body()) == revocation
    assert parse_revocation({"keyid": "ab" * 32, "last_good_size": 0}) == Revocation("ab" * 32, TreeSize(0))
    for body in ({}, {"keyid": "ab"}, {"keyid": "ab" * 32}, {"keyid": "ab" * 32, "last_good_size": -1}):
        assert refusal(parse_revocation, body) == "revocation"
    known = add_revocation({}, revocation)
    assert add_revocation(known, Revocation("ab" * 32, TreeSize(8))) == known
    assert add_revocation(known, Revocation("ab" * 32, TreeSize(6)))["ab" * 32].last_good_size == 6
