"""Heads: the own checkpoint (long poll), release heads, and what we cosigned of others.

Spec: docs/spec 8.2, 7.2.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse

from mithaq.core.log.checkpoint import parse_checkpoint
from mithaq.core.log.signed_note import SignedNote, parse_signed_note
from mithaq.core.types import TreeSize
from mithaq.errors import MissingError
from mithaq.node.append.release_heads import find_release_head
from mithaq.node.records import Partner
from mithaq.web.exchange.gate import exchange_view
from mithaq.web.exchange.query import check_most, find_followed, read_numbers
from mithaq.web.runtime import get_node

NOTE_TYPE: Final = "text/plain; charset=utf-8"
MAX_WAIT_S: Final = 25


@exchange_view("GET")
def show_checkpoint(request: HttpRequest, partner: Partner) -> HttpResponse:
    numbers = read_numbers(request, {"after": 0, "wait": 0})
    after, wait_s = TreeSize(numbers["after"]), numbers["wait"]
    check_most("wait", wait_s, 0, MAX_WAIT_S)
    node = get_node()
    tree_size, note = node.store.own.latest_checkpoint()
    if tree_size <= after and wait_s:
        node.announcer.wait_beyond(after, wait_s, who=partner.code)
        tree_size, note = node.store.own.latest_checkpoint()
    if tree_size <= after:
        return HttpResponse(status=204)
    return HttpResponse(note, content_type=NOTE_TYPE)


@exchange_view("GET")
def show_release_head(request: HttpRequest, partner: Partner) -> HttpResponse:
    tree_size = TreeSize(read_numbers(request, {"size": None})["size"])
    document = find_release_head(get_node(), partner.code, tree_size)
    return HttpResponse(document, content_type="application/json")


@exchange_view("GET")
def show_cosigned(request: HttpRequest, partner: Partner, origin_sha256: str) -> HttpResponse:
    node = get_node()
    origin = find_followed(node, origin_sha256)
    _, mirrored = node.store.followed.cosigned(origin)
    note = choose_cosigned(mirrored, node.store.witnessed.last(origin))
    if not note:
        raise MissingError("not_cosigned", "This node has not cosigned that log yet.")
    return HttpResponse(note, content_type=NOTE_TYPE)


def choose_cosigned(mirrored: bytes, witnessed: bytes) -> bytes:
    """The larger of two cosigned notes, b"" for none; of one checkpoint the note with the lines of both.

    The larger one decides whether its author may go on after a restore, so neither may hide it.
    """
    if not mirrored or not witnessed:
        return mirrored or witnessed
    first, second = parse_signed_note(mirrored), parse_signed_note(witnessed)
    if first.text == second.text:
        more = tuple(line for line in second.lines if line not in first.lines)
        return SignedNote(first.text, first.lines + more).encode()
    is_larger = parse_checkpoint(second.text).tree_size > parse_checkpoint(first.text).tree_size
    return witnessed if is_larger else mirrored
