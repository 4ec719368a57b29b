import base64
import json
import os
import subprocess
import sys
import unicodedata
from collections import OrderedDict
from datetime import UTC, datetime, timedelta, timezone
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from mithaq.core import unicode14
from mithaq.core.encoding import (
    check_administration_code,
    check_submittable,
    check_uuid7,
    encode_base64,
    encode_canonical,
    format_time,
    make_uuid7,
    parse_base64,
    parse_canonical,
    parse_decimal,
    parse_hex,
    parse_time,
)
from mithaq.errors import MalformedError

VECTORS = json.loads(
    (Path(__file__).parents[3] / "vectors" / "own" / "canonical_json.json").read_text("utf-8")
)
JUDGED = Path(__file__).parents[3] / "vectors" / "public" / "json-canonicalization"


def bytes_of(vector: dict[str, str]) -> bytes:
    return bytes.fromhex(vector["hex"]) if "hex" in vector else vector["text"].encode()


def refusal(call: Any, *args: Any, **named: Any) -> str:
    with pytest.raises(MalformedError) as caught:
        call(*args, **named)
    return caught.value.code


def is_in_profile(text: str) -> bool:
    """A second writing of the rule for strings, slow and plain."""
    level = 0
    for character in text:
        point = ord(character)
        if point < 0x20 and character not in "\n\t":
            return False
        if 0x7F <= point <= 0x9F or 0x202A <= point <= 0x202E or 0xD800 <= point <= 0xDFFF:
            return False
        if 0xFDD0 <= point <= 0xFDEF or point & 0xFFFE == 0xFFFE or 0xE0000 <= point <= 0xE007F:
            return False
        level += (0x2066 <= point <= 0x2068) - (point == 0x2069)
        if level < 0:
            return False
    return level == 0 and unicodedata.normalize("NFC", text) == text


anything = st.text(max_size=12) | st.text(
    st.sampled_from(
        'ab"\\\n\t\x7f\x85\u0301\u064e\u0651\u0653اي\u2066\u2069\u202eé\U0001f91d\U000e0001\ufffe'
    ),
    max_size=8,
)
strings = anything.filter(is_in_profile)
keys = st.text("abz019_.-", min_size=1, max_size=8)
scalars = strings | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
)
times = st.datetimes(datetime(1900, 1, 1), datetime(2200, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
documents = st.dictionaries(keys, values, max_size=6)


@pytest.mark.parametrize("vector", VECTORS["accepted"], ids=lambda vector: vector["name"])
def test_accepted_bytes_are_read_and_written_alike(vector: dict[str, str]) -> None:
    data = bytes_of(vector)
    assert encode_canonical(parse_canonical(data)) == data


@pytest.mark.parametrize("vector", VECTORS["refused"], ids=lambda vector: vector["name"])
def test_refused_bytes_name_their_code(vector: dict[str, str]) -> None:
    assert refusal(parse_canonical, bytes_of(vector)) == vector["code"]


@given(documents)
def test_inside_the_profile_the_bytes_are_those_of_rfc8785(document: dict[str, Any]) -> None:
    data = encode_canonical(document)
    assert data == rfc8785.dumps(document)
    assert parse_canonical(data) == document


@given(anything)
@example("\n\u0303")
@example("t\u0307")
def test_strings_are_judged_as_a_plain_reading_of_the_rule_does(text: str) -> None:
    data = orjson.dumps({"a": text})
    if is_in_profile(text):
        assert parse_canonical(data) == {"a": text}
        assert encode_canonical({"a": text}) == data
    else:
        code = refusal(parse_canonical, data)
        assert code in {"forbidden_character", "unbalanced_isolate", "not_nfc"}
        assert refusal(encode_canonical, {"a": text}) == code


def test_each_character_alone_is_judged_so_too() -> None:
    for point in range(0x110000):
        if 0xD800 <= point <= 0xDFFF:
            continue
        data = b'{"a":%b}' % orjson.dumps(chr(point))
        try:
            parse_canonical(data)
        except MalformedError:
            assert not is_in_profile(chr(point)), hex(point)
        else:
            assert is_in_profile(chr(point)), hex(point)


def test_characters_that_get_no_closer_look_join_to_nothing() -> None:
    from mithaq.core.encoding import _PLAIN_RUN

    joining = {*range(0x1161, 0x1176), *range(0x11A8, 0x11C3)}  # Hangul, which composes by rule
    for point in range(0x110000):
        mapping = unicodedata.decomposition(chr(point))
        if mapping and mapping[0] != "<":
            joining |= {int(part, 16) for part in mapping.split()[1:]}
    for point in range(0x10000):
        if _PLAIN_RUN.fullmatch(chr(point)):
            assert unicodedata.is_normalized("NFC", chr(point))
            assert unicodedata.combining(chr(point)) == 0
            assert point not in joining


@given(st.binary(max_size=60) | st.text('{}[]",:\\ntrue10-.eE ', max_size=40).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        value = parse_canonical(data)
    except MalformedError:
        return
    assert rfc8785.dumps(value) == data


@given(documents, st.data())
def test_a_changed_byte_is_never_another_spelling_of_the_same(
    document: dict[str, Any], data: st.DataObject
) -> None:
    encoded = bytearray(encode_canonical(document))
    place = data.draw(st.integers(0, len(encoded) - 1))
    encoded[place] = data.draw(st.integers(0, 255).filter(lambda byte: byte != encoded[place]))
    try:
        assert parse_canonical(bytes(encoded)) != document
    except MalformedError:
        pass


def test_limits_hold_at_their_edge() -> None:
    fits = b'{"a":"%b"}' % (b"x" * 65_536)
    assert len(parse_canonical(fits)["a"]) == 65_536  # type: ignore[arg-type]
    assert refusal(parse_canonical, b'{"a":"%b"}' % (b"x" * 65_537)) == "string_too_long"
    assert parse_canonical(b'{"a":"%b"}' % ("é" * 32_768).encode())
    assert refusal(parse_canonical, b'{"a":"%b"}' % ("é" * 32_769).encode()) == "string_too_long"
    assert parse_canonical(b'{"a":"%b"}' % (b"\\n" * 65_536))  # the string, not its escapes
    assert refusal(encode_canonical, {"a": "é" * 32_769}) == "string_too_long"
    assert parse_canonical(b'{"a":[%b]}' % b",".join([b"1"] * 19_998))
    assert refusal(parse_canonical, b'{"a":[%b]}' % b",".join([b"1"] * 19_999)) == "too_many_values"
    padded = b'{"a":["%b"],"b":["%b"],"c":["%b"],"d":["%b"]}'
    whole = padded % (b"x" * 65_536, b"x" * 65_536, b"x" * 65_536, b"x" * (262_144 - 3 * 65_536 - 37))
    assert len(whole) == 262_144
    assert parse_canonical(whole)
    assert refusal(parse_canonical, whole + b" ") == "too_large"
    assert refusal(parse_canonical, b"{}", max_bytes=1) == "too_large"


def test_the_checks_come_in_the_stated_order() -> None:
    deep = b'{"a":' + b"[" * 16
    assert refusal(parse_canonical, b"\xff" + deep, max_bytes=4) == "too_large"
    assert refusal(parse_canonical, b"\xff" + deep) == "not_utf8"
    assert refusal(parse_canonical, deep + b"null x") == "too_deep"
    assert refusal(parse_canonical, b'{"b":null,"a":x') == "not_json"
    assert refusal(parse_canonical, b'{"b":null, "a":1}') == "float_or_null"


def test_deep_input_is_refused_fast_and_without_recursion() -> None:
    for data in (b"[" * 262_000, b'{"a":' * 50_000, b"[]" * 131_000, b'{"a":[' + b"[]," * 80_000):
        assert refusal(parse_canonical, data) in {"too_deep", "not_json"}


def test_what_our_writers_may_hand_in() -> None:
    class Word(StrEnum):
        ONE = "one"

    class Pair(NamedTuple):
        a: int
        b: int

    class Number(IntEnum):
        TWO = 2

    assert encode_canonical({"b": (Word.ONE, Number.TWO), "a": True}) == b'{"a":true,"b":["one",2]}'
    circle: dict[str, object] = {}
    circle["a"] = circle
    deep: dict[str, object] = {}
    for _ in range(300):
        deep = {"a": deep}
    assert refusal(encode_canonical, circle) == "too_many_values"
    assert refusal(encode_canonical, deep) == "too_deep"
    assert refusal(encode_canonical, {"a": "\ud800"}) == "forbidden_character"
    assert refusal(encode_canonical, {"a": 1.0}) == "float_or_null"
    assert refusal(encode_canonical, {"a": None}) == "float_or_null"
    assert refusal(encode_canonical, {"a": b"x"}) == "float_or_null"
    assert refusal(encode_canonical, {"a": 2**53}) == "integer_range"
    assert refusal(encode_canonical, {"a": 2**70}) == "integer_range"
    assert refusal(encode_canonical, {1: 2}) == "bad_key"
    assert refusal(encode_canonical, {Word.ONE: 2}) == "bad_key"
    assert encode_canonical({"one": 1}) == b'{"one":1}'
    assert refusal(encode_canonical, {Word.ONE: 2}) == "bad_key"  # though its text is known by now
    assert refusal(encode_canonical, {"a": Pair(1, 2)}) == "float_or_null"
    assert refusal(encode_canonical, OrderedDict(a=1)) == "not_object"
    assert refusal(encode_canonical, {"a": OrderedDict(a=1)}) == "float_or_null"
    assert refusal(encode_canonical, {"a": {"É": 2}}) == "bad_key"
    assert refusal(encode_canonical, {f"k{number}": "x" * 60_000 for number in range(5)}) == "too_large"


@pytest.mark.skipif(not JUDGED.is_dir(), reason="the public vectors are not there")
def test_public_vectors_are_refused_or_already_canonical() -> None:
    for path in sorted(JUDGED.rglob("*.json")):
        try:
            value = parse_canonical(path.read_bytes())
        except MalformedError:
            continue
        assert rfc8785.dumps(value) == path.read_bytes()


@pytest.mark.skipif(unicodedata.unidata_version != "14.0.0", reason="this Python has another Unicode")
def test_the_table_is_that_of_unicode_14() -> None:
    for point in range(0x110000):
        category = unicodedata.category(chr(point))
        assert unicode14.is_assigned(chr(point)) == (category != "Cn"), hex(point)
        assert (unicode14.find_unassigned(chr(point)) is None) == (category != "Cn"), hex(point)


def test_new_text_is_held_to_narrower_rules() -> None:
    fine = [
        "السلام عليكم ورحمة الله",
        "L\u2019été à «Œuvre»",
        "\u2067ab\u2069",
        "می\u200cخواهم",
        "مُحَمَّد",
        "🤝",
        "ⵜⴰⵎⴰⵣⵉⵖⵜ",
    ]
    for text in fine:
        check_submittable(encode_canonical({"a": text}))
    check_submittable(b'{"a":"ascii"}')
    for text in ("\u0378", "x\U0001fae8", "\U000105c0"):  # the last two are of Unicode 15.0 and 16.0
        assert refusal(check_submittable, f'{{"a":"{text}"}}'.encode()) == "unassigned_character"
    refused = [
        "\u00ad",
        "\u200d",
        "\u200e",
        "\ufeff",
        "\u202e",
        "\ue000",
        "\U000f0000",
        "\ufffd",
        "\u200c",
        "a\u200c1",
    ]
    for text in [*refused, "z" + "\u0302" * 5, "z" + "\U0001e945" * 5, "\u061c", "\U000e0041"]:
        assert refusal(check_submittable, f'{{"a":"{text}"}}'.encode()) == "forbidden_character"
    assert refusal(check_submittable, b"\xff") == "not_utf8"


@given(st.binary(max_size=80))
def test_base64_has_one_form(data: bytes) -> None:
    text = encode_base64(data)
    assert text == base64.b64encode(data).decode()
    assert parse_base64(text) == parse_base64(text.encode()) == data


@pytest.mark.parametrize(
    "text", ["YQ", "YQ=", "YQ===", "YR==", "YQ==\n", "Y Q==", "_-==", "YQ==YQ==", "=", "é", "YQ=\u0660"]
)
def test_other_base64_is_refused(text: str) -> None:
    assert refusal(parse_base64, text) == "bad_base64"


@given(st.text(max_size=12) | st.binary(max_size=12))
def test_base64_of_anything_is_read_or_refused(text: str | bytes) -> None:
    try:
        data = parse_base64(text)
    except MalformedError:
        return
    assert encode_base64(data) == (text if isinstance(text, str) else text.decode())


def test_numbers_and_hex_have_one_form() -> None:
    assert [parse_decimal(text) for text in ("0", "7", "10", str(2**63 - 1))] == [0, 7, 10, 2**63 - 1]
    for text in ("", "00", "01", "+1", "-1", " 1", "1\n", "1_0", "٣", "1.0", str(2**63), "1" * 40):
        assert refusal(parse_decimal, text) == "bad_decimal"
    assert parse_hex("00ff", 2) == b"\x00\xff"
    for text in ("", "00f", "00FF", "0x00", "00 f", "00ff00", "٣٣٣٣", "00f\n"):
        assert refusal(parse_hex, text, 2) == "bad_hex"


@given(times)
def test_times_come_back(at: datetime) -> None:
    text = format_time(at)
    assert parse_time(text) == at.replace(microsecond=at.microsecond // 1000 * 1000)
    assert format_time(at.astimezone(timezone(timedelta(hours=1)))) == text


def test_other_times_are_refused() -> None:
    assert format_time(datetime(2026, 3, 1, 10, tzinfo=UTC)) == "2026-03-01T10:00:00.000Z"
    for bad in (datetime(2026, 1, 1), datetime(1899, 12, 31, tzinfo=UTC), datetime(2201, 1, 1, tzinfo=UTC)):  # noqa: DTZ001
        assert refusal(format_time, bad) == "bad_time"
    far = timezone(timedelta(hours=-14))
    assert refusal(format_time, datetime(9999, 12, 31, 23, tzinfo=far)) == "bad_time"
    for text in (
        "",
        "2026-03-01T10:00:00Z",
        "2026-02-29T10:00:00.000Z",
        "2026-03-01T10:00:60.000Z",
        "٢٠٢٦-03-01T10:00:00.000Z",
    ):
        assert refusal(parse_time, text) == "bad_time"


@given(times.filter(lambda at: at.year >= 1970), st.binary(min_size=10, max_size=10))
def test_uuid7_carries_its_time(at: datetime, random: bytes) -> None:
    text = make_uuid7(at, random)
    check_uuid7(text)
    assert int(text.replace("-", "")[:12], 16) == (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(
        milliseconds=1
    )
    assert make_uuid7(at, random) == text


def test_uuid7_uses_all_its_chance() -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    assert make_uuid7(at, b"\xff" * 10)[14:] == "7fff-bfff-ffffffffffff"
    assert make_uuid7(at, bytes(10))[14:] == "7000-8000-000000000000"
    assert refusal(make_uuid7, at, bytes(9)) == "bad_length"
    assert refusal(make_uuid7, datetime(2026, 3, 1), bytes(10)) == "bad_time"  # noqa: DTZ001
    assert refusal(make_uuid7, datetime(1969, 3, 1, tzinfo=UTC), bytes(10)) == "bad_time"


def test_codes() -> None:
    for code in ("ma-mi", "fr-mi", "eu-x1-y2-z3", "abc-" + "d" * 16):
        check_administration_code(code)
    for code in (
        "",
        "ma",
        "m-mi",
        "abcd-mi",
        "MA-mi",
        "ma_mi",
        "ma-",
        "ma-a-b-c-d",
        "ma-" + "d" * 17,
        "ma-mi\n",
        "mа-mi",
    ):
        assert refusal(check_administration_code, code) == "bad_code"


def test_the_order_of_dictionaries_and_the_seed_of_hashes_change_nothing() -> None:
    code = (
        "from mithaq.core.encoding import encode_canonical;"
        "print(encode_canonical({k: 1 for k in {'b', 'a', 'z-', 'z.', 'z_', 'z0'}}).decode())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(seen) == 1
