"""What home says of releases: emergencies without their second signature, and what waits for this person."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mithaq.errors import MithaqError
from mithaq.web.access.gate import note_shown
from mithaq.web.outgoing.drafts import protect_draft, writer_of
from mithaq.web.outgoing.release import is_too_late
from mithaq.web.outgoing.views import drafts_to_release, may_see
from mithaq.web.outgoing.waiting import released_at, waiting_work
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
    emergencies, handed_over = waiting_work()
    emergencies = [each for each in emergencies if may_see(writer, each)]
    found = [
        Notice(
            _("An emergency release waits for the signature of a second person."),
            reverse("outgoing-preview", kwargs={"draft_id": each.pk}),
            "late" if is_too_late(released_at(each), now) else "warn",
            each.title,
            released_at(each),
        )
        for each in emergencies
    ]
    waiting = drafts_to_release(writer, handed_over)[:MOST]
    note_shown(writer.subject, "list", map(protect_draft, [*emergencies, *waiting]))
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
