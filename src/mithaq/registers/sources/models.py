"""The read model: what intake, decisions and released notes say. ``projection`` alone writes it.

Texts themselves lie sealed in the node's files; here are their places, and what the rules said of them. Times
are milliseconds since 1970 in UTC; JSON is text.
"""

from django.db import models


class Source(models.Model):
    """A public text that was taken in on this node.

    Attributes:
        source_id: first 128 bits of ``sha256``.
        published_on: ISO 8601; empty while nobody said it.
        overrides: ``[[start, end, reason or null]]``: what a person marked or unmarked.
        analysis: everything of the last analysis but its assertions.
        reports: what it says of topics, once more alone: accounts are compared without the rest.
    """

    source_id = models.CharField(max_length=32, primary_key=True)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    media_type = models.CharField(max_length=32)
    encoding = models.CharField(max_length=32)
    title = models.CharField(max_length=300, default="")
    url = models.CharField(max_length=1000, default="")
    publisher = models.CharField(max_length=300, default="", db_index=True)
    published_on = models.CharField(max_length=10, default="", db_index=True)
    language = models.CharField(max_length=2, default="ar")
    genre = models.CharField(max_length=20, default="other")
    overrides = models.TextField(default="[]")
    analysis = models.TextField(default="{}")
    reports = models.TextField(default="[]")
    rules_version = models.IntegerField(default=1)
    added_ms = models.BigIntegerField(db_index=True)
    added_by = models.CharField(max_length=64, default="")
    entry = models.BigIntegerField(default=0)


class Finding(models.Model):
    """An assertion of a rule on a place in a text, and what a person made of it."""

    source = models.ForeignKey(
        Source, on_delete=models.CASCADE, related_name="assertions", db_constraint=False
    )
    assertion_id = models.CharField(max_length=16)
    position = models.IntegerField()
    type = models.CharField(max_length=12)
    start = models.IntegerField()
    end = models.IntegerField()
    exact = models.TextField()
    rule_id = models.CharField(max_length=48)
    rule_version = models.IntegerField()
    value = models.TextField()
    is_proposal = models.BooleanField()
    status = models.CharField(max_length=8, default="proposed")
    decided_by_post = models.CharField(max_length=64, default="")
    decided_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "assertion_id"], name="sources_assertion_once")
        ]
        indexes = [models.Index(fields=["status", "is_proposal"], name="sources_open")]


class Sighting(models.Model):
    """A meeting that one source tells of: as much as it takes to put it beside those of other sources.

    Attributes:
        number: of the candidate within its source, from 0.
        participants: ids, as JSON.
        names: of participants that no starting list has: id -> by language, as JSON.
        date: EDTF, empty when open.
    """

    source_id = models.CharField(max_length=32)
    number = models.IntegerField()
    participants = models.TextField()
    names = models.TextField(default="{}")
    place = models.CharField(max_length=200, default="")
    date = models.CharField(max_length=32, default="")
    date_precision = models.CharField(max_length=8, default="open")
    date_text = models.TextField(default="")
    start = models.IntegerField()
    end = models.IntegerField()
    is_main = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source_id", "number"], name="sources_sighting_once")]


class Ruling(models.Model):
    """A person's word on two candidate meetings: one, or two."""

    first = models.CharField(max_length=40)
    second = models.CharField(max_length=40)
    is_same = models.BooleanField()
    by_post = models.CharField(max_length=64, default="")
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["first", "second"], name="sources_ruling_once")]


class Alias(models.Model):
    """A spelling that a person confirmed for somebody."""

    entity_id = models.CharField(max_length=200)
    text = models.CharField(max_length=200)
    by_post = models.CharField(max_length=64, default="")
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entity_id", "text"], name="sources_alias_once")]


class Attached(models.Model):
    """A source that stands beside a meeting or a text, as reported by somebody."""

    source_id = models.CharField(max_length=32, db_index=True)
    object_id = models.CharField(max_length=36, db_index=True)
    item = models.IntegerField(null=True)
    reported_by = models.CharField(max_length=200)
    at_ms = models.BigIntegerField()


class Released(models.Model):
    """A source that one administration gave another, as a note ``sources.source``."""

    object_id = models.CharField(max_length=36, primary_key=True)
    sha256 = models.CharField(max_length=64, db_index=True)
    sender = models.CharField(max_length=64)
    title = models.CharField(max_length=300, default="")
    publisher = models.CharField(max_length=300, default="")
    published_on = models.CharField(max_length=10, default="")
    language = models.CharField(max_length=2, default="ar")
    body = models.TextField()
    created_ms = models.BigIntegerField()
