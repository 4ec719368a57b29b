"""HTML to PDF: in a child process, one at a time, and kept while it is asked for."""

import base64
import hashlib
import json
import os
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import Final

from mithaq.errors import UnavailableError
from mithaq.web.pdf.libraries import find_missing
from mithaq.web.runtime import get_part

PATIENCE_S: Final = 30
"""Wait for the one before, then 503: printing must not take the threads that everybody needs."""
LONGEST_S: Final = 120
MOST_BYTES: Final = 64 << 20
"""Of PDFs that are kept."""
_ENVIRONMENT: Final = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "HOME")


@dataclass(frozen=True, slots=True)
class EmbeddedFile:
    """A file inside a PDF."""

    name: str
    description: str
    data: bytes


class Press:
    """Prints, and keeps what it printed by what it was made of."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()
        self._kept_bytes = 0
        self._guard = threading.Lock()

    def print(self, html: str, files: Sequence[EmbeddedFile] = ()) -> bytes:
        """The PDF.

        Raises:
            UnavailableError: ``pdf_missing``, what this machine lacks; ``pdf_busy``; ``pdf_failed``.
        """
        if missing := find_missing():
            raise UnavailableError(
                "pdf_missing", f"PDF needs what is not installed here: {', '.join(missing)}"
            )
        order = _write_order(html, files)
        key = hashlib.sha256(order).digest()
        found = self._recall(key)
        if found is not None:
            return found
        if not self._turn.acquire(timeout=PATIENCE_S):
            raise UnavailableError("pdf_busy", "others are being printed", retry_after_s=PATIENCE_S)
        try:
            found = self._recall(key)  # somebody who waited for the same text finds it here
            if found is None:
                found = run_child(order)
                self._keep(key, found)
            return found
        finally:
            self._turn.release()

    def _recall(self, key: bytes) -> bytes | None:
        with self._guard:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def _keep(self, key: bytes, made: bytes) -> None:
        with self._guard:
            self._kept[key] = made
            self._kept_bytes += len(made)
            while self._kept_bytes > MOST_BYTES:
                self._kept_bytes -= len(self._kept.popitem(last=False)[1])


def press() -> Press:
    """The one of the node that is served."""
    return get_part(Press)


def _write_order(html: str, files: Sequence[EmbeddedFile]) -> bytes:
    told = [
        {
            "name": each.name,
            "description": each.description,
            "data": base64.b64encode(each.data).decode("ascii"),
        }
        for each in files
    ]
    return json.dumps({"html": html, "files": told}).encode()


def run_child(order: bytes) -> bytes:
    """What ``printing`` makes of an order.

    Raises:
        UnavailableError: ``pdf_failed``.
    """
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    environment = {**kept, "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "mithaq.web.pdf.printing"]
    try:
        with TemporaryDirectory(prefix="mithaq-pdf-") as folder:
            done = subprocess.run(
                command,
                input=order,
                capture_output=True,
                timeout=LONGEST_S,
                env={**environment, "TMPDIR": folder},
                check=False,
            )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnavailableError("pdf_failed", "the text could not be printed") from error
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF-"):
        lines = done.stderr.decode(errors="replace").strip().splitlines() or [f"exit {done.returncode}"]
        raise UnavailableError("pdf_failed", f"the text could not be printed: {lines[-1][:200]}")
    return done.stdout
