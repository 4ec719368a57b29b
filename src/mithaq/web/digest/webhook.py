"""Calls of the webhook: what is told, how it is signed, and when it is tried again.

Spec: docs/api, "Webhook".
"""

import hashlib
import hmac
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

import orjson

from mithaq.core.encoding import format_time, from_ms, parse_time, to_ms
from mithaq.errors import UnavailableError
from mithaq.node.node import Node
from mithaq.node.ports.row_reader import RowQuery
from mithaq.web.digest.choices import Webhook
from mithaq.web.digest.models import WebhookCall

RETRY_AFTER_S: Final = (60, 300, 1_800, 7_200, 43_200)
"""Seconds after a failure until the next try; after the last one it is given up."""

LOOKED_AT: Final = "webhook_looked_at"
"""Setting: up to when new and overdue records were told."""

KEPT_S: Final = 30 * 86_400
MOST_AT_ONCE: Final = 20

Post = Callable[[str, bytes, dict[str, str]], int]
"""Sends a body with headers to an address; gives the status, or raises ``UnavailableError``."""


def sign(secret: bytes, body: bytes, at_s: int) -> str:
    """``Mithaq-Signature``: the time, and the HMAC-SHA-256 over time, a point and the body."""
    mac = hmac.new(secret, f"{at_s}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at_s},v1={mac}"


def make_body(call: WebhookCall) -> bytes:
    """``{id, event, at, url}``, nothing else."""
    told = {"id": str(call.pk), "event": call.event, "at": format_time(from_ms(call.at_ms)), "url": call.url}
    return orjson.dumps(told)


def note_events(node: Node) -> None:
    """Keep what has happened since the last look: alarms, records that came, notes that are overdue."""
    now = node.clock.now()
    base = f"{node.identity.base_url.rstrip('/')}/en"
    for alarm in node.store.alarms.alarms():
        key = f"alarm:{alarm.code}:{alarm.subject}:{to_ms(alarm.at)}"
        _keep(key, "alarm", f"{base}/health/", now)
    told = node.store.settings.get(LOOKED_AT)
    if told is not None:
        for event, url in _list_news(node, parse_time(told), now):
            _keep(f"{event}:{told}", event, f"{base}/{url}", now)
    node.store.settings.set(LOOKED_AT, format_time(now))


def _list_news(node: Node, since: datetime, now: datetime) -> Iterator[tuple[str, str]]:
    own, rows = node.identity.code, node.store.rows
    if rows.count_notes(RowQuery(recipient=own, since=since)):
        yield "new", "new/"
    if rows.count_notes(RowQuery(recipient=own, waits=True, due_from=since, due_before=now)):
        yield "due", "due/"


def _keep(key: str, event: str, url: str, now: datetime) -> None:
    """Once, whatever happens twice; alarms keep their key as long as they stand."""
    kept = {"event": event, "url": url, "at_ms": to_ms(now), "next_ms": to_ms(now)}
    WebhookCall.objects.get_or_create(key=hashlib.sha256(key.encode()).hexdigest(), defaults=kept)


def send_calls(node: Node, webhook: Webhook, post: Post) -> int:
    """Try the calls whose time has come; how many were taken."""
    now_ms = to_ms(node.clock.now())
    WebhookCall.objects.filter(next_ms__isnull=True, at_ms__lt=now_ms - KEPT_S * 1000).exclude(
        event="alarm"
    ).delete()
    due = WebhookCall.objects.filter(next_ms__lte=now_ms).order_by("next_ms", "pk")[:MOST_AT_ONCE]
    return sum(_try(call, node, webhook, post) for call in due)


def _try(call: WebhookCall, node: Node, webhook: Webhook, post: Post) -> bool:
    now_ms = to_ms(node.clock.now())
    body = make_body(call)
    headers = {
        "Content-Type": "application/json",
        "Mithaq-Signature": sign(webhook.secret, body, now_ms // 1000),
    }
    try:
        is_taken = 200 <= post(webhook.url, body, headers) < 300
    except UnavailableError:
        is_taken = False
    call.tries += 1
    if is_taken:
        call.taken_ms, call.next_ms = now_ms, None
    elif call.tries > len(RETRY_AFTER_S):
        call.next_ms = None
    else:
        call.next_ms = now_ms + RETRY_AFTER_S[call.tries - 1] * 1000
    call.save(update_fields=["tries", "taken_ms", "next_ms"])
    return is_taken
