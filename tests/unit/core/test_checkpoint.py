import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.core.keys import KeyType, SigningKey, VerifierKey, parse_vkey
from mithaq.core.log.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from mithaq.core.log.merkle import EMPTY_ROOT, MAX_TREE_SIZE
from mithaq.core.log.signed_note import SignedNote, parse_signed_note, sign_note
from mithaq.errors import MalformedError, RefusedError

OWN = Path(__file__).parents[3] / "vectors" / "own"
CHECKPOINTS = json.loads((OWN / "checkpoint.json").read_text())
LOG = json.loads((OWN / "log_of_three.json").read_text())
ORIGIN = LOG["log"]["name"]
KEY = SigningKey.from_seed(bytes.fromhex(LOG["log"]["seed_hex"]))
VKEY = parse_vkey(LOG["log"]["vkey"])
ROOT = base64.b64decode(LOG["root_base64"])


def text_bytes(case):
    return bytes.fromhex(case["text_hex"]) if "text_hex" in case else case["text"].encode()


def by_name(cases):
    return {"argvalues": cases, "ids": [case["name"] for case in cases]}


def note_of(checkpoint, name=ORIGIN, key=KEY):
    text = checkpoint.encode()
    return SignedNote(text, (sign_note(text, name, key),))


@pytest.mark.parametrize("case", **by_name(CHECKPOINTS["good"]))
def test_good(case):
    checkpoint = parse_checkpoint(text_bytes(case))
    assert (checkpoint.origin, checkpoint.tree_size) == (case["origin"], case["tree_size"])
    assert base64.b64encode(checkpoint.root_hash).decode() == case["root_base64"]
    assert list(checkpoint.extensions) == case["extensions"]
    assert checkpoint.encode() == text_bytes(case)


@pytest.mark.parametrize("case", **by_name(CHECKPOINTS["malformed"]))
def test_malformed(case):
    with pytest.raises(MalformedError) as caught:
        parse_checkpoint(text_bytes(case))
    assert caught.value.code == case["code"]


def test_own_vector():
    checkpoint = Checkpoint(ORIGIN, 3, ROOT)
    assert checkpoint.encode().decode() == LOG["checkpoint_text"]
    assert note_of(checkpoint).encode().decode() == LOG["checkpoint_note"]
    for note in ("checkpoint_note", "cosigned_note"):
        assert open_checkpoint(parse_signed_note(LOG[note].encode()), ORIGIN, [VKEY]) == checkpoint


def test_open_another_log():
    with pytest.raises(RefusedError, match="checkpoint_origin"):
        open_checkpoint(note_of(Checkpoint("other.example/log", 3, ROOT)), ORIGIN, [VKEY])


def test_open_unsigned_or_bad():
    note = note_of(Checkpoint(ORIGIN, 3, ROOT))
    other = VerifierKey(ORIGIN, KeyType.ED25519, SigningKey.from_seed(bytes(32)).public)
    with pytest.raises(RefusedError, match="signature_missing"):
        open_checkpoint(note, ORIGIN, [other])
    forged = SignedNote(Checkpoint(ORIGIN, 4, ROOT).encode(), note.lines)
    with pytest.raises(RefusedError, match="signature_bad"):
        open_checkpoint(forged, ORIGIN, [VKEY])


def test_open_needs_a_key_named_as_the_origin():
    note = note_of(Checkpoint(ORIGIN, 3, ROOT), name="other.example/log")
    other = VerifierKey("other.example/log", KeyType.ED25519, KEY.public)
    with pytest.raises(RefusedError, match="checkpoint_key_name"):
        open_checkpoint(note, ORIGIN, [other])
    both = note.with_lines(sign_note(note.text, ORIGIN, KEY))
    assert open_checkpoint(both, ORIGIN, [other, VKEY]).tree_size == 3


def test_open_empty_log():
    empty = Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    assert open_checkpoint(note_of(empty), ORIGIN, [VKEY]) == empty
    with pytest.raises(RefusedError, match="checkpoint_empty_root"):
        open_checkpoint(note_of(Checkpoint(ORIGIN, 0, ROOT)), ORIGIN, [VKEY])


def test_open_malformed_text():
    with pytest.raises(MalformedError, match="checkpoint"):
        open_checkpoint(SignedNote(b"a\n", (sign_note(b"a\n", ORIGIN, KEY),)), ORIGIN, [VKEY])


@pytest.mark.parametrize(
    "checkpoint",
    [
        Checkpoint("", 3, ROOT),
        Checkpoint("a\nb", 3, ROOT),
        Checkpoint("a\n3", 3, ROOT),
        Checkpoint("a\tb", 3, ROOT),
        Checkpoint("\ud800", 3, ROOT),
        Checkpoint("a" * 256, 3, ROOT),
        Checkpoint("a", -1, ROOT),
        Checkpoint("a", 2**63, ROOT),
        Checkpoint("a", 3, ROOT[:-1]),
        Checkpoint("a", 3, ROOT, ("",)),
        Checkpoint("a", 3, ROOT, ("x\ny",)),
    ],
)
def test_encode_writes_nothing_malformed(checkpoint):
    with pytest.raises(MalformedError):
        checkpoint.encode()


LINES = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="".join(map(chr, range(32)))),
    min_size=1,
    max_size=60,
)


@given(LINES, st.integers(0, MAX_TREE_SIZE), st.binary(min_size=32, max_size=32), st.lists(LINES).map(tuple))
def test_round_trip(origin, tree_size, root_hash, extensions):
    checkpoint = Checkpoint(origin, tree_size, root_hash, extensions)
    assert parse_checkpoint(checkpoint.encode()) == checkpoint


@given(
    st.binary()
    | st.builds(
        lambda *lines: "\n".join(lines).encode(errors="surrogatepass"), st.text(), st.text(), st.text()
    )
    | st.builds(
        lambda size, root: b"a\n%b\n%b\n" % (size, root), st.binary(max_size=4), st.binary(max_size=48)
    )
)
def test_parse_raises_only_malformed(text):
    try:
        checkpoint = parse_checkpoint(text)
    except MalformedError:
        return
    assert checkpoint.encode() == text


@given(st.integers(0, len(LOG["checkpoint_text"]) - 1), st.binary(max_size=2), st.integers(0, 2))
def test_damage_parses_to_the_same_bytes_or_not_at_all(at, put, cut):
    text = LOG["checkpoint_text"].encode()
    data = text[:at] + put + text[at + cut :]
    try:
        checkpoint = parse_checkpoint(data)
    except MalformedError:
        return
    assert checkpoint.encode() == data
