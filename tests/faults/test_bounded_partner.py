"""What a hostile partner can make a node hold, read and fold has a bound, and reaches nobody else."""

from datetime import UTC, datetime
from typing import Any

import pytest

from mithaq.core.acts.kinds import ERASURE_NOTICE, Kind
from mithaq.core.acts.receipts import Range, Receipt, ReceiptResult
from mithaq.core.federation.page import encode_erased
from mithaq.core.types import AdministrationCode, LeafIndex, Origin, RootHash, TreeSize
from mithaq.errors import RefusedError
from mithaq.node import object_room
from mithaq.node.partner import causal, gaps, waiting
from mithaq.node.read.fresh_ranges import cut_told, find_fresh, merge
from mithaq.node.records import ReceiptRange

from .federation import SimNode, World
from .liar import ForgedLog, has_note, make_lied_to
from .moves import REPLIES, reply, send_note
from .test_hostile_partner import with_honest_partner

LIAR = Origin("fr-mi.example/log/1")


def add_future(victim: SimNode, log: ForgedLog, beyond: int) -> int:
    """An act that has seen a head of the victim that is still to come."""
    size = victim.store.own.head().tree_size + beyond
    return log.add(log.make_envelope(seen=[{"log": victim.origin, "size": size, "root": "0" * 64}]))


def test_held_acts_are_bounded_and_the_log_goes_on_when_they_may_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the room the log is read no further, alone and without a loop; then it is read to its end."""
    monkeypatch.setattr(causal, "MOST_HELD_ACTS", 3)
    world, victim, honest, log = with_honest_partner()
    send_note(world, victim, "es-mi")
    for _ in range(8):
        add_future(victim, log, 1)
    last = log.add_good()
    for _ in range(2):
        assert not isinstance(victim.pull("fr-mi"), str)
        assert [act.leaf_index for act in victim.store.followed.waiting(LIAR)] == [0, 1, 2]
        assert victim.store.followed.head(LIAR).next_index == 3
        assert victim.pullers["fr-mi"].is_idle(), "it waits for news, and does not ask again at once"
    assert not victim.store.followed.cosigned(LIAR)[0], "what was not read is not cosigned"
    good = send_note(world, honest, "ma-mi").act_id
    assert not isinstance(victim.pull("es-mi"), str)
    assert has_note(victim, good)
    for _ in range(6):
        send_note(world, victim, "es-mi")
        assert not isinstance(victim.pull("fr-mi"), str)
    assert not victim.store.followed.waiting()
    assert has_note(victim, last)
    assert victim.store.followed.cosigned(LIAR)[0] == len(log.acts)


def test_bytes_of_held_acts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    _, victim, log = make_lied_to()
    add_future(victim, log, 1)
    monkeypatch.setattr(causal, "MOST_HELD_BYTES", int(1.5 * len(log.line(0))))
    for _ in range(4):
        add_future(victim, log, 1)
    assert not isinstance(victim.pull("fr-mi"), str)
    assert len(victim.store.followed.waiting()) == 1


def test_held_acts_are_read_by_need(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pull reads the lines of those that may go and of no other, a few at a time."""
    monkeypatch.setattr(waiting, "ACTS_A_STEP", 2)
    world, victim, log = make_lied_to()
    for beyond in (1, 1, 1, 1, 1, 50, 50):
        add_future(victim, log, beyond)
    assert not isinstance(victim.pull("fr-mi"), str)
    followed = victim.node.store.followed

    def refuse(origin: Any = None) -> Any:
        raise AssertionError("all held acts were read")

    monkeypatch.setattr(victim.durable.followed, "waiting", refuse)
    assert not isinstance(victim.pull("fr-mi"), str)
    send_note(world, victim, "fr-mi")
    assert not isinstance(victim.pull("fr-mi"), str)
    assert followed.count_waiting(LIAR)[0] == 2
    assert len(victim.store.followed.parked()) == 5, "they had seen another root"


def test_acts_of_one_author_on_one_object_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each act folds its object anew: after so many the next are unusable, for a reason of their own."""
    monkeypatch.setattr(object_room, "MOST_ACTS_AN_OBJECT", 4)
    world, victim, log = make_lied_to()
    opened = log.add_good()
    for _ in range(2):
        for number in range(3):
            body = {"fields": {"a": number}, "reason": "r"}
            log.add(log.make_envelope(kind="note.correct", object=opened, body=body))
        assert not isinstance(victim.pull("fr-mi"), str)
    good = log.add_good()
    assert not isinstance(victim.pull("fr-mi"), str)
    found = victim.store.followed.parked()
    assert [(act.leaf_index, act.reason) for act in found] == [(5, "object_full"), (6, "object_full")]
    assert has_note(victim, good)
    world.observer.check()


def test_own_acts_on_one_object_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """What no partner would count is not made."""
    monkeypatch.setattr(object_room, "MOST_ACTS_AN_OBJECT", 2)
    world = World()
    france = world["fr-mi"]
    note = send_note(world, france, "ma-mi").act_id
    for _ in range(2):
        reply(france, note, Kind.NOTE_CORRECT, REPLIES[Kind.NOTE_CORRECT])
    with pytest.raises(RefusedError, match="object_full"):
        reply(france, note, Kind.NOTE_CORRECT, REPLIES[Kind.NOTE_CORRECT])
    world.settle()
    world.check_end()


class CountingPages:
    """Counts the pages that a node asks for, and from where."""

    def __init__(self, log: ForgedLog) -> None:
        self.log, self.asked = log, list[int]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.log, name)

    def acts(self, first: int, limit: int) -> Any:
        self.asked.append(first)
        return iter(self.log.acts_page(first, min(limit, 10)))


@pytest.mark.parametrize("at", [0, 7, 211, 398])
def test_a_gap_is_looked_for_where_it_must_be(at: int) -> None:
    """Numbers ascend with the leaves: the act is between its neighbours, so nothing else is read again."""
    _, victim, log = make_lied_to()
    pages = CountingPages(log)
    victim.link = lambda code: pages  # type: ignore[method-assign]
    victim.restart()
    notes = [log.add_good(str(number)) for number in range(400)]
    log.acts[at].is_released = False
    assert not isinstance(victim.pull("fr-mi"), str)
    for _ in range(3):
        pages.asked.clear()
        assert not isinstance(victim.pull("fr-mi"), str)
        assert len(pages.asked) <= 2
    assert set(victim.store.followed.gaps(LIAR)) == {at + 1}
    assert "withheld_act" in victim.alarm_codes()
    log.acts[at].is_released = True
    assert not isinstance(victim.pull("fr-mi"), str)
    assert has_note(victim, notes[at])
    assert not victim.alarm_codes()


def test_pages_read_for_gaps_are_bounded_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hole before each act: every poll looks for some of them, and goes on there."""
    monkeypatch.setattr(gaps, "MOST_PAGES_A_POLL", 5)
    _, victim, log = make_lied_to()
    pages = CountingPages(log)
    victim.link = lambda code: pages  # type: ignore[method-assign]
    victim.restart()
    notes = [log.add_good(str(number)) for number in range(60)]
    for act in log.acts[::2]:
        act.is_released = False
    assert not isinstance(victim.pull("fr-mi"), str)
    looked_at: set[int] = set()
    for _ in range(8):
        pages.asked.clear()
        assert not isinstance(victim.pull("fr-mi"), str)
        assert len(pages.asked) <= 5
        looked_at |= set(pages.asked)
    assert len(looked_at) > 25, "the last are looked for too"
    for act in log.acts:
        act.is_released = True
    for _ in range(9):
        assert not isinstance(victim.pull("fr-mi"), str)
    assert all(has_note(victim, note) for note in notes)


def test_an_act_is_not_erased_by_its_author_saying_so() -> None:
    """A line that says "erased" hides a number only with a notice that names this very act."""
    _, victim, log = make_lied_to()
    notes = [log.add_good(str(number)) for number in range(3)]
    log.acts[1].line = encode_erased(LeafIndex(1), 2, LIAR, LeafIndex(2))
    for index in (2, 3, 2**62):
        log.acts[1].line = encode_erased(LeafIndex(1), 2, LIAR, LeafIndex(index))
        for _ in range(2):
            assert not isinstance(victim.pull("fr-mi"), str)
        assert set(victim.store.followed.gaps(LIAR)) == {2}
    assert "withheld_act" in victim.alarm_codes()
    for named in ({"log": LIAR, "index": 0}, {"log": victim.origin, "index": 1}, {"log": LIAR, "index": 1}):
        body = {"act": named, "part": "act", "ground": "law"}
        notice = log.add(log.make_envelope(object_kind=ERASURE_NOTICE, body=body))
        log.acts[1].line = encode_erased(LeafIndex(1), 2, LIAR, LeafIndex(notice))
        for _ in range(2):
            assert not isinstance(victim.pull("fr-mi"), str)
        is_asked_for = named == {"log": LIAR, "index": 1}
        assert bool(victim.store.followed.gaps(LIAR)) is not is_asked_for
    assert not victim.alarm_codes()
    assert [has_note(victim, note) for note in notes] == [True, False, True]


def test_what_was_parked_and_then_mended_is_parked_no_more() -> None:
    """A line that was not what its leaf commits to is parked; once the true act is served it is not."""
    _, victim, log = make_lied_to()
    note = log.add_good()
    true = log.line(0)
    log.acts[0].line = true.replace(b'"salt":"A', b'"salt":"B')
    last = log.add_good()
    assert not isinstance(victim.pull("fr-mi"), str)
    assert [act.reason for act in victim.store.followed.parked()] == ["leaf_mismatch"]
    log.acts[0].line = None
    assert not isinstance(victim.pull("fr-mi"), str)
    assert has_note(victim, note)
    assert has_note(victim, last)
    assert not victim.store.followed.parked()


def make_receipts(log: ForgedLog, subject: str, size: int, count: int) -> None:
    """Receipts over the whole of a log, again and again."""
    for number in range(count):
        line = log.make_cosignature(b"x\n", 1_900_000_000 + number)
        receipt = Receipt(
            Origin(subject),
            TreeSize(size),
            RootHash(bytes(32)),
            1_900_000_000 + number,
            line,
            (Range(LeafIndex(0), LeafIndex(size - 1 - number % 3), ReceiptResult.APPLIED),),
        )
        no_object = {"object_kind": None, "object_v": None, "subject": None}
        log.add(log.make_envelope(kind="receipt", body=receipt.to_body(), **no_object))


def test_repeated_receipts_leave_no_rows_over_every_act() -> None:
    """A partner may say a thousand times what it applied of a third log, as wide as it likes."""
    world, victim, honest, log = with_honest_partner()
    send_note(world, honest, "ma-mi")
    assert not isinstance(victim.pull("es-mi"), str)
    make_receipts(log, honest.origin, 2**50, 30)
    assert not isinstance(victim.pull("fr-mi"), str)
    assert not victim.store.followed.parked()
    assert len(victim.store.receipts.covering(Origin(honest.origin), [LeafIndex(0)])) == 2, "it, and we"
    # The time of each of them is still known: a later one may be the floor of an answer.
    place = (Origin(honest.origin), AdministrationCode("fr-mi"), LeafIndex(2**52))
    floor = victim.store.receipts.floor_at(*place)
    assert floor is not None
    assert floor.timestamp() == 1_900_000_029


def test_a_receipt_of_a_thousand_ranges_is_one_question() -> None:
    """Acts to others between ours leave a range for each of ours; some of them were told before."""
    code, at = AdministrationCode("fr-mi"), datetime(2026, 1, 1, tzinfo=UTC)
    ranges = [
        ReceiptRange(
            LIAR,
            code,
            LeafIndex(n),
            LeafIndex(n),
            ReceiptResult.APPLIED,
            at,
            TreeSize(9_000),
            LIAR,
            LeafIndex(9),
        )
        for n in range(0, 2_048, 2)
    ]
    asked = []

    class Receipts:
        def told(self, one: ReceiptRange) -> list[tuple[LeafIndex, LeafIndex]]:
            asked.append((one.first, one.last))
            return [(LeafIndex(n), LeafIndex(n + 2)) for n in range(100, 200, 3)]

    fresh = find_fresh(Receipts(), ranges)  # type: ignore[arg-type]
    assert asked == [(0, 2_046)]
    assert [one.first for one in fresh] == [n for n in range(0, 2_048, 2) if not 100 <= n <= 201]


@pytest.mark.parametrize(
    ("told", "left"),
    [
        ([], [(3, 9)]),
        ([(0, 2), (10, 12)], [(3, 9)]),
        ([(0, 3), (9, 12)], [(4, 8)]),
        ([(4, 4), (4, 6), (8, 8)], [(3, 3), (7, 7), (9, 9)]),
        ([(0, 20)], []),
        ([(3, 9)], []),
        ([(5, 20), (0, 5)], []),
        ([(3, 8), (4, 5)], [(9, 9)]),
    ],
)
def test_what_is_left_of_a_range(told: Any, left: Any) -> None:
    code, at = AdministrationCode("fr-mi"), datetime(2026, 1, 1, tzinfo=UTC)
    one = ReceiptRange(
        LIAR, code, LeafIndex(3), LeafIndex(9), ReceiptResult.APPLIED, at, TreeSize(9), LIAR, LeafIndex(9)
    )
    assert [(part.first, part.last) for part in cut_told(one, merge(told))] == left
