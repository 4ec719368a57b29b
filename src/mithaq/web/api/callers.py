"""Who calls: a token, the user and post it belongs to, and what it may never exceed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.http import HttpRequest

from mithaq.errors import NotAllowedError
from mithaq.node.append.submit import Author
from mithaq.node.node import Node
from mithaq.web.access import policy
from mithaq.web.access.gate import demand, may
from mithaq.web.access.policy import Decision, Protected, Subject, rank_of
from mithaq.web.access.subject import subject_of_user
from mithaq.web.access.table import CODES
from mithaq.web.api.models import ApiToken
from mithaq.web.api.paging import Seen
from mithaq.web.api.tokens import find_token, note_use
from mithaq.web.lists import OPEN_THING

_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Caller:
    """A token in use.

    Attributes:
        subject: the user as the policy sees him, with the clearance of the token where that is lower.
        verbs, registers: what the token takes.
    """

    token: ApiToken
    subject: Subject
    verbs: frozenset[str]
    registers: frozenset[str]

    @property
    def author(self) -> Author:
        """The post and its holder, for drafts."""
        return Author(self.token.post, self.token.user.pseudonym)

    @property
    def user_id(self) -> str:
        """Of the account."""
        return self.subject.user_id

    @property
    def codes(self) -> tuple[str, ...]:
        """Handling codes up to the clearance: rows of others are left out in SQL already."""
        return CODES[: rank_of(self.subject.clearance) + 1]

    def check_route(self, verbs: str, register: str) -> None:
        """Hold the token to a route; ``verbs`` is one, or several with ``|`` between.

        Raises:
            NotAllowedError: ``token_verb``, ``token_register``.
        """
        if not self.verbs & set(verbs.split("|")):
            raise NotAllowedError("token_verb", "The token was not made for this verb.")
        if register and register not in self.registers:
            raise NotAllowedError("token_register", "The token was not made for this register.")

    def check_export(self, register: str) -> None:
        """Hold taking a list away to token and policy; a token shows no factor again.

        Raises:
            NotAllowedError: ``token_verb``, ``token_register``, ``no_role``.
        """
        self.check_route("export", register)
        if not policy.may(self.subject, "export", OPEN_THING).allowed:
            raise NotAllowedError("no_role", "No role of the post has this verb.")

    def check(self, verb: str, protected: Protected, field: str = "") -> Decision:
        """Hold one object that is really read or written to the policy.

        Raises:
            MissingError: ``not_found``; the caller may not know of it.
            NotAllowedError: it may be listed, and no more; or the token has not that verb.
        """
        decision = demand(self.subject, verb, protected, field)
        self.check_route(verb, "")
        return decision

    def may(self, verb: str, protected: Protected, field: str = "") -> bool:
        """Whether token and policy both allow it."""
        return verb in self.verbs and may(self.subject, verb, protected, field).allowed

    def visible(
        self, rows: Sequence[_Row], protect: Callable[[Sequence[_Row]], Sequence[Protected]]
    ) -> list[_Row]:
        """Those rows that may stand in a list."""
        return [
            row
            for row, protected in zip(rows, protect(rows), strict=True)
            if may(self.subject, "list", protected).allowed
        ]

    def seen(self, protect: Callable[[Sequence[Any]], Sequence[Protected]]) -> Seen:
        """Which rows may stand in a list; counted ones are not noted as shown."""

        def judged(rows: Sequence[Any]) -> list[Any]:
            guarded = protect(rows) if rows else ()
            return [
                row
                for row, guard in zip(rows, guarded, strict=True)
                if policy.may(self.subject, "list", guard).allowed
            ]

        return Seen(lambda rows: self.visible(rows, protect) if rows else [], judged)


def identify(request: HttpRequest, node: Node) -> Caller:
    """The caller of a request; cookies count for nothing.

    Raises:
        NotAllowedError: ``not_signed_in``.
    """
    now = node.clock.now()
    token = find_token(request.headers.get("Authorization", ""), now)
    note_use(token, now)
    user: Any = token.user
    subject = subject_of_user(user, token.post)
    if rank_of(token.highest) < rank_of(subject.clearance):
        subject = replace(subject, clearance=token.highest)
    return Caller(token, subject, frozenset(token.verbs), frozenset(token.registers))
