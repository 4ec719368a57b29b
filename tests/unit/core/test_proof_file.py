"""Proof files: the format, the check of an entry, and the check of an act with its sections."""

from dataclasses import replace

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.core.acts.commitment import commit_act, entry_of, hash_section
from mithaq.core.acts.proved_act import ProofExtra, ProvedSection, parse_proof_extra, verify_proof_file
from mithaq.core.encoding import encode_base64, encode_canonical
from mithaq.core.keys import KeyType, SigningKey, VerifierKey
from mithaq.core.log.checkpoint import Checkpoint
from mithaq.core.log.cosignature import cosign
from mithaq.core.log.merkle import hash_leaf, hash_tree, inclusion_path
from mithaq.core.log.policy import Policy, parse_policy
from mithaq.core.log.proof_file import MAX_PROOF_BYTES, ProofFile, parse_proof_file, verify_entry_proof
from mithaq.core.log.signed_note import SignatureLine, SignedNote, sign_note
from mithaq.core.types import LeafIndex, Origin, RootHash, TreeSize
from mithaq.errors import MalformedError, MithaqError, RefusedError

ORIGIN = Origin("ma-mi.example/log/1")
LOG, MIRROR, WITNESS, OTHER = (SigningKey.from_seed(bytes([number]) * 32) for number in (1, 2, 3, 4))
MIRROR_NAME, WITNESS_NAME = "fr-mi.example/mirror/1", "witness.example"
NOW_S = 1_800_000_000

SECTION = ProvedSection(bytes(range(32)), b'{"name":"example"}')
ENVELOPE = encode_canonical(
    {
        "kind": "noop",
        "log": ORIGIN,
        "sections": {"persons": hash_section(SECTION.salt, SECTION.data).hex()},
        "v": 1,
    }
)
EXTRA = ProofExtra(bytes(32), ENVELOPE, (("ab" * 32, bytes(64)),), {"persons": SECTION})
ENTRY = entry_of(commit_act(EXTRA.salt, EXTRA.envelope))
TREE_SIZE, LEAF_INDEX = 11, LeafIndex(6)
ENTRIES = [b"\x01" + bytes([at]) * 32 for at in range(TREE_SIZE)]
ENTRIES[LEAF_INDEX] = ENTRY
LEAVES = [hash_leaf(entry) for entry in ENTRIES]


def vkey(name: str, key: SigningKey, key_type: KeyType = KeyType.COSIGNATURE_V1) -> str:
    return VerifierKey(name, key_type, key.public).encode()


POLICY = parse_policy(
    f"log {vkey(ORIGIN, LOG, KeyType.ED25519)}\n"
    f"witness mirror {vkey(MIRROR_NAME, MIRROR)}\nwitness w {vkey(WITNESS_NAME, WITNESS)}\n"
    "group both all mirror w\nquorum both\n".encode()
)


def make_note(origin: Origin = ORIGIN, root: RootHash | None = None, key: SigningKey = LOG) -> SignedNote:
    text = Checkpoint(origin, TreeSize(TREE_SIZE), root or hash_tree(LEAVES)).encode()
    return SignedNote(
        text,
        (
            sign_note(text, origin, key),
            cosign(text, MIRROR_NAME, MIRROR, NOW_S),
            cosign(text, WITNESS_NAME, WITNESS, NOW_S + 5),
            sign_note(text, "stranger.example", OTHER),
        ),
    )


def make_proof(note: SignedNote | None = None, extra: ProofExtra | None = EXTRA) -> ProofFile:
    def read_node(level: int, index: int) -> bytes:
        return hash_tree(LEAVES[index << level : (index + 1) << level])

    path = inclusion_path(LEAF_INDEX, TREE_SIZE, read_node)
    return ProofFile(extra.encode() if extra else None, LEAF_INDEX, path, note or make_note())


def assert_refused(
    proof: ProofFile, code: str, policy: Policy | None = POLICY, now_s: int | None = None
) -> None:
    with pytest.raises(RefusedError) as caught:
        verify_proof_file(proof, policy, now_s=now_s)
    assert caught.value.code == code


class TestFormat:
    def test_lines(self) -> None:
        lines = make_proof().encode().split(b"\n")
        assert lines[0] == b"c2sp.org/tlog-proof@v1"
        assert lines[1].startswith(b"extra ")
        assert lines[2] == b"index 6"
        assert lines[7:9] == [b"", ORIGIN.encode()]

    def test_round_trip(self) -> None:
        for proof in (make_proof(), make_proof(extra=None), replace(make_proof(), extra=b"", path=())):
            assert parse_proof_file(proof.encode()) == proof

    def test_holds_63_hashes_and_no_more(self) -> None:
        for extra in (None, EXTRA):
            full = replace(make_proof(extra=extra), path=(bytes(32),) * 63)
            assert parse_proof_file(full.encode()) == full
            with pytest.raises(MalformedError):
                replace(full, path=(bytes(32),) * 64).encode()

    @pytest.mark.parametrize(
        "change",
        [
            lambda data: b"",
            lambda data: data.replace(b"proof@v1", b"proof@v2"),
            lambda data: data.replace(b"proof@v1\n", b"proof@v1 \n"),
            lambda data: b"\n" + data,
            lambda data: data.replace(b"index 6\n", b""),
            lambda data: data.replace(b"index 6\n", b"index 06\n"),
            lambda data: data.replace(b"index 6\n", b"index -6\n"),
            lambda data: data.replace(b"index 6\n", b"index six\n"),
            lambda data: data.replace(b"index 6\n", "index ٦\n".encode()),
            lambda data: data.replace(b"index 6\n", b"index 9223372036854775808\n"),
            lambda data: data.replace(b"index 6\n", b"index 6\nindex 6\n"),
            lambda data: data.replace(b"index 6\n", b"index 6\nAAAA\n"),
            lambda data: data.replace(b"index 6\n", b"index 6\n!!\n"),
            lambda data: data.replace(b"index 6\n", b"index 6\nextra AAAA\n"),
            lambda data: data.replace(b"extra ", b"extra !"),
            lambda data: data.replace(b"extra ", b"extra AAAA\nextra "),
            lambda data: data.replace(b"extra ", b"Extra "),
            lambda data: data.replace(b"\n", b"\r\n"),
            lambda data: data.replace(b"\n\n", b"\n", 1),
            lambda data: data.replace(b"\n\n", b"\n\n\n", 1),
            lambda data: data[:-1],
            lambda data: data + b"more\n",
            lambda data: data + b" " * MAX_PROOF_BYTES,
        ],
    )
    def test_malformed(self, change: object) -> None:
        assert callable(change)
        with pytest.raises(MalformedError):
            verify_proof_file(parse_proof_file(change(make_proof().encode())), POLICY)

    @given(st.data())
    def test_any_damage_is_refused_and_raises_nothing_else(self, data: st.DataObject) -> None:
        good = make_proof().encode()
        bad = bytearray(good)
        at = data.draw(st.integers(0, len(bad) - 1))
        bad[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
        if bytes(bad) == good:
            return
        try:
            proof = parse_proof_file(bytes(bad))
        except MalformedError:
            return
        assert proof.encode() == bytes(bad)
        try:
            verified = verify_proof_file(proof, POLICY)
        except MithaqError:
            return
        # What no hash or trusted key covers may change: sigs in extra, and the stranger's line.
        assert verified == verify_proof_file(make_proof(), POLICY)


class TestEntry:
    def test_accepts(self) -> None:
        verified = verify_entry_proof(make_proof(extra=None), POLICY, ENTRY, now_s=NOW_S)
        assert (verified.origin, verified.leaf_index, verified.tree_size) == (ORIGIN, 6, TREE_SIZE)
        assert verified.root_hash == hash_tree(LEAVES)
        assert [(found.name, found.at_s - NOW_S) for found in verified.cosignatures] == [
            (MIRROR_NAME, 0),
            (WITNESS_NAME, 5),
        ]
        assert verified.envelope is None

    def test_other_entry(self) -> None:
        with pytest.raises(RefusedError, match="inclusion_proof"):
            verify_entry_proof(make_proof(extra=None), POLICY, ENTRY + b"x")


class TestAct:
    def test_accepts_and_gives_the_envelope(self) -> None:
        verified = verify_proof_file(make_proof(), POLICY, now_s=NOW_S)
        assert verified.envelope == ENVELOPE
        assert len(verified.cosignatures) == 2

    def test_accepts_without_sections(self) -> None:
        extra = replace(EXTRA, sections={}, sigs=())
        assert verify_proof_file(make_proof(extra=extra), POLICY).envelope == ENVELOPE

    def test_no_policy(self) -> None:
        assert_refused(make_proof(), "policy_missing", policy=None)

    def test_no_extra(self) -> None:
        assert_refused(make_proof(extra=None), "proof_extra_missing")

    def test_no_key_of_the_log(self) -> None:
        assert_refused(make_proof(), "log_untrusted", policy=parse_policy(b"quorum none\n"))
        other_log = f"log {vkey('other.example', LOG, KeyType.ED25519)}\nquorum none\n"
        assert_refused(make_proof(), "log_untrusted", policy=parse_policy(other_log.encode()))

    def test_log_key_is_not_the_pinned_one(self) -> None:
        assert_refused(make_proof(make_note(key=OTHER)), "signature_missing")

    def test_origin_of_another_log(self) -> None:
        assert_refused(make_proof(make_note(origin=Origin("other.example"))), "log_untrusted")

    def test_bad_signature_of_the_log(self) -> None:
        note = make_note()
        bad = replace(note.lines[0], signature=bytes(64))
        assert_refused(make_proof(replace(note, lines=(bad, *note.lines[1:]))), "signature_bad")

    @pytest.mark.parametrize("missing", [1, 2])
    def test_quorum(self, missing: int) -> None:
        note = make_note()
        lines = note.lines[:missing] + note.lines[missing + 1 :]
        assert_refused(make_proof(replace(note, lines=lines)), "quorum_not_met")

    def test_one_witness_twice_is_one(self) -> None:
        note = make_note()
        again = cosign(note.text, MIRROR_NAME, MIRROR, NOW_S + 9)
        assert_refused(make_proof(SignedNote(note.text, (*note.lines[:2], again))), "quorum_not_met")

    def test_bad_cosignature(self) -> None:
        note = make_note()
        bad = SignatureLine(MIRROR_NAME, note.lines[1].key_id, note.lines[1].signature[:8] + bytes(64))
        assert_refused(make_proof(note.with_lines(bad)), "signature_bad")

    def test_cosignature_from_the_future_does_not_count(self) -> None:
        assert_refused(make_proof(), "quorum_not_met", now_s=NOW_S - 298)
        assert verify_proof_file(make_proof(), POLICY, now_s=NOW_S - 295).tree_size == TREE_SIZE

    def test_index_at_and_above_the_size(self) -> None:
        for index in (TREE_SIZE, 2**63 - 1):
            assert_refused(replace(make_proof(), leaf_index=LeafIndex(index)), "leaf_index")

    def test_other_index_and_path(self) -> None:
        proof = make_proof()
        assert_refused(replace(proof, leaf_index=LeafIndex(7)), "inclusion_proof")
        assert_refused(replace(proof, path=proof.path[:-1]), "inclusion_proof")
        assert_refused(replace(proof, path=(*proof.path, bytes(32))), "inclusion_proof")

    def test_other_root(self) -> None:
        assert_refused(make_proof(make_note(root=RootHash(bytes(32)))), "inclusion_proof")

    def test_other_salt_and_envelope(self) -> None:
        assert_refused(make_proof(extra=replace(EXTRA, salt=bytes([1]) * 32)), "inclusion_proof")
        assert_refused(make_proof(extra=replace(EXTRA, envelope=ENVELOPE + b" ")), "inclusion_proof")

    def test_sections(self) -> None:
        other = replace(SECTION, data=SECTION.data + b" ")
        assert_refused(make_proof(extra=replace(EXTRA, sections={"persons": other})), "proof_section")
        salted = replace(SECTION, salt=bytes(32))
        assert_refused(make_proof(extra=replace(EXTRA, sections={"persons": salted})), "proof_section")
        unlisted = {"persons": SECTION, "annex": SECTION}
        assert_refused(make_proof(extra=replace(EXTRA, sections=unlisted)), "proof_section")

    @pytest.mark.parametrize(
        ("envelope", "code"),
        [(b'{"v":1, "kind":"noop"}', "proof_envelope"), (b'{"log":"other.example","v":1}', "proof_origin")],
    )
    def test_entry_in_the_log_but_no_act_of_it(self, envelope: bytes, code: str) -> None:
        extra = replace(EXTRA, envelope=envelope, sections={})
        leaf = hash_leaf(entry_of(commit_act(extra.salt, envelope)))
        text = Checkpoint(ORIGIN, TreeSize(1), RootHash(leaf)).encode()
        note = SignedNote(text, (sign_note(text, ORIGIN, LOG),))
        policy = parse_policy(f"log {vkey(ORIGIN, LOG, KeyType.ED25519)}\nquorum none\n".encode())
        assert_refused(ProofFile(extra.encode(), LeafIndex(0), (), note), code, policy=policy)


class TestExtra:
    def test_round_trip(self) -> None:
        assert parse_proof_extra(EXTRA.encode()) == EXTRA

    def test_full_envelope_fits(self) -> None:
        extra = replace(
            EXTRA, envelope=bytes(262_144), sections={"a": replace(SECTION, data=bytes(1_048_576))}
        )
        proof = ProofFile(extra.encode(), LeafIndex(0), (), make_note())
        assert parse_proof_extra(parse_proof_file(proof.encode()).extra or b"") == extra

    def test_fields_of_a_newer_version_are_passed_over(self) -> None:
        value = orjson.loads(EXTRA.encode()) | {"newer": [1]}
        assert parse_proof_extra(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)) == EXTRA

    @pytest.mark.parametrize(
        "change",
        [
            {"v": 2},
            {"v": True},
            {"v": None},
            {"salt": encode_base64(bytes(31))},
            {"salt": "AAAA="},
            {"salt": 7},
            {"envelope": None},
            {"sigs": {}},
            {"sigs": [1]},
            {"sigs": [{"keyid": "AB" * 32, "sig": encode_base64(bytes(64))}]},
            {"sigs": [{"keyid": "ab" * 32, "sig": encode_base64(bytes(63))}]},
            {"sigs": [{"sig": encode_base64(bytes(64))}]},
            {"sections": []},
            {"sections": {"a": {"salt": encode_base64(bytes(32))}}},
            {"sections": {"a": []}},
        ],
    )
    def test_malformed_fields(self, change: dict[str, object]) -> None:
        value = orjson.loads(EXTRA.encode()) | change
        with pytest.raises(MalformedError, match="proof_extra"):
            parse_proof_extra(orjson.dumps(value, option=orjson.OPT_SORT_KEYS))

    @pytest.mark.parametrize("missing", ["v", "salt", "envelope", "sigs", "sections"])
    def test_missing_field(self, missing: str) -> None:
        value = orjson.loads(EXTRA.encode())
        del value[missing]
        with pytest.raises(MalformedError, match="proof_extra"):
            parse_proof_extra(orjson.dumps(value, option=orjson.OPT_SORT_KEYS))

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"[]",
            b"1",
            b"\xff",
            b'{"v":1}\n',
            b"{" * 5000,
            b"[" * 100_000,
            b'{"v":1e999}',
            b'{"v":1,"v":1}',
        ],
    )
    def test_malformed_bytes(self, data: bytes) -> None:
        with pytest.raises(MalformedError, match="proof_extra"):
            parse_proof_extra(data)

    def test_spaces_are_not_canonical(self) -> None:
        with pytest.raises(MalformedError, match="proof_extra"):
            parse_proof_extra(EXTRA.encode().replace(b'"v":1', b'"v": 1'))

    @given(st.binary(max_size=100))
    def test_parser_raises_nothing_else(self, data: bytes) -> None:
        with pytest.raises(MalformedError):
            parse_proof_extra(data)
