"""How many acts one author may make on one object: each of them folds the object anew at every reader.

Spec: docs/spec 12.1.1.
"""

from mithaq.errors import RefusedError

MOST_ACTS_AN_OBJECT = 1_024
"""Acts of one author after the first that count for one object."""


def check_object_room(acts: int) -> None:
    """Whether there is room for one act more.

    Args:
        acts: those of its author that the object has already.

    Raises:
        RefusedError: ``object_full``.
    """
    if acts >= MOST_ACTS_AN_OBJECT:
        raise RefusedError("object_full", "this author has made as many acts on the object as count")
