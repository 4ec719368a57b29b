"""Who wants a mail a day, and calls of the webhook until they were taken."""

import uuid

from django.conf import settings
from django.db import models


class MailChoice(models.Model):
    """An account that wants to be told by mail.

    Attributes:
        sent_on: day (UTC) of the last mail.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    address = models.EmailField(max_length=254)
    sent_on = models.DateField(null=True)

    class Meta:
        db_table = "digest_mail_choice"


class WebhookCall(models.Model):
    """One event. Times are POSIX milliseconds.

    Attributes:
        key: what happened, so that it is told once.
        next_ms: when it is tried, or tried again; None once it was taken or given up.
        taken_ms: when the other end answered 2xx.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=200, unique=True)
    event = models.CharField(max_length=8)
    url = models.CharField(max_length=300)
    at_ms = models.BigIntegerField()
    tries = models.IntegerField(default=0)
    next_ms = models.BigIntegerField(null=True, db_index=True)
    taken_ms = models.BigIntegerField(null=True)

    class Meta:
        db_table = "digest_webhook_call"
