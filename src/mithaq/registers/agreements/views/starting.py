"""How a text in hand begins: new, or from a version that stands."""

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mithaq.core.instruments.state import Version
from mithaq.errors import ConflictError, MalformedError
from mithaq.node.append.submit import Desk
from mithaq.node.handling import read_code
from mithaq.node.journal import append_entry
from mithaq.node.node import Node
from mithaq.registers.agreements.forms.words import KIND_WORDS, PURPOSE_WORDS
from mithaq.registers.agreements.reading.drafts import AMEND, CORRECT, COUNTER, NEW, PURPOSES, REVISE
from mithaq.registers.agreements.reading.links import consolidate_text
from mithaq.registers.agreements.reading.rows import partners_of
from mithaq.registers.agreements.reading.texts import AgreementView, articles_of
from mithaq.registers.agreements.rules.kinds import AMENDMENT, NAME
from mithaq.registers.agreements.views.about import demand_draft, open_text
from mithaq.web.fields import TextField
from mithaq.web.kept import kept_values
from mithaq.web.outgoing.drafts import writer_of
from mithaq.web.runtime import get_node
from mithaq.web.view import page, workspace_page

_NOT_TAKEN: Final = ("articles", "changes", "long", "correction", "author_post", "concordance", "amends")


class NewTextForm(forms.Form):
    """What a new text is called; the rest follows in the draft."""

    submit_label = _("Begin the draft")
    kind = forms.ChoiceField(label=_("Kind"), choices=KIND_WORDS)
    title_ar = TextField(label=_("Title in Arabic"), lang="ar", required=False)
    title_fr = TextField(label=_("Title in French"), lang="fr", required=False)

    def clean(self) -> dict[str, Any]:
        """A title in one language at least."""
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("title_ar") and not cleaned.get("title_fr"):
            raise forms.ValidationError(_("A text has a title in one language at least."))
        return cleaned


@workspace_page(verb="draft", methods=("GET", "POST"))
def new_text(request: HttpRequest) -> HttpResponseBase:
    """A new text: its kind and its titles."""
    demand_draft(request)
    asked = {"kind": request.GET.get("kind", ""), **kept_values(request)}
    form = NewTextForm(request.POST) if request.method == "POST" else NewTextForm(initial=asked)
    if request.method == "POST" and form.is_valid():
        node, cleaned = get_node(), form.cleaned_data
        codes = sorted({str(node.identity.code), *map(str, partners_of(node))})
        body = {
            "kind": cleaned["kind"],
            "purpose": NEW,
            "data": {
                "title": {
                    lang: cleaned[f"title_{lang}"] for lang in ("ar", "fr") if cleaned[f"title_{lang}"]
                },
                "authentic_languages": ["ar", "fr"],
                "prevailing_language": "none",
            },
            "effect": {},
            "signatories": dict.fromkeys(codes, "minister"),
            "order": [],
        }
        return _open(request, node, body)
    context = {"form": form, "heading": _("New text"), "cancel_url": reverse("agreements-list")}
    return page(request, "agreements/form.html", context, status=422 if form.is_bound else 200)


@workspace_page(verb="draft", methods=("GET", "POST"))
def start_version(request: HttpRequest, object_id: Any, purpose: str) -> HttpResponseBase:
    """A counter-proposal, a new version, a correction or an amendment of a text that stands."""
    demand_draft(request)
    if purpose not in PURPOSES or purpose == NEW:
        raise MalformedError("agreement_choice", "There is no such way to begin a draft.")
    _record, text = open_text(request, str(object_id))
    node = get_node()
    base = find_base(text, purpose, str(node.identity.code))
    if request.method == "POST":
        return _open(request, node, _make_body(node, text, base, purpose))
    context = {
        "text": text,
        "base": base,
        "purpose": purpose,
        "heading": PURPOSE_WORDS[purpose],
        "cancel_url": reverse("agreements-detail", args=[text.object_id]),
    }
    return page(request, "agreements/start.html", context)


def find_base(text: AgreementView, purpose: str, own: str) -> Version:
    """The version that a draft would start from.

    Raises:
        ConflictError: ``out_of_state``; none can be made now.
    """
    if purpose == COUNTER:
        if text.is_open and text.proposer != own and own in text.signatories:
            return text.shown
    elif text.binding is not None and own in text.signatories:
        is_free = purpose == AMEND or not text.is_open
        if is_free:
            return text.binding
    raise ConflictError("out_of_state", "This cannot be done with the record as it stands.")


def purposes_of(text: AgreementView, own: str) -> list[str]:
    """The ways in which a draft can start from a text now."""
    found = []
    for purpose in (COUNTER, AMEND, REVISE, CORRECT):
        try:
            find_base(text, purpose, own)
        except ConflictError:
            continue
        found.append(purpose)
    return found


def _make_body(node: Node, text: AgreementView, base: Version, purpose: str) -> dict[str, Any]:
    manifest = base.manifest
    data = {name: value for name, value in (manifest.data or {}).items() if name not in _NOT_TAKEN}
    effect = dict(manifest.members["effect"])  # type: ignore[call-overload]
    effect.pop("past", None)
    if purpose == AMEND:
        data = {
            "title": {
                "ar": f"تعديل: {text.title.get('ar', '')}".strip()[:300],
                "fr": f"Amendement : {text.title.get('fr', '')}".strip()[:300],
            },
            **{
                name: data[name]
                for name in ("authentic_languages", "prevailing_language", "fields")
                if name in data
            },
        }
        effect = {}  # chosen anew: an amendment enters by a rule of its own
    data["local"] = {"code": str(read_code(text.first.parsed.handling))}
    articles = articles_of(node, manifest)
    if purpose in (AMEND, REVISE):
        whole = consolidate_text(node, text)
        articles = [dict(each) for each in whole.articles if not each.get("repealed")] if whole else articles
    return {
        "kind": AMENDMENT if purpose == AMEND else text.object_kind,
        "object": text.object_id,
        "purpose": purpose,
        "base": base.content_hash,
        "data": data,
        "effect": effect,
        "signatories": {str(each.administration): each.post for each in manifest.signatories},
        "order": [str(each["eid"]) for each in articles],
    }


def _open(request: HttpRequest, node: Node, body: dict[str, Any]) -> HttpResponseBase:
    draft_id = Desk(node).new_object_id()
    append_entry(node, NAME, "draft_opened", draft_id, body, writer_of(request).author())
    return HttpResponseRedirect(reverse("agreements-draft", args=[draft_id]))
