"""Pages of what leaves: the list, the preview, and the buttons under it."""

import re
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language

from mithaq.errors import ConflictError, MalformedError, MissingError, MithaqError, UnavailableError
from mithaq.node.append.submit import Desk
from mithaq.web.access.gate import may, note_shown
from mithaq.web.access.subject import subjects_of_other_posts
from mithaq.web.access.table import ROLE_VERBS, Role, Verb
from mithaq.web.accounts.views import answer_refusal
from mithaq.web.dossiers import OWN, dossier_choices, read_choice
from mithaq.web.outgoing import drafts, words
from mithaq.web.outgoing.changed import tell_new_version
from mithaq.web.outgoing.commands import kind_of
from mithaq.web.outgoing.desk import OneLook, draft_act
from mithaq.web.outgoing.drafts import (
    Writer,
    find_draft,
    is_handed_over,
    protect_draft,
    writer_of,
    writes_in,
)
from mithaq.web.outgoing.models import OutgoingDraft, OutgoingRelease
from mithaq.web.outgoing.preview import make_preview
from mithaq.web.outgoing.release import (
    can_be_emergency,
    emergency_reason,
    is_overdue,
    is_too_late,
    live_release,
    mark_emergency,
    release,
    settle,
    sign_second,
)
from mithaq.web.outgoing.rules import way_of
from mithaq.web.outgoing.standing import can_be_withdrawn, seen_by_partners, withdrawal_of
from mithaq.web.outgoing.waiting import is_with_release, released_at, releaser_id, waiting_work
from mithaq.web.parties import label_own_post, parties, party_of
from mithaq.web.runtime import get_node
from mithaq.web.texts import pick
from mithaq.web.view import page, workspace_page

LIST_ROWS = 50
LOOKS_AFTER_S = (2, 3, 5, 10, 20)
"""When the page of what was sent looks again for receipts; then no more, for it keeps the session awake."""
_OUTGOING = frozenset({Verb.DRAFT, Verb.RELEASE, Verb.REPLY, Verb.SIGN, Verb.WITHDRAW})


@workspace_page("draft|reply|withdraw|release|sign")
def show_outgoing(request: HttpRequest) -> HttpResponseBase:
    """To release, own drafts, waiting for another person, sent lately."""
    try:
        writer = writer_of(request)
        _demand_any(writer)
    except MithaqError as error:
        return answer_refusal(request, error)
    now = get_node().clock.now()
    rows = OutgoingDraft.objects.select_related("author").prefetch_related("editors")
    emergencies, waiting = waiting_work()
    own = rows.filter(state="draft", editors__user=writer.user) | rows.filter(
        state="draft", author=writer.user
    )
    lists = {
        "to_release": drafts_to_release(writer, waiting)[:LIST_ROWS],
        "waiting": [each for each in waiting if writes_in(writer, each)][:LIST_ROWS],
        "own": list(own.distinct()[:LIST_ROWS]),
        "sent": list(rows.filter(state="sent", author=writer.user).order_by("-sent_at")[:10]),
    }
    emergencies = [each for each in emergencies if may_see(writer, each)]
    shown = [*emergencies, *(each for part in lists.values() for each in part)]
    note_shown(writer.subject, Verb.LIST, map(protect_draft, shown))
    told = [(each, released_at(each), is_too_late(released_at(each), now)) for each in emergencies]
    context = {**lists, "emergencies": told}
    return page(request, "outgoing/list.html", context)


@workspace_page("draft|reply|withdraw|release|sign")
def show_preview(request: HttpRequest, draft_id: Any) -> HttpResponseBase:
    """What exactly would leave, or what has left and who has it."""
    try:
        return _preview_page(request, draft_id)
    except MithaqError as error:
        return _refuse(request, error)


@workspace_page("release|sign|reply", ("POST",))
def release_draft(request: HttpRequest, draft_id: Any) -> HttpResponseBase:
    """Let it go as it was shown."""
    try:
        writer = writer_of(request)
        _demand_seen(writer, find_draft(draft_id))
        release(writer, draft_id, request.POST.get("shown", ""))
    except ConflictError as error:
        if error.code == "preview_changed":
            return _preview_page(request, draft_id, status=409)
        return _refuse(request, error)
    except UnavailableError as error:
        return _refuse(request, error)
    except MithaqError as error:
        return _refuse(request, error, draft_id)
    return _back(draft_id)


@workspace_page("draft|reply|withdraw|release|sign", ("POST",))
def change_state(request: HttpRequest, draft_id: Any, step: str) -> HttpResponseBase:
    """Hand over, send back, delete, file into a dossier, mark as an emergency, sign second, withdraw."""
    try:
        writer = writer_of(request)
        draft = find_draft(draft_id)
        _demand_seen(writer, draft)
        return _take_step(request, writer, draft, step)
    except MithaqError as error:
        return _refuse(request, error, draft_id)


def _take_step(request: HttpRequest, writer: Writer, draft: OutgoingDraft, step: str) -> HttpResponseBase:
    reason = request.POST.get("reason", "").strip()
    match step:
        case "hand-over":
            drafts.hand_over(writer, draft.pk)
        case "send-back":
            drafts.send_back(writer, draft.pk, reason)
        case "delete":
            drafts.delete_draft(writer, draft.pk)
            return HttpResponseRedirect(reverse("outgoing-list"))
        case "file":
            drafts.file_draft(writer, draft.pk, read_choice(request, "dossier", draft.act_id))
        case "emergency":
            mark_emergency(writer, draft.pk, reason)
        case "second":
            sign_second(writer, draft.pk)
        case "withdraw":
            return _withdraw(writer, draft, reason)
        case _:
            raise MissingError("not_found", "There is no such step.")
    return _back(draft.pk)


def _withdraw(writer: Writer, draft: OutgoingDraft, reason: str) -> HttpResponseBase:
    if not reason:
        raise MalformedError("reason_missing", "A withdrawal has a reason.")
    if draft.state != "sent":
        raise ConflictError("draft_gone", "It was not sent.")
    content_hash = drafts.content_hash_of(draft.command)
    command = withdrawal_of(draft, reason, content_hash)
    made = drafts.make_draft(writer, command, draft.register, draft.title, draft.back)
    return _back(made.pk)


def _preview_page(request: HttpRequest, draft_id: Any, status: int = 200) -> HttpResponseBase:
    node, writer = get_node(), writer_of(request)
    draft = settle(node, find_draft(draft_id))
    _demand_seen(writer, draft)
    note_shown(writer.subject, Verb.READ, [protect_draft(draft)])
    row = live_release(draft)
    context: dict[str, Any] = {
        "draft": draft,
        "release": row,
        "is_changed": status != 200,
        "is_own": writes_in(writer, draft),
        "may_perform": _may_perform(writer, draft),
        "button": words.button_for(draft),
        "kind_word": words.word_for(draft.kind),
        "reason": emergency_reason(draft),
        "is_overdue": row is not None and row.emergency and is_overdue(row, node.clock.now()),
        "may_second": _may_second(writer, draft, row),
    }
    if draft.state == "sent":
        known = parties()
        seen = [
            (party_of(each.recipient, known).name, words.RESULTS.get(each.result, each.result), each)
            for each in seen_by_partners(node, draft)
        ]
        context |= {"seen": seen, "can_withdraw": _may_withdraw(writer, draft)}
        context["look_again"] = _next_look(request) if any(not each.result for *_, each in seen) else None
        context["post_word"] = label_own_post(node, row.releaser_post) if row else ""
        return page(request, "outgoing/sent.html", context, status)
    desk = OneLook(node)
    preview = make_preview(node, draft, writer.author(), desk)
    lang = get_language() or "en"
    context |= {
        "preview": preview,
        "button": words.button_for(draft, [pick(name, lang)[0] for _, name in preview.recipients]),
        "post_word": label_own_post(node, preview.post if context["may_perform"] else draft.author_post),
        "limit_hours": preview.limit_hours,
        "limit_days": preview.limit_days,
        "may_hand_over": draft.state == "draft" and not is_handed_over(draft) and _may_start(writer, draft),
        "other_post": None if context["may_perform"] else _post_to_change_to(request, writer, draft),
        "changes": tell_new_version(node, draft, writer.subject, desk),
        "filing": _filing(request, writer, draft),
        "may_emergency": can_be_emergency(draft) and not row and _may_emergency(writer, draft),
    }
    return page(request, "outgoing/preview.html", context, status)


def _filing(request: HttpRequest, writer: Writer, draft: OutgoingDraft) -> list[tuple[str, Any, bool]]:
    """(value, words, whether it is there now) of dossiers, for whoever writes a draft that may be filed."""
    is_open = draft.state in ("draft", "to_release") and writes_in(writer, draft)
    if not (is_open and drafts.can_be_filed(draft)):
        return []
    chosen = OWN if draft.filed_into == draft.act_id else draft.filed_into or ""
    return [(value, word, value == chosen) for value, word in dossier_choices(request, chosen)]


def drafts_to_release(writer: Writer, waiting: list[OutgoingDraft]) -> list[OutgoingDraft]:
    """Those of ``waiting_drafts`` that somebody may let go."""
    return [each for each in waiting if _may_perform(writer, each)]


def _next_look(request: HttpRequest) -> tuple[int, int] | None:
    """(its number, seconds to wait) of the next look of this page for receipts."""
    text = request.GET.get("look", "0")
    number = int(text) if re.fullmatch(r"[0-9]", text, re.ASCII) else len(LOOKS_AFTER_S)
    return (number + 1, LOOKS_AFTER_S[number]) if number < len(LOOKS_AFTER_S) else None


# Rights


def _demand_any(writer: Writer) -> None:
    roles = writer.subject.roles
    if not any(ROLE_VERBS[role] & _OUTGOING for role in Role if role in roles):
        raise MissingError("not_found", "There is nothing at this address.")


def _demand_seen(writer: Writer, draft: OutgoingDraft) -> None:
    """Who has nothing to do with a draft does not learn that it is there."""
    if not may_see(writer, draft):
        raise MissingError("draft", "There is no such draft.")


def may_see(writer: Writer, draft: OutgoingDraft) -> bool:
    """Whether a draft is somebody's business at all."""
    if writes_in(writer, draft):
        return True
    way, thing = way_of(draft.kind), protect_draft(draft)
    answers = (may(writer.subject, way.start, thing), may(writer.subject, way.perform, thing))
    return any(each.allowed for each in answers) or _may_emergency(writer, draft)


def _may_start(writer: Writer, draft: OutgoingDraft) -> bool:
    return may(writer.subject, way_of(draft.kind).start, protect_draft(draft)).allowed


def _may_withdraw(writer: Writer, draft: OutgoingDraft) -> bool:
    """Whether it can still be taken back, and this post may begin it: else the button leads nowhere."""
    if not can_be_withdrawn(draft):
        return False
    desk, command = Desk(get_node()), withdrawal_of(draft, "-", drafts.content_hash_of(draft.command))
    try:
        draft_act(desk, command, writer.author(), desk.new_object_id())
    except MithaqError:
        return False
    return may(writer.subject, way_of(kind_of(command)).start, protect_draft(draft)).allowed


def _may_perform(writer: Writer, draft: OutgoingDraft) -> bool:
    """Whether the button is there; showing a factor again comes after it."""
    if draft.state == "releasing":
        row = None if is_with_release(draft) else live_release(draft)
        return writer.user.pk == (releaser_id(draft) if row is None else row.releaser_id)
    is_emergency = bool(emergency_reason(draft))
    if not is_emergency and not is_handed_over(draft):
        return False
    thing = protect_draft(draft, emergency=is_emergency)
    return may(writer.subject, way_of(draft.kind).perform, thing).allowed


def _post_to_change_to(request: HttpRequest, writer: Writer, draft: OutgoingDraft) -> Any:
    """Label of another post of the person that may let it go; None without one."""
    for post, subject in subjects_of_other_posts(request):
        if _may_perform(replace(writer, post=post, subject=subject), draft):
            return label_own_post(get_node(), post)
    return None


def _may_emergency(writer: Writer, draft: OutgoingDraft) -> bool:
    return may(writer.subject, Verb.RELEASE, protect_draft(draft, emergency=True)).allowed


def _may_second(writer: Writer, draft: OutgoingDraft, row: OutgoingRelease | None) -> bool:
    if row is None or not row.emergency or row.second_id is not None or writes_in(writer, draft):
        return False
    decision = may(writer.subject, Verb.RELEASE, protect_draft(draft))
    return row.releaser_id != writer.user.pk and decision.allowed


def _back(draft_id: Any) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("outgoing-preview", kwargs={"draft_id": draft_id}))


def _refuse(request: HttpRequest, error: MithaqError, draft_id: Any = None) -> HttpResponseBase:
    """A refusal; a factor shown again leads back to the preview, which any method may ask for."""
    if error.code == "step_up" and draft_id is not None:
        address = reverse("outgoing-preview", kwargs={"draft_id": draft_id})
        return HttpResponseRedirect(f"{reverse('account_confirm')}?next={address}")
    return answer_refusal(request, error)
