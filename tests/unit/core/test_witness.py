"""The witness: the request, and each answer of the table in its order."""

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.core.keys import KeyType, SigningKey, VerifierKey
from mithaq.core.log.checkpoint import Checkpoint
from mithaq.core.log.cosignature import cosign, verify_cosignature
from mithaq.core.log.merkle import EMPTY_ROOT, CompactRange, consistency_path, hash_leaf, hash_tree
from mithaq.core.log.signed_note import SignatureLine, SignedNote, parse_signed_note, sign_note
from mithaq.core.types import Origin, RootHash, TreeSize
from mithaq.core.witness import (
    MAX_REQUEST_BYTES,
    SIZE_TYPE,
    AddCheckpoint,
    Decision,
    decide,
    hash_origin,
    make_add_checkpoint,
    parse_add_checkpoint,
    parse_conflict_size,
    parse_cosignature_lines,
    reject_malformed,
)
from mithaq.errors import MalformedError

ORIGIN = Origin("ma-mi.example/log/1")
LOG, OTHER, WITNESS = (SigningKey.from_seed(bytes([number]) * 32) for number in (1, 2, 3))
LOG_KEY = VerifierKey(ORIGIN, KeyType.ED25519, LOG.public)
WITNESS_NAME = "fr-mi.example/witness/1"
WITNESS_KEY = VerifierKey(WITNESS_NAME, KeyType.COSIGNATURE_V1, WITNESS.public)
NOW_S = 1_800_000_000
LEAVES = [hash_leaf(b"\x01" + bytes([number]) * 32) for number in range(20)]


def root_at(size: int) -> RootHash:
    tree = CompactRange()
    tree.extend(LEAVES[:size])
    return tree.root()


def note_at(
    size: int, *, root: RootHash | None = None, key: SigningKey = LOG, origin: Origin = ORIGIN
) -> SignedNote:
    text = Checkpoint(origin, TreeSize(size), root if root is not None else root_at(size)).encode()
    return SignedNote(text, (sign_note(text, origin, key),))


def path_between(old: int, new: int) -> tuple[bytes, ...]:
    return consistency_path(
        old, new, lambda level, index: hash_tree(LEAVES[index << level : (index + 1) << level])
    )


def request_at(old: int, new: int, note: SignedNote | None = None) -> AddCheckpoint:
    return make_add_checkpoint(TreeSize(old), path_between(old, new), note or note_at(new))


def cosign_now(text: bytes) -> Sequence[SignatureLine]:
    return [cosign(text, WITNESS_NAME, WITNESS, NOW_S)]


def never(text: bytes) -> Sequence[SignatureLine]:
    raise AssertionError("cosigned what was refused")


def ask(request: AddCheckpoint, stored: SignedNote | None, cosigner: object = never) -> Decision:
    return decide(request, stored, [LOG_KEY], cosign_now if cosigner is cosign_now else never)


def assert_refused(decision: Decision, status: int, code: str, *, evidence: SignedNote | None = None) -> None:
    assert (decision.status, decision.code) == (status, code)
    assert decision.store is None
    assert decision.evidence == evidence
    assert decision.body.endswith(b"\n")


class TestAccepts:
    @pytest.mark.parametrize("new", range(1, 20))
    @pytest.mark.parametrize("old", [0, 1, 2, 7, 8])
    def test_every_extension(self, old: int, new: int) -> None:
        if old > new:
            return
        stored = note_at(old) if old else None
        decision = ask(request_at(old, new), stored, cosign_now)
        assert (decision.status, decision.code) == (200, "cosigned")
        (line,) = parse_cosignature_lines(decision.body)
        assert verify_cosignature(note_at(new).text, line, WITNESS_KEY, now_s=NOW_S).at_s == NOW_S
        assert decision.store == note_at(new).with_lines(line)
        assert decision.evidence is None

    def test_same_size_and_root_gets_a_fresh_time(self) -> None:
        decision = ask(request_at(7, 7), note_at(7), cosign_now)
        assert decision.status == 200
        assert decision.store is not None

    def test_empty_log(self) -> None:
        assert ask(request_at(0, 0), None, cosign_now).status == 200
        assert ask(request_at(0, 0), note_at(0), cosign_now).status == 200
        assert ask(request_at(0, 5), note_at(0), cosign_now).status == 200

    def test_lines_of_strangers_are_not_stored(self) -> None:
        text = note_at(3).text
        stranger = sign_note(text, "stranger.example", OTHER)
        note = SignedNote(text, (stranger, *note_at(3).lines, stranger))
        decision = ask(request_at(0, 3, note), None, cosign_now)
        assert decision.store is not None
        assert [line.name for line in decision.store.lines] == [ORIGIN, WITNESS_NAME]
        assert parse_signed_note(decision.store.encode()) == decision.store

    def test_two_log_keys_during_a_rotation(self) -> None:
        text = note_at(3).text
        note = note_at(3).with_lines(sign_note(text, ORIGIN, OTHER))
        other_key = VerifierKey(ORIGIN, KeyType.ED25519, OTHER.public)
        for keys in ([LOG_KEY], [other_key], [LOG_KEY, other_key]):
            assert decide(request_at(0, 3, note), None, keys, cosign_now).status == 200

    def test_several_cosigners(self) -> None:
        def both(text: bytes) -> list[SignatureLine]:
            return [cosign(text, WITNESS_NAME, WITNESS, NOW_S), cosign(text, "m.example", OTHER, NOW_S)]

        decision = decide(request_at(0, 3), None, [LOG_KEY], both)
        assert [line.name for line in parse_cosignature_lines(decision.body)] == [WITNESS_NAME, "m.example"]


class TestRefuses:
    def test_malformed(self) -> None:
        with pytest.raises(MalformedError) as caught:
            parse_add_checkpoint(b"nonsense")
        assert_refused(reject_malformed(caught.value), 400, "witness_request")

    def test_unknown_origin(self) -> None:
        assert_refused(decide(request_at(0, 3), None, [], never), 404, "witness_origin_unknown")

    def test_signed_by_nobody_known(self) -> None:
        assert_refused(ask(request_at(0, 3, note_at(3, key=OTHER)), None), 403, "signature_missing")

    def test_known_key_and_bad_signature(self) -> None:
        note = note_at(3)
        bad = SignatureLine(ORIGIN, LOG_KEY.key_id, bytes(64))
        assert_refused(ask(request_at(0, 3, SignedNote(note.text, (bad,))), None), 403, "signature_bad")
        assert_refused(ask(request_at(0, 3, note.with_lines(bad)), None), 403, "signature_bad")

    def test_key_of_another_log_among_the_trusted(self) -> None:
        text = note_at(3).text
        note = SignedNote(text, (sign_note(text, "other.example", OTHER),))
        keys = [LOG_KEY, VerifierKey("other.example", KeyType.ED25519, OTHER.public)]
        assert_refused(decide(request_at(0, 3, note), None, keys, never), 403, "signature_missing")

    def test_old_above_new(self) -> None:
        request = make_add_checkpoint(TreeSize(8), (), note_at(5))
        assert_refused(ask(request, note_at(8)), 400, "witness_old_size_above_new")

    @pytest.mark.parametrize(("old", "stored_size"), [(5, 0), (5, 6), (0, 6)])
    def test_old_is_not_the_last(self, old: int, stored_size: int) -> None:
        stored = note_at(stored_size) if stored_size else None
        decision = ask(request_at(old, 8), stored)
        assert_refused(decision, 409, "witness_old_size")
        assert decision.content_type == SIZE_TYPE
        assert parse_conflict_size(decision.body) == stored_size

    def test_bad_proof(self) -> None:
        note = note_at(8)
        path = path_between(5, 8)
        for false in ((), path[:-1], (*path, path[0]), (bytes(32), *path[1:]), path[::-1]):
            request = make_add_checkpoint(TreeSize(5), false, note)
            assert_refused(ask(request, note_at(5)), 422, "consistency_proof", evidence=note)

    def test_forked_log(self) -> None:
        fork = note_at(8, root=RootHash(bytes(32)))
        assert_refused(ask(request_at(5, 8, fork), note_at(5)), 422, "consistency_proof", evidence=fork)

    def test_proof_with_old_size_0(self) -> None:
        note = note_at(5)
        request = make_add_checkpoint(TreeSize(0), path_between(3, 5), note)
        for stored in (None, note_at(0)):
            assert_refused(ask(request, stored), 422, "witness_proof_not_empty", evidence=note)

    def test_same_size_and_other_root(self) -> None:
        note = note_at(5, root=RootHash(bytes(32)))
        request = make_add_checkpoint(TreeSize(5), (), note)
        assert_refused(ask(request, note_at(5)), 422, "consistency_proof", evidence=note)

    def test_size_0_with_another_root(self) -> None:
        note = note_at(0, root=RootHash(bytes(32)))
        for stored in (None, note_at(0)):
            request = make_add_checkpoint(TreeSize(0), (), note)
            assert_refused(ask(request, stored), 422, "checkpoint_empty_root", evidence=note)


class TestOrder:
    """A request that is wrong in several ways gets the first answer of the table."""

    def test_origin_before_signature(self) -> None:
        request = make_add_checkpoint(TreeSize(9), (), note_at(3, key=OTHER))
        assert decide(request, note_at(5), [], never).status == 404

    def test_signature_before_sizes(self) -> None:
        request = make_add_checkpoint(TreeSize(9), (), note_at(3, key=OTHER))
        assert ask(request, note_at(5)).status == 403

    def test_old_above_new_before_conflict(self) -> None:
        assert ask(make_add_checkpoint(TreeSize(9), (), note_at(3)), note_at(5)).status == 400

    def test_conflict_before_proof_and_root(self) -> None:
        request = make_add_checkpoint(TreeSize(4), (bytes(32),), note_at(5, root=RootHash(bytes(32))))
        assert ask(request, note_at(5)).status == 409
        assert (
            ask(make_add_checkpoint(TreeSize(0), (), note_at(0, root=RootHash(bytes(32)))), note_at(5)).status
            == 409
        )


def test_stored_again_closes_the_race() -> None:
    first, second = request_at(5, 7), request_at(5, 9)
    stored = ask(second, note_at(5), cosign_now).store
    assert ask(first, stored).status == 409


class TestRequest:
    def test_round_trip(self) -> None:
        request = request_at(5, 9)
        body = request.encode()
        assert body.startswith(b"old 5\n")
        assert parse_add_checkpoint(body) == request
        assert request.origin == ORIGIN

    def test_holds_63_hashes_and_no_more(self) -> None:
        full = make_add_checkpoint(TreeSize(5), [bytes(32)] * 63, note_at(9))
        assert parse_add_checkpoint(full.encode()) == full
        with pytest.raises(MalformedError):
            make_add_checkpoint(TreeSize(5), [bytes(32)] * 64, note_at(9)).encode()

    def test_text_of_the_checkpoint_may_hold_extensions(self) -> None:
        text = Checkpoint(ORIGIN, TreeSize(3), root_at(3), ("extension",)).encode()
        note = SignedNote(text, (sign_note(text, ORIGIN, LOG),))
        assert ask(request_at(0, 3, note), None, cosign_now).status == 200

    @pytest.mark.parametrize(
        "change",
        [
            lambda body: b"",
            lambda body: body.replace(b"old 5", b"old 05"),
            lambda body: body.replace(b"old 5", b"old  5"),
            lambda body: body.replace(b"old 5", b"old -5"),
            lambda body: body.replace(b"old 5", b"old 9223372036854775808"),
            lambda body: body.replace(b"old 5", "old ٥".encode()),
            lambda body: body.replace(b"old 5", b"new 5"),
            lambda body: body.replace(b"old 5\n", b""),
            lambda body: body.replace(b"old 5\n", b"old 5\n\n"),
            lambda body: body.replace(b"old 5\n", b"old 5\nAAAA\n"),
            lambda body: body.replace(b"old 5\n", b"old 5\n!\n"),
            lambda body: body.replace(b"\n\n", b"\n", 1),
            lambda body: body.replace(b"\n\n", b"\r\n\r\n"),
            lambda body: body + b"more",
            lambda body: body[:-1],
            lambda body: b" " + body,
            lambda body: body.replace(b"\n9\n", b"\nnine\n"),
            lambda body: body + b"x" * MAX_REQUEST_BYTES,
        ],
    )
    def test_malformed(self, change: object) -> None:
        assert callable(change)
        with pytest.raises(MalformedError):
            parse_add_checkpoint(change(request_at(5, 9).encode()))

    @given(st.data())
    def test_parser_raises_nothing_else(self, data: st.DataObject) -> None:
        body = bytearray(request_at(5, 9).encode())
        for _ in range(data.draw(st.integers(1, 4))):
            at = data.draw(st.integers(0, len(body) - 1))
            body[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=3))
        try:
            request = parse_add_checkpoint(bytes(body))
        except MalformedError:
            return
        assert request.encode() == bytes(body)
        assert ask(request, note_at(5), cosign_now).status in {200, 400, 403, 404, 409, 422}


class TestAnswers:
    @pytest.mark.parametrize(
        "body", [b"", b"\n", b"5", b"5\n5\n", b"05\n", b"-1\n", "٥\n".encode(), b"\xff\n"]
    )
    def test_conflict_size_malformed(self, body: bytes) -> None:
        with pytest.raises(MalformedError):
            parse_conflict_size(body)

    @given(st.binary(max_size=100))
    def test_cosignature_lines_raise_nothing_else(self, body: bytes) -> None:
        try:
            parse_cosignature_lines(body)
        except MalformedError:
            pass

    def test_cosignature_lines_are_whole(self) -> None:
        (line,) = cosign_now(b"text\n")
        assert parse_cosignature_lines(line.encode() * 2) == (line, line)
        for body in (b"", line.encode()[:-1], line.encode() + b"\n", line.encode() * 500):
            with pytest.raises(MalformedError):
                parse_cosignature_lines(body)


def test_monitoring_path() -> None:
    assert hash_origin(ORIGIN) == sha256(ORIGIN.encode()).hexdigest()
    assert root_at(0) == EMPTY_ROOT
