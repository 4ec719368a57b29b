"""What the API takes: JSON, schemas and cursors, on any input."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.errors import MalformedError
from mithaq.web.api import schema as s
from mithaq.web.api.json_input import MAX_DEPTH, MAX_INTEGER, parse_json
from mithaq.web.api.paging import read_cursor, write_cursor

PLAIN_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | PLAIN_TEXT,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(PLAIN_TEXT, inner, max_size=5),
    max_leaves=20,
)


@given(VALUES, st.booleans())
def test_good_json_is_read_as_it_is(value: Any, is_ascii: bool) -> None:
    assert parse_json(json.dumps(value, ensure_ascii=is_ascii).encode()) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        parse_json(data)
    except MalformedError:
        pass


@pytest.mark.parametrize(("depth", "is_taken"), [(MAX_DEPTH, True), (MAX_DEPTH + 1, False), (100_000, False)])
def test_depth_is_counted_before_it_is_read(depth: int, is_taken: bool) -> None:
    data = b"[" * depth + b"]" * depth
    if is_taken:
        parse_json(data)
    else:
        with pytest.raises(MalformedError, match="too_deep"):
            parse_json(data)
    assert parse_json(json.dumps("[" * depth).encode()) == "[" * depth


HOSTILE = {
    "no UTF-8": (b'{"a":"\xff"}', "not_utf8"),
    "a mark of byte order": (b"\xef\xbb\xbf{}", "not_utf8"),
    "a key twice": (b'{"a":1,"a":2}', "duplicate_key"),
    "a key twice, once escaped": (b'{"a":1,"\\u0061":2}', "duplicate_key"),
    "NaN": (b"[NaN]", "float"),
    "Infinity": (b"[-Infinity]", "float"),
    "a float": (b"[1.5]", "float"),
    "a float out of range": (b"[1e400]", "float"),
    "something behind": (b"{} x", "not_json"),
    "nothing": (b"", "not_json"),
    "U+0000": (b'{"a":"\\u0000"}', "forbidden_character"),
    "a bare U+0000": (b'{"a":"\x00"}', "not_json"),
    "half a pair, escaped": (b'{"a":"\\ud800"}', "forbidden_character"),
    "half a pair": (b'{"a":"\xed\xa0\x80"}', "not_utf8"),
    "an integer too large": (b"[9007199254740992]", "integer_range"),
    "an integer too small": (b"[-9007199254740992]", "integer_range"),
    "digits of another script": ("[٤]".encode(), "not_json"),
    "a line in a number": (b"[4_2]", "not_json"),
    "1,025 members": (b"{" + b",".join(b'"%d":1' % each for each in range(1025)) + b"}", "too_many_values"),
    "10,001 items": (b"[" + b",".join([b"1"] * 10_001) + b"]", "too_many_values"),
    "over 1 MiB": (b'"' + b"a" * 1_100_000 + b'"', "body_too_large"),
}


@pytest.mark.parametrize("why", HOSTILE)
def test_each_row_of_the_rules_of_json(why: str) -> None:
    data, code = HOSTILE[why]
    with pytest.raises(MalformedError) as caught:
        parse_json(data)
    assert caught.value.code == code


PERSON = s.obj(
    {
        "name": s.texts(20),
        "born_on": s.day(),
        "age": s.integer(0, 150),
        "roles": {**s.array(s.choice("a", "b"), 3), "minItems": 1},
        "note": s.or_null(s.text(5)),
        "is_active": s.boolean(),
    },
    ["name"],
)


@pytest.mark.parametrize(
    ("value", "errors"),
    [
        ({"name": {"fr": "x"}}, []),
        ({"name": {"fr": "x"}, "note": None, "is_active": True, "age": 3, "roles": ["a"]}, []),
        ([], [("", "field_type")]),
        ({}, [("/name", "field_missing")]),
        ({"name": {}}, [("/name", "field_empty")]),
        ({"name": {"de": "x"}}, [("/name/de", "field_unknown")]),
        ({"name": {"fr": ""}}, [("/name/fr", "field_empty")]),
        ({"name": {"fr": "x" * 21}}, [("/name/fr", "field_long")]),
        ({"name": {"fr": 1}}, [("/name/fr", "field_type")]),
        ({"name": {"fr": "x"}, "age": True}, [("/age", "field_type")]),
        ({"name": {"fr": "x"}, "age": 151}, [("/age", "field_range")]),
        ({"name": {"fr": "x"}, "born_on": "٢٠٢٥-٠١-٠١"}, [("/born_on", "field_form")]),
        ({"name": {"fr": "x"}, "born_on": "2025-01-01\n"}, [("/born_on", "field_long"), ]),
        ({"name": {"fr": "x"}, "roles": []}, [("/roles", "field_empty")]),
        ({"name": {"fr": "x"}, "roles": ["a", "c"]}, [("/roles/1", "field_choice")]),
        ({"name": {"fr": "x"}, "roles": ["a"] * 4}, [("/roles", "field_long")]),
        ({"name": {"fr": "x"}, "note": 5}, [("/note", "field_type")]),
        ({"name": {"fr": "x"}, "a/b~c": 1}, [("/a~1b~0c", "field_unknown")]),
    ],
)  # fmt: skip
def test_errors_stand_at_their_field(value: Any, errors: list[tuple[str, str]]) -> None:
    assert [(one.pointer, one.code) for one in s.find_errors(PERSON, value)] == errors


@given(VALUES)
def test_any_value_is_judged(value: Any) -> None:
    list(s.find_errors(PERSON, value))


@given(st.lists(st.none() | st.integers(-(2**53), 2**53) | PLAIN_TEXT, min_size=1, max_size=4))
def test_a_cursor_gives_back_its_place(place: list[Any]) -> None:
    text = write_cursor(place)
    assert text.replace("-", "").replace("_", "").isalnum()
    assert read_cursor(text, len(place)) == place
    with pytest.raises(MalformedError, match="cursor"):
        read_cursor(text, len(place) + 1)


@given(st.text(max_size=60))
def test_any_text_is_a_cursor_or_none(text: str) -> None:
    try:
        read_cursor(text, 1)
    except MalformedError:
        pass
