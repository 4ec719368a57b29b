"""One commit for what waits: nothing waits idle, and a bad one takes no other along."""

import threading
from collections.abc import Sequence

import pytest

from mithaq.web.access_log.shared_commit import SharedCommit


class Disk:
    """Commits; the first one lasts until ``others`` wait for the next."""

    def __init__(self, others: int) -> None:
        self.shared: SharedCommit[str] = SharedCommit((ValueError,))
        self.commits: list[list[str]] = []
        self.refused: list[str] = []
        self._others = others
        self._first = threading.Event()
        self._full = threading.Event()

    def commit(self, items: Sequence[str]) -> None:
        if not self.commits:
            self.commits.append(list(items))
            self._first.set()
            assert self._full.wait(20)
        elif "bad" in items:
            raise ValueError("bad")
        elif "full" in items:
            self.commits.append(sorted(items))
            raise OSError("full")
        else:
            self.commits.append(sorted(items))

    def put(self, item: str) -> None:
        try:
            self.shared.put(item, self.commit)
        except (ValueError, OSError):
            self.refused.append(item)

    def run(self, items: Sequence[str]) -> None:
        first = threading.Thread(target=self.put, args=("first",))
        first.start()
        assert self._first.wait(20)
        rest = [threading.Thread(target=self.put, args=(item,)) for item in items]
        for thread in rest:
            thread.start()
        while self.shared.count_waiting < self._others:
            threading.Event().wait(0.001)
        self._full.set()
        for thread in (first, *rest):
            thread.join(20)


def test_what_comes_during_a_commit_shares_the_next() -> None:
    disk = Disk(4)
    disk.run(["a", "b", "c", "d"])
    assert disk.commits == [["first"], ["a", "b", "c", "d"]]


def test_one_that_fails_takes_no_other_along() -> None:
    disk = Disk(3)
    disk.run(["a", "bad", "c"])
    assert sorted(disk.commits) == [["a"], ["c"], ["first"]]
    assert disk.refused == ["bad"]


def test_a_failing_disk_is_everyones_and_nothing_is_tried_again() -> None:
    disk = Disk(3)
    disk.run(["a", "full", "c"])
    assert disk.commits == [["first"], ["a", "c", "full"]]
    assert sorted(disk.refused) == ["a", "c", "full"]


def test_one_alone_is_committed_at_once_and_tells_its_failure() -> None:
    done: list[str] = []
    shared: SharedCommit[str] = SharedCommit((ValueError,))
    shared.put("a", done.extend)
    assert done == ["a"]

    def fail(items: Sequence[str]) -> None:
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        shared.put("b", fail)
    shared.put("c", done.extend)
    assert done == ["a", "c"]
