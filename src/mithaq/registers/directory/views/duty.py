"""Duty: who answers on both sides, now and in the days to come, and the alarm before a gap."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mithaq.registers.directory.models import Card
from mithaq.registers.directory.reading.posts import (
    Answering,
    duty_alarms,
    duty_of,
    empty_contacts,
    read_answering,
    read_hanging,
    term_of,
    watches_of,
)
from mithaq.registers.directory.reading.scope import Scope, key_of
from mithaq.registers.directory.views import desk
from mithaq.web.access.table import CODES
from mithaq.web.lasting import Unchanged
from mithaq.web.pages import Notice
from mithaq.web.runtime import get_node, get_part
from mithaq.web.texts import pick
from mithaq.web.view import page, workspace_page

MOST_WATCHES = 14
KEPT_FOR = timedelta(hours=1)
"""Cards alone are kept: whether somebody is on duty is reckoned for each page."""


@workspace_page(verb="list")
def show_duty(request: HttpRequest) -> HttpResponseBase:
    """The rota of both sides."""
    scope, now, today = desk.scope_of(request), desk.now(), desk.today(request)
    wanted = scope.standing("post").filter(Q(always_on=True) | Q(role_code="spoc"))
    standing = [post for post in wanted.order_by("issuer", "card_id") if term_of(post).covers(today)]
    posts = desk.visible_cards(request, standing)
    hanging = read_hanging(scope, {key_of(post) for post in posts}, ("duty",))
    known = desk.sides(request)
    own = get_node().identity.code
    rotas = [
        {
            "post": post,
            "side": desk.side_of(post.issuer, known),
            "is_own": post.issuer == own,
            "duty": duty_of(post, watches_of(hanging, key_of(post)), now),
            "coming": _coming(watches_of(hanging, key_of(post)), now),
            "url": reverse("directory-detail", args=[post.object_id]),
            "new_url": reverse("directory-new", args=["duty"]) + f"?post={post.card_id}",
        }
        for post in posts
    ]
    empty = [desk.side_of(code, known) for code in empty_contacts(standing, known, today)]
    context = {"rotas": rotas, "empty": empty, "now": now}
    return page(request, "directory/duty.html", desk.with_places("duty", context))


def _coming(rows: Sequence[Card], now: Any) -> list[Card]:
    return [row for row in rows if row.until_at and row.until_at > now][:MOST_WATCHES]


def notices(request: HttpRequest) -> list[Notice]:
    """What home says: gaps of duty of both sides, and sides that cannot be reached at all."""
    today, known, lang = desk.today(request), desk.sides(request), desk.language()
    answering = get_part(_make_answering).get(request).within(desk.scope_of(request))
    found = []
    for alarm in duty_alarms(answering, desk.now(), today):
        text = (
            str(_("Nobody is on duty now:"))
            if alarm.gap.is_now(desk.now())
            else str(_("Nobody is on duty from:"))
        )
        label = pick(alarm.post.label, lang)[0]
        side = desk.name_of(desk.side_of(alarm.post.issuer, known))
        at = None if alarm.gap.is_now(desk.now()) else alarm.gap.from_at
        found.append(Notice(text, reverse("directory-duty"), "late", f"{label} · {side}", at))
    for code in empty_contacts(answering.posts, known, today):
        text = str(_("No single point of contact on the card of:"))
        found.append(Notice(text, reverse("directory-duty"), "warn", desk.side_of(code, known).name))
    return found


def _make_answering() -> Unchanged[Answering]:
    return Unchanged(lambda _: read_answering(Scope(CODES)), KEPT_FOR)
