"""The wire under the client: one pool of connections to one partner, with a deadline per request.

The library's time-outs are per call of the socket, so a peer that sends a byte now and then would
never run into them. Here each request has one deadline for everything.

Spec: docs/spec 12.1.2.
"""

import ssl
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

import httpcore

MAX_CONNECTIONS: Final = 16
KEEP_ALIVE_S: Final = 60.0
"""Less than the server's, so that the client ends an idle connection, never the server under a request."""
CONNECT_S: Final = 10.0
POOL_S: Final = 5.0
"""How long a request waits for one of the connections; each answer has a deadline of its own."""


def deadline_in(seconds: float) -> float:
    """A moment from now, for ``DeadlineTransport.until``."""
    return time.monotonic() + seconds


class _Deadlines(threading.local):
    at: float | None = None


class Answer:
    """What came back; its body is read by the caller, who closes it.

    Attributes:
        status: of the answer.
        fields: by names in lower case; of one that comes twice the last.
    """

    def __init__(self, answer: httpcore.Response) -> None:
        self.status = answer.status
        self.fields = {name.lower().decode(): text.decode("latin-1") for name, text in answer.headers}
        self._stream: Any = answer.stream

    @property
    def is_good(self) -> bool:
        """Whether it is 2xx."""
        return 200 <= self.status < 300

    def pieces(self) -> Iterator[bytes]:
        """The body as it comes, still compressed."""
        return iter(self._stream)

    def close(self) -> None:
        """Lets the connection go; it serves again when the body was read to its end."""
        self._stream.close()


class DeadlineTransport:
    """Sends requests over HTTP/1.1 to one address; use within ``until``.

    Args:
        base_url: as ``check_base_url`` allows it.
        context: of TLS; None for plain HTTP.
    """

    def __init__(self, base_url: str, context: ssl.SSLContext | None) -> None:
        parts = urlsplit(base_url)
        self._scheme, self._host, self._port = parts.scheme, parts.hostname or "", parts.port
        self._path = parts.path
        self._fields = {"Host": parts.netloc}
        self._deadlines = _Deadlines()
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=MAX_CONNECTIONS,
            max_keepalive_connections=MAX_CONNECTIONS,
            keepalive_expiry=KEEP_ALIVE_S,
            network_backend=_Backend(self._deadlines),
        )

    @contextmanager
    def until(self, deadline: float) -> Iterator[None]:
        """What this thread does inside must be over at ``deadline``, see ``deadline_in``."""
        before = self._deadlines.at
        self._deadlines.at = deadline
        try:
            yield
        finally:
            self._deadlines.at = before

    def send(self, method: str, path: str, fields: Mapping[str, str], body: bytes) -> Answer:
        """Sends one request; ``path`` stands behind that of the address."""
        url = httpcore.URL(scheme=self._scheme, host=self._host, port=self._port, target=self._path + path)
        request = httpcore.Request(
            method,
            url,
            headers=[*self._fields.items(), *fields.items()],
            content=body or None,
            extensions={"timeout": {"pool": POOL_S}},
        )
        return Answer(self._pool.handle_request(request))

    def close(self) -> None:
        """Ends every connection."""
        self._pool.close()


class _Backend(httpcore.NetworkBackend):
    def __init__(self, deadlines: _Deadlines) -> None:
        self._deadlines = deadlines
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        left = min(CONNECT_S, _left(self._deadlines, httpcore.ConnectTimeout))
        stream = self._sockets.connect_tcp(host, port, left, local_address, socket_options)
        return _Stream(stream, self._deadlines)


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, deadlines: _Deadlines) -> None:
        self._stream = stream
        self._deadlines = deadlines

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadlines, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadlines, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = min(CONNECT_S, _left(self._deadlines, httpcore.ConnectTimeout))
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left), self._deadlines)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(deadlines: _Deadlines, overdue: type[httpcore.TimeoutException]) -> float:
    if deadlines.at is None:
        raise RuntimeError("a request outside of a deadline")
    left = deadlines.at - time.monotonic()
    if left <= 0:
        raise overdue("the deadline of the request is over")
    return left
