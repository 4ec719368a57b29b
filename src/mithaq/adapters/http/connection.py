"""One connection of the server: reading and writing with limits of size and of time.

The library below counts time per call of the socket, so a peer that sends a byte now and then could
hold a thread for hours. Here each phase has one deadline. What is written is gathered and leaves in
one call, so that header and body never wait for each other.

Spec: docs/spec 12.1.2.
"""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from cheroot.errors import MaxSizeExceeded

HEADER_DEADLINE_S: Final = 10.0
BODY_DEADLINE_S: Final = 30.0
ANSWER_DEADLINE_S: Final = 60.0
PATIENCE_S: Final = 0.5
"""A peer that has not sent its head or body after this is slow, and only so many may be at once."""
MAX_HEADER_BYTES: Final = 16_384

_READ_BYTES = 65_536
_GATHER_BYTES = 262_144
_WRITE_BYTES = 262_144
_HEAD_END = b"\r\n\r\n"


class SocketWriter:
    """Gathers what is written and sends it in one call; a small answer is one packet.

    The deadline of an answer runs from its first byte sent, so a long poll costs it nothing.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._parts: list[bytes] = []
        self._gathered = 0
        self._deadline: float | None = None
        self.bytes_written = 0

    def write(self, data: bytes) -> int:
        """Takes bytes; sends when there are many."""
        self._parts.append(data)
        self._gathered += len(data)
        if self._gathered >= _GATHER_BYTES:
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Sends everything taken so far.

        Raises:
            TimeoutError: the peer does not read; OSError: it is gone.
        """
        if not self._parts:
            return
        data = memoryview(b"".join(self._parts))
        self._parts.clear()
        self._gathered = 0
        if self._deadline is None:
            self._deadline = time.monotonic() + ANSWER_DEADLINE_S
        for at in range(0, len(data), _WRITE_BYTES):
            self._socket.settimeout(_left(self._deadline))
            self._socket.sendall(data[at : at + _WRITE_BYTES])
        self.bytes_written += len(data)

    def end_answer(self) -> None:
        """Sends the rest; the next answer has a deadline of its own."""
        self.flush()
        self._deadline = None


class SocketReader:
    """Reads a head as a whole, then a body; each within its deadline.

    Args:
        writer: of the same connection; flushed before a wait for the peer, which may wait for it.
        slow: one is taken while a slow peer is waited for. Without it a few peers that send a byte now
            and then would hold every thread of the server.
    """

    def __init__(self, sock: socket.socket, writer: SocketWriter, slow: threading.Semaphore) -> None:
        self._socket = sock
        self._writer = writer
        self._slow = slow
        self._is_slow = False
        self._patient_until = 0.0
        self._buffer = bytearray()
        self._deadline = 0.0
        self.closed = False
        self.bytes_read = 0

    def has_data(self) -> bool:
        """Whether bytes are here that the socket will not announce again."""
        pending = getattr(self._socket, "pending", None)
        return bool(self._buffer) or bool(pending is not None and pending())

    def read_head(self) -> bytes:
        """Request line and fields up to the empty line; b"" when the peer closed before its first byte.

        Raises:
            MaxSizeExceeded: over 16 KiB. TimeoutError: not whole after 10 s, or slow as too many are.
        """
        with self._phase(HEADER_DEADLINE_S):
            head = self._read_head()
        self._deadline = time.monotonic() + BODY_DEADLINE_S
        return head

    def _read_head(self) -> bytes:
        searched = 0
        while (end := self._buffer.find(_HEAD_END, searched)) < 0:
            if len(self._buffer) > MAX_HEADER_BYTES:
                raise MaxSizeExceeded
            searched = max(0, len(self._buffer) - len(_HEAD_END) + 1)
            if not self._fill():
                return b""
        end += len(_HEAD_END)
        if end > MAX_HEADER_BYTES:
            raise MaxSizeExceeded
        return self._take(end)

    def read(self, size: int | None = None) -> bytes:
        """Exactly ``size`` bytes of the body, fewer only if the peer closed.

        Raises:
            TimeoutError: the body is not whole 30 s after its head, or slow as too many are.
        """
        wanted = _READ_BYTES if size is None or size < 0 else size
        with self._phase():
            while len(self._buffer) < wanted and self._fill():
                pass
        return self._take(wanted)

    def readline(self, size: int | None = None) -> bytes:
        """One line of the body, at most ``size`` bytes."""
        wanted = _READ_BYTES if size is None or size < 0 else size
        with self._phase():
            while (end := self._buffer.find(b"\n")) < 0 and len(self._buffer) < wanted and self._fill():
                pass
        return self._take(min(wanted, end + 1) if end >= 0 else wanted)

    def close(self) -> None:
        """Drops what is left."""
        self._buffer.clear()
        self.closed = True

    @contextmanager
    def _phase(self, seconds: float | None = None) -> Iterator[None]:
        """Reading one thing; ``seconds`` sets a new deadline for it."""
        now = time.monotonic()
        self._patient_until = now + PATIENCE_S
        if seconds is not None:
            self._deadline = now + seconds
        try:
            yield
        finally:
            if self._is_slow:
                self._is_slow = False
                self._slow.release()

    def _receive(self) -> bytes:
        patience_s = self._patient_until - time.monotonic()
        if not self._is_slow and patience_s > 0:
            self._socket.settimeout(min(patience_s, _left(self._deadline)))
            try:
                return self._socket.recv(_READ_BYTES)
            except TimeoutError:
                pass  # from now on it is slow
        if not self._is_slow:
            self._is_slow = self._slow.acquire(blocking=False)
            if not self._is_slow:
                raise TimeoutError("timed out")
        self._socket.settimeout(_left(self._deadline))
        return self._socket.recv(_READ_BYTES)

    def _fill(self) -> bool:
        self._writer.flush()
        data = self._receive()
        self._buffer += data
        self.bytes_read += len(data)
        return bool(data)

    def _take(self, count: int) -> bytes:
        data = bytes(self._buffer[:count])
        del self._buffer[:count]
        return data


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("timed out")
    return left
