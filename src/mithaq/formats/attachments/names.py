"""Names of files: a label for people, and never a path."""

import unicodedata

from mithaq.errors import MalformedError

MAX_NAME_BYTES = 255
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def check_name(name: str) -> None:
    """A name of at most 255 bytes without separators, two dots, controls or marks of direction.

    Raises:
        MalformedError: ``upload_name``.
    """
    if not is_label(name):
        raise MalformedError("upload_name", "the name of the file is not one that is taken")


def is_label(name: str) -> bool:
    """Whether it is such a name."""
    return not (
        not name.strip(". ")
        or name.startswith(".")
        or len(name.encode("utf-8", "surrogatepass")) > MAX_NAME_BYTES
        or ".." in name
        or any(each in '/\\:*?"<>|' or each in _BIDI or _is_control(each) for each in name)
    )


def suffix_of(name: str) -> str:
    """The part after the last dot, in lower case; empty when there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
