"""Kinds of the agreements register that the record needs to know."""

from mithaq.node.registry import Expects, ObjectKind, Primitive, Register

INSTRUMENT_KINDS = (
    "agreement",
    "amendment",
    "exchange_of_notes",
    "framework",
    "terms_of_reference",
    "scope_decision",
)

REGISTER = Register(
    "agreements",
    (
        *(ObjectKind(f"agreements.{name}", Primitive.INSTRUMENT) for name in INSTRUMENT_KINDS),
        ObjectKind("agreements.initialling", Primitive.NOTE, Expects.NONE),
    ),
)
