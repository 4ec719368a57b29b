"""Sessions, accounts and forms concern pages for people alone: programs do not pay for them.

One middleware stands in ``MIDDLEWARE``; behind it is the chain of ``WORKSPACE_MIDDLEWARE``, which a request
enters when its address begins with one of ``WORKSPACE_PATHS``. All other addresses go straight on, and
those of ``WIRE_PATHS`` are looked for among the addresses of ``WIRE_URLCONF`` alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string

Handler = Callable[[HttpRequest], HttpResponseBase]
Hook = Callable[..., HttpResponseBase | None]


def is_workspace(path: str) -> bool:
    """Whether an address is one of pages for people who sign in."""
    return path == "/" or path.startswith(tuple(settings.WORKSPACE_PATHS))


@dataclass(frozen=True, slots=True)
class _Chain:
    """``WORKSPACE_MIDDLEWARE`` around a view, and what of it is asked about views and exceptions."""

    handler: Handler
    views: Sequence[Hook]
    exceptions: Sequence[Hook]


class WorkspaceChain:
    """Middleware that is a chain of middlewares, for some addresses only."""

    def __init__(self, get_response: Handler) -> None:
        self._straight = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if is_workspace(request.path_info):
            return self._chain.handler(request)
        if request.path_info.startswith(tuple(settings.WIRE_PATHS)):
            request.urlconf = settings.WIRE_URLCONF
        return self._straight(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """What Django asks each middleware before the view: CSRF stands here."""
        if not is_workspace(request.path_info):
            return None
        return _first(hook(request, view, args, kwargs) for hook in self._chain.views)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """What Django asks each middleware about an exception, the innermost first."""
        if not is_workspace(request.path_info):
            return None
        return _first(hook(request, exception) for hook in self._chain.exceptions)

    @cached_property
    def _chain(self) -> _Chain:
        """Built for the first person who comes: a node that only exchanges acts never loads it."""
        handler = self._straight
        views: list[Hook] = []
        exceptions: list[Hook] = []
        for name in reversed(settings.WORKSPACE_MIDDLEWARE):
            middleware = import_string(name)(handler)
            if hasattr(middleware, "process_view"):
                views.insert(0, middleware.process_view)
            if hasattr(middleware, "process_exception"):
                exceptions.append(middleware.process_exception)
            handler = cast(Handler, convert_exception_to_response(middleware))
        return _Chain(handler, views, exceptions)


def _first(answers: Any) -> HttpResponseBase | None:
    return next((each for each in answers if each is not None), None)
