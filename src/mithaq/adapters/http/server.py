"""The HTTP server of a node: threads in this process, TLS 1.3, or plain HTTP on loopback alone.

A connection costs a thread only while it has something to say: a new one waits in the selector, and
its handshake happens on the thread that answers it, never on the one that accepts.

Spec: docs/spec 8.1, 12.1.2.
"""

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from ssl import SSLContext, SSLError, SSLSocket
from typing import Any, Final

from cheroot.errors import FatalSSLAlert
from cheroot.server import HTTPConnection
from cheroot.ssl import Adapter
from cheroot.wsgi import Server

from mithaq.adapters.http.address import is_loopback
from mithaq.adapters.http.certificate import Certificate
from mithaq.adapters.http.connection import (
    MAX_HEADER_BYTES,
    PATIENCE_S,
    SocketReader,
    SocketWriter,
)
from mithaq.adapters.http.framing import StrictRequest
from mithaq.adapters.http.thread_pool import LastFirstPool
from mithaq.adapters.http.tls import CLIENT_SPKI_KEY, hash_spki, make_server_context
from mithaq.errors import MalformedError, RefusedError, UnavailableError

THREADS: Final = 64
"""Some 30 long polls and the traffic beside them."""
SLOW_THREADS: Final = 3
"""Of so many threads one may wait for a peer that sends slowly."""
MAX_BODY_BYTES: Final = 1_048_576
MAX_IDLE_CONNECTIONS: Final = 512
KEEP_ALIVE_S: Final = 75
MAX_SILENT: Final = 256
"""Connections that have not said anything yet. When one more comes the oldest goes, so that whoever opens
hundreds and says nothing keeps nobody out: a partner speaks at once."""
MAX_SILENT_AN_ADDRESS: Final = 32
SILENT_S: Final = 10
HANDSHAKE_S: Final = 5.0
_BACKLOG = 256
_START_S = 10.0

_log = logging.getLogger("mithaq.http")

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where and how to listen.

    Attributes:
        host: an address, or ``localhost``; without ``certificate`` it must be a loopback one.
        port: 0 for any free one.
        certificate: of this node; None for plain HTTP.
        threads: requests answered at once.
        max_body_bytes: of a request.
        drain_s: how long ``stop`` lets requests finish.
    """

    host: str
    port: int
    certificate: Certificate | None = None
    threads: int = THREADS
    max_body_bytes: int = MAX_BODY_BYTES
    drain_s: int = 10


class _TlsAdapter(Adapter):
    """Hands out sockets whose handshake is still to come; the context can be replaced at any time."""

    def __init__(self, context: SSLContext) -> None:
        self.context = context

    def bind(self, sock: socket.socket) -> socket.socket:
        return sock

    def wrap(self, sock: socket.socket) -> tuple[SSLSocket, dict[str, str]]:
        # Called on the thread that accepts: it must not wait for the peer.
        try:
            wrapped = self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        except OSError as error:
            raise FatalSSLAlert(*error.args) from error
        return wrapped, {"wsgi.url_scheme": "https", "HTTPS": "on"}

    def get_environ(self) -> dict[str, str]:
        return {}

    def makefile(self, sock: socket.socket, mode: str = "r", bufsize: int = -1) -> None:
        return None


class _Connection(HTTPConnection):
    """One connection; shakes hands before its first request."""

    RequestHandlerClass = StrictRequest

    def __init__(self, server: Any, sock: socket.socket, makefile: object = None) -> None:
        super().__init__(server, sock, lambda sock, mode, size: None)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.wfile = SocketWriter(sock)
        self.rfile = SocketReader(sock, self.wfile, server.slow)
        self._slow: threading.Semaphore = server.slow
        self.is_new = True
        self.is_evicted = False

    def communicate(self) -> bool:
        """Answers one request; whether the connection stays open."""
        if self.is_new and not self._shake_hands():
            return False
        self.is_new = False
        return bool(super().communicate())  # type: ignore[no-untyped-call]

    @property
    def is_silent(self) -> bool:
        """Whether it waits for its first byte."""
        return self.is_new and not self.is_evicted

    def evict(self) -> None:
        """Let it go: it becomes readable, and the thread that accepts takes it out and closes it."""
        self.is_evicted = True
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)

    def _shake_hands(self) -> bool:
        if not isinstance(self.socket, SSLSocket):
            return True
        try:
            self._do_handshake(self.socket)
            certificate = self.socket.getpeercert(binary_form=True)
            if certificate is not None:
                self.ssl_env[CLIENT_SPKI_KEY] = hash_spki(certificate)
        except (SSLError, OSError, MalformedError) as error:
            _log.info("no handshake with %s: %s", self.remote_addr, error)
            return False
        return True

    def _do_handshake(self, sock: SSLSocket) -> None:
        sock.settimeout(PATIENCE_S)
        try:
            sock.do_handshake()
        except TimeoutError:
            if not self._slow.acquire(blocking=False):
                raise
            try:
                sock.settimeout(HANDSHAKE_S)
                sock.do_handshake()
            finally:
                self._slow.release()


class _Server(Server):
    ConnectionClass = _Connection
    expiration_interval = 0.2  # Also how long a stop waits for the thread that accepts.
    _connections: Any  # The stubs of the library leave it out.
    slow: threading.Semaphore

    def process_conn(self, conn: _Connection) -> None:
        """Gives a connection to a thread; a new one first waits until it says something."""
        if conn.is_evicted:
            conn.close()
        elif not conn.is_new or conn.last_used is not None:
            super().process_conn(conn)
        elif self.can_add_keepalive_connection:
            self._make_room(conn.remote_addr)
            self._connections.put(conn)
            # The library has one limit for all that wait, counted from here.
            conn.last_used = time.time() - KEEP_ALIVE_S + SILENT_S
        else:
            conn.close()  # Too many wait already; files are finite.

    def _make_room(self, address: str) -> None:
        """Evicts the oldest silent connection of an address, or of all, when there are as many as may be."""
        # The library keeps no other list of those that wait.
        waiting = [conn for _, conn in self._connections._selector.connections if conn is not self]
        silent = [conn for conn in waiting if conn.is_silent]
        same = [conn for conn in silent if conn.remote_addr == address]
        for many, most in ((same, MAX_SILENT_AN_ADDRESS), (silent, MAX_SILENT)):
            if len(many) >= most:
                min(many, key=lambda conn: conn.last_used).evict()
                return

    def error_log(self, msg: str = "", level: int = 20, traceback: bool = False) -> None:
        """The library's own messages, into the logger."""
        _log.log(level, "%s", msg, exc_info=traceback)


class HttpServer:
    """Serves a WSGI application until it is stopped.

    Before ``stop`` let the long polls go (``HeadAnnouncer.close``), or it waits ``drain_s`` for them.

    Args:
        app: called on many threads at once.
        settings: see there.
        client_authorities: PEM texts of all partners; see ``trust_clients_of``.

    Raises:
        RefusedError: ``plain_http``; no certificate, and the address is not a loopback one.
        MalformedError: ``tls_files`` or ``tls_authorities``.
    """

    def __init__(
        self, app: WsgiApp, settings: ServerSettings, client_authorities: Iterable[str] = ()
    ) -> None:
        if settings.certificate is None and not is_loopback(settings.host):
            raise RefusedError("plain_http", "Plain HTTP is for loopback addresses alone.")
        self._settings = settings
        self._server = _Server(
            (settings.host, settings.port),
            app,
            server_name="mithaq",
            request_queue_size=_BACKLOG,
            timeout=KEEP_ALIVE_S,
            shutdown_timeout=settings.drain_s,
        )
        self._threads = LastFirstPool(self._server, settings.threads)
        self._server.requests = self._threads
        self._server.slow = threading.BoundedSemaphore(max(1, settings.threads // SLOW_THREADS))
        self._server.max_request_header_size = MAX_HEADER_BYTES
        self._server.max_request_body_size = settings.max_body_bytes
        self._server.keep_alive_conn_limit = MAX_IDLE_CONNECTIONS
        self._thread: threading.Thread | None = None
        self.trust_clients_of(client_authorities)

    def trust_clients_of(self, client_authorities: Iterable[str]) -> None:
        """Replaces the authorities of client certificates; connections that are open keep theirs.

        Raises:
            MalformedError: ``tls_files`` or ``tls_authorities``; the old ones stay.
        """
        if self._settings.certificate is not None:
            context = make_server_context(self._settings.certificate, client_authorities)
            self._server.ssl_adapter = _TlsAdapter(context)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port that it listens on."""
        host, port = self._server.bind_addr[:2]
        return host, port

    @property
    def idle_threads(self) -> int:
        """Threads that wait for a request."""
        return self._threads.waiting

    def start(self) -> None:
        """Listens and answers on threads of its own; returns once it takes connections.

        Raises:
            UnavailableError: ``address_taken``.
            RefusedError: ``plain_http``; the address turned out not to be a loopback one.
        """
        try:
            self._server.prepare()
        except OSError as error:
            raise UnavailableError("address_taken", "The address cannot be listened on.") from error
        self._check_address()
        self._thread = threading.Thread(target=self._server.serve, name="http-accept", daemon=True)
        self._thread.start()

    def _check_address(self) -> None:
        # A socket handed over by the service manager, or a name, may be bound elsewhere than it was asked.
        bound = str(self._server.socket.getsockname()[0])
        if self._settings.certificate is None and not is_loopback(bound):
            self._server.stop()
            raise RefusedError("plain_http", "Plain HTTP is for loopback addresses alone.")

    def stop(self) -> None:
        """Takes no more connections, lets requests finish for ``drain_s``, ends every thread."""
        self._server.stop()
        if self._thread is not None:
            self._thread.join(_START_S)
            self._thread = None
