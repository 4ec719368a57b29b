"""Fault 18 before the first request: peers that say nothing, or shake hands slowly, keep nobody out."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from mithaq.adapters.http import server as server_module
from mithaq.adapters.http.server import HttpServer, ServerSettings

from .authorities import Authority

MANY = 700


def answer(environ: object, start_response: Callable[..., object]) -> list[bytes]:
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]


@pytest.fixture(scope="module")
def tls_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[HttpServer, ssl.SSLContext]]:
    authority = Authority("Silent")
    certificate, _ = authority.issue(tmp_path_factory.mktemp("silent"), "server")
    server = HttpServer(answer, ServerSettings("127.0.0.1", 0, certificate, threads=16))
    server.start()
    yield server, ssl.create_default_context(cadata=authority.pem)
    server.stop()


def connect(server: HttpServer, number: int) -> socket.socket:
    """From an address of its own for each number."""
    return socket.create_connection(server.address, 5, (f"127.0.{number // 250 + 1}.{number % 250 + 1}", 0))


def ask(server: HttpServer, context: ssl.SSLContext, sock: socket.socket | None = None) -> float:
    """Seconds that a partner needs for one request over a new connection."""
    started_s = time.monotonic()
    raw = socket.create_connection(server.address, 5) if sock is None else sock
    with raw, context.wrap_socket(raw, server_hostname="127.0.0.1") as tls:
        tls.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert tls.recv(65_536).startswith(b"HTTP/1.1 200")
    return time.monotonic() - started_s


@pytest.mark.parametrize("addresses", [1, 10, MANY], ids=["one address", "ten", "each its own"])
def test_many_silent_connections_keep_nobody_out(
    addresses: int, tls_server: tuple[HttpServer, ssl.SSLContext]
) -> None:
    server, context = tls_server
    silent = [connect(server, number % addresses) for number in range(MANY)]
    try:
        assert ask(server, context) < 3
        # Who comes from the same address as all of them gets in as well.
        assert ask(server, context, connect(server, 0)) < 3
    finally:
        for sock in silent:
            sock.close()


def test_a_silent_connection_is_let_go_soon(
    tls_server: tuple[HttpServer, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Long before one that has asked and may ask again."""
    monkeypatch.setattr(server_module, "SILENT_S", 1)
    server, context = tls_server
    raw = socket.create_connection(server.address, 5)
    with context.wrap_socket(raw, server_hostname="127.0.0.1") as tls, connect(server, 0) as silent:
        tls.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert tls.recv(65_536).startswith(b"HTTP/1.1 200")
        silent.settimeout(5)
        assert silent.recv(1) == b""
        tls.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert tls.recv(65_536).startswith(b"HTTP/1.1 200")


def trickle(server: HttpServer, hello: bytes, stop: threading.Event) -> None:
    """A handshake of which a byte comes now and then."""
    with socket.create_connection(server.address, 5) as sock:
        for at in range(len(hello)):
            try:
                sock.sendall(hello[at : at + 1])
            except OSError:
                return
            if stop.wait(0.2):
                return


def test_slow_handshakes_keep_nobody_out(tls_server: tuple[HttpServer, ssl.SSLContext]) -> None:
    """More peers that shake hands byte by byte than the server has threads."""
    server, context = tls_server
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    with pytest.raises(ssl.SSLWantReadError):
        context.wrap_bio(incoming, outgoing, server_hostname="127.0.0.1").do_handshake()
    hello, stop = outgoing.read(), threading.Event()
    threads = [threading.Thread(target=trickle, args=(server, hello, stop)) for _ in range(40)]
    for thread in threads:
        thread.start()
    try:
        assert max(ask(server, context) for _ in range(5)) < 5
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@pytest.mark.parametrize(
    "start", [b"", b"\x16", b"\x16\x03\x01\x02\x00", b"GET / HTTP/1.1\r\n\r\n", bytes(64)]
)
def test_a_handshake_that_does_not_go_on_has_a_deadline(
    start: bytes, tls_server: tuple[HttpServer, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "HANDSHAKE_S", 0.5)
    monkeypatch.setattr(server_module, "SILENT_S", 1)
    server, context = tls_server
    with socket.create_connection(server.address, 5) as sock:
        sock.settimeout(5)
        sock.sendall(start)
        try:
            while sock.recv(65_536):
                pass  # an alert, perhaps
        except ConnectionError:
            pass
    assert ask(server, context) < 3
