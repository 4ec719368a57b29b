"""Every kind of this register, with the check of its fields."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from mithaq.core.instruments.next_step import DEFAULT_REVIEW_MONTHS
from mithaq.node.registry import Expects, ObjectKind, Opening, Primitive, Register
from mithaq.registers.agreements.rules import texts
from mithaq.registers.agreements.rules.notes import check_initialling

NAME: Final = "agreements"

AGREEMENT: Final = "agreements.agreement"
AMENDMENT: Final = "agreements.amendment"
EXCHANGE_OF_NOTES: Final = "agreements.exchange_of_notes"
FRAMEWORK: Final = "agreements.framework"
TERMS_OF_REFERENCE: Final = "agreements.terms_of_reference"
SCOPE_DECISION: Final = "agreements.scope_decision"
INITIALLING: Final = "agreements.initialling"

TEXT_KINDS: Final = (
    AGREEMENT,
    AMENDMENT,
    EXCHANGE_OF_NOTES,
    FRAMEWORK,
    TERMS_OF_REFERENCE,
    SCOPE_DECISION,
)
"""The instruments that are texts of articles."""

REVIEWED: Final = frozenset({AGREEMENT, EXCHANGE_OF_NOTES, FRAMEWORK, TERMS_OF_REFERENCE})
"""Kinds with a review date of their own, by default every ``DEFAULT_REVIEW_MONTHS``."""


def _text(name: str, check: Callable[[Mapping[str, Any]], None]) -> ObjectKind:
    months = DEFAULT_REVIEW_MONTHS if name in REVIEWED else None
    return ObjectKind(name, Primitive.INSTRUMENT, check=check, review_months=months)


REGISTER: Final = Register(
    NAME,
    (
        _text(AGREEMENT, texts.check_agreement),
        _text(AMENDMENT, texts.check_amendment),
        _text(EXCHANGE_OF_NOTES, texts.check_agreement),
        _text(FRAMEWORK, texts.check_framework),
        _text(TERMS_OF_REFERENCE, texts.check_agreement),
        _text(SCOPE_DECISION, texts.check_scope_decision),
        ObjectKind(INITIALLING, Primitive.NOTE, Expects.NONE, check=check_initialling),
    ),
    opening=Opening.ALWAYS,
)
