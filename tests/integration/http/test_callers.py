"""Fault 31: who is not let in, and why. Each refusal is a 401 with its code, and nothing else happens."""

from collections.abc import Callable
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from mithaq.core.federation.http_signature import encode_nonce, sign_request
from mithaq.core.keys import hash_public_key
from mithaq.core.types import AdministrationCode, TreeSize
from mithaq.errors import NotAllowedError
from mithaq.node.records import Partner

from .conftest import World, make_partner, make_root, transport_key
from .fake_store import make_key

FRANCE = AdministrationCode("fr-mi")
PATH = "/exchange/v1/status"
HINT = "/exchange/v1/hint"
BODY = b'{"origin":"fr-mi.example/log/1","size":1,"priority":"normal"}'
_nonces = iter(range(10**9))


def sign(
    world: World, method: str = "GET", path: str = PATH, body: bytes = b"", **changed: Any
) -> dict[str, str]:
    key = changed.pop("key", transport_key("fr-mi"))
    values = {
        "keyid": hash_public_key(key.public),
        "created_s": int(world.node.clock.now().timestamp()),
        "nonce": encode_nonce(next(_nonces).to_bytes(16, "big")),
        **changed,
    }
    return sign_request(method, world.base_url + path, body, key, **values)


def send(
    world: World, headers: dict[str, str], method: str = "GET", path: str = PATH, body: bytes = b""
) -> httpx.Response:
    with httpx.Client(trust_env=False) as client:
        return client.request(method, world.base_url + path, content=body or None, headers=headers)


def expect(answer: httpx.Response, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert "date" in answer.headers


def test_a_good_request_and_its_replay(world: World) -> None:
    headers = sign(world)
    assert send(world, headers).status_code == 200
    expect(send(world, headers), "nonce_seen")
    # The nonce belongs to the key: another partner may happen on the same one.
    other = sign(world, key=transport_key("es-mi"), nonce=headers["Signature-Input"].split('nonce="')[1][:22])
    assert send(world, other).status_code == 200


Change = Callable[[dict[str, str]], dict[str, str]]


def without(name: str) -> Change:
    return lambda headers: {key: value for key, value in headers.items() if key != name}


def swap(old: str, new: str, name: str = "Signature-Input") -> Change:
    return lambda headers: {**headers, name: headers[name].replace(old, new)}


CHANGES: list[tuple[Change, str]] = [
    (without("Signature"), "request_unsigned"),
    (without("Signature-Input"), "request_unsigned"),
    (without("Content-Digest"), "request_component"),
    (swap("sig1=", "sig2="), "request_signature"),
    (swap(' "content-digest"', ""), "request_component"),
    (swap('"@method" ', ""), "request_component"),
    (swap('"@target-uri" ', ""), "request_component"),
    (swap('"@target-uri"', '"@path"'), "request_component"),
    (swap(";created=", ";expires="), "request_parameter"),
    (swap(";created=1", ";created=2"), "request_signature_bad"),
    (swap('"ed25519"', '"hmac-sha256"'), "request_algorithm"),
    (swap("mithaq-exchange-v1", "mithaq-exchange-v2"), "request_tag"),
    (swap('keyid="', 'keyid="00'), "request_keyid"),
    (swap(";nonce=", ";nonce2="), "request_parameter"),
    (swap("sha-256=:", "sha-256=:AA", "Content-Digest"), "request_signature_bad"),
]


def test_a_changed_signature_is_refused(world: World) -> None:
    for number, (change, code) in enumerate(CHANGES):
        answer = send(world, change(sign(world, "POST", HINT, BODY)), "POST", HINT, BODY)
        assert answer.json()["code"] == code, number
        expect(answer, code)


def test_a_changed_request_is_refused(world: World) -> None:
    flag = world.node.wakes.of(make_partner("fr-mi", "fr-mi.example/log/1").origin)
    signed = sign(world, "POST", HINT, BODY)
    expect(send(world, signed, "POST", HINT, BODY + b" "), "request_digest_differs")
    expect(
        send(world, signed, "POST", HINT, BODY.replace(b'"size":1', b'"size":2')), "request_digest_differs"
    )
    expect(send(world, signed, "POST", HINT + "?x=1", BODY), "request_signature_bad")
    expect(send(world, sign(world, "POST", HINT), "POST", HINT, BODY), "request_component")
    expect(send(world, sign(world), path="/exchange/v1/acts?from=0"), "request_signature_bad")
    # The target is our own address, whatever the request calls us.
    expect(_relay(world), "request_signature_bad")
    assert not flag.is_set()


def _relay(world: World) -> httpx.Response:
    """A request signed for another node, relayed to this one."""
    identity = world.node.identity
    world.node.identity = replace(identity, base_url="https://es-mi.example")
    headers = sign(world)
    world.node.identity = identity
    with httpx.Client(trust_env=False) as client:
        return client.get(world.base_url + PATH, headers={**headers, "Host": "es-mi.example"})


def test_the_name_in_a_header_or_body_counts_for_nothing(world: World) -> None:
    headers = {**sign(world, key=transport_key("es-mi")), "From": "fr-mi", "X-Administration": "fr-mi"}
    assert send(world, headers).status_code == 200
    signed = sign(world, "POST", HINT, BODY, key=transport_key("es-mi"))
    assert send(world, signed, "POST", HINT, BODY).json()["code"] == "hint_origin"


def test_an_unknown_key_and_a_key_that_is_not_of_transport(world: World) -> None:
    expect(send(world, sign(world, key=make_key("stranger"))), "transport_key_unknown")
    expect(send(world, sign(world, key=make_key("fr-mi log"))), "transport_key_unknown")
    expect(
        send(world, sign(world, keyid=hash_public_key(transport_key("es-mi").public))),
        "request_signature_bad",
    )


def test_a_partner_may_call_as_soon_as_it_is_on_the_roster(world: World) -> None:
    key = transport_key("be-mi")
    expect(send(world, sign(world, key=key)), "transport_key_unknown")
    world.store.roster.by_code[AdministrationCode("be-mi")] = make_partner("be-mi", "be-mi.example/log/1")
    assert send(world, sign(world, key=key)).status_code == 200
    del world.store.roster.by_code[AdministrationCode("be-mi")]
    world.node.clock.offset_s += 3  # type: ignore[attr-defined]
    expect(send(world, sign(world, key=key)), "transport_key_unknown")


def test_a_key_that_two_partners_name_lets_nobody_in(world: World) -> None:
    roster = world.store.roster.by_code
    thief: Partner = replace(
        roster[AdministrationCode("es-mi")], root=make_root("fr-mi", "es-mi.example/log/1")
    )
    roster[thief.code] = thief
    expect(send(world, sign(world)), "transport_key_unknown")


@pytest.mark.parametrize("offset_s", [-3_600, -75, 75, 3_600, 86_400 * 400])
def test_a_wrong_clock_is_refused_told_and_made_up_for(world: World, offset_s: int) -> None:
    now_s = int(world.node.clock.now().timestamp())
    answer = send(world, sign(world, created_s=now_s + offset_s))
    expect(answer, "stale_signature")
    assert abs(parsedate_to_datetime(answer.headers["date"]).timestamp() - now_s) < 5
    assert list(world.store.alarms.standing) == [("partner_clock", "fr-mi")]

    clock = type(world.node.clock)()
    clock.offset_s = float(offset_s)
    client = world.client(clock=clock)
    assert client.status()
    assert client.status()
    assert len(world.offsets) == 1
    assert abs(world.offsets[0] + offset_s) < 10
    assert not world.store.alarms.standing


def test_what_was_signed_before_the_start_is_stale_but_no_matter_of_clocks(world: World) -> None:
    now_s = int(world.node.clock.now().timestamp())
    expect(send(world, sign(world, created_s=now_s - 30)), "stale_signature")
    assert not world.store.alarms.standing


def test_a_client_that_cannot_help_itself_gives_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []

    def refuse(*arguments: object, **named: object) -> str:
        from mithaq.errors import RefusedError

        tries.append(1)
        raise RefusedError("stale_signature")

    monkeypatch.setattr("mithaq.web.exchange.callers.verify_request", refuse)
    with pytest.raises(NotAllowedError, match="stale_signature"):
        world.client().status()
    assert len(tries) == 2


ADDRESSES = [
    ("GET", "/exchange/v1/checkpoint?after=0&wait=0"),
    ("GET", "/exchange/v1/release-head?size=1"),
    ("GET", "/exchange/v1/acts?from=0&max=1"),
    ("GET", f"/exchange/v1/heads/{'0' * 64}"),
    ("GET", f"/exchange/v1/mirror/{'0' * 64}/tile/entries/000.p/1"),
    ("GET", f"/exchange/v1/mirror/{'0' * 64}/acts?from=0"),
    ("GET", "/exchange/v1/root/1"),
    ("GET", f"/exchange/v1/blob/{'0' * 64}"),
    ("GET", f"/exchange/v1/blob/{'0' * 64}/0"),
    ("POST", HINT),
    ("GET", PATH),
]


def test_no_address_is_open_to_strangers(world: World) -> None:
    for method, path in ADDRESSES:
        expect(send(world, {}, method, path), "request_unsigned")


def test_the_table_of_addresses_is_whole() -> None:
    from mithaq.web.exchange.urls import urlpatterns

    assert len(urlpatterns) == len(ADDRESSES)


# --- client certificates -----------------------------------------------------------------------------


def test_over_tls_the_certificate_must_be_the_partners(tls_world: World) -> None:
    assert tls_world.client().checkpoint(TreeSize(0), 0) is None
    assert tls_world.client("es-mi").status()
    own, foreign = tls_world.callers["fr-mi"], tls_world.callers["es-mi"]
    for certificate in (None, foreign.certificate):
        with pytest.raises(NotAllowedError, match="client_certificate"):
            tls_world.client(caller=replace(own, certificate=certificate)).status()
    partner = tls_world.store.roster.by_code[FRANCE]
    tls_world.store.roster.by_code[FRANCE] = replace(partner, client_spki_sha256=())
    tls_world.node.clock.offset_s += 3  # type: ignore[attr-defined]
    with pytest.raises(NotAllowedError, match="client_certificate"):
        tls_world.client().status()


def test_no_field_passes_for_what_the_server_says(tls_world: World) -> None:
    """A partner's pin in a field is not its certificate."""
    pin = tls_world.store.roster.by_code[FRANCE].client_spki_sha256[0]
    client = tls_world.client(caller=replace(tls_world.callers["fr-mi"], certificate=None))
    make_fields = client._make_fields

    def add_pins(*arguments: Any) -> Any:
        names = ("Mithaq.Client-Spki-Sha256", "X-Client-Spki-Sha256", "X-Ssl-Client-Spki")
        return make_fields(*arguments) | dict.fromkeys(names, pin)

    client._make_fields = add_pins  # type: ignore[method-assign]
    with pytest.raises(NotAllowedError, match="client_certificate"):
        client.status()
