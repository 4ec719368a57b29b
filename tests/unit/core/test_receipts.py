from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.core.acts.envelope import encode_envelope, parse_envelope
from mithaq.core.acts.receipts import (
    MAX_MISSING,
    MAX_RANGES,
    MAX_REASONS,
    Range,
    Receipt,
    ReceiptResult,
    parse_receipt,
)
from mithaq.core.keys import KeyType, SigningKey, VerifierKey
from mithaq.core.log.checkpoint import Checkpoint
from mithaq.core.log.cosignature import cosign, verify_cosignature
from mithaq.core.types import LeafIndex, Origin, RootHash, TreeSize
from mithaq.errors import MalformedError

LOG, MIRROR, AT_S = Origin("ma-mi.example/log/1"), "fr-mi.example/mirror/1", 1_800_000_000
KEY = SigningKey.from_seed(bytes(range(32, 64)))
TEXT = Checkpoint(LOG, TreeSize(100_000), RootHash(b"\xab" * 32)).encode()
LINE = cosign(TEXT, MIRROR, KEY, AT_S)


def make_range(first: int, last: int, result: ReceiptResult = ReceiptResult.APPLIED) -> Range:
    return Range(LeafIndex(first), LeafIndex(last), result)


RECEIPT = Receipt(
    log=LOG,
    tree_size=TreeSize(100_000),
    root_hash=RootHash(b"\xab" * 32),
    at_s=AT_S,
    cosignature=LINE,
    ranges=(make_range(3, 7), make_range(9, 9, ReceiptResult.UNUSABLE)),
    missing_seq=(4, 6),
    reasons=((9, "not_nfc"),),
)


def in_act(receipt: Receipt) -> bytes:
    return encode_envelope(
        {
            "v": 1,
            "kind": "receipt",
            "id": "01920000-0000-7000-8000-000000000001",
            "log": "fr-mi.example/log/1",
            "from": "fr-mi",
            "to": [{"administration": "ma-mi", "seq": 1}],
            "created": "2027-01-15T08:00:00.000Z",
            "seen": [],
            "priority": "normal",
            "actor": {"post": "fr-mi-node", "holder": "node"},
            "body": receipt.to_body(),
        }
    )


def test_it_travels_in_an_act_and_its_cosignature_verifies() -> None:
    receipt = parse_receipt(parse_envelope(in_act(RECEIPT)).body)
    assert receipt == RECEIPT
    assert receipt.at.timestamp() == AT_S
    key = VerifierKey(MIRROR, KeyType.COSIGNATURE_V1, KEY.public)
    assert verify_cosignature(TEXT, receipt.cosignature, key, now_s=AT_S).at_s == receipt.at_s


def test_the_fullest_receipt_fits_an_envelope() -> None:
    full = Receipt(
        log=Origin("l" * 255),
        tree_size=TreeSize(2**53 - 1),
        root_hash=RootHash(bytes(32)),
        at_s=AT_S,
        cosignature=cosign(TEXT, "m" * 255, KEY, AT_S),
        ranges=tuple(make_range(2**52 + n, 2**52 + n, ReceiptResult.UNUSABLE) for n in range(MAX_RANGES)),
        missing_seq=tuple(2**52 + n for n in range(MAX_MISSING)),
        reasons=tuple((2**52 + n, "r" * 64) for n in range(MAX_REASONS)),
    )
    assert parse_receipt(parse_envelope(in_act(full)).body) == full


BODY = RECEIPT.to_body()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("log", "a b"),
        ("size", -1),
        ("size", 9),
        ("root", "ab"),
        ("time", AT_S + 1),
        ("time", 0),
        ("time", "x"),
        ("cosignature", ""),
        ("cosignature", LINE.encode().decode()),
        ("cosignature", "x" * 513),
        ("ranges", [{"from": 3, "to": 2, "result": "applied"}]),
        ("ranges", [{"from": 3, "to": 4, "result": "fine"}]),
        ("ranges", [{"from": -1, "to": 4, "result": "applied"}]),
        ("ranges", [{"from": 3, "to": 5, "result": "applied"}, {"from": 5, "to": 6, "result": "applied"}]),
        ("ranges", [{"from": 3, "to": 100_000, "result": "applied"}]),
        ("ranges", [{"from": n, "to": n, "result": "applied"} for n in range(MAX_RANGES + 1)]),
        ("missing_seq", [0]),
        ("missing_seq", [2, 2]),
        ("reasons", [{"index": 9, "code": "Not a code"}]),
        ("reasons", [{"index": 100_000, "code": "x"}]),
        ("reasons", "x"),
    ],
)
def test_malformed_bodies(name: str, value: Any) -> None:
    with pytest.raises(MalformedError):
        parse_receipt({**BODY, name: value})


def test_what_must_be_there_and_what_may_be_absent() -> None:
    for name in BODY:
        rest = {key: value for key, value in BODY.items() if key != name}
        if name in {"missing_seq", "reasons"}:
            parse_receipt(rest)
        else:
            with pytest.raises(MalformedError):
                parse_receipt(rest)
    assert parse_receipt({**BODY, "of_a_newer_node": 1}) == RECEIPT


values = st.recursive(
    st.text(max_size=5) | st.integers() | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["from", "to", "result"]), inner)
    ),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(sorted(BODY)), values))
def test_any_body_is_read_or_refused(changes: dict[str, Any]) -> None:
    try:
        parse_receipt({**BODY, **changes})
    except MalformedError:
        pass
