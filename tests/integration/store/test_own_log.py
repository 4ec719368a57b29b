"""``OwnLogStore``: what the one writer of the own log relies on."""

from dataclasses import replace
from typing import Any

import pytest

from mithaq.core.log.merkle import EMPTY_ROOT
from mithaq.core.log.signed_note import parse_signed_note
from mithaq.core.types import LeafIndex, TreeSize
from mithaq.errors import ConflictError, MissingError
from mithaq.node.records import OwnHead

from .engines import OnPostgresql, OnSqlite
from .samples import (
    OWN_LOG,
    PARTNER,
    THIRD,
    digest_of,
    make_act,
    make_acts,
    make_line,
    make_note,
    release,
    root_at,
)


def publish(store: Any, tree_size: int, release_heads: Any = None) -> OwnHead:
    """A checkpoint of that size over whatever is stored."""
    old = store.own.head()
    new = replace(
        old,
        tree_size=TreeSize(tree_size),
        root_hash=root_at(tree_size),
        compact_range=b"r",
        note=make_note(tree_size),
    )
    with store.transaction():
        store.own.publish(old, new, release_heads or {})
    return new


def released(store: Any, *place: Any) -> list[Any]:
    """Acts as the store gives them, read."""
    return [act.read() for act in store.own.released(*place)]


class OwnLogContract:
    def test_a_new_log_is_empty(self, store: Any) -> None:
        head = store.own.head()
        assert (head.origin, head.tree_size, head.next_index, head.note) == (OWN_LOG, 0, 0, b"")
        assert head.root_hash == EMPTY_ROOT
        assert store.own.latest_checkpoint() == (0, b"")
        assert store.own.cosigned_size() == 0

    def test_acts_come_back_byte_for_byte(self, store: Any) -> None:
        acts = [
            make_act(0, to=[(PARTNER, 1)]),
            make_act(1, sections={"a": b"\x00\xff" * 40, "b": b""}, is_signed=True),
            make_act(2, of=make_act(0).parsed.id, blobs=["ab" * 32]),
        ]
        with store.transaction():
            store.own.add_acts(acts, [release(PARTNER, 0, 1)])
        assert store.own.acts_from(LeafIndex(0), 10) == acts
        assert store.own.read_committed(LeafIndex(0), 10) == [
            (a.commitment, a.salt, a.envelope) for a in acts
        ]
        assert store.own.head().next_index == 3
        assert store.own.head().tree_size == 0

    def test_bytes_are_bytes(self, store: Any) -> None:
        store.own.add_acts([make_act(0)], [])
        row = store.own.read_committed(LeafIndex(0), 1)[0]
        assert [type(value) for value in row] == [bytes, bytes, bytes]

    def test_reading_is_bounded_by_what_was_asked(self, store: Any) -> None:
        store.own.add_acts(make_acts(9), [])
        assert [act.leaf_index for act in store.own.acts_from(LeafIndex(2), 3)] == [2, 3, 4]
        assert len(store.own.read_committed(LeafIndex(7), 50)) == 2
        assert store.own.read_committed(LeafIndex(9), 1) == []

    def test_an_index_is_given_once(self, store: Any) -> None:
        store.own.add_acts([make_act(0)], [])
        with pytest.raises(Exception, match=r"(?i)unique|did not commit"), store.transaction():
            store.own.add_acts([make_act(0, body={"text": "another"})], [])
        assert store.own.acts_from(LeafIndex(0), 1) == [make_act(0)]

    def test_a_transaction_is_all_or_nothing(self, store: Any) -> None:
        class StopError(Exception):
            pass

        with pytest.raises(StopError), store.transaction():
            store.own.add_acts(make_acts(3), [release(PARTNER, 1, 1)])
            raise StopError
        assert store.own.head().next_index == 0
        assert store.own.acts_from(LeafIndex(0), 9) == []
        assert store.own.next_seqs([PARTNER]) == {PARTNER: 1}

    def test_numbers_run_by_recipient(self, store: Any) -> None:
        assert store.own.next_seqs([PARTNER, THIRD]) == {PARTNER: 1, THIRD: 1}
        store.own.add_acts(
            make_acts(4), [release(PARTNER, 0, 1), release(PARTNER, 3, 2), release(THIRD, 3, 1)]
        )
        assert store.own.next_seqs([PARTNER, THIRD]) == {PARTNER: 3, THIRD: 2}
        assert store.own.last_seq(PARTNER, TreeSize(3)) == 1
        assert store.own.last_seq(PARTNER, TreeSize(4)) == 2
        assert store.own.last_seq(THIRD, TreeSize(3)) == 0

    def test_an_act_is_released_once(self, store: Any) -> None:
        store.own.add_acts([make_act(0)], [release(PARTNER, 0, 1)])
        with pytest.raises(Exception, match=r"(?i)unique|did not commit"), store.transaction():
            store.own.add_acts([make_act(1)], [release(PARTNER, 0, 2)])

    def test_a_partner_reads_its_own_acts_only(self, store: Any) -> None:
        acts = make_acts(6, sections={"s": b"x"})
        store.own.add_acts(acts, [release(PARTNER, n, n + 1) for n in (0, 2, 5)] + [release(THIRD, 1, 1)])
        assert released(store, PARTNER, LeafIndex(0), TreeSize(6), 10) == [acts[n] for n in (0, 2, 5)]
        assert released(store, PARTNER, LeafIndex(1), TreeSize(5), 10) == [acts[2]]
        assert released(store, PARTNER, LeafIndex(0), TreeSize(6), 2) == [acts[0], acts[2]]
        assert released(store, THIRD, LeafIndex(0), TreeSize(6), 10) == [acts[1]]

    def test_publish_moves_the_head(self, store: Any) -> None:
        store.own.add_acts(make_acts(3), [])
        new = publish(store, 3, {PARTNER: b"statement"})
        assert store.own.head() == new
        assert store.own.latest_checkpoint() == (3, make_note(3))
        assert store.own.note_at(TreeSize(3)) == make_note(3)
        assert store.own.release_head(PARTNER, TreeSize(3)) == b"statement"

    def test_publish_is_compare_and_swap(self, store: Any) -> None:
        store.own.add_acts(make_acts(4), [])
        old = store.own.head()
        publish(store, 2)
        other = replace(old, tree_size=TreeSize(4), root_hash=root_at(4), note=make_note(4))
        with pytest.raises(ConflictError) as caught, store.transaction():
            store.own.publish(old, other, {})
        assert caught.value.code == "head_moved"
        assert store.own.head().tree_size == 2
        with pytest.raises(MissingError):
            store.own.note_at(TreeSize(4))

    def test_publish_refuses_another_root_of_the_same_size(self, store: Any) -> None:
        store.own.add_acts(make_acts(4), [])
        publish(store, 2)
        old = replace(store.own.head(), root_hash=root_at(2, digest_of("another")))
        with pytest.raises(ConflictError), store.transaction():
            store.own.publish(old, replace(old, tree_size=TreeSize(4)), {})

    def test_what_is_missing_says_so(self, store: Any) -> None:
        for call, code in (
            (lambda: store.own.note_at(TreeSize(1)), "checkpoint_missing"),
            (lambda: store.own.release_head(PARTNER, TreeSize(1)), "no_release_head"),
            (lambda: store.own.checkpoint_covering(LeafIndex(0)), "not_cosigned"),
        ):
            with pytest.raises(MissingError) as caught:
                call()
            assert caught.value.code == code

    def test_cosignatures_join_their_checkpoint(self, store: Any) -> None:
        store.own.add_acts(make_acts(5), [])
        publish(store, 2)
        publish(store, 5)
        first, again, newer = make_line(2, 100), make_line(2, 100), make_line(2, 200)
        for line, at_s in ((first, 100), (again, 100), (newer, 200)):
            store.own.add_cosignature(TreeSize(2), line, at_s, PARTNER)
        assert parse_signed_note(store.own.note_at(TreeSize(2))).lines[1:] == (newer,)
        size, note = store.own.checkpoint_covering(LeafIndex(1))
        assert (size, note) == (2, store.own.note_at(TreeSize(2)))
        with pytest.raises(MissingError):
            store.own.checkpoint_covering(LeafIndex(2))
        assert store.own.latest_checkpoint() == (5, make_note(5))

    def test_cosigned_size_by_partner_and_by_any(self, store: Any) -> None:
        store.own.add_cosignature(TreeSize(4), make_line(4, 1), 1, PARTNER)
        store.own.add_cosignature(TreeSize(9), make_line(9, 1, "es"), 1, THIRD)
        assert store.own.cosigned_size(PARTNER) == 4
        assert store.own.cosigned_size(THIRD) == 9
        assert store.own.cosigned_size() == 9

    def test_an_attachment_is_released_with_a_published_act(self, store: Any) -> None:
        one, two = "ab" * 32, "cd" * 32
        store.own.add_acts([make_act(0, blobs=[one]), make_act(1, blobs=[two])], [release(PARTNER, 0, 1)])
        assert not store.own.is_blob_released(PARTNER, one)
        publish(store, 2)
        assert store.own.is_blob_released(PARTNER, one)
        assert not store.own.is_blob_released(PARTNER, two)
        assert not store.own.is_blob_released(THIRD, one)

    def test_acts_are_found_by_what_they_carry(self, store: Any) -> None:
        one, two = "ab" * 32, "cd" * 32
        store.own.add_acts([make_act(0, blobs=[one]), make_act(1, blobs=[two]), make_act(2, blobs=[one])], [])
        assert [act.leaf_index for act in store.acts.naming_blob(one)] == [2, 0]
        assert [act.leaf_index for act in store.acts.naming_blob(one, 1)] == [2]
        assert store.acts.naming_blob("ef" * 32) == []

    def test_restore_keeps_the_commitments_of_lost_acts(self, store: Any) -> None:
        kept = make_act(1, to=[(PARTNER, 1)])
        lost = {LeafIndex(0): digest_of("c0"), LeafIndex(2): digest_of("c2")}
        with store.transaction():
            store.own.restore_acts([kept], [release(PARTNER, 1, 1)], lost, LeafIndex(3))
        rows = store.own.read_committed(LeafIndex(0), 3)
        assert [row[0] for row in rows] == [lost[LeafIndex(0)], kept.commitment, lost[LeafIndex(2)]]
        assert store.own.acts_from(LeafIndex(0), 3) == [kept]
        assert released(store, PARTNER, LeafIndex(0), TreeSize(3), 9) == [kept]
        assert store.own.head().next_index == 3

    def test_the_largest_indexes_hold(self, store: Any) -> None:
        top = (1 << 40) - 1
        store.own.add_acts([make_act(top)], [release(PARTNER, top, 2**53)])
        assert store.own.acts_from(LeafIndex(top), 1)[0].leaf_index == top
        assert store.own.last_seq(PARTNER, TreeSize(1 << 40)) == 2**53
        assert store.followed.acts_from("fr-mi.example/log/1", LeafIndex(0), 9) == []


class TestOwnLogOnSqlite(OnSqlite, OwnLogContract):
    pass


class TestOwnLogOnPostgresql(OnPostgresql, OwnLogContract):
    pass
