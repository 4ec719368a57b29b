"""Kinds of the meetings register that the record needs to know."""

from mithaq.node.registry import Expects, ObjectKind, Primitive, Register

INSTRUMENT_KINDS = ("mandate", "agenda", "minutes", "communique")
NOTE_KINDS = ("paper", "comment", "initialling", "statement", "action_report", "own_communique")
ANSWERED_KINDS = ("invitation", "issue")

REGISTER = Register(
    "meetings",
    (
        *(ObjectKind(f"meetings.{name}", Primitive.INSTRUMENT) for name in INSTRUMENT_KINDS),
        *(ObjectKind(f"meetings.{name}", Primitive.NOTE) for name in NOTE_KINDS),
        *(ObjectKind(f"meetings.{name}", Primitive.NOTE, Expects.ANSWER) for name in ANSWERED_KINDS),
    ),
)
