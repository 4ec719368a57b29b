"""Who is calling: the partner that owns the key of a signature, never a name in header or body.

Spec: docs/spec 8.1.
"""

import threading
from datetime import UTC, datetime
from typing import Final

from django.http import HttpRequest

from mithaq.core.federation.http_signature import (
    NONCE_KEPT_S,
    WINDOW_S,
    RequestSignature,
    parse_request_signature,
    verify_request,
)
from mithaq.errors import RefusedError
from mithaq.node.node import Node
from mithaq.node.records import Alarm, Partner
from mithaq.web.exchange.keys import read_transport_keys
from mithaq.web.exchange.limits import CallerMeters
from mithaq.web.runtime import get_part, get_started_s

CLIENT_SPKI_KEY: Final = "mithaq.client_spki_sha256"
"""WSGI environ: hex SHA-256 of the SPKI of the client's certificate, set by the server alone."""
KEYS_KEPT_S: Final = 2.0
CLOCK_ALARM: Final = "partner_clock"

_FIELDS = {
    "Signature-Input": "HTTP_SIGNATURE_INPUT",
    "Signature": "HTTP_SIGNATURE",
    "Content-Digest": "HTTP_CONTENT_DIGEST",
}


class TransportKeys:
    """Transport keys of all partners, by keyid; a part of the served node.

    Read again after 2 s, and at once for a key that is not known: a new partner may call right away,
    a removed one soon cannot.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: dict[str, tuple[Partner, bytes]] = {}
        self._read_at: float | None = None

    def find(self, node: Node, keyid: str) -> tuple[Partner, bytes]:
        """The owner of a key, and its 32 bytes.

        Raises:
            RefusedError: ``transport_key_unknown``.
        """
        with self._lock:
            now_s = node.clock.monotonic_s()
            is_old = self._read_at is None or now_s - self._read_at > KEYS_KEPT_S
            if is_old or keyid not in self._keys:
                self._keys = read_transport_keys(node.store.roster)
                self._read_at = now_s
            found = self._keys.get(keyid)
        if found is None:
            raise RefusedError("transport_key_unknown", "No partner has the key of this signature.")
        return found


def identify_caller(request: HttpRequest, node: Node) -> Partner:
    """The partner that made a request.

    Raises:
        MalformedError, RefusedError: as ``parse_request_signature`` and ``verify_request``;
            ``transport_key_unknown``; ``client_certificate``, over TLS without the pinned certificate
            of that partner; ``nonce_seen``.
    """
    meta = request.META
    signature = parse_request_signature({name: meta[key] for name, key in _FIELDS.items() if key in meta})
    partner, public = get_part(TransportKeys).find(node, signature.keyid)
    _verify(request, node, signature, partner, public)
    if meta.get("wsgi.url_scheme") == "https" and not _is_pinned(meta.get(CLIENT_SPKI_KEY), partner):
        raise RefusedError("client_certificate", "The client certificate is not one of this partner.")
    expires_at = datetime.fromtimestamp(signature.created_s + NONCE_KEPT_S, UTC)
    if not node.nonces.is_fresh(signature.keyid, signature.nonce, expires_at):
        raise RefusedError("nonce_seen", "The nonce was used before.")
    return partner


def _is_pinned(spki_sha256: str | None, partner: Partner) -> bool:
    return spki_sha256 is not None and spki_sha256 in partner.client_spki_sha256


def _verify(
    request: HttpRequest, node: Node, signature: RequestSignature, partner: Partner, public: bytes
) -> None:
    now_s = node.clock.now().timestamp()
    target = node.identity.base_url + request.META.get("REQUEST_URI", request.get_full_path())
    try:
        verify_request(
            signature,
            request.method or "",
            target,
            request.body,
            public=public,
            now_s=now_s,
            earliest_s=get_started_s(),
        )
    except RefusedError as error:
        if error.code == "stale_signature":
            _note_clock(node, partner, signature.created_s - now_s)
        raise
    _note_clock(node, partner, 0.0)


def _note_clock(node: Node, partner: Partner, offset_s: float) -> None:
    """Tells people when a partner's clock and ours are over 60 s apart, and when they no longer are."""
    meter = get_part(CallerMeters).of(partner.code)
    is_apart = abs(offset_s) > WINDOW_S
    if is_apart == meter.is_clock_warned:
        return
    meter.is_clock_warned = is_apart
    if is_apart:
        detail = f"{offset_s:+.0f} s by the time of its signatures"
        node.store.alarms.raise_alarm(Alarm(CLOCK_ALARM, partner.code, node.clock.now(), detail))
    else:
        node.store.alarms.clear(CLOCK_ALARM, partner.code)
