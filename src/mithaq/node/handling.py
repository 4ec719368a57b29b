"""The handling code of an act. Whatever is missing, malformed or unknown counts as RED (spec 5.3.10)."""

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
    """Whether one ``handling`` closes more than another."""
    codes = list(HandlingCode)
    return codes.index(read_code(handling)) > codes.index(read_code(than))


_BY_TEXT = {str(code): code for code in HandlingCode}
