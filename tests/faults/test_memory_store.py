"""The store in memory has every method of the ports, with their parameters."""

import inspect

import pytest

from mithaq.node import ports
from mithaq.node.blobs import Blobs

from .memory_ports import MemoryBlobs, MemorySigner, MemoryTiles
from .memory_store import MemoryStore
from .network import Link

STORE = MemoryStore("ma-mi", "ma-mi.example/log/1")
PAIRS = [
    (ports.OwnLogStore, type(STORE.own)),
    (ports.FollowedStore, type(STORE.followed)),
    (ports.WitnessStore, type(STORE.witnessed)),
    (ports.ActStore, type(STORE.acts)),
    (ports.ReceiptStore, type(STORE.receipts)),
    (ports.Projections, type(STORE.projections)),
    (ports.Roster, type(STORE.roster)),
    (ports.AlarmStore, type(STORE.alarms)),
    (ports.Settings, type(STORE.settings)),
    (ports.Journal, type(STORE.journal)),
    (ports.Signer, MemorySigner),
    (ports.TileFiles, MemoryTiles),
    (ports.PeerClient, Link),
]


@pytest.mark.parametrize(("port", "double"), PAIRS, ids=lambda kind: kind.__name__)
def test_the_double_has_the_methods_of_the_port(port: type, double: type) -> None:
    for name, method in inspect.getmembers(port, inspect.isfunction):
        if not name.startswith("_"):
            assert hasattr(double, name), name
            assert len(inspect.signature(getattr(double, name)).parameters) == len(
                inspect.signature(method).parameters
            ), name


def test_blobs_in_memory_have_what_is_used() -> None:
    used = {name for name, _ in inspect.getmembers(Blobs, inspect.isfunction) if not name.startswith("_")}
    assert used - {"delete"} <= set(dir(MemoryBlobs))
