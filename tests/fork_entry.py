"""Python programs of this package that start fast: everything is loaded once, each program is a fork of it.

Run as ``python -m tests.fork_entry DESCRIPTOR`` by ``forks.py``, which sends its orders over that socket:
four bytes of length with the three descriptors of the program and one for its status, then JSON. On the last
go the program's process id, and later how it ended. The end of the socket ends this process, and with it all
that it has started.

A program is the same as one of its own process but for what it finds loaded: its arguments, environment,
folder and streams are those that it was given, its settings are read by itself, it has no database open.
"""

import array
import atexit
import ctypes
import gc
import json
import os
import runpy
import selectors
import signal
import socket
import sys
import threading
import traceback
from dataclasses import dataclass
from typing import Any

PR_SET_PDEATHSIG = 1
SETTINGS = "mithaq.main.settings"
NO_HOME = "/nonexistent"
LENGTH_BYTES = 4
DESCRIPTORS = 4
"""Standard input, output, errors, status."""


def load() -> None:
    """What programs of this package load, for a home that is not there."""
    from mithaq.main.wiring.collector import look_seldom

    look_seldom()
    os.environ.update(MITHAQ_HOME=NO_HOME, DJANGO_SETTINGS_MODULE=SETTINGS)
    import django

    django.setup()
    import django.db.models.sql.compiler
    from django.conf import settings
    from django.db.migrations.loader import MigrationLoader
    from django.urls import get_resolver

    import mithaq.main.backup
    import mithaq.main.cli.new_node
    import mithaq.main.demo.hands
    import mithaq.main.demo.officials
    import mithaq.main.wiring.service
    import mithaq.web.accounts.founding  # noqa: F401
    from mithaq.main.cli.app import make_app
    from mithaq.main.wiring.registers import make_registry

    make_app()
    make_registry()
    MigrationLoader(None)
    for name in (settings.ROOT_URLCONF, settings.WIRE_URLCONF):
        _ = get_resolver(name).url_patterns


def forget_home() -> None:
    """The settings are read again by whoever asks next; as before a program has read any."""
    from django.conf import settings
    from django.db import connections
    from django.utils.functional import empty

    for known in connections.all(initialized_only=True):
        assert known.connection is None, "a database was opened before the fork"
        del connections[known.alias]
    connections._settings = None
    vars(connections).pop("settings", None)
    settings._wrapped = empty
    sys.modules.pop(SETTINGS)


# One program


def become(order: dict[str, Any], descriptors: list[int]) -> int:
    """Be the program that was ordered; answers its exit code."""
    os.environ.clear()
    os.environ.update(order["environment"])  # before a first call that a preloaded library looks at
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    end_with_parent()
    if order["session"]:
        os.setsid()
    for number, descriptor in enumerate(descriptors[: DESCRIPTORS - 1]):
        os.dup2(descriptor, number)
    for descriptor in descriptors:
        os.close(descriptor)
    os.chdir(order["folder"])
    forget_home()
    return run_program(order["arguments"])


def run_program(arguments: list[str]) -> int:
    """As ``python -m MODULE`` or ``python -c CODE`` with what follows."""
    switch, what, *rest = arguments
    sys.argv[:] = [switch, *rest]
    try:
        if switch == "-c":
            exec(compile(what, "<string>", "exec"), {"__name__": "__main__"})
        else:
            sys.modules.pop(what, None)
            runpy.run_module(what, run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        if ended.code is None or isinstance(ended.code, int):
            return ended.code or 0
        sys.stderr.write(f"{ended.code}\n")
        return 1
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def finish() -> None:
    """What Python does at its end, but for taking all apart."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()


def end_with_parent() -> None:
    """The kernel kills this process when its parent ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


# The process that forks


@dataclass
class Forks:
    """Starts what is ordered, and tells how it ended.

    Attributes:
        running: process id -> where its status goes.
    """

    orders: socket.socket
    running: dict[int, socket.socket]

    def start(self, order: dict[str, Any], descriptors: list[int]) -> None:
        """Fork a program."""
        pid = os.fork()
        if not pid:
            status = 1
            try:
                for kept in (self.orders, *self.running.values()):
                    kept.close()
                status = become(order, descriptors)
                finish()
            except BaseException:
                traceback.print_exc()
                sys.stderr.flush()
            finally:
                os._exit(status & 0xFF)
        for descriptor in descriptors[: DESCRIPTORS - 1]:
            os.close(descriptor)
        status_socket = socket.socket(fileno=descriptors[-1])
        self.running[pid] = status_socket
        tell(status_socket, pid)

    def reap(self) -> None:
        """Tell of those that have ended."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            if (told := self.running.pop(pid, None)) is not None:
                tell(told, os.waitstatus_to_exitcode(status))
                told.close()

    def receive(self) -> tuple[dict[str, Any], list[int]] | None:
        """The next order; None when there will be no more."""
        length, ancillary, _, _ = self.orders.recvmsg(
            LENGTH_BYTES, socket.CMSG_SPACE(DESCRIPTORS * array.array("i").itemsize)
        )
        if not length:
            return None
        descriptors = array.array("i")
        for _, _, data in ancillary:
            descriptors.frombytes(data)
        found = bytearray()
        while len(found) < int.from_bytes(length, "big"):
            found += self.orders.recv(int.from_bytes(length, "big") - len(found))
        return json.loads(found), list(descriptors)


def tell(status: socket.socket, number: int) -> None:
    """A number and the end of a line; whoever no longer listens misses nothing."""
    try:
        status.sendall(b"%d\n" % number)
    except OSError:
        pass


def main(descriptor: int) -> None:
    load()
    assert threading.active_count() == 1, "a fork keeps one thread alone"
    woken, wake = socket.socketpair()
    woken.setblocking(False)
    wake.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(wake.fileno())
    forks = Forks(socket.socket(fileno=descriptor), {})
    gc.collect()
    gc.freeze()  # a fork looks at none of it, and copies none of it
    with selectors.DefaultSelector() as selector:
        selector.register(woken, selectors.EVENT_READ)
        selector.register(forks.orders, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is woken:
                    woken.recv(4_096)
                    forks.reap()
                    continue
                order = forks.receive()
                if order is None:
                    return
                forks.start(*order)


if __name__ == "__main__":
    main(int(sys.argv[1]))
