"""One world for all tests of meetings: two nodes that go on while the tests run."""

from collections.abc import Iterator

import pytest

from .world import World, open_world


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with open_world(tmp_path_factory.mktemp("meetings")) as found:
        yield found
