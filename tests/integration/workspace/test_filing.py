"""Whatever opens a record is filed into a dossier by hand, from its preview, whichever register it is of."""

from typing import Any

import pytest

from tests.unit.registers.test_meetings_rules import make_invitation
from tests.unit.registers.test_roadmap_rules import make_line, make_roadmap

from .conftest import PARTNER, Office, post
from .samples import draft, hand_over, make_request, writer

TITLE = {"fr": "Négociation", "ar": "مفاوضة"}
FIELDS = {
    "subject": TITLE,
    "lang": ["ar", "fr"],
    "handling": {"code": "green", "caveats": [], "purpose": "ADMIN"},
}


def command_of(office: Office, kind: str) -> Any:
    """What a form of that register makes."""
    from mithaq.node.append.submit import Desk
    from mithaq.web.outgoing.commands import SendNote
    from mithaq.web.outgoing.versions import propose

    object_id = Desk(office.node).new_object_id()
    reviewed = {"no": 1, "agreement": object_id, "title": TITLE}
    bodies: dict[str, Any] = {
        "meetings.invitation": make_invitation(),
        "sources.source": {"title": "x", "sha256": "0" * 64, "language": "fr", "publisher": "x"},
        "roadmap.roadmap": make_roadmap(make_line()),
        "review.review_plan": {"title": TITLE, "agreements": [reviewed], "due_on": "2099-01-01"},
    }
    if kind == "requests.request":
        return make_request()
    if kind in ("meetings.invitation", "sources.source"):
        return SendNote(kind, (PARTNER,), bodies[kind], FIELDS)
    return propose(object_id, kind, bodies[kind], {"ma-mi": "minister", PARTNER: "minister"}, FIELDS)


@pytest.mark.parametrize(
    "kind",
    ["meetings.invitation", "requests.request", "sources.source", "roadmap.roadmap", "review.review_plan"],
)
def test_a_person_files_whatever_opens_a_record(office: Any, kind: str) -> None:
    from mithaq.web.outgoing.drafts import change_draft, find_draft, get_command
    from mithaq.web.outgoing.perform import perform

    author = office.found("amina", "desk", "drafter")
    browser = office.browser("amina")

    def file(made: Any, dossier: str) -> Any:
        page = f"/fr/outgoing/{made.pk}/"
        return post(browser, f"{page}file/", page, dossier=dossier)

    def dossier_of(made: Any) -> Any:
        return find_draft(made.pk).command["fields"].get("dossier")

    first = draft(office, author, command_of(office, kind))
    assert "Aucun dossier" in browser.get(f"/fr/outgoing/{first.pk}/").content.decode()
    assert file(first, "own").status_code == 302
    assert dossier_of(first) == first.act_id
    perform(get_command(first.pk), writer(office, author).author(), office.node, first.act_id)
    # The next one by the title of the first; whoever was asked to release it is asked again.
    second = draft(office, author, command_of(office, kind))
    hand_over(office, author, second)
    assert file(second, first.act_id).status_code == 302
    assert (dossier_of(second), find_draft(second.pk).state) == (first.act_id, "draft")
    page = browser.get(f"/fr/outgoing/{second.pk}/").content.decode()
    assert f'<option value="{first.act_id}" selected>' in page
    # It stays there when its form is sent again, which knows nothing of dossiers; and may be taken out.
    unfiled = command_of(office, kind) if "object_id" not in second.command else get_command(second.pk)
    from mithaq.web.outgoing.commands import file_into

    change_draft(writer(office, author), second.pk, file_into(unfiled, ""), TITLE)
    assert dossier_of(second) == first.act_id
    assert file(second, "0197a4c0-0000-7000-8000-000000000000").status_code == 404
    assert file(second, "").status_code == 302
    assert dossier_of(second) is None
