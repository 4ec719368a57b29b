"""A real server on loopback, around a node in memory; and clients of its partners."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mithaq.adapters.http.client import Caller, HttpPeerClient, PartnerAddress
from mithaq.adapters.http.server import HttpServer, ServerSettings
from mithaq.core.acts.dsse import ROOT_TYPE, DsseDocument
from mithaq.core.acts.roots import ED25519, Role, RoleEntry, Root, RootKey
from mithaq.core.keys import SigningKey
from mithaq.core.log.merkle import EMPTY_ROOT, CompactRange
from mithaq.core.types import AdministrationCode, LeafIndex, Origin, RootHash, TreeSize
from mithaq.node.node import Identity, Node
from mithaq.node.records import FollowedHead, Partner
from mithaq.web.runtime import set_node

from .authorities import Authority
from .fake_store import CODE, FakeEntropy, FakeStore, make_key, make_node

PARTNERS = (("fr-mi", "fr-mi.example/log/1"), ("es-mi", "es-mi.example/log/1"))


def make_root(code: str, origin: str) -> bytes:
    """A root file with a transport and a log key; nobody here verifies its signatures."""
    names = (
        (Role.ROOT, f"{code}.example/root"),
        (Role.TRANSPORT, f"{code}.example/transport"),
        (Role.LOG, origin),
    )
    roles = {
        role: RoleEntry((RootKey(ED25519, make_key(f"{code} {role}").public, name),)) for role, name in names
    }
    root = Root(AdministrationCode(code), 1, datetime(2100, 1, 1, tzinfo=UTC), Origin(origin), roles)
    return DsseDocument(ROOT_TYPE, root.encode(), ()).encode()


def make_partner(code: str, origin: str, spki_sha256: tuple[str, ...] = ()) -> Partner:
    return Partner(
        code=AdministrationCode(code),
        origin=Origin(origin),
        name=code,
        base_url=f"https://{code}.example",
        root=make_root(code, origin),
        pinned_sha256="",
        client_spki_sha256=spki_sha256,
    )


def follow_nothing_yet(partner: Partner) -> FollowedHead:
    zero = TreeSize(0)
    return FollowedHead(
        origin=partner.origin,
        administration=partner.code,
        verified_size=zero,
        root_hash=RootHash(EMPTY_ROOT),
        compact_range=CompactRange().encode(),
        note=b"",
        next_index=LeafIndex(0),
        last_seq=0,
        applied_size=zero,
        applied_root=RootHash(EMPTY_ROOT),
    )


@dataclass
class World:
    """One served node and what its partners need to call it."""

    node: Node
    server: HttpServer
    authority: Authority | None
    callers: dict[str, Caller]
    offsets: list[float]
    read: list[Any] = field(default_factory=list)

    @property
    def store(self) -> FakeStore:
        store: Any = self.node.store
        return store

    @property
    def base_url(self) -> str:
        return self.node.identity.base_url

    def client(self, code: str = "fr-mi", **changed: Any) -> HttpPeerClient:
        values: dict[str, Any] = {"caller": self.callers[code], "clock": self.node.clock, **changed}
        authorities = [self.authority.pem] if self.authority else []
        address = PartnerAddress(CODE, self.base_url, changed.pop("authorities", authorities))
        values.pop("authorities", None)
        return HttpPeerClient(address, entropy=FakeEntropy(), report_offset=self.offsets.append, **values)


def transport_key(code: str) -> SigningKey:
    return make_key(f"{code} {Role.TRANSPORT}")


def serve(app: Any, settings: ServerSettings, authorities: list[str]) -> HttpServer:
    server = HttpServer(app, settings, authorities)
    server.start()
    return server


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Rows of the access log that partners have left: no database is here to hold them."""
    from mithaq.web.access_log import writer

    found: list[Any] = []
    monkeypatch.setattr(writer, "write_rows", lambda _noting, notes: found.extend(notes))
    return found


@pytest.fixture
def make_world(tmp_path: Path, noted: list[Any]) -> Iterator[Callable[..., World]]:
    """Builds a world: plain HTTP, or TLS with an authority of its own."""
    from django.core.handlers.wsgi import WSGIHandler
    from django.test.utils import override_settings

    worlds: list[World] = []
    changed = override_settings(
        ROOT_URLCONF="tests.integration.http.urls",
        MIDDLEWARE=["mithaq.web.headers.SecurityHeaders"],
        ALLOWED_HOSTS=["*"],
    )

    def build(*, tls: bool = False, threads: int = 16) -> World:
        authority = Authority("Test authority") if tls else None
        own = authority.issue(tmp_path, "server")[0] if authority else None
        node = make_node("")
        set_node(node)
        pems = [authority.pem] if authority else []
        server = serve(WSGIHandler(), ServerSettings("127.0.0.1", 0, own, threads, drain_s=2), pems)
        scheme = "https" if tls else "http"
        node.identity = Identity(
            CODE, node.identity.origin, "Interior", f"{scheme}://127.0.0.1:{server.address[1]}"
        )
        world = World(node, server, authority, {}, [], noted)
        for code, origin in PARTNERS:
            certificate, pin = authority.issue(tmp_path, code) if authority else (None, "")
            partner = make_partner(code, origin, (pin,) if pin else ())
            world.store.roster.by_code[partner.code] = partner
            world.store.followed.by_origin[partner.origin] = follow_nothing_yet(partner)
            world.callers[code] = Caller(transport_key(code), certificate)
        worlds.append(world)
        return world

    with changed:
        yield build
        for world in worlds:
            world.node.announcer.close()
            world.server.stop()
        set_node(None)


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """Plain HTTP on loopback."""
    return make_world()


@pytest.fixture
def tls_world(make_world: Callable[..., World]) -> World:
    """TLS 1.3 with client certificates."""
    return make_world(tls=True)
