"""Every kind of this register, with the check of its fields."""

from typing import Final

from mithaq.node.registry import Expects, ObjectKind, Opening, Primitive, Register
from mithaq.registers.roadmap.rules.notes import check_at_risk, check_final_report, check_progress_report
from mithaq.registers.roadmap.rules.plan import check_roadmap, show_public

NAME: Final = "roadmap"

ROADMAP: Final = "roadmap.roadmap"
PROGRESS_REPORT: Final = "roadmap.progress_report"
AT_RISK: Final = "roadmap.at_risk"
FINAL_REPORT: Final = "roadmap.final_report"

ANSWER_DAYS: Final = 30
"""For acceptance or return; after that a report is not contested, which is no acceptance."""

_LIMIT: Final = {"": ANSWER_DAYS * 86_400}

REGISTER: Final = Register(
    NAME,
    (
        ObjectKind(ROADMAP, Primitive.INSTRUMENT, check=check_roadmap, for_public=show_public),
        ObjectKind(PROGRESS_REPORT, Primitive.NOTE, default_limit_s=_LIMIT, check=check_progress_report),
        ObjectKind(AT_RISK, Primitive.NOTE, check=check_at_risk),
        ObjectKind(
            FINAL_REPORT, Primitive.NOTE, Expects.ANSWER, default_limit_s=_LIMIT, check=check_final_report
        ),
    ),
    opening=Opening.BY_DEFAULT,
)
