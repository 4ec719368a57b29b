"""Django in this process, for looking into the stores of the nodes under test."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.database import configure_django
from tests.integration.postgresql import postgresql_server

__all__ = ["postgresql_server"]

configure_django()


@pytest.fixture
def database_access(django_db_blocker: Any) -> Iterator[None]:
    """Lets a test open the databases of nodes."""
    with django_db_blocker.unblock():
        yield
