"""``Store.transaction``: one writer at a time, all or nothing, and an error that ends the writer."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from mithaq.core.types import LeafIndex, TreeSize
from mithaq.errors import MithaqError, UnavailableError

from .engines import OnPostgresql, OnSqlite
from .samples import OWN, OWN_LOG, PARTNER, act_id, make_act, make_acts, make_note_row, root_at


def run_together(*works: Callable[[], None]) -> list[BaseException]:
    """Each in a thread of its own, with connections of its own; answers what they raised."""
    from django.db import connections

    raised: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


class TransactionsContract:
    def test_what_is_read_is_not_overtaken(self, store: Any) -> None:
        """A projection is read, folded and written back; no thread may miss what the other added."""
        store.projections.save_notes([make_note_row(0, act_count=0)])

        def fold() -> None:
            for _ in range(25):
                with store.transaction():
                    (row,) = store.projections.notes(object_id=act_id(0))
                    store.projections.save_notes([make_note_row(0, act_count=row.act_count + 1)])

        assert run_together(fold, fold, fold) == []
        assert store.projections.notes()[0].act_count == 75

    def test_acts_seen_within_are_all_that_were_committed(self, store: Any) -> None:
        """Two logs add acts of one object; the last to commit has seen all of them."""
        object_id = act_id(0)
        store.own.add_acts([make_act(0)], [])

        def add(log: str, numbers: range) -> None:
            for number in numbers:
                with store.transaction():
                    store.followed.add_acts([make_act(number, log=log, author=PARTNER, of=object_id)])
                    held = store.acts.of_objects([object_id])[object_id]
                    store.projections.save_notes([make_note_row(0, act_count=len(held))])

        raised = run_together(
            lambda: add("fr-mi.example/log/1", range(20)), lambda: add("es-mi.example/log/1", range(20))
        )
        assert raised == []
        assert store.projections.notes()[0].act_count == 41

    def test_one_index_goes_to_one_of_two_writers(self, store: Any) -> None:
        def append(name: str) -> None:
            for _ in range(20):
                with store.transaction():
                    first = store.own.head(lock=True).next_index
                    acts = [make_act(first + n, body={"text": name}) for n in range(3)]
                    store.own.add_acts(acts, [])

        assert run_together(lambda: append("one"), lambda: append("two")) == []
        assert store.own.head().next_index == 120
        assert [act.leaf_index for act in store.acts.scan(OWN_LOG)] == list(range(120))

    def test_one_of_two_publishers_loses(self, store: Any) -> None:
        store.own.add_acts(make_acts(4), [])
        old = store.own.head()

        def publish(size: int) -> None:
            new = replace(old, tree_size=TreeSize(size), root_hash=root_at(size), note=b"note")
            with store.transaction():
                store.own.publish(old, new, {})

        (error,) = run_together(lambda: publish(2), lambda: publish(4))
        assert isinstance(error, MithaqError)
        assert error.code == "head_moved"
        assert store.own.head().tree_size in (2, 4)

    def test_one_witness_request_of_two_is_taken(self, store: Any) -> None:
        taken: list[bool] = []
        start = threading.Barrier(2)

        def replace_note(note: bytes) -> None:
            start.wait()
            taken.append(store.witnessed.replace(OWN_LOG, b"", note))

        assert run_together(lambda: replace_note(b"one"), lambda: replace_note(b"two")) == []
        assert sorted(taken) == [False, True]

    def test_one_nonce_of_two_is_fresh(self, store: Any) -> None:
        from mithaq.adapters.store.store import DatabaseNonces

        from .samples import LATER

        nonces, taken = DatabaseNonces(), []
        start = threading.Barrier(2)

        def take() -> None:
            for number in range(20):
                start.wait()
                taken.append(nonces.is_fresh("key", str(number), LATER))

        assert run_together(take, take) == []
        assert taken.count(True) == 20

    def test_readers_see_whole_transactions(self, store: Any) -> None:
        stop = threading.Event()
        seen: list[tuple[int, int]] = []

        def write() -> None:
            try:
                for number in range(0, 60, 3):
                    with store.transaction():
                        for one in range(3):
                            store.own.add_acts([make_act(number + one)], [])
            finally:
                stop.set()

        def read() -> None:
            while not stop.is_set():
                index = store.own.head().next_index
                seen.append((index, len(store.own.read_committed(LeafIndex(0), index))))

        assert run_together(write, read) == []
        assert all(index % 3 == 0 and index == count for index, count in seen)

    def test_a_failure_inside_is_the_disk_and_leaves_nothing(self, store: Any) -> None:
        store.own.add_acts([make_act(0)], [])
        with pytest.raises(UnavailableError) as caught, store.transaction():
            store.settings.set("half", "done")
            store.own.add_acts([make_act(0)], [])
        assert caught.value.code == "disk"
        assert store.settings.get("half") is None
        with store.transaction():
            store.settings.set("next", "works")
        assert store.settings.get("next") == "works"

    def test_an_inner_transaction_joins_the_outer(self, store: Any) -> None:
        with pytest.raises(ZeroDivisionError), store.transaction():
            with store.transaction():
                store.settings.set("inner", OWN)
            raise ZeroDivisionError
        assert store.settings.get("inner") is None

    def test_the_engine_is_set_as_it_must_be(self, store: Any) -> None:
        from mithaq.adapters.store.engine import check_engine

        check_engine()


class TestTransactionsOnSqlite(OnSqlite, TransactionsContract):
    pass


class TestTransactionsOnPostgresql(OnPostgresql, TransactionsContract):
    pass
