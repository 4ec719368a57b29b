"""What a suspension names: the whole text, or articles of it, and what else may stand still alone.

Spec: docs/spec 9.2, 15.5.
"""

from collections.abc import Iterable

from mithaq.core.instruments.lines import is_line_name
from mithaq.errors import MissingError


def check_scope(scope: Iterable[object], eids: Iterable[str]) -> None:
    """Every line that a suspension names is an article of the text.

    Args:
        scope: of the notice; names of parts are judged by the record itself.
        eids: of the articles that apply, those that amendments have put in among them.

    Raises:
        MissingError: ``unknown_part``; it would suspend nothing, and look as if it did.
    """
    known = set(eids)
    for name in scope:
        if isinstance(name, str) and is_line_name(name) and name.removeprefix("#") not in known:
            raise MissingError("unknown_part", f"the text has no article {name.removeprefix('#')}")
