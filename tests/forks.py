"""Python programs of this package, started in a hundredth of a second each: ``fork_entry.py`` forks them.

What a program loads takes a second of a core; hundreds are started. They are processes all the same: with a
process id, streams, an environment and an exit code of their own, and signals end them. What
each family of commands loads by itself is seen by ``tests/integration/cli/test_own_processes.py``.
"""

import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO, Any

import orjson

ROOT = Path(__file__).parents[1]
TIMEOUT_S = 120.0


def make_environment(**changes: str) -> dict[str, str]:
    """That of this process, without the home of any node; the package is found where this process has it."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("MITHAQ_HOME", "DJANGO_SETTINGS_MODULE")
    }
    path = os.pathsep.join(path for path in (*sys.path, str(ROOT)) if path)
    return {**kept, "PYTHONPATH": path, "NO_COLOR": "1", **changes}


class Forker:
    """The process that has loaded everything.

    Args:
        preload: a library that is loaded before any other, into it and so into its programs; empty for none.
    """

    def __init__(self, preload: str) -> None:
        self._lock = threading.Lock()
        self._orders, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.fork_entry", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env={**make_environment(), **_preloading(preload)},
                cwd=ROOT,
            )

    def start(self, order: Mapping[str, Any], descriptors: Sequence[int]) -> "socket.socket":
        """Order a program; answers where its status is told."""
        data = orjson.dumps(order)
        status, theirs = socket.socketpair()
        with theirs, self._lock:
            socket.send_fds(self._orders, [len(data).to_bytes(4, "big")], [*descriptors, theirs.fileno()])
            self._orders.sendall(data)
        return status


def _preloading(preload: str) -> dict[str, str]:
    return {"LD_PRELOAD": preload} if preload else {}


@cache
def _forker(preload: str) -> Forker:
    """One for this process; it ends with it."""
    return Forker(preload)


class Program:
    """A running program: as much of ``subprocess.Popen`` as tests use.

    Args:
        arguments: what follows ``python``: ``-m MODULE …`` or ``-c CODE …``.
        stdin: a file, or ``PIPE``; nothing to read by default.
        stdout, stderr: a file, ``PIPE`` or ``DEVNULL``; the stream of this process by default.
        env: its whole environment.
        cwd: the folder that it stands in.
        start_new_session: whether it leads a group of its own.
        preload: as of ``Forker``. Such a library finds ``env`` set at its first call in the program.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        stdin: Any = subprocess.DEVNULL,
        stdout: Any = None,
        stderr: Any = None,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        start_new_session: bool = False,
        preload: str = "",
    ) -> None:
        self.args = list(arguments)
        self.returncode: int | None = None
        theirs: list[int] = []
        self.stdin = _open(stdin, 0, theirs)
        self.stdout = _open(stdout, 1, theirs)
        self.stderr = _open(stderr, 2, theirs)
        order = {
            "arguments": self.args,
            "environment": {**(make_environment() if env is None else env), **_preloading(preload)},
            "folder": str(cwd or Path.cwd()),
            "session": start_new_session,
        }
        try:
            self._status = _forker(preload).start(order, theirs)
        finally:
            for descriptor in theirs:
                os.close(descriptor)
        self._told = self._status.makefile("rb")
        self.pid = int(self._told.readline())

    def poll(self) -> int | None:
        """Its exit code once it has ended; minus the signal that ended it."""
        if self.returncode is None and select.select([self._status], [], [], 0)[0]:
            self._take()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Until it has ended.

        Raises:
            subprocess.TimeoutExpired: it runs on.
        """
        if self.returncode is None:
            if not select.select([self._status], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            self._take()
        assert self.returncode is not None
        return self.returncode

    def _take(self) -> None:
        self.returncode = int(self._told.readline())
        self._told.close()
        self._status.close()

    def send_signal(self, number: int) -> None:
        """As long as it runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """``SIGTERM``."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """``SIGKILL``."""
        self.send_signal(signal.SIGKILL)


def _open(wanted: Any, number: int, theirs: list[int]) -> IO[bytes] | None:
    """Puts the program's end among ``theirs``; answers ours, if it is a pipe."""
    if wanted == subprocess.PIPE:
        reading, writing = os.pipe()
        theirs.append(writing if number else reading)
        return os.fdopen(reading, "rb") if number else os.fdopen(writing, "wb")
    if wanted == subprocess.DEVNULL:
        theirs.append(os.open(os.devnull, os.O_RDWR))
    else:
        theirs.append(os.dup(number if wanted is None else wanted.fileno()))
    return None


def run(
    arguments: Sequence[str],
    *,
    given: bytes = b"",
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    check: bool = False,
    timeout_s: float = TIMEOUT_S,
) -> "subprocess.CompletedProcess[bytes]":
    """A program until its end; answers what it wrote and its exit code.

    Raises:
        subprocess.CalledProcessError: it failed, if that is to be checked.
        subprocess.TimeoutExpired: it did not end; it is killed.
    """
    pipe = subprocess.PIPE
    program = Program(arguments, stdin=pipe, stdout=pipe, stderr=pipe, env=env, cwd=cwd)
    assert program.stdin is not None
    said: dict[str, bytes] = {}

    def read(name: str, stream: Any) -> None:
        with stream:
            said[name] = stream.read()

    readers = [
        threading.Thread(target=read, args=(name, getattr(program, name)), daemon=True)
        for name in ("stdout", "stderr")
    ]
    for reader in readers:
        reader.start()
    try:
        with program.stdin as stream:
            stream.write(given)
    except BrokenPipeError:
        pass  # it wanted no more
    ends_s = time.monotonic() + timeout_s
    for reader in readers:
        reader.join(max(0.0, ends_s - time.monotonic()))
    try:
        code = program.wait(max(0.0, ends_s - time.monotonic()))
    except subprocess.TimeoutExpired:
        program.kill()
        raise
    if check and code:
        raise subprocess.CalledProcessError(code, list(arguments), said.get("stdout"), said.get("stderr"))
    return subprocess.CompletedProcess(
        list(arguments), code, said.get("stdout", b""), said.get("stderr", b"")
    )


@contextmanager
def forked_signers() -> Iterator[None]:
    """Whoever opens a signer gets a fork; ``unit/adapters/test_signer.py`` sees one start by itself."""
    from mithaq.adapters.keystore import process

    def start(home: Path, child_end: socket.socket) -> Any:
        return Program(
            ["-m", process._CHILD, str(home)],
            stdin=child_end,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    kept = process._start_child
    process._start_child = start
    try:
        yield
    finally:
        process._start_child = kept
