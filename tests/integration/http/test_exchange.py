"""The exchange between two nodes over a real connection: every address, both ends ours."""

import json
import threading
import time
from collections.abc import Callable
from hashlib import sha256

import httpx
import pytest

from mithaq.core.acts.commitment import entry_of
from mithaq.core.acts.envelope import encode_envelope
from mithaq.core.federation.page import ActLine, EndLine, parse_line
from mithaq.core.log.checkpoint import parse_checkpoint
from mithaq.core.log.merkle import CompactRange
from mithaq.core.log.signed_note import parse_signed_note
from mithaq.core.log.tiles import encode_bundle, parse_bundle, parse_tile
from mithaq.core.types import LeafIndex, Origin, TreeSize
from mithaq.errors import MalformedError, MissingError, NotAllowedError, UnavailableError
from mithaq.node.records import SectionContent, StoredAct
from mithaq.web.exchange.limits import CallerMeters
from mithaq.web.runtime import get_part

from .conftest import World
from .fake_store import LOG_KEY, ORIGIN, make_checkpoint, make_key

FRANCE = Origin("fr-mi.example/log/1")
NOOP = b'{"kind":"noop","v":1}'


def read_lines(lines: object) -> tuple[list[ActLine], EndLine]:
    *acts, end = [parse_line(line) for line in lines]  # type: ignore[attr-defined]
    assert isinstance(end, EndLine)
    assert all(isinstance(act, ActLine) for act in acts)
    return acts, end  # type: ignore[return-value]


def test_a_checkpoint_now_later_and_never(world: World) -> None:
    client = world.client()
    assert client.checkpoint(TreeSize(0), 0) is None
    world.store.own.append(NOOP)
    note = client.checkpoint(TreeSize(0), 25)
    assert note is not None
    assert parse_checkpoint(parse_signed_note(note).text).tree_size == 1
    started_s = time.monotonic()
    assert client.checkpoint(TreeSize(1), 1) is None
    assert 0.9 < time.monotonic() - started_s < 5


def test_a_long_poll_hears_at_once(world: World) -> None:
    heard: list[float] = []

    def wait() -> None:
        assert world.client().checkpoint(TreeSize(0), 25) is not None
        heard.append(time.monotonic())

    thread = threading.Thread(target=wait)
    thread.start()
    while not world.node.announcer.is_waiting("fr-mi"):
        time.sleep(0.01)
    world.store.own.append(NOOP)
    told_s = time.monotonic()
    world.node.announcer.announce(TreeSize(1))
    thread.join(10)
    assert heard
    assert heard[0] - told_s < 2


def test_a_stop_lets_long_polls_go(world: World) -> None:
    answers: list[bytes | None] = []
    thread = threading.Thread(target=lambda: answers.append(world.client().checkpoint(TreeSize(0), 25)))
    thread.start()
    while not world.node.announcer.is_waiting("fr-mi"):
        time.sleep(0.01)
    started_s = time.monotonic()
    world.node.announcer.close()
    world.server.stop()
    thread.join(10)
    assert answers == [None]
    assert time.monotonic() - started_s < 5
    with pytest.raises(UnavailableError, match="partner_unreachable"):
        world.client().status()


def test_pages_hold_what_is_released_to_the_caller_and_nothing_else(world: World) -> None:
    for number in range(40):
        readers = ["fr-mi"] if number % 2 else ["es-mi"]
        world.store.own.append(b'{"canary":"%s-%d"}' % (readers[0].encode(), number), *readers)
    acts, end = read_lines(world.client().acts(LeafIndex(0), 1024))
    assert [act.leaf_index for act in acts] == list(range(1, 40, 2))
    assert all(b"es-mi" not in act.envelope for act in acts)
    assert end == EndLine(True, 40, 40, 20)
    acts, end = read_lines(world.client("es-mi").acts(LeafIndex(10), 3))
    assert [act.leaf_index for act in acts] == [10, 12, 14]
    assert end == EndLine(True, 15, 40, 3)


def test_a_page_ends_before_it_is_over_eight_mebibytes(world: World) -> None:
    section = SectionContent("persons", bytes(32), bytes(262_144))
    for _ in range(40):
        world.store.own.append(bytes(1_000), "fr-mi", sections=(section,))
    seen: list[int] = []
    cursor, size = 0, 0
    while True:
        lines = list(world.client().acts(LeafIndex(cursor), 1024))
        assert sum(map(len, lines[:-1])) <= 8_388_608
        acts, end = read_lines(lines)
        seen += [act.leaf_index for act in acts]
        cursor, size = end.next, end.size
        if cursor == size:
            break
        assert len(acts) == 23
    assert seen == list(range(40))


def test_a_release_carries_the_older_act(world: World) -> None:
    part = SectionContent("reasons", bytes(32), b"{}")
    other = SectionContent("persons", bytes(32), b"canary")
    older = world.store.own.append(b'{"older":1}', "es-mi", sections=(part, other))
    world.store.own.append(
        make_envelope("release", {"index": older, "c": "00" * 32, "sections": ["reasons"]}), "fr-mi"
    )
    world.store.own.append(make_envelope("noop", {"kind": "release"}), "fr-mi")
    (act, look_alike), _ = read_lines(world.client().acts(LeafIndex(0), 10))
    assert act.disclosed is not None
    assert act.disclosed.envelope == b'{"older":1}'
    assert list(act.disclosed.sections) == ["reasons"]
    assert look_alike.disclosed is None


def test_p6_what_a_partner_is_given_from_amber_on_is_written_down_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mithaq.web.access_log import writer

    def note(code: str) -> bytes:
        handling = {"code": code, "caveats": [], "purpose": "OC"}
        fields = {"object_kind": "requests.request", "object_v": 1, "handling": handling}
        return make_envelope("note.send", {}, **fields)

    for envelope in (note("green"), note("amber"), make_envelope("noop", {})):
        world.store.own.append(envelope, "fr-mi")
    list(world.client().acts(LeafIndex(0), 2))
    [row] = world.read
    assert (row.user_id, row.code, row.decision, row.recipients) == (
        "partner:fr-mi",
        "amber",
        "allowed",
        ("fr-mi",),
    )

    def full(*_: object) -> None:
        raise UnavailableError("access_log", "full")

    monkeypatch.setattr(writer, "write_rows", full)
    with pytest.raises(UnavailableError, match=r"access_log|503"):
        list(world.client().acts(LeafIndex(0), 2))
    assert read_lines(world.client().acts(LeafIndex(2), 1))[0]


def make_envelope(kind: str, body: dict[str, object], **fields: object) -> bytes:
    return encode_envelope(
        {
            "v": 1,
            "kind": kind,
            "id": "01890a5d-ac96-774b-bcce-b302099a8057",
            "log": ORIGIN,
            "from": "ma-mi",
            "to": [{"administration": "fr-mi", "seq": 1}],
            "created": "2026-01-01T00:00:00.000Z",
            "seen": [],
            "priority": "normal",
            "actor": {"post": "node", "holder": "machine"},
            "body": body,
            **fields,
        }
    )


def test_tiles_and_bundles_of_any_width(world: World) -> None:
    for number in range(600):
        world.store.own.append(b"%d" % number)
    acts = world.store.own.acts
    client = world.client()
    assert parse_bundle(client.entries(0, 256), 256) == [entry_of(act.commitment) for act in acts[:256]]
    for width in (1, 87, 88):
        assert client.entries(2, width) == encode_bundle(
            [entry_of(a.commitment) for a in acts[512 : 512 + width]]
        )
    roots = []
    for tile in range(2):
        tree = CompactRange()
        tree.extend(parse_tile(client.tile(0, tile, 256), 256))
        roots.append(tree.root())
    assert parse_tile(client.tile(1, 0, 2), 2) == roots
    # A partial one below a full one is still served; a wider one than the log is not.
    assert len(client.tile(0, 1, 7)) == 7 * 32
    for missing in (
        lambda: client.entries(2, 89),
        lambda: client.tile(1, 0, 3),
        lambda: client.tile(2, 0, 1),
    ):
        with pytest.raises(MissingError):
            missing()


def test_where_a_partial_tile_is_gone_the_full_one_is_cut(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(256):
        world.store.own.append(b"%d" % number)
    gone = MissingError("tile_missing", "gone")

    def refuse(*arguments: object) -> bytes:
        raise gone

    monkeypatch.setattr("mithaq.web.log.views.make_partial", refuse)
    client = world.client()
    assert client.entries(0, 9) == client.entries(0, 256)[: 9 * 35]
    assert client.tile(0, 0, 255) == client.tile(0, 0, 256)[:-32]


def test_the_caller_gets_its_own_log_back_and_no_other(world: World) -> None:
    commitments = [bytes([number]) * 32 for number in range(5)]
    world.store.followed.bundles[FRANCE, 0] = encode_bundle([entry_of(c) for c in commitments])
    world.store.followed.acts[FRANCE] = [
        StoredAct(FRANCE, LeafIndex(index), commitments[index], bytes(32), b"{}") for index in (1, 3)
    ]
    head = world.store.followed.by_origin[FRANCE]
    world.store.followed.by_origin[FRANCE] = type(head)(
        **{name: getattr(head, name) for name in head.__slots__} | {"verified_size": TreeSize(5)}
    )
    client = world.client()
    assert parse_bundle(client.mirror_entries(FRANCE, 0, 5), 5)[4] == entry_of(commitments[4])
    assert len(client.mirror_entries(FRANCE, 0, 2)) == 70
    acts, end = read_lines(client.mirror_acts(FRANCE, LeafIndex(2)))
    assert [act.leaf_index for act in acts] == [3]
    assert end == EndLine(True, 5, 5, 1)
    with pytest.raises(MissingError):
        client.mirror_entries(FRANCE, 0, 6)
    for stranger in (world.client("es-mi"),):
        with pytest.raises(MissingError, match="origin"):
            stranger.mirror_entries(FRANCE, 0, 5)
        with pytest.raises(MissingError, match="origin"):
            stranger.mirror_acts(FRANCE, LeafIndex(0))


def test_the_larger_cosigned_note_is_shown(world: World) -> None:
    client = world.client()
    assert client.heads(FRANCE) is None
    assert client.heads(Origin("nowhere.example/log/1")) is None
    key = make_key("fr-mi log")
    small, large = (make_checkpoint(FRANCE, size, bytes(32), key).encode() for size in (3, 4))
    world.store.followed.notes[FRANCE] = small
    assert client.heads(FRANCE) == small
    world.store.witnessed.notes[FRANCE] = large
    assert client.heads(FRANCE) == large
    world.store.followed.notes[FRANCE] = large
    assert client.heads(FRANCE) == large


def test_root_files_release_heads_and_status(world: World) -> None:
    world.store.roster.roots[world.node.identity.code] = [b"one", b"two"]
    world.store.own.heads[world.store.roster.partners()[1].code, 7] = b"head for fr"
    client = world.client()
    assert [client.root(version) for version in (0, 1, 2, 3)] == [None, b"one", b"two", None]
    assert client.release_head(TreeSize(7)) == b"head for fr"
    with pytest.raises(MissingError):
        world.client("es-mi").release_head(TreeSize(7))
    status = json.loads(client.status())
    assert (status["code"], status["origin"], status["exchange"]) == ("ma-mi", ORIGIN, ["v1"])
    assert status["limits"]["page_acts"] == 1024


def test_blobs_are_there_only_for_who_holds_an_act_that_names_them(world: World) -> None:
    data = b"x" * 1_048_576
    name = sha256(data).hexdigest()
    blobs: object = world.node.blobs
    blobs.chunks[name] = data  # type: ignore[attr-defined]
    world.store.own.blobs.add(("fr-mi", name))
    client = world.client()
    assert json.loads(client.blob_manifest(name)) == {"sha256": name}
    assert client.blob_chunk(name, 0) == data
    answers = []
    for stranger, blob in ((world.client("es-mi"), name), (client, "ab" * 32)):
        for ask in (lambda: stranger.blob_manifest(blob), lambda: stranger.blob_chunk(blob, 0)):  # noqa: B023
            with pytest.raises(MissingError) as caught:
                ask()
            answers.append(caught.value.code)
    assert answers == ["blob"] * 4
    assert [one.decision for one in world.read] == ["allowed"] * 2 + ["not_released"] * 4


def test_a_hint_wakes_the_puller_of_the_caller_alone(world: World) -> None:
    client = world.client()
    client.status()
    flag = world.node.wakes.of(FRANCE)
    flag.clear()
    client.hint(FRANCE, TreeSize(3), "immediate")
    assert flag.is_set()
    flag.clear()
    for origin, priority, family in (
        (Origin("es-mi.example/log/1"), "normal", NotAllowedError),
        (FRANCE, "loud", MalformedError),
        (Origin("x" * 2_000), "normal", MalformedError),
    ):
        with pytest.raises(family):
            client.hint(origin, TreeSize(3), priority)
    assert not flag.is_set()


def test_a_partner_that_is_heard_wakes_a_puller_that_backs_off(world: World) -> None:
    """Each authenticated request ends the wait of who failed to reach it, and of nobody else (spec 8.7.2)."""
    client = world.client()
    flag, wakes = world.node.wakes.of(FRANCE), world.node.wakes
    client.status()
    assert not flag.is_set()
    wakes.note_failing(FRANCE, is_failing=True)
    for _ in range(2):
        client.status()
        assert flag.is_set()
        flag.clear()
    wakes.note_failing(FRANCE, is_failing=False)
    client.status()
    assert not flag.is_set()


def test_open_requests_and_bytes_are_bounded(world: World) -> None:
    threads = [
        threading.Thread(target=lambda: world.client().checkpoint(TreeSize(0), 5), daemon=True)
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 10
    while world.node.announcer._waiters.get("fr-mi", 0) < 8 and time.monotonic() < deadline:
        time.sleep(0.01)
    with pytest.raises(UnavailableError) as caught:
        world.client().status()
    assert (caught.value.code, caught.value.retry_after_s) == ("too_many_open", 1)
    assert world.client("es-mi").status()
    world.node.announcer.close()
    for thread in threads:
        thread.join(10)
    assert world.client().status()


def test_an_empty_byte_bucket_says_when_to_come_back(world: World) -> None:
    world.client().status()
    get_part(CallerMeters).of(world.store.roster.partners()[1].code).spend(192 * 1_048_576)
    with pytest.raises(UnavailableError) as caught:
        world.client().status()
    assert caught.value.code == "too_many_bytes"
    assert caught.value.retry_after_s is not None
    assert 4 <= caught.value.retry_after_s <= 6
    world.node.clock.offset_s += caught.value.retry_after_s  # type: ignore[attr-defined]
    assert world.client().status()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "from=-1",
        "from=01",
        "from=1&from=2",
        "from=1&x=1",
        "from=1&max=0",
        "from=1&max=1025",
        "from=\u0661",
    ],
)
def test_a_query_is_read_strictly(world: World, query: str) -> None:
    client = world.client()
    with pytest.raises(MalformedError, match="query"):
        client._read(f"/exchange/v1/acts?{query}" if query.isascii() else "/exchange/v1/acts?from=%D9%A1")


def test_unknown_addresses_are_problems_too(world: World) -> None:
    answer = httpx.get(f"{world.base_url}/exchange/v1/nothing", trust_env=False)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["code"] == "not_found"
    answer = httpx.post(f"{world.base_url}/exchange/v1/status", trust_env=False)
    assert (answer.status_code, answer.json()["code"]) == (405, "method")


def test_a_failure_shows_nothing_from_inside(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise ValueError("canary of the inside")

    monkeypatch.setattr(world.store.own, "latest_checkpoint", fail)
    answer = httpx.get(f"{world.base_url}/log/checkpoint", trust_env=False)
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "canary" not in answer.text
    with pytest.raises(UnavailableError, match="internal"):
        world.client().checkpoint(TreeSize(0), 0)


def test_clients_can_be_used_from_threads(make_world: Callable[..., World]) -> None:
    world = make_world(threads=8)
    world.store.own.append(NOOP, "fr-mi")
    client = world.client()
    counts: list[int] = []

    def pull() -> None:
        for _ in range(20):
            counts.append(len(list(client.acts(LeafIndex(0), 10))))

    threads = [threading.Thread(target=pull) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert counts == [2] * 80


def test_the_log_key_of_the_fake_is_the_one_that_signs(world: World) -> None:
    world.store.own.append(NOOP)
    note = parse_signed_note(world.store.own.latest_checkpoint()[1])
    assert note.lines[0].key_id == LOG_KEY.key_id
