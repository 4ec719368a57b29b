"""A partner says that its log has grown. It may be lost, and it is never believed: it only wakes the puller.

Spec: docs/spec 8.2, 8.7.
"""

from typing import Annotated, Literal

import msgspec
from django.http import HttpRequest, HttpResponse

from mithaq.errors import MalformedError, NotAllowedError
from mithaq.node.records import Partner
from mithaq.web.exchange.gate import exchange_view
from mithaq.web.runtime import get_node

MAX_HINT_BYTES = 1_024


class Hint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    origin: Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
    size: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
    priority: Literal["immediate", "urgent", "normal"]


_decoder = msgspec.json.Decoder(Hint)


@exchange_view("POST")
def take_hint(request: HttpRequest, partner: Partner) -> HttpResponse:
    hint = parse_hint(request.body)
    if hint.origin != partner.origin:
        raise NotAllowedError("hint_origin", "A partner hints at its own log alone.")
    # Many hints before the puller looks are one: the flag does not count.
    get_node().wakes.wake(partner.origin)
    return HttpResponse(status=202)


def parse_hint(body: bytes) -> Hint:
    """Raises MalformedError ``hint`` for anything else than the three fields."""
    if len(body) > MAX_HINT_BYTES:
        raise MalformedError("hint", "A hint is at most 1,024 bytes.")
    try:
        return _decoder.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise MalformedError("hint", "A hint is origin, size and priority.") from error
