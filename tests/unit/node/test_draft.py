"""What an author may hand in: the same limits that every recipient holds an act to."""

from datetime import UTC, datetime

import pytest

from mithaq.core.acts.commitment import MAX_SECTION_BYTES, MAX_SECTIONS_BYTES
from mithaq.core.types import AdministrationCode, Origin
from mithaq.errors import MalformedError
from mithaq.node.draft import Draft, check_draft, make_context, new_act_id
from mithaq.node.records import SectionContent

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
CONTEXT = make_context(Origin("ma-mi.example/log/1"), AdministrationCode("ma-mi"), NOW, ())


def make_draft(*sizes_bytes: int) -> Draft:
    """A note with sections of these sizes."""
    fields = {
        "kind": "note.send",
        "id": new_act_id(NOW, bytes(10), CONTEXT.log),
        "object_kind": "requests.request",
        "object_v": 1,
        "priority": "normal",
        "actor": {"post": "desk", "holder": "h-1"},
        "body": {"expects": "none"},
    }
    sections = [
        SectionContent(f"part_{number}", bytes(32), bytes(size)) for number, size in enumerate(sizes_bytes)
    ]
    return Draft(fields, (AdministrationCode("fr-mi"),), None, sections)


def test_sections_at_their_limits_are_taken() -> None:
    assert MAX_SECTIONS_BYTES == 4 * MAX_SECTION_BYTES
    assert len(check_draft(make_draft(*[MAX_SECTION_BYTES] * 4), CONTEXT).sections) == 4


@pytest.mark.parametrize("sizes_bytes", [[MAX_SECTION_BYTES + 1], [MAX_SECTION_BYTES] * 4 + [1]])
def test_sections_that_no_recipient_would_take_are_refused(sizes_bytes: list[int]) -> None:
    with pytest.raises(MalformedError) as error:
        check_draft(make_draft(*sizes_bytes), CONTEXT)
    assert error.value.code == "section_size"
