"""Attachments, for an administration that holds a released act which names them; for others there are none.

Spec: docs/spec 11.
"""

from django.http import HttpRequest, HttpResponse

from mithaq.errors import MissingError
from mithaq.node.node import Node
from mithaq.node.records import Partner
from mithaq.web.exchange.gate import exchange_view
from mithaq.web.exchange.query import check_hash
from mithaq.web.exchange.reads import note_blob
from mithaq.web.runtime import get_node


@exchange_view("GET")
def show_manifest(request: HttpRequest, partner: Partner, sha256: str) -> HttpResponse:
    node = find_blob(partner, sha256)
    return HttpResponse(node.blobs.manifest(sha256), content_type="application/json")


@exchange_view("GET")
def show_chunk(request: HttpRequest, partner: Partner, sha256: str, number: str) -> HttpResponse:
    node = find_blob(partner, sha256)
    data = node.blobs.read_chunk(sha256, int(number))
    return HttpResponse(data, content_type="application/octet-stream")


def find_blob(partner: Partner, sha256: str) -> Node:
    """The node, when the partner may have the blob. One answer for "not here" and "not for you".

    Raises:
        MissingError: ``blob`` or ``not_found``.
    """
    check_hash(sha256)
    node = get_node()
    is_released = node.store.own.is_blob_released(partner.code, sha256)
    note_blob(partner, sha256, is_released=is_released)
    if not is_released:
        raise MissingError("blob", "There is no such blob.")
    return node
