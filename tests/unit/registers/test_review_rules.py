"""Rules of reviews: fields, sealed opinions and what is wrong with some, states, what may be opened."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.errors import MalformedError
from mithaq.registers.review.rules.opinions import check_deposit, check_opinion, write_deposit
from mithaq.registers.review.rules.outcome import check_outcome
from mithaq.registers.review.rules.plan import check_plan, default_due_on, list_reviewed
from mithaq.registers.review.rules.sealing import (
    Deposit,
    Doubt,
    Given,
    SideWord,
    judge_side,
    may_deposit,
    may_open,
    with_silence,
)
from mithaq.registers.review.rules.standing import Cell, ReviewState, state_of

FR, MA = "fr-mi", "ma-mi"
PLAN, ONE, TWO = (f"0192a000-0000-7000-8000-00000000000{no}" for no in (1, 2, 3))
AT = datetime(2026, 11, 26, 9, tzinfo=UTC)
BOTH = {"ar": "نص", "fr": "texte"}
CA, CB = "aa" * 32, "bb" * 32


def reviewed(no: int, agreement: str) -> dict[str, Any]:
    return {"no": no, "agreement": agreement, "title": BOTH}


def make_plan(**changes: Any) -> dict[str, Any]:
    plan = {
        "title": BOTH,
        "agreements": [reviewed(2, ONE), reviewed(1, TWO)],
        "questions": [{"no": 1, "text": BOTH}],
        "due_on": "2027-05-26",
        "sealed_opinions": True,
    }
    return plan | changes


def make_opinion(**changes: Any) -> dict[str, Any]:
    return {
        "plan": PLAN,
        "agreement": ONE,
        "opinion": "amend",
        "reason": "pourquoi",
        "articles": ["art_14"],
    } | changes


def test_a_plan_names_its_agreements_once() -> None:
    check_plan(make_plan())
    assert [each.agreement for each in list_reviewed(make_plan())] == [TWO, ONE]
    assert default_due_on(date(2026, 8, 31)) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": {"fr": "seul"}}, "review_text"),
        ({"agreements": []}, "review_list"),
        ({"agreements": [reviewed(1, ONE), reviewed(2, ONE)]}, "review_reference"),
        ({"agreements": [reviewed(1, ONE), reviewed(1, TWO)]}, "review_number"),
        ({"agreements": [{"no": 1, "agreement": "x", "title": BOTH}]}, "review_reference"),
        ({"agreements": {"no": 1}}, "review_list"),
        ({"due_on": "2027-02-30"}, "review_date"),
        ({"due_on": None}, "review_date"),
        ({"sealed_opinions": "yes"}, "review_choice"),
        ({"questions": [{"no": 1, "text": {"ar": "وحده"}}]}, "review_text"),
    ],
)  # fmt: skip
def test_a_plan_that_is_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(MalformedError) as caught:
        check_plan(make_plan(**changes))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"opinion": "dissolve"}, "review_choice"),
        ({"reason": " "}, "review_text"),
        ({"articles": ["Article 14"]}, "review_reference"),
        ({"articles": "art_14"}, "review_list"),
        ({"opinion": "merge_with"}, "review_reference"),
        ({"opinion": "merge_with", "merge_with": ONE}, "review_reference"),
        ({"merge_with": TWO}, "review_choice"),
        ({"plan": "none"}, "review_reference"),
    ],
)
def test_an_opinion_that_is_refused(changes: dict[str, Any], code: str) -> None:
    check_opinion(make_opinion())
    check_opinion(make_opinion(opinion="merge_with", merge_with=TWO))
    with pytest.raises(MalformedError) as caught:
        check_opinion(make_opinion(**changes))
    assert caught.value.code == code


def test_a_deposit_names_places_and_commitments() -> None:
    body = write_deposit(PLAN, [(ONE, 4, CA), (TWO, 5, CB)])
    check_deposit(body)
    for wrong in ({"index": -1}, {"index": True}, {"c": "AA" * 32}, {"agreement": TWO}):
        with pytest.raises(MalformedError):
            check_deposit(body | {"deposits": [body["deposits"][0] | wrong, body["deposits"][1]]})


def test_an_outcome_decides_or_says_that_there_is_none() -> None:
    agreed = {"title": BOTH, "plan": PLAN, "agreement": ONE, "verdict": "agreed", "opinion": "amend"}
    check_outcome(agreed)
    check_outcome(
        {name: value for name, value in agreed.items() if name != "opinion"} | {"verdict": "disagreed"}
    )
    for wrong in ({"opinion": "undecided"}, {"verdict": "disagreed"}, {"verdict": "open"}):
        with pytest.raises(MalformedError):
            check_outcome(agreed | wrong)


# Sealed opinions


def sealed(by: str, index: int, commitment: str, *, opened: bool = False, told: bool = True) -> Given:
    at = AT if opened and told else None
    return Given(f"o{index}", by, ONE, {}, index, commitment, True, opened, at)


def deposit(by: str, index: int, commitment: str, at_index: int = 9, **marks: Any) -> Deposit:
    return Deposit(by, ONE, index, commitment, at_index, **({"is_true": True} | marks))


def test_the_way_of_two_honest_sides() -> None:
    own = judge_side(MA, [], [sealed(MA, 3, CA)])
    other = judge_side(FR, [], [])
    assert (own.word, other.word) == (SideWord.SEALED, SideWord.NONE)
    assert may_deposit(own)
    assert not may_open(own, [other])
    own = judge_side(MA, [deposit(MA, 3, CA)], [sealed(MA, 3, CA)])
    assert own.word is SideWord.DEPOSITED
    assert own.opinion is None
    assert not may_deposit(own)
    assert not may_open(own, [other])
    other = judge_side(FR, [deposit(FR, 5, CB)], [])
    assert other.word is SideWord.DEPOSITED
    assert other.opinion is None
    assert may_open(own, [other])
    own = judge_side(MA, [deposit(MA, 3, CA)], [sealed(MA, 3, CA, opened=True, told=False)])
    assert own.word is SideWord.OPENED
    assert not may_open(own, [other])
    assert with_silence(own, other) is other
    own = judge_side(MA, [deposit(MA, 3, CA)], [sealed(MA, 3, CA, opened=True)])
    assert with_silence(own, other).doubts == (Doubt.NOT_OPENED,)
    other = judge_side(FR, [deposit(FR, 5, CB)], [sealed(FR, 5, CB, opened=True)])
    assert (own.word, other.word) == (SideWord.GIVEN, SideWord.GIVEN)
    assert with_silence(own, other).doubts == () == other.doubts


def test_nothing_is_opened_to_a_deposit_that_does_not_hold() -> None:
    own = judge_side(MA, [deposit(MA, 3, CA)], [sealed(MA, 3, CA)])
    false = judge_side(FR, [deposit(FR, 5, CB, is_true=False)], [])
    assert false.doubts == (Doubt.FALSE_DEPOSIT,)
    assert not may_open(own, [false])
    unknown = judge_side(FR, [deposit(FR, 5, CB, is_true=None)], [])
    assert unknown.doubts == ()
    assert not may_open(own, [unknown])


def test_the_first_deposit_counts() -> None:
    both = [deposit(FR, 6, CA, at_index=12), deposit(FR, 5, CB, at_index=9)]
    side = judge_side(FR, both, [sealed(FR, 6, CA, opened=True)])
    assert side.word is SideWord.DEPOSITED
    assert side.opinion is None
    assert side.deposit == both[1]
    assert side.doubts == (Doubt.OTHER_PLACE, Doubt.SECOND_DEPOSIT)
    assert judge_side(FR, [both[1], both[1]], []).doubts == ()


def test_what_was_opened_is_not_what_was_deposited() -> None:
    other = judge_side(FR, [deposit(FR, 5, CB, is_other=True)], [])
    assert other.doubts == (Doubt.OTHER_CONTENT,)
    assert other.word is SideWord.DEPOSITED
    never = judge_side(FR, [], [sealed(FR, 5, CB, opened=True)])
    assert never.doubts == (Doubt.OTHER_PLACE,)
    assert never.word is SideWord.NONE
    assert never.opinion is None


def test_a_plain_opinion_counts_and_the_latest_of_them() -> None:
    plain = [Given(f"o{index}", FR, ONE, {}, index, CA, delivered_at=AT) for index in (4, 7)]
    side = judge_side(FR, [], plain)
    assert side.word is SideWord.GIVEN
    assert side.opinion is plain[1]
    assert side.is_bound


DEPOSITS = st.lists(
    st.builds(deposit, st.just(FR), st.integers(0, 3), st.sampled_from([CA, CB]), st.integers(4, 9),
              is_true=st.sampled_from([True, False, None]), is_other=st.booleans()), max_size=3)  # fmt: skip
OPINIONS = st.lists(
    st.builds(sealed, st.just(FR), st.integers(0, 3), st.sampled_from([CA, CB]), opened=st.booleans()),
    max_size=4,
)


@given(DEPOSITS, OPINIONS)
def test_a_closed_opinion_is_never_shown(deposits: list[Deposit], opinions: list[Given]) -> None:
    side = judge_side(FR, deposits, opinions)
    assert side.opinion is None or side.opinion.is_opened
    if side.word is SideWord.GIVEN:
        assert side.deposit is not None
        assert side.opinion is not None
        assert (side.opinion.index, side.opinion.commitment) == (side.deposit.index, side.deposit.commitment)
    if side.deposit is not None:
        assert side.deposit.at_index == min(each.at_index for each in deposits)


# Where it stands


def cell(words: str, verdict: str = "") -> Cell:
    given, empty = sealed(FR, 5, CB, opened=True), judge_side(MA, [], [])
    side = judge_side(FR, [deposit(FR, 5, CB)], [given])
    return Cell(ONE, [side, {"both": side, "one": empty}[words]], verdict)


def test_the_words_of_a_review() -> None:
    assert state_of([]) is ReviewState.OPEN
    assert cell("one").state is ReviewState.OPEN
    steps = [
        [cell("one"), cell("both")],
        [cell("both"), cell("both")],
        [cell("both"), cell("both", "disagreed")],
        [cell("both", "agreed"), cell("one", "disagreed")],
    ]
    words = [state_of(each) for each in steps]
    assert words == [ReviewState.OPEN, ReviewState.BOTH_OPINED, ReviewState.BOTH_OPINED, ReviewState.CLOSED]
