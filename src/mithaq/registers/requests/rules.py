"""Kinds of the requests register with their default limits (model: Directive 2023/977)."""

from collections.abc import Mapping
from typing import Any

from mithaq.errors import MalformedError
from mithaq.node.registry import Expects, ObjectKind, Opening, Primitive, Register

HOUR_S = 3_600
DAY_S = 86_400

DEFAULT_LIMITS_S = {"urgent_8h": 8 * HOUR_S, "urgent_3d": 3 * DAY_S, "normal_7d": 7 * DAY_S}
"""Limit of each class from receipt, seconds; "default, not agreed" where no procedure is in force."""

URGENCY_GROUNDS = frozenset({"serious_threat", "life_or_limb", "liberty_decision", "loses_relevance"})


def check_request(body: Mapping[str, Any]) -> None:
    """A request has a class, a ground when it is urgent, and at least one numbered question.

    Raises:
        MalformedError: ``request_class``, ``urgency_ground``, ``request_questions``.
    """
    request_class = body.get("class")
    if not isinstance(request_class, str) or request_class not in DEFAULT_LIMITS_S:
        raise MalformedError("request_class", "a request needs one of the classes")
    ground = body.get("urgency_ground")
    is_grounded = isinstance(ground, str) and ground in URGENCY_GROUNDS
    if request_class != "normal_7d" and not is_grounded:
        raise MalformedError("urgency_ground", "an urgent request needs one of the grounds")
    if not body.get("questions"):
        raise MalformedError("request_questions", "a request asks at least one question")


REGISTER = Register(
    "requests",
    (
        ObjectKind(
            "requests.request",
            Primitive.NOTE,
            Expects.ANSWER,
            default_limit_s=DEFAULT_LIMITS_S,
            check=check_request,
        ),
        ObjectKind(
            "requests.preservation_request",
            Primitive.NOTE,
            Expects.ANSWER,
            default_limit_s=DEFAULT_LIMITS_S,
            check=check_request,
        ),
        ObjectKind("requests.spontaneous_information", Primitive.NOTE),
        ObjectKind("requests.early_warning", Primitive.NOTE, Expects.ACK),
        ObjectKind("requests.delay_notice", Primitive.NOTE),
        ObjectKind("requests.outcome", Primitive.NOTE),
    ),
    opening=Opening.BY_DEFAULT,
)
