"""What an address of the API is, and where all of them come from.

A register writes::

    ROUTES = (
        Route("GET", "/directory/persons", "directory-person-list", "list", list_persons,
              summary="Persons", response_schema=PERSON, register="directory", is_collection=True,
              query=(Parameter("post", "Only holders of this post."),)),
        Route("GET", "/directory/persons/{id}", "directory-person-show", "read", show_person, ...),
        Route("POST", "/directory/cards", "directory-card-draft", "draft", draft_card, CARD_INPUT, ...),
    )

A handler takes an ``ApiCall`` and answers an ``Answer``, a ``Collection`` (see ``paging``) or a ``File``;
it raises ``MithaqError`` families for everything else.
"""

import importlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TypeAlias

from django.apps import apps

if TYPE_CHECKING:
    from mithaq.web.api.call import ApiCall

Schema: TypeAlias = Mapping[str, Any]
"""JSON Schema 2020-12, of the part that ``schema`` makes and checks."""

TABLE = "xlsx"
"""Value of ``format`` that asks for a page of a list as a table."""

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
UUID_PATTERN = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_PLACE = re.compile(r"\{([a-z_]+)\}", re.ASCII)
_PATH = re.compile(r"(?:/(?:[a-z0-9.-]+|\{[a-z_]+\}))+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Answer:
    """JSON, with a status and perhaps the ``ETag`` of what it shows."""

    body: Any = None
    status: int = 200
    etag: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Collection:
    """One page of a list: ``{"items", "next", "count"}``; ``next`` is an opaque cursor, None at the end.

    ``count`` is of the rows that the caller may list; None where these are too many to be judged.
    """

    items: Sequence[Any]
    next: str | None = None
    count: int | None = 0
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class File:
    """Bytes to be kept, under a name; ``next`` as of a ``Collection`` whose page this is."""

    data: bytes
    name: str
    media_type: str = "application/octet-stream"
    next: str | None = None


Handler: TypeAlias = "Callable[[ApiCall], Answer | Collection | File]"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a query or a path: ``pattern`` is matched whole, digits and letters ASCII."""

    name: str
    summary: str = ""
    pattern: str = r"[^\x00-\x1f\x7f]{0,400}"
    required: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """One operation.

    Attributes:
        path: below ``/api/v1``, as ``/notes/{id}``; ``{id}`` is a UUID unless ``parameters`` says otherwise.
        name: unique, ``noun-verb``; the ``operationId``.
        verb: of ``web.access.policy``; the caller must have it before the handler runs.
        register: a token must name it; "" for what belongs to no register.
        is_collection: whether ``limit`` and ``cursor`` are taken and ``response_schema`` is of one item.
        is_open: whether it answers without a token (the description of the API alone).
        media_type: of a ``File``; "" for JSON.
        takes_bytes: whether the body is a file as it is, which the handler reads.
        needs_if_match: a change of something that carries an ``ETag``: 428 without, 412 when stale.
    """

    method: str
    path: str
    name: str
    verb: str
    handler: Handler
    request_schema: Schema | None = None
    response_schema: Schema | None = None
    summary: str = ""
    register: str = ""
    query: tuple[Parameter, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    is_collection: bool = False
    is_open: bool = False
    status: int = 200
    media_type: str = ""
    takes_bytes: bool = False
    needs_if_match: bool = False

    def __post_init__(self) -> None:
        if not self.verb and not self.is_open:
            raise ValueError(f"nobody is asked whether {self.path} is allowed")
        if self.method not in METHODS or not _PATH.fullmatch(self.path):
            raise ValueError(f"no route: {self.method} {self.path}")

    def path_parameters(self) -> tuple[Parameter, ...]:
        """Each ``{name}`` of the path with its pattern."""
        known = {one.name: one for one in self.parameters}
        return tuple(
            known.get(name) or Parameter(name, "id", UUID_PATTERN, required=True)
            for name in _PLACE.findall(self.path)
        )

    def query_parameters(self) -> tuple[Parameter, ...]:
        """Its own, and those of every list."""
        return (*self.query, *PAGE_PARAMETERS) if self.is_collection else self.query

    def url_pattern(self) -> str:
        """The path as Django writes it."""
        return _PLACE.sub(r"<str:\1>", self.path.lstrip("/"))


PAGE_PARAMETERS = (
    Parameter("limit", "Rows a page, 1 to 200; 50 when absent.", "[1-9][0-9]{0,2}"),
    Parameter("cursor", "The `next` of the page before.", r"[A-Za-z0-9_-]{1,1000}"),
    Parameter("format", f"`{TABLE}`: this page as a table; the token then needs `export`.", f"json|{TABLE}"),
)


def _modules() -> Iterator[str]:
    yield from ("mithaq.web.api.record_routes", "mithaq.web.api.drafts", "mithaq.web.api.file_routes")
    for config in apps.get_app_configs():
        module = getattr(config, "api", None)
        if isinstance(module, str) and find_spec(module) is not None:
            yield module


@lru_cache(1)
def collect_routes() -> tuple[Route, ...]:
    """All routes of this program, those of the record first. One that comes twice stops the start."""
    found: list[Route] = []
    names: set[str] = set()
    places: set[tuple[str, str]] = set()
    for module in _modules():
        for route in importlib.import_module(module).ROUTES:
            place = (route.method, _PLACE.sub("{}", route.path))
            if route.name in names or place in places:
                raise ValueError(f"the API has {route.name} {place} twice")
            names.add(route.name)
            places.add(place)
            found.append(route)
    return tuple(found)
