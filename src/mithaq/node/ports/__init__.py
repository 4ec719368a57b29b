"""Ports: what a node needs from the outside. ``adapters`` implement them, ``main`` plugs them in.

Every store method runs inside the transaction of the calling thread if there is one; ``transaction``
takes the write lock at once (SQLite IMMEDIATE, PostgreSQL row lock on the log head).
"""

from mithaq.node.ports.acts import ActStore, ReceiptStore
from mithaq.node.ports.environment import Clock, Entropy, NonceStore, Signer, TileFiles
from mithaq.node.ports.followed import FollowedStore, WitnessStore
from mithaq.node.ports.journal import Journal
from mithaq.node.ports.own_log import OwnLogStore
from mithaq.node.ports.peer import PeerClient
from mithaq.node.ports.projections import Projections
from mithaq.node.ports.roster import AlarmStore, Roster, Settings
from mithaq.node.ports.row_reader import RowQuery, RowReader
from mithaq.node.ports.store import Store

__all__ = [
    "ActStore",
    "AlarmStore",
    "Clock",
    "Entropy",
    "FollowedStore",
    "Journal",
    "NonceStore",
    "OwnLogStore",
    "PeerClient",
    "Projections",
    "ReceiptStore",
    "Roster",
    "RowQuery",
    "RowReader",
    "Settings",
    "Signer",
    "Store",
    "TileFiles",
    "WitnessStore",
]
