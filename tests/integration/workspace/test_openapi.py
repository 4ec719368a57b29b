"""The description says what the addresses do: no more, no less; and no route falls over."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mithaq.web.api.routes import Route, collect_routes

from ..database import sqlite_databases
from .conftest import Office, opened_office
from .test_api import Program, send

HTTP = {"get", "put", "post", "patch", "delete"}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("openapi")
    with (
        django_db_blocker.unblock(),
        opened_office(folder, "sqlite", sqlite_databases(folder / "rabat"), None) as found,
    ):
        found.found("author", "desk", "drafter", purposes=["ADMIN"])
        yield found


@pytest.fixture(scope="module")
def program(office: Office) -> Program:
    for number in range(3):
        send(office, number)
    return Program(office)


@pytest.fixture(scope="module")
def document(program: Program) -> dict[str, Any]:
    from django.test import Client

    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_it_describes_exactly_the_addresses(document: dict[str, Any]) -> None:
    from mithaq.web.api.urls import urlpatterns

    served = {
        "/api/v1/" + re.sub(r"<str:([a-z_]+)>", r"{\1}", str(pattern.pattern))
        for pattern in urlpatterns
        if pattern.name not in ("api-problem", "api-nothing")
    }
    assert set(document["paths"]) == served
    operations = {
        (method.upper(), path.removeprefix("/api/v1"))
        for path, item in document["paths"].items()
        for method in item
    }
    assert operations == {(route.method, route.path) for route in collect_routes()}


def test_it_is_of_the_form_of_openapi_31(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    assert {"title", "version"} <= set(document["info"])
    names: set[str] = set()
    for path, item in document["paths"].items():
        places = set(re.findall(r"\{([a-z_]+)\}", path))
        for method, operation in item.items():
            assert method in HTTP
            assert operation["operationId"] not in names
            names.add(operation["operationId"])
            parameters = operation["parameters"]
            assert len({(one["name"], one["in"]) for one in parameters}) == len(parameters)
            assert {one["name"] for one in parameters if one["in"] == "path"} == places
            assert all(one["required"] for one in parameters if one["in"] == "path")
            assert operation["responses"]
            for status, response in operation["responses"].items():
                assert re.fullmatch(r"[1-5][0-9]{2}", status)
                assert response["description"]
            for one in parameters:
                re.compile(one["schema"].get("pattern", ""))
            for schema in _schemas(operation):
                _check_schema(schema, document)
    assert document["paths"]["/api/v1/openapi.json"]["get"]["security"] == []
    assert document["security"] == [{"token": []}]


def _schemas(operation: dict[str, Any]) -> Iterator[Any]:
    bodies = [operation["requestBody"]] if "requestBody" in operation else []
    for one in [*bodies, *operation["responses"].values()]:
        for content in one.get("content", {}).values():
            yield content["schema"]


def _check_schema(schema: Any, document: dict[str, Any]) -> None:
    """JSON Schema 2020-12, of the words that are used here."""
    assert isinstance(schema, dict)
    assert set(schema) <= {
        "$ref", "additionalProperties", "anyOf", "description", "enum", "format", "items", "maxItems",
        "maxLength", "maximum", "minLength", "minProperties", "minimum", "pattern", "properties", "required",
        "type", "uniqueItems", "minItems", "default", "const", "oneOf", "title",
    }  # fmt: skip
    if "$ref" in schema:
        at: Any = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            at = at[step]
        return
    kinds = {"object", "array", "string", "integer", "number", "boolean", "null"}
    types = schema.get("type", [])
    assert set([types] if isinstance(types, str) else types) <= kinds
    re.compile(schema.get("pattern", ""))
    assert set(schema.get("required", [])) <= set(schema.get("properties", {})) or schema.get(
        "additionalProperties"
    )
    for one in (*schema.get("properties", {}).values(), *schema.get("anyOf", [])):
        _check_schema(one, document)
    if "items" in schema:
        _check_schema(schema["items"], document)


def test_every_route_has_a_verb_of_the_policy() -> None:
    from mithaq.web.access.table import Verb
    from mithaq.web.api.tokens import GRANTABLE

    for route in collect_routes():
        verbs = set(route.verb.split("|"))
        assert verbs <= set(map(str, Verb)), route.name
        assert verbs <= set(GRANTABLE), route.name
        assert route.summary, route.name


def test_what_is_answered_is_what_is_described(program: Program, document: dict[str, Any]) -> None:
    from mithaq.web.api.schema import find_errors

    for route in collect_routes():
        if route.method != "GET" or "{" in route.path or any(one.required for one in route.query):
            continue
        answer = program.ask("get", route.path)
        described = document["paths"][f"/api/v1{route.path}"]["get"]["responses"]
        assert str(answer.status_code) in described, (route.name, answer.status_code, answer.content[:300])
        if answer.status_code == 200 and not route.media_type:
            schema = described["200"]["content"]["application/json"]["schema"]
            schema = {name: value for name, value in schema.items() if name != "required"}
            if route.is_collection:
                item = schema["properties"]["items"]
                assert not list(find_errors(item, answer.json()["items"])), route.name


NOWHERE = "00000000-0000-7000-8000-000000000000"
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**54), 2**54) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


def values_of(schema: Any) -> st.SearchStrategy[Any]:
    """Values that a schema might take, now and then one that it does not."""
    if not isinstance(schema, dict):
        return JSON_VALUES
    match schema.get("type"):
        case "object":
            known = {name: values_of(one) for name, one in schema.get("properties", {}).items()}
            found: st.SearchStrategy[Any] = st.fixed_dictionaries({}, optional=known)
        case "array":
            found = st.lists(values_of(schema.get("items", {})), max_size=3)
        case "string" if "enum" in schema:
            found = st.sampled_from(schema["enum"])
        case "string":
            found = st.text(max_size=30) | st.sampled_from(
                [
                    "fr-mi",
                    "green",
                    "2025-04-14",
                    "2025-04-14T10:00:00Z",
                    NOWHERE,
                ]
            )
        case _:
            found = JSON_VALUES
    return st.one_of(found, found, found, JSON_VALUES)


@pytest.mark.parametrize("route", collect_routes(), ids=lambda route: route.name)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_no_route_falls_over(program: Program, route: Route, data: st.DataObject) -> None:
    """Whatever is sent: an answer that the description names, never a failure of the node."""
    path = route.path
    for one in route.path_parameters():
        value = data.draw(st.sampled_from(["x", NOWHERE, "%00", "ب", "a" * 300]))
        path = path.replace("{" + one.name + "}", value)
    query = data.draw(
        st.dictionaries(
            st.sampled_from([one.name for one in route.query_parameters()] or ["q"]) | st.text(max_size=5),
            st.text(max_size=12) | st.sampled_from(["1", "50", "AAAA", "W10", "2025-01-01"]),
            max_size=3,
        )
    )
    from urllib.parse import urlencode

    address = path + ("?" + urlencode(query, errors="replace") if query else "")
    headers = {"If_Match": data.draw(st.sampled_from(['"x"', "", "*"]))} if route.needs_if_match else {}
    body = data.draw(values_of(route.request_schema)) if route.request_schema is not None else None
    raw = None if body is None else _encode(body)
    answer = program.ask(route.method.lower(), address, raw, **headers)
    assert answer.status_code < 500 or answer.status_code == 503, answer.content[:500]
    if answer.status_code >= 400:
        assert answer["Content-Type"] == "application/problem+json"
        assert {"code", "kept", "do"} <= set(answer.json())


def _encode(body: Any) -> bytes:
    import json

    return json.dumps(body, ensure_ascii=True).encode()
