"""``ETag`` and ``If-Match`` (RFC 9110), and ``Idempotency-Key``, kept 24 hours."""

import hashlib
import re
from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from mithaq.errors import ConflictError, MalformedError, RefusedError
from mithaq.node.node import Node
from mithaq.web.api.models import ApiToken, KeptAnswer

KEPT_FOR: Final = timedelta(hours=24)
MAX_KEPT_BYTES: Final = 262_144
_KEY = re.compile(r"[\x21-\x7e]{1,128}", re.ASCII)
_KEPT_HEADERS: Final = ("Content-Type", "Location", "ETag", "Retry-After")


def make_etag(*parts: str) -> str:
    """A strong tag of what is shown."""
    return f'"{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"'


def check_if_match(request: HttpRequest, etag: str) -> None:
    """Hold a change to what the caller has seen.

    Raises:
        RefusedError: ``precondition_required``; no ``If-Match`` came.
        ConflictError: ``precondition_failed``; the thing has changed since.
    """
    given = request.headers.get("If-Match", "")
    if not given:
        raise RefusedError("precondition_required", "A change needs If-Match with the ETag that was read.")
    if etag not in [one.strip() for one in given.split(",")]:
        raise ConflictError("precondition_failed", "It has changed since it was read.")


class Repeats:
    """One request with an ``Idempotency-Key``: done once, answered as often as it is sent.

    Raises:
        MalformedError: ``idempotency_key``.
    """

    def __init__(self, node: Node, token: ApiToken, request: HttpRequest, key: str) -> None:
        if not _KEY.fullmatch(key):
            raise MalformedError("idempotency_key", "The key is 1 to 128 printable ASCII characters.")
        self._now = node.clock.now()
        self._token = token
        self._key = key
        told = f"{request.method} {request.get_full_path()}\0{request.headers.get('If-Match', '')}\0".encode()
        self._sha256 = hashlib.sha256(told + request.body).hexdigest()

    def begin(self) -> HttpResponse | None:
        """The kept answer, or None: then the request is to be done, and ``keep`` or ``forget`` to be called.

        Raises:
            RefusedError: ``idempotency_key_reused``; the key came with another request.
            ConflictError: ``idempotency_busy``; the first one is not answered yet.
        """
        KeptAnswer.objects.filter(at__lt=self._now - KEPT_FOR).delete()
        try:
            with transaction.atomic():
                KeptAnswer.objects.create(
                    token=self._token, key=self._key, request_sha256=self._sha256, at=self._now
                )
        except IntegrityError:
            return self._replay()
        return None

    def _replay(self) -> HttpResponse | None:
        kept = KeptAnswer.objects.filter(token=self._token, key=self._key).first()
        if kept is None or (kept.request_sha256 == self._sha256 and kept.status == 0):
            raise ConflictError("idempotency_busy", "The first request with this key is not answered yet.")
        if kept.request_sha256 != self._sha256:
            raise RefusedError("idempotency_key_reused", "The key was used for another request.")
        response = HttpResponse(bytes(kept.body), status=kept.status)
        for name, value in kept.headers.items():
            response[name] = value
        response["Idempotency-Replayed"] = "true"
        return response

    def keep(self, response: HttpResponse) -> None:
        """Keep the answer of a request that was done or refused; a failure of the node is not kept."""
        if (
            response.status_code >= 500
            or response.status_code == 429
            or len(response.content) > MAX_KEPT_BYTES
        ):
            self.forget()
            return
        KeptAnswer.objects.filter(token=self._token, key=self._key).update(
            status=response.status_code,
            headers={name: response[name] for name in _KEPT_HEADERS if name in response},
            body=response.content,
        )

    def forget(self) -> None:
        """The request was not done: it may come again."""
        KeptAnswer.objects.filter(token=self._token, key=self._key).delete()
