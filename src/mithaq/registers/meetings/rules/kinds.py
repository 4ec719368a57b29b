"""Every kind of this register, with the check of its fields."""

from typing import Final

from mithaq.node.registry import Expects, ObjectKind, Opening, Primitive, Register
from mithaq.registers.meetings.rules import notes, texts
from mithaq.registers.meetings.rules.invitation import check_invitation
from mithaq.registers.meetings.rules.signing import check_languages

NAME: Final = "meetings"

MANDATE: Final = "meetings.mandate"
AGENDA: Final = "meetings.agenda"
MINUTES: Final = "meetings.minutes"
COMMUNIQUE: Final = "meetings.communique"
INVITATION: Final = "meetings.invitation"
PAPER: Final = "meetings.paper"
COMMENT: Final = "meetings.comment"
INITIALLING: Final = "meetings.initialling"
STATEMENT: Final = "meetings.statement"
ISSUE: Final = "meetings.issue"
ACTION_REPORT: Final = "meetings.action_report"
OWN_COMMUNIQUE: Final = "meetings.own_communique"

REGISTER: Final = Register(
    NAME,
    (
        ObjectKind(MANDATE, Primitive.INSTRUMENT, check=texts.check_mandate),
        ObjectKind(AGENDA, Primitive.INSTRUMENT, check=texts.check_agenda),
        ObjectKind(MINUTES, Primitive.INSTRUMENT, check=texts.check_minutes, check_signing=check_languages),
        ObjectKind(
            COMMUNIQUE, Primitive.INSTRUMENT, check=texts.check_communique, check_signing=check_languages
        ),
        ObjectKind(INVITATION, Primitive.NOTE, Expects.ANSWER, check=check_invitation),
        ObjectKind(PAPER, Primitive.NOTE, check=notes.check_paper),
        ObjectKind(COMMENT, Primitive.NOTE, check=notes.check_comment),
        ObjectKind(INITIALLING, Primitive.NOTE, check=notes.check_initialling),
        ObjectKind(STATEMENT, Primitive.NOTE, check=notes.check_statement),
        ObjectKind(ISSUE, Primitive.NOTE, Expects.ANSWER, check=notes.check_issue),
        ObjectKind(ACTION_REPORT, Primitive.NOTE, check=notes.check_action_report),
        ObjectKind(OWN_COMMUNIQUE, Primitive.NOTE, check=notes.check_own_communique, is_own_word=True),
    ),
    opening=Opening.BY_DEFAULT,
)
