"""One world for all tests of reviews: two nodes that go on while the tests run."""

from collections.abc import Iterator

import pytest

from tests.integration.meetings.world import World, open_world


@pytest.fixture(scope="session")
def review_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with open_world(tmp_path_factory.mktemp("review")) as found:
        yield found
