"""One sequencer a log on one machine: a lock that the kernel drops when its holder ends.

Spec: docs/spec 7.1.1.
"""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from mithaq.adapters.durable import PRIVATE_FILE, PRIVATE_FOLDER, disk_errors
from mithaq.errors import ConflictError


class ProcessLock:
    """Exclusive lock on a file; use as a context, or ``acquire`` and ``release``.

    The file is never removed: a second process could then lock another file of the same name.

    Args:
        path: of the lock file; its folder is made when missing.
        code: of the ``ConflictError`` that the loser gets.
    """

    def __init__(self, path: Path, code: str = "sequencer_running") -> None:
        self._path = path
        self._code = code
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Takes the lock at once or not at all.

        Raises:
            ConflictError: the code given (``sequencer_running``); another process, or another lock
                object of this one, holds it.
            UnavailableError: ``disk``.
        """
        if self._descriptor is not None:
            raise ConflictError(self._code, "This lock is held already.")
        with disk_errors():
            # No lock outlives a power cut, so its folder needs no sync.
            self._path.parent.mkdir(PRIVATE_FOLDER, exist_ok=True)
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            raise ConflictError(self._code, "Another process of this node writes the log.") from error
        self._descriptor = descriptor

    def release(self) -> None:
        """Gives the lock back; doing it twice is harmless.

        Raises:
            UnavailableError: ``disk``; the lock is given back all the same.
        """
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with disk_errors():
                os.close(descriptor)

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
