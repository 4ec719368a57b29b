"""Messages between a node and its signer child: a length (4 bytes, big-endian), then msgpack.

Both ends are of one program and one version. The node still checks every length, and the child every
type, since what the child holds is worth more than what the node says.
"""

import socket
from typing import TypeAlias

import msgspec

from mithaq import errors
from mithaq.core.log.merkle import HASH_BYTES
from mithaq.errors import MalformedError, MithaqError

MAX_FRAME_BYTES = 64 * 2**20
"""Two million leaf hashes; a batch has 256."""

_LENGTH_BYTES = 4


class Request(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """One call of the node."""


class Head(Request, frozen=True, array_like=True, tag="head"):
    """``head()``."""


class SignCheckpoint(Request, frozen=True, array_like=True, tag="checkpoint"):
    """``sign_checkpoint``; the leaf hashes are joined."""

    old_size: int
    leaf_hashes: bytes

    def split(self) -> list[bytes]:
        """The leaf hashes; a cut one at the end stays cut and is refused by the signer."""
        return [self.leaf_hashes[at : at + HASH_BYTES] for at in range(0, len(self.leaf_hashes), HASH_BYTES)]


class Cosign(Request, frozen=True, array_like=True, tag="cosign"):
    """``cosign_mirror`` or ``cosign_witness``."""

    as_witness: bool
    note_text: bytes
    at_s: int


class SignReleaseHead(Request, frozen=True, array_like=True, tag="release"):
    """``sign_release_head``."""

    payload: bytes


class SignAct(Request, frozen=True, array_like=True, tag="act"):
    """``sign_act``."""

    post: str
    envelope: bytes


class Answer(msgspec.Struct, frozen=True, array_like=True, tag="answer"):
    """What a call gave. Which fields are used depends on the call."""

    data: bytes = b""
    text: str = ""
    key_id: bytes = b""
    number: int = 0


class Failure(msgspec.Struct, frozen=True, array_like=True, tag="failure"):
    """An error of the tree, by the name of its family."""

    family: str
    code: str
    message: str

    def rebuild(self) -> MithaqError:
        """The same error on this side."""
        family = getattr(errors, self.family, None)
        if isinstance(family, type) and issubclass(family, MithaqError):
            return family(self.code, self.message)
        return MithaqError(self.code, self.message)


AnyRequest: TypeAlias = Head | SignCheckpoint | Cosign | SignReleaseHead | SignAct
AnyReply: TypeAlias = Answer | Failure

_encoder = msgspec.msgpack.Encoder()
_request_decoder: msgspec.msgpack.Decoder[AnyRequest] = msgspec.msgpack.Decoder(AnyRequest)
_reply_decoder: msgspec.msgpack.Decoder[AnyReply] = msgspec.msgpack.Decoder(AnyReply)


def send(channel: socket.socket, message: AnyRequest | AnyReply) -> None:
    """Sends one message whole.

    Raises:
        OSError: the other end is gone, or the time is up.
        MalformedError: ``frame``; over ``MAX_FRAME_BYTES``. Nothing was sent.
    """
    body = _encoder.encode(message)
    if len(body) > MAX_FRAME_BYTES:
        raise MalformedError("frame", "A message to the signer is at most 64 MiB.")
    channel.sendall(len(body).to_bytes(_LENGTH_BYTES, "big") + body)


def receive_request(channel: socket.socket) -> AnyRequest:
    """The next call.

    Raises:
        EOFError: the other end closed.
        OSError: from the system.
        MalformedError: ``frame``.
    """
    try:
        return _request_decoder.decode(_receive(channel))
    except msgspec.MsgspecError as error:
        raise MalformedError("frame", "A message to the signer cannot be read.") from error


def receive_reply(channel: socket.socket) -> AnyReply:
    """The answer to the last call.

    Raises:
        EOFError: the other end closed.
        OSError: from the system, or the time is up.
        MalformedError: ``frame``.
    """
    try:
        return _reply_decoder.decode(_receive(channel))
    except msgspec.MsgspecError as error:
        raise MalformedError("frame", "An answer of the signer cannot be read.") from error


def _receive(channel: socket.socket) -> bytearray:
    length = int.from_bytes(_receive_exactly(channel, _LENGTH_BYTES), "big")
    if length > MAX_FRAME_BYTES:
        raise MalformedError("frame", "A message of the signer is at most 64 MiB.")
    return _receive_exactly(channel, length)


def _receive_exactly(channel: socket.socket, count: int) -> bytearray:
    data = bytearray(count)
    view = memoryview(data)
    while view:
        received = channel.recv_into(view)
        if not received:
            raise EOFError
        view = view[received:]
    return data
