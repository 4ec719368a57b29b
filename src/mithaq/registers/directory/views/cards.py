"""One card, and a new one on its way to the preview."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.errors import ConflictError, MalformedError, MissingError, NotAllowedError
from mithaq.registers.directory.forms.cards import FORMS, CardForm
from mithaq.registers.directory.forms.commands import REGISTER, check_new_card, command_of
from mithaq.registers.directory.forms.words import (
    CARDS,
    CONTACTS,
    KINDS,
    LANGUAGES,
    ROLES,
    STANDINGS,
    WARNINGS,
    error_word,
)
from mithaq.registers.directory.models import Card, Spelling
from mithaq.registers.directory.reading.detail import (
    find_standing,
    person_of,
    read_body,
    read_person,
    read_post,
    versions_of,
)
from mithaq.registers.directory.reading.entities import entity_id_of, find_entity
from mithaq.registers.directory.reading.scope import Scope
from mithaq.registers.directory.reading.signings import read_signings
from mithaq.registers.directory.rules.new_card import NewCard
from mithaq.registers.directory.rules.values import ContactDetail, read_contacts
from mithaq.registers.directory.views import desk
from mithaq.web.access.gate import demand
from mithaq.web.access.protected import protect_local, protect_objects
from mithaq.web.access.subject import subject_of
from mithaq.web.codes import name_code
from mithaq.web.forms import add_refusal
from mithaq.web.kept import forget_form, kept_values, remember_record
from mithaq.web.outgoing.commands import SendNote
from mithaq.web.outgoing.drafts import get_command, start
from mithaq.web.records.record import Record, load_record
from mithaq.web.records.rights import visible_rows
from mithaq.web.records.tabs import tabs_of
from mithaq.web.runtime import get_node
from mithaq.web.view import page, workspace_page

# One card


@workspace_page(verb="read")
def show_card(request: HttpRequest, object_id: UUID) -> HttpResponseBase:
    """A card and what hangs on it."""
    record = load_record(request, str(object_id), "directory")
    row = Card.objects.filter(pk=record.object_id).first()
    if row is None:
        raise MissingError("card", "The note holds no card that can be read.")
    scope, today = desk.scope_of(request), desk.today(request)
    title = row.label or record.title
    remember_record(request, dict(title) or row.card_id)
    known = desk.sides(request)
    context = {
        "record": record,
        "row": row,
        "title": dict(title),
        "tabs": tabs_of(record, "detail"),
        "both": _both(row),
        "list_label": _("Directory"),
        "list_url": reverse("directory-list"),
        "card_word": CARDS[row.card],
        "side": desk.side_of(row.issuer, known),
        "is_own": row.issuer == get_node().identity.code,
        "state_word": desk.state_of(row, today),
        "standing": _standing(request, record),
        "versions": versions_of(scope, row),
        "today": today,
        **_PARTS[row.card](request, row),
    }
    return page(request, _TEMPLATES.get(row.card, "directory/card_link.html"), context)


_TEMPLATES = {card: f"directory/card_{card}.html" for card in ("post", "person", "organisation")}
_NAMED = (("ar", _("In Arabic")), ("fr", _("In French")))
_NAMED_PERSON = (("ar", _("In Arabic")), ("fr", _("In Latin letters")))


def _both(row: Card) -> list[tuple[Promise, dict[str, str]]]:
    """The name in both scripts: a person has no French name, only one in Latin letters."""
    words = _NAMED_PERSON if row.card == "person" else _NAMED
    return [(word, {lang: row.label[lang]}) for lang, word in words if row.label.get(lang)]


def _standing(request: HttpRequest, record: Record) -> list[dict[str, Any]]:
    """How far the card has come, at each partner."""
    known = desk.sides(request)
    return [
        {"party": desk.side_of(note.recipient, known), "state": note.state, "at": note.delivered_at}
        for note in record.notes
    ]


def _post_part(request: HttpRequest, row: Card) -> dict[str, Any]:
    scope, today = desk.scope_of(request), desk.today(request)
    found = read_post(scope, row, desk.now(), today)
    return {
        "post": found,
        "role": ROLES.get(row.role_code, row.role_code),
        "fields": [name_code("field", code) for code in row.body.get("fields", ())],
        "contacts": [_describe_contact(one) for one in read_contacts(row.body)],
        "signings": _signings(request, row),
        "holding_url": _new_url("holding", post=row.card_id),
        "duty_url": _new_url("duty", post=row.card_id),
    }


def _describe_contact(one: ContactDetail) -> dict[str, Any]:
    return {
        "word": CONTACTS[one.type],
        "value": one.value,
        "note": one.note,
        "start": one.valid_from_on,
        "end": one.until_on,
    }


def _signings(request: HttpRequest, post: Card) -> list[dict[str, Any]]:
    """Signings of a post, of those texts that the reader may know of."""
    found = list(read_signings(get_node(), post))
    visible = visible_rows(request, found, lambda rows: protect_objects([one.act.object_id for one in rows]))
    return [
        {
            "signing": one,
            "subject": one.act.parsed.subject if may_see_title else {},
            "word": STANDINGS[one.judgement.standing][0],
            "tone": STANDINGS[one.judgement.standing][1],
        }
        for one, may_see_title in visible
    ]


def _person_part(request: HttpRequest, row: Card) -> dict[str, Any]:
    scope = desk.scope_of(request)
    return {
        "person": read_person(scope, row),
        "entity_url": reverse("directory-entity", args=[entity_id_of(row)]),
        "spellings": _spellings(scope, row),
        "spoken": [LANGUAGES.get(code, code) for code in row.body.get("languages", ())],
    }


def _spellings(scope: Scope, row: Card) -> Sequence[Spelling]:
    """Every spelling kept of what the card is about; those of the card alone where it is limited."""
    is_known = row.is_current and not row.is_limited
    return (
        find_entity(scope, entity_id_of(row)).spellings
        if is_known
        else [Spelling(**_plain(one)) for one in row.names]
    )


def _plain(name: Mapping[str, str]) -> dict[str, str]:
    return {key: name[key] for key in ("text", "lang", "script", "kind")}


def _body_part(request: HttpRequest, row: Card) -> dict[str, Any]:
    scope = desk.scope_of(request)
    return {
        "body": read_body(scope, row),
        "entity_url": reverse("directory-entity", args=[entity_id_of(row)]),
        "spellings": _spellings(scope, row),
    }


def _link_part(request: HttpRequest, row: Card) -> dict[str, Any]:
    """Holding, duty, key, proxy: the post they are about, and the person."""
    scope = desk.scope_of(request)
    return {
        "of_post": find_standing(scope, "post", row.issuer, row.post),
        "of_person": person_of(scope, row) if row.person else None,
        "kinds": [KINDS.get(kind, kind) for kind in row.body.get("for_kinds", ())],
    }


_PARTS = {
    "post": _post_part,
    "person": _person_part,
    "organisation": _body_part,
    **dict.fromkeys(("holding", "duty", "key", "proxy"), _link_part),
}


def _new_url(card: str, **initial: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in initial.items())
    return reverse("directory-new", args=[card]) + f"?{query}"


# A new card


@dataclass(frozen=True, slots=True)
class Choice:
    """A type of card to begin with."""

    card: str
    label: Promise
    url: str


@workspace_page(verb="draft")
def choose_card(request: HttpRequest) -> HttpResponseBase:
    """Which card is to be written."""
    demand(subject_of(request), "draft", protect_local())
    found = [Choice(card, label, reverse("directory-new", args=[card])) for card, label in CARDS.items()]
    return page(request, "directory/choose.html", desk.with_places("", {"choices": found}))


@workspace_page(verb="draft", methods=("GET", "POST"))
def new_card(request: HttpRequest, card: str) -> HttpResponseBase:
    """A card of our side; it goes to the preview, never straight to the partner."""
    form_class = FORMS.get(card)
    if form_class is None:
        raise MissingError("card", "There is no such kind of card.")
    initial: dict[str, Any] = {}
    if request.GET.get("draft"):
        initial = _initial_of_draft(form_class, request.GET["draft"])
    initial |= {
        name: request.GET[name][:100] for name in ("post", "person", "organisation") if name in request.GET
    }
    return _edit(request, form_class, initial)


@workspace_page(verb="draft", methods=("GET", "POST"))
def replace_card(request: HttpRequest, object_id: UUID) -> HttpResponseBase:
    """A newer card of the same thing: the old one stays readable."""
    record = load_record(request, str(object_id), "directory")
    row = Card.objects.filter(pk=record.object_id).first()
    if row is None:
        raise MissingError("card", "The note holds no card that can be read.")
    if row.issuer != get_node().identity.code:
        raise NotAllowedError("card_of_partner", "Each side writes its own cards.")
    form_class = FORMS[row.card]
    initial = {**form_class.initial_of(row.body, row.names), "is_replacing": True}
    return _edit(request, form_class, initial, row)


def _edit(
    request: HttpRequest, form_class: type[CardForm], initial: dict[str, Any], replaced: Card | None = None
) -> HttpResponseBase:
    demand(subject_of(request), "draft", protect_local())
    options = _options()
    warnings: list[dict[str, Any]] = []
    if request.method == "POST":
        form = form_class(request.POST, initial=initial, options=options)
        if form.is_valid():
            made = _make(request, form, replaced)
            if made is not None:
                seen = ",".join(sorted({f"{one.code}:{one.about}" for one in made.warnings}))
                if not made.warnings or form.cleaned_data["seen"] == seen:
                    forget_form(request)
                    return _preview(request, made)
                warnings = [{"text": WARNINGS[one.code], "about": one.about} for one in made.warnings]
                form.data = form.data.copy()  # type: ignore[attr-defined]
                form.data["seen"] = seen  # type: ignore[index]
    else:
        form = form_class(initial={**initial, **kept_values(request)}, options=options)
    context = {
        "form": form,
        "warnings": warnings,
        "card_word": CARDS[form_class.card],
        "replaced": replaced,
        "cancel_url": reverse("directory-detail", args=[replaced.object_id])
        if replaced
        else reverse("directory-list"),
    }
    return page(request, "directory/edit.html", desk.with_places("", context))


def _make(request: HttpRequest, form: CardForm, replaced: Card | None) -> NewCard | None:
    """The card that a form says; None with the error on the form. What no form knows is sent on unharmed."""
    kept = form.unknown_members(replaced.body) if replaced is not None else {}
    try:
        return check_new_card({**kept, **form.body()}, form.persons(), desk.today(request))
    except (MalformedError, ConflictError) as error:
        field = "id" if error.code == "card_id" else None
        add_refusal(form, error.code, error_word(error.code), field)
        return None


def _preview(request: HttpRequest, made: NewCard) -> HttpResponseBase:
    back = reverse("directory-new", args=[str(made.body["card"])])
    draft_id = request.GET.get("draft", "")
    return start(request, command_of(made), REGISTER, made.subject(), back, draft_id)


def _initial_of_draft(form_class: type[CardForm], draft_id: str) -> dict[str, Any]:
    command = get_command(draft_id)
    if not isinstance(command, SendNote) or command.body.get("card") != form_class.card:
        raise MissingError("draft", "That draft is no card of this kind.")
    section = command.sections.get("persons")
    names = orjson.loads(section)["names"] if section else command.body.get("names", [])
    return form_class.initial_of(command.body, names)


def _options() -> dict[str, list[tuple[str, str]]]:
    """Our cards that a new one may name."""
    own = Card.objects.filter(issuer=get_node().identity.code, is_current=True)
    found: dict[str, list[tuple[str, str]]] = {}
    lang = desk.language()
    for row in own.filter(card__in=("organisation", "post", "person")).order_by(
        "sort_ar" if lang == "ar" else "sort_fr"
    ):
        label = row.label.get(lang) or next(iter(row.label.values()), row.card_id)
        found.setdefault(row.card, []).append((row.card_id, label))
    return found
