"""The form of one act on a record; it ends in the preview of what would leave."""

from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mithaq.core.acts.kinds import Kind
from mithaq.errors import ConflictError, MalformedError
from mithaq.node.append.submit import Desk
from mithaq.web.kept import kept_values
from mithaq.web.outgoing.commands import ActOnInstrument, Command, Reply
from mithaq.web.outgoing.drafts import start
from mithaq.web.records.act_forms import FORMS, ActForm, PlainForm
from mithaq.web.records.corrections import body_now
from mithaq.web.records.offers import Offer, list_offers, standing_body
from mithaq.web.records.record import Record, load_record
from mithaq.web.records.views import record_page
from mithaq.web.runtime import get_node
from mithaq.web.view import workspace_page


@workspace_page(verb="read", methods=("GET", "POST"))
def act_on_record(request: HttpRequest, register: str, object_id: UUID, action: str) -> HttpResponseBase:
    """Ask for what the act needs, then show what would leave."""
    record = load_record(request, str(object_id), register)
    offer = next((each for each in list_offers(request, record) if each.name == action), None)
    if offer is None:
        raise ConflictError("out_of_state", "This cannot be done with the record now, or not by this post.")
    form = _make_form(request, record, offer)
    if request.method == "POST" and form.is_valid():
        back = reverse(f"{register}-act", kwargs={"object_id": object_id, "action": action})
        command = _command(record, offer, form)
        broken = _rule_broken(record, command)
        if not broken:
            return start(request, command, register, dict(record.title) or record.object_kind, back)
        form.add_error(None, _("The note as it would read then breaks a rule of its kind:") + f" {broken}")
    context = {"form": form, "offer": offer, "questions": _questions(record, offer)}
    return record_page(request, record, "detail", "web/record_act.html", context)


def _make_form(request: HttpRequest, record: Record, offer: Offer) -> ActForm:
    state, now = None, None
    if record.instrument is None:
        _first, state = Desk(get_node()).note_state(record.object_id, with_pending=True)
        now = body_now(record)
    form = FORMS.get(str(offer.kind), PlainForm)
    if request.method == "POST":
        return form(request.POST, state=state, now=now)
    return form(initial=kept_values(request), state=state, now=now)


def _command(record: Record, offer: Offer, form: ActForm) -> Command:
    lang = [get_language() or "en"]  # what is typed here is in the language of the page
    if record.instrument is None:
        return Reply(record.object_id, str(offer.kind), form.body(), {"lang": lang})
    latest = record.instrument.latest
    assert latest is not None  # an offer is made for a version alone
    body = {**standing_body(latest, offer.kind), **form.body()}
    return ActOnInstrument(record.object_id, str(offer.kind), body, {"lang": lang})


def _rule_broken(record: Record, command: Command) -> str:
    """Code of the rule of its kind that a note would break once it is corrected; empty for none."""
    kind = get_node().registry.find(record.object_kind, record.first.parsed.object_v)
    if kind is None or not isinstance(command, Reply) or command.kind != Kind.NOTE_CORRECT:
        return ""
    try:
        kind.check({**body_now(record), **command.body["fields"]})
    except MalformedError as error:
        return error.code
    return ""


def _questions(record: Record, offer: Offer) -> list[object]:
    asked = record.first.parsed.body.get("questions")
    return list(asked) if isinstance(asked, list) and offer.name in ("answer", "refuse", "clarify") else []
