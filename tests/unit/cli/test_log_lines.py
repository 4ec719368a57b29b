"""The technical log: a line a record, whatever a record holds."""

import io
import json
import logging
import sys

import pytest

from mithaq.main.wiring.log_lines import MAX_LINE_BYTES, JsonLines, PlainLines


def make_record(message: str, *, with_trace: bool = False) -> logging.LogRecord:
    exc_info = None
    if with_trace:
        try:
            raise ValueError(message)
        except ValueError:
            exc_info = sys.exc_info()
    return logging.LogRecord("mithaq.test", logging.ERROR, __file__, 1, "told: %s", (message,), exc_info)


@pytest.mark.parametrize(
    "message", ["a\nb\r\x1b[31m\x00", "\u202e\u2028\x85\x7f", '"}\n{"level":"INFO"', "\ud800", "ش" * 9_000]
)
@pytest.mark.parametrize("with_trace", [False, True])
def test_a_record_is_one_line_that_nothing_leaves(message: str, with_trace: bool) -> None:
    line = JsonLines().format(make_record(message, with_trace=with_trace))
    assert line.isascii()
    assert line.isprintable()
    assert len(line) <= MAX_LINE_BYTES
    told = json.loads(line)
    assert set(told) == {"at", "level", "logger", "message"} | ({"trace"} if with_trace else set())
    assert told["level"] == "ERROR"
    assert told["at"].endswith("Z")


@pytest.mark.parametrize("with_trace", [False, True])
def test_a_record_commands_no_terminal(*, with_trace: bool) -> None:
    told = PlainLines().format(make_record("a\nb\r\x1b[31m\u202e\x9b", with_trace=with_trace))
    first, *trace = told.split("\n")
    assert first.endswith(r"told: a\nb\r\x1b[31m\u202e\x9b")
    assert bool(trace) is with_trace
    assert all(line.isprintable() for line in trace)


def test_a_handler_writes_one_line_a_record() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    handler.emit(make_record("a\nb"))
    handler.emit(make_record("c"))
    assert [json.loads(line)["message"] for line in stream.getvalue().splitlines()] == [
        "told: a\nb",
        "told: c",
    ]
