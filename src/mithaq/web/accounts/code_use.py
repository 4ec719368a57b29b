"""A code is taken once, whichever process takes it and whatever the cache forgets.

Spec: RFC 6238, 5.2.
"""

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.db import transaction

LAST = "last_counter"
"""Key of the authenticator's data: the half minute of the newest code that was taken."""


def take_code(authenticator: Authenticator, code: str) -> bool:
    """Mark the code of an authenticator as taken; False when it, or a later one, was taken before."""
    if authenticator.type != Authenticator.Type.TOTP:
        return True  # recovery codes are marked where they are kept
    with transaction.atomic():
        held = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
        counter = _counter_of(decrypt(held.data["secret"]), code)
        if counter <= int(held.data.get(LAST, -1)):
            return False
        held.data[LAST] = counter
        held.save(update_fields=["data"])
    authenticator.data = held.data
    return True


def _counter_of(secret: str, code: str) -> int:
    typed = "".join(code.split())
    found = [
        each
        for each in yield_hotp_counters_from_time()
        if format_hotp_value(hotp_value(secret, each)) == typed
    ]
    return max(found, default=-1)
