"""Serves homes in processes that start fast: everything is loaded once, each node is a fork of it.

Run as ``python -m tests.faults.serve_entry``. Each line on stdin is an order in JSON: ``home``, ``port``,
``output`` (the file of what the node says), ``environment`` and ``traced`` (null, or the weakness of
``powercut/trace_entry.py``). A fork serves that home, and its process id is written to stdout. The end of
stdin ends this process and with it the nodes, so that none is left behind by a test that was killed.

A fork differs from ``mithaq node serve`` in two things, which ``test_kill_loop`` also runs as they are: its
signer is a fork too, and it looks for no files of pages.
"""

import ctypes
import gc
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1


def serve(home: Path, port: int) -> None:
    """One node, until it is told to stop."""
    from mithaq.main.wiring.service import ServeOptions, Service

    use_home(home)
    service = Service(home, ServeOptions(port=port))
    signal.signal(signal.SIGTERM, lambda number, frame: service.stop())
    service.start()
    service.wait()


def use_home(home: Path) -> None:
    """What ``setup`` does, in a process that has loaded everything and has opened nothing."""
    from django.conf import Settings, settings
    from django.db import connections

    import mithaq.main.settings

    os.environ["MITHAQ_HOME"] = str(home.resolve())
    importlib.reload(mithaq.main.settings)
    settings._wrapped = Settings("mithaq.main.settings")
    settings.WHITENOISE_USE_FINDERS = False
    for known in connections.all(initialized_only=True):
        assert known.connection is None, "a database was opened before the fork"
        del connections[known.alias]
    connections._settings = None  # read anew
    del connections.settings


def load() -> None:
    """Everything that a start would load."""
    from mithaq.main.wiring.collector import look_seldom

    look_seldom()
    os.environ["MITHAQ_HOME"] = "/nonexistent"
    os.environ["DJANGO_SETTINGS_MODULE"] = "mithaq.main.settings"
    import django

    django.setup()
    import django.db.backends.postgresql.base
    import django.db.models.sql.compiler
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.urls import get_resolver

    import mithaq.adapters.keystore.child
    import mithaq.main.urls
    import mithaq.main.wiring.service  # noqa: F401
    from mithaq.main.wiring.registers import make_registry

    settings.WHITENOISE_USE_FINDERS = False
    get_wsgi_application()
    make_registry()
    _ = get_resolver(settings.WIRE_URLCONF).url_patterns
    fork_signers()
    gc.collect()
    gc.freeze()  # a fork looks at none of it, and copies none of it


class ForkedSigner:
    """As much of ``subprocess.Popen`` as ``SignerProcess`` uses."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def wait(self, timeout_s: float) -> None:
        """The kernel takes the dead here: there is no status."""
        end_s = time.monotonic() + timeout_s
        while True:
            try:
                os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:
                return
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
            print_error()
        finally:
            os._exit(status)

    process._start_child = start


def print_error() -> None:
    """Where the output of the node goes."""
    import traceback

    traceback.print_exc()
    sys.stderr.flush()


def end_with_parent() -> None:
    """The kernel kills this process when its parent ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def fork_node(order: dict[str, Any]) -> int:
    """Process id of a new node."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        os.environ.update(order["environment"])  # before a first call that the journal of writes looks at
        end_with_parent()
        os.setsid()
        redirect(order["output"])
        home, port = Path(order["home"]), order["port"]
        if order["traced"] is None:
            serve(home, port)
        else:
            from tests.faults.powercut.trace_entry import serve_traced

            serve_traced(home, port, order["traced"])
        status = 0
    except BaseException:
        print_error()
    finally:
        os._exit(status)


def redirect(output: str) -> None:
    """Nothing to read, and a file to write to."""
    for wanted, descriptor in (
        (0, os.open(os.devnull, os.O_RDONLY)),
        (2, os.open(output, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)),
    ):
        os.dup2(descriptor, wanted)
        os.close(descriptor)
    os.dup2(2, 1)


def main() -> None:
    load()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel takes the dead
    sys.stdout.write("loaded\n")
    sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(f"{fork_node(json.loads(line))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
