"""Fetch the attachments that applied acts name; the act is ``pending`` until all are here.

Spec: docs/spec 11.
"""

import logging
from collections.abc import Sequence

from mithaq.core.acts.receipts import ReceiptResult
from mithaq.core.types import LeafIndex, Origin
from mithaq.errors import MalformedError, MissingError, RefusedError
from mithaq.node.node import Node
from mithaq.node.ports import PeerClient
from mithaq.node.records import Alarm, Outcome, WantedBlob

log = logging.getLogger("mithaq.blobs")

CHUNKS_A_TURN = 16
"""Chunks (1 MiB) fetched before the log is looked at again, so that acts do not wait behind a film."""

TRIES = 3
"""A wrong chunk is fetched so often, then the blob is given up with an alarm."""


class BlobFetcher:
    """Fetches the blobs wanted of one partner, chunk by chunk; resumes where it was."""

    def __init__(self, node: Node, origin: Origin, client: PeerClient) -> None:
        self._node = node
        self._origin = origin
        self._client = client

    def turn(self) -> bool:
        """Fetch some chunks; answers whether something is left to fetch."""
        left = CHUNKS_A_TURN
        for wanted in self._node.store.followed.wanted_blobs(self._origin):
            try:
                left -= self._fetch(wanted, left)
            except (MalformedError, MissingError, RefusedError) as error:
                self._give_up(wanted, error.code)
                continue
            if self._node.blobs.is_whole(wanted.sha256):
                self._settle(wanted)
            if left <= 0:
                return True
        return False

    def _fetch(self, wanted: WantedBlob, most: int) -> int:
        """Up to ``most`` chunks; answers how many came."""
        missing = self._begin(wanted)
        for number in missing[:most]:
            self._fetch_chunk(wanted.sha256, number)
        return len(missing[:most])

    def _begin(self, wanted: WantedBlob) -> list[int]:
        if self._node.blobs.is_whole(wanted.sha256):
            return []
        return self._node.blobs.begin(self._client.blob_manifest(wanted.sha256), owner=self._origin)

    def _fetch_chunk(self, sha256: str, number: int) -> None:
        for attempt in range(1, TRIES + 1):
            try:
                self._node.blobs.write_chunk(sha256, number, self._client.blob_chunk(sha256, number))
                return
            except MalformedError:
                if attempt == TRIES:
                    raise

    def _settle(self, wanted: WantedBlob) -> None:
        """Acts that waited for this blob alone are applied now; the receipt says so."""
        with self._node.store.transaction():
            free = self._node.store.followed.blob_arrived(self._origin, wanted.sha256)
            self._owe(free)

    def _owe(self, indexes: Sequence[LeafIndex]) -> None:
        outcomes = [Outcome(index, index, ReceiptResult.APPLIED) for index in indexes]
        self._node.store.receipts.owe(self._origin, outcomes)

    def _give_up(self, wanted: WantedBlob, code: str) -> None:
        log.warning("blob %s of %s is given up: %s", wanted.sha256[:16], self._origin, code)
        with self._node.store.transaction():
            self._node.store.followed.forget_blob(self._origin, wanted.sha256)
            # One for each partner, not for each blob: it may name as many as it likes.
            detail = f"{wanted.sha256}: {code}"
            alarm = Alarm("blob_unusable", self._origin, self._node.clock.now(), detail)
            self._node.store.alarms.raise_alarm(alarm)
