"""Pages of one log in a row: the next one is on its way while one is applied.

Applying waits for the disk, fetching for the partner; whoever has much to catch up waits for both at once.
"""

from concurrent.futures import Executor, Future
from dataclasses import dataclass

from mithaq.core.types import LeafIndex, TreeSize
from mithaq.node.partner.page_reader import FetchedPage, read_page
from mithaq.node.ports import PeerClient


@dataclass(frozen=True, slots=True)
class _Ahead:
    """A page asked for before it is needed."""

    first: LeafIndex
    below: TreeSize
    page: "Future[FetchedPage]"


class PagesAhead:
    """Reads pages of a partner; at most one is fetched ahead, and kept only for the very next question.

    Args:
        executor: fetches on a thread of its own; None to fetch a page when it is asked for.
    """

    def __init__(self, client: PeerClient, executor: Executor | None) -> None:
        self._client = client
        self._executor = executor
        self._ahead: _Ahead | None = None

    def read(self, first: LeafIndex, below: TreeSize) -> FetchedPage:
        """One page, as ``read_page`` gives it. Raises as that does."""
        ahead, self._ahead = self._ahead, None
        if ahead is not None and (ahead.first, ahead.below) == (first, below):
            page = ahead.page.result()
        else:
            page = read_page(self._client, first, below)
        if self._executor is not None and page.next_index < int(below):
            future = self._executor.submit(read_page, self._client, page.next_index, below)
            self._ahead = _Ahead(page.next_index, below, future)
        return page
