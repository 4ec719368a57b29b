"""Acts released to the caller, and its own acts as we hold them.

Spec: docs/spec 8.2, 8.4.
"""

from functools import partial

from django.http import HttpRequest, HttpResponse

from mithaq.core.acts.envelope import Envelope, parse_envelope
from mithaq.core.acts.kinds import Kind
from mithaq.core.federation.page import (
    MAX_PAGE_ACTS,
    MEDIA_TYPE,
    Content,
    content_of,
    encode_line,
)
from mithaq.core.types import LeafIndex
from mithaq.core.witness import hash_origin
from mithaq.errors import MissingError
from mithaq.node.node import Node
from mithaq.node.records import Partner, StoredAct
from mithaq.web.exchange.gate import exchange_view
from mithaq.web.exchange.pages import write_page
from mithaq.web.exchange.query import check_most, read_numbers
from mithaq.web.exchange.reads import note_acts
from mithaq.web.runtime import get_node

# Canonical JSON has one spelling of it; a body may hold the same bytes, so the parser decides.
_RELEASE_MARK = b'"kind":"%s"' % Kind.RELEASE.encode()


@exchange_view("GET")
def list_released(request: HttpRequest, partner: Partner) -> HttpResponse:
    first, most = read_range(request)
    node = get_node()
    tree_size = node.store.own.head().tree_size
    page = write_page(
        lambda cursor, count: node.store.own.released(partner.code, cursor, tree_size, count),
        partial(write_released_line, node),
        first,
        tree_size,
        most,
    )
    note_acts(partner, page.acts)
    return HttpResponse(page.data, content_type=MEDIA_TYPE)


@exchange_view("GET")
def list_mirrored(request: HttpRequest, partner: Partner, origin_sha256: str) -> HttpResponse:
    check_own_log(partner, origin_sha256)
    first, most = read_range(request)
    node = get_node()
    tree_size = node.store.followed.head(partner.origin).verified_size
    page = write_page(
        lambda cursor, count: node.store.followed.acts_from(partner.origin, cursor, count),
        encode_line,
        first,
        tree_size,
        most,
    )
    return HttpResponse(page.data, content_type=MEDIA_TYPE)


def read_range(request: HttpRequest) -> tuple[LeafIndex, int]:
    """``from`` and ``max`` of the query."""
    numbers = read_numbers(request, {"from": None, "max": MAX_PAGE_ACTS})
    check_most("max", numbers["max"], 1, MAX_PAGE_ACTS)
    return LeafIndex(numbers["from"]), numbers["max"]


def check_own_log(partner: Partner, origin_sha256: str) -> None:
    """A partner is given back its own log and no other's.

    Raises:
        MissingError: ``origin``.
    """
    if hash_origin(partner.origin) != origin_sha256:
        raise MissingError("origin", "This is not the log of the caller.")


def write_released_line(node: Node, act: StoredAct) -> bytes:
    """The line of an act; of a ``release`` act with the older act that it discloses."""
    if _RELEASE_MARK not in act.envelope:
        return encode_line(act)
    return encode_line(act, _disclose(node, parse_envelope(act.envelope)))


def _disclose(node: Node, release: Envelope) -> Content | None:
    if release.kind != Kind.RELEASE:
        return None
    index, names = release.body.get("index"), release.body.get("sections")
    if not isinstance(index, int) or not isinstance(names, list):
        return None
    try:
        older = node.store.acts.at(node.identity.origin, LeafIndex(index))
    except MissingError:
        return None  # Erased since; the reader shows the release without its content.
    return content_of(older, [name for name in names if isinstance(name, str)])
