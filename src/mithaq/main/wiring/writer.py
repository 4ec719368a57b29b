"""Who appends: the running service of this home, or this process under the sequencer lock."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mithaq.adapters.process_lock import ProcessLock
from mithaq.adapters.store.engine import take_sequencer_lock
from mithaq.errors import ConflictError, MissingError
from mithaq.main.home import Home
from mithaq.main.wiring.control import ControlClient
from mithaq.node.append.append_queue import AppendQueue
from mithaq.node.append.sequencer import Sequencer
from mithaq.node.node import Node
from mithaq.node.read.projection import Projector
from mithaq.node.restore.restore_guard import RestoreGuard
from mithaq.node.restore.start_check import check_own_tree


@contextmanager
def writer(node: Node, folder: Path) -> Iterator[Node]:
    """A node whose ``appender`` works, for the time of one command.

    Raises:
        ConflictError: ``sequencer_running``; another process appends and does not answer.
        RefusedError: ``damaged_log``.
    """
    try:
        client = ControlClient(folder)
    except MissingError:
        with inline_writer(node, folder):
            yield node
        return
    try:
        node.appender = client
        yield node
    finally:
        client.close()


def make_sequencer(node: Node) -> Sequencer:
    """The sequencer of a node."""
    return Sequencer(node, Projector(node.store, node.registry, node.identity.code))


@contextmanager
def inline_writer(node: Node, folder: Path) -> Iterator[Node]:
    """Append in this process: no service runs."""
    with ProcessLock(Home(folder).sequencer_lock):
        take_sequencer_lock()
        check_own_tree(node)
        sequencer = make_sequencer(node)
        if RestoreGuard(node, sequencer).is_closed:
            raise ConflictError(
                "guard", "this node was restored and is read-only until a partner has answered"
            )
        sequencer.catch_up()
        queue = AppendQueue(sequencer)
        thread = threading.Thread(target=queue.run, name="writer", daemon=True)
        thread.start()
        node.appender = queue
        try:
            yield node
        finally:
            queue.close()
            thread.join()
