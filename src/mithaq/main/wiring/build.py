"""A ``Node`` on the real adapters. Call ``setup`` first."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mithaq.adapters.blob_files import BlobFiles
from mithaq.adapters.clock import SystemClock
from mithaq.adapters.entropy import SystemEntropy
from mithaq.adapters.key_table import KeyTable
from mithaq.adapters.keystore.key_files import load_secret
from mithaq.adapters.keystore.process import SignerProcess
from mithaq.adapters.search.open import open_index
from mithaq.adapters.store.store import DatabaseNonces, DatabaseStore
from mithaq.adapters.tile_files import TileFiles
from mithaq.main.home import Home, load_choices
from mithaq.main.wiring.machine_checks import machine_checks
from mithaq.main.wiring.registers import make_registry
from mithaq.node.node import Node
from mithaq.node.ports import Signer


def open_node(folder: Path, signer: Signer) -> Node:
    """The node of a home. It reads; to append it needs a writer (``wiring.writer``).

    Raises:
        MissingError: ``home``. MalformedError, RefusedError: keys or choices that cannot be used.
    """
    home = Home(folder)
    identity = load_choices(home).identity
    entropy = SystemEntropy()
    node = Node(
        identity=identity,
        registry=make_registry(),
        store=DatabaseStore(identity.code, identity.origin),
        signer=signer,
        tiles=TileFiles(home.log),
        blobs=BlobFiles(
            home.blobs,
            KeyTable(home.key_table, load_secret(home.kek)),
            load_secret(home.blob_index),
            entropy,
        ),
        nonces=DatabaseNonces(),
        clock=SystemClock(),
        entropy=entropy,
        search=open_index(home.search),
    )
    node.machine_checks = machine_checks(node, folder)
    return node


@contextmanager
def opened_node(folder: Path) -> Iterator[Node]:
    """The node of a home with its signer child, for the time of one command."""
    with SignerProcess(folder) as signer:
        yield open_node(folder, signer)
