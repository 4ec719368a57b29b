"""Every kind of this register, with the check of its fields."""

from typing import Final

from mithaq.node.registry import ObjectKind, Opening, Primitive, Register
from mithaq.registers.review.rules.opinions import check_deposit, check_opinion
from mithaq.registers.review.rules.outcome import check_outcome
from mithaq.registers.review.rules.plan import check_plan

NAME: Final = "review"

PLAN: Final = "review.review_plan"
OPINION: Final = "review.review_opinion"
DEPOSIT: Final = "review.review_deposit"
OUTCOME: Final = "review.review_outcome"

REGISTER: Final = Register(
    NAME,
    (
        ObjectKind(PLAN, Primitive.INSTRUMENT, check=check_plan),
        ObjectKind(OUTCOME, Primitive.INSTRUMENT, check=check_outcome),
        ObjectKind(OPINION, Primitive.NOTE, check=check_opinion),
        ObjectKind(DEPOSIT, Primitive.NOTE, check=check_deposit),
    ),
    opening=Opening.ALWAYS,
)
