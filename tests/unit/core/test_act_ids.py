"""Ids that belong to a log, and who has an id that two acts claim."""

from datetime import UTC, datetime

import pytest

from mithaq.core.acts.act_ids import is_bound, make_act_id, rank_place
from mithaq.core.encoding import check_uuid7
from mithaq.core.types import LeafIndex, Origin

AT = datetime(2026, 3, 4, 5, 6, 7, 891_000, UTC)
OURS, THEIRS = Origin("ma-mi.example/log/1"), Origin("fr-mi.example/log/1")


def test_the_vector_of_the_specification() -> None:
    act_id = make_act_id(AT, bytes(range(10)), OURS)
    assert act_id == "019cb73d-3593-7000-8203-0405b58038ba"
    check_uuid7(act_id)


def test_an_id_belongs_to_one_log() -> None:
    act_id = make_act_id(AT, bytes(range(10)), OURS)
    assert is_bound(act_id, OURS)
    assert not is_bound(act_id, THEIRS)
    last = "0" if act_id[-1] != "0" else "1"
    assert not is_bound(act_id[:-1] + last, OURS)
    assert make_act_id(AT, b"\xff" * 10, OURS) != act_id


@pytest.mark.parametrize(
    ("first", "second"),
    [((OURS, 9), (THEIRS, 0)), ((OURS, 1), (OURS, 2)), ((OURS, 0), (Origin("a.example/log/1"), 0))],
    ids=["it was made for it", "the lower leaf", "whatever the bytes of the origin"],
)
def test_who_has_it(first: tuple[Origin, int], second: tuple[Origin, int]) -> None:
    act_id = make_act_id(AT, bytes(10), OURS)
    ranks = [rank_place(act_id, log, LeafIndex(index)) for log, index in (first, second)]
    assert ranks[0] < ranks[1]


def test_one_that_was_made_for_neither_goes_by_the_bytes_of_the_origin() -> None:
    act_id = make_act_id(AT, bytes(10), Origin("nobody.example/log/1"))
    assert rank_place(act_id, THEIRS, LeafIndex(5)) < rank_place(act_id, OURS, LeafIndex(0))
