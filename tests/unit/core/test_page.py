"""Lines of a page of acts: what goes in comes out, anything else is one error."""

import json
from base64 import b64encode
from dataclasses import dataclass

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.core.acts.dsse import ActSignature
from mithaq.core.federation.page import (
    MAX_LINE_BYTES,
    ActLine,
    EndLine,
    ErasedLine,
    content_of,
    encode_end,
    encode_erased,
    encode_line,
    parse_line,
    read_line_index,
)
from mithaq.core.types import LeafIndex, Origin, TreeSize
from mithaq.errors import MalformedError


@dataclass(frozen=True)
class Part:
    name: str
    salt: bytes
    data: bytes


@dataclass(frozen=True)
class Act:
    leaf_index: LeafIndex
    salt: bytes
    envelope: bytes
    signatures: tuple[ActSignature, ...] = ()
    sections: tuple[Part, ...] = ()


SALT = bytes(range(32))
SIGNATURE = ActSignature("ab" * 32, bytes(64))
PLAIN = Act(LeafIndex(7), SALT, b'{"kind":"noop","v":1}')
RICH = Act(
    LeafIndex(2**63 - 1),
    SALT,
    b"{}",
    (SIGNATURE,),
    (Part("persons", bytes(32), b"\x00\xff"), Part("reasons", SALT, b"")),
)


def as_dict(line: bytes) -> dict[str, object]:
    value = json.loads(line)
    assert isinstance(value, dict)
    return value


def test_the_form_on_the_wire() -> None:
    salt, envelope = b64encode(SALT).decode(), b64encode(PLAIN.envelope).decode()
    expected = f'{{"index":7,"salt":"{salt}","envelope":"{envelope}","sigs":[],"sections":{{}}}}'
    assert encode_line(PLAIN) == expected.encode()
    assert as_dict(encode_line(RICH)) == {
        "index": 2**63 - 1,
        "salt": salt,
        "envelope": "e30=",
        "sigs": [{"keyid": "ab" * 32, "sig": b64encode(bytes(64)).decode()}],
        "sections": {
            "persons": {"salt": b64encode(bytes(32)).decode(), "data": "AP8="},
            "reasons": {"salt": salt, "data": ""},
        },
    }
    assert encode_end(LeafIndex(9), TreeSize(9), 2) == b'{"end":true,"next":9,"size":9,"count":2}'
    erased = encode_erased(LeafIndex(3), 2, Origin("fr-mi.example/log/1"), LeafIndex(8))
    assert erased == b'{"index":3,"seq":2,"erased":true,"notice":{"log":"fr-mi.example/log/1","index":8}}'


@pytest.mark.parametrize("act", [PLAIN, RICH])
def test_an_act_comes_back(act: Act) -> None:
    line = parse_line(encode_line(act))
    assert isinstance(line, ActLine)
    assert (line.leaf_index, line.salt, line.envelope) == (act.leaf_index, act.salt, act.envelope)
    assert line.signatures == act.signatures
    assert {name: (part.salt, part.data) for name, part in line.sections.items()} == {
        part.name: (part.salt, part.data) for part in act.sections
    }
    assert line.disclosed is None


def test_a_release_carries_the_older_act_with_the_named_sections() -> None:
    line = parse_line(encode_line(PLAIN, content_of(RICH, {"reasons"})))
    assert isinstance(line, ActLine)
    assert line.disclosed is not None
    assert line.disclosed.envelope == b"{}"
    assert line.disclosed.signatures == (SIGNATURE,)
    assert list(line.disclosed.sections) == ["reasons"]
    assert list(content_of(RICH).sections) == ["persons", "reasons"]


def test_the_other_lines_come_back() -> None:
    end = parse_line(encode_end(LeafIndex(5), TreeSize(9), 2))
    assert end == EndLine(True, 5, 9, 2)
    erased = parse_line(encode_erased(LeafIndex(3), 2, Origin("a"), LeafIndex(8)))
    assert isinstance(erased, ErasedLine)
    assert (erased.leaf_index, erased.seq, erased.notice.log, erased.notice.index) == (3, 2, "a", 8)


def test_order_spaces_and_unknown_fields_do_not_matter() -> None:
    value = as_dict(encode_line(RICH))
    value["later"] = {"a=": 'x="', "deep": [[1.5, None]]}
    data = json.dumps(dict(reversed(value.items())), indent=None, ensure_ascii=False).encode()
    assert parse_line(data) == parse_line(encode_line(RICH))
    escaped = encode_line(PLAIN).replace(b"=", b"\\u003d").replace(b"/", b"\\/")
    assert parse_line(escaped) == parse_line(encode_line(PLAIN))


GOOD = as_dict(encode_line(RICH, content_of(RICH)))


def changed(path: str, value: object) -> bytes:
    """The rich line with one value replaced; None takes the field away."""
    line = json.loads(json.dumps(GOOD))
    *parents, last = path.split(".")
    place = line
    for name in parents:
        place = place[int(name) if name.isdecimal() else name]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return json.dumps(line).encode()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("index", None),
        ("index", -1),
        ("index", 2**63),
        ("index", 1.5),
        ("index", "1"),
        ("salt", None),
        ("salt", "AAAA"),
        ("salt", b64encode(bytes(33)).decode()),
        ("envelope", None),
        ("envelope", "e30"),
        ("envelope", "e31="),
        ("envelope", "e30=\n"),
        ("envelope", "e3 0="),
        ("envelope", "ew=="[:2] + "x="),
        ("envelope", b64encode(bytes(262_145)).decode()),
        ("sigs", None),
        ("sigs", {}),
        ("sigs", GOOD["sigs"] * 9),  # type: ignore[operator]
        ("sigs.0.keyid", "AB" * 32),
        ("sigs.0.keyid", "ab" * 32 + "\n"),
        ("sigs.0.sig", b64encode(bytes(63)).decode()),
        ("sigs.0.sig", b64encode(bytes(64)).decode()[:-3] + "B=="),
        ("sections", None),
        ("sections", {"A": {"salt": GOOD["salt"], "data": ""}}),
        ("sections", {"a" * 33: {"salt": GOOD["salt"], "data": ""}}),
        ("sections", {f"s{i}": {"salt": GOOD["salt"], "data": ""} for i in range(33)}),
        ("sections.persons.data", "AP9="),
        ("sections.persons.data", b64encode(bytes(262_145)).decode()),
        ("sections.persons.salt", None),
        ("sections", {f"s{i}": {"salt": GOOD["salt"], "data": "A" * 349_524} for i in range(5)}),
        ("released", "x"),
        ("released.envelope", "e31="),
        ("released.salt", None),
    ],
)
def test_a_bad_field_is_refused(path: str, value: object) -> None:
    with pytest.raises(MalformedError) as caught:
        parse_line(changed(path, value))
    assert caught.value.code == "page_line"


def test_the_good_line_is_good() -> None:
    assert isinstance(parse_line(json.dumps(GOOD).encode()), ActLine)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'{"end":false,"next":0,"size":0,"count":0}',
        b'{"end":true,"next":0,"size":0}',
        b'{"end":true,"next":0,"size":0,"count":1025}',
        b'{"end":true,"next":-1,"size":0,"count":0}',
        b'{"index":1,"seq":1,"erased":false,"notice":{"log":"a","index":1}}',
        b'{"index":1,"seq":0,"erased":true,"notice":{"log":"a","index":1}}',
        b'{"index":1,"seq":1,"erased":true,"notice":{"log":"\xff","index":1}}',
        encode_line(PLAIN) + b"\n{}",
        encode_line(PLAIN)[:-1],
        encode_line(PLAIN)[:-1] + b',"x":"\xff"}',
        encode_line(PLAIN)[:-1] + b',"x":' + b"[" * 100_000,
        encode_line(PLAIN).decode().encode("utf-16"),
    ],
)
def test_what_is_no_line_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedError) as caught:
        parse_line(data)
    assert caught.value.code == "page_line"


def test_a_line_over_the_limit_is_not_looked_at() -> None:
    with pytest.raises(MalformedError) as caught:
        parse_line(b"{" * (MAX_LINE_BYTES + 1))
    assert caught.value.code == "page_line_too_long"


def test_the_largest_act_fits_a_line() -> None:
    parts = tuple(Part(f"s{number}", SALT, bytes(262_144)) for number in range(4))
    largest = Act(LeafIndex(0), SALT, bytes(262_144), (SIGNATURE,) * 8, parts)
    line = encode_line(largest, content_of(largest))
    assert len(line) < MAX_LINE_BYTES
    assert isinstance(parse_line(line), ActLine)


@pytest.mark.parametrize(
    ("data", "index"),
    [
        (b'{"index":5,"salt":', 5),
        (b'{"index":0}', 0),
        (b'{"index":05,', None),
        (b'{"index":9223372036854775808,', None),
        (b'{"salt":"","index":5}', None),
        (b"\xff", None),
    ],
)
def test_the_index_of_a_bad_line(data: bytes, index: int | None) -> None:
    assert read_line_index(data) == index


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(sorted(GOOD)), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.one_of(st.binary(max_size=300), ANY_JSON.map(lambda value: json.dumps(value).encode())))
def test_any_bytes_give_a_line_or_our_error(data: bytes) -> None:
    read_line_index(data)
    try:
        parse_line(data)
    except MalformedError:
        pass


@given(
    st.sampled_from([encode_line(RICH, content_of(RICH)), encode_end(LeafIndex(1), TreeSize(2), 1)]),
    st.data(),
)
def test_a_damaged_line_gives_a_line_or_our_error(line: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(line) - 1))
    damaged = line[:at] + data.draw(st.binary(max_size=2)) + line[at + 1 :]
    try:
        parse_line(damaged)
    except MalformedError:
        pass


@given(st.binary(max_size=100), st.lists(st.binary(max_size=20), max_size=3))
def test_every_act_comes_back(envelope: bytes, datas: list[bytes]) -> None:
    parts = tuple(Part(f"s{place}", SALT, data) for place, data in enumerate(datas))
    act = Act(LeafIndex(1), SALT, envelope, (SIGNATURE,), parts)
    line = parse_line(encode_line(act, content_of(act)))
    assert isinstance(line, ActLine)
    assert line.envelope == envelope
    assert [part.data for part in line.sections.values()] == datas
    assert msgspec.json.encode(line) == encode_line(act, content_of(act))
