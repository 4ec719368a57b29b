"""The process of the signer: ``python -m mithaq.adapters.keystore.child HOME``, its socket as stdin.

It greets with its head, or with the error that keeps it from starting, and then answers calls until
the node closes its end. It loads no framework and opens no network.

Spec: docs/spec 6.1.
"""

import os
import signal
import socket
import sys
from pathlib import Path
from typing import assert_never

from mithaq.adapters.keystore.file_signer import FileSigner
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
    receive_request,
    send,
)
from mithaq.adapters.keystore.hardening import forbid_dumps
from mithaq.core.types import TreeSize
from mithaq.errors import MalformedError, MithaqError


def answer(signer: FileSigner, request: AnyRequest) -> Answer:
    """Carries out one call.

    Raises:
        MithaqError: whatever the signer raises.
    """
    match request:
        case Head():
            size, root = signer.head()
            return Answer(data=root, text=signer.origin, number=size)
        case SignCheckpoint(old_size=old_size):
            return Answer(data=signer.sign_checkpoint(TreeSize(old_size), request.split()))
        case Cosign(as_witness=as_witness, note_text=text, at_s=at_s):
            line = signer.cosign_witness(text, at_s) if as_witness else signer.cosign_mirror(text, at_s)
            return Answer(data=line.signature, text=line.name, key_id=line.key_id)
        case SignReleaseHead(payload=payload):
            return Answer(data=signer.sign_release_head(payload))
        case SignAct(post=post, envelope=envelope):
            keyid, signature = signer.sign_act(post, envelope)
            return Answer(data=signature, text=keyid)
        case _:
            assert_never(request)


def reply_to(signer: FileSigner, request: AnyRequest) -> AnyReply:
    """The answer, or the failure that says what went wrong."""
    try:
        return answer(signer, request)
    except MithaqError as error:
        return Failure(type(error).__name__, error.code, error.message)


def serve(signer: FileSigner, channel: socket.socket) -> None:
    """Answers calls until the other end closes.

    Raises:
        OSError: from the system.
    """
    while True:
        try:
            request = receive_request(channel)
        except (EOFError, ConnectionError):
            return
        except MalformedError as error:
            # What follows cannot be told from its middle.
            send(channel, Failure("MalformedError", error.code, error.message))
            return
        send(channel, reply_to(signer, request))


def run(home: Path, channel: socket.socket) -> int:
    """Greets and serves; 0 after a clean end, 1 when the keys or the head kept it from starting."""
    try:
        signer = FileSigner(home)
    except MithaqError as error:
        send(channel, Failure(type(error).__name__, error.code, error.message))
        return 1
    send(channel, reply_to(signer, Head()))
    serve(signer, channel)
    return 0


def main(arguments: list[str]) -> int:
    """Entry of the process."""
    forbid_dumps()
    # Who stops the node sends signals to all its processes; the signer must outlive the last call.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    os.umask(0o077)
    channel = socket.socket(fileno=0)
    try:
        return run(Path(arguments[0]), channel)
    except ConnectionError:
        return 0  # The node went away in the middle of an answer.


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
