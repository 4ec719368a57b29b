"""Fault 18 on both sides: bombs, endless bodies, slow peers. Bounded memory and time, one clear error."""

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache

import httpx
import pytest

from mithaq.adapters.http import client as client_module
from mithaq.adapters.http import connection
from mithaq.adapters.http.answer import iterate_lines
from mithaq.adapters.http.client import Caller, HttpPeerClient, PartnerAddress
from mithaq.core.federation.http_signature import encode_nonce, sign_request
from mithaq.core.federation.page import encode_end
from mithaq.core.keys import hash_public_key
from mithaq.core.types import LeafIndex, TreeSize
from mithaq.errors import (
    ConflictError,
    MalformedError,
    MissingError,
    MithaqError,
    NotAllowedError,
    RefusedError,
    UnavailableError,
)
from mithaq.web.exchange.limits import MAX_OPEN, CallerMeter

from .conftest import World, transport_key
from .fake_store import CODE, FakeClock, FakeEntropy

# --- a hostile server under our client ---------------------------------------------------------------

Reply = Callable[[socket.socket], None]


@contextmanager
def hostile(reply: Reply) -> Iterator[HttpPeerClient]:
    """A server that reads a head and then does whatever ``reply`` does; and our client, calling it."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            with suppress(OSError):
                sock, _ = listener.accept()
                with sock:
                    sock.settimeout(10)
                    while b"\r\n\r\n" not in sock.recv(65_536):
                        pass
                    reply(sock)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    address = PartnerAddress(CODE, f"http://127.0.0.1:{listener.getsockname()[1]}")
    client = HttpPeerClient(address, Caller(transport_key("fr-mi")), FakeClock(), FakeEntropy())
    try:
        yield client
    finally:
        stop.set()
        listener.close()
        client.close()
        thread.join(5)


def answer(status: str, body: bytes, *fields: str) -> Reply:
    head = "\r\n".join(
        [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *fields, "", ""]
    )
    return lambda sock: sock.sendall(head.encode() + body)


def endless(sock: socket.socket) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    with suppress(OSError):
        for _ in range(4_000):
            sock.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")


CALLS: list[tuple[str, int, Callable[[HttpPeerClient], object]]] = [
    ("entries", 8_960, lambda client: client.entries(0, 256)),
    ("tile", 8_192, lambda client: client.tile(0, 0, 256)),
    ("checkpoint", 1_048_576, lambda client: client.checkpoint(TreeSize(0), 0)),
    ("heads", 1_048_576, lambda client: client.heads(CODE)),  # type: ignore[arg-type]
    ("root", 1_048_576, lambda client: client.root(1)),
    ("release_head", 1_048_576, lambda client: client.release_head(TreeSize(1))),
    ("blob_chunk", 1_048_576, lambda client: client.blob_chunk("ab" * 32, 0)),
    ("status", 1_048_576, lambda client: client.status()),
    ("acts", 12_582_912, lambda client: list(client.acts(LeafIndex(0), 1))),
    ("mirror_acts", 12_582_912, lambda client: list(client.mirror_acts(CODE, LeafIndex(0)))),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("name", "most", "call"), CALLS, ids=[name for name, _, _ in CALLS])
def test_an_answer_over_its_limit_is_refused(
    name: str, most: int, call: Callable[[HttpPeerClient], object]
) -> None:
    body = (b"x" * 65_535 + b"\n") * (most // 65_536 + 1)
    with hostile(answer("200 OK", body)) as client, pytest.raises(MalformedError, match="answer_too_large"):
        call(client)


@pytest.mark.parametrize(("name", "most", "call"), CALLS, ids=[name for name, _, _ in CALLS])
def test_an_answer_without_end_is_refused(
    name: str, most: int, call: Callable[[HttpPeerClient], object]
) -> None:
    with hostile(endless) as client, pytest.raises(MalformedError, match=r"answer_(too_large|line_too_long)"):
        call(client)


@cache
def make_bomb() -> bytes:
    """256 MiB of newlines in a quarter of a megabyte."""
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join([packer.compress(b"\n" * 1_048_576) for _ in range(256)]) + packer.flush()
    assert len(bomb) < 400_000
    return bomb


@pytest.mark.parametrize(("name", "most", "call"), CALLS, ids=[name for name, _, _ in CALLS])
def test_a_gzip_bomb_is_refused(name: str, most: int, call: Callable[[HttpPeerClient], object]) -> None:
    with (
        hostile(answer("200 OK", make_bomb(), "Content-Encoding: gzip")) as client,
        pytest.raises(MalformedError, match=r"answer_too_(large|many_lines)"),
    ):
        call(client)


def test_gzip_that_fits_is_read() -> None:
    data = bytes(range(256)) * 35
    with hostile(answer("200 OK", gzip.compress(data), "Content-Encoding: gzip")) as client:
        assert client.entries(0, 256) == data


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (gzip.compress(bytes(8_960))[:-9], "gzip"),
        (gzip.compress(bytes(8_960)) + b"more", "gzip"),
        (gzip.compress(bytes(8_960)) + gzip.compress(b""), "gzip"),
        (b"nonsense", "gzip"),
        (b"", "gzip"),
        (bytes(8_960), "br"),
        (zlib.compress(bytes(8_960)), "deflate"),
        (gzip.compress(gzip.compress(bytes(8_960))), "gzip, gzip"),
    ],
    ids=["cut", "more", "two", "nonsense", "empty", "br", "deflate", "twice"],
)
def test_other_codings_are_refused(body: bytes, coding: str) -> None:
    with (
        hostile(answer("200 OK", body, f"Content-Encoding: {coding}")) as client,
        pytest.raises(MalformedError, match="answer_coding"),
    ):
        client.entries(0, 256)


@pytest.mark.parametrize("length", [0, 8_959])
def test_a_tile_of_another_length_is_refused(length: int) -> None:
    with (
        hostile(answer("200 OK", bytes(length))) as client,
        pytest.raises(MalformedError, match="answer_length"),
    ):
        client.entries(0, 256)


def drip(*parts: bytes) -> Reply:
    def reply(sock: socket.socket) -> None:
        with suppress(OSError):
            for part in parts:
                sock.sendall(part)
            for _ in range(30):
                sock.sendall(b"x")
                time.sleep(0.1)

    return reply


@pytest.mark.parametrize(
    "reply",
    [drip(), drip(b"HTTP/1.1 200 OK\r\nX-Long: "), drip(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n")],
)
def test_a_slow_answer_has_one_deadline_for_everything(reply: Reply, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "ANSWER_S", 0.5)
    with hostile(reply) as client:
        started_s = time.monotonic()
        with pytest.raises(UnavailableError, match=r"partner_(slow|unreachable)"):
            client._read("/exchange/v1/status")
        assert time.monotonic() - started_s < 3


def test_lines_of_a_cut_page_count_as_far_as_they_came() -> None:
    whole = b'{"a":1}\n{"b":2}\n{"end":true}\n'
    for cut in range(len(whole) + 1):
        expected = [line for line in whole[:cut].split(b"\n")[:-1] if line]
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(whole)}\r\n\r\n".encode()
        with hostile(lambda sock: sock.sendall(head + whole[:cut])) as client:  # noqa: B023
            if expected:
                assert list(client.acts(LeafIndex(0), 9)) == expected
            else:
                with pytest.raises(UnavailableError):
                    list(client.acts(LeafIndex(0), 9))


def test_a_line_without_its_newline_is_dropped() -> None:
    with hostile(answer("200 OK", b'{"a":1}\n{"b":2}')) as client:
        assert list(client.acts(LeafIndex(0), 9)) == [b'{"a":1}']


def test_a_page_has_only_so_many_lines() -> None:
    with hostile(answer("200 OK", b"{}\n" * 1_026)) as client, pytest.raises(MalformedError) as caught:
        list(client.acts(LeafIndex(0), 1024))
    assert caught.value.code == "answer_too_many_lines"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1_000])
def test_lines_do_not_depend_on_pieces(size: int) -> None:
    data = b"one\n\ntwo\nthree\n" + b"x" * 50 + b"\nrest"
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    assert list(iterate_lines(iter(pieces), 50)) == data.split(b"\n")[:-1]
    with pytest.raises(MalformedError, match="answer_line_too_long"):
        list(iterate_lines(iter(pieces), 49))


def test_a_page_read_to_its_end_line_keeps_the_connection(world: World) -> None:
    client = world.client()
    for _ in range(5):
        for line in client.acts(LeafIndex(0), 1):
            if line == encode_end(LeafIndex(0), TreeSize(0), 0):
                break
    assert len(client._transport._pool.connections) == 1


@pytest.mark.parametrize(
    ("reply", "family", "code"),
    [
        (answer("301 Moved", b"", "Location: http://127.0.0.1:1/"), RefusedError, "partner_redirects"),
        (answer("400 Bad", b'{"code":"query"}'), MalformedError, "query"),
        (answer("403 No", b'{"code":"hint_origin"}'), NotAllowedError, "hint_origin"),
        (answer("404 No", b"<html>"), MissingError, "partner_refused"),
        (answer("404 No", b'{"code":"Not Ours!"}'), MissingError, "partner_refused"),
        (answer("404 No", b'{"code":7}'), MissingError, "partner_refused"),
        (answer("404 No", b"\xff" * 99), MissingError, "partner_refused"),
        (answer("404 No", b"[" * 60_000), MissingError, "partner_refused"),
        (answer("404 No", b"x" * 70_000), MissingError, "partner_refused"),
        (answer("409 No", b'{"code":"head_moved"}'), ConflictError, "head_moved"),
        (answer("418 Pot", b'{"code":"pot"}'), RefusedError, "pot"),
        (answer("429 Much", b'{"code":"x"}', "Retry-After: 7"), UnavailableError, "x"),
        (answer("500 Oops", b""), UnavailableError, "partner_problem"),
        (
            answer("503 Busy", b"", "Retry-After: Tue, 01 Jan 2030 00:00:00 GMT"),
            UnavailableError,
            "partner_problem",
        ),
        (lambda sock: None, UnavailableError, "partner_unreachable"),
        (lambda sock: sock.sendall(b"SSH-2.0-nonsense\r\n\r\n"), UnavailableError, "partner_unreachable"),
        (answer("401 No", b'{"code":"stale_signature"}'), NotAllowedError, "stale_signature"),
        (answer("401 No", b'{"code":"stale_signature"}', "Date: never"), NotAllowedError, "stale_signature"),
    ],
)
def test_refusals_of_a_partner_are_our_errors(reply: Reply, family: type[MithaqError], code: str) -> None:
    with hostile(reply) as client, pytest.raises(MithaqError) as caught:
        client.status()
    assert (type(caught.value), caught.value.code) == (family, code)
    if isinstance(caught.value, UnavailableError):
        assert caught.value.retry_after_s == (7 if code == "x" else None)


def test_the_environment_names_no_proxy(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert world.client().status()


# --- a hostile client under our server ---------------------------------------------------------------


def talk(world: World, *parts: bytes, wait_s: float = 10) -> bytes:
    """Sends parts, then reads until the server ends the connection."""
    with socket.create_connection(world.server.address, 5) as sock:
        sock.settimeout(wait_s)
        received = b""
        with suppress(ConnectionError):
            for part in parts:
                sock.sendall(part)
            while data := sock.recv(65_536):
                received += data
        return received


HOST = b"Host: 127.0.0.1\r\n"


BADLY_FRAMED = [
    (b"GET /log/checkpoint HTTP/1.1\r\n\r\n", b"400"),
    (b"GET /log/checkpoint HTTP/1.1\n" + HOST + b"\r\n\r\n", b"400"),
    (b"get /log/checkpoint HTTP/1.1\r\n" + HOST + b"\r\n", b"400"),
    (b"GET http://x/log/checkpoint HTTP/1.1\r\n" + HOST + b"\r\n", b"400"),
    (b"GET /log/checkpoint HTTP/2.0\r\n" + HOST + b"\r\n", b"505"),
    (b"nonsense\r\n\r\n", b"400"),
    (b"GET /log/checkpoint HTTP/1.1\r\n" + HOST + HOST + b"\r\n", b"400"),
    (b"GET /log/checkpoint HTTP/1.1\r\n" + HOST + b"A: 1\r\n b\r\n\r\n", b"400"),
    (b"GET /log/checkpoint HTTP/1.1\r\n" + HOST + b"A_B: 1\r\n\r\n", b"400"),
    (b"GET /log/checkpoint HTTP/1.1\r\n" + HOST + b"A : 1\r\n\r\n", b"400"),
    (b"GET /log/checkpoint HTTP/1.1\r\n" + HOST + b"A: \x00\r\n\r\n", b"400"),
    (b"GET /log/checkpoint HTTP/1.1\r\n" + HOST + b"A: 1\r\n" * 101 + b"\r\n", b"400"),
    (b"POST /exchange/v1/hint HTTP/1.1\r\n" + HOST + b"Content-Length: +5\r\n\r\n", b"400"),
    (b"POST /exchange/v1/hint HTTP/1.1\r\n" + HOST + b"Content-Length: 5_0\r\n\r\n", b"400"),
    (
        b"POST /exchange/v1/hint HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"400",
    ),
    (b"POST /exchange/v1/hint HTTP/1.1\r\n" + HOST + b"Content-Length: 1048577\r\n\r\n", b"413"),
    (b"POST /exchange/v1/hint HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"411"),
    (b"POST /exchange/v1/hint HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip\r\n\r\n", b"501"),
    (b"GET /log/checkpoint HTTP/1.1\r\n" + HOST + b"A: " + b"x" * 16_384 + b"\r\n\r\n", b"431"),
    (b"x" * 20_000, b"431"),
]


def test_what_is_not_framed_strictly_is_refused(world: World) -> None:
    for request_bytes, status in BADLY_FRAMED:
        assert talk(world, request_bytes).split(b" ")[1] == status, request_bytes
        assert httpx.get(f"{world.base_url}/log/checkpoint", trust_env=False).status_code == 404


def test_two_requests_in_one_packet_are_both_answered(world: World) -> None:
    one = b"GET /log/checkpoint HTTP/1.1\r\n" + HOST
    received = talk(world, one + b"\r\n" + one + b"Connection: close\r\n\r\n")
    assert received.count(b"HTTP/1.1 404 Not Found") == 2


def test_a_slow_head_and_a_slow_body_have_a_deadline(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "HEADER_DEADLINE_S", 0.5)
    monkeypatch.setattr(connection, "BODY_DEADLINE_S", 0.5)
    for start in (
        b"GET /log/checkpoint HTTP/1.1\r\n",
        b"POST /exchange/v1/hint HTTP/1.1\r\n" + HOST + b"Content-Length: 100\r\n"
        b"Signature: x\r\nSignature-Input: x\r\n\r\n",
    ):
        started_s = time.monotonic()
        with socket.create_connection(world.server.address, 5) as sock, suppress(ConnectionError):
            sock.settimeout(5)
            sock.sendall(start)
            received = b""
            while time.monotonic() - started_s < 4:
                sock.sendall(b"x")
                sock.settimeout(0.1)
                with suppress(TimeoutError):
                    data = sock.recv(1_000)
                    if not data:
                        break
                    received += data
        assert time.monotonic() - started_s < 3


def test_many_slow_clients_leave_room_for_others(world: World) -> None:
    slow = [socket.create_connection(world.server.address, 5) for _ in range(100)]
    assert world.client().status()
    for sock in slow:
        sock.close()


@pytest.mark.parametrize(
    "start",
    [
        b"GET /log/checkpoint HTTP/1.1\r\n",
        b"POST /witness/add-checkpoint HTTP/1.1\r\n" + HOST + b"Content-Length: 100\r\n\r\nx",
    ],
    ids=["head", "body"],
)
def test_many_that_begin_and_do_not_go_on_leave_room_for_others(world: World, start: bytes) -> None:
    """More of them than threads, each past its first byte: the rest is answered within a few seconds."""
    slow = [socket.create_connection(world.server.address, 5) for _ in range(64)]
    for sock in slow:
        sock.sendall(start)
    started_s = time.monotonic()
    assert world.client().status()
    assert time.monotonic() - started_s < 8
    for sock in slow:
        sock.close()


def test_a_reader_that_does_not_read_is_let_go(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "ANSWER_DEADLINE_S", 0.5)
    monkeypatch.setattr(world.store.own, "latest_checkpoint", lambda: (TreeSize(1), bytes(50_000_000)))
    with socket.create_connection(world.server.address, 5) as sock:
        sock.sendall(b"GET /log/checkpoint HTTP/1.1\r\n" + HOST + b"\r\n")
        time.sleep(1.5)
        sock.settimeout(5)
        received = 0
        with suppress(ConnectionError):
            while data := sock.recv(1_048_576):
                received += len(data)
    assert received < 50_000_000


def test_answers_that_a_partner_does_not_read_are_open_requests(world: World) -> None:
    """Or with a few calls it would hold every thread, and a page of acts with each."""
    own = world.store.own
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(own, "latest_checkpoint", lambda: (TreeSize(1), bytes(30_000_000)))
        patch.setattr(CallerMeter, "check_bytes", lambda meter, now_s: None)
        url = f"{world.base_url}/exchange/v1/checkpoint?after=0&wait=0"
        held = []
        for number in range(MAX_OPEN):
            key = transport_key("fr-mi")
            created_s = int(world.node.clock.now().timestamp())
            nonce = encode_nonce(number.to_bytes(16, "big"))
            fields = sign_request("GET", url, b"", key, hash_public_key(key.public), created_s, nonce)
            head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
            sock = socket.create_connection(world.server.address, 5)
            sock.sendall(
                b"GET /exchange/v1/checkpoint?after=0&wait=0 HTTP/1.1\r\n" + HOST + head.encode() + b"\r\n"
            )
            assert sock.recv(1_000).startswith(b"HTTP/1.1 200")
            held.append(sock)
        with pytest.raises(UnavailableError, match="too_many_open"):
            world.client().status()
        assert world.client("es-mi").status()
        for sock in held:
            sock.close()
        until_s = time.monotonic() + 5
        while time.monotonic() < until_s:
            with suppress(UnavailableError):
                assert world.client().status()
                return
            time.sleep(0.05)
    raise AssertionError("what was open stays open")


def test_a_head_request_has_no_body(world: World) -> None:
    world.store.own.append(b"x")
    with httpx.Client(trust_env=False, base_url=world.base_url) as client:
        head, get = client.head("/log/checkpoint"), client.get("/log/checkpoint")
        assert head.content == b""
        assert head.headers["content-length"] == str(len(get.content))
        assert client.head("/log/checkpoint").status_code == 200


def test_who_waits_to_be_told_to_go_on_is_told(world: World) -> None:
    with socket.create_connection(world.server.address, 5) as sock:
        sock.settimeout(5)
        sock.sendall(
            b"POST /witness/add-checkpoint HTTP/1.1\r\n"
            + HOST
            + b"Content-Length: 8\r\nExpect: 100-continue\r\n\r\n"
        )
        assert sock.recv(1_000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(b"nonsense")
        assert sock.recv(1_000).startswith(b"HTTP/1.1 400 ")


def test_head_and_body_leave_in_one_call(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.store.own.append(b"x")
    sent: list[int] = []
    flush = connection.SocketWriter.flush

    def count(writer: connection.SocketWriter) -> None:
        if writer._parts:
            sent.append(len(writer._parts))
        flush(writer)

    monkeypatch.setattr(connection.SocketWriter, "flush", count)
    assert len(world.client().entries(0, 1)) == 35
    assert sent == [2]
