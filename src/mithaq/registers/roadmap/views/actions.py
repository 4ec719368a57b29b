"""Forms that end in a preview: what may be done with a roadmap, a line or a note about it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise

from mithaq.core.notes.standing import OPEN
from mithaq.errors import ConflictError, MissingError
from mithaq.registers.roadmap.forms import acts
from mithaq.registers.roadmap.forms.base import About, ActionForm
from mithaq.registers.roadmap.reading.lines import NoteView
from mithaq.registers.roadmap.reading.roadmaps import read_roadmap
from mithaq.registers.roadmap.rules.kinds import AT_RISK, NAME, ROADMAP
from mithaq.registers.roadmap.rules.standing import SETTLED, LineState
from mithaq.registers.roadmap.views.about import (
    NOTHING_HERE,
    about_line,
    about_note,
    about_roadmap,
    open_act,
    open_roadmap,
)
from mithaq.web.attachments import WORDS as FILE_WORDS
from mithaq.web.forms import add_refusal
from mithaq.web.outgoing.forms import FilesMixin
from mithaq.web.outgoing.previewed import PreviewedForms, draft_of
from mithaq.web.runtime import get_node
from mithaq.web.view import page, workspace_page

_FORMS: Final = PreviewedForms(NAME, many=frozenset({"milestones", "kept"}))


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be done.

    Attributes:
        applies: whether it can be done with this now.
        is_main: whether its button stands at the head of the page.
        verb: without which the button is absent.
    """

    name: str
    form: type[ActionForm]
    icon: str
    applies: Callable[[About], bool]
    is_main: bool = False
    verb: str = "draft|reply"

    @property
    def label(self) -> Promise:
        """The name of its form."""
        return self.form.heading


def _may_sign(found: About) -> bool:
    pending = found.roadmap.pending if found.roadmap else None
    return pending is not None and found.own in pending.waiting


def _may_withdraw(found: About) -> bool:
    pending = found.roadmap.pending if found.roadmap else None
    return pending is not None and pending.proposer == found.own


def _may_close(found: About) -> bool:
    roadmap = found.roadmap
    return roadmap is not None and roadmap.binding is not None and not roadmap.is_closed


def _is_running(found: About) -> bool:
    roadmap, line = found.roadmap, found.line
    if roadmap is None or line is None or roadmap.binding is None or roadmap.is_closed:
        return False
    return line.line.is_of(found.own) and line.state not in SETTLED


def _may_report(found: About) -> bool:
    return _is_running(found) and found.needed_line.state is not LineState.REPORTED_DONE


def _may_answer(found: About) -> bool:
    note = found.note
    if note is None or note.data.get("expects") != "answer":
        return False
    # What is here has been delivered, even while our receipt is being written.
    is_open = note.states.get(found.own) in {"sent", *map(str, OPEN)}
    return is_open and found.own not in {each.by for each in note.answers}


def _may_lift(found: About) -> bool:
    note = found.note
    return (
        note is not None
        and note.object_kind == AT_RISK
        and note.sender == found.own
        and bool(set(note.states.values()) & set(map(str, OPEN)))
    )


ON_ROADMAP: Final = (
    Action("sign", acts.SignForm, "pen", _may_sign, is_main=True, verb="sign"),
    Action("withdraw", acts.WithdrawForm, "arrow-counterclockwise", _may_withdraw),
    Action("final", acts.FinalForm, "archive", _may_close),
)
ON_LINE: Final = (
    Action("report", acts.ReportForm, "list-task", _may_report, is_main=True),
    Action("risk", acts.RiskForm, "exclamation-triangle", _is_running),
)
ON_NOTE: Final = (
    Action("accept", acts.AcceptForm, "check-lg", _may_answer, is_main=True),
    Action("return", acts.ReturnForm, "reply", _may_answer, is_main=True),
    Action("lift", acts.LiftForm, "arrow-counterclockwise", _may_lift, is_main=True),
)


def actions_for(found: About) -> list[Action]:
    """What can be done with this now."""
    known = ON_LINE if found.line else ON_NOTE if found.note else ON_ROADMAP
    return [action for action in known if action.applies(found)]


def answers_to(found: About, note: NoteView) -> list[Action]:
    """What the reader of a line can say to a report on it."""
    return [action for action in ON_NOTE if action.applies(replace(found, note=note))]


@workspace_page(verb="draft|reply|sign", methods=("GET", "POST"))
def act(request: HttpRequest, object_id: UUID, action: str) -> HttpResponseBase:
    """The form of one action on a roadmap or a note."""
    first = open_act(request, str(object_id))
    if first.parsed.object_kind == ROADMAP:
        found = about_roadmap(request, read_roadmap(get_node(), str(object_id)))
    else:
        found = about_note(request, str(object_id))
    return _answer(request, found, action, reverse("roadmap-detail", args=[object_id]))


@workspace_page(verb="draft|reply", methods=("GET", "POST"))
def act_on_line(request: HttpRequest, object_id: UUID, no: int, action: str) -> HttpResponseBase:
    """The form of one action on a line."""
    found = about_line(request, open_roadmap(request, str(object_id)), no)
    return _answer(request, found, action, reverse("roadmap-line", args=[object_id, no]))


def _answer(request: HttpRequest, found: About, action: str, back: str) -> HttpResponseBase:
    known = (*ON_ROADMAP, *ON_LINE, *ON_NOTE)
    chosen = next((each for each in known if each.name == action), None)
    if chosen is None:
        raise MissingError("not_found", NOTHING_HERE)
    if chosen not in actions_for(found):
        raise ConflictError("out_of_state", "This cannot be done with the record as it stands.")
    return answer_form(request, chosen.form, found, back)


def answer_form(
    request: HttpRequest, form_class: type[ActionForm], found: About, cancel_url: str
) -> HttpResponseBase:
    """Show a form; keep what it makes as a draft and go to the preview."""
    draft_id = draft_of(request)
    refused: list[str] = []
    if issubclass(form_class, FilesMixin):
        files, refused = _FORMS.take_files(request, found.node, draft_id)
        found = replace(found, files=files)
    if request.method != "POST":
        form = form_class(about=found, initial=_FORMS.initial(request, draft_id))
    else:
        form = form_class(request.POST, about=found)
        for code in refused:
            add_refusal(form, code, FILE_WORDS[code], "files")
        if form.is_valid():
            gone = _FORMS.start(request, form, draft_id)
            if gone is not None:
                return gone
    context = {"form": form, "cancel_url": cancel_url, "about": found}
    return page(request, "roadmap/form.html", context, status=422 if form.is_bound else 200)
