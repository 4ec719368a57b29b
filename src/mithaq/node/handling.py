"""The handling code of an act. Whatever is missing, malformed or unknown counts as RED (spec 5.3.10)."""

from collections.abc import Mapping
from enum import StrEnum


class HandlingCode(StrEnum):
    """TLP 2.0 on the wire, from open to closed."""

    CLEAR = "clear"
    GREEN = "green"
    AMBER = "amber"
    AMBER_STRICT = "amber+strict"
    RED = "red"


def read_code(handling: object) -> HandlingCode:
    """The code in the ``handling`` of an envelope."""
    if not isinstance(handling, dict):
        return HandlingCode.RED
    code = handling.get("code")
    return _BY_TEXT.get(code, HandlingCode.RED) if isinstance(code, str) else HandlingCode.RED


def is_stricter(handling: object, than: object) -> bool:
    """Whether the code of one ``handling`` closes more than that of another."""
    codes = list(HandlingCode)
    return codes.index(read_code(handling)) > codes.index(read_code(than))


def asks_for_more(handling: object, than: object) -> bool:
    """Whether a reader needs more for one ``handling`` than for another: a clearance, a caveat, a purpose."""
    if is_stricter(handling, than):
        return True
    own, other = (each if isinstance(each, dict) else {} for each in (handling, than))
    has_other_purpose = own.get("purpose", "") != other.get("purpose", "")
    return has_other_purpose or not _read_caveats(own) <= _read_caveats(other)


def _read_caveats(handling: Mapping[str, object]) -> frozenset[str]:
    """Its caveats; what has another form is one that nobody holds."""
    found = handling.get("caveats") or []
    if not isinstance(found, list | tuple):
        return frozenset({"?"})
    return frozenset(each if isinstance(each, str) and each else "?" for each in found)


_BY_TEXT = {str(code): code for code in HandlingCode}
