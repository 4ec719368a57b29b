"""Forms that end in a preview: what may be done with a meeting, a body, a text or an issue."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.core.instruments.state import State
from mithaq.errors import ConflictError, MissingError, MithaqError
from mithaq.registers.meetings.forms import invitations, notes, texts
from mithaq.registers.meetings.forms.base import About, ActionForm
from mithaq.registers.meetings.reading.texts import OPEN
from mithaq.registers.meetings.rules.kinds import AGENDA, COMMUNIQUE, ISSUE, MANDATE, MINUTES, NAME
from mithaq.registers.meetings.rules.standing import MeetingState
from mithaq.registers.meetings.views.about import about, about_nothing, demand_draft
from mithaq.web.attachments import WORDS
from mithaq.web.forms import add_refusal
from mithaq.web.outgoing.forms import FilesMixin
from mithaq.web.outgoing.previewed import PreviewedForms, draft_of
from mithaq.web.view import page, workspace_page

_FORMS: Final = PreviewedForms(NAME, many=frozenset({"to", "field_codes", "lines", "kept"}))
_LIVE: Final = frozenset({MeetingState.PROPOSED, MeetingState.CONFIRMED, MeetingState.POSTPONED})


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be done.

    Attributes:
        applies: whether it can be done with this now.
        is_main: whether its button stands at the head of the page.
        words: of the button, where the name of the form would not do.
        verb: without which the button is absent.
    """

    name: str
    form: type[ActionForm]
    icon: str
    applies: Callable[[About], bool]
    is_main: bool = False
    words: Promise | None = None
    verb: str = "draft|reply"

    @property
    def label(self) -> Promise:
        """Its own words, else the name of its form."""
        return self.words or self.form.heading


def _is_ours(found: About) -> bool:
    return found.meeting is not None and found.meeting.sender == found.own


def _may_answer(found: About) -> bool:
    meeting = found.meeting
    if meeting is None or found.own not in meeting.invited:
        return False
    # What is here has been delivered, even while our receipt is being written.
    is_open = meeting.states.get(found.own) in ("sent", "delivered", "read", "accepted")
    return is_open and meeting.results.get(found.own) != "accept"


def _is_live(found: About) -> bool:
    return found.meeting is not None and found.meeting.state in _LIVE


def _is_not_over(found: About) -> bool:
    over = (MeetingState.CANCELLED, MeetingState.CLOSED)
    return found.meeting is not None and found.meeting.state not in over


def _may_close(found: About) -> bool:
    meeting = found.meeting
    return (
        _is_ours(found) and meeting is not None and meeting.state in (MeetingState.HELD, MeetingState.MINUTED)
    )


def _has_no(kind: str) -> Callable[[About], bool]:
    return lambda found: _is_not_over(found) and kind not in found.kinds


MEETING: Final = (
    Action("accept", invitations.AcceptForm, "check-lg", _may_answer, is_main=True),
    Action("counter", invitations.CounterForm, "clock", _may_answer, is_main=True),
    Action("refuse", invitations.RefuseForm, "x-lg", _may_answer),
    Action("move", invitations.MoveForm, "calendar-event", lambda found: _is_ours(found) and _is_live(found)),
    Action("agenda", texts.AgendaForm, "list-ol", _has_no(AGENDA)),
    Action("communique", texts.CommuniqueForm, "megaphone", _has_no(COMMUNIQUE)),
    Action("own-communique", notes.OwnCommuniqueForm, "newspaper", _is_not_over),
    Action("paper", notes.PaperForm, "paperclip", _is_not_over),
    Action("statement", notes.StatementForm, "chat-left-quote", _is_not_over),
    Action("cancel", invitations.CancelForm, "calendar-x", lambda found: _is_ours(found) and _is_live(found)),
    Action("close", invitations.CloseForm, "archive", _may_close),
)


def _is_open(found: About) -> bool:
    return found.text is not None and found.text.state in OPEN


def _may_sign(found: About) -> bool:
    return _is_open(found) and found.text is not None and found.own in found.text.waiting


def _may_initial(found: About) -> bool:
    text = found.text
    if text is None or not _is_open(found) or text.object_kind not in (MINUTES, COMMUNIQUE):
        return False
    return found.own in text.without_concordance and not text.gaps


def _may_revise(kind: str) -> Callable[[About], bool]:
    def applies(found: About) -> bool:
        text = found.text
        if text is None or text.object_kind != kind or found.own not in text.signatories:
            return False
        is_own_open = (
            text.state in (State.PROPOSED, State.COUNTERED, State.PART_SIGNED) and text.proposer == found.own
        )
        return not is_own_open

    return applies


def _may_withdraw(found: About) -> bool:
    return _is_open(found) and found.text is not None and found.text.proposer == found.own


def _may_report(found: About) -> bool:
    text = found.text
    return text is not None and text.is_bound and any(line.block == "actions" for line in text.lines)


def _is_body(found: About) -> bool:
    return found.text is not None and found.text.object_kind == MANDATE


def _has_issues(found: About) -> bool:
    return _is_body(found) and found.text is not None and found.text.data.get("issues", True) is True


REVISE: Final = _("Propose another version")

TEXT: Final = (
    Action("sign", texts.SignForm, "pen", _may_sign, is_main=True, verb="sign"),
    Action("initial", notes.InitialForm, "check2-square", _may_initial, is_main=True),
    Action(
        "comment", notes.CommentForm, "chat-left-text", lambda found: _is_open(found) and not _is_body(found)
    ),
    Action("revise-agenda", texts.AgendaForm, "pencil", _may_revise(AGENDA), words=REVISE),
    Action("revise-communique", texts.CommuniqueForm, "pencil", _may_revise(COMMUNIQUE), words=REVISE),
    Action("revise-mandate", texts.MandateForm, "pencil", _may_revise(MANDATE), words=REVISE),
    Action("report", notes.ReportForm, "list-task", _may_report),
    Action("issue", notes.IssueForm, "flag", _has_issues),
    Action("withdraw", texts.WithdrawTextForm, "arrow-counterclockwise", _may_withdraw),
)


def _may_raise(found: About) -> bool:
    item = found.item
    return item is not None and item.object_kind == ISSUE and item.is_open and item.sender == found.own


def _may_settle(found: About) -> bool:
    item = found.item
    return item is not None and item.object_kind == ISSUE and item.is_open and found.own in item.states


ITEM: Final = (
    Action("settle", notes.SettleForm, "check-lg", _may_settle, is_main=True),
    Action("raise", notes.RaiseForm, "arrow-up-right", _may_raise, is_main=True),
)


def actions_for(found: About) -> list[Action]:
    """What can be done with this now."""
    known: tuple[Action, ...]
    if found.text is not None:
        known = TEXT
    elif found.item is not None:
        known = ITEM
    else:
        known = MEETING
    return [action for action in known if action.applies(found)]


@workspace_page(verb="draft|reply|sign", methods=("GET", "POST"))
def act(request: HttpRequest, object_id: UUID, action: str) -> HttpResponseBase:
    """The form of one action."""
    found = about(request, str(object_id))
    chosen = next((each for each in (*MEETING, *TEXT, *ITEM) if each.name == action), None)
    if chosen is None:
        raise MissingError("not_found", "There is nothing at this address.")
    if chosen not in actions_for(found):
        raise ConflictError("out_of_state", "This cannot be done with the record as it stands.")
    return answer_form(request, chosen.form, found, reverse("meetings-detail", args=[object_id]))


@workspace_page(verb="draft", methods=("GET", "POST"))
def new_meeting(request: HttpRequest) -> HttpResponseBase:
    """A new invitation."""
    demand_draft(request)
    return answer_form(
        request,
        invitations.InvitationForm,
        about_nothing(request),
        reverse("meetings-list"),
        "meetings/invite.html",
    )


@workspace_page(verb="draft", methods=("GET", "POST"))
def new_body(request: HttpRequest) -> HttpResponseBase:
    """A new mandate."""
    demand_draft(request)
    return answer_form(request, texts.MandateForm, about_nothing(request), reverse("meetings-bodies"))


def answer_form(
    request: HttpRequest,
    form_class: type[ActionForm],
    found: About,
    cancel_url: str,
    template: str = "meetings/form.html",
) -> HttpResponseBase:
    """Show a form; keep what it makes as a draft and go to the preview."""
    draft_id = draft_of(request)
    refused: list[str] = []
    if issubclass(form_class, FilesMixin):
        files, refused = _FORMS.take_files(request, found.node, draft_id)
        found = replace(found, files=files)
    if request.method != "POST":
        form = form_class(about=found, initial=_initial(request, draft_id))
    elif "file" in request.FILES:
        form = _fill_from_file(request, form_class, found)
    else:
        form = form_class(request.POST, about=found)
        if form.is_valid() and not refused:
            gone = _FORMS.start(request, form, draft_id)
            if gone is not None:
                return gone
        for code in refused:
            add_refusal(form, code, WORDS[code], "files")
    status = 422 if form.is_bound else 200
    return page(request, template, {"form": form, "cancel_url": cancel_url, "about": found}, status=status)


# A calendar file as the start of an invitation


def _fill_from_file(request: HttpRequest, form_class: type[ActionForm], found: About) -> ActionForm:
    """The form with what a calendar file says; nothing is kept of the file, and nothing is sent yet."""
    form = form_class(request.POST, request.FILES, about=found)
    form.full_clean()
    file = form.cleaned_data.get("file")
    if file is None:
        return form
    try:
        values = invitations.read_file(file.read())
    except MithaqError as error:
        form.take_refusal(error)
        return form
    return form_class(about=found, initial={**_typed(request), **values})


def _typed(request: HttpRequest) -> dict[str, Any]:
    lists = request.POST.lists()
    return {name: values if name in _FORMS.many else values[0] for name, values in lists if values}


def _initial(request: HttpRequest, draft_id: str) -> dict[str, Any]:
    named = {} if draft_id else {each: request.GET[each] for each in _NAMED if each in request.GET}
    return named | _FORMS.initial(request, draft_id)


_NAMED: Final = ("body", "follows", "level")
"""Fields that a link to a form may fill."""
