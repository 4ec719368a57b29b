"""The read model: what acts say of plans, opinions, deposits and outcomes. ``projection`` alone writes it.

Where a note or an instrument stands (delivered, signed, in force) is not kept here: it changes without an
act of its own. Times are milliseconds since 1970 in UTC, as in the tables of the store; JSON is text.
"""

from django.db import models


class TextVersion(models.Model):
    """One version of a plan or of an outcome.

    Attributes:
        plan_id, agreement_id: of an outcome: its campaign and what it is about; empty for a plan.
        signatories: list of {administration, post}.
    """

    object_id = models.CharField(max_length=36, db_index=True)
    content_hash = models.CharField(max_length=64)
    object_kind = models.CharField(max_length=64)
    version = models.IntegerField()
    proposer = models.CharField(max_length=64)
    plan_id = models.CharField(max_length=36, default="", db_index=True)
    agreement_id = models.CharField(max_length=36, default="")
    due_on = models.CharField(max_length=10, default="", db_index=True)
    title = models.TextField()
    data = models.TextField()
    signatories = models.TextField()
    created_ms = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["object_id", "content_hash"], name="review_version_once")
        ]


class OpinionRow(models.Model):
    """An opinion that can be read here: our own, one sent to us, or one that was opened.

    Attributes:
        log, leaf_index, commitment: where it stands, and C in hex.
        is_sealed: whether it was appended to nobody.
        release_index, opened_ms: of the first ``release`` act of it; None while it is closed.
        code: of its handling.
    """

    object_id = models.CharField(max_length=36, primary_key=True)
    plan_id = models.CharField(max_length=36, db_index=True)
    agreement_id = models.CharField(max_length=36)
    sender = models.CharField(max_length=64)
    log = models.CharField(max_length=255)
    leaf_index = models.BigIntegerField()
    commitment = models.CharField(max_length=64)
    is_sealed = models.BooleanField(default=False)
    release_index = models.BigIntegerField(null=True)
    opened_ms = models.BigIntegerField(null=True)
    code = models.CharField(max_length=16, default="red")
    data = models.TextField()
    created_ms = models.BigIntegerField()


class DepositLine(models.Model):
    """What one deposit says of one agreement: the place and the commitment of a sealed opinion."""

    object_id = models.CharField(max_length=36)
    plan_id = models.CharField(max_length=36, db_index=True)
    agreement_id = models.CharField(max_length=36)
    sender = models.CharField(max_length=64)
    log = models.CharField(max_length=255)
    at_index = models.BigIntegerField()
    leaf_index = models.BigIntegerField()
    commitment = models.CharField(max_length=64)
    created_ms = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["object_id", "agreement_id"], name="review_deposit_once")
        ]
