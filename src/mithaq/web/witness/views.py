"""Answers of ``/witness/``: plain text, as its protocol has it.

Spec: docs/spec 3.2; c2sp.org/tlog-witness.
"""

from django.http import HttpRequest, HttpResponse

from mithaq.core.witness import TEXT_TYPE, Decision, hash_origin, parse_add_checkpoint, reject_malformed
from mithaq.errors import MalformedError, MissingError
from mithaq.web.errors import machine_view
from mithaq.web.runtime import get_node
from mithaq.web.witness.judge import judge


@machine_view("POST")
def add_checkpoint(request: HttpRequest) -> HttpResponse:
    return _answer(_decide(request.body))


def _decide(body: bytes) -> Decision:
    try:
        asked = parse_add_checkpoint(body)
    except MalformedError as error:
        return reject_malformed(error)
    return judge(get_node(), asked)


def _answer(decision: Decision) -> HttpResponse:
    return HttpResponse(decision.body, status=decision.status, content_type=decision.content_type)


@machine_view("GET")
def show_checkpoint(request: HttpRequest, origin_sha256: str) -> HttpResponse:
    store = get_node().store
    for head in store.followed.heads():
        if hash_origin(head.origin) == origin_sha256:
            note = store.witnessed.last(head.origin)
            if note:
                return HttpResponse(note, content_type=TEXT_TYPE)
    raise MissingError("not_cosigned", "This witness has not cosigned that log.")
