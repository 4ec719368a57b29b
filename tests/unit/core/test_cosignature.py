import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.core.keys import KeyType, SigningKey, VerifierKey, parse_vkey
from mithaq.core.log.cosignature import (
    MAX_TIME_S,
    cosign,
    good_cosignatures,
    make_cosigned_message,
    parse_cosignature,
    verify_cosignature,
)
from mithaq.core.log.signed_note import (
    SignatureLine,
    SignedNote,
    parse_signature_line,
    parse_signed_note,
    sign_note,
)
from mithaq.errors import MalformedError, RefusedError

OWN = Path(__file__).parents[3] / "vectors" / "own"
VECTOR = json.loads((OWN / "cosignature.json").read_text())
LOG = json.loads((OWN / "log_of_three.json").read_text())
NAME = LOG["mirror"]["name"]
AT_S = LOG["mirror"]["at_s"]
KEY = SigningKey.from_seed(bytes.fromhex(LOG["mirror"]["seed_hex"]))
VKEY = parse_vkey(LOG["mirror"]["vkey"])
NOTE = parse_signed_note(LOG["checkpoint_note"].encode())
COSIGNED = parse_signed_note(LOG["cosigned_note"].encode())
TEXT = NOTE.text


def test_own_vector():
    line = cosign(TEXT, NAME, KEY, AT_S)
    assert NOTE.with_lines(line).encode().decode() == LOG["cosigned_note"]
    cosignature = verify_cosignature(TEXT, COSIGNED.lines[1], VKEY, now_s=AT_S)
    assert (cosignature.name, cosignature.key_id, cosignature.at_s) == (NAME, VKEY.key_id, AT_S)
    assert cosignature.encode() == line
    assert len(line.key_id + line.signature) == 76


def test_message():
    assert make_cosigned_message(b"a\n", 7) == b"cosignature/v1\ntime 7\na\n"


@pytest.mark.parametrize("case", VECTOR["cases"], ids=lambda case: case["name"])
def test_verify(case):
    text, key = VECTOR["text"].encode(), parse_vkey(VECTOR["vkey"])
    line = parse_signature_line(case["line"].encode().removesuffix(b"\n"))
    if "code" not in case:
        assert verify_cosignature(text, line, key, now_s=case["now_s"]).at_s == case["at_s"]
        return
    with pytest.raises(RefusedError) as caught:
        verify_cosignature(text, line, key, now_s=case["now_s"])
    assert caught.value.code == case["code"]


def test_without_a_clock_any_time_is_good():
    line = cosign(TEXT, NAME, KEY, MAX_TIME_S)
    assert verify_cosignature(TEXT, line, VKEY, now_s=None).at_s == MAX_TIME_S


@pytest.mark.parametrize("at_s", [0, -1, 2**63])
def test_cosign_refuses_the_time(at_s):
    with pytest.raises(MalformedError, match="cosignature_time"):
        cosign(TEXT, NAME, KEY, at_s)


def test_cosign_refuses_text_and_name():
    with pytest.raises(MalformedError, match="note_text"):
        cosign(b"a", NAME, KEY, AT_S)
    with pytest.raises(MalformedError, match="key_name"):
        cosign(TEXT, "a b", KEY, AT_S)


def test_another_text_is_not_cosigned():
    with pytest.raises(RefusedError, match="signature_bad"):
        verify_cosignature(TEXT + b"x\n", COSIGNED.lines[1], VKEY, now_s=AT_S)


def test_an_ed25519_key_is_no_cosigner():
    key = VerifierKey(NAME, KeyType.ED25519, KEY.public)
    line = SignatureLine(NAME, key.key_id, COSIGNED.lines[1].signature)
    with pytest.raises(RefusedError, match="cosignature_key"):
        verify_cosignature(TEXT, line, key, now_s=AT_S)


def test_a_plain_signature_is_no_cosignature():
    # Of the very bytes a cosigner signs, by its key, but as type 01: another id and no time.
    line = sign_note(make_cosigned_message(TEXT, AT_S), NAME, KEY)
    assert line.key_id != VKEY.key_id
    with pytest.raises(MalformedError, match="cosignature_length"):
        parse_cosignature(line)


# Counting


def test_good_cosignatures():
    assert good_cosignatures(NOTE, [VKEY], AT_S) == ()
    assert good_cosignatures(COSIGNED, [], AT_S) == ()
    assert [found.at_s for found in good_cosignatures(COSIGNED, [VKEY], AT_S)] == [AT_S]


def test_two_of_one_key_count_once_by_the_latest():
    for times in ([AT_S, AT_S + 9, AT_S + 5], [AT_S + 9, AT_S]):
        note = NOTE.with_lines(*(cosign(TEXT, NAME, KEY, at_s) for at_s in times))
        assert [found.at_s for found in good_cosignatures(note, [VKEY], AT_S)] == [AT_S + 9]


def test_one_ahead_of_our_clock_is_not_counted_but_refuses_nothing():
    note = COSIGNED.with_lines(cosign(TEXT, NAME, KEY, AT_S + 301))
    assert [found.at_s for found in good_cosignatures(note, [VKEY], AT_S)] == [AT_S]
    assert [found.at_s for found in good_cosignatures(note, [VKEY], None)] == [AT_S + 301]
    assert good_cosignatures(note, [VKEY], AT_S - 301) == ()


@pytest.mark.parametrize(
    ("signature", "code"),
    [
        (AT_S.to_bytes(8, "big") + bytes(64), "signature_bad"),
        (bytes(8) + bytes(64), "cosignature_time"),
        (bytes(71), "cosignature_length"),
        ((AT_S + 999).to_bytes(8, "big") + bytes(64), "signature_bad"),
    ],
)
def test_known_and_bad_refuses_the_whole_note(signature, code):
    bad = SignatureLine(NAME, VKEY.key_id, signature)
    for note in (COSIGNED.with_lines(bad), NOTE.with_lines(bad, *COSIGNED.lines)):
        with pytest.raises(RefusedError, match=code):
            good_cosignatures(note, [VKEY], AT_S)


def test_unknown_lines_are_passed_over():
    other = SigningKey.from_seed(b"\7" * 32)
    unknown = SignatureLine(NAME, bytes(4), b"\0")
    note = COSIGNED.with_lines(unknown, cosign(TEXT, "w.example", other, AT_S))
    witness = VerifierKey("w.example", KeyType.COSIGNATURE_V1, other.public)
    plain = VerifierKey(NAME, KeyType.ED25519, KEY.public)
    found = good_cosignatures(note, iter([witness, VKEY, plain]), AT_S)
    assert [cosignature.name for cosignature in found] == [NAME, "w.example"]


@given(st.text(), st.binary(max_size=4), st.binary(max_size=80) | st.binary(min_size=72, max_size=72))
def test_parse_raises_only_malformed(name, key_id, signature):
    line = SignatureLine(name, key_id, signature)
    try:
        cosignature = parse_cosignature(line)
    except MalformedError:
        return
    assert cosignature.encode() == line


@given(st.binary(min_size=32, max_size=32), st.integers(1, MAX_TIME_S))
def test_round_trip(seed, at_s):
    key = SigningKey.from_seed(seed)
    note = SignedNote(TEXT, (cosign(TEXT, NAME, key, at_s),))
    verifier = VerifierKey(NAME, KeyType.COSIGNATURE_V1, key.public)
    again = parse_signed_note(note.encode())
    assert [found.at_s for found in good_cosignatures(again, [verifier], at_s)] == [at_s]
