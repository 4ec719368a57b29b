"""Rows of the access log, and the head of each lane. Triggers refuse to change or to delete them."""

from django.db import models


class AccessLane(models.Model):
    """One chain: how many rows it has, and the hash of the last one.

    Whoever appends holds this row; a row cut off at the end shows here.
    """

    name = models.CharField(max_length=16, primary_key=True)
    size = models.BigIntegerField(default=0)
    head_hash = models.CharField(max_length=64)

    class Meta:
        db_table = "access_lane"


class AccessRow(models.Model):
    """What was decided of one verb in one request.

    Attributes:
        seq: place in the lane, from 0.
        way: ``page``, ``file``, ``api``, ``feed`` or ``inside``.
        user: id of the account.
        roles, objects, fields, purpose, recipients: with a space between.
        code: the highest handling code of the objects.
        reason: what the person gave: of a release in an emergency, of a reading across purposes.
        decision: ``allowed``, or the check that failed.
        prev_hash, row_hash: hex; see ``chain``.
    """

    lane = models.CharField(max_length=16)
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    way = models.CharField(max_length=8)
    request_id = models.CharField(max_length=36)
    user = models.CharField(max_length=36)
    post = models.CharField(max_length=64)
    roles = models.TextField()
    verb = models.CharField(max_length=40)
    objects_named = models.TextField(db_column="objects")
    fields_named = models.TextField(db_column="fields")
    code = models.CharField(max_length=16)
    purpose = models.TextField()
    reason = models.TextField()
    decision = models.CharField(max_length=64)
    recipients = models.TextField()
    prev_hash = models.CharField(max_length=64)
    row_hash = models.CharField(max_length=64)

    class Meta:
        db_table = "access_row"
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=("lane", "seq"), name="access_row_once"),)
        indexes = (
            models.Index(fields=("user", "id"), name="access_row_user"),
            models.Index(fields=("at",), name="access_row_at"),
            models.Index(fields=("verb", "id"), name="access_row_verb"),
        )
