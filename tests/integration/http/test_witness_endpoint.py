"""The witness over HTTP: the order of its answers, and that it stores before it speaks."""

from hashlib import sha256

import httpx
import pytest

from mithaq.core.keys import KeyType, VerifierKey
from mithaq.core.log.checkpoint import parse_checkpoint
from mithaq.core.log.cosignature import verify_cosignature
from mithaq.core.log.merkle import EMPTY_ROOT, CompactRange
from mithaq.core.log.signed_note import SignedNote, parse_signed_note, sign_note
from mithaq.core.types import Origin
from mithaq.core.witness import make_add_checkpoint, parse_cosignature_lines
from mithaq.node.records import Alarm

from .conftest import World
from .fake_store import CODE, make_checkpoint, make_key

FRANCE = Origin("fr-mi.example/log/1")
KEY = make_key("fr-mi log")
WITNESS = VerifierKey(f"{CODE}.example/witness/1", KeyType.COSIGNATURE_V1, make_key("witness").public)
LEAVES = [sha256(b"%d" % number).digest() for number in range(4)]


def root_of(size: int) -> bytes:
    tree = CompactRange()
    tree.extend(LEAVES[:size])
    return tree.root() if size else EMPTY_ROOT


def note_of(size: int, root: bytes | None = None) -> SignedNote:
    return make_checkpoint(FRANCE, size, root or root_of(size), KEY)


def post(world: World, body: bytes) -> httpx.Response:
    return httpx.post(f"{world.base_url}/witness/add-checkpoint", content=body, trust_env=False)


def add(world: World, old: int, note: SignedNote, *path: bytes) -> httpx.Response:
    return post(world, make_add_checkpoint(old, path, note).encode())  # type: ignore[arg-type]


def monitor(world: World, origin: str = FRANCE) -> httpx.Response:
    name = sha256(origin.encode()).hexdigest()
    return httpx.get(f"{world.base_url}/witness/{name}/checkpoint", trust_env=False)


def test_a_log_is_followed(world: World) -> None:
    assert monitor(world).status_code == 404
    answer = add(world, 0, note_of(1))
    assert answer.status_code == 200
    (line,) = parse_cosignature_lines(answer.content)
    verify_cosignature(note_of(1).text, line, WITNESS, now_s=None)
    stored = parse_signed_note(monitor(world).content)
    assert (stored.text, stored.lines) == (note_of(1).text, (*note_of(1).lines, line))
    # From 1 to 2 leaves the proof is the second leaf.
    assert add(world, 1, note_of(2), LEAVES[1]).status_code == 200
    assert add(world, 2, note_of(2)).status_code == 200
    assert parse_checkpoint(parse_signed_note(monitor(world).content).text).tree_size == 2


def test_refusals_in_their_order(world: World) -> None:
    assert post(world, b"nonsense").status_code == 400
    assert post(world, b"x" * 1_048_577).status_code == 413
    stranger = make_checkpoint(Origin("be-mi.example/log/1"), 1, root_of(1), KEY)
    assert add(world, 0, stranger).status_code == 404
    foreign = SignedNote(note_of(1).text, (sign_note(note_of(1).text, FRANCE, make_key("thief")),))
    assert add(world, 0, foreign).status_code == 403
    assert add(world, 2, note_of(1)).status_code == 400
    conflict = add(world, 1, note_of(2), LEAVES[1])
    assert (conflict.status_code, conflict.content) == (409, b"0\n")
    assert conflict.headers["content-type"] == "text/x.tlog.size"
    assert add(world, 0, note_of(2), LEAVES[1]).status_code == 422
    assert add(world, 0, note_of(0, bytes(32))).status_code == 422
    assert monitor(world).status_code == 404
    assert httpx.get(f"{world.base_url}/witness/add-checkpoint", trust_env=False).status_code == 405


def test_a_bad_proof_is_kept_as_evidence_without_the_lines_of_strangers(world: World) -> None:
    assert add(world, 0, note_of(1)).status_code == 200
    bad = note_of(2).with_lines(sign_note(note_of(2).text, "stranger", make_key("stranger")))
    assert add(world, 1, bad, bytes(32)).status_code == 422
    ((origin, kind, notes),) = world.store.alarms.kept
    assert (origin, kind) == (FRANCE, "witness")
    assert notes[1] == note_of(2).encode()
    assert not world.store.followed.by_origin[FRANCE].frozen


def test_two_roots_of_one_size_are_two_histories(world: World) -> None:
    assert add(world, 0, note_of(2)).status_code == 200
    assert add(world, 2, note_of(2, bytes(32))).status_code == 422
    ((_, kind, notes),) = world.store.alarms.kept
    assert kind == "equivocation"
    assert [parse_checkpoint(parse_signed_note(note).text).root_hash for note in notes] == [
        root_of(2),
        bytes(32),
    ]
    assert world.store.followed.by_origin[FRANCE].frozen
    refusal = add(world, 2, note_of(2))
    assert (refusal.status_code, refusal.json()["code"]) == (422, "origin_frozen")


def test_of_two_at_once_one_starts_again(world: World) -> None:
    def overtake() -> None:
        assert add(world, 0, note_of(2)).status_code == 200

    world.store.witnessed.interfere = overtake
    late = add(world, 0, note_of(1))
    assert (late.status_code, late.content) == (409, b"2\n")
    assert parse_checkpoint(parse_signed_note(monitor(world).content).text).tree_size == 2


@pytest.mark.parametrize("code", ["read_only", "clock_not_trusted"])
def test_when_it_must_not_speak_it_says_when_to_come_back(world: World, code: str) -> None:
    if code == "read_only":
        world.store.modes["mode"] = "guard"
    else:
        world.store.alarms.raise_alarm(Alarm("alarm.clock", "own", world.node.clock.now()))
    answer = add(world, 0, note_of(1))
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, code, "60")
    assert not world.store.witnessed.notes


def test_its_notes_answer_the_heads_of_partners_too(world: World) -> None:
    assert add(world, 0, note_of(3)).status_code == 200
    assert world.client().heads(FRANCE) == monitor(world).content
    world.store.followed.notes[FRANCE] = note_of(3).encode()
    both = parse_signed_note(world.client().heads(FRANCE) or b"")
    assert set(both.lines) == set(parse_signed_note(monitor(world).content).lines)
