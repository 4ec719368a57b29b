"""From a request to a handler: method, token, rate, verb, parameters, body; then its answer as JSON.

The order is that of trust 7.1: who it is and how much comes before what it says.
"""

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, assert_never

import orjson
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from mithaq.core.encoding import format_time
from mithaq.errors import MalformedError, MissingError, MithaqError, NotAllowedError, RefusedError
from mithaq.node.node import Node
from mithaq.web.access.noted import Noting, answer_noted, note_refusal
from mithaq.web.api.call import ApiCall, InvalidInput
from mithaq.web.api.callers import Caller, identify
from mithaq.web.api.json_input import MAX_BYTES, parse_json
from mithaq.web.api.preconditions import Repeats
from mithaq.web.api.problems import make_api_problem
from mithaq.web.api.rates import Rates
from mithaq.web.api.routes import TABLE, Answer, Collection, File, Parameter, Route
from mithaq.web.api.schema import find_errors
from mithaq.web.api.tables import make_table
from mithaq.web.runtime import get_node, get_part

_log = logging.getLogger("mithaq.api")
_JSON_TYPE = re.compile(r"application/json(?:\s*;\s*charset=\"?utf-8\"?)?\s*", re.ASCII | re.IGNORECASE)

View = Callable[..., HttpResponse]


def make_view(routes: Sequence[Route]) -> View:
    """The view of one address: its routes by method."""
    by_method = {route.method: route for route in routes}
    if "GET" in by_method:
        by_method["HEAD"] = by_method["GET"]
    allowed = ", ".join(sorted(by_method))

    def answer(request: HttpRequest, **path: str) -> HttpResponse:
        return answer_noted(
            Noting("api", request.method in ("GET", "HEAD")),
            lambda: _answer_safely(request, path),
            lambda error: make_api_problem(request, error),
        )

    def _answer_safely(request: HttpRequest, path: Mapping[str, str]) -> HttpResponse:
        route = by_method.get(request.method or "")
        try:
            if route is None:
                raise RefusedError("method", "The method is not one of this address.")
            return _answer(request, get_node(), route, path)
        except MithaqError as error:
            _note_refusal(request, route, error)
            response = make_api_problem(request, error)
        except RequestDataTooBig:
            response = make_api_problem(request, MalformedError("body_too_large", "The body is over 1 MiB."))
        except UnreadablePostError:
            response = make_api_problem(
                request, MalformedError("body_unreadable", "The body did not arrive.")
            )
        except Exception:
            _log.exception("a call of %s failed", request.path)
            response = make_api_problem(request, MithaqError("internal", "The node failed to answer."))
        if route is None:
            response["Allow"] = allowed
        return response

    return csrf_exempt(answer)


def _answer(request: HttpRequest, node: Node, route: Route, path: Mapping[str, str]) -> HttpResponse:
    if route.is_open:
        return _write(request, route, route.handler(_make_call(request, node, route, None, path)))
    caller = identify(request, node)
    request._mithaq_caller = caller  # type: ignore[attr-defined]
    get_part(Rates).take(caller.user_id, node.clock.monotonic_s())
    caller.check_route(route.verb, route.register)
    call = _make_call(request, node, route, caller, path)
    key = request.headers.get("Idempotency-Key")
    if key is None or route.takes_bytes or request.method in ("GET", "HEAD"):
        found = route.handler(call)
        if isinstance(found, Collection) and call.query.get("format") == TABLE:
            found = make_table(call, found)
        return _write(request, route, found)
    return _answer_once(Repeats(node, caller.token, request, key), call)


def _answer_once(repeats: Repeats, call: ApiCall) -> HttpResponse:
    kept = repeats.begin()
    if kept is not None:
        return kept
    try:
        response = _write(call.request, call.route, call.route.handler(call))
    except MithaqError as error:
        _note_refusal(call.request, call.route, error)
        response = make_api_problem(call.request, error)
    except BaseException:
        repeats.forget()
        raise
    repeats.keep(response)
    return response


def _note_refusal(request: HttpRequest, route: Route | None, error: MithaqError) -> None:
    """A refusal that did not come from the policy: a token that was not made for this."""
    caller: Caller | None = getattr(request, "_mithaq_caller", None)
    if isinstance(error, NotAllowedError) and caller is not None and route is not None:
        note_refusal(caller.subject, route.verb, error.code)


def _make_call(
    request: HttpRequest, node: Node, route: Route, caller: Caller | None, path: Mapping[str, str]
) -> ApiCall:
    for parameter in route.path_parameters():
        if not re.fullmatch(parameter.pattern, path[parameter.name], re.ASCII):
            raise MissingError("not_found", "There is nothing at this address.")
    query = _read_query(request, route.query_parameters())
    body = _read_body(request, route)
    return ApiCall(request, node, route, caller, path, query, body)


def _read_query(request: HttpRequest, known: Sequence[Parameter]) -> dict[str, str]:
    by_name = {one.name: one for one in known}
    found: dict[str, str] = {}
    for name, values in request.GET.lists():
        if name not in by_name or len(values) != 1:
            raise MalformedError("query", "A parameter is unknown or comes twice.")
        value = str(values[0])
        if not re.fullmatch(by_name[name].pattern, value, re.ASCII):
            raise MalformedError("query", f"The parameter {name} is not of its form.")
        if value:
            found[name] = value
    for one in known:
        if one.required and one.name not in found:
            raise MalformedError("query", f"The parameter {one.name} is absent.")
    return found


def _read_body(request: HttpRequest, route: Route) -> Mapping[str, Any]:
    if route.takes_bytes:
        return {}
    if route.request_schema is None:
        if request.method not in ("GET", "HEAD") and request.body:
            raise MalformedError("body_unwanted", "This address takes no body.")
        return {}
    if not _JSON_TYPE.fullmatch(request.headers.get("Content-Type", "")):
        raise RefusedError("media_type", "The body should be application/json.")
    if len(request.body) > MAX_BYTES:
        raise MalformedError("body_too_large", "The body is over 1 MiB.")
    value = parse_json(request.body)
    errors = list(find_errors(route.request_schema, value))
    if errors:
        raise InvalidInput("invalid_input", errors)
    body: Mapping[str, Any] = value
    return body


def _write(request: HttpRequest, route: Route, answer: Answer | Collection | File) -> HttpResponse:
    match answer:
        case File():
            response = HttpResponse(answer.data, content_type=answer.media_type)
            response["Content-Disposition"] = f'attachment; filename="{answer.name}"'
            response["Content-Security-Policy"] = "sandbox; default-src 'none'"
            _lead_on(request, response, answer.next)
        case Collection():
            body = {"items": answer.items, "next": answer.next, "count": answer.count, **answer.extra}
            response = _json(body, route.status)
            _lead_on(request, response, answer.next)
        case Answer():
            response = _json(answer.body, answer.status if answer.status != 200 else route.status)
            if answer.etag:
                response["ETag"] = answer.etag
            for name, value in answer.headers.items():
                response[name] = value
        case _:
            assert_never(answer)
    response["Cache-Control"] = "no-store"
    return response


def _lead_on(request: HttpRequest, response: HttpResponse, following: str | None) -> None:
    if following is not None:
        query = request.GET.copy()
        query["cursor"] = following
        response["Link"] = f'<{request.path}?{query.urlencode()}>; rel="next"'


def _json(body: Any, status: int) -> HttpResponse:
    if status == 204:
        return HttpResponse(status=204)
    data = orjson.dumps(body, default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME)
    return HttpResponse(data, content_type="application/json", status=status)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return format_time(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)
