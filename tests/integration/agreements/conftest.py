"""One world for all tests of agreements: two nodes that go on while the tests run."""

from collections.abc import Iterator

import pytest

from ..meetings.world import World, open_world


@pytest.fixture(scope="session")
def agreements_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with open_world(tmp_path_factory.mktemp("agreements")) as found:
        yield found
