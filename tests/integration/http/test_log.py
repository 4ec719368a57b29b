"""The public log: canonical paths, content types, caching, and the headers of every answer."""

import socket

import httpx
import pytest

from mithaq.core.log.tiles import encode_bundle
from mithaq.web.headers import CONTENT_SECURITY_POLICY

from .conftest import World


@pytest.fixture
def web(world: World) -> httpx.Client:
    for number in range(300):
        world.store.own.append(b"%d" % number)
    return httpx.Client(trust_env=False, base_url=world.base_url)


TILES = [
    ("tile/0/000", 8_192),
    ("tile/0/000.p/1", 32),
    ("tile/0/000.p/255", 8_160),
    ("tile/0/001.p/44", 1_408),
    ("tile/1/000.p/1", 32),
    ("tile/entries/000", 8_960),
    ("tile/entries/000.p/7", 245),
    ("tile/entries/001.p/44", 1_540),
]


def test_tiles(web: httpx.Client) -> None:
    for path, length in TILES:
        answer = web.get(f"/log/{path}")
        assert (answer.status_code, len(answer.content)) == (200, length), path
        assert answer.headers["content-type"] == "application/octet-stream"
        assert "immutable" in answer.headers["cache-control"]


NO_PATHS = [
    "tile/0/001",
    "tile/0/001.p/45",
    "tile/0/001.p/0",
    "tile/0/000.p/256",
    "tile/0/000.p/01",
    "tile/0/000.p/1/",
    "tile/0/0",
    "tile/0/0000",
    "tile/00/000",
    "tile/-1/000",
    "tile/64/000",
    "tile/0/x000/000",
    "tile/0/%30%30%30",
    "tile/%30/000",
    "tile/0/000%2Ep/1",
    "tile/0/000%00",
    "tile/0/000%0A",
    "tile/entries/001",
    "tile/entries/000.p/",
    "tile/Entries/000",
    "tile/1/000",
    "tile/1/000.p/2",
    "tile/2/000.p/1",
    "tile/0/x999/x999/x999/x999/x999/x999/999",
    "tile/0/\u0660\u0660\u0660",
    "tile//0/000",
    "tile/",
    "tile",
    "checkpoint/",
    "",
]


def test_what_is_no_path_is_not_there(web: httpx.Client) -> None:
    for path in NO_PATHS:
        answer = web.get(f"/log/{path}")
        assert answer.status_code == 404, path
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["cache-control"] == "no-store"


def test_dots_are_not_resolved(world: World) -> None:
    with socket.create_connection(world.server.address, 5) as sock:
        sock.sendall(b"GET /log/tile/0/../0/000.p/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert sock.recv(1_000).startswith(b"HTTP/1.1 404")


def test_the_checkpoint(world: World) -> None:
    web = httpx.Client(trust_env=False, base_url=world.base_url)
    assert web.get("/log/checkpoint").json()["code"] == "checkpoint_missing"
    world.store.own.append(b"x")
    answer = web.get("/log/checkpoint")
    assert answer.content == world.store.own.latest_checkpoint()[1]
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "max-age=2"


def test_the_log_is_read_only(web: httpx.Client) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        answer = web.request(method, "/log/checkpoint")
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_headers_of_every_answer(web: httpx.Client) -> None:
    for path, caching in (
        ("/log/checkpoint", "max-age=2"),
        ("/exchange/v1/status", "no-store"),
        ("/", "no-store"),
    ):
        headers = web.get(path).headers
        assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]
        assert headers["cache-control"] == caching
        assert "strict-transport-security" not in headers
        assert headers["server"] == "mithaq"
        assert "access-control-allow-origin" not in headers


def test_hsts_over_tls(tls_world: World) -> None:
    client = tls_world.client()
    with client._answer("GET", "/exchange/v1/status") as answer:
        assert answer.fields["strict-transport-security"].startswith("max-age=63072000")


def test_an_entry_is_what_its_act_commits_to(web: httpx.Client, world: World) -> None:
    entries = [b"\x01" + act.commitment for act in world.store.own.acts[256:]]
    assert web.get("/log/tile/entries/001.p/44").content == encode_bundle(entries)
