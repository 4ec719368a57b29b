"""The technical log as lines of JSON: one a record, nothing in it can begin another.

Spec: trust 7.10.
"""

import json
import logging
from datetime import UTC, datetime
from typing import Any, Final, TextIO

MAX_LINE_BYTES: Final = 8_192
_MAX_MESSAGE: Final = 2_000
"""Characters; a character escaped as a pair takes twelve bytes, and a trace of a failure shares the line."""


class JsonLines(logging.Formatter):
    """``{"at", "level", "logger", "message", "trace"?}``, ASCII alone: whatever else it holds is escaped."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of at most 8 KiB; the end of a trace counts more than its beginning."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {
            "at": at.replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage()[:_MAX_MESSAGE],
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        while len(told := json.dumps(line)) > MAX_LINE_BYTES:
            longest = max(line, key=lambda name: len(json.dumps(line[name])))
            half = len(line[longest]) // 2
            line[longest] = line[longest][-half:] if longest == "trace" else line[longest][:half]
        return told


class PlainLines(logging.Formatter):
    """A line a record for people, whose terminal nothing in it commands; the lines of a trace follow."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """What the record says, on one line."""
        return _escape(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802
        """The trace of a failure."""
        return "\n".join(map(_escape, super().formatException(ei).split("\n")))


def _escape(text: str) -> str:
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode("ascii") for each in text
    )


def start_logging(stream: TextIO, *, is_quiet: bool) -> None:
    """Log to a stream: for people on a terminal, as lines of JSON anywhere else."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(PlainLines() if stream.isatty() else JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.ERROR if is_quiet else logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # a line for every poll
    logging.getLogger("django.request").setLevel(logging.ERROR)  # a partner may ask for what is not there
