"""Back-off: after five failures in 15 minutes a name waits, whether anybody has it or not."""

import hashlib
from datetime import timedelta
from typing import Final

from mithaq.web.accounts.models import SignInFailure
from mithaq.web.runtime import get_node

MOST_FAILURES: Final = 5
WINDOW: Final = timedelta(minutes=15)


def is_waiting(name: str) -> bool:
    """Whether a name has failed too often to be tried now."""
    since = get_node().clock.now() - WINDOW
    failures = SignInFailure.objects.filter(name_sha256=_hash(name), at__gt=since)
    return failures.count() >= MOST_FAILURES


def note_failure(name: str) -> None:
    """Count one failure; failures out of the window go."""
    now = get_node().clock.now()
    SignInFailure.objects.filter(at__lte=now - WINDOW).delete()
    SignInFailure.objects.create(name_sha256=_hash(name), at=now)


def forget_failures(name: str) -> None:
    """Whoever has signed in with both factors begins anew."""
    SignInFailure.objects.filter(name_sha256=_hash(name)).delete()


def _hash(name: str) -> str:
    return hashlib.sha256(name.strip().casefold().encode()).hexdigest()
