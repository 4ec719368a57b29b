"""Whether an account has the factors that it needs."""

from collections.abc import Iterable
from typing import Final

from allauth.mfa.models import Authenticator

from mithaq.web.access.table import Role
from mithaq.web.accounts.attestation import asked_roots, is_attested
from mithaq.web.accounts.models import User
from mithaq.web.accounts.posts import held_posts

PASSKEYS: Final = 2


def is_enrolled(user: User) -> bool:
    """Two passkeys, or one passkey and codes, or a password and codes."""
    passkeys = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).count()
    if passkeys >= PASSKEYS:
        return True
    return has_codes(user) and bool(passkeys or user.has_usable_password())


def has_two_for_administration(user: User) -> bool:
    """As ``is_enrolled``; where this node asks keys for their make, two passkeys that have proved it."""
    roots = asked_roots()
    if roots is None:
        return is_enrolled(user)
    passkeys = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)
    return sum(is_attested(each.data.get("credential", {}), roots) for each in passkeys) >= PASSKEYS


def asks_for_make(user: User) -> bool:
    """Whether the passkeys of an account have to prove their maker: it administers, and the node asks."""
    return asked_roots() is not None and needs_two(role for each in held_posts(user) for role in each.roles)


def needs_two(roles: Iterable[str]) -> bool:
    """Whether an account with these roles works with two authenticators alone: it could change the others."""
    return bool({Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN}.intersection(roles))


def has_codes(user: User) -> bool:
    """Whether an authenticator gives codes: without them a password opens nothing."""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def has_factor(user: User) -> bool:
    """Whether there is any factor to ask for."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return bool(Authenticator.objects.filter(user=user, type__in=kinds).exists())


def finish_enrolment(user: User) -> bool:
    """Open the workspace to an account that has all it needs; whether it is open now."""
    if user.must_enrol and is_enrolled(user):
        user.must_enrol = False
        user.save(update_fields=["must_enrol"])
    return not user.must_enrol
