"""Times that people type."""

from datetime import UTC, date, datetime, time

from mithaq.main.cli.face import UsageError


def read_time(text: str) -> datetime:
    """Aware UTC time of ``2026-01-31`` (its first instant in UTC) or an RFC 3339 time with an offset.

    Raises:
        UsageError: ``usage``.
    """
    try:
        if len(text) == len("2026-01-31"):
            return datetime.combine(date.fromisoformat(text), time(), UTC)
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError("usage", f"{text} is no date and no time") from error
    if at.tzinfo is None:
        raise UsageError("usage", f"{text} lacks its offset; write Z for UTC")
    return at.astimezone(UTC)
