"""Accounts that are made before anybody can sign in: the first administrator, and those of a demonstration.

The database takes posts given this way only as long as two administrators have decided nothing yet.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import transaction

from mithaq.web.access.table import KNOWN_CAVEATS, PURPOSES, Role
from mithaq.web.accounts.links import make_link
from mithaq.web.accounts.models import PostAssignment, User

FIRST_LOGIN: Final = "security-1"
SECURITY_POST: Final = "security"


@dataclass(frozen=True, slots=True)
class Founder:
    """An account to be made.

    Attributes:
        pseudonym: what acts say of the person; one by chance where none is given.
        must_enrol: whether the workspace opens only once factors are enrolled.
        also: further posts, with their roles.
    """

    login: str
    display_name: str
    language: str
    post: str
    roles: Sequence[str]
    clearance: str = "green"
    pseudonym: str = ""
    must_enrol: bool = True
    purposes: Sequence[str] = field(default=PURPOSES)
    also: Mapping[str, Sequence[Role]] = field(default_factory=dict)


def found_account(founder: Founder, now: datetime) -> str:
    """Make an account with its posts; gives the token of its one-time link."""
    with transaction.atomic():
        user = make_user(
            founder.login,
            founder.display_name,
            founder.language,
            now,
            pseudonym=founder.pseudonym,
            must_enrol=founder.must_enrol,
        )
        for post, roles in {founder.post: founder.roles, **founder.also}.items():
            PostAssignment.objects.create(
                user=user,
                post=post,
                roles=sorted(map(str, roles)),
                clearance=founder.clearance,
                caveats=list(KNOWN_CAVEATS) if founder.clearance != "clear" else [],
                purposes=list(founder.purposes),
                from_on=now.date(),
            )
        return make_link(user, now)


def found_first_administrator(language: str, now: datetime) -> str:
    """The account of the first security administrator, who makes the second one; gives the token."""
    roles = (Role.SECURITY_ADMIN,)
    founder = Founder(FIRST_LOGIN, FIRST_LOGIN, language, SECURITY_POST, roles, "clear", purposes=("ADMIN",))
    return found_account(founder, now)


def make_user(
    login: str,
    display_name: str,
    language: str,
    now: datetime,
    *,
    pseudonym: str = "",
    must_enrol: bool = True,
) -> User:
    """An account without any way in yet."""
    user = User(
        login=login,
        display_name=display_name,
        language=language,
        pseudonym=pseudonym or f"h-{secrets.token_hex(6)}",
        must_enrol=must_enrol,
        created_at=now,
    )
    user.set_unusable_password()
    user.save()
    return user
