"""The read model of this register: made from acts and journal entries, written by ``projection`` alone."""

from django.db import models


class AgreementVersion(models.Model):
    """One version of a text, as its manifest says it; its articles stay in the act.

    Attributes:
        parties: codes of the signatories, each between spaces.
        code: of its handling.
        title: JSON by language.
        parent: id of the text that it belongs under; empty without one.
        review_months: between reviews, the default of the kind where the text names none; None without.
        term: JSON of ``effect.term``; empty for an indefinite duration.
    """

    object_id = models.CharField(max_length=36, db_index=True)
    content_hash = models.CharField(max_length=64)
    object_kind = models.CharField(max_length=64)
    version = models.IntegerField()
    proposer = models.CharField(max_length=64)
    parties = models.TextField()
    code = models.CharField(max_length=16)
    title = models.TextField()
    nature = models.CharField(max_length=32, default="")
    parent = models.CharField(max_length=36, default="", db_index=True)
    rule = models.CharField(max_length=64)
    review_months = models.IntegerField(null=True)
    term = models.TextField(default="")
    is_correction = models.BooleanField(default=False)
    created_ms = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["object_id", "content_hash"], name="agreements_version_once")
        ]


class Link(models.Model):
    """One text names another.

    Attributes:
        relation: parent, member, amends, related, basis, same_as or supersedes.
        target: id of an instrument, or a content hash for the last two.
        address: as it stands in the text.
    """

    object_id = models.CharField(max_length=36, db_index=True)
    content_hash = models.CharField(max_length=64)
    relation = models.CharField(max_length=16)
    target = models.CharField(max_length=64, db_index=True)
    address = models.CharField(max_length=128)


class Initialling(models.Model):
    """A note by which a side finds a version to be the agreed text."""

    object_id = models.CharField(max_length=36, primary_key=True)
    instrument_id = models.CharField(max_length=36, db_index=True)
    content_hash = models.CharField(max_length=64)
    version = models.IntegerField()
    sender = models.CharField(max_length=64)
    data = models.TextField()
    created_ms = models.BigIntegerField()


class LocalDraft(models.Model):
    """A text in hand on this node alone, as its journal entries left it; its articles stand beside it.

    Attributes:
        purpose: new, counter, amend, revise or correct.
        base: content hash of the version that it starts from; empty for a new text.
        order: JSON list of eids.
        data, effect, signatories: JSON.
        number: of the journal entry that last changed it.
        proposed_hash: of the manifest that was last made of it.
    """

    draft_id = models.CharField(max_length=36, primary_key=True)
    object_kind = models.CharField(max_length=64)
    object_id = models.CharField(max_length=36, default="", db_index=True)
    purpose = models.CharField(max_length=16)
    base = models.CharField(max_length=64, default="")
    data = models.TextField()
    effect = models.TextField()
    signatories = models.TextField()
    order = models.TextField()
    proposed_hash = models.CharField(max_length=64, default="")
    post = models.CharField(max_length=128)
    number = models.BigIntegerField()
    at_ms = models.BigIntegerField()


class LocalArticle(models.Model):
    """An article of a draft that differs from the version it starts from."""

    draft_id = models.CharField(max_length=36, db_index=True)
    eid = models.CharField(max_length=32)
    data = models.TextField()
    number = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft_id", "eid"], name="agreements_article_once")]
