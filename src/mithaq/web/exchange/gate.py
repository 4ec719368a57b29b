"""The gate of the exchange: every view of it stands behind ``exchange_view``.

Spec: docs/spec 8.1, 12.1.2.
"""

import functools
from collections.abc import Callable
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date

from mithaq.errors import MalformedError, RefusedError
from mithaq.node.node import Node
from mithaq.node.records import Partner
from mithaq.web.errors import machine_view, make_problem
from mithaq.web.exchange.callers import identify_caller
from mithaq.web.exchange.limits import CallerMeters
from mithaq.web.runtime import get_node, get_part

_Arguments = ParamSpec("_Arguments")


def exchange_view(
    method: str,
) -> Callable[
    [Callable[Concatenate[HttpRequest, Partner, _Arguments], HttpResponse]],
    Callable[Concatenate[HttpRequest, _Arguments], HttpResponse],
]:
    """A view for partners: it is given the partner that called, by its key, within that partner's limits."""

    def decorate(
        view: Callable[Concatenate[HttpRequest, Partner, _Arguments], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, _Arguments], HttpResponse]:
        @functools.wraps(view)
        def answer(
            request: HttpRequest, /, *args: _Arguments.args, **kwargs: _Arguments.kwargs
        ) -> HttpResponse:
            node = get_node()
            try:
                partner = identify_caller(request, node)
            except (MalformedError, RefusedError) as error:
                return _refuse(node, error)
            meter = get_part(CallerMeters).of(partner.code)
            with meter.hold_open() as held:
                meter.check_bytes(node.clock.monotonic_s())
                node.wakes.hear(partner.origin)
                response = view(request, partner, *args, **kwargs)
                meter.spend(len(response.content))
                # Open until it is sent: a partner that does not read its answers holds a thread with each.
                # Django has no other hook for the end of an answer, and its stubs leave this one out.
                response._resource_closers.append(held.pop_all().close)  # type: ignore[attr-defined]
                return response

        return machine_view(method)(answer)

    return decorate


def _refuse(node: Node, error: MalformedError | RefusedError) -> HttpResponse:
    """401 for every reason, with our time: the caller may correct its own by it."""
    response = make_problem(error, HTTPStatus.UNAUTHORIZED)
    response["Date"] = http_date(node.clock.now().timestamp())
    return response
