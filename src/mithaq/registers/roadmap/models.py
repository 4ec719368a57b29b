"""The read model: what acts and the local journal say of roadmaps. ``projection`` alone writes it.

Where a note or a version stands (delivered, signed, in force) is not kept here: it changes without an act of
its own. Times are milliseconds since 1970 in UTC; JSON is text.
"""

from django.db import models


class RoadmapVersion(models.Model):
    """One version of a roadmap whose fields are those of the kind."""

    object_id = models.CharField(max_length=36, db_index=True)
    content_hash = models.CharField(max_length=64, db_index=True)
    version = models.IntegerField()
    proposer = models.CharField(max_length=64)
    title = models.TextField()
    data = models.TextField()
    signatories = models.TextField()
    created_ms = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["object_id", "content_hash"], name="roadmap_version_once")
        ]


class RoadmapNote(models.Model):
    """A note about a roadmap: a progress report, a risk, a final report.

    Attributes:
        version: of the roadmap that it names.
        line: number of the line; None for a final report.
        answers: recipient -> {result, reason, on} of its first answer or refusal.
        blobs: attachments as the act names them.
    """

    object_id = models.CharField(max_length=36, primary_key=True)
    object_kind = models.CharField(max_length=64)
    sender = models.CharField(max_length=64)
    recipients = models.TextField()
    roadmap_id = models.CharField(max_length=36)
    version = models.IntegerField()
    line = models.IntegerField(null=True)
    title = models.TextField()
    data = models.TextField()
    answers = models.TextField(default="{}")
    blobs = models.TextField(default="[]")
    created_ms = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["roadmap_id", "line"], name="roadmap_note_line")]


class RoadmapDraft(models.Model):
    """A draft of this node alone, as the last journal entry about it left it.

    Attributes:
        subject: id that the roadmap has or is to have.
        number: of that entry.
        data: of the manifest to be; lines may still lack what signing needs.
    """

    subject = models.CharField(max_length=36, primary_key=True)
    number = models.BigIntegerField()
    data = models.TextField()
    post = models.CharField(max_length=128)
    at_ms = models.BigIntegerField()
