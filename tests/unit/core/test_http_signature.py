"""The request signature: against the RFC's own examples, against each refusal, against any bytes."""

import re
from base64 import b64decode, b64encode
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.core.federation.http_signature import (
    RequestSignature,
    encode_digest,
    encode_nonce,
    make_signature_base,
    parse_request_signature,
    sign_request,
    verify_request,
)
from mithaq.core.keys import SigningKey, hash_public_key, is_valid_signature
from mithaq.errors import MalformedError, MithaqError, RefusedError

KEY = SigningKey.from_seed(bytes(range(32)))
OTHER_KEY = SigningKey.from_seed(bytes(range(32, 64)))
KEYID = hash_public_key(KEY.public)
TARGET = "https://ma-mi.example:8443/exchange/v1/hint"
BODY = b'{"origin":"fr-mi.example/log/1","priority":"normal","size":3}'
NOW_S = 1_800_000_000
NONCE = encode_nonce(bytes(range(16)))


def sign(method: str = "POST", target: str = TARGET, body: bytes = BODY, **changed: object) -> dict[str, str]:
    values = {"key": KEY, "keyid": KEYID, "created_s": NOW_S, "nonce": NONCE, **changed}
    return sign_request(method, target, body, **values)  # type: ignore[arg-type]


def verify(
    headers: dict[str, str],
    method: str = "POST",
    target: str = TARGET,
    body: bytes = BODY,
    *,
    now_s: float = NOW_S,
    earliest_s: int = 0,
    public: bytes = KEY.public,
) -> str:
    parsed = parse_request_signature(headers)
    return verify_request(parsed, method, target, body, public=public, now_s=now_s, earliest_s=earliest_s)


# --- against the standards ---------------------------------------------------------------------------


def test_digest_examples_of_the_rfcs() -> None:
    # RFC 9530 Appendix B.1 (with the line feed) and RFC 9421 §B.2 in SHA-256 form (without it).
    with_line_feed = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
    assert encode_digest(b'{"hello": "world"}\n') == with_line_feed
    assert encode_digest(b'{"hello": "world"}') == "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"


def test_what_is_signed_is_written_out_here_by_hand() -> None:
    """The base as RFC 9421 §2.5 lays it down, without our own functions."""
    headers = sign()
    digest = b64encode(sha256(BODY).digest()).decode()
    params = (
        '("@method" "@target-uri" "content-digest");created=1800000000;nonce="AAECAwQFBgcICQoLDA0ODw"'
        f';keyid="{KEYID}";alg="ed25519";tag="mithaq-exchange-v1"'
    )
    base = (
        '"@method": POST\n'
        '"@target-uri": https://ma-mi.example:8443/exchange/v1/hint\n'
        f'"content-digest": sha-256=:{digest}:\n'
        f'"@signature-params": {params}'
    )
    assert headers["Signature-Input"] == f"sig1={params}"
    assert headers["Content-Digest"] == f"sha-256=:{digest}:"
    signature = b64decode(headers["Signature"].removeprefix("sig1=:").removesuffix(":"))
    assert is_valid_signature(KEY.public, signature, base.encode())


def test_fixed_vector() -> None:
    """Ed25519 needs no randomness: these bytes must never change."""
    headers = sign("GET", "https://ma-mi.example/exchange/v1/checkpoint?after=3&wait=25", b"")
    assert sorted(headers) == ["Signature", "Signature-Input"]
    base = make_signature_base(
        ("@method", "@target-uri"),
        "GET",
        "https://ma-mi.example/exchange/v1/checkpoint?after=3&wait=25",
        None,
        headers["Signature-Input"].removeprefix("sig1="),
    )
    assert sha256(base).hexdigest() == "6b5dbb0db7c87edec65cb1b0f703bffe2952d7259c65941d8661ff955b35f219"
    assert headers["Signature"] == (
        "sig1=:gbITYHm5SHiPgPGREV7seTvs8+hMIqRRmJkJPBIBWvwLt8rjKnfewrDMXg6B86HIxdbRK+D4LL5FPcKSWtdhAQ==:"
    )


# --- good requests -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "body"), [("GET", b""), ("POST", BODY), ("POST", b"\x00")])
def test_a_signed_request_verifies(method: str, body: bytes) -> None:
    headers = sign(method, body=body)
    assert ("Content-Digest" in headers) == bool(body)
    assert verify(headers, method, body=body) == KEYID


def rewrite(
    headers: dict[str, str], params: str, key: SigningKey = KEY, body: bytes = BODY
) -> dict[str, str]:
    """Signs whatever parameters, as another implementation might write them."""
    match = re.fullmatch(r"\(([^)]*)\).*", params)
    assert match is not None
    components = tuple(item.strip('"') for item in match[1].split(" ")) if match[1] else ()
    known = tuple(name for name in components if name in ("@method", "@target-uri", "content-digest"))
    digest = encode_digest(body) if body else None
    base = make_signature_base(known, "POST", TARGET, digest, params)
    signature = b64encode(key.sign(base)).decode()
    fields = {"Signature-Input": f"sig1={params}", "Signature": f"sig1=:{signature}:"}
    return {**headers, **fields}


GOOD_TAIL = f';nonce="{NONCE}";keyid="{KEYID}";alg="ed25519";tag="mithaq-exchange-v1"'
ALL = '("@method" "@target-uri" "content-digest")'


def test_order_of_components_and_parameters_is_free() -> None:
    params = (
        f'("content-digest" "@target-uri" "@method");tag="mithaq-exchange-v1";alg="ed25519";keyid="{KEYID}"'
        f';created={NOW_S};nonce="{NONCE}"'
    )
    assert verify(rewrite(sign(), params)) == KEYID


def test_any_label_will_do_if_both_fields_have_it() -> None:
    headers = {name: value.replace("sig1=", "x-1=", 1) for name, value in sign().items()}
    assert verify(headers) == KEYID
    headers["Signature"] = headers["Signature"].replace("x-1=", "x-2=", 1)
    with pytest.raises(MalformedError, match="request_signature"):
        verify(headers)


# --- refusals: each its own code ---------------------------------------------------------------------


@pytest.mark.parametrize("offset_s", [-60, -1, 0, 1, 60])
def test_within_the_window(offset_s: int) -> None:
    assert verify(sign(), now_s=NOW_S + offset_s) == KEYID


@pytest.mark.parametrize(("now_s", "earliest_s"), [(NOW_S + 60.5, 0), (NOW_S - 61, 0), (NOW_S, NOW_S + 1)])
def test_out_of_the_window_is_stale(now_s: float, earliest_s: int) -> None:
    with pytest.raises(RefusedError) as caught:
        verify(sign(), now_s=now_s, earliest_s=earliest_s)
    assert caught.value.code == "stale_signature"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"method": "PUT"}, "request_signature_bad"),
        ({"target": TARGET + "?x=1"}, "request_signature_bad"),
        ({"target": TARGET.replace("ma-mi", "fr-mi")}, "request_signature_bad"),
        ({"target": TARGET.replace("https", "http")}, "request_signature_bad"),
        ({"target": TARGET + "é"}, "request_signature_bad"),
        ({"public": OTHER_KEY.public}, "request_signature_bad"),
        ({"public": b"short"}, "request_signature_bad"),
        ({"body": BODY + b" "}, "request_digest_differs"),
        ({"body": b""}, "request_digest_differs"),
    ],
)
def test_a_changed_request_is_refused(changed: dict[str, object], code: str) -> None:
    with pytest.raises(RefusedError) as caught:
        verify(sign(), **changed)  # type: ignore[arg-type]
    assert caught.value.code == code


def test_a_body_must_be_covered() -> None:
    with pytest.raises(RefusedError) as caught:
        verify(sign(body=b""), body=BODY)
    assert caught.value.code == "request_component"


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ('("@method" "content-digest");created=1800000000' + GOOD_TAIL, "request_component"),
        ('("@target-uri" "content-digest");created=1800000000' + GOOD_TAIL, "request_component"),
        ('("@method" "@target-uri" "content-digest" "date");created=1' + GOOD_TAIL, "request_component"),
        ('("@method" "@method" "@target-uri");created=1' + GOOD_TAIL, "request_component"),
        ("();created=1" + GOOD_TAIL, "request_component"),
        (ALL + GOOD_TAIL, "request_parameter"),
        (ALL + ";created=1" + GOOD_TAIL.replace(f';nonce="{NONCE}"', ""), "request_parameter"),
        (ALL + ";created=1" + GOOD_TAIL.replace(f';keyid="{KEYID}"', ""), "request_parameter"),
        (ALL + ";created=1" + GOOD_TAIL.replace(';alg="ed25519"', ""), "request_parameter"),
        (ALL + ";created=1" + GOOD_TAIL.replace(';tag="mithaq-exchange-v1"', ""), "request_parameter"),
        (ALL + ";created=1;expires=2" + GOOD_TAIL, "request_parameter"),
        (ALL + ";created=1;created=1" + GOOD_TAIL, "request_parameter"),
        (ALL + ";created=1" + GOOD_TAIL.replace("ed25519", "rsa-pss-sha512"), "request_algorithm"),
        (ALL + ";created=1" + GOOD_TAIL.replace("mithaq-exchange-v1", "other"), "request_tag"),
        (ALL + ";created=01" + GOOD_TAIL, "request_created"),
        (ALL + ';created="1"' + GOOD_TAIL, "request_created"),
        (ALL + ";created=1" + GOOD_TAIL.replace(KEYID, KEYID.upper()), "request_keyid"),
        (ALL + ";created=1" + GOOD_TAIL.replace(KEYID, "ma-mi"), "request_keyid"),
        (ALL + ";created=1" + GOOD_TAIL.replace(NONCE, NONCE[:-1]), "request_nonce"),
        (ALL + ";created=1" + GOOD_TAIL.replace(NONCE, NONCE[:-1] + "x"), "request_nonce"),
        (ALL + ";created=1" + GOOD_TAIL.replace(f'"{NONCE}"', "5"), "request_nonce"),
        (ALL + "; created=1" + GOOD_TAIL, "request_signature"),
        (ALL + ";created=-1" + GOOD_TAIL, "request_signature"),
        (ALL + ";created=1" + GOOD_TAIL + ", sig2=()", "request_signature"),
        ('("@method"  "@target-uri");created=1' + GOOD_TAIL, "request_signature"),
        ('("@method" "@target-uri";req);created=1' + GOOD_TAIL, "request_signature"),
    ],
)
def test_other_inputs_are_refused(params: str, code: str) -> None:
    headers = sign()
    headers["Signature-Input"] = "sig1=" + params
    with pytest.raises(MithaqError) as caught:
        parse_request_signature(headers)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("Signature-Input", None, "request_unsigned"),
        ("Signature", None, "request_unsigned"),
        ("Signature", "", "request_unsigned"),
        ("Signature", "sig1=:AAAA:", "request_signature"),
        ("Signature", "sig1=AAAA", "request_signature"),
        ("Signature", "sig1=:" + "A" * 86 + "B=:", "request_signature"),
        ("Signature", "sig1=:" + "A" * 85 + "B==:", "request_signature"),
        ("Signature", "sig1=:" + "\u0660" * 88 + ":", "request_signature"),
        ("Signature-Input", "sig1=" + "(" * 100_000, "request_signature"),
        ("Content-Digest", None, "request_component"),
        ("Content-Digest", "sha-512=:AAAA:", "request_digest"),
        ("Content-Digest", "sha-256=:AAAA:, sha-512=:AAAA:", "request_digest"),
    ],
)
def test_other_fields_are_refused(name: str, value: str | None, code: str) -> None:
    headers = sign()
    if value is None:
        del headers[name]
    else:
        headers[name] = value
    with pytest.raises(MithaqError) as caught:
        parse_request_signature(headers)
    assert caught.value.code == code


def test_a_nonce_is_sixteen_bytes_of_the_url_alphabet() -> None:
    assert encode_nonce(b"\xff" * 16) == "_" * 21 + "w"
    with pytest.raises(MalformedError):
        encode_nonce(b"15 bytes, no more"[:15])


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"method": "get"}, "request_method"),
        ({"target": "/exchange/v1/hint"}, "request_target"),
        ({"target": TARGET + " "}, "request_target"),
        ({"target": TARGET + "é"}, "request_target"),
        ({"keyid": "x"}, "request_keyid"),
        ({"nonce": "x"}, "request_nonce"),
        ({"created_s": -1}, "request_signature"),
    ],
)
def test_what_would_be_refused_is_not_signed(changed: dict[str, object], code: str) -> None:
    with pytest.raises(MalformedError) as caught:
        sign(**changed)  # type: ignore[arg-type]
    assert caught.value.code == code


# --- any bytes ---------------------------------------------------------------------------------------

FIELD = st.one_of(st.text(max_size=200), st.binary(max_size=200).map(lambda data: data.decode("latin-1")))


@given(st.dictionaries(st.sampled_from(["Signature-Input", "Signature", "Content-Digest"]), FIELD))
def test_any_fields_give_one_of_our_errors(headers: dict[str, str]) -> None:
    try:
        parse_request_signature(headers)
    except (MalformedError, RefusedError):
        return
    raise AssertionError("random fields were taken for a signature")


@given(
    st.sampled_from(["Signature-Input", "Signature", "Content-Digest"]),
    st.integers(0, 400),
    st.characters(min_codepoint=1, max_codepoint=255),
)
def test_each_changed_character_is_refused(name: str, at: int, character: str) -> None:
    headers = sign()
    at %= len(headers[name])
    changed = headers[name][:at] + character + headers[name][at + 1 :]
    if changed == headers[name]:
        return
    headers[name] = changed
    with pytest.raises((MalformedError, RefusedError)):
        verify(headers)


def test_parsing_gives_what_was_signed() -> None:
    parsed = parse_request_signature(sign())
    assert parsed == RequestSignature(
        keyid=KEYID,
        created_s=NOW_S,
        nonce=NONCE,
        components=("@method", "@target-uri", "content-digest"),
        params=sign()["Signature-Input"].removeprefix("sig1="),
        signature=parsed.signature,
        digest=encode_digest(BODY),
    )
