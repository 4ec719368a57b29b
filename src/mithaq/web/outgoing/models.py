"""Drafts, who has changed them, and their releases. The database itself keeps the two persons apart."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length

models.CharField.register_lookup(Length)


class OutgoingDraft(models.Model):
    """Something that has not left yet, or the trace of what has.

    Attributes:
        command: ``commands.to_json``; never changed once released.
        content_sha256: of the canonical command; an edit changes it.
        act_id: id of the act to be, reserved so that it is appended once.
        two_persons: whether another person than those who wrote it must release it; never changed.
        filed_into: dossier that a person chose for it; None where its register says so, or nobody.
        protection: what the policy asks of it, by the handling of its act; the most closed where empty.
        text_author: who drafted the text that is signed; for a signing alone.
        back: where the draft is edited.
        state: ``draft``, ``to_release``, ``releasing``, ``sent``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    register = models.CharField(max_length=32)
    title = models.JSONField(default=dict)
    back = models.CharField(max_length=500, default="")
    kind = models.CharField(max_length=32)
    object_id = models.CharField(max_length=36, default="", blank=True)
    command = models.JSONField()
    content_sha256 = models.CharField(max_length=64)
    act_id = models.CharField(max_length=36, unique=True)
    two_persons = models.BooleanField(default=True)
    code = models.CharField(max_length=16, default="red")
    filed_into = models.CharField(max_length=36, null=True)
    protection = models.JSONField(default=dict)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    author_post = models.CharField(max_length=64)
    text_author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    state = models.CharField(max_length=12, default="draft")
    return_reason = models.CharField(max_length=500, default="", blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    leaf_index = models.BigIntegerField(null=True)

    class Meta:
        db_table = "outgoing_draft"
        ordering = ("-changed_at",)
        indexes = (models.Index(fields=("state", "changed_at"), name="outgoing_state"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=("draft", "to_release", "releasing", "sent")),
                name="outgoing_state_known",
            ),
        )


class DraftEditor(models.Model):
    """Who has written in a draft: none of these may release it."""

    draft = models.ForeignKey(OutgoingDraft, on_delete=models.CASCADE, related_name="editors")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "outgoing_draft_editor"
        constraints = (models.UniqueConstraint(fields=("draft", "user"), name="outgoing_editor_once"),)


class OutgoingRelease(models.Model):
    """One person lets a draft go.

    Attributes:
        author: who wrote it; the drafter of the text for a signing.
        emergency: released by its author or by one person on duty; a second signs within 24 h.
        voided_at: when it turned out that nothing had left.
    """

    draft = models.ForeignKey(OutgoingDraft, on_delete=models.PROTECT, related_name="releases")
    act_id = models.CharField(max_length=36)
    content_sha256 = models.CharField(max_length=64)
    two_persons = models.BooleanField(default=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    releaser = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    releaser_post = models.CharField(max_length=64)
    emergency = models.BooleanField(default=False)
    reason = models.CharField(max_length=500, default="", blank=True)
    released_at = models.DateTimeField()
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    second_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "outgoing_release"
        constraints = (
            models.CheckConstraint(
                condition=Q(two_persons=False) | Q(emergency=True) | ~Q(author=F("releaser")),
                name="release_by_another",
            ),
            models.CheckConstraint(
                condition=Q(emergency=False) | Q(reason__length__gte=20), name="release_emergency_reason"
            ),
            models.CheckConstraint(
                condition=Q(second__isnull=True) | (~Q(second=F("author")) & ~Q(second=F("releaser"))),
                name="release_second_is_third",
            ),
            models.CheckConstraint(
                condition=Q(second__isnull=True, second_at__isnull=True)
                | Q(second__isnull=False, second_at__isnull=False),
                name="release_second_at",
            ),
            models.UniqueConstraint(
                fields=("draft",), condition=Q(voided_at__isnull=True), name="release_once_a_draft"
            ),
        )
