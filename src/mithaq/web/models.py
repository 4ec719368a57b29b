"""What the shell keeps for each user: when he last looked, names he gave to views of lists, files he brought.

Nothing here is part of the record; accounts are named by their id alone.
"""

from django.db import models


class Visit(models.Model):
    """When a user last looked at home, and when the visit before that ended."""

    user_id = models.CharField(max_length=36, primary_key=True)
    seen_at = models.DateTimeField()
    previous_at = models.DateTimeField()


class SavedView(models.Model):
    """A name for the address of a list: its filters, its order.

    Attributes:
        place: path of the list without its language.
        query: what follows the ``?``.
    """

    user_id = models.CharField(max_length=36)
    place = models.CharField(max_length=200)
    query = models.CharField(max_length=1000)
    name = models.CharField(max_length=80)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user_id", "place", "name"), name="saved_view_once"),)

    def __str__(self) -> str:
        return self.name


class Upload(models.Model):
    """A file that a user has brought: only he can name it in what he writes.

    Attributes:
        name: as he calls it; a label.
    """

    user_id = models.CharField(max_length=36)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    media = models.CharField(max_length=128)
    name = models.CharField(max_length=255)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("user_id", "sha256"), name="upload_of_user"),)

    def __str__(self) -> str:
        return self.name
