"""The description of the API, OpenAPI 3.1, made from the routes."""

from functools import lru_cache
from typing import Any, Final

from mithaq import __version__
from mithaq.web.api.preconditions import KEPT_FOR
from mithaq.web.api.routes import Parameter, Route, collect_routes
from mithaq.web.office.libraries import XLSX_TYPE

PREFIX: Final = "/api/v1"
PROBLEM_TYPE: Final = "application/problem+json"

_PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "description": "RFC 9457. `code` is stable; everything else is for people.",
    "required": ["type", "title", "status", "code", "kept", "do"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string", "pattern": "^[a-z0-9_]{1,64}$"},
        "kept": {"type": "string"},
        "do": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {name: {"type": "string"} for name in ("pointer", "code", "detail")},
            },
        },
    },
}
_REFUSALS: Final = {
    "400": "Not of the form that it should have.",
    "401": "No token that is good here.",
    "403": "A right is missing.",
    "404": "There is no such thing, or none that the caller may know of.",
    "429": "Too many requests; see Retry-After.",
    "503": "Not now; see Retry-After.",
}
_WRITE_REFUSALS: Final = {
    "409": "The state has moved on.",
    "415": "The body is not JSON.",
    "422": "Read, but not what this address takes.",
}
_CHANGE_REFUSALS: Final = {"412": "Changed since it was read.", "428": "If-Match is missing."}


@lru_cache(1)
def describe_api() -> dict[str, Any]:
    """The whole document."""
    paths: dict[str, dict[str, Any]] = {}
    for route in collect_routes():
        paths.setdefault(PREFIX + route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Mithaq",
            "version": __version__,
            "summary": "The workspace of one node, for programs.",
            "description": (
                "A token belongs to a user and a post and never may more than they may. What writes makes a"
                " draft: a person releases and signs it. Texts are objects {ar, fr, en}. Unknown fields of"
                " requests are refused."
            ),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": {"Problem": _PROBLEM},
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "mq_ and 43 characters.",
                }
            },
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    parameters = [_parameter(one, "path") for one in route.path_parameters()]
    parameters += [_parameter(one, "query") for one in route.query_parameters()]
    is_write = route.method != "GET"
    if is_write:
        parameters.append(
            _header("Idempotency-Key", f"The same key gives the same answer for {KEPT_FOR.days} day.", False)
        )
    if route.needs_if_match:
        parameters.append(_header("If-Match", "The ETag that was read.", True))
    found: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary or route.name,
        "tags": [route.register or "record"],
        "parameters": parameters,
        "responses": _responses(route),
        "x-mithaq-verb": route.verb,
    }
    if route.is_open:
        found["security"] = []
    if route.request_schema is not None:
        found["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": route.request_schema}},
        }
    if route.takes_bytes:
        content = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        found["requestBody"] = {"required": True, "content": content}
    return found


def _parameter(one: Parameter, place: str) -> dict[str, Any]:
    return {
        "name": one.name,
        "in": place,
        "required": one.required or place == "path",
        "description": one.summary,
        "schema": {"type": "string", "pattern": f"^(?:{one.pattern})$"},
    }


def _header(name: str, summary: str, required: bool) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": required,
        "description": summary,
        "schema": {"type": "string", "maxLength": 128},
    }


def _responses(route: Route) -> dict[str, Any]:
    refusals = dict(_REFUSALS)
    if route.method != "GET":
        refusals |= _WRITE_REFUSALS
    if route.needs_if_match:
        refusals |= _CHANGE_REFUSALS
    if route.is_open:
        refusals = {"400": _REFUSALS["400"]}
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        str(route.status): _success(route),
        **{
            status: {"description": told, "content": {PROBLEM_TYPE: problem}}
            for status, told in sorted(refusals.items())
        },
    }


def _success(route: Route) -> dict[str, Any]:
    if route.status == 204:
        return {"description": "Done; nothing to show."}
    if route.media_type:
        content: dict[str, Any] = {route.media_type: {"schema": {"type": "string"}}}
    elif route.is_collection:
        content = {"application/json": {"schema": _page_of(route)}, XLSX_TYPE: {"schema": {"type": "string"}}}
    else:
        content = {"application/json": {"schema": route.response_schema or {}}}
    return {"description": route.summary or route.name, "content": content}


def _page_of(route: Route) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["items", "next", "count"],
        "properties": {
            "items": {"type": "array", "items": route.response_schema or {}},
            "next": {"type": ["string", "null"], "description": "Cursor of the next page; null at the end."},
            "count": {"type": ["integer", "null"], "minimum": 0},
        },
    }
