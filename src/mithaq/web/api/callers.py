"""Who calls: a token, the user and post it belongs to, and what it may never exceed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mithaq.errors import MissingError, NotAllowedError
from mithaq.node.append.submit import Author


@dataclass(frozen=True, slots=True)
class Caller:
    """A token in use.

    Attributes:
        user_id, post, holder: to whom it belongs.
        verbs, registers: which of them it takes; never more than the user has now.
        highest: highest handling code it reads, as on the wire.
    """

    token_id: str
    user_id: str
    post: str
    holder: str
    verbs: frozenset[str]
    registers: frozenset[str]
    highest: str
    subject: Any = None
    extra: Mapping[str, Any] | None = None

    @property
    def author(self) -> Author:
        """The post and its holder, for drafts."""
        return Author(self.post, self.holder)

    def check_route(self, verb: str, register: str) -> None:
        """Raises NotAllowedError ``token_verb`` or ``token_register``."""
        if verb not in self.verbs:
            raise NotAllowedError("token_verb", "The token was not made for this verb.")
        if register and register not in self.registers:
            raise NotAllowedError("token_register", "The token was not made for this register.")

    def check(self, verb: str, protected: Any, field: str = "") -> None:
        """Hold one object that is really read to the policy.

        Raises:
            MissingError: ``not_found``; the caller may not know of it.
            NotAllowedError: ``not_allowed``; it may be listed, and no more.
        """
        if not self.may("list", protected):
            raise MissingError("not_found", "There is nothing at this address.")
        if not self.may(verb, protected, field):
            raise NotAllowedError("not_allowed", "The post may not do this.")

    def may(self, verb: str, protected: Any, field: str = "") -> bool:
        """Whether token and policy both allow it."""
        raise NotImplementedError
