"""The two stages of the append queue: what overlaps, and how a failure of either ends both."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from mithaq.core.types import LeafIndex, TreeSize
from mithaq.errors import UnavailableError
from mithaq.node.append.append_pipeline import AppendPipeline
from mithaq.node.draft import Draft
from mithaq.node.node import Appended

PATIENCE_S = 10.0


class StagedSequencer:
    """Stands in for ``Sequencer``: notes each step, and waits or fails where it is told."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.before: dict[str, Callable[[], None]] = {}
        self._condition = threading.Condition()

    def seal(self, drafts: Sequence[Draft]) -> Any:
        self._step(f"seal {drafts[0].act_id}")
        return drafts

    def publish(self, drafts: Sequence[Draft]) -> list[Appended]:
        self._step(f"publish {drafts[0].act_id}")
        return [Appended(draft.act_id, LeafIndex(0), TreeSize(1)) for draft in drafts]

    def _step(self, name: str) -> None:
        self.before.get(name, lambda: None)()
        with self._condition:
            self.steps.append(name)
            self._condition.notify_all()

    def wait_for(self, name: str) -> None:
        with self._condition:
            assert self._condition.wait_for(lambda: name in self.steps, PATIENCE_S)


def make_draft(name: str) -> Draft:
    return Draft({"id": name, "kind": "noop"})


def fail_disk() -> None:
    raise UnavailableError("disk", "it failed")


@contextmanager
def running(sequencer: StagedSequencer) -> Iterator[AppendPipeline]:
    """A pipeline on its threads; ends with the block, failed or not."""
    queue = AppendPipeline(sequencer)  # type: ignore[arg-type]

    def run() -> None:
        try:
            queue.run()
        except UnavailableError:
            pass

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield queue
    finally:
        queue.close()
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


def test_the_next_batch_is_sealed_while_one_is_published_and_no_further() -> None:
    sequencer, gate = StagedSequencer(), threading.Event()
    sequencer.before["publish a"] = lambda: assert_set(gate)
    with running(sequencer) as queue:
        answers = [queue.submit([make_draft("a")])]
        sequencer.wait_for("seal a")
        answers.append(queue.submit([make_draft("b")]))
        sequencer.wait_for("seal b")
        answers.append(queue.submit([make_draft("c")]))
        assert not any(answer.done() for answer in answers)
        assert sequencer.steps == ["seal a", "seal b"]
        gate.set()
        assert [answer.result(PATIENCE_S)[0].act_id for answer in answers] == ["a", "b", "c"]  # type: ignore[union-attr]
    published = [step for step in sequencer.steps if step.startswith("publish")]
    assert published == ["publish a", "publish b", "publish c"]


@pytest.mark.parametrize("step", ["seal b", "publish a"])
def test_a_failure_of_one_stage_acknowledges_nothing_of_the_other(step: str) -> None:
    """Also when the other one goes well: beside a disk that failed, nothing is told (spec 7.1.8)."""
    sequencer, sealed, failed = StagedSequencer(), threading.Event(), threading.Event()

    def fail() -> None:
        assert_set(sealed)
        failed.set()
        fail_disk()

    other = "publish a" if step == "seal b" else "seal b"
    sequencer.before[step] = fail
    with running(sequencer) as queue:
        if other == "publish a":
            sequencer.before[other] = lambda: wait_for_failure(queue, failed)
        first = queue.submit([make_draft("a")])
        sequencer.wait_for("seal a")
        second = queue.submit([make_draft("b")])
        if other == "seal b":
            sequencer.wait_for("seal b")
        sealed.set()
        for future in (first, second):
            [outcome] = future.result(PATIENCE_S)
            assert isinstance(outcome, UnavailableError)
        with pytest.raises(UnavailableError, match="writer_stopped"):
            queue.submit([make_draft("c")])
    assert "publish b" not in sequencer.steps


def assert_set(event: threading.Event) -> None:
    assert event.wait(PATIENCE_S)


def wait_for_failure(queue: AppendPipeline, failed: threading.Event) -> None:
    assert_set(failed)
    with queue._condition:
        queue._condition.wait_for(lambda: queue.failure is not None, PATIENCE_S)


def test_what_waits_is_written_before_the_end() -> None:
    sequencer = StagedSequencer()
    with running(sequencer) as queue:
        answers = [queue.submit([make_draft(name)]) for name in "abcdef"]
    assert [answer.result(0)[0].act_id for answer in answers] == list("abcdef")  # type: ignore[union-attr]
