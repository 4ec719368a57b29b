"""Pages fetched ahead: each leaf once, what fails raises where it is needed, the unwanted is dropped."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from mithaq.core.federation.page import encode_end, encode_line
from mithaq.core.types import LeafIndex, Origin, TreeSize
from mithaq.errors import UnavailableError
from mithaq.node.partner.pages_ahead import PagesAhead
from mithaq.node.records import StoredAct

SIZE = TreeSize(10)
PAGE = 4


class Server:
    """Serves pages of four acts; notes what is asked for."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.is_down = False

    def acts(self, first: LeafIndex, limit: int) -> Iterator[bytes]:
        self.asked.append(first)
        if self.is_down:
            raise UnavailableError("partner_unreachable", "it is down")
        end = min(first + PAGE, SIZE)
        for index in range(first, end):
            yield encode_line(StoredAct(Origin("o"), LeafIndex(index), bytes(32), bytes(32), b"{}"))
        yield encode_end(LeafIndex(end), SIZE, end - first)


def read_all(pages: PagesAhead) -> list[int]:
    first, found = LeafIndex(0), []
    while first < int(SIZE):
        page = pages.read(first, SIZE)
        found += [line.leaf_index for line, _ in page.lines]
        first = page.next_index
    return found


@pytest.mark.parametrize("is_ahead", [False, True])
def test_every_leaf_is_fetched_once(is_ahead: bool) -> None:
    server = Server()
    with ThreadPoolExecutor(1) as executor:
        pages = PagesAhead(server, executor if is_ahead else None)  # type: ignore[arg-type]
        assert read_all(pages) == list(range(SIZE))
    assert server.asked == [0, 4, 8]


def test_another_question_than_the_next_is_asked_anew() -> None:
    server = Server()
    with ThreadPoolExecutor(1) as executor:
        pages = PagesAhead(server, executor)  # type: ignore[arg-type]
        pages.read(LeafIndex(0), SIZE)
        again = pages.read(LeafIndex(0), SIZE)
    assert [line.leaf_index for line, _ in again.lines] == [0, 1, 2, 3]
    assert sorted(server.asked) == [0, 0, 4, 4]


def test_what_failed_ahead_is_raised_when_it_is_needed_and_then_tried_again() -> None:
    server = Server()
    with ThreadPoolExecutor(1) as executor:
        pages = PagesAhead(server, executor)  # type: ignore[arg-type]
        server_up = pages.read(LeafIndex(0), SIZE)
        executor.submit(lambda: None).result()  # what was fetched ahead is here
        server.is_down = True
        pages.read(server_up.next_index, SIZE)  # fetched before it went down; the next one is not
        with pytest.raises(UnavailableError, match="partner_unreachable"):
            pages.read(LeafIndex(8), SIZE)
        server.is_down = False
        assert len(pages.read(LeafIndex(8), SIZE).lines) == 2
