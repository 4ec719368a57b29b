"""Deposit and opening of sealed opinions: first shown, then done, by another person than who wrote them.

Whoever drafted an opinion and whoever let it into the log have agreed that it is deposited and, once the
others have deposited theirs, opened. So no new text is written here: the drafts of these acts belong to the
author of the opinion, and the person who presses the button releases them.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from mithaq.errors import NotAllowedError
from mithaq.node.append.submit import Author
from mithaq.node.node import Node
from mithaq.registers.review.forms.seals import Step, hash_steps, list_steps
from mithaq.registers.review.rules.kinds import NAME
from mithaq.registers.review.rules.sealing import Given, Side
from mithaq.registers.review.views.about import open_review
from mithaq.web.accounts.models import User
from mithaq.web.outgoing.commands import Command, hash_command
from mithaq.web.outgoing.drafts import Writer, keep_draft, writer_of
from mithaq.web.outgoing.models import DraftEditor, OutgoingDraft
from mithaq.web.outgoing.operator import find_operator
from mithaq.web.outgoing.preview import make_preview
from mithaq.web.outgoing.release import release
from mithaq.web.parties import parties, party_of
from mithaq.web.runtime import get_node
from mithaq.web.view import page, workspace_page


@workspace_page(verb="release", methods=("GET", "POST"))
def settle_seals(request: HttpRequest, object_id: UUID) -> HttpResponseBase:
    """What would be deposited and opened; a POST does it as it was shown."""
    review = open_review(request, str(object_id))
    steps = list_steps(get_node(), review)
    shown, back = hash_steps(steps), reverse("review-detail", args=[object_id])
    if request.method == "POST" and steps and request.POST.get("shown") == shown:
        writer = writer_of(request)
        for step in steps:
            _perform(writer, step)
        return HttpResponseRedirect(back)
    known, own = parties(), str(get_node().identity.code)
    context = {
        "review": review,
        "to_deposit": [(side, review.find(_agreement(side))) for side in review.to_deposit(own)],
        "to_open": [(side, review.find(_agreement(side))) for side in review.to_open(own)],
        "others": [party_of(code, known).name for code in review.others(own)],
        "shown": shown,
        "cancel_url": back,
        "is_changed": request.method == "POST",
        "is_nothing": not steps,
    }
    return page(request, "review/seals.html", context, status=409 if request.method == "POST" else 200)


def _agreement(side: Side) -> str:
    return side.sealed.agreement if side.sealed is not None else ""


# Doing it


def _perform(writer: Writer, step: Step) -> None:
    node = get_node()
    draft = _find_draft(step.command) or _keep(node, step)
    if writer.user.pk in {each.user_id for each in draft.editors.all()}:
        raise NotAllowedError("own_draft", "Another person than its author deposits and opens an opinion.")
    release(writer, draft.pk, make_preview(node, draft, writer.author()).shown_sha256)


def _find_draft(command: Command) -> OutgoingDraft | None:
    """The draft of an attempt that was cut off: it is released again, and sent once."""
    found = OutgoingDraft.objects.filter(register=NAME, state__in=("to_release", "releasing"))
    return found.filter(content_sha256=hash_command(command)).first()


def _keep(node: Node, step: Step) -> OutgoingDraft:
    authors = _authors_of(node, step.opinions)
    user, post = authors[0]
    draft = keep_draft(step.command, user, Author(post, user.pseudonym), NAME, step.title, "")
    draft.state = "to_release"
    draft.save(update_fields=["state"])
    for other, _post in authors[1:]:
        DraftEditor.objects.get_or_create(draft=draft, user=other)
    return draft


def _authors_of(node: Node, opinions: Sequence[Given]) -> list[tuple[User, str]]:
    """Who drafted these opinions, with the post; the command line where no account did."""
    drafts: dict[str, Any] = {
        draft.act_id: draft
        for draft in OutgoingDraft.objects.filter(
            act_id__in=[each.object_id for each in opinions]
        ).select_related("author")
    }
    found: dict[Any, tuple[User, str]] = {}
    for each in opinions:
        draft = drafts.get(each.object_id)
        user = draft.author if draft is not None else find_operator(node)
        post = draft.author_post if draft is not None else str(each.body.get("author_post") or "command-line")
        found.setdefault(user.pk, (user, post))
    return list(found.values())
