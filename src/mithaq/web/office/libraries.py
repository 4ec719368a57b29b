"""Whether the libraries of the extra are here; nothing of them is loaded before a file is made."""

from functools import cache
from importlib.util import find_spec
from typing import Final

from mithaq.errors import UnavailableError

EXTRA: Final = "mithaq[office]"
DOCX_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@cache
def can_write() -> bool:
    """Whether office files can be made here."""
    return find_spec("docx") is not None and find_spec("openpyxl") is not None


def check_can_write() -> None:
    """Raise for a node without the extra.

    Raises:
        UnavailableError: ``office_missing``.
    """
    if not can_write():
        raise UnavailableError(
            "office_missing", f"This node makes no office files: {EXTRA} is not installed."
        )
