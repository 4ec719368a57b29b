"""What an act says of its readers: handling code, caveats, named readers.

Whatever is missing, malformed or unknown counts as RED (spec 5.3.10).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


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
    return has_other_purpose or not read_names(own.get("caveats")) <= read_names(other.get("caveats"))


def read_narrowing(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Where ``readers`` stand: in the body, or in the data of the manifest of a proposal."""
    manifest = body.get("manifest")
    data = manifest.get("data") if isinstance(manifest, Mapping) else None
    return data if isinstance(data, Mapping) else body


def read_names(value: object) -> frozenset[str]:
    """Caveats or readers of a list; what has another form is a name that nobody bears."""
    if value is None:
        return frozenset()
    if not isinstance(value, list | tuple):
        return frozenset({"?"})
    return frozenset(each if isinstance(each, str) and each else "?" for each in value)


_BY_TEXT = {str(code): code for code in HandlingCode}
