"""All durable state in one object."""

from contextlib import AbstractContextManager
from typing import Protocol

from mithaq.node.ports.acts import ActStore, ReceiptStore
from mithaq.node.ports.followed import FollowedStore, WitnessStore
from mithaq.node.ports.journal import Journal
from mithaq.node.ports.own_log import OwnLogStore
from mithaq.node.ports.projections import Projections
from mithaq.node.ports.roster import AlarmStore, Roster, Settings
from mithaq.node.ports.row_reader import RowReader


class Store(Protocol):
    """All of a node's durable state."""

    own: OwnLogStore
    followed: FollowedStore
    witnessed: WitnessStore
    acts: ActStore
    receipts: ReceiptStore
    projections: Projections
    journal: Journal
    rows: RowReader
    roster: Roster
    alarms: AlarmStore
    settings: Settings

    def transaction(self) -> AbstractContextManager[None]:
        """Write transaction of this thread: all or nothing, durable on exit.

        Raises:
            UnavailableError: ``disk``; nothing was stored, and the caller must not go on writing.
        """
        ...
