"""The one schema module: JSON Schema made by few functions, and input held to it.

Only what these functions make is checked; there are no references, so a schema stands alone in OpenAPI.
Unknown members are refused: a misspelt field must not look as if it had been stored.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mithaq.web.api.routes import UUID_PATTERN, Schema

LANGUAGES = ("ar", "fr", "en")
TIME_PATTERN = r"(19|20|21|22)\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z"
DATE_PATTERN = r"(19|20|21|22)\d\d-\d\d-\d\d"
CODE_PATTERN = r"[a-z0-9][a-z0-9_.+-]{0,63}"


def obj(properties: Mapping[str, Schema], required: Sequence[str] = (), *, is_open: bool = False) -> Schema:
    """An object; with ``is_open`` other members pass (bodies whose register knows more)."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": is_open,
    }


def text(most: int = 20_000, *, least: int = 0, pattern: str = "", description: str = "") -> Schema:
    """A string by its length in characters."""
    found: dict[str, Any] = {"type": "string", "minLength": least, "maxLength": most}
    return found | ({"pattern": f"^{pattern}$"} if pattern else {}) | _described(description)


def texts(most: int = 20_000) -> Schema:
    """``{ar, fr, en}``: at least one, none empty."""
    one = text(most, least=1)
    return {**obj(dict.fromkeys(LANGUAGES, one)), "minProperties": 1}


def uuid(description: str = "") -> Schema:
    """An id, lower case."""
    return {"type": "string", "pattern": f"^{UUID_PATTERN}$"} | _described(description)


def code(description: str = "") -> Schema:
    """A short ASCII name: of an administration, a post, a kind."""
    return text(64, least=1, pattern=CODE_PATTERN, description=description)


def moment() -> Schema:
    """An instant, RFC 3339 UTC."""
    return text(27, pattern=TIME_PATTERN)


def day() -> Schema:
    """A date, ISO 8601."""
    return text(10, pattern=DATE_PATTERN)


def choice(*values: str) -> Schema:
    """One of these words."""
    return {"type": "string", "enum": list(values)}


def integer(least: int = 0, most: int = 2**53 - 1) -> Schema:
    """A whole number."""
    return {"type": "integer", "minimum": least, "maximum": most}


def boolean() -> Schema:
    """True or false."""
    return {"type": "boolean"}


def array(items: Schema, most: int = 10_000) -> Schema:
    """A list of one kind of thing."""
    return {"type": "array", "items": items, "maxItems": most}


def anything() -> Schema:
    """Any value."""
    return {}


def or_null(schema: Schema) -> Schema:
    """That, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def _described(description: str) -> dict[str, Any]:
    return {"description": description} if description else {}


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with an input.

    Attributes:
        pointer: JSON Pointer (RFC 6901); "" for the whole.
    """

    pointer: str
    code: str
    detail: str


_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def find_errors(schema: Schema, value: Any, pointer: str = "") -> Iterator[FieldError]:
    """Everything in ``value`` that ``schema`` refuses, in the order of the value."""
    if "anyOf" in schema:
        if all(any(find_errors(one, value, pointer)) for one in schema["anyOf"]):
            yield FieldError(pointer, "field_type", "none of the allowed forms")
        return
    wanted = schema.get("type")
    if wanted is not None and not _is_of(value, wanted):
        yield FieldError(pointer, "field_type", f"should be {wanted}")
        return
    match value:
        case str():
            yield from _string_errors(schema, value, pointer)
        case dict():
            yield from _object_errors(schema, value, pointer)
        case list():
            yield from _array_errors(schema, value, pointer)
        case int() if not isinstance(value, bool):
            if not schema.get("minimum", value) <= value <= schema.get("maximum", value):
                yield FieldError(pointer, "field_range", "out of range")


def _is_of(value: Any, wanted: str) -> bool:
    if isinstance(value, bool):
        return wanted == "boolean"
    return isinstance(value, _TYPES[wanted])


def _string_errors(schema: Schema, value: str, pointer: str) -> Iterator[FieldError]:
    if "enum" in schema and value not in schema["enum"]:
        yield FieldError(pointer, "field_choice", "should be one of: " + ", ".join(schema["enum"]))
    if len(value) < schema.get("minLength", 0):
        yield FieldError(pointer, "field_empty", "must not be empty")
    elif len(value) > schema.get("maxLength", len(value)):
        yield FieldError(pointer, "field_long", f"at most {schema['maxLength']} characters")
    elif "pattern" in schema and not re.fullmatch(schema["pattern"].strip("^$"), value, re.ASCII):
        yield FieldError(pointer, "field_form", "is not of the form that this field has")


def _object_errors(schema: Schema, value: Mapping[str, Any], pointer: str) -> Iterator[FieldError]:
    known = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            yield FieldError(f"{pointer}/{_escape(name)}", "field_missing", "is needed")
    if len(value) < schema.get("minProperties", 0):
        yield FieldError(pointer, "field_empty", "must not be empty")
    for name, member in value.items():
        here = f"{pointer}/{_escape(name)}"
        if name in known:
            yield from find_errors(known[name], member, here)
        elif schema.get("additionalProperties", True) is False:
            yield FieldError(here, "field_unknown", "no field of that name is known")


def _array_errors(schema: Schema, value: Sequence[Any], pointer: str) -> Iterator[FieldError]:
    if len(value) < schema.get("minItems", 0):
        yield FieldError(pointer, "field_empty", "must not be empty")
    if len(value) > schema.get("maxItems", len(value)):
        yield FieldError(pointer, "field_long", f"at most {schema['maxItems']} items")
        return
    if "items" in schema:
        for number, member in enumerate(value):
            yield from find_errors(schema["items"], member, f"{pointer}/{number}")


def _escape(name: str) -> str:
    return name[:64].replace("~", "~0").replace("/", "~1")
