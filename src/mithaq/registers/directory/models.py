"""The read model: cards of both sides, spellings, decisions on them. ``projection`` alone writes it.

Where a note stands (sent, delivered) is in the rows of the record, never here.
"""

from django.db import models


class Card(models.Model):
    """One note of kind card, as its acts say it.

    ``is_current`` marks the newest one of its issuer, type and id that was not withdrawn.
    """

    object_id = models.CharField(max_length=36, primary_key=True)
    issuer = models.CharField(max_length=64)
    card = models.CharField(max_length=16)
    card_id = models.CharField(max_length=100)
    leaf_index = models.BigIntegerField()
    created_at = models.DateTimeField()
    handling = models.CharField(max_length=16)
    is_limited = models.BooleanField(default=False)  # caveats, or readers by name: on its own page alone
    is_current = models.BooleanField(default=False)
    is_withdrawn = models.BooleanField(default=False)
    is_corrected = models.BooleanField(default=False)
    parent = models.CharField(max_length=100, default="")  # of an organisation its parent, of a post its body
    post = models.CharField(max_length=100, default="")
    person = models.CharField(max_length=100, default="")
    role_code = models.CharField(max_length=64, default="")
    fields = models.TextField(default="")  # codes between spaces, one before and one after
    always_on = models.BooleanField(default=False)
    acting = models.BooleanField(default=False)
    from_on = models.DateField(null=True)
    to_on = models.DateField(null=True)
    revoked_on = models.DateField(null=True)
    from_at = models.DateTimeField(null=True)
    until_at = models.DateTimeField(null=True)
    place = models.CharField(max_length=200, default="")
    tzid = models.CharField(max_length=64, default="")
    label = models.JSONField(default=dict)  # by language: of a post its label, of others their best names
    sort_ar = models.CharField(max_length=200, default="")
    sort_fr = models.CharField(max_length=200, default="")
    body = models.JSONField(default=dict)
    names = models.JSONField(default=list)

    class Meta:
        indexes = [
            models.Index(fields=["issuer", "card", "card_id"], name="card_thing"),
            models.Index(fields=["card", "is_current", "sort_fr"], name="card_list_fr"),
            models.Index(fields=["card", "is_current", "sort_ar"], name="card_list_ar"),
            models.Index(fields=["card", "post"], name="card_post"),
            models.Index(fields=["card", "person"], name="card_person"),
        ]


class LocalEntity(models.Model):
    """A person, body or place that this node knows without a card."""

    entity_id = models.CharField(max_length=200, primary_key=True)
    number = models.BigIntegerField()
    type = models.CharField(max_length=16)
    label = models.JSONField(default=dict)
    names = models.JSONField(default=list)
    sort_ar = models.CharField(max_length=200, default="")
    sort_fr = models.CharField(max_length=200, default="")
    post = models.CharField(max_length=128)
    holder = models.CharField(max_length=128)
    at = models.DateTimeField()


class Spelling(models.Model):
    """A spelling of an entity, for look-up; from a card that stands, or from a decision that stands."""

    entity_id = models.CharField(max_length=200)
    entity_type = models.CharField(max_length=16)
    text = models.CharField(max_length=200)
    folded = models.CharField(max_length=400, db_index=True)
    lang = models.CharField(max_length=3)
    script = models.CharField(max_length=4)
    kind = models.CharField(max_length=16)
    origin = models.CharField(max_length=48)  # id of the note, or journal:<number>

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entity_id", "origin", "text", "kind"], name="spelling_once")
        ]


class Decision(models.Model):
    """What a person decided on a spelling; taken back, it stays and says by whom."""

    number = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=24)
    entity_id = models.CharField(max_length=200, db_index=True)
    text = models.CharField(max_length=200)
    folded = models.CharField(max_length=400, db_index=True)
    lang = models.CharField(max_length=3)
    script = models.CharField(max_length=4)
    name_kind = models.CharField(max_length=16)
    reason = models.TextField(default="")
    score = models.FloatField(null=True)
    steps = models.JSONField(default=list)
    post = models.CharField(max_length=128)
    holder = models.CharField(max_length=128)
    at = models.DateTimeField()
    reversed_by = models.BigIntegerField(null=True)
    reversed_post = models.CharField(max_length=128, default="")
    reversed_holder = models.CharField(max_length=128, default="")
    reversed_at = models.DateTimeField(null=True)
    reversed_reason = models.TextField(default="")
