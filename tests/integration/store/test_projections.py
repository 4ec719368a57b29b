"""``Projections``: the read models of the two primitives, the same on both engines to the byte."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from mithaq.core.instruments.next_step import DatedStep, Series, Step
from mithaq.core.instruments.state import OtherVersion
from mithaq.core.types import LeafIndex
from mithaq.node.records import InstrumentLink

from .engines import OnPostgresql, OnSqlite
from .samples import (
    LATER,
    NOW,
    OWN,
    OWN_LOG,
    PARTNER,
    PARTNER_LOG,
    THIRD,
    act_id,
    digest_of,
    make_instrument_row,
    make_note_row,
)

DIGEST_OF_SAMPLES = {
    "notes": (4, "d067bd3e12a4656eb3bf1e7c7c326e5e8fecb7b7ea1d4000ac2f1e6b02dd4dd5"),
    "dates": (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    "instruments": (2, "78c4ad7935a50ef60596a33aad8db93d557efba64c1f55646d76e39b7e91dce9"),
}
"""The same on every engine, machine and version, or two nodes could not compare their state."""


def make_version(name: str, **changed: Any) -> OtherVersion:
    """A version with that name for a hash."""
    values: dict[str, Any] = {
        "content_hash": digest_of(name).hex(),
        "entry_into_force_on": None,
        "start_at": None,
        "settled_at": None,
        "signatories": (PARTNER, OWN),
    }
    return OtherVersion(**{**values, **changed})


class ProjectionsContract:
    def test_notes_come_back(self, store: Any) -> None:
        full = make_note_row(
            1,
            dossier=act_id(9),
            delivered_at=LATER,
            due_at=LATER + timedelta(days=3),
            remaining_s=2**40,
            act_count=7,
        )
        store.projections.save_notes([make_note_row(0), full])
        assert store.projections.notes() == [full, make_note_row(0)]
        assert store.projections.notes(state="sent", object_id=act_id(0)) == [make_note_row(0)]
        assert store.projections.notes(sender="nobody") == []

    def test_an_unknown_filter_is_a_mistake_of_the_caller(self, store: Any) -> None:
        with pytest.raises(TypeError):
            store.projections.notes(**{"1 = 1 --": "x"})

    def test_a_note_is_replaced_by_object_and_recipient(self, store: Any) -> None:
        store.projections.save_notes([make_note_row(0), make_note_row(0, recipient=THIRD)])
        store.projections.save_notes([make_note_row(0, state="answered", limit_s=None)])
        rows = {row.recipient: row.state for row in store.projections.notes()}
        assert rows == {PARTNER: "answered", THIRD: "sent"}

    def test_one_note_twice_in_one_call(self, store: Any) -> None:
        store.projections.save_notes([make_note_row(0), make_note_row(1), make_note_row(0, state="read")])
        store.projections.save_instruments([make_instrument_row(0), make_instrument_row(0, state="signed")])
        assert {row.object_id: row.state for row in store.projections.notes()} == {
            act_id(0): "read",
            act_id(1): "sent",
        }
        assert [row.state for row in store.projections.instruments()] == ["signed"]

    def test_instruments_come_back_and_are_replaced(self, store: Any) -> None:
        changes = {"state": "in_force", "is_public": True, "signed_on": "2026-01-02"}
        signed = make_instrument_row(0, **changes, entry_into_force_on="2026-02-03")
        store.projections.save_instruments([make_instrument_row(0), make_instrument_row(1)])
        store.projections.save_instruments([signed])
        found = store.projections.instruments()
        assert [one.object_id for one in found] == [act_id(1), act_id(0)]
        assert {name: getattr(found[1], name) for name in changes} == changes
        assert list(found[1].versions) == list(signed.versions)
        assert (found[1].subject, found[1].created_at, found[1].marks) == (
            signed.subject,
            signed.created_at,
            signed.marks,
        )
        assert [one.object_id for one in store.projections.instruments(is_public=True)] == [act_id(0)]

    def test_delivery_marks_untouched_notes_of_one_recipient(self, store: Any) -> None:
        rows = [
            make_note_row(0),
            make_note_row(1, recipient=THIRD),
            make_note_row(2, act_count=2),
            make_note_row(3, state="read"),
            make_note_row(4, limit_s=None),
            make_note_row(5),
            make_note_row(0, log=PARTNER_LOG, object_id=act_id(50)),
        ]
        store.projections.save_notes(rows)
        store.projections.deliver_notes(OWN_LOG, PARTNER, LeafIndex(0), LeafIndex(4), LATER)
        states = {row.leaf_index: row for row in store.projections.notes() if row.log == OWN_LOG}
        assert [states[n].state for n in range(6)] == [
            "delivered",
            "sent",
            "sent",
            "read",
            "delivered",
            "sent",
        ]
        # An hour after 06:06:07.891, up to the whole minute.
        assert states[0].due_at == datetime(2026, 3, 4, 7, 7, tzinfo=UTC)
        assert states[0].delivered_at == LATER
        assert states[4].due_at is None
        assert store.projections.notes(object_id=act_id(50))[0].state == "sent"

    def test_delivery_does_not_reach_into_another_log(self, store: Any) -> None:
        store.projections.save_notes([make_note_row(0, log=PARTNER_LOG)])
        store.projections.deliver_notes(OWN_LOG, PARTNER, LeafIndex(0), LeafIndex(2**53 - 1), NOW)
        assert store.projections.notes()[0].state == "sent"

    def test_due_notes_are_counted_by_who_owes(self, store: Any) -> None:
        due = {"due_at": LATER, "state": "delivered"}
        store.projections.save_notes(
            [
                make_note_row(0, **due),
                make_note_row(1, **{**due, "due_at": NOW}),
                make_note_row(2, sender=PARTNER, recipient=OWN, **due),
                make_note_row(3, state="delivered"),
                make_note_row(4, **{**due, "state": "answered"}),
            ]
        )
        assert store.projections.count_due(OWN, NOW + timedelta(seconds=1)) == (1, 2, 1)

    def test_versions_and_links(self, store: Any) -> None:
        one = make_version(
            "one",
            entry_into_force_on=date(2026, 5, 1),
            start_at=NOW,
            settled_at=LATER,
            signatories=(PARTNER,),
        )
        two = make_version("two")
        store.projections.save_versions(act_id(0), [one, two], [])
        assert store.projections.versions_of(act_id(0)) == [one, two]
        assert store.projections.find_version(two.content_hash) == two
        assert store.projections.find_version("00" * 32) is None
        store.projections.save_versions(act_id(0), [two], [])
        assert store.projections.find_version(one.content_hash) is None

    def test_dependents_and_successors(self, store: Any) -> None:
        old, new, user = make_version("old"), make_version("new"), make_version("user")
        store.projections.save_versions(act_id(0), [old], [])
        replaces = InstrumentLink(new.content_hash, old.content_hash, "replaces")
        store.projections.save_versions(act_id(1), [new], [replaces])
        depends = InstrumentLink(user.content_hash, old.content_hash, "depends_on")
        store.projections.save_versions(act_id(2), [user], [depends])
        assert store.projections.find_successors(old.content_hash) == [new]
        assert store.projections.find_successors(new.content_hash) == []
        assert store.projections.dependents(act_id(0), [old.content_hash]) == [act_id(1), act_id(2)]
        assert store.projections.dependents(act_id(1), [new.content_hash]) == [act_id(0)]
        assert store.projections.dependents(act_id(0), []) == []

    def test_clear_drops_everything(self, store: Any) -> None:
        empty = store.projections.digest()
        store.projections.save_notes([make_note_row(0)])
        store.projections.save_instruments([make_instrument_row(0)])
        store.projections.save_versions(
            act_id(0), [make_version("a")], [InstrumentLink("a" * 64, "b" * 64, "depends_on")]
        )
        assert store.projections.digest() != empty
        store.projections.clear()
        assert store.projections.digest() == empty
        assert store.projections.versions_of(act_id(0)) == []

    def test_the_digest_is_the_same_on_every_engine(self, store: Any) -> None:
        rows = [
            make_note_row(0),
            make_note_row(0, recipient="fr_mi"),
            make_note_row(0, recipient="fr-mi-2"),
            make_note_row(1, log=PARTNER_LOG, delivered_at=LATER, due_at=LATER, subject={"ar": "محاولة"}),
        ]
        instruments = [make_instrument_row(0, is_public=True), make_instrument_row(1, is_public=False)]
        store.projections.save_notes(list(reversed(rows)))
        store.projections.save_instruments(instruments)
        assert store.projections.digest() == DIGEST_OF_SAMPLES


class DatesContract:
    """Days that stand once, and series of which a question asks for some months."""

    def test_days_of_some_steps_in_a_span(self, store: Any) -> None:
        entered, until = date(2001, 5, 1), date(2031, 5, 2)
        store.projections.save_dates(
            act_id(0),
            [DatedStep(Step.ENTRY_INTO_FORCE, entered), DatedStep(Step.SIGNING, None)],
            [Series(Step.REVIEW, entered, 60, 60), Series(Step.RENEWAL, entered, 60, 12, 0, until)],
        )
        store.projections.save_dates(
            act_id(1),
            [DatedStep(Step.NOTIFICATION, date(2026, 12, 1), (PARTNER, THIRD))],
            [Series(Step.OBJECTION, date(2020, 1, 31), 12, 12, 3)],
        )
        ask = store.projections.dates_between
        steps = (Step.REVIEW, Step.RENEWAL, Step.NOTIFICATION, Step.OBJECTION, Step.ENTRY_INTO_FORCE)
        years = (2001, 2006, 2007, 2031, 2032)
        told = [ask(date(year, 5, 1), date(year, 5, 2), steps, 9) for year in years]
        assert [[one.step for one in found] for found in told] == [
            ["entry_into_force"], ["renewal", "review"], ["renewal"], ["renewal", "review"], [],
        ]  # fmt: skip
        found = ask(date(2026, 10, 15), date(2027, 1, 1), steps, 9)
        assert [(one.object_id, one.step, str(one.on), tuple(one.who)) for one in found] == [
            (act_id(1), "objection", "2026-10-31", ()),
            (act_id(1), "notification", "2026-12-01", (PARTNER, THIRD)),
        ]
        assert ask(date(2026, 10, 15), date(2027, 1, 1), steps, 1) == found[:1]
        assert ask(date(2026, 10, 15), date(2027, 1, 1), (Step.REVIEW,), 9) == []
        assert ask(date(2026, 10, 15), date(2027, 1, 1), steps, 9, [act_id(0)]) == []
        store.projections.save_dates(act_id(1), [], [])
        assert ask(date(2026, 10, 15), date(2027, 1, 1), steps, 9) == []
        store.projections.forget(act_id(0))
        assert store.projections.digest()["dates"][0] == 0

    def test_the_first_days_of_many_are_those_that_are_first(self, store: Any) -> None:
        """However few are asked for, in a month that is half over, among series that have ended."""
        chance, told = random.Random(7), []
        for number in range(40):
            anchor = date(2015 + number % 9, 1 + chance.randrange(12), 1 + chance.randrange(28))
            until = chance.choice([None, None, date(2026, 12, 9)])
            series = Series(Step.REVIEW, anchor, 12, chance.choice([1, 6, 12, 60]), number % 4, until)
            fixed = [DatedStep(Step.END, date(2026, 11, 1) + timedelta(days=chance.randrange(200)))]
            store.projections.save_dates(act_id(number), fixed, [series])
            told += [(one.on, str(one.step), act_id(number)) for one in fixed]
            told += [
                (on, "review", act_id(number)) for on in series.between(date(2026, 1, 1), date(2029, 1, 1))
            ]
        for first, days in ((date(2026, 11, 26), 400), (date(2026, 12, 31), 2), (date(2026, 11, 30), 700)):
            end = first + timedelta(days=days)
            wanted = sorted(one for one in told if first <= one[0] < end)
            for limit in (1, 3, 25, 10_000):
                found = store.projections.dates_between(first, end, (Step.REVIEW, Step.END), limit)
                assert [(one.on, one.step, one.object_id) for one in found] == wanted[:limit]


class TestDatesOnSqlite(OnSqlite, DatesContract):
    pass


class TestDatesOnPostgresql(OnPostgresql, DatesContract):
    pass


class TestProjectionsOnSqlite(OnSqlite, ProjectionsContract):
    pass


class TestProjectionsOnPostgresql(OnPostgresql, ProjectionsContract):
    pass
