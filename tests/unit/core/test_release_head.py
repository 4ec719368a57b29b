from dataclasses import replace
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.core.acts.dsse import RELEASE_HEAD_TYPE, DsseDocument, sign_payload
from mithaq.core.acts.release_head import (
    ReleaseHead,
    parse_release_head,
    parse_release_head_payload,
    sign_release_head,
    verify_release_head,
)
from mithaq.core.encoding import encode_canonical
from mithaq.core.keys import SigningKey
from mithaq.core.types import AdministrationCode, Origin, RootHash, TreeSize
from mithaq.errors import MalformedError, RefusedError

LOG, TO = Origin("ma-mi.example/log/1"), AdministrationCode("fr-mi")
KEY, OTHER = SigningKey.from_seed(bytes(32)), SigningKey.from_seed(b"\1" * 32)
HEAD = ReleaseHead(LOG, TreeSize(3), RootHash(b"\xab" * 32), TO, 2, datetime(2026, 3, 1, 10, tzinfo=UTC))
PAYLOAD = (
    b'{"created":"2026-03-01T10:00:00.000Z","last_seq":2,"log":"ma-mi.example/log/1","root":"%b",'
    b'"size":3,"to":"fr-mi","v":1}' % (b"ab" * 32)
)


def test_it_has_one_form_and_comes_back() -> None:
    assert HEAD.encode() == PAYLOAD
    assert parse_release_head_payload(PAYLOAD) == HEAD
    data = sign_release_head(PAYLOAD, KEY)
    assert parse_release_head(data)[0] == HEAD
    assert verify_release_head(data, [OTHER.public, KEY.public], LOG, TO) == HEAD


def test_it_speaks_of_one_checkpoint_and_one_recipient() -> None:
    assert HEAD.is_about(LOG, TreeSize(3), HEAD.root_hash, TO)
    assert not HEAD.is_about(LOG, TreeSize(4), HEAD.root_hash, TO)
    assert not HEAD.is_about(LOG, TreeSize(3), RootHash(bytes(32)), TO)


@pytest.mark.parametrize(
    ("keys", "log", "to", "code"),
    [
        ([OTHER.public], LOG, TO, "signature_missing"),
        ([], LOG, TO, "signature_missing"),
        ([KEY.public], Origin("other/log/1"), TO, "release_head_origin"),
        ([KEY.public], LOG, AdministrationCode("es-mi"), "release_head_recipient"),
    ],
)
def test_refusals(keys: list[bytes], log: Origin, to: AdministrationCode, code: str) -> None:
    with pytest.raises(RefusedError) as caught:
        verify_release_head(sign_release_head(PAYLOAD, KEY), keys, log, to)
    assert caught.value.code == code


def test_a_changed_statement_is_refused() -> None:
    document = parse_release_head(sign_release_head(PAYLOAD, KEY))[1]
    forged = replace(document, payload=replace(HEAD, last_seq=1).encode())
    with pytest.raises(RefusedError) as caught:
        verify_release_head(forged.encode(), [KEY.public], LOG, TO)
    assert caught.value.code == "signature_bad"


def test_nothing_else_is_signed_under_its_type() -> None:
    with pytest.raises(MalformedError):
        sign_release_head(b'{"kind":"noop","v":1}', KEY)
    other = DsseDocument("other", PAYLOAD, (sign_payload("other", PAYLOAD, KEY),))
    with pytest.raises(MalformedError):
        parse_release_head(other.encode())
    empty = DsseDocument(RELEASE_HEAD_TYPE, b"", (sign_payload(RELEASE_HEAD_TYPE, b"", KEY),))
    with pytest.raises(MalformedError):
        parse_release_head(empty.encode())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("v", 2),
        ("log", "a b"),
        ("size", -1),
        ("size", "3"),
        ("root", "ab"),
        ("root", "AB" * 32),
        ("to", "FR"),
        ("last_seq", -1),
        ("created", "2026-03-01"),
    ],
)
def test_malformed_payloads(name: str, value: object) -> None:
    with pytest.raises(MalformedError):
        parse_release_head_payload(encode_canonical({**orjson.loads(PAYLOAD), name: value}))
    with pytest.raises(MalformedError):
        parse_release_head_payload(
            encode_canonical({k: v for k, v in orjson.loads(PAYLOAD).items() if k != name})
        )


@given(st.binary(max_size=40))
def test_any_bytes_are_refused_as_malformed(data: bytes) -> None:
    for parse in (parse_release_head, parse_release_head_payload):
        with pytest.raises(MalformedError):
            parse(data)
