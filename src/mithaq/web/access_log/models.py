"""Rows of the access log, and the head of each lane. Triggers refuse to change or to delete them.

Whole months that are old enough leave: what stays of them is a segment, with the hash that the next row
follows.
"""

from django.db import models


class AccessLane(models.Model):
    """One chain: how many rows it ever had, and the hash of the last one.

    Whoever appends holds this row; a row cut off at the end shows here. ``web`` is the lane of the service
    (pages, API, feeds, partners), ``command`` that of the command line.
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
        way: ``page``, ``file``, ``api``, ``feed``, ``command``, ``partner`` or ``inside``.
        user: id of the account; of a command ``system:`` and a name of this machine; ``partner:`` and a code.
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


class AccessSegment(models.Model):
    """Rows of a lane that have left: whole months, kept for as long as the node keeps them.

    Attributes:
        start, stop: places in the lane of the first row, and of the first one after.
        last_hash: hex ``row_hash`` of the last row; what follows is chained to it.
        until: month of the last row, ``2026-11``.
    """

    lane = models.CharField(max_length=16)
    start = models.BigIntegerField()
    stop = models.BigIntegerField()
    last_hash = models.CharField(max_length=64)
    until = models.CharField(max_length=7)
    left_at = models.DateTimeField()

    class Meta:
        db_table = "access_segment"
        constraints = (models.UniqueConstraint(fields=("lane", "start"), name="access_segment_once"),)


class AccessExport(models.Model):
    """What one request took away; its id is the number that the file carries.

    Attributes:
        acts: how many records.
        code: the highest handling code among them.
    """

    user = models.CharField(max_length=36)
    post = models.CharField(max_length=64)
    at = models.DateTimeField()
    acts = models.IntegerField()
    code = models.CharField(max_length=16)

    class Meta:
        db_table = "access_export"
        indexes = (models.Index(fields=("user", "at"), name="access_export_user"),)
