"""What auditors ask of the access log."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django.db.models import QuerySet

from mithaq.core.encoding import format_time
from mithaq.web.access.noted import ALLOWED
from mithaq.web.access_log.models import AccessRow

_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
REFUSED: Final = "refused"


def find_rows(values: Mapping[str, str]) -> QuerySet[AccessRow]:
    """Rows, the newest first.

    Args:
        values: ``user`` and ``object`` are ids, ``decision`` is ``allowed`` or ``refused``, ``since`` and
            ``until`` are days; ``verb``. What is none of these leaves nothing.
    """
    rows = AccessRow.objects.order_by("-id")
    if values.get("user"):
        rows = rows.filter(user=values["user"])
    if values.get("verb"):
        rows = rows.filter(verb=values["verb"])
    if values.get("decision") == ALLOWED:
        rows = rows.filter(decision=ALLOWED)
    elif values.get("decision") == REFUSED:
        rows = rows.exclude(decision=ALLOWED)
    if values.get("object"):
        named = values["object"].lower()
        rows = rows.filter(objects_named__contains=named) if _ID.fullmatch(named) else rows.none()
    return _between(rows, values.get("since", ""), values.get("until", ""))


def _between(rows: QuerySet[AccessRow], since: str, until: str) -> QuerySet[AccessRow]:
    for text, name, days in ((since, "at__gte", 0), (until, "at__lt", 1)):
        if text:
            day = _read_day(text)
            rows = rows.none() if day is None else rows.filter(**{name: day + timedelta(days=days)})
    return rows


def _read_day(text: str) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
    except ValueError:
        return None


def describe_row(row: AccessRow) -> dict[str, Any]:
    """A row as JSON: everything that its hash covers, and the hashes."""
    return {
        "lane": row.lane,
        "seq": row.seq,
        "at": format_time(row.at),
        "way": row.way,
        "request_id": row.request_id,
        "user": row.user,
        "post": row.post,
        "roles": row.roles.split(),
        "verb": row.verb,
        "objects": row.objects_named.split(),
        "fields": row.fields_named.split(),
        "code": row.code,
        "purpose": row.purpose.split(),
        "reason": row.reason,
        "decision": row.decision,
        "recipients": row.recipients.split(),
        "prev_hash": row.prev_hash,
        "row_hash": row.row_hash,
    }
