"""``RowReader``: filters by field, and the figures of the balance, the same on both engines."""

from datetime import timedelta
from typing import Any

import pytest

from mithaq.node.ports.row_reader import RowQuery, Tally

from .engines import OnPostgresql, OnSqlite
from .samples import LATER, NOW, OWN, PARTNER, make_instrument_row, make_note_row


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

    def test_instruments_of_a_field(self, store: Any) -> None:
        row = make_instrument_row(0, fields=("CIVPROT",))
        store.projections.save_instruments([row, make_instrument_row(1)])
        [found] = store.rows.instruments(RowQuery(field="CIVPROT"), 10)
        assert (found.object_id, found.fields) == (row.object_id, ("CIVPROT",))

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


class TestRowReaderOnSqlite(OnSqlite, RowReaderContract):
    pass


class TestRowReaderOnPostgresql(OnPostgresql, RowReaderContract):
    pass
