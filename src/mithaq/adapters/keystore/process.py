"""The signer in a process of its own: the node that serves the web holds no signing key.

Spec: docs/spec 6.1.
"""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import mithaq
from mithaq.adapters.keystore.frames import (
    Answer,
    AnyReply,
    AnyRequest,
    Cosign,
    Failure,
    Head,
    SignAct,
    SignCheckpoint,
    SignReleaseHead,
    receive_reply,
    send,
)
from mithaq.core.log.signed_note import SignatureLine
from mithaq.core.types import Origin, RootHash, TreeSize
from mithaq.errors import MalformedError, UnavailableError

_CALL_TIMEOUT_S = 60.0
_END_TIMEOUT_S = 5.0
_CHILD = "mithaq.adapters.keystore.child"


class SignerProcess:
    """Implements ``node.ports.Signer`` by a child that holds the keys. Threads may share it.

    The child ends when this end closes, by ``close`` or by the end of this process. A child that is
    gone is not started again: who reached into it once must not get a second one.

    Args:
        home: of the node.

    Raises:
        MissingError, RefusedError, MalformedError: what kept the child from starting, as ``FileSigner``.
        UnavailableError: ``signer_gone``.
    """

    def __init__(self, home: Path) -> None:
        self._lock = threading.Lock()
        self._channel, child_end = socket.socketpair()
        self._channel.settimeout(_CALL_TIMEOUT_S)
        with child_end:
            self._child = _start_child(home, child_end)
        try:
            with self._lock:
                greeting = self._expect(self._receive())
        except BaseException:
            self.close()
            raise
        self._origin = Origin(greeting.text)

    @property
    def origin(self) -> Origin:
        """The log that is signed there."""
        return self._origin

    @property
    def pid(self) -> int:
        """Process id of the child."""
        return self._child.pid

    def close(self) -> None:
        """Ends the child; doing it twice is harmless."""
        self._channel.close()
        try:
            self._child.wait(_END_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def head(self) -> tuple[TreeSize, RootHash]:
        """As ``FileSigner.head``."""
        reply = self._call(Head())
        return TreeSize(reply.number), RootHash(reply.data)

    def sign_checkpoint(self, old_size: TreeSize, leaf_hashes: Sequence[bytes]) -> bytes:
        """As ``FileSigner.sign_checkpoint``, and ``UnavailableError("signer_gone")``."""
        # Joined, a cut hash would shift the rest into other leaves.
        if any(len(leaf) != 32 for leaf in leaf_hashes):
            raise MalformedError("leaf_hash", "A leaf hash is 32 bytes.")
        return self._call(SignCheckpoint(old_size, b"".join(leaf_hashes))).data

    def cosign_mirror(self, note_text: bytes, at_s: int) -> SignatureLine:
        """As ``FileSigner.cosign_mirror``, and ``UnavailableError("signer_gone")``."""
        return self._cosign(Cosign(False, note_text, at_s))

    def cosign_witness(self, note_text: bytes, at_s: int) -> SignatureLine:
        """As ``FileSigner.cosign_witness``, and ``UnavailableError("signer_gone")``."""
        return self._cosign(Cosign(True, note_text, at_s))

    def _cosign(self, request: Cosign) -> SignatureLine:
        reply = self._call(request)
        return SignatureLine(reply.text, reply.key_id, reply.data)

    def sign_release_head(self, payload: bytes) -> bytes:
        """As ``FileSigner.sign_release_head``, and ``UnavailableError("signer_gone")``."""
        return self._call(SignReleaseHead(payload)).data

    def sign_act(self, post: str, envelope: bytes) -> tuple[str, bytes]:
        """As ``FileSigner.sign_act``, and ``UnavailableError("signer_gone")``."""
        reply = self._call(SignAct(post, envelope))
        return reply.text, reply.data

    def _call(self, request: AnyRequest) -> Answer:
        with self._lock:
            self._send(request)
            reply = self._receive()
        return self._expect(reply)

    def _send(self, request: AnyRequest) -> None:
        try:
            send(self._channel, request)
        except OSError as error:
            raise self._give_up() from error
        except MalformedError:
            raise  # Nothing was sent; the channel is in step.
        except BaseException:
            self._channel.close()
            raise

    def _receive(self) -> AnyReply:
        try:
            return receive_reply(self._channel)
        except (OSError, EOFError, MalformedError) as error:
            raise self._give_up() from error
        except BaseException:
            # An answer left behind would be taken for the next one's.
            self._channel.close()
            raise

    def _give_up(self) -> UnavailableError:
        self._channel.close()
        return UnavailableError("signer_gone", "The process of the signer is gone; start the node again.")

    @staticmethod
    def _expect(reply: AnyReply) -> Answer:
        if isinstance(reply, Failure):
            raise reply.rebuild()
        return reply


def _start_child(home: Path, child_end: socket.socket) -> "subprocess.Popen[bytes]":
    # The same package as ours, wherever this process has it from; nothing from the folder we stand in.
    package_root = str(Path(mithaq.__file__).resolve().parent.parent)
    inherited = os.environ.get("PYTHONPATH", "")
    path = os.pathsep.join(part for part in (package_root, inherited) if part)
    try:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", _CHILD, str(home)],
            stdin=child_end.fileno(),
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,
        )
    except OSError as error:
        raise UnavailableError("signer_gone", "The process of the signer could not be started.") from error
