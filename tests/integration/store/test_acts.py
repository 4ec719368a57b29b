"""``ActStore``: reading acts of any log."""

from typing import Any

import pytest

from mithaq.core.types import LeafIndex
from mithaq.errors import MissingError

from .engines import OnPostgresql, OnSqlite
from .samples import OWN_LOG, PARTNER, PARTNER_LOG, THIRD_LOG, act_id, digest_of, make_act, make_acts


class ActsContract:
    def test_by_id_and_by_place(self, store: Any) -> None:
        own, theirs = make_act(3, sections={"s": b"1"}), make_act(3, log=PARTNER_LOG, author=PARTNER)
        store.own.add_acts([own], [])
        store.followed.add_acts([theirs])
        assert store.acts.by_id(own.parsed.id) == own
        assert store.acts.at(PARTNER_LOG, LeafIndex(3)) == theirs
        assert store.acts.at(OWN_LOG, LeafIndex(3)) == own

    def test_what_is_not_held(self, store: Any) -> None:
        for call in (lambda: store.acts.by_id(act_id(1)), lambda: store.acts.at(OWN_LOG, LeafIndex(0))):
            with pytest.raises(MissingError) as caught:
                call()
            assert caught.value.code == "act"

    def test_lost_content_is_no_act(self, store: Any) -> None:
        store.own.restore_acts([], [], {LeafIndex(0): digest_of("c")}, LeafIndex(1))
        with pytest.raises(MissingError):
            store.acts.at(OWN_LOG, LeafIndex(0))
        assert list(store.acts.scan(OWN_LOG)) == []

    def test_acts_of_objects_are_grouped(self, store: Any) -> None:
        first, second = make_act(0), make_act(1)
        reply = make_act(0, log=PARTNER_LOG, author=PARTNER, of=first.parsed.id)
        store.own.add_acts([first, second, make_act(2, of=first.parsed.id)], [])
        store.followed.add_acts([reply])
        unknown = act_id(99)
        grouped = store.acts.of_objects([first.parsed.id, second.parsed.id, unknown, first.parsed.id])
        assert grouped == {
            first.parsed.id: [first, make_act(2, of=first.parsed.id), reply],
            second.parsed.id: [second],
            unknown: [],
        }
        assert store.acts.of_objects([]) == {}

    def test_many_objects_at_once(self, store: Any) -> None:
        acts = make_acts(900)
        store.own.add_acts(acts, [])
        grouped = store.acts.of_objects(act.parsed.id for act in acts)
        assert all(grouped[act.parsed.id] == [act] for act in acts)

    def test_later_acts_of_objects_are_counted_by_log(self, store: Any) -> None:
        first, second = make_act(0), make_act(1)
        store.own.add_acts(
            [first, second, make_act(2, of=first.parsed.id), make_act(3, of=first.parsed.id)], []
        )
        store.followed.add_acts([make_act(0, log=PARTNER_LOG, author=PARTNER, of=first.parsed.id)])
        ids = [first.parsed.id, second.parsed.id, act_id(99)]
        assert store.acts.count_of_objects(ids, OWN_LOG) == dict(zip(ids, (2, 0, 0), strict=True))
        assert store.acts.count_of_objects(ids, PARTNER_LOG) == dict(zip(ids, (1, 0, 0), strict=True))
        assert store.acts.count_of_objects([], OWN_LOG) == {}

    def test_objects_by_the_key_that_signed(self, store: Any) -> None:
        opened = make_act(0, is_signed=True)
        keyid = opened.signatures[0].keyid
        store.own.add_acts([opened, make_act(1), make_act(2, of=act_id(1), is_signed=True)], [])
        store.followed.add_acts([make_act(0, log=PARTNER_LOG, author=PARTNER, is_signed=True)])
        assert store.acts.objects_signed_by(OWN_LOG, keyid, LeafIndex(0)) == sorted([act_id(0), act_id(1)])
        assert store.acts.objects_signed_by(OWN_LOG, keyid, LeafIndex(1)) == [act_id(1)]
        assert store.acts.objects_signed_by(OWN_LOG, "0" * 64, LeafIndex(0)) == []

    def test_places_of_ids(self, store: Any) -> None:
        acts, theirs = make_acts(900), make_act(7, log=PARTNER_LOG, author=PARTNER)
        store.own.add_acts(acts, [])
        store.followed.add_acts([theirs])
        found = store.acts.places_of([act.parsed.id for act in (*acts, theirs)] + [act_id(9_999)])
        assert found == {act.parsed.id: (act.log, act.leaf_index) for act in (*acts, theirs)}
        assert store.acts.places_of([]) == {}

    def test_scan_streams_one_log_in_order(self, store: Any) -> None:
        acts = make_acts(1_100)
        store.own.add_acts(acts, [])
        store.followed.add_acts(make_acts(3, log=PARTNER_LOG, author=PARTNER))
        assert [act.leaf_index for act in store.acts.scan(OWN_LOG)] == list(range(1_100))
        assert [act.read() for act in store.acts.scan(OWN_LOG, LeafIndex(1_098))] == acts[1_098:]
        assert list(store.acts.scan(THIRD_LOG)) == []

    def test_objects_in_a_range_that_have_other_acts(self, store: Any) -> None:
        alone, followed, answered = make_act(0), make_act(1), make_act(2)
        later = make_act(3, of=followed.parsed.id)
        store.own.add_acts([alone, followed, answered, later], [])
        store.followed.add_acts([make_act(7, log=PARTNER_LOG, author=PARTNER, of=answered.parsed.id)])
        found = store.acts.objects_in(OWN_LOG, LeafIndex(0), LeafIndex(2))
        assert sorted(found) == sorted([followed.parsed.id, answered.parsed.id])
        assert store.acts.objects_in(OWN_LOG, LeafIndex(3), LeafIndex(3)) == [followed.parsed.id]
        assert store.acts.objects_in(OWN_LOG, LeafIndex(0), LeafIndex(0)) == []

    def test_a_range_does_not_reach_into_another_log(self, store: Any) -> None:
        store.own.add_acts([make_act(0)], [])
        store.followed.add_acts([make_act(0, log=PARTNER_LOG, author=PARTNER, of=act_id(0))])
        # A receipt may claim any index up to 2^53; a log has room for 2^40.
        assert store.acts.objects_in(OWN_LOG, LeafIndex(1), LeafIndex(2**53 - 1)) == []


class TestActsOnSqlite(OnSqlite, ActsContract):
    pass


class TestActsOnPostgresql(OnPostgresql, ActsContract):
    pass
