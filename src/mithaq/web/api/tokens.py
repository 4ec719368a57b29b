"""Tokens: made and shown once, kept as a hash, found by it, revoked (trust 8, experience 9)."""

import base64
import hashlib
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from mithaq.errors import MalformedError, MissingError, NotAllowedError
from mithaq.node.node import Node
from mithaq.web.access.table import CODES, Verb
from mithaq.web.accounts.seal import SEALED
from mithaq.web.api.models import LONGEST, ApiToken
from mithaq.web.api.routes import collect_routes

PREFIX: Final = "mq_"
SECRET_BYTES: Final = 32
NAME_CHARACTERS: Final = 100
_TOKEN = re.compile(r"mq_[A-Za-z0-9_-]{43}", re.ASCII)

# A token never releases or signs, and never gives or takes rights: those verbs are not offered at all.
GRANTABLE: Final = tuple(
    str(verb)
    for verb in (
        Verb.LIST,
        Verb.READ,
        Verb.SEARCH,
        Verb.EXPORT,
        Verb.DRAFT,
        Verb.REPLY,
        Verb.WITHDRAW,
        Verb.AUDIT,
        Verb.BACKUP,
    )
)


def grantable_registers() -> tuple[str, ...]:
    """Registers that have routes, sorted."""
    return tuple(sorted({route.register for route in collect_routes() if route.register}))


def make_token(
    node: Node,
    user: Any,
    post: str,
    *,
    name: str,
    verbs: Sequence[str],
    registers: Sequence[str],
    highest: str = "green",
    days: int = 90,
) -> tuple[ApiToken, str]:
    """A new token and its text, which is shown once and kept nowhere.

    Raises:
        MalformedError: ``token_name``, ``token_verb``, ``token_register``, ``token_code``, ``token_days``.
        NotAllowedError: ``no_role``; the sealed account is opened for an hour, by its link alone.
    """
    if user.login == SEALED:
        raise NotAllowedError("no_role", "The sealed account takes no token.")
    if not name.strip() or len(name) > NAME_CHARACTERS:
        raise MalformedError("token_name", "A token has a name of at most 100 characters.")
    if not verbs or not set(verbs) <= set(GRANTABLE):
        raise MalformedError("token_verbs", "A token takes at least one verb, of those that tokens may have.")
    if not set(registers) <= set(grantable_registers()):
        raise MalformedError("token_registers", "One of the registers has no routes.")
    if highest not in CODES:
        raise MalformedError("token_code", "There is no such handling code.")
    if not 1 <= days <= LONGEST.days:
        raise MalformedError("token_days", f"A token is good for 1 to {LONGEST.days} days.")
    text = PREFIX + base64.urlsafe_b64encode(node.entropy.random_bytes(SECRET_BYTES)).decode().rstrip("=")
    now = node.clock.now()
    token = ApiToken.objects.create(
        user=user,
        post=post,
        name=name.strip(),
        token_sha256=hash_token(text),
        verbs=sorted(set(verbs)),
        registers=sorted(set(registers)),
        highest=highest,
        days=days,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    return token, text


def hash_token(text: str) -> str:
    """What is kept. A token is 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(text.encode()).hexdigest()


def find_token(header: str, now: datetime) -> ApiToken:
    """The token in an ``Authorization`` header.

    Raises:
        NotAllowedError: ``not_signed_in``; none, or one that is not, or no longer, good.
    """
    scheme, _, text = header.partition(" ")
    if scheme.lower() != "bearer" or not _TOKEN.fullmatch(text):
        raise NotAllowedError("not_signed_in", "A token is needed: Authorization: Bearer mq_…")
    # By its hash, so that the time of the look-up says nothing about the token.
    token = ApiToken.objects.select_related("user").filter(token_sha256=hash_token(text)).first()
    if token is None or token.revoked_at is not None or token.expires_at <= now or not token.user.is_active:
        raise NotAllowedError("not_signed_in", "The token is not good, or no longer.")
    return token


def note_use(token: ApiToken, now: datetime) -> None:
    """Keep on which day a token was last used; one write a day."""
    if token.used_on != now.date():
        ApiToken.objects.filter(pk=token.pk).update(used_on=now.date())


def revoke_token(user: Any, token_id: str, now: datetime) -> None:
    """End a token of that user; one that has ended stays as it is.

    Raises:
        MissingError: ``token``.
    """
    found = ApiToken.objects.filter(pk=token_id, user=user)
    if not found.exists():
        raise MissingError("token", "There is no such token of yours.")
    found.filter(revoked_at__isnull=True).update(revoked_at=now)
