"""Tokens, of which only the hash is kept, and answers that a repeated request gets again."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

LONGEST = timedelta(days=90)


class ApiToken(models.Model):
    """What a program signs in with; it speaks for one user and one post, and never for more than they may.

    Attributes:
        verbs, registers: of the policy and of this node; a token takes those it names.
        highest: highest handling code it reads.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    post = models.CharField(max_length=64)
    name = models.CharField(max_length=100)
    token_sha256 = models.CharField(max_length=64, unique=True)
    verbs = models.JSONField(default=list)
    registers = models.JSONField(default=list)
    highest = models.CharField(max_length=16, default="green")
    days = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_on = models.DateField(null=True)

    class Meta:
        db_table = "api_token"
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")) & Q(days__gte=1) & Q(days__lte=LONGEST.days),
                name="api_token_ends",
            ),
        )

    def __str__(self) -> str:
        return self.name


class KeptAnswer(models.Model):
    """The answer to a request with an ``Idempotency-Key``; ``status`` 0 while it is being made."""

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=128)
    request_sha256 = models.CharField(max_length=64)
    status = models.IntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")
    at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "api_kept_answer"
        constraints = (models.UniqueConstraint(fields=("token", "key"), name="api_kept_answer_once"),)
