"""A refusal of the policy as an error of the tree: 404 where even the existence is hidden, else 403."""

from mithaq.errors import MissingError, NotAllowedError
from mithaq.web.access.policy import HIDDEN_REASONS, Decision, Protected, Subject, may
from mithaq.web.access.table import Obligation, Verb


class StepUpError(NotAllowedError):
    """Allowed, once a factor is shown again."""

    def __init__(self) -> None:
        super().__init__("step_up", "Show a factor again first.")


def demand(subject: Subject, verb: str, thing: Protected, field: str = "") -> Decision:
    """The decision, when it allows; its obligations but ``step_up`` are for the caller.

    Raises:
        MissingError: ``not_found``; the subject may not even know of it.
        NotAllowedError: the reason of the decision.
        StepUpError: ``step_up``.
    """
    decision = may(subject, verb, thing, field)
    if decision.allowed:
        if decision.needs(Obligation.STEP_UP):
            raise StepUpError
        return decision
    if verb != Verb.LIST and may(subject, Verb.LIST, thing).reason in HIDDEN_REASONS:
        raise MissingError("not_found", "There is nothing at this address.")
    if verb == Verb.LIST and decision.reason in HIDDEN_REASONS:
        raise MissingError("not_found", "There is nothing at this address.")
    raise NotAllowedError(decision.reason, "The policy does not allow this.")
