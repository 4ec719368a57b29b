"""The one place where pages, API and feeds ask the policy: a refusal as an error, and what is to be logged.

``demand`` is for what somebody asks for: a refusal is an error of the tree, 404 where even the existence is
hidden, and stands in the access log. ``may`` is for what a page is made of: what it allows to be read counts
as shown; what it leaves out was not asked for, and what it allows to be done is only a button.

What is done, a release, a signing, a role, a key, is written before ``demand`` returns. What is shown is
written before the answer leaves (``noted``).
"""

from collections.abc import Iterable

from mithaq.errors import MissingError, NotAllowedError
from mithaq.web.access import policy
from mithaq.web.access.noted import TAKING, is_only_shown, note, note_taken
from mithaq.web.access.policy import HIDDEN_REASONS, Decision, Protected, Subject
from mithaq.web.access.table import ALWAYS_LOGGED, LOGGED_FROM_AMBER, Obligation, Verb


class StepUpError(NotAllowedError):
    """Allowed, once a factor is shown again."""

    def __init__(self) -> None:
        super().__init__("step_up", "Show a factor again first.")


def may(subject: Subject, verb: str, thing: Protected, field: str = "") -> Decision:
    """The decision of the policy, for a part of a page or a list: what it allows to be read is shown."""
    decision = policy.may(subject, verb, thing, field)
    if decision.allowed and verb in LOGGED_FROM_AMBER and decision.needs(Obligation.LOG):
        note(subject, verb, thing, field, decision)
    return decision


def check_may_leave(thing: Protected) -> None:
    """That no caveat holds it on this node: asked before a file, a print or a calendar of it is made.

    Raises:
        NotAllowedError: ``no_export``.
    """
    if policy.is_held_here(thing):
        raise NotAllowedError("no_export", "A caveat of the record forbids to take it away.")


def demand(
    subject: Subject, verb: str, thing: Protected, field: str = "", *, is_done: bool = True
) -> Decision:
    """The decision, when it allows; its obligations but ``log`` and ``step_up`` are for the caller.

    Args:
        subject: who asks.
        verb: what he asks to do.
        thing: with what.
        field: with which part of it.
        is_done: False where the right to the verb is needed for less than the verb itself.

    Raises:
        MissingError: ``not_found``; the subject may not even know of it.
        NotAllowedError: the reason of the decision.
        StepUpError: ``step_up``.
        UnavailableError: ``access_log``; what is to be done cannot be written down. ``sealed_reads``,
            ``exports``; the subject has opened, or taken away, as much as one may for now.
    """
    decision = policy.may(subject, verb, thing, field)
    if decision.allowed:
        if decision.needs(Obligation.STEP_UP):
            raise StepUpError
        if verb in TAKING and is_done:
            note_taken(subject, (thing.object_id,), thing.code)
        is_deed = verb in ALWAYS_LOGGED
        if decision.needs(Obligation.LOG) and not (is_deed and (is_only_shown() or not is_done)):
            note(subject, verb, thing, field, decision, now=is_deed)
        return decision
    note(subject, verb, thing, field, decision)
    if verb != Verb.LIST and policy.may(subject, Verb.LIST, thing).reason in HIDDEN_REASONS:
        raise MissingError("not_found", "There is nothing at this address.")
    if verb == Verb.LIST and decision.reason in HIDDEN_REASONS:
        raise MissingError("not_found", "There is nothing at this address.")
    raise NotAllowedError(decision.reason, "The policy does not allow this.")


def note_shown(subject: Subject, verb: str, things: Iterable[Protected]) -> None:
    """What is shown on another ground than the policy: a draft to those who write in it."""
    for thing in things:
        if policy.is_sensitive(thing):
            note(subject, verb, thing, "", Decision(True))
