"""The one way to stdout and stderr. stdout is data, stderr is progress, previews, messages and errors."""

import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import typer

from mithaq.main.cli.face import Face
from mithaq.main.cli.failure import Failure, describe_failure
from mithaq.main.cli.layout import isolate, lay_out_pairs, lay_out_table
from mithaq.main.cli.reads import ReadLog
from mithaq.main.cli.words import say

PROGRESS_AFTER_S = 1.0
_DRAW_EVERY_S = 0.1
_AT_ONCE = 256

Record = Mapping[str, Any]
Progress = Callable[[int, int], None]


class Output:
    """Speaks as the face says."""

    def __init__(self, face: Face) -> None:
        self.face = face
        self.reads: ReadLog | None = None

    # Data

    def show(self, schema: str, record: Record, text: str | None = None) -> None:
        """One thing: an object with its schema, or ``text``, or its fields one a line."""
        self._note(schema, [record])
        if self.face.is_json:
            self._write_json({"schema": schema, **record})
        else:
            self.write_text(lay_out_pairs(record, sys.stdout.isatty()) if text is None else text)

    def show_all(self, schema: str, records: Iterable[Record], columns: Sequence[str]) -> None:
        """A list: JSON Lines, or a table of these columns, the last one free text, or ``--xlsx``."""
        if self.face.xlsx is not None:
            self._write_xlsx(self.face.xlsx, schema, list(records))
        elif self.face.is_json:
            left = iter(records)
            while batch := list(islice(left, _AT_ONCE)):
                self._note(schema, batch)
                for record in batch:
                    self._write_json({"schema": schema, **record})
        else:
            shown = list(records)
            self._note(schema, shown)
            self.write_text(lay_out_table(shown, columns, sys.stdout.isatty()))

    def _write_xlsx(self, file: Path, schema: str, records: Sequence[Record]) -> None:
        """Every member of the records as a column: what it says in words, as in the table on stdout.

        Records that a caveat holds on this node are not among them.
        """
        from mithaq.main.cli.inputs import write_new_file
        from mithaq.web.office.table import write_table

        if self.reads is not None:
            records = self.reads.without_held(records)
        self._note(schema, records, verb="export")
        names = list(dict.fromkeys(name for record in records for name in record))
        rows = [[_as_cell(record.get(name)) for name in names] for record in records]
        title = schema.split("/")[1]
        write_new_file(file, write_table(title, names, rows, (), is_rtl=self.face.lang == "ar"))
        self.say(f"{file}: {len(rows)}")

    def show_array(self, records: Iterable[Record]) -> None:
        """A list as one JSON array, for the commands whose face is that."""
        self.write_bytes(orjson.dumps([_clean(record) for record in records]) + b"\n")

    def note(self, verb: str, *ids: str) -> None:
        """Write down that records are about to leave in a file, or as bytes (``reads``).

        Raises:
            UnavailableError: ``access_log``.
        """
        if self.reads is not None:
            self.reads.note(verb, ids)

    def take_away(self, *ids: str) -> None:
        """The same for a file made to be taken away, which a caveat may forbid.

        Raises:
            NotAllowedError: ``no_export``. UnavailableError: ``access_log``.
        """
        if self.reads is not None:
            self.reads.take_away(ids)

    def _note(self, schema: str, records: Sequence[Record], verb: str = "") -> None:
        if self.reads is not None:
            self.reads.note_records(schema, records, verb)

    def write_text(self, text: str) -> None:
        """Text as it is; one newline at the end."""
        if text:
            sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
            sys.stdout.flush()

    def write_bytes(self, data: bytes) -> None:
        """Bytes as they are."""
        sys.stdout.buffer.write(data)
        sys.stdout.flush()

    def _write_json(self, record: Record) -> None:
        self.write_bytes(orjson.dumps(_clean(record)) + b"\n")

    # Messages

    def say(self, message: str) -> None:
        """A message for people, on stderr."""
        if not self.face.is_quiet:
            sys.stderr.write(f"{message}\n")
            sys.stderr.flush()

    def word(self, key: str) -> str:
        """A word in the chosen language."""
        return say(key, self.face.lang)

    def preview(self, title: str, record: Record) -> None:
        """What is about to be sent, on stderr."""
        self.say(f"{self.word('preview')}{self.word('colon')} {isolate(title, sys.stderr.isatty())}")
        self.say(lay_out_pairs(record, sys.stderr.isatty(), indent="  "))

    def may_go_on(self, *, is_dry: bool, is_agreed: bool) -> bool:
        """Whether to send after a preview: not in a dry run; asks only on a terminal without ``--yes``."""
        if is_dry:
            self.say(self.word("not_sent"))
            return False
        if is_agreed or not (sys.stdin.isatty() and sys.stderr.isatty()):
            return True
        if typer.confirm(self.word("ask_go_on"), err=True):
            return True
        self.say(self.word("not_sent"))
        return False

    def fail(self, error: BaseException) -> int:
        """One line on stderr, with ``--json`` also an object on stdout; answers the exit code."""
        failure = self.tell_failure(error)
        if self.face.is_json:
            self._write_json(failure.to_record())
        return failure.exit_code

    def tell_failure(self, error: BaseException) -> Failure:
        """The line on stderr alone, where the data on stdout already says it."""
        failure = describe_failure(error, self.face.lang)
        if self.face.is_debug:
            traceback.print_exception(error, file=sys.stderr)
        parts = (
            f"{self.word('error')} {failure.code}: {_end(failure.message)}",
            f"{self.word('kept')}{self.word('colon')} {failure.kept}",
            f"{self.word('do')}{self.word('colon')} {failure.do}",
        )
        sys.stderr.write(" ".join(parts).encode("utf-8", "backslashreplace").decode() + "\n")
        sys.stderr.flush()
        return failure

    # Progress

    @contextmanager
    def progress(self, label: str) -> Iterator[Progress | None]:
        """A bar on a terminal for work over a second; None where none is wanted."""
        if self.face.is_quiet or not sys.stderr.isatty():
            yield None
            return
        bar = _Bar(label)
        try:
            yield bar.update
        finally:
            bar.close()


class _Bar:
    """Waits a second before it shows, so short work stays silent; then redraws ten times a second."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._next_s = time.monotonic() + PROGRESS_AFTER_S
        self._bar: Any = None
        self._task: Any = None

    def update(self, done: int, total: int) -> None:
        """Say how far the work is."""
        now_s = time.monotonic()
        if now_s < self._next_s:
            return
        self._next_s = now_s + _DRAW_EVERY_S
        if self._bar is None:
            self._open(total)
        self._bar.update(self._task, completed=done, total=total)

    def _open(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import Progress as RichProgress

        self._bar = RichProgress(console=Console(stderr=True), transient=True)
        self._bar.start()
        self._task = self._bar.add_task(self._label, total=total)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()


def _end(message: str) -> str:
    return message if message.endswith((".", "!", "?")) else f"{message}."


def _as_cell(value: Any) -> str | int | None:
    match value:
        case None | bool():
            return None if value is None else str(value).lower()
        case int() | str():
            return value
        case list() | tuple():
            return " ".join(str(each) for each in value)
        case _:
            return orjson.dumps(_clean(value)).decode()


def _clean(value: Any) -> Any:
    """Names of files may hold bytes that are no text; JSON may not."""
    match value:
        case str():
            return value.encode("utf-8", "backslashreplace").decode()
        case Mapping():
            return {str(key): _clean(item) for key, item in value.items()}
        case list() | tuple():
            return [_clean(item) for item in value]
        case None | bool() | int() | float():
            return value
        case _:
            return str(value)
