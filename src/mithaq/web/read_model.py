"""What read models of registers have in common: rows that are dropped, hashed, and hold JSON."""

import hashlib
from collections.abc import Sequence
from typing import TypeAlias

import orjson
from django.db.models import Model

Keys: TypeAlias = Sequence[tuple[type[Model], tuple[str, ...]]]
"""Models, each with the fields that order its rows."""


def clear_rows(keys: Keys) -> None:
    """Drop every row."""
    for model, _ in keys:
        model._default_manager.all().delete()


def digest_rows(keys: Keys) -> tuple[int, str]:
    """Row count, and a hash over all rows in the order of their keys, without ids that the database gives.

    The order is made here: engines do not sort texts alike.
    """
    digest, count = hashlib.sha256(), 0
    for model, key in keys:
        names = [field.attname for field in model._meta.concrete_fields if field.attname != "id"]
        rows = model._default_manager.values_list(*names)
        for row in sorted(rows, key=lambda row: [str(row[names.index(name)]) for name in key]):
            digest.update(orjson.dumps([model.__name__, *row]))
            count += 1
    return count, digest.hexdigest()


def dump(value: object) -> str:
    """JSON with its names in order, as a row holds it."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
