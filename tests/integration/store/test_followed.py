"""``FollowedStore``: partner logs, their leaves and what could not be used."""

from dataclasses import replace
from typing import Any

import pytest

from mithaq.core.log.signed_note import parse_signed_note
from mithaq.core.types import AdministrationCode, LeafIndex, Origin, TreeSize
from mithaq.errors import MissingError
from mithaq.node.records import ParkedAct, WaitingAct, WantedBlob

from .engines import OnPostgresql, OnSqlite
from .samples import (
    PARTNER,
    PARTNER_LOG,
    THIRD_LOG,
    make_act,
    make_acts,
    make_followed,
    make_line,
    make_note,
    root_at,
)


def fetch(store: Any, size: int, count: int = 0) -> list[Any]:
    """Acts of the partner, stored."""
    acts: list[Any] = make_acts(count or size, log=PARTNER_LOG, author=PARTNER)
    store.followed.add_acts(acts)
    return acts


def held(store: Any, *place: Any) -> list[Any]:
    """Acts as the store gives them, read."""
    return [act.read() for act in store.followed.acts_from(*place)]


class FollowedContract:
    def test_heads_come_by_origin_byte_by_byte(self, store: Any) -> None:
        origins = [
            "Z.example/log/1",
            "a-b.example/log/1",
            "a.example/log/1",
            "ab.example/log/1",
            "é.example/log/1",
        ]
        for number, origin in enumerate(origins):
            store.followed.add(make_followed(AdministrationCode(f"x{number}"), Origin(origin)))
        found = [head.origin for head in store.followed.heads()]
        assert found == sorted([*origins, PARTNER_LOG, THIRD_LOG])

    def test_the_own_log_is_not_followed(self, store: Any) -> None:
        with pytest.raises(MissingError) as caught:
            store.followed.head(Origin("ma-mi.example/log/1"))
        assert caught.value.code == "origin"

    def test_save_replaces_head_and_cursor(self, store: Any) -> None:
        new = replace(
            make_followed(),
            verified_size=TreeSize(300),
            root_hash=root_at(300),
            compact_range=b"\x00range",
            note=make_note(300, PARTNER_LOG),
            next_index=LeafIndex(290),
            last_seq=17,
            applied_size=TreeSize(250),
            applied_root=root_at(250),
            frozen=True,
        )
        with store.transaction():
            assert store.followed.head(PARTNER_LOG, lock=True) == make_followed()
            store.followed.save(new)
        assert store.followed.head(PARTNER_LOG) == new
        assert store.followed.head(THIRD_LOG).verified_size == 0

    def test_a_bundle_replaces_what_a_liar_served_before(self, store: Any) -> None:
        assert store.followed.bundle(PARTNER_LOG, 0) == b""
        store.followed.save_bundles(PARTNER_LOG, {0: b"a" * 70, 1: b"b" * 35})
        store.followed.save_bundles(PARTNER_LOG, {0: b"c" * 35, 1: b"d" * 105})
        assert store.followed.bundle(PARTNER_LOG, 0) == b"c" * 35
        assert store.followed.bundle(PARTNER_LOG, 1) == b"d" * 105
        assert store.followed.bundle(THIRD_LOG, 0) == b""

    def test_acts_are_apart_by_log(self, store: Any) -> None:
        acts = fetch(store, 5)
        other = make_act(2, log=THIRD_LOG)
        store.followed.add_acts([other])
        assert held(store, PARTNER_LOG, LeafIndex(0), 9) == acts
        assert held(store, PARTNER_LOG, LeafIndex(2), 2) == acts[2:4]
        assert held(store, THIRD_LOG, LeafIndex(0), 9) == [other]

    def test_sections_come_back_with_acts_far_apart(self, store: Any) -> None:
        places = (0, 1, 5_000, 9_000_000)
        acts = [
            make_act(n, log=PARTNER_LOG, author=PARTNER, sections={"s": b"%d" % n, "t": b""}) for n in places
        ]
        store.followed.add_acts(acts)
        assert held(store, PARTNER_LOG, LeafIndex(0), 9) == acts

    def test_our_cosignature_is_kept_with_the_checkpoint(self, store: Any) -> None:
        assert store.followed.cosigned(PARTNER_LOG) == (0, b"")
        for size in (7, 9):
            note = make_note(size, PARTNER_LOG)
            store.followed.add_head(PARTNER_LOG, TreeSize(size), root_at(size), note)
            store.followed.add_head(PARTNER_LOG, TreeSize(size), root_at(size), note)
        line = make_line(7, 50, "ma-mi.example/mirror/1", PARTNER_LOG)
        store.followed.add_cosignature(PARTNER_LOG, TreeSize(7), line, 50)
        size, note = store.followed.cosigned(PARTNER_LOG)
        assert size == 7
        assert parse_signed_note(note).lines[1:] == (line,)

    def test_parked_acts(self, store: Any) -> None:
        one, two = (ParkedAct(PARTNER_LOG, LeafIndex(n), "bad_field", b"\x00{%d}" % n) for n in (3, 8))
        other = ParkedAct(THIRD_LOG, LeafIndex(4), "leaf_mismatch", b"x")
        store.followed.park([two, one, other])
        store.followed.park([replace(one, reason="again")])
        assert store.followed.parked(PARTNER_LOG) == [one, two]
        assert store.followed.parked() == [one, two, other]

    def test_parked_acts_are_counted(self, store: Any) -> None:
        store.followed.park([ParkedAct(PARTNER_LOG, LeafIndex(n), "bad_field", b"x") for n in range(3)])
        store.followed.park([ParkedAct(THIRD_LOG, LeafIndex(0), "bad_field", b"x")])
        assert [store.followed.count_parked(log) for log in (PARTNER_LOG, THIRD_LOG, None)] == [3, 1, 4]

    def test_an_act_disclosed_later_is_taken_once(self, store: Any) -> None:
        acts = fetch(store, 3)
        late = make_act(9, log=PARTNER_LOG, author=PARTNER, sections={"s": b"x"})
        for act in (late, late, acts[1]):
            store.followed.add_disclosed(act)
        assert held(store, PARTNER_LOG, LeafIndex(0), 20) == [*acts, late]

    def test_attachments_to_fetch(self, store: Any) -> None:
        one, two = "ab" * 32, "cd" * 32
        wanted = [WantedBlob(LeafIndex(n), sha256) for n, sha256 in ((7, one), (7, two), (9, two), (3, one))]
        store.followed.want_blobs(PARTNER_LOG, wanted)
        store.followed.want_blobs(THIRD_LOG, [WantedBlob(LeafIndex(1), one)])
        assert store.followed.wanted_blobs(PARTNER_LOG) == [wanted[3], *wanted[:3]]
        assert store.followed.blob_arrived(PARTNER_LOG, one) == [3]
        assert store.followed.blob_arrived(PARTNER_LOG, one) == []
        assert store.followed.blob_arrived(PARTNER_LOG, two) == [7, 9]
        store.followed.forget_blob(THIRD_LOG, one)
        assert store.followed.wanted_blobs(THIRD_LOG) == []

    def test_waiting_acts(self, store: Any) -> None:
        one, two = (
            WaitingAct(PARTNER_LOG, LeafIndex(n), THIRD_LOG, TreeSize(2**40), b"\xff%d" % n) for n in (1, 2)
        )
        store.followed.hold([two, one])
        store.followed.hold([one])
        assert store.followed.waiting() == [one, two]
        assert store.followed.count_waiting() == store.followed.count_waiting(PARTNER_LOG) == (2, 4)
        assert store.followed.first_waiting(PARTNER_LOG) == 1
        store.followed.unhold(one)
        assert store.followed.waiting(PARTNER_LOG) == [two]
        assert store.followed.count_waiting(THIRD_LOG) == (0, 0)
        assert store.followed.first_waiting(THIRD_LOG) is None
        assert store.followed.waiting(THIRD_LOG) == []

    def test_a_removed_act_leaves_nothing(self, store: Any) -> None:
        blob = "ab" * 32
        acts = [
            make_act(number, log=PARTNER_LOG, author=PARTNER, sections={"s": b"1"}, blobs=[blob])
            for number in (3, 4)
        ]
        store.followed.add_acts(acts)
        store.followed.want_blobs(PARTNER_LOG, [WantedBlob(LeafIndex(number), blob) for number in (3, 4)])
        store.followed.remove_act(PARTNER_LOG, LeafIndex(3))
        assert held(store, PARTNER_LOG, LeafIndex(0), 9) == acts[1:]
        assert [one.leaf_index for one in store.followed.wanted_blobs(PARTNER_LOG)] == [4]
        store.followed.add_acts(acts[:1])
        assert held(store, PARTNER_LOG, LeafIndex(0), 9) == acts

    def test_waits_by_the_log_that_is_waited_for(self, store: Any) -> None:
        def wait(index: int, log: Origin, size: int) -> WaitingAct:
            return WaitingAct(PARTNER_LOG, LeafIndex(index), log, TreeSize(size), b"line")

        unknown = Origin("nobody.example/log/1")
        held = [wait(1, THIRD_LOG, 9), wait(2, THIRD_LOG, 5), wait(3, unknown, 7), wait(4, THIRD_LOG, 6)]
        store.followed.hold(held)
        assert store.followed.waits(PARTNER_LOG) == {THIRD_LOG: 5, unknown: 7}
        assert store.followed.waits(THIRD_LOG) == {}
        found = store.followed.waiting_for(PARTNER_LOG, THIRD_LOG, TreeSize(6), 9)
        assert found == [held[1], held[3]]
        assert store.followed.waiting_for(PARTNER_LOG, THIRD_LOG, TreeSize(9), 1) == held[:1]
        store.followed.hold([wait(2, unknown, 8)])
        assert store.followed.waits(PARTNER_LOG) == {THIRD_LOG: 6, unknown: 7}

    def test_a_parked_act_is_forgotten_when_the_true_one_came(self, store: Any) -> None:
        for log in (PARTNER_LOG, THIRD_LOG):
            store.followed.park([ParkedAct(log, LeafIndex(n), "leaf_mismatch", b"x") for n in (1, 2)])
        store.followed.unpark(PARTNER_LOG, [LeafIndex(1), LeafIndex(3)])
        assert [(act.log, act.leaf_index) for act in store.followed.parked()] == [
            (PARTNER_LOG, 2),
            (THIRD_LOG, 1),
            (THIRD_LOG, 2),
        ]

    def test_gaps_count_their_polls(self, store: Any) -> None:
        store.followed.set_gaps(PARTNER_LOG, [4, 2**53])
        store.followed.set_gaps(PARTNER_LOG, [4, 5])
        assert store.followed.gaps(PARTNER_LOG) == {4: 1, 5: 0}
        assert store.followed.gaps(THIRD_LOG) == {}
        assert store.followed.incomplete() == [store.followed.head(PARTNER_LOG).administration]
        store.followed.set_gaps(PARTNER_LOG, [])
        assert store.followed.gaps(PARTNER_LOG) == {}
        assert store.followed.incomplete() == []

    def test_an_origin_of_full_length_holds(self, store: Any) -> None:
        origin = Origin("x" * 255)
        store.followed.add(make_followed(AdministrationCode("y" * 64), origin))
        store.followed.hold([WaitingAct(origin, LeafIndex(0), origin, TreeSize(1), b"")])
        assert store.followed.waiting(origin)[0].waiting_for == origin

    def test_a_log_that_is_not_held(self, store: Any) -> None:
        with pytest.raises(MissingError):
            store.followed.bundle(Origin("nobody.example/log/1"), 0)


class TestFollowedOnSqlite(OnSqlite, FollowedContract):
    pass


class TestFollowedOnPostgresql(OnPostgresql, FollowedContract):
    pass
