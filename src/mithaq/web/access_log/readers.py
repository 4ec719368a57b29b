"""Who has read a record, as a partner that asks is told: counts, under names that say nobody.

A pseudonym is HMAC-SHA-256 of the account under a key that holds for a year: the same person is the same in
all answers of that year, and nobody outside can tell who it is.

Spec: trust 5.4.
"""

import hashlib
import hmac
from typing import Any

from django.conf import settings

from mithaq.web.access.noted import ALLOWED
from mithaq.web.access.table import Verb
from mithaq.web.access_log.models import AccessRow

_OPENING = (Verb.READ, Verb.EXPORT, Verb.PRINT)


def count_readers(object_id: str, year: int) -> list[dict[str, Any]]:
    """``{reader, reads, taken_away}`` of each, the most frequent first; ``taken_away`` is among ``reads``."""
    rows = AccessRow.objects.filter(objects_named__contains=object_id, verb__in=_OPENING, decision=ALLOWED)
    found: dict[str, dict[str, Any]] = {}
    for user, verb in rows.values_list("user", "verb"):
        name = make_pseudonym(user, year)
        told = found.setdefault(name, {"reader": name, "reads": 0, "taken_away": 0})
        told["reads"] += 1
        told["taken_away"] += verb != Verb.READ
    return sorted(found.values(), key=lambda told: (-told["reads"], told["reader"]))


def make_pseudonym(user: str, year: int) -> str:
    """Hex, 32 digits."""
    key = hmac.new(settings.SECRET_KEY.encode(), b"mithaq/pseudonym/v1\0%d" % year, hashlib.sha256).digest()
    return hmac.new(key, user.encode(), hashlib.sha256).hexdigest()[:32]
