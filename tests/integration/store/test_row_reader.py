"""``RowReader``: filters by field, and the figures of the balance, the same on both engines."""

from datetime import timedelta
from typing import Any

import pytest

from mithaq.core.acts.revocations import Revocation
from mithaq.core.types import LeafIndex, TreeSize
from mithaq.node.ports.row_reader import RowQuery, Tally
from mithaq.node.records import JournalEntry

from .engines import OnPostgresql, OnSqlite
from .samples import (
    LATER,
    NOW,
    OWN,
    OWN_LOG,
    PARTNER,
    act_id,
    make_act,
    make_acts,
    make_instrument_row,
    make_note_row,
)


class RowReaderContract:
    @pytest.mark.parametrize(
        ("field", "found"), [("MIG", 1), ("CT", 1), ("M", 0), ("M%", 0), ("MIG CT", 0), ("", 3)]
    )
    def test_notes_of_a_field(self, store: Any, field: str, found: int) -> None:
        rows = [make_note_row(0, fields=("CT", "MIG")), make_note_row(1, fields=("M_G",)), make_note_row(2)]
        store.projections.save_notes(rows)
        assert store.rows.count_notes(RowQuery(field=field)) == found
        assert len(store.rows.notes(RowQuery(field=field), 10)) == found
        assert store.rows.notes(RowQuery(field="MIG"), 10) == [rows[0]]

    def test_several_queries_in_one_statement(self, store: Any) -> None:
        notes = [
            make_note_row(
                number, due_at=NOW + timedelta(hours=9 - number), object_kind=f"requests.k{number % 2}"
            )
            for number in range(6)
        ]
        store.projections.save_notes(notes)
        store.projections.save_instruments([make_instrument_row(number) for number in range(4)])
        wanted = [
            (RowQuery(object_kind="requests.k1"), 2),
            (RowQuery(), 0),
            (RowQuery(due_before=NOW + timedelta(hours=30)), 4),
            (RowQuery(object_kind="requests.none"), 9),
        ]
        assert store.rows.notes_each(wanted) == [store.rows.notes(*each) for each in wanted]
        texts = [(RowQuery(object_ids=[act_id(1)]), 5), (RowQuery(), 3)]
        assert store.rows.instruments_each(texts) == [store.rows.instruments(*each) for each in texts]
        assert store.rows.notes_each([]) == store.rows.instruments_each([(RowQuery(), 0)])[0] == []
        assert store.rows.count_each([each for each, _ in wanted], [RowQuery()]) == [3, 6, 6, 0, 4]

    def test_what_waits_first_the_first_due_before_the_others(self, store: Any) -> None:
        hours = (9, 3, None, 1)
        notes = [
            make_note_row(number, due_at=None if hour is None else NOW + timedelta(hours=hour))
            for number, hour in enumerate(hours)
        ]
        notes.append(make_note_row(4, due_at=NOW, state="closed"))
        store.projections.save_notes(notes)
        store.projections.save_instruments([make_instrument_row(number) for number in range(3)])
        ids = {
            order: [each.object_id for each in store.rows.notes(RowQuery(order=order), 9)]
            for order in ("due", "oldest", "")
        }
        assert ids["due"] == [act_id(number) for number in (3, 1, 0, 4, 2)]
        assert ids["oldest"] == ids[""][::-1] == [act_id(number) for number in range(5)]
        texts = store.rows.instruments(RowQuery(order="oldest"), 9)
        assert [each.object_id for each in texts] == [act_id(number) for number in range(3)]

    def test_a_generation_ends_with_each_write(self, store: Any) -> None:
        def write(number: int) -> None:
            match number:
                case 0:
                    store.roster.add_revocation(PARTNER, Revocation("k", TreeSize(4), "lost"))
                case 1:
                    store.roster.add_revocation(PARTNER, Revocation("k", TreeSize(2), "lost"))
                case 2:
                    store.journal.append(JournalEntry(0, "sources", "added", "a", {}, "desk", "h1", NOW))

        seen = [store.rows.generation()]
        for number in range(3):
            assert store.rows.generation() == seen[-1]
            write(number)
            seen.append(store.rows.generation())
        assert len(set(seen)) == 4

    def test_instruments_of_a_field(self, store: Any) -> None:
        row = make_instrument_row(0, fields=("CIVPROT",))
        store.projections.save_instruments([row, make_instrument_row(1)])
        [found] = store.rows.instruments(RowQuery(field="CIVPROT"), 10)
        assert (found.object_id, found.fields) == (row.object_id, ("CIVPROT",))

    def test_instruments_that_wait_for_a_signature(self, store: Any) -> None:
        waited = [(OWN, PARTNER), (PARTNER,), (), (OWN,)]
        store.projections.save_instruments(
            [make_instrument_row(number, unsigned_by=names) for number, names in enumerate(waited)]
        )
        query = RowQuery(unsigned_by=OWN)
        assert store.rows.count_instruments(query) == 2
        assert [row.object_id for row in store.rows.instruments(query, 10)] == [act_id(3), act_id(0)]
        assert store.rows.instruments(query, 1, offset=1)[0].unsigned_by == (OWN, PARTNER)
        assert store.rows.count_instruments(RowQuery(unsigned_by="%")) == 0

    def test_dossiers_by_what_was_filed_last(self, store: Any) -> None:
        one, two, three = (act_id(number) for number in (90, 91, 92))
        store.projections.save_notes(
            [
                make_note_row(1, dossier=one),
                make_note_row(4, dossier=two, handling="amber"),
                make_note_row(5),
                make_note_row(6, dossier=three, handling="red"),
            ]
        )
        store.projections.save_instruments([make_instrument_row(3, dossier=one)])
        found = store.rows.dossiers(["green", "amber"], 10)
        assert [(each.dossier, each.first_id, each.last_id) for each in found] == [
            (two, act_id(4), act_id(4)),
            (one, act_id(1), act_id(3)),
        ]
        assert [each.dossier for each in store.rows.dossiers(None, 1)] == [three]
        assert [each.dossier for each in store.rows.dossiers([], 10)] == [one]

    def test_the_balance_counts_each_note_once(self, store: Any) -> None:
        hour = timedelta(hours=1)
        asked = {"expects": "answer", "state": "delivered", "object_kind": "requests.request"}
        store.projections.save_notes(
            [
                make_note_row(0, **asked, due_at=NOW + hour),
                make_note_row(1, **asked, due_at=LATER + hour),
                make_note_row(2, **{**asked, "state": "answered"}, due_at=NOW + hour, met_at=NOW + hour),
                make_note_row(3, **{**asked, "state": "closed"}, due_at=NOW, met_at=NOW + hour),
                make_note_row(4, **{**asked, "state": "accepted"}, met_at=NOW),
                make_note_row(5, **{**asked, "state": "withdrawn"}),
                make_note_row(6, **{**asked, "sender": PARTNER, "recipient": OWN}),
                make_note_row(7, **{**asked, "object_kind": "requests.preservation_request"}),
                make_note_row(8, **{**asked, "expects": "none"}),
                make_note_row(9, **asked, created_at=LATER + hour),
            ]
        )
        assert store.rows.tally(NOW, LATER + hour, NOW + 2 * hour) == [
            Tally(PARTNER, OWN, "requests", 1, 1, 0, 0, 0, 0),
            Tally(OWN, PARTNER, "requests", 7, 3, 1, 2, 1, 1),
        ]

    def test_pages_by_place_do_not_shift(self, store: Any) -> None:
        rows = [make_note_row(number, recipient=to) for number in range(3) for to in (OWN, PARTNER)]
        store.projections.save_notes(rows)
        whole = store.rows.notes(RowQuery(), 10)
        places = [(one.object_id, one.recipient) for one in whole]
        assert places == sorted(places, reverse=True)
        store.projections.save_notes([make_note_row(7)])
        assert store.rows.notes(RowQuery(), 2, places[1]) == whole[2:4]
        assert store.rows.notes(RowQuery(), 10, places[-1]) == []
        store.projections.save_instruments([make_instrument_row(number) for number in range(3)])
        ids = [one.object_id for one in store.rows.instruments(RowQuery(), 10)]
        assert [one.object_id for one in store.rows.instruments(RowQuery(), 1, ids[0])] == [ids[1]]

    def test_rows_between_two_days(self, store: Any) -> None:
        store.projections.save_notes([make_note_row(0, due_at=NOW), make_note_row(1, due_at=LATER)])
        query = RowQuery(due_from=NOW, due_before=LATER)
        assert [one.due_at for one in store.rows.notes(query, 10)] == [NOW]
        days = ("2025-04-30", "2025-05-01", "2025-06-01")
        store.projections.save_instruments(
            [make_instrument_row(number, entry_into_force_on=on) for number, on in enumerate(days)]
        )
        query = RowQuery(binding_from="2025-05-01", binding_before="2025-06-01")
        assert [one.entry_into_force_on for one in store.rows.instruments(query, 10)] == ["2025-05-01"]
        assert store.rows.count_instruments(query) == 1

    def test_days_of_instruments_alone(self, store: Any) -> None:
        hashes = [make_instrument_row(number).content_hash for number in range(3)]
        ended = {
            "version": 1,
            "content_hash": hashes[1],
            "superseded_on": "2026-02-01",
            "terminated_on": "2026-01-01",
        }
        other = {"version": 1, "content_hash": "0" * 64, "terminated_on": "2026-01-01"}
        store.projections.save_instruments(
            [
                make_instrument_row(0, signed_on="2025-01-01", entry_into_force_on="2025-02-01"),
                make_instrument_row(1, versions=(ended,)),
                make_instrument_row(2, versions=(other,)),
            ]
        )
        found = {one.object_id: one for one in store.rows.instrument_days(RowQuery())}
        assert [found[act_id(number)].ends_on for number in range(3)] == [None, "2026-01-01", None]
        assert found[act_id(0)].content_hash == hashes[0]
        assert (found[act_id(0)].signed_on, found[act_id(0)].entry_into_force_on) == (
            "2025-01-01",
            "2025-02-01",
        )
        assert store.rows.instrument_days(RowQuery(register="meetings")) == []

    def test_acts_of_a_stretch_by_what_their_bytes_hold(self, store: Any) -> None:
        acts = make_acts(6)
        store.own.add_acts([*acts, make_act(6, of=acts[0].parsed.id, sections={"s": b"1"})], [])
        found = store.rows.acts_between(OWN_LOG, LeafIndex(2), LeafIndex(6))
        assert [one.leaf_index for one in found] == [2, 3, 4, 5, 6]
        needle = f'"object":"{acts[0].parsed.id}"'.encode()
        [reply] = store.rows.acts_between(OWN_LOG, LeafIndex(0), LeafIndex(9), [needle])
        assert (reply.leaf_index, reply.sections) == (6, ())
        first = store.rows.first_acts([acts[0].parsed.id, act_id(99)])
        assert first == {acts[0].parsed.id: acts[0]}
        places = [(OWN_LOG, LeafIndex(3)), (OWN_LOG, LeafIndex(1)), (OWN_LOG, LeafIndex(40))]
        assert store.rows.acts_at(places) == [acts[3], acts[1]]


class TestRowReaderOnSqlite(OnSqlite, RowReaderContract):
    pass


class TestRowReaderOnPostgresql(OnPostgresql, RowReaderContract):
    pass
