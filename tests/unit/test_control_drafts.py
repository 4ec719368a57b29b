"""Drafts that come over the control socket: of their form, or refused before the writer sees them."""

from typing import Any

import msgspec
import pytest

from mithaq.core.types import AdministrationCode
from mithaq.errors import MalformedError
from mithaq.main.wiring.control import pack_drafts, unpack_drafts
from mithaq.node.draft import Draft
from mithaq.node.records import SectionContent

GOOD: dict[str, Any] = {"fields": {"kind": "noop"}, "recipients": ["fr-mi"], "post": None, "sections": []}


def test_a_draft_survives_the_socket() -> None:
    section = SectionContent("persons", bytes(32), b"data")
    draft = Draft({"kind": "noop", "body": {}}, (AdministrationCode("fr-mi"),), "desk", [section])
    assert unpack_drafts(pack_drafts([draft])) == [draft]


@pytest.mark.parametrize(
    "drafts",
    [
        None,
        5,
        {},
        [5],
        [{}],
        [{**GOOD, "recipients": [["fr-mi"]]}],
        [{**GOOD, "recipients": "fr-mi"}],
        [{**GOOD, "post": 5}],
        [{**GOOD, "fields": {1: 2}}],
        [{**GOOD, "sections": [{"name": "a", "salt": 5, "data": b""}]}],
        [{**GOOD, "sections": [{"name": "a", "salt": b""}]}],
        [{**GOOD, "more": 1}],
        [GOOD, {**GOOD, "fields": []}],
    ],
)
def test_what_is_no_draft_is_refused(drafts: object) -> None:
    with pytest.raises(MalformedError, match="control_message"):
        unpack_drafts(msgspec.msgpack.encode(drafts))


def test_drafts_that_are_not_packed_are_refused() -> None:
    with pytest.raises(MalformedError, match="control_message"):
        unpack_drafts([GOOD])


def test_a_cut_draft_is_refused() -> None:
    packed = msgspec.msgpack.encode([GOOD])
    for length in range(len(packed)):
        with pytest.raises(MalformedError, match="control_message"):
            unpack_drafts(packed[:length])
