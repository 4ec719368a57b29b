"""Django is set up once, before any test module imports a model."""

from .database import configure_django
from .postgresql import postgresql_server

__all__ = ["postgresql_server"]

configure_django()
