"""Which table lives in which database.

On SQLite nonces have a file of their own whose commits are not fsynced; on PostgreSQL both aliases are
names of one database, so each table is made once, through ``default``.
"""

from typing import Any

from django.db import connections

DEFAULT = "default"
EPHEMERAL = "ephemeral"
"""Alias whose commits may be lost with the power (docs/adr/0002)."""

EPHEMERAL_APP = "store"
"""The one application with a table there."""

_EPHEMERAL_MODELS = frozenset({(EPHEMERAL_APP, "nonce")})


def is_one_database() -> bool:
    """Whether both aliases lead to one database."""
    return connections[DEFAULT].vendor == "postgresql"


class EphemeralRouter:
    """Nonces in ``ephemeral``, everything else in ``default``."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        """Alias to read a model from; None leaves it to Django."""
        if is_one_database() or not _is_ephemeral(model._meta.app_label, model._meta.model_name):
            return None
        return EPHEMERAL

    def db_for_write(self, model: Any, **hints: Any) -> str | None:
        """Alias to write a model to; None leaves it to Django."""
        return self.db_for_read(model)

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **hints: Any
    ) -> bool | None:
        """Whether a table is made in that database."""
        if is_one_database():
            return db == DEFAULT
        return (db == EPHEMERAL) == _is_ephemeral(app_label, model_name)


def _is_ephemeral(app_label: str, model_name: str | None) -> bool:
    return (app_label, model_name) in _EPHEMERAL_MODELS
