"""Signing, initialling, notices: the forms of every record, and what this register shows before them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.core.instruments.decide import decide
from mithaq.core.instruments.entry_into_force import add_months, cut_to_date
from mithaq.core.instruments.lines import name_line
from mithaq.core.instruments.state import Version
from mithaq.errors import ConflictError, MithaqError
from mithaq.node.append.submit import Desk
from mithaq.node.read.whole_data import is_data_part
from mithaq.registers.agreements.forms.acts import InitialForm, SupersedeForm, SuspendTextForm
from mithaq.registers.agreements.forms.words import RELATION_WORDS, WORDS
from mithaq.registers.agreements.models import AgreementVersion
from mithaq.registers.agreements.reading.links import Dependent, dependents_of
from mithaq.registers.agreements.reading.rows import load_texts
from mithaq.registers.agreements.reading.suspending import articles_that_apply
from mithaq.registers.agreements.reading.texts import AgreementView
from mithaq.registers.agreements.rules.kinds import NAME
from mithaq.registers.agreements.rules.signing import check_signable
from mithaq.registers.agreements.views.about import language, may_draft, may_read, name_article, open_text
from mithaq.web.access.subject import subject_of
from mithaq.web.access.table import Role
from mithaq.web.errors import status_of
from mithaq.web.forms import add_refusal
from mithaq.web.kept import kept_values
from mithaq.web.outgoing.commands import ActOnInstrument, Command
from mithaq.web.outgoing.drafts import start, writer_of
from mithaq.web.outgoing.rules import way_of
from mithaq.web.records.act_forms import FORMS, ActForm, PlainForm
from mithaq.web.records.offers import INSTRUMENT_OFFERS, standing_body
from mithaq.web.records.record import Record
from mithaq.web.records.rights import may_do, readable_codes
from mithaq.web.records.views import record_page
from mithaq.web.runtime import get_node
from mithaq.web.texts import pick
from mithaq.web.view import workspace_page

_OF_SHOWN: Final = frozenset({InstrumentKind.SIGN, InstrumentKind.DECLINE, InstrumentKind.WITHDRAW})
"""Acts on the version under negotiation; all others are about the one that binds."""

_ENDING: Final = frozenset({"suspend", "denounce", "supersede", "object"})
"""What others feel: dependents are shown before."""

MOST_TEXTS: Final = 200


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done with a text.

    Attributes:
        extra: members of the body beside those of the form.
        sample: a body that the rules judge in place of the one still to be written.
    """

    name: str
    kind: InstrumentKind
    label: Promise
    icon: str
    is_main: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)
    sample: Mapping[str, Any] = field(default_factory=dict)


ACTS: Final = (
    *(
        Act(each.name, InstrumentKind(each.kind), each.label, each.icon, each.is_main, {}, each.sample)
        for each in INSTRUMENT_OFFERS
    ),
    Act(
        "object",
        InstrumentKind.DENOUNCE,
        _("Object to renewal"),
        "calendar-x",
        extra={"objection": True},
        sample={"objection": True},
    ),
    Act(
        "supersede",
        InstrumentKind.SUPERSEDE,
        _("Agree that another text takes its place"),
        "arrow-repeat",
        sample={"by": "0" * 64},
    ),
)


def acts_for(request: HttpRequest, record: Record, text: AgreementView) -> list[Act]:
    """What this person may begin with the text now: judged by the rules of the record, and by the policy."""
    found = [act for act in ACTS if _can(request, text, act)]
    allowed = [act for act in found if may_do(request, way_of(act.kind).start, record.protected)]
    return [act for act in allowed if act.kind is not InstrumentKind.SIGN or find_bar(text) is None]


def _can(request: HttpRequest, text: AgreementView, act: Act) -> bool:
    version = version_for(text, act)
    if version is None:
        return False
    try:
        _decide(request, text, act, version)
    except MithaqError:
        return False
    return True


def _decide(request: HttpRequest, text: AgreementView, act: Act, version: Version) -> None:
    node = get_node()
    decide(
        text.fold,
        act.kind,
        {**standing_body(version, act.kind), **act.sample},
        author=node.identity.code,
        post=getattr(request, "acting_post", ""),
        at=node.clock.now(),
        act_id=Desk(node).new_object_id(),
    )


def version_for(text: AgreementView, act: Act) -> Version | None:
    """The version that an act would be about."""
    return text.shown if act.kind in _OF_SHOWN else text.binding


def find_bar(text: AgreementView) -> MithaqError | None:
    """What stands in the way of signing the version under negotiation; None when nothing does."""
    if not text.is_open or not text.is_here:
        return None
    told = [(each.sender, each.data) for each in text.initiallings]
    try:
        check_signable(text.shown.manifest, text.data, told)
    except MithaqError as error:
        return error
    return None


def may_initial(request: HttpRequest, record: Record, text: AgreementView) -> bool:
    """Whether this person may initial the version under negotiation."""
    own = str(get_node().identity.code)
    is_wanted = own in text.without_initials or own in text.without_concordance
    return text.is_open and not text.gaps and text.is_here and is_wanted and may_draft(request)


@workspace_page(verb="draft|sign|withdraw", methods=("GET", "POST"))
def act_on_text(request: HttpRequest, object_id: UUID, action: str) -> HttpResponseBase:
    """The form of one act; it ends in the preview."""
    record, text = open_text(request, str(object_id))
    if action == "initial":
        return _initial(request, record, text)
    act = next((each for each in acts_for(request, record, text) if each.name == action), None)
    version = version_for(text, act) if act is not None else None
    if act is None or version is None:
        return _refuse(
            request, record, (find_bar(text) if action == "sign" else None) or _judge(request, text, action)
        )
    form = _make_form(request, text, act)
    if request.method == "POST" and form.is_valid():
        body = {**standing_body(version, act.kind), **form.body(), **act.extra}
        command = ActOnInstrument(text.object_id, act.kind.value, body, {"lang": [language()]})
        gone = _start(request, text, command, form, action)
        if gone is not None:
            return gone
    context = {
        "form": form,
        "act": act,
        "version": version,
        "effects": list(_effects(act, version)),
        "dependents": _dependents(request, text) if act.name in _ENDING else [],
        "cancel_url": reverse("agreements-detail", args=[text.object_id]),
    }
    return record_page(request, record, "detail", "agreements/act.html", context)


def _judge(request: HttpRequest, text: AgreementView, action: str) -> MithaqError:
    """Why an act cannot be made now."""
    act = next((each for each in ACTS if each.name == action), None)
    version = version_for(text, act) if act is not None else None
    if act is not None and version is not None:
        try:
            _decide(request, text, act, version)
        except MithaqError as error:
            return error
    return ConflictError("out_of_state", "This cannot be done with the record now, or not by this post.")


def _refuse(request: HttpRequest, record: Record, error: MithaqError) -> HttpResponseBase:
    """A reason in words; an error that has none here becomes the page that every error has."""
    if error.code not in WORDS:
        raise error
    context = {"reason": WORDS[error.code], "code": error.code}
    response = record_page(request, record, "detail", "agreements/refused.html", context)
    if isinstance(response, HttpResponse):
        response.status_code = status_of(error)
    return response


def _make_form(request: HttpRequest, text: AgreementView, act: Act) -> ActForm:
    given = (request.POST,) if request.method == "POST" else ()
    named: dict[str, Any] = {} if given else {"initial": kept_values(request)}
    if act.name == "suspend":
        return SuspendTextForm(*given, scopes=_scopes(request, text), **named)
    if act.name == "supersede":
        return SupersedeForm(*given, texts=_successors(request, text), **named)
    return FORMS.get(str(act.kind), PlainForm)(*given, **named)


def _scopes(request: HttpRequest, text: AgreementView) -> list[tuple[str, str]]:
    """What can be suspended alone, each with words for it."""
    if text.binding is None:
        return []
    articles = articles_that_apply(get_node(), text, lambda ids: all(may_read(request, ids).values()))
    named = [(name_line(str(each.get("eid"))), name_article(each)) for each in articles]
    parts = {part.name for part in text.binding.manifest.parts if not is_data_part(part)}
    return named + [(name, name) for name in sorted(parts)]


def _start(
    request: HttpRequest, text: AgreementView, command: Command, form: forms.Form, action: str
) -> HttpResponseBase | None:
    back = reverse("agreements-do", args=[text.object_id, action])
    try:
        return start(request, command, NAME, dict(text.title) or text.object_kind, back)
    except MithaqError as error:
        if error.code not in WORDS:
            raise
        add_refusal(form, error.code, WORDS[error.code])
        return None


def _initial(request: HttpRequest, record: Record, text: AgreementView) -> HttpResponseBase:
    if not may_initial(request, record, text):
        gap = find_bar(text) if text.gaps else None
        out = ConflictError("out_of_state", "This cannot be done with the record now, or not by this post.")
        return _refuse(request, record, gap or out)
    own = str(get_node().identity.code)
    can_compare = Role.TRANSLATOR in subject_of(request).roles
    given = (request.POST,) if request.method == "POST" else ()
    form = InitialForm(*given, can_compare=can_compare)
    if request.method == "POST" and form.is_valid():
        command = form.make_command(text, own, writer_of(request).post)
        gone = _start(request, text, command, form, "initial")
        if gone is not None:
            return gone
    context = {
        "form": form,
        "act": INITIAL,
        "version": text.shown,
        "effects": [(INITIAL_EFFECT, None)],
        "dependents": [],
    }
    return record_page(request, record, "detail", "agreements/act.html", context)


INITIAL: Final = Act("initial", InstrumentKind.SIGN, _("Initial the text"), "check2-square", is_main=True)
INITIAL_EFFECT: Final = _("By this your side says that this is the agreed text. It binds nobody yet.")


def _effects(act: Act, version: Version) -> Iterator[tuple[Promise, date | None]]:
    """What would follow, before anything is sent."""
    effect = version.manifest.effect
    today = cut_to_date(get_node().clock.now(), effect.zone)
    match act.name:
        case "denounce":
            on = add_months(today, effect.denunciation_months)
            yield _("Delivered today, it ends the text for your side on:"), on
        case "object":
            yield (
                _("It only stops the tacit renewal; until the end of the term the text stays in force."),
                None,
            )
        case "suspend":
            yield (
                _("While it is suspended, the clocks of notes that rest on it stop. Nothing is closed."),
                None,
            )
            yield (
                _("Where single articles are suspended the rest applies, and only notes on these stop."),
                None,
            )
        case "notify":
            yield (
                _("The day on which the last other party receives it counts, not the day it is written."),
                None,
            )
        case "supersede":
            yield _("Every party has to agree; until then this text stays in force."), None


def _dependents(request: HttpRequest, text: AgreementView) -> list[tuple[Dependent, Promise | str]]:
    found = dependents_of(get_node(), text)
    readable = may_read(request, [each.object_id for each in found])
    return [
        (each, RELATION_WORDS.get(each.relation, each.relation)) for each in found if readable[each.object_id]
    ]


def _successors(request: HttpRequest, text: AgreementView) -> list[tuple[str, str]]:
    """Other texts by content hash, the newest first."""
    rows = AgreementVersion.objects.filter(code__in=readable_codes(request)).exclude(object_id=text.object_id)
    rows = rows.order_by("-object_id", "-version")
    return [
        (content_hash, f"{pick(load_texts(title), language())[0]} ({version})")
        for content_hash, title, version in rows.values_list("content_hash", "title", "version")[:MOST_TEXTS]
    ]
