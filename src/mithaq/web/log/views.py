"""Answers of ``/log/``. Full tiles are files that never change; partial ones come from the database.

Spec: docs/spec 2.4, 2.5; c2sp.org/tlog-tiles.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse

from mithaq.core.log.tiles import TILE_HEIGHT, TILE_WIDTH, TileRef, encode_tile, parse_tile_path
from mithaq.errors import MalformedError, MissingError
from mithaq.node.node import Node
from mithaq.node.proof.log_reader import OwnLogReader
from mithaq.web.errors import machine_view
from mithaq.web.runtime import get_node

CHECKPOINT_TYPE: Final = "text/plain; charset=utf-8"
TILE_TYPE: Final = "application/octet-stream"
CHECKPOINT_CACHE: Final = "max-age=2"
TILE_CACHE: Final = "public, max-age=31536000, immutable"


@machine_view("GET")
def show_checkpoint(request: HttpRequest) -> HttpResponse:
    tree_size, note = get_node().store.own.latest_checkpoint()
    if not tree_size:
        raise MissingError("checkpoint_missing", "No checkpoint is published yet.")
    return HttpResponse(note, content_type=CHECKPOINT_TYPE, headers={"Cache-Control": CHECKPOINT_CACHE})


@machine_view("GET")
def show_tile(request: HttpRequest, tile_path: str) -> HttpResponse:
    tile = read_tile_path(request, tile_path)
    node = get_node()
    data = node.tiles.read(tile_path) if tile.is_full else make_partial(node, tile)
    return HttpResponse(data, content_type=TILE_TYPE, headers={"Cache-Control": TILE_CACHE})


def read_tile_path(request: HttpRequest, tile_path: str) -> TileRef:
    """The tile that a path names, as it came over the wire: an escaped spelling is another path, so 404."""
    if "%" in request.META.get("REQUEST_URI", "").partition("?")[0]:
        raise MissingError("tile_missing", "This is no path of a tile.")
    try:
        return parse_tile_path(tile_path)
    except MalformedError as error:
        raise MissingError(error.code, error.message) from error


def make_partial(node: Node, tile: TileRef) -> bytes:
    """A partial tile of any width up to the published size: some checkpoint may have implied it."""
    hashes = node.store.own.head().tree_size >> (TILE_HEIGHT * (tile.level or 0))
    if tile.number * TILE_WIDTH + tile.width > hashes:
        raise MissingError("tile_missing", "The log has not grown to this tile.")
    reader = OwnLogReader(node.store.own, node.tiles)
    if tile.level is None:
        return reader.bundle(tile.number, tile.width)
    return encode_tile(reader.tile(tile.level, tile.number, tile.width))
