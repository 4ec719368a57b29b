"""Every kind of this register, with the check of its fields."""

from typing import Final

from mithaq.node.registry import Expects, ObjectKind, Primitive, Register
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

REGISTER: Final = Register(
    NAME,
    (
        ObjectKind(AGREEMENT, Primitive.INSTRUMENT, check=texts.check_agreement),
        ObjectKind(AMENDMENT, Primitive.INSTRUMENT, check=texts.check_amendment),
        ObjectKind(EXCHANGE_OF_NOTES, Primitive.INSTRUMENT, check=texts.check_agreement),
        ObjectKind(FRAMEWORK, Primitive.INSTRUMENT, check=texts.check_framework),
        ObjectKind(TERMS_OF_REFERENCE, Primitive.INSTRUMENT, check=texts.check_agreement),
        ObjectKind(SCOPE_DECISION, Primitive.INSTRUMENT, check=texts.check_scope_decision),
        ObjectKind(INITIALLING, Primitive.NOTE, Expects.NONE, check=check_initialling),
    ),
)
