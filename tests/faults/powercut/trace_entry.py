"""A node whose promises go into the journal, run as ``serve_entry.py`` is, with a weakness after PORT.

The node is the real service. Around it, each promise is written to a file of the home that the journal
records and the disk ignores: acts once they are acknowledged, what a pull came to, attachments once they
are stored. A weakness takes one guarantee away, to show that the method finds the loss:
``synchronous-off`` (no sync of the database), ``no-folder-sync`` (names are never made durable),
``early-acknowledgement`` (before the last step of append).
"""

import json
import sys
import threading
from pathlib import Path
from typing import Any

from mithaq.adapters import durable
from mithaq.adapters.store import engine
from tests.faults.serve_entry import prepare

CHECKPOINT_PAGES = "60"
"""The write-ahead log goes back into the database after so many pages: many times in a short trace."""


class Promises:
    """Writes what the node has promised."""

    def __init__(self, home: Path) -> None:
        self._file = (home / ".marker").open("ab", buffering=0)
        self._lock = threading.Lock()

    def write(self, **promise: Any) -> None:
        with self._lock:
            self._file.write(json.dumps(promise).encode() + b"\n")


def weaken(weakness: str) -> None:
    if weakness == "synchronous-off":
        original = engine.sqlite_database
        replace_everywhere(original, lambda path, **options: original(path, synchronous="OFF"))
        replace_everywhere(engine.check_engine, lambda: None)  # a node refuses these settings at its start
    if weakness == "no-folder-sync":
        replace_everywhere(durable.sync_folder, lambda folder: None)


def replace_everywhere(original: Any, other: Any) -> None:
    """Under every name that a module loaded before has for it."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "mithaq":
            for known in [key for key, value in vars(module).items() if value is original]:
                setattr(module, known, other)


def watch(promises: Promises) -> None:
    """Put a promise after each call that makes one."""
    from mithaq.node.append.sequencer import Sequencer
    from mithaq.node.node import Appended
    from mithaq.node.partner.pull import Puller

    publish, pull = Sequencer.publish, Puller.pull

    def watched_publish(self: Any, *arguments: Any, **named: Any) -> Any:
        answers = publish(self, *arguments, **named)
        acts = [[one.act_id, one.leaf_index, one.tree_size] for one in answers if isinstance(one, Appended)]
        promises.write(acts=acts)
        return answers

    def watched_pull(self: Any, *arguments: Any, **named: Any) -> Any:
        result = pull(self, *arguments, **named)
        head = self._node.store.followed.head(result.origin)
        promises.write(verified=head.verified_size, applied=head.next_index, cosigned=result.cosigned_size)
        return result

    Sequencer.publish = watched_publish  # type: ignore[method-assign]
    Puller.pull = watched_pull  # type: ignore[method-assign]


def acknowledge_early(promises: Promises) -> None:
    """What must never be: the answer before the act is stored."""
    from mithaq.node.append.sequencer import Sequencer

    store = Sequencer._store

    def early(self: Any, drafts: Any, *arguments: Any, **named: Any) -> Any:
        first = self._node.store.own.head().next_index
        acts = [[draft.act_id, first + place, first + len(drafts)] for place, draft in enumerate(drafts)]
        promises.write(acts=acts)
        return store(self, drafts, *arguments, **named)

    Sequencer._store = early  # type: ignore[method-assign]


def add_blobs(node: Any, promises: Promises, stopping: threading.Event) -> None:
    """A small attachment now and then."""
    number = 0
    while not stopping.wait(0.15):
        number += 1
        sha256, _ = node.blobs.add(iter([b"%d " % number + b"x" * 3_000]))
        promises.write(blob=sha256)


def serve_traced(home: Path, port: int, weakness: str) -> None:
    """Serve this home, with promises, until told to stop."""
    engine.SQLITE_PRAGMAS["wal_autocheckpoint"] = CHECKPOINT_PAGES
    weaken(weakness)
    service = prepare(home, port)
    promises = Promises(home)
    watch(promises)
    if weakness == "early-acknowledgement":
        acknowledge_early(promises)
    stopping = threading.Event()
    service.start()
    threading.Thread(target=add_blobs, args=(service.node, promises, stopping), daemon=True).start()
    service.wait()


if __name__ == "__main__":
    serve_traced(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
