"""A code with its family, as an error of the tree: for the pages that explain it."""

from mithaq.errors import (
    ConflictError,
    MalformedError,
    MissingError,
    MithaqError,
    NotAllowedError,
    RefusedError,
    UnavailableError,
)
from mithaq.web.api.error_families import FAMILIES

_CLASSES: dict[str, type[MithaqError]] = {
    "conflict": ConflictError,
    "malformed": MalformedError,
    "missing": MissingError,
    "not allowed": NotAllowedError,
    "refused": RefusedError,
    "unavailable": UnavailableError,
}


def family_of(code: str) -> type[MithaqError] | None:
    """The family of a code; None for one that no part of this program has."""
    family = FAMILIES.get(code)
    return None if family is None else _CLASSES.get(family, MithaqError)
