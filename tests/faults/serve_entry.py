"""Serves one home in processes that start fast: everything is loaded once, each node is a fork of it.

Run as ``python serve_entry.py HOME``. Each line on stdin is a port: a fork serves the home there, and its
process id is written to stdout. The end of stdin ends this process and with it the nodes, so that none
is left behind by a test that was killed.
"""

import ctypes
import os
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1


def serve(home: Path, port: int) -> None:
    """One node, until it is told to stop."""
    from mithaq.main.wiring.service import ServeOptions, Service

    service = Service(home, ServeOptions(port=port))
    signal.signal(signal.SIGTERM, lambda number, frame: service.stop())
    service.start()
    service.wait()


def end_with_parent() -> None:
    """The kernel kills this process when its parent ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def fork_node(home: Path, port: int) -> int:
    """Process id of a new node."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        end_with_parent()
        os.setsid()
        os.close(0)
        os.open(os.devnull, os.O_RDONLY)
        os.dup2(2, 1)
        serve(home, port)
        status = 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        os._exit(status)


def main(home: Path) -> None:
    from mithaq.main.wiring.setup import setup

    setup(home)
    import mithaq.main.urls
    import mithaq.main.wiring.service  # noqa: F401

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel takes the dead
    sys.stdout.write("loaded\n")
    sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(f"{fork_node(home, int(line))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
