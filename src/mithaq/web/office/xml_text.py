"""What the XML of office files can hold of a text."""

import re
from typing import Final

_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def clean_text(text: str) -> str:
    """The text without what no XML may hold."""
    return _ILLEGAL.sub("", text)
