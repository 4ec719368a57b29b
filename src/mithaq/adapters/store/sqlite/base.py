"""The module that Django looks for in an engine."""

from django.db.backends.sqlite3 import base

__all__ = ["DatabaseWrapper"]


class DatabaseWrapper(base.DatabaseWrapper):
    """The same engine; what is not JSON is refused when it is read."""

    data_type_check_constraints = {  # noqa: RUF012 - so is the one it replaces
        name: check
        for name, check in base.DatabaseWrapper.data_type_check_constraints.items()
        if name != "JSONField"
    }
