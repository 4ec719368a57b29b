"""The control socket: how a command on this machine reaches the running service of its node.

A Unix socket in ``<home>/run`` (folder 0700): whoever may open it already holds the node's folder.
Messages are a length (4 bytes, big-endian) and msgpack.
"""

import os
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from mithaq import errors
from mithaq.core.types import LeafIndex, TreeSize
from mithaq.errors import MalformedError, MissingError, MithaqError
from mithaq.node.draft import Draft
from mithaq.node.node import Appended, Outcome

SOCKET = "control.sock"
MAX_MESSAGE_BYTES = 64 * 2**20
ANSWER_TIMEOUT_S = 120.0

Message = dict[str, Any]
Handler = Callable[[Message], Message]


@contextmanager
def _short_address(home: Path) -> Iterator[str]:
    """A path of the socket below 108 bytes, whatever the home's: through the folder's descriptor."""
    descriptor = os.open(home / "run", os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{SOCKET}"
    finally:
        os.close(descriptor)


def _send(channel: socket.socket, message: Message) -> None:
    data = msgspec.msgpack.encode(message)
    channel.sendall(len(data).to_bytes(4, "big") + data)


def _receive(channel: socket.socket) -> Message:
    length = int.from_bytes(_read(channel, 4), "big")
    if length > MAX_MESSAGE_BYTES:
        raise MalformedError("control_message", "a control message is at most 64 MiB")
    decoded = msgspec.msgpack.decode(_read(channel, length))
    if not isinstance(decoded, dict):
        raise MalformedError("control_message", "a control message is an object")
    return decoded


def _read(channel: socket.socket, count: int) -> bytes:
    parts = []
    while count:
        part = channel.recv(min(count, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


class ControlServer:
    """Answers messages until ``close``; one thread a connection, which calls ``at_end`` last."""

    def __init__(self, home: Path, handler: Handler, at_end: Callable[[], None] = lambda: None) -> None:
        self._handler = handler
        self._at_end = at_end
        (home / "run").mkdir(mode=0o700, exist_ok=True)
        self._path = home / "run" / SOCKET
        self._path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with _short_address(home) as address:
            self._listener.bind(address)
        self._path.chmod(0o600)
        self._listener.listen(16)
        self._thread = threading.Thread(target=self._accept, name="control", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def close(self) -> None:
        """Stop; the socket file goes."""
        self._path.unlink(missing_ok=True)
        # A close alone does not wake a thread in accept.
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                channel, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(channel,), name="control-call", daemon=True).start()

    def _serve(self, channel: socket.socket) -> None:
        with channel:
            try:
                while True:
                    _send(channel, self._answer(_receive(channel)))
            except (EOFError, OSError, MalformedError, msgspec.MsgspecError, RecursionError):
                return  # whoever asked has gone, or sent what cannot be read
            finally:
                self._at_end()

    def _answer(self, message: Message) -> Message:
        try:
            return self._handler(message)
        except MithaqError as error:
            return {"error": pack_error(error)}


class ControlClient:
    """One connection to the running service.

    Raises:
        MissingError: ``no_service``; none runs on that home.
    """

    def __init__(self, home: Path) -> None:
        self._channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._channel.settimeout(ANSWER_TIMEOUT_S)
        try:
            with _short_address(home) as address:
                self._channel.connect(address)
        except OSError as error:
            self._channel.close()
            raise MissingError("no_service", "no service of this node runs") from error

    def ask(self, message: Message) -> Message:
        """Send one message and wait. Raises the error that the service answered with."""
        _send(self._channel, message)
        answer = _receive(self._channel)
        if "error" in answer:
            raise unpack_error(answer["error"])
        return answer

    def submit(self, drafts: Sequence[Draft]) -> "Future[list[Outcome]]":
        """Implements ``node.node.Appender`` through the service: waits, answers a done future."""
        answer = self.ask({"do": "append", "drafts": pack_drafts(drafts)})
        future: Future[list[Outcome]] = Future()
        future.set_result([unpack_outcome(one) for one in answer["appended"]])
        return future

    def close(self) -> None:
        """End the connection."""
        self._channel.close()


_drafts_decoder = msgspec.msgpack.Decoder(list[Draft])


def pack_drafts(drafts: Sequence[Draft]) -> bytes:
    """Drafts as one member of a message."""
    return msgspec.msgpack.encode(drafts)


def unpack_drafts(packed: object) -> list[Draft]:
    """Drafts of a message. Their types are checked here: what is wrong later stops the writer for everyone.

    Raises:
        MalformedError: ``control_message``.
    """
    if not isinstance(packed, bytes):
        raise MalformedError("control_message", "the drafts are not packed")
    try:
        return _drafts_decoder.decode(packed)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise MalformedError("control_message", "the drafts are not of their form") from error


def pack_outcome(outcome: Outcome) -> Message | list[Any]:
    """Outcome as a message."""
    if isinstance(outcome, MithaqError):
        return pack_error(outcome)
    return [outcome.act_id, outcome.leaf_index, outcome.tree_size]


def unpack_outcome(message: Message | list[Any]) -> Outcome:
    """Outcome of a message."""
    if isinstance(message, dict):
        return unpack_error(message)
    act_id, leaf_index, tree_size = message
    return Appended(act_id, LeafIndex(leaf_index), TreeSize(tree_size))


def pack_error(error: MithaqError) -> Message:
    """Error as a message."""
    return {"family": type(error).__name__, "code": error.code, "message": error.message}


def unpack_error(message: Message) -> MithaqError:
    """The same error on this side; unknown families become the root."""
    family = getattr(errors, message["family"], MithaqError)
    if not (isinstance(family, type) and issubclass(family, MithaqError)):
        family = MithaqError
    return family(message["code"], message["message"])
