"""What home says of releases: emergencies without their second signature, and what waits for this person."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mithaq.errors import MithaqError
from mithaq.web.access.gate import note_shown
from mithaq.web.outgoing.drafts import protect_draft, writer_of
from mithaq.web.outgoing.release import is_overdue, waiting_emergencies
from mithaq.web.outgoing.views import drafts_to_release, may_see
from mithaq.web.pages import Notice
from mithaq.web.runtime import get_node

MOST = 5


def notices(request: HttpRequest) -> list[Notice]:
    """For the person behind a request; nothing for who holds no post."""
    try:
        writer = writer_of(request)
    except MithaqError:
        return []
    now = get_node().clock.now()
    emergencies = [row for row in waiting_emergencies() if may_see(writer, row.draft)]
    found = [
        Notice(
            _("An emergency release waits for the signature of a second person."),
            reverse("outgoing-preview", kwargs={"draft_id": row.draft_id}),
            "late" if is_overdue(row, now) else "warn",
            row.draft.title,
            row.released_at,
        )
        for row in emergencies
    ]
    waiting = drafts_to_release(writer)[:MOST]
    shown = [*(row.draft for row in emergencies), *waiting]
    note_shown(writer.subject, "list", map(protect_draft, shown))
    found += [
        Notice(
            _("It waits for you to release it."),
            reverse("outgoing-preview", kwargs={"draft_id": each.pk}),
            "info",
            each.title,
            each.changed_at,
        )
        for each in waiting
    ]
    return found
