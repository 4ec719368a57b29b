import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.core.keys import KeyType, SigningKey, VerifierKey, parse_vkey
from mithaq.core.log.signed_note import (
    MAX_NOTE_BYTES,
    SignatureLine,
    SignedNote,
    parse_signature_line,
    parse_signed_note,
    sign_note,
    verify_signed_note,
)
from mithaq.errors import MalformedError, RefusedError

OWN = Path(__file__).parents[3] / "vectors" / "own"
NOTES = json.loads((OWN / "signed_note.json").read_text())
LOG = json.loads((OWN / "log_of_three.json").read_text())
GOOD = LOG["cosigned_note"].encode()
LINE = SignatureLine("other.example/log", bytes(4), b"\1")
OTHER = LINE.encode()
KEY = SigningKey.from_seed(bytes.fromhex(LOG["log"]["seed_hex"]))


def note_bytes(case):
    return bytes.fromhex(case["note_hex"]) if "note_hex" in case else case["note"].encode()


def by_name(cases):
    return {"argvalues": cases, "ids": [case["name"] for case in cases]}


def test_own_vector():
    note = parse_signed_note(GOOD)
    assert note.text.decode() == LOG["checkpoint_text"]
    assert [line.name for line in note.lines] == [LOG["log"]["name"], LOG["mirror"]["name"]]
    assert note.encode() == GOOD
    signed = SignedNote(note.text, (sign_note(note.text, LOG["log"]["name"], KEY),))
    assert signed.encode().decode() == LOG["checkpoint_note"]
    assert verify_signed_note(note, [parse_vkey(LOG["log"]["vkey"])]) == note.lines[:1]


@pytest.mark.parametrize("case", **by_name(NOTES["good"]))
def test_good(case):
    note = parse_signed_note(note_bytes(case))
    assert note.text.decode() == case["text"]
    assert [line.name for line in note.lines] == case["names"]
    assert note.encode() == note_bytes(case)


@pytest.mark.parametrize("case", **by_name(NOTES["malformed"]))
def test_malformed(case):
    with pytest.raises(MalformedError) as caught:
        parse_signed_note(note_bytes(case))
    assert caught.value.code == case["code"]


@pytest.mark.parametrize("case", **by_name(NOTES["verified"]))
def test_verify(case):
    note, keys = parse_signed_note(note_bytes(case)), [parse_vkey(NOTES["vkey"])]
    if "code" not in case:
        assert [line.name for line in verify_signed_note(note, keys)] == [keys[0].name]
        return
    with pytest.raises(RefusedError) as caught:
        verify_signed_note(note, keys)
    assert caught.value.code == case["code"]


def test_verify_without_keys():
    with pytest.raises(RefusedError, match="signature_missing"):
        verify_signed_note(parse_signed_note(GOOD), [])


def test_verify_with_two_keys():
    second = SigningKey.from_seed(b"\7" * 32)
    note = parse_signed_note(GOOD)
    note = note.with_lines(sign_note(note.text, LOG["log"]["name"], second))
    keys = [VerifierKey(LOG["log"]["name"], KeyType.ED25519, key.public) for key in (KEY, second)]
    assert verify_signed_note(note, iter(keys)) == (note.lines[0], note.lines[2])


def test_key_of_another_type_does_not_verify_here():
    # The same bytes as a cosignature key have another id, so the line is unknown to it.
    key = VerifierKey(LOG["log"]["name"], KeyType.COSIGNATURE_V1, KEY.public)
    with pytest.raises(RefusedError, match="signature_missing"):
        verify_signed_note(parse_signed_note(GOOD), [key])


def test_one_hundred_lines():
    assert len(parse_signed_note(b"a\n\n" + OTHER * 100).lines) == 100
    with pytest.raises(MalformedError, match="note_lines"):
        parse_signed_note(b"a\n\n" + OTHER * 101)
    full = SignedNote(b"a\n", (LINE,) * 100)
    assert full.encode() == b"a\n\n" + OTHER * 100
    with pytest.raises(MalformedError, match="note_lines"):
        full.with_lines(LINE).encode()


def test_cap_comes_before_parsing():
    filler = b"a" * (MAX_NOTE_BYTES - len(OTHER) - 2)
    note = filler + b"\n\n" + OTHER
    assert len(note) == MAX_NOTE_BYTES == 1_048_576
    assert parse_signed_note(note).encode() == note
    for over in (b"a" + note, b"\xff" * (MAX_NOTE_BYTES + 1), bytes(MAX_NOTE_BYTES + 1)):
        with pytest.raises(MalformedError, match="note_too_long"):
            parse_signed_note(over)
    with pytest.raises(MalformedError, match="note_too_long"):
        SignedNote(b"a" + filler + b"\n", (LINE,)).encode()


@pytest.mark.parametrize(
    "note",
    [
        SignedNote(b"a\n", ()),
        SignedNote(b"a", (LINE,)),
        SignedNote(b"", (LINE,)),
        SignedNote(b"a\r\n", (LINE,)),
        SignedNote(b"\xff\n", (LINE,)),
        SignedNote(b"a\n", (SignatureLine("a b", bytes(4), b"\1"),)),
        SignedNote(b"a\n", (SignatureLine("\ud800", bytes(4), b"\1"),)),
        SignedNote(b"a\n", (SignatureLine("a", bytes(3), b"\1\1"),)),
        SignedNote(b"a\n", (SignatureLine("a", bytes(4), b""),)),
    ],
)
def test_encode_writes_nothing_malformed(note):
    with pytest.raises(MalformedError):
        note.encode()


@pytest.mark.parametrize(
    ("text", "name"), [(b"a", "name"), (b"a\t\n", "name"), (b"a\n", "na me"), (b"a\n", "")]
)
def test_sign_refuses(text, name):
    with pytest.raises(MalformedError):
        sign_note(text, name, KEY)


@given(st.binary() | st.builds(lambda data: b"a\n\n\xe2\x80\x94 " + data + b"\n", st.binary()))
def test_parse_raises_only_malformed(data):
    try:
        note = parse_signed_note(data)
    except MalformedError:
        return
    assert note.encode() == data


@given(st.binary() | st.builds(lambda text: f"— {text}".encode(errors="surrogatepass"), st.text()))
def test_parse_line_raises_only_malformed(data):
    try:
        line = parse_signature_line(data)
    except MalformedError:
        return
    assert line.encode() == data + b"\n"


@given(st.integers(0, len(GOOD) - 1), st.binary(max_size=2), st.integers(0, 2))
def test_a_damaged_note_is_never_taken_for_another(at, put, cut):
    data = GOOD[:at] + put + GOOD[at + cut :]
    try:
        note = parse_signed_note(data)
        verify_signed_note(note, [parse_vkey(LOG["log"]["vkey"])])
    except (MalformedError, RefusedError):
        return
    assert note.text.decode() == LOG["checkpoint_text"]
    assert note.encode() == data


TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="".join(map(chr, range(32)))) | st.just("\n")
)


@given(TEXTS, st.binary(min_size=32, max_size=32), st.binary(min_size=1, max_size=90))
def test_round_trip(text, seed, other):
    key = SigningKey.from_seed(seed)
    data = f"{text}\n".encode()
    unknown = SignatureLine("x", bytes(4), other)
    note = SignedNote(data, (unknown, sign_note(data, "name", key)))
    assert parse_signed_note(note.encode()) == note
    assert verify_signed_note(note, [VerifierKey("name", KeyType.ED25519, key.public)]) == note.lines[1:]
