"""Django application of the store."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Tables of the record; its label is ``store``."""

    name = "mithaq.adapters.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "record"
