"""What two security administrators decide: one proposes, another approves, then it happens."""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.errors import ConflictError, MissingError, NotAllowedError
from mithaq.web.access.table import Role
from mithaq.web.accounts.founding import make_user
from mithaq.web.accounts.issuer import PROVIDER
from mithaq.web.accounts.links import make_link
from mithaq.web.accounts.models import AccountAction, PostAssignment, User
from mithaq.web.accounts.seal import SEALED, open_seal
from mithaq.web.runtime import get_node


class ActionKind(StrEnum):
    """What can be decided."""

    MAKE_ACCOUNT = "make-account"
    GIVE_POST = "give-post"
    END_POST = "end-post"
    NEW_LINK = "new-link"
    CLOSE_ACCOUNT = "close-account"
    OPEN_ACCOUNT = "open-account"
    BIND_OIDC = "bind-oidc"
    BREAK_GLASS = "break-glass"
    NAME_PERSON = "name-person"


LABELS: Final[Mapping[str, Promise]] = {
    ActionKind.MAKE_ACCOUNT: _("Make an account"),
    ActionKind.GIVE_POST: _("Give a post"),
    ActionKind.END_POST: _("End a post"),
    ActionKind.NEW_LINK: _("Remove all factors and give a new one-time link"),
    ActionKind.CLOSE_ACCOUNT: _("Close the account"),
    ActionKind.OPEN_ACCOUNT: _("Open the account again"),
    ActionKind.BIND_OIDC: _("Bind to the identity service"),
    ActionKind.NAME_PERSON: _("Say whose card of the directory it stands for"),
    ActionKind.BREAK_GLASS: _("Open the sealed account for one hour"),
}


def propose(
    kind: ActionKind, fields: Mapping[str, Any], by: User, target: User | None = None
) -> tuple[AccountAction, str]:
    """Propose an action; gives it and, when it happens at once, the token of a one-time link.

    The first administrator alone makes the second one, once: the database allows no second such action.

    Raises:
        ConflictError: ``login_taken``. NotAllowedError: ``sealed_account``.
    """
    if target is not None and target.login == SEALED:
        raise NotAllowedError("sealed_account", "The sealed account opens in its own way alone.")
    with transaction.atomic():
        if kind is ActionKind.MAKE_ACCOUNT and _is_taken(fields["login"]):
            raise ConflictError("login_taken", "There is an account of that name.")
        is_founding = _is_founding(kind, fields, by)
        now = get_node().clock.now()
        action = AccountAction.objects.create(
            kind=kind,
            fields=dict(fields),
            target=target,
            proposed_by=by,
            proposed_at=now,
            is_founding=is_founding,
            state="approved" if is_founding else "proposed",
            approved_by=by if is_founding else None,
            decided_at=now if is_founding else None,
        )
        return action, _apply(action) if is_founding else ""


def approve(action_id: Any, by: User) -> str:
    """Approve an action and do it; gives the token of a one-time link, where it makes one.

    Raises:
        MissingError: ``action``. ConflictError: ``action_decided``. NotAllowedError: ``two_persons``.
    """
    with transaction.atomic():
        action = _lock(action_id)
        if action.proposed_by_id == by.pk or action.target_id == by.pk:
            raise NotAllowedError("two_persons", "Another security administrator approves it.")
        action.state, action.approved_by, action.decided_at = "approved", by, get_node().clock.now()
        action.save()
        return _apply(action)


def refuse(action_id: Any, by: User) -> None:
    """Refuse an action, or take back an own one.

    Raises:
        MissingError: ``action``. ConflictError: ``action_decided``.
    """
    with transaction.atomic():
        action = _lock(action_id)
        action.state, action.decided_at = "refused", get_node().clock.now()
        action.save()


def waiting_actions() -> list[AccountAction]:
    """Proposals that nobody has decided, the oldest first."""
    found = AccountAction.objects.filter(state="proposed").select_related("proposed_by", "target")
    return list(found.order_by("proposed_at"))


def find_action(action_id: Any) -> AccountAction:
    """One action.

    Raises:
        MissingError: ``action``.
    """
    found = AccountAction.objects.select_related("proposed_by", "target").filter(pk=action_id).first()
    if found is None:
        raise MissingError("action", "There is no such action.")
    return found


def _is_taken(login: str) -> bool:
    """Whether there is an account of that name, or there will be."""
    return login == SEALED or User.objects.filter(login=login).exists()


def _lock(action_id: Any) -> AccountAction:
    action = AccountAction.objects.select_for_update().filter(pk=action_id).first()
    if action is None:
        raise MissingError("action", "There is no such action.")
    if action.state != "proposed":
        raise ConflictError("action_decided", "It was decided before.")
    return action


def _is_founding(kind: ActionKind, fields: Mapping[str, Any], by: User) -> bool:
    makes_second = kind is ActionKind.MAKE_ACCOUNT and list(fields["roles"]) == [str(Role.SECURITY_ADMIN)]
    if not makes_second or AccountAction.objects.filter(is_founding=True).exists():
        return False
    others = PostAssignment.objects.exclude(user=by)
    return not any(Role.SECURITY_ADMIN in each.roles for each in others)


def _apply(action: AccountAction) -> str:
    return _DEEDS[ActionKind(action.kind)](action)


def _make_account(action: AccountAction) -> str:
    fields, now = action.fields, get_node().clock.now()
    user = make_user(fields["login"], fields["display_name"], fields["language"], now)
    _assign(action, user)
    return make_link(user, now)


def _give_post(action: AccountAction) -> str:
    assert action.target is not None
    _assign(action, action.target)
    return ""


def _assign(action: AccountAction, user: User) -> None:
    fields = action.fields
    to_on = fields.get("to_on")
    PostAssignment.objects.create(
        user=user,
        post=fields["post"],
        unit=fields.get("unit", ""),
        roles=list(fields["roles"]),
        clearance=fields["clearance"],
        caveats=list(fields.get("caveats", ())),
        purposes=list(fields["purposes"]),
        persons_purposes=list(fields.get("persons_purposes", ())),
        from_on=date.fromisoformat(fields["from_on"]),
        to_on=date.fromisoformat(to_on) if to_on else None,
        action=action,
    )


def _end_post(action: AccountAction) -> str:
    assignment = PostAssignment.objects.get(pk=action.fields["assignment"], user=action.target)
    last = date.fromisoformat(action.fields["to_on"])
    assignment.to_on = max(last, assignment.from_on)
    assignment.save(update_fields=["to_on"])
    return ""


def _new_link(action: AccountAction) -> str:
    assert action.target is not None
    user = action.target
    Authenticator.objects.filter(user=user).delete()
    user.set_unusable_password()
    user.must_enrol = True
    user.save()
    _end_sessions(user)
    return make_link(user, get_node().clock.now())


def _close_account(action: AccountAction) -> str:
    assert action.target is not None
    action.target.is_active = False
    action.target.save(update_fields=["is_active"])
    _end_sessions(action.target)
    return ""


def _open_account(action: AccountAction) -> str:
    assert action.target is not None
    action.target.is_active = True
    action.target.save(update_fields=["is_active"])
    return ""


def _bind_oidc(action: AccountAction) -> str:
    sub = action.fields["sub"]
    SocialAccount.objects.filter(user=action.target, provider=PROVIDER).delete()
    if SocialAccount.objects.filter(provider=PROVIDER, uid=sub).exists():
        raise ConflictError("sub_taken", "Another account is bound to it.")
    SocialAccount.objects.create(user=action.target, provider=PROVIDER, uid=sub)
    return ""


def _name_person(action: AccountAction) -> str:
    """From the next act on; what the account has done before keeps the name it was done under."""
    assert action.target is not None
    person = action.fields["person"]
    if User.objects.filter(pseudonym=person).exclude(pk=action.target.pk).exists():
        raise ConflictError("person_taken", "Another account stands for that person.")
    action.target.pseudonym = person
    action.target.save(update_fields=["pseudonym"])
    return ""


def _end_sessions(user: User) -> None:
    for session in UserSession.objects.filter(user=user):
        session.end()


_DEEDS: Final[Mapping[ActionKind, Callable[[AccountAction], str]]] = {
    ActionKind.MAKE_ACCOUNT: _make_account,
    ActionKind.GIVE_POST: _give_post,
    ActionKind.END_POST: _end_post,
    ActionKind.NEW_LINK: _new_link,
    ActionKind.CLOSE_ACCOUNT: _close_account,
    ActionKind.OPEN_ACCOUNT: _open_account,
    ActionKind.BIND_OIDC: _bind_oidc,
    ActionKind.BREAK_GLASS: open_seal,
    ActionKind.NAME_PERSON: _name_person,
}
