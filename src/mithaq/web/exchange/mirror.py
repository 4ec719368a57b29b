"""The caller's own log, given back from our mirror: what saves a node that was restored.

Spec: docs/spec 8.2, 7.4.
"""

from django.http import HttpRequest, HttpResponse

from mithaq.core.log.tiles import MITHAQ_ENTRY_BYTES, TILE_WIDTH
from mithaq.errors import MissingError
from mithaq.node.records import Partner
from mithaq.web.exchange.acts import check_own_log
from mithaq.web.exchange.gate import exchange_view
from mithaq.web.log.views import TILE_TYPE, read_tile_path
from mithaq.web.runtime import get_node

_STORED_ENTRY_BYTES = 2 + MITHAQ_ENTRY_BYTES


@exchange_view("GET")
def show_mirrored_tile(
    request: HttpRequest, partner: Partner, origin_sha256: str, tile_path: str
) -> HttpResponse:
    check_own_log(partner, origin_sha256)
    tile = read_tile_path(request, tile_path)
    store = get_node().store.followed
    last = tile.number * TILE_WIDTH + tile.width
    if tile.level is not None or last > store.head(partner.origin).verified_size:
        raise MissingError("tile_missing", "Only entries are mirrored, up to what is verified.")
    data = store.bundle(partner.origin, tile.number)[: tile.width * _STORED_ENTRY_BYTES]
    if len(data) != tile.width * _STORED_ENTRY_BYTES:
        raise MissingError("tile_missing", "The bundle is not stored here.")
    return HttpResponse(data, content_type=TILE_TYPE)
