"""The read model: what acts and the local journal say of bodies and meetings. ``projection`` alone writes it.

Where a note or an instrument stands (delivered, signed, in force) is not kept here: it changes without an
act of its own. Times are milliseconds since 1970 in UTC, as in the tables of the store; JSON is text.
"""

from django.db import models


class Meeting(models.Model):
    """A meeting: its invitation with the corrections applied.

    Attributes:
        invited: codes, apart by spaces.
        starts_ms: the instant, or the begin of the day for one that was recorded afterwards.
        code: of its handling.
        outcome: of its ``note.close``; empty while it is not closed.
        sequence: how often the others had to be told of a change.
        results: invited code -> its latest ``result``.
        counters: invited code -> fields that it proposes instead.
    """

    object_id = models.CharField(max_length=36, primary_key=True)
    sender = models.CharField(max_length=64)
    invited = models.TextField(default="")
    body_id = models.CharField(max_length=36, default="", db_index=True)
    follows = models.CharField(max_length=36, default="", db_index=True)
    level = models.CharField(max_length=20)
    no = models.IntegerField(null=True)
    starts_ms = models.BigIntegerField(db_index=True)
    ends_ms = models.BigIntegerField(db_index=True)
    created_ms = models.BigIntegerField()
    sequence = models.IntegerField(default=0)
    is_moved = models.BooleanField(default=False)
    code = models.CharField(max_length=16, default="red")
    outcome = models.CharField(max_length=64, default="", blank=True)
    title = models.TextField()
    data = models.TextField()
    results = models.TextField(default="{}")
    counters = models.TextField(default="{}")


class Series(models.Model):
    """That a meeting follows another one, directly or by way of others; at most ``MOST_STEPS_BACK`` steps.

    Attributes:
        steps: from one meeting to the other, from 1.
    """

    meeting_id = models.CharField(max_length=36)
    earlier_id = models.CharField(max_length=36, db_index=True)
    steps = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting_id", "earlier_id"], name="meetings_series_once")
        ]


class TextVersion(models.Model):
    """One version of a mandate, an agenda, minutes or a communiqué."""

    object_id = models.CharField(max_length=36, db_index=True)
    content_hash = models.CharField(max_length=64)
    object_kind = models.CharField(max_length=64)
    version = models.IntegerField()
    proposer = models.CharField(max_length=64)
    meeting_id = models.CharField(max_length=36, default="", db_index=True)
    title = models.TextField()
    data = models.TextField()
    signatories = models.TextField()
    created_ms = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["object_id", "content_hash"], name="meetings_version_once")
        ]


class Line(models.Model):
    """A numbered line of one version, to be pointed at as ``object@version#name``."""

    object_id = models.CharField(max_length=36)
    content_hash = models.CharField(max_length=64, db_index=True)
    version = models.IntegerField()
    name = models.CharField(max_length=64)
    block = models.CharField(max_length=16)
    no = models.IntegerField()
    text = models.TextField()
    owner = models.CharField(max_length=64, default="")
    due_on = models.CharField(max_length=10, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["object_id", "content_hash", "name"], name="meetings_line_once")
        ]


class Item(models.Model):
    """A note beside the invitation: paper, comment, initialling, statement, issue, report, own communiqué.

    Attributes:
        about_id: the meeting, body or instrument that it is about; empty for none.
        no: number of an issue.
        escalated_to: level that an issue was raised to; empty for none.
        answers: recipient -> body of its latest answer.
        blobs: attachments as the act names them.
    """

    object_id = models.CharField(max_length=36, primary_key=True)
    object_kind = models.CharField(max_length=64)
    sender = models.CharField(max_length=64)
    about_id = models.CharField(max_length=36, default="", db_index=True)
    no = models.IntegerField(null=True)
    escalated_to = models.CharField(max_length=20, default="", blank=True, db_index=True)
    title = models.TextField()
    data = models.TextField()
    answers = models.TextField(default="{}")
    blobs = models.TextField(default="[]")
    created_ms = models.BigIntegerField()


class LocalText(models.Model):
    """A draft of this node alone, as the last journal entry about it left it."""

    subject = models.CharField(max_length=36)
    kind = models.CharField(max_length=16)
    number = models.BigIntegerField()
    data = models.TextField()
    post = models.CharField(max_length=128)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "kind"], name="meetings_draft_once")]


class Account(models.Model):
    """What one public account says of one topic of a meeting; kept by this node alone.

    Attributes:
        source_id: of the register of sources; empty for an account that is not there.
        item: number of an agenda item; None for the meeting as a whole.
        verdict: ``says``, ``silent`` or ``otherwise``.
    """

    number = models.BigIntegerField(primary_key=True)
    meeting_id = models.CharField(max_length=36, db_index=True)
    source_id = models.CharField(max_length=64, default="")
    reported_by = models.CharField(max_length=200)
    item = models.IntegerField(null=True)
    topic = models.CharField(max_length=300, default="")
    verdict = models.CharField(max_length=10, default="")
    quotation = models.TextField(default="")
    at_ms = models.BigIntegerField()


class Feed(models.Model):
    """A calendar feed of a person: the hash of its token, and whether titles go out.

    Attributes:
        user_id: of the account that made it; it never shows more than that person may read.
    """

    token_sha256 = models.CharField(max_length=64, primary_key=True)
    user_id = models.CharField(max_length=64, db_index=True)
    lang = models.CharField(max_length=2)
    is_detailed = models.BooleanField(default=False)
    created_ms = models.BigIntegerField()
    revoked_ms = models.BigIntegerField(null=True)
