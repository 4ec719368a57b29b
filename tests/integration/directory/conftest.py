"""The office of the workspace tests for one node; two real nodes with their cards for the requirements."""

from collections.abc import Iterator

import pytest

from ..meetings.world import World, open_world
from ..workspace.conftest import any_office, office
from .cards import send_all_cards

__all__ = ["any_office", "office"]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with open_world(tmp_path_factory.mktemp("directory")) as found:
        send_all_cards(found)
        yield found
