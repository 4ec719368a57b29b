"""Policy files: what is read, what is refused, and when a quorum is met."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.core.keys import KeyType, SigningKey, VerifierKey
from mithaq.core.log.cosignature import cosign, parse_cosignature
from mithaq.core.log.policy import MAX_POLICY_BYTES, parse_policy
from mithaq.core.types import Origin
from mithaq.errors import MalformedError

ORIGIN = Origin("ma-mi.example/log/1")


def make_vkey(name: str, seed: int, key_type: KeyType = KeyType.COSIGNATURE_V1) -> bytes:
    key = SigningKey.from_seed(seed.to_bytes(32, "big"))
    return VerifierKey(name, key_type, key.public).encode().encode()


LOG = make_vkey(ORIGIN, 1, KeyType.ED25519)
W1, W2, W3, W4, W5, W6 = (make_vkey(f"w{number}.example", 10 + number) for number in range(1, 7))

TWO_LEVELS = b"""# two organisations
log %b https://ma-mi.example/log/
witness X1 %b
witness X2 %b https://x2.example/
witness X3 %b
group X 2 X1 X2 X3
\twitness  Y1\t%b
witness Y2 %b
group Y any Y1 Y2
 # both
group both all X Y
quorum both
""" % (LOG, W1, W2, W3, W4, W5)


def test_reads_every_kind_of_line() -> None:
    policy = parse_policy(TWO_LEVELS)
    assert [log.url for log in policy.logs] == [b"https://ma-mi.example/log/"]
    assert [witness.name for witness in policy.witnesses] == [b"X1", b"X2", b"X3", b"Y1", b"Y2"]
    assert [(group.threshold, group.members) for group in policy.groups] == [
        (2, (b"X1", b"X2", b"X3")),
        (1, (b"Y1", b"Y2")),
        (2, (b"X", b"Y")),
    ]
    assert policy.quorum == b"both"
    assert policy.log_keys(ORIGIN)[0].name == ORIGIN
    assert policy.log_keys(Origin("other.example")) == ()
    assert len(policy.witness_keys()) == 5


def test_encode_is_read_back() -> None:
    policy = parse_policy(TWO_LEVELS)
    assert parse_policy(policy.encode()) == policy
    assert b"group X 2 X1 X2 X3\n" in policy.encode()
    assert parse_policy(b"quorum none").encode() == b"quorum none\n"


@pytest.mark.parametrize(
    ("names", "met"),
    [
        ([b"X1", b"X2", b"Y1"], True),
        ([b"X1", b"X2", b"X3", b"Y1", b"Y2"], True),
        ([b"X1", b"Y1", b"Y2"], False),
        ([b"X1", b"X2", b"X3"], False),
        ([b"X1", b"X1", b"Y1"], False),
        ([], False),
        ([b"X", b"Y", b"both"], False),
        ([b"unknown"], False),
    ],
)
def test_quorum_of_groups(names: list[bytes], met: bool) -> None:
    assert parse_policy(TWO_LEVELS).is_met(names) is met


def test_quorum_of_one_witness_and_of_none() -> None:
    one = parse_policy(b"witness w %b\nquorum w\n" % W1)
    assert one.is_met([b"w"])
    assert not one.is_met([])
    assert parse_policy(b"quorum none\n").is_met([])


def test_cosignatures_are_named_by_key_name_and_id() -> None:
    policy = parse_policy(b"witness w %b\nquorum w\n" % W1)
    key, other = (SigningKey.from_seed(seed.to_bytes(32, "big")) for seed in (11, 12))
    good = parse_cosignature(cosign(b"text\n", "w1.example", key, 1))
    stranger = parse_cosignature(cosign(b"text\n", "w1.example", other, 1))
    assert policy.name_witnesses([good, stranger]) == {b"w"}
    assert policy.name_witnesses([stranger]) == frozenset()


def test_names_are_opaque_bytes_and_keywords_are_names() -> None:
    policy = parse_policy(
        b"witness K\x80 %b\nwitness all %b\ngroup group 2 K\x80 all\nquorum group" % (W1, W2)
    )
    assert policy.is_met([b"K\x80", b"all"])


def test_holds_at_least_32_of_each() -> None:
    lines = [b"log " + make_vkey(f"log{at}.example", 1000 + at, KeyType.ED25519) for at in range(40)]
    lines += [b"witness w%d " % at + make_vkey(f"w{at}.example", 2000 + at) for at in range(40)]
    lines += [b"group g0 any w0"] + [b"group g%d all g%d w%d" % (at, at - 1, at) for at in range(1, 40)]
    policy = parse_policy(b"\n".join([*lines, b"quorum g39"]))
    assert policy.is_met([b"w%d" % at for at in range(40)])
    assert not policy.is_met([b"w%d" % at for at in range(1, 40)])


REFUSALS = {
    "control character": (b"quorum none\n\x01", "policy_octet"),
    "carriage return": (b"quorum none\r\n", "policy_octet"),
    "delete": (b"# \x7f\nquorum none\n", "policy_octet"),
    "unknown keyword": (b"quibble\nquorum none\n", "policy_line"),
    "log alone": (b"log\nquorum none\n", "policy_line"),
    "third item of a log": (b"log %b url more\nquorum none\n" % LOG, "policy_line"),
    "witness without key": (b"witness w\nquorum none\n", "policy_line"),
    "comment after a line": (b"witness w %b url # no\nquorum w\n" % W1, "policy_line"),
    "group without members": (b"witness w %b\ngroup g 1\nquorum w\n" % W1, "policy_line"),
    "quorum without name": (b"quorum\n", "policy_line"),
    "two names of a quorum": (b"quorum none none\n", "policy_line"),
    "vkey that is none": (b"log garbage\nquorum none\n", "policy_key"),
    "vkey that is not UTF-8": (b"log \xff%b\nquorum none\n" % LOG, "policy_key"),
    "log key of type 04": (b"log %b\nquorum none\n" % W1, "policy_key"),
    "witness key of type 01": (b"witness w %b\nquorum none\n" % LOG, "policy_key"),
    "log twice": (b"log %b\nlog %b url\nquorum none\n" % (LOG, LOG), "policy_key_twice"),
    "key under another name": (
        b"witness w %b\nwitness v %b\nquorum w\n" % (W1, make_vkey("other.example", 11)),
        "policy_key_twice",
    ),
    "one key as log and witness": (
        b"log %b\nwitness w %b\nquorum w\n" % (LOG, make_vkey("w.example", 1)),
        "policy_key_twice",
    ),
    "witness named none": (b"witness none %b\nquorum none\n" % W1, "policy_name"),
    "group named none": (b"witness w %b\ngroup none any w\nquorum none\n" % W1, "policy_name"),
    "none as a member": (b"witness w %b\ngroup g any none w\nquorum g\n" % W1, "policy_name"),
    "unknown member": (b"witness w %b\ngroup g any v\nquorum w\n" % W1, "policy_name"),
    "member of a later line": (b"group g any w\nwitness w %b\nquorum g\n" % W1, "policy_name"),
    "group in itself": (b"witness w %b\ngroup g any w g\nquorum g\n" % W1, "policy_name"),
    "unknown quorum": (b"quorum w\n", "policy_name"),
    "quorum of a later line": (b"quorum w\nwitness w %b\n" % W1, "policy_name"),
    "witness name twice": (b"witness w %b\nwitness w %b\nquorum w\n" % (W1, W2), "policy_name_twice"),
    "group named as a witness": (b"witness w %b\ngroup w any w\nquorum w\n" % W1, "policy_name_twice"),
    "member twice": (b"witness w %b\ngroup g all w w\nquorum g\n" % W1, "policy_name_twice"),
    "member of two groups": (
        b"witness w %b\nwitness v %b\ngroup g any w v\ngroup h any w\nquorum g\n" % (W1, W2),
        "policy_name_twice",
    ),
    "threshold 0": (b"witness w %b\ngroup g 0 w\nquorum g\n" % W1, "policy_threshold"),
    "threshold above": (b"witness w %b\ngroup g 2 w\nquorum g\n" % W1, "policy_threshold"),
    "threshold below 0": (b"witness w %b\ngroup g -1 w\nquorum g\n" % W1, "policy_threshold"),
    "threshold with zeros": (b"witness w %b\ngroup g 01 w\nquorum g\n" % W1, "policy_threshold"),
    "threshold in other digits": (b"witness w %b\ngroup g \xd9\xa1 w\nquorum g\n" % W1, "policy_threshold"),
    "no quorum": (b"witness w %b\n" % W1, "policy_quorum"),
    "empty": (b"", "policy_quorum"),
    "two quorums": (b"witness w %b\nquorum w\nquorum w\n" % W1, "policy_quorum"),
    "over 1 MiB": (b"#" * (MAX_POLICY_BYTES + 1), "policy_too_long"),
}


@pytest.mark.parametrize(("data", "code"), REFUSALS.values(), ids=REFUSALS)
def test_refuses(data: bytes, code: str) -> None:
    with pytest.raises(MalformedError) as caught:
        parse_policy(data)
    assert caught.value.code == code


WORDS = st.sampled_from(
    [
        b"log",
        b"witness",
        b"group",
        b"quorum",
        b"none",
        b"all",
        b"any",
        b"1",
        b"w",
        b"g",
        LOG,
        W1,
        W2,
        b"\n",
        b"#",
    ]
)


@given(st.one_of(st.binary(max_size=200), st.lists(WORDS, max_size=30).map(b" ".join)))
def test_parser_raises_nothing_else(data: bytes) -> None:
    try:
        policy = parse_policy(data)
    except MalformedError:
        return
    assert parse_policy(policy.encode()) == policy
