"""Kinds of the directory: cards that each side issues about itself."""

from mithaq.node.registry import Expects, ObjectKind, Opening, Primitive, Register
from mithaq.registers.directory.rules.cards import check_card

CARD_KIND = "directory.card"

REGISTER = Register(
    "directory",
    (ObjectKind(CARD_KIND, Primitive.NOTE, Expects.NONE, check=check_card),),
    opening=Opening.ALWAYS,
)
