import json
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.core.acts.envelope import (
    Actor,
    Recipient,
    encode_envelope,
    parse_envelope,
    read_envelope,
    reread_envelope,
)
from mithaq.core.acts.kinds import (
    ERASURE_NOTICE,
    POST_SIGNED_KINDS,
    Kind,
    is_known_kind,
    is_post_signed,
)
from mithaq.core.encoding import encode_canonical, parse_canonical
from mithaq.errors import MalformedError

VECTORS = json.loads((Path(__file__).parents[3] / "vectors" / "own" / "acts.json").read_text("utf-8"))
ACCEPTED, REFUSED = VECTORS["envelopes"]["accepted"], VECTORS["envelopes"]["refused"]
FULL = ACCEPTED[0]["envelope"].encode()
SMALL = ACCEPTED[1]["envelope"].encode()


def with_fields(data: bytes, **changes: Any) -> bytes:
    return encode_canonical({**orjson.loads(data), **changes})


@pytest.mark.parametrize("vector", ACCEPTED, ids=lambda vector: vector["name"])
def test_accepted(vector: dict[str, str]) -> None:
    data = vector["envelope"].encode()
    envelope = parse_envelope(data)
    assert reread_envelope(data) == envelope
    if envelope.v == 1:
        assert encode_envelope(orjson.loads(data)) == data


@pytest.mark.parametrize("vector", REFUSED, ids=lambda vector: vector["name"])
def test_refused(vector: dict[str, str]) -> None:
    data = vector["envelope"].encode()
    for call in (lambda: parse_envelope(data), lambda: encode_envelope(orjson.loads(data))):
        with pytest.raises(MalformedError) as caught:
            call()
        assert caught.value.code == vector["code"]


def test_fields_of_a_whole_act() -> None:
    envelope = parse_envelope(FULL)
    assert (envelope.author, envelope.kind, envelope.priority) == ("ma-mi", "note.send", "urgent")
    assert envelope.to == (Recipient("es-mi", 4), Recipient("fr-mi", 12))  # type: ignore[arg-type]
    assert (envelope.find_seq("fr-mi"), envelope.find_seq("ma-mi")) == (12, None)
    assert envelope.seen_sizes == {"fr-mi.example/log/1": 7}
    assert envelope.object_id == envelope.id
    assert envelope.created_at.isoformat() == "2026-03-01T10:00:00+00:00"
    assert envelope.actor == Actor("ma-mi-spoc", "h-7", "56" * 32)
    assert envelope.body["delta"] == -9007199254740991
    assert envelope.handling == {"code": "amber", "caveats": ["h0"], "purpose": "returns"}
    assert envelope.blobs[0].size == 1_048_577
    assert envelope.is_known


def test_a_later_act_belongs_to_its_object() -> None:
    object_id = "01920000-0000-7000-8000-00000000000f"
    assert parse_envelope(with_fields(SMALL, object=object_id)).object_id == object_id


def test_what_is_absent_has_a_plain_value() -> None:
    envelope = parse_envelope(SMALL)
    assert (envelope.object, envelope.object_kind, envelope.clock, envelope.handling) == (None,) * 4
    assert (envelope.refs, envelope.blobs, envelope.sections, envelope.body) == ((), (), {}, {})
    assert envelope.actor.assertion is None


def test_another_version_or_kind_is_kept_as_unknown() -> None:
    newer = parse_envelope(with_fields(FULL, v=2, body="of another form", lang=7))
    assert (newer.v, newer.is_known, newer.body, newer.find_seq("fr-mi")) == (2, False, {}, 12)
    assert not parse_envelope(with_fields(SMALL, kind="later.thing")).is_known
    with pytest.raises(MalformedError):
        encode_envelope({**orjson.loads(SMALL), "v": 2})
    with pytest.raises(MalformedError):
        parse_envelope(with_fields(SMALL, v=2, to="x"))


def test_the_profile_is_checked_first() -> None:
    for data, code in ((b"{}", "bad_field"), (SMALL + b" ", "not_canonical"), (b"[]", "not_object")):
        with pytest.raises(MalformedError) as caught:
            parse_envelope(data)
        assert caught.value.code == code


def test_messages_say_where_and_hold_no_content() -> None:
    with pytest.raises(MalformedError) as caught:
        parse_envelope(with_fields(SMALL, priority="Secret name"))
    assert "$.priority" in caught.value.message
    assert "Secret" not in caught.value.message


anything = st.recursive(
    st.text(max_size=8)
    | st.booleans()
    | st.integers(-5, 2**54)
    | st.sampled_from(["ma-mi", "ab" * 32, "x/1"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["administration", "seq", "log", "size", "root", "post", "holder", "c", "rel", "fr"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@given(st.sampled_from(sorted(orjson.loads(FULL))), anything)
def test_any_value_in_any_field_is_read_or_refused(name: str, value: Any) -> None:
    data = orjson.dumps({**orjson.loads(FULL), name: value}, option=orjson.OPT_SORT_KEYS)
    try:
        envelope = parse_envelope(data)
    except MalformedError:
        return
    assert reread_envelope(data) == envelope


@given(st.data())
def test_any_changed_byte_is_read_or_refused(data: st.DataObject) -> None:
    changed = bytearray(FULL)
    for _ in range(data.draw(st.integers(1, 3))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    for call in (parse_envelope, reread_envelope):
        try:
            call(bytes(changed))
        except MalformedError:
            pass


# Most envelopes are read on a shorter way. What it lets through, and what it says of the rest, must be what
# the exact reading would: two nodes may not differ in what they take.

odd = (
    anything
    | st.none()
    | st.floats()
    | st.sampled_from([2**53, -(2**70), "\x7f", "\n\u0301", "\u2067", "a\\"])
)
odd_members = st.dictionaries(
    st.sampled_from(["code", "caveats", "Code", "a b", "fr", "x" * 65, "\u0660", ""]), odd, max_size=3
)


def judge(call: Any) -> Any:
    """What comes out, or the exact words of the refusal."""
    try:
        return call()
    except MalformedError as error:
        return error.code, error.message


def judge_exactly(data: bytes) -> Any:
    return judge(lambda: read_envelope(parse_canonical(data)))


@given(st.sampled_from([*sorted(orjson.loads(FULL)), "later"]), odd | odd_members, st.booleans())
def test_the_short_way_judges_values_as_the_exact_one(name: str, value: Any, is_sorted: bool) -> None:
    fields = {**orjson.loads(SMALL), name: value}
    try:
        data = orjson.dumps(fields, option=orjson.OPT_SORT_KEYS if is_sorted else 0)
    except orjson.JSONEncodeError:
        return
    assert judge(lambda: parse_envelope(data)) == judge_exactly(data)


@given(st.sampled_from([*sorted(orjson.loads(FULL)), "later"]), odd | odd_members)
def test_the_short_way_writes_as_the_exact_one(name: str, value: Any) -> None:
    fields = {**orjson.loads(SMALL), name: value}
    exact = judge(lambda: encode_canonical(fields))
    if isinstance(exact, bytes) and name not in ("v", "later"):
        exact = judge(lambda: read_envelope(parse_canonical(exact)) and exact)
    if name != "v":
        assert judge(lambda: encode_envelope(fields)) == exact


@given(st.data())
def test_the_short_way_judges_bytes_as_the_exact_one(data: st.DataObject) -> None:
    changed = bytearray(data.draw(st.sampled_from([FULL, SMALL])))
    for _ in range(data.draw(st.integers(0, 2))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(32, 126))
    assert judge(lambda: parse_envelope(bytes(changed))) == judge_exactly(bytes(changed))


def test_depth_and_length_are_bounded_on_the_short_way_too() -> None:
    for depth in (12, 13, 14, 15, 16, 40):
        body: Any = {}
        for _ in range(depth):
            body = {"a": body}
        data = orjson.dumps({**orjson.loads(SMALL), "body": body}, option=orjson.OPT_SORT_KEYS)
        assert judge(lambda data=data: parse_envelope(data)) == judge_exactly(data)
    for length in (16_000, 65_536, 65_537, 262_144):
        body = {"a": "x" * length}
        data = orjson.dumps({**orjson.loads(SMALL), "body": body}, option=orjson.OPT_SORT_KEYS)
        assert judge(lambda data=data: parse_envelope(data)) == judge_exactly(data)


def test_kinds() -> None:
    assert all(is_known_kind(kind) for kind in Kind)
    assert not is_known_kind("note.later")
    assert {kind for kind in Kind if is_post_signed(kind)} == POST_SIGNED_KINDS
    assert is_post_signed("note.answer", ERASURE_NOTICE)
    assert is_post_signed("note.refuse", ERASURE_NOTICE)
    assert not is_post_signed("note.close", ERASURE_NOTICE)
    assert not is_post_signed("note.answer", "requests.request")
