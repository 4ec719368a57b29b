"""Accounts, the posts they hold, one-time links, what two administrators decide, and failed sign-ins."""

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q


class UserManager(BaseUserManager["User"]):
    """Accounts by the name they sign in with."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """By the exact name."""
        return self.get(login=username)


class User(AbstractBaseUser):
    """An account of one person.

    Attributes:
        pseudonym: what acts say of the person, ``actor.holder``; never the name.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    login = models.CharField(max_length=64, unique=True)
    display_name = models.CharField(max_length=200)
    pseudonym = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=2, default="", blank=True)
    theme = models.CharField(max_length=5, default="light")
    is_active = models.BooleanField(default=True)
    must_enrol = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        db_table = "accounts_user"

    def __str__(self) -> str:
        return self.display_name or self.login


class PostAssignment(models.Model):
    """A post that an account holds for a time, and what the post may do in his hands.

    Attributes:
        action: the decision of two that gave it; without one only as long as there is none at all.
            A trigger holds to that, and to what was given: only the last day may change.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="assignments")
    post = models.CharField(max_length=64)
    unit = models.CharField(max_length=64, default="", blank=True)
    roles = models.JSONField(default=list)
    clearance = models.CharField(max_length=16, default="green")
    caveats = models.JSONField(default=list)
    purposes = models.JSONField(default=list)
    persons_purposes = models.JSONField(default=list)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    action = models.ForeignKey("AccountAction", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "accounts_post_assignment"
        ordering = ("from_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")), name="assignment_ends_later"
            ),
        )

    def __str__(self) -> str:
        return self.post


class LoginLink(models.Model):
    """A one-time way in; only its hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="links")
    token_sha256 = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "accounts_login_link"


class AccountAction(models.Model):
    """What one security administrator proposes and another one approves.

    Attributes:
        kind: of ``actions.ActionKind``.
        fields: what it will do; never changed once proposed.
        is_founding: the one act that the first administrator does alone: to make the second.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=32)
    fields = models.JSONField(default=dict)
    target = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, default="proposed")
    is_founding = models.BooleanField(default=False)

    class Meta:
        db_table = "accounts_action"
        ordering = ("-proposed_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=("proposed", "approved", "refused")), name="action_state"
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approved_by__isnull=False), name="action_has_approver"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | ~Q(approved_by=F("proposed_by"))
                | Q(is_founding=True),
                name="action_two_persons",
            ),
            models.UniqueConstraint(
                fields=("is_founding",), condition=Q(is_founding=True), name="action_one_founding"
            ),
        )


class BreakGlass(models.Model):
    """An hour in which the sealed account was open. Times are POSIX milliseconds.

    Attributes:
        action: who asked, why, and who opened; the database keeps the two apart, and the reviewer from both.
        closed_ms: when it was closed before its time.
        finding: what the review says.
    """

    action = models.OneToOneField(AccountAction, on_delete=models.PROTECT, related_name="opening")
    opened_ms = models.BigIntegerField()
    ends_ms = models.BigIntegerField()
    closed_ms = models.BigIntegerField(null=True)
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_ms = models.BigIntegerField(null=True)
    finding = models.TextField(default="", blank=True)

    class Meta:
        db_table = "accounts_break_glass"
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_ms__gt=F("opened_ms")) & Q(ends_ms__lte=F("opened_ms") + 3_600_000),
                name="break_glass_one_hour",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True, reviewed_ms__isnull=True)
                | Q(reviewed_by__isnull=False, reviewed_ms__isnull=False) & ~Q(finding=""),
                name="break_glass_reviewed",
            ),
        )


class SignInFailure(models.Model):
    """One failed sign-in, by the hash of the name that was tried: a name that nobody has counts as well."""

    name_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        db_table = "accounts_sign_in_failure"
        indexes = (models.Index(fields=("name_sha256", "at"), name="failure_name_at"),)


class SignInAssertion(models.Model):
    """What proved a person, by its hash: ``actor.assertion`` of the acts that followed.

    Attributes:
        text: JSON of method, pseudonym, time and evidence; its UTF-8 is what the hash is of.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        db_table = "accounts_sign_in_assertion"
