"""What a partner may know of this node: its root files, and what it speaks.

Spec: docs/spec 8.2, 6.2.
"""

import orjson
from django.http import HttpRequest, HttpResponse

from mithaq import __version__
from mithaq.core.federation.page import MAX_PAGE_ACTS, MAX_PAGE_BYTES
from mithaq.errors import MissingError
from mithaq.node.records import Partner
from mithaq.web.exchange.checkpoints import MAX_WAIT_S
from mithaq.web.exchange.gate import exchange_view
from mithaq.web.exchange.limits import MAX_OPEN
from mithaq.web.runtime import get_node

MAX_BODY_BYTES = 1_048_576


@exchange_view("GET")
def show_root(request: HttpRequest, partner: Partner, version: str) -> HttpResponse:
    node = get_node()
    versions = node.store.roster.root_versions(node.identity.code)
    if not 1 <= int(version) <= len(versions):
        raise MissingError("no_root_version", "There is no such version of the root file.")
    return HttpResponse(versions[int(version) - 1], content_type="application/json")


@exchange_view("GET")
def show_status(request: HttpRequest, partner: Partner) -> HttpResponse:
    node = get_node()
    limits = {
        "body_bytes": MAX_BODY_BYTES,
        "open_requests": MAX_OPEN,
        "page_acts": MAX_PAGE_ACTS,
        "page_bytes": MAX_PAGE_BYTES,
        "wait_s": MAX_WAIT_S,
    }
    status = {
        "code": node.identity.code,
        "exchange": ["v1"],
        "kinds": node.registry.names(),
        "limits": limits,
        "origin": node.identity.origin,
        "software": f"mithaq/{__version__}",
    }
    return HttpResponse(orjson.dumps(status, option=orjson.OPT_SORT_KEYS), content_type="application/json")
