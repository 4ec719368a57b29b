"""TLS 1.3 on both ends: who is trusted, what is refused, and how fast a whole log is read."""

import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mithaq.adapters.http.client import HttpPeerClient, PartnerAddress
from mithaq.adapters.http.server import HttpServer, ServerSettings
from mithaq.adapters.http.tls import Certificate, hash_spki, make_client_context, make_server_context
from mithaq.core.types import AdministrationCode, TreeSize
from mithaq.errors import MalformedError, NotAllowedError, RefusedError, UnavailableError

from .authorities import Authority
from .conftest import World, make_partner
from .fake_store import CODE, FakeClock, FakeEntropy


def idle(environ: object, start_response: Callable[..., object]) -> list[bytes]:
    start_response("200 OK", [("Content-Length", "0")])
    return []


def test_550_requests_one_after_another(
    tls_world: World, record_property: Callable[[str, object], None]
) -> None:
    """Fault 28. The time is reported; a machine shared by many cannot be held to it."""
    for number in range(256):
        tls_world.store.own.append(b"%d" % number)
    client = tls_world.client()
    client.tile(0, 0, 256)
    started_s = time.perf_counter()
    for number in range(550):
        assert len(client.entries(0, 1 + number % 256)) == 35 * (1 + number % 256)
    took_s = time.perf_counter() - started_s
    record_property("seconds", took_s)
    print(f"550 GETs over mutual TLS: {took_s:.2f} s")
    # 40 ms each, the stall that this looks for, would be 22 s.
    assert took_s < 15


def test_only_tls_1_3(tls_world: World) -> None:
    address = tls_world.server.address
    context = ssl.create_default_context(cadata=tls_world.authority.pem)  # type: ignore[union-attr]
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with socket.create_connection(address, 5) as raw, pytest.raises((ssl.SSLError, OSError)):
        context.wrap_socket(raw, server_hostname="127.0.0.1")
    context.maximum_version = ssl.TLSVersion.TLSv1_3
    with (
        socket.create_connection(address, 5) as raw,
        context.wrap_socket(raw, server_hostname="127.0.0.1") as sock,
    ):
        assert sock.version() == "TLSv1.3"


def test_the_partners_authority_and_no_other(tls_world: World) -> None:
    stranger = Authority("Stranger")
    with pytest.raises(UnavailableError, match="partner_tls"):
        tls_world.client(authorities=[stranger.pem]).status()
    assert tls_world.client(authorities=[stranger.pem, tls_world.authority.pem]).status()  # type: ignore[union-attr]
    for authorities in ([], ["no certificate"]):
        with pytest.raises(MalformedError, match="tls_authorities"):
            tls_world.client(authorities=authorities)


def test_the_name_must_be_the_one_that_is_called(tls_world: World) -> None:
    port = tls_world.server.address[1]
    address = PartnerAddress(CODE, f"https://127.0.0.2:{port}", [tls_world.authority.pem])  # type: ignore[union-attr]
    client = HttpPeerClient(address, tls_world.callers["fr-mi"], FakeClock(), FakeEntropy())
    with pytest.raises(UnavailableError):
        client.status()


def test_a_client_certificate_of_a_stranger_ends_the_connection(tls_world: World, tmp_path: Path) -> None:
    certificate, _ = Authority("Stranger").issue(tmp_path, "stranger")
    caller = replace(tls_world.callers["fr-mi"], certificate=certificate)
    with pytest.raises(UnavailableError, match=r"partner_(tls|unreachable)"):
        tls_world.client(caller=caller).status()


def test_a_new_partners_authority_is_taken_without_a_restart(tls_world: World, tmp_path: Path) -> None:
    authority = Authority("Belgium")
    certificate, pin = authority.issue(tmp_path, "be-mi")
    partner = make_partner("be-mi", "be-mi.example/log/1", (pin,))
    tls_world.store.roster.by_code[AdministrationCode("be-mi")] = partner
    from .conftest import Caller, transport_key

    tls_world.callers["be-mi"] = Caller(transport_key("be-mi"), certificate)
    with pytest.raises(UnavailableError):
        tls_world.client("be-mi").status()
    kept = tls_world.client()
    assert kept.status()
    tls_world.server.trust_clients_of([tls_world.authority.pem, authority.pem])  # type: ignore[union-attr]
    assert tls_world.client("be-mi").status()
    assert kept.status()
    with pytest.raises(MalformedError):
        tls_world.server.trust_clients_of(["nonsense"])
    assert tls_world.client("be-mi").status()


def test_without_a_certificate_the_public_log_is_open(tls_world: World) -> None:
    tls_world.store.own.append(b"x")
    caller = replace(tls_world.callers["fr-mi"], certificate=None)
    client = tls_world.client(caller=caller)
    assert len(client.entries(0, 1)) == 35
    with pytest.raises(NotAllowedError):
        client.checkpoint(TreeSize(0), 0)


def test_plain_http_is_for_loopback_alone(tmp_path: Path) -> None:
    for host in ("0.0.0.0", "::", "192.0.2.1", "example.org", ""):
        with pytest.raises(RefusedError, match="plain_http"):
            HttpServer(idle, ServerSettings(host, 0))
    for host in ("127.0.0.1", "127.8.8.8", "localhost"):
        server = HttpServer(idle, ServerSettings(host, 0, threads=1))
        server.start()
        server.stop()
    certificate, _ = Authority("A").issue(tmp_path, "any")
    server = HttpServer(idle, ServerSettings("0.0.0.0", 0, certificate, threads=1))
    server.start()
    server.stop()


def test_an_address_that_is_taken_is_said_so(world: World) -> None:
    server = HttpServer(idle, ServerSettings("127.0.0.1", world.server.address[1], threads=1))
    with pytest.raises(UnavailableError, match="address_taken"):
        server.start()


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://fr-mi.example", "plain_http"),
        ("http://192.0.2.1:8001", "plain_http"),
        ("ftp://127.0.0.1", "base_url"),
        ("https://FR-mi.example", "base_url"),
        ("https://fr-mi.example/", "base_url"),
        ("https://fr-mi.example/a?b", "base_url"),
        ("https://user@fr-mi.example", "base_url"),
        ("https://fr-mi.example:0", "base_url"),
        ("https://fr-mi.example:99999", "base_url"),
        ("https://[::1", "base_url"),
        ("https://", "base_url"),
        ("", "base_url"),
    ],
)
def test_where_a_client_may_call(url: str, code: str, world: World) -> None:
    with pytest.raises(RefusedError) as caught:
        HttpPeerClient(PartnerAddress(CODE, url), world.callers["fr-mi"], FakeClock(), FakeEntropy())
    assert caught.value.code == code


def test_files_that_are_no_certificates(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"nonsense")
    for own in (Certificate(tmp_path / "a", tmp_path / "a"), Certificate(tmp_path / "b", tmp_path / "b")):
        with pytest.raises(MalformedError, match="tls_files"):
            make_server_context(own, [])
        with pytest.raises(MalformedError, match="tls_files"):
            make_client_context([Authority("A").pem], own)
    with pytest.raises(MalformedError, match="certificate"):
        hash_spki(b"nonsense")


def test_a_silent_client_does_not_stop_the_others(tls_world: World) -> None:
    """Fault 18: connections that never shake hands cost no thread and do not hold up the one that accepts."""
    silent = [socket.create_connection(tls_world.server.address, 5) for _ in range(40)]
    started_s = time.monotonic()
    assert tls_world.client().status()
    assert time.monotonic() - started_s < 5
    for sock in silent:
        sock.close()


def test_fault_16_an_ended_certificate_ends_calls_and_no_reading(tls_world: World, tmp_path: Path) -> None:
    """Who calls with one is turned away; others, and the public log, are answered as before."""
    tls_world.store.own.append(b"x")
    authority = tls_world.authority
    assert authority is not None
    ended, _ = authority.issue(tmp_path, "ended", is_over=True)
    own = tls_world.callers["fr-mi"]
    with pytest.raises(UnavailableError, match=r"partner_(tls|unreachable)"):
        tls_world.client(caller=replace(own, certificate=ended)).status()
    assert tls_world.client().status()
    assert len(tls_world.client(caller=replace(own, certificate=None)).entries(0, 1)) == 35
    # A node whose own has ended starts all the same: what it holds is read there.
    server = HttpServer(idle, ServerSettings("127.0.0.1", 0, ended, threads=1))
    server.start()
    try:
        address = PartnerAddress(CODE, f"https://127.0.0.1:{server.address[1]}", [authority.pem])
        with pytest.raises(UnavailableError, match="partner_tls"):
            HttpPeerClient(address, own, FakeClock(), FakeEntropy()).status()
    finally:
        server.stop()


def test_fault_16_a_changed_authority_is_refused_until_the_roster_has_it(
    tls_world: World, tmp_path: Path
) -> None:
    changed = Authority("Second authority")
    certificate, pin = changed.issue(tmp_path, "renewed")
    partner = make_partner("fr-mi", "fr-mi.example/log/1", (pin,))
    own = replace(tls_world.callers["fr-mi"], certificate=certificate)
    with pytest.raises(UnavailableError, match=r"partner_(tls|unreachable)"):
        tls_world.client(caller=own).status()
    tls_world.store.roster.by_code[AdministrationCode("fr-mi")] = partner
    tls_world.server.trust_clients_of([tls_world.authority.pem, changed.pem])  # type: ignore[union-attr]
    assert tls_world.client(caller=own).status()
