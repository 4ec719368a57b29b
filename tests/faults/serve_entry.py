"""Serves a home: ``python -m tests.faults.serve_entry HOME PORT``, as a fork that ``forks.py`` starts.

It differs from ``mithaq node serve`` in two things, which ``test_kill_loop`` also runs as they are: its
signer is a fork too, and it looks for no files of pages.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from mithaq.main.wiring.setup import setup


def prepare(home: Path, port: int) -> Any:
    """The service of a home, not yet started; ``SIGTERM`` stops it."""
    setup(home)
    from django.conf import settings

    from mithaq.main.wiring.service import ServeOptions, Service

    settings.WHITENOISE_USE_FINDERS = False
    fork_signers()
    service = Service(home, ServeOptions(port=port))
    signal.signal(signal.SIGTERM, lambda number, frame: service.stop())
    return service


class ForkedSigner:
    """As much of ``subprocess.Popen`` as ``SignerProcess`` uses."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def wait(self, timeout_s: float = 60.0) -> None:
        """Until it has ended."""
        end_s = time.monotonic() + timeout_s
        while os.waitpid(self.pid, os.WNOHANG) == (0, 0):
            if time.monotonic() > end_s:
                raise subprocess.TimeoutExpired("signer", timeout_s)
            time.sleep(0.01)

    def kill(self) -> None:
        """At once."""
        os.kill(self.pid, signal.SIGKILL)


def fork_signers() -> None:
    """A signer is a fork of its node, made before the node has threads; it keeps nothing open of it."""
    from mithaq.adapters.keystore import child, process

    def start(home: Path, child_end: socket.socket) -> Any:
        pid = os.fork()
        if pid:
            return ForkedSigner(pid)
        status = 1
        try:
            os.setsid()
            os.dup2(child_end.fileno(), 0)
            os.closerange(3, 1_024)
            status = child.main([str(home)])
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
        finally:
            os._exit(status)

    process._start_child = start


if __name__ == "__main__":
    service = prepare(Path(sys.argv[1]), int(sys.argv[2]))
    service.start()
    service.wait()
