"""Names: an entity with all its spellings, matching with reasons, decisions and their reversal."""

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mithaq.core.names import check_name
from mithaq.errors import ConflictError, MalformedError, MissingError
from mithaq.node.append.submit import Author
from mithaq.registers.directory.forms.commands import (
    keep_decision,
    keep_entity,
    keep_verdict,
    reverse_decision,
)
from mithaq.registers.directory.forms.fields import tidy
from mithaq.registers.directory.forms.names import AliasForm, DecisionForm, EntityForm, ReversalForm
from mithaq.registers.directory.forms.words import DECISIONS, ENTITY_TYPES, NAME_KINDS, REASONS, error_word
from mithaq.registers.directory.models import Decision
from mithaq.registers.directory.reading.entities import (
    Candidate,
    find_candidates,
    find_decision,
    find_entity,
    labels_of,
    proposal_for,
)
from mithaq.registers.directory.rules.matching import (
    EntryKind,
    check_entity_id,
    make_decision,
    make_entity,
)
from mithaq.registers.directory.rules.values import NameKind
from mithaq.registers.directory.views import desk
from mithaq.web.access.gate import demand
from mithaq.web.access.protected import protect_local
from mithaq.web.access.subject import subject_of
from mithaq.web.forms import add_refusal
from mithaq.web.kept import forget_form, kept_values
from mithaq.web.lists import Column, Empty, Filter, Listing, Row, list_page, read_filters, slice_of
from mithaq.web.outgoing.drafts import writer_of
from mithaq.web.runtime import get_node
from mithaq.web.view import page, workspace_page

_NUMBER = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


def author_of(request: HttpRequest) -> Author:
    """The post that acts, when it may write on this node."""
    demand(subject_of(request), "draft", protect_local())
    return writer_of(request).author()


# An entity


@workspace_page(verb="read", methods=("GET", "POST"))
def show_entity(request: HttpRequest, entity_id: str) -> HttpResponseBase:
    """A person, body or place: every spelling, who added it, and what was decided."""
    demand(subject_of(request), "read", protect_local())
    found = find_entity(desk.scope_of(request), check_entity_id(entity_id))
    form = AliasForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        decision = make_decision(
            EntryKind.ALIAS_ADDED,
            found.entity_id,
            form.cleaned_data["text"],
            NameKind(form.cleaned_data["kind"]),
            form.cleaned_data["reason"],
        )
        keep_decision(decision, author_of(request))
        messages.success(request, str(_("The spelling is kept on this node.")))
        return HttpResponseRedirect(request.get_full_path())
    context = {
        "entity": found,
        "type_word": ENTITY_TYPES[found.type],
        "form": form,
        "spellings": [_describe_spelling(one, found.decisions) for one in found.spellings],
        "decisions": [_describe_decision(one) for one in found.decisions],
    }
    return page(request, "directory/entity.html", desk.with_places("", context))


def _describe_spelling(one: Any, decisions: Any) -> dict[str, Any]:
    number = int(one.origin.removeprefix("journal:")) if one.origin.startswith("journal:") else 0
    decision = next((each for each in decisions if each.number == number), None)
    return {
        "spelling": one,
        "kind": NAME_KINDS[one.kind],
        "decision": decision,
        "is_local": one.origin == "local",
    }


def _describe_decision(one: Decision) -> dict[str, Any]:
    return {
        "decision": one,
        "word": DECISIONS[one.kind],
        "steps": [{**step, "reason": REASONS.get(step["reason"], step["reason"])} for step in one.steps],
    }


@workspace_page(verb="draft", methods=("GET", "POST"))
def new_entity(request: HttpRequest) -> HttpResponseBase:
    """A person, body or place that no side has a card of."""
    demand(subject_of(request), "draft", protect_local())
    initial = {
        "type": request.GET.get("type", ""),
        "name_fr": request.GET.get("text", "")[:200],
        **kept_values(request),
    }
    form = EntityForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        local_id = form.cleaned_data["id"] or get_node().entropy.random_bytes(6).hex()
        try:
            entity = make_entity(form.cleaned_data["type"], local_id, form.names())
        except MalformedError as error:
            add_refusal(form, error.code, error_word(error.code))
        else:
            keep_entity(entity, author_of(request))
            forget_form(request)
            messages.success(request, str(_("Kept on this node. No partner sees it.")))
            return HttpResponseRedirect(reverse("directory-entity", args=[entity.entity_id]))
    context = {"form": form, "cancel_url": reverse("directory-places")}
    return page(request, "directory/entity_new.html", desk.with_places("places", context))


# Matching


@workspace_page(verb="search", methods=("GET", "POST"))
def match(request: HttpRequest) -> HttpResponseBase:
    """Whom a spelling may mean, each with the two spellings aligned; a person confirms or rejects."""
    demand(subject_of(request), "search", protect_local())
    if request.method == "POST":
        return _decide(request)
    text = tidy(request.GET.get("text", ""))
    problem, candidates = "", []
    codes: tuple[str, ...] = ()
    if text:
        try:
            candidates = find_candidates(desk.scope_of(request), check_name(text))
        except MalformedError as error:
            problem, codes = str(error_word(error.code)), (error.code,)
    context = {
        "text": text,
        "problem": problem,
        "codes": codes,
        "candidates": [_describe_candidate(one, text) for one in candidates],
        "new_url": reverse("directory-entity-new"),
    }
    return page(request, "directory/matching.html", desk.with_places("matching", context))


def _describe_candidate(one: Candidate, text: str) -> dict[str, Any]:
    steps = [
        {"a": step.a, "b": step.b, "cost": step.cost, "reason": REASONS[step.reason], "code": step.reason}
        for step in one.proposal.score.steps
    ]
    return {
        "candidate": one,
        "entity_id": one.proposal.entity_id,
        "percent": round(one.proposal.score.value * 100),
        "spelling": one.proposal.spelling,
        "type_word": ENTITY_TYPES[one.type],
        "steps": steps,
        "costs": [step for step in steps if step["cost"]],
        "url": reverse("directory-entity", args=[one.proposal.entity_id]),
        "is_link": one.proposal.is_link and one.rejected is None,
    }


def _decide(request: HttpRequest) -> HttpResponseBase:
    """Keep what the person decided, with the evidence as the node sees it now."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        first = next(iter(form.errors.values()))
        raise MalformedError("alias_decision", str(first[0]))
    data = form.cleaned_data
    scope = desk.scope_of(request)
    find_entity(scope, check_entity_id(data["entity_id"]))
    shown = proposal_for(scope, data["text"], data["entity_id"])
    if shown is None:
        raise ConflictError("alias_not_proposed", "That spelling is not proposed for it now.")
    is_confirmed = data["decision"] == "confirm"
    author = author_of(request)
    keep_verdict(
        data["entity_id"], data["text"], shown.score, data["reason"], author, is_confirmed=is_confirmed
    )
    words = (
        _("Confirmed: the spelling is now found exactly.")
        if is_confirmed
        else _("Rejected: it is not proposed again.")
    )
    messages.success(request, str(words))
    return HttpResponseRedirect(reverse("directory-entity", args=[data["entity_id"]]))


# Decisions

DECISION_COLUMNS = (
    Column("text", _("Spelling")),
    Column("entity", _("Whom it means")),
    Column("decision", _("Decision")),
    Column("score", _("Likeness, %"), "number"),
    Column("post", _("By the post"), "code"),
    Column("at", _("When"), "time"),
    Column("state", _("State"), "state"),
)


@workspace_page(verb="list")
def list_decisions(request: HttpRequest) -> HttpResponseBase:
    """Everything that people decided on spellings, the newest first."""
    demand(subject_of(request), "list", protect_local())
    kinds = Filter("kind", _("Decision"), list(DECISIONS.items()))
    chosen = read_filters(request, (kinds,))
    found = Decision.objects.order_by("-number")
    if chosen.values.get("kind"):
        found = found.filter(kind=chosen.values["kind"])
    part = slice_of(request, found.count())
    rows = list(found[part.start : part.stop])
    labels = labels_of(desk.scope_of(request), [row.entity_id for row in rows])
    listing = Listing(
        _("Decisions on spellings"),
        DECISION_COLUMNS,
        [_decision_row(row, labels.get(row.entity_id)) for row in rows if row.entity_id in labels],
        part,
        Empty(
            _("What people decided on spellings stands here, and can be taken back."),
            _("Matching"),
            reverse("directory-matching"),
        ),
        chosen,
    )
    return list_page(request, "directory/list.html", listing, desk.with_places("decisions", {}))


def _decision_row(row: Decision, label: Any) -> Row:
    values = {
        "text": row.text,
        "entity": label or row.entity_id,
        "decision": str(DECISIONS[row.kind]),
        "score": None if row.score is None else round(row.score * 100),
        "post": row.post,
        "at": row.at,
        "state": "reversed" if row.reversed_by else "active",
    }
    return Row(values, reverse("directory-decision", args=[str(row.number)]))


@workspace_page(verb="read", methods=("GET", "POST"))
def show_decision(request: HttpRequest, number: str) -> HttpResponseBase:
    """One decision with its evidence; here it is taken back."""
    demand(subject_of(request), "read", protect_local())
    row = find_decision(int(number)) if _NUMBER.fullmatch(number) else None
    label = labels_of(desk.scope_of(request), [row.entity_id]).get(row.entity_id) if row is not None else None
    if row is None or label is None:
        raise MissingError("decision_missing", "There is no such decision here.")
    form = ReversalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reverse_decision(row, form.cleaned_data["reason"], author_of(request))
        messages.success(request, str(_("Taken back. The decision and its reversal stay in the journal.")))
        return HttpResponseRedirect(request.path)
    context = {
        "one": _describe_decision(row),
        "label": label,
        "form": form,
        "entity_url": reverse("directory-entity", args=[row.entity_id]),
    }
    return page(request, "directory/decision.html", desk.with_places("decisions", context))
