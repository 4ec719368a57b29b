"""What proved a person at sign-in, kept by its hash, which each act names so that it can be matched later.

Of a passkey the whole assertion is kept, signature and all; of a code that it was right, never the code.

Spec: docs/spec 5.3, ``actor.assertion``.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest

from mithaq.web.accounts.models import SignInAssertion, User
from mithaq.web.runtime import get_node

ASSERTION: Final = "mq_assertion"
"""Key of the session: hex SHA-256 of the newest one."""


def remember(request: HttpRequest, user: User, method: str, evidence: Mapping[str, Any]) -> str:
    """Keep what has just proved a person; gives its hash, which goes into his acts of this session."""
    now = get_node().clock.now()
    told = {"method": method, "holder": user.pseudonym, "at": now.isoformat(), "evidence": dict(evidence)}
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    SignInAssertion.objects.create(sha256=sha256, user=user, at=now, text=text)
    request.session[ASSERTION] = sha256
    return sha256


def assertion_of(request: HttpRequest) -> str:
    """The hash of the newest one of this session; empty where there is none."""
    return str(request.session.get(ASSERTION, ""))
