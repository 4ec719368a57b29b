"""A text in hand: its terms, its articles one a page, their order, and putting it forward."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mithaq.errors import ConflictError, MithaqError, NotAllowedError
from mithaq.node.journal import append_entry
from mithaq.registers.agreements.forms.articles import ArticleForm, initial_of
from mithaq.registers.agreements.forms.proposing import propose_draft
from mithaq.registers.agreements.forms.terms import LOCAL, TermsForm
from mithaq.registers.agreements.forms.words import PURPOSE_WORDS, WORDS, name_rule
from mithaq.registers.agreements.reading.drafts import DraftView, check_number, conflicts, read_draft
from mithaq.registers.agreements.reading.texts import articles_of
from mithaq.registers.agreements.rules.articles import Mark, marks_of, tick_article
from mithaq.registers.agreements.rules.drafting import insert, move, rebase, remove
from mithaq.registers.agreements.rules.kinds import NAME
from mithaq.registers.agreements.rules.texts import check_agreement
from mithaq.registers.agreements.views.about import demand_draft, language, name_number, post_label
from mithaq.web.attachments import WORDS as FILE_WORDS
from mithaq.web.dossiers import dossier_choices
from mithaq.web.forms import add_refusal
from mithaq.web.kept import kept_values
from mithaq.web.lists import PAGE_ROWS, slice_of
from mithaq.web.outgoing.drafts import start, writer_of
from mithaq.web.parties import parties, party_of
from mithaq.web.records.rights import readable_codes
from mithaq.web.runtime import get_node
from mithaq.web.view import page, workspace_page

_PREVIEW_CHARS: Final = 160


@workspace_page(verb="draft")
def show_draft(request: HttpRequest, draft_id: UUID) -> HttpResponseBase:
    """A draft: what is missing, and its articles."""
    return _show(request, _open(request, draft_id))


def _show(request: HttpRequest, draft: DraftView, refusal: MithaqError | None = None) -> HttpResponseBase:
    behind, part = draft.behind, slice_of(request, len(draft.articles))
    clash = conflicts(draft, articles_of(get_node(), behind.manifest)) if behind is not None else []
    context = {
        "draft": draft,
        "purpose": PURPOSE_WORDS.get(draft.purpose, draft.purpose),
        "rule": name_rule(draft.effect.get("rule", ""), draft.effect.get("n")),
        "signatories": [
            (party_of(code, parties()).name, post_label(code, post))
            for code, post in draft.signatories.items()
        ],
        "rows": [_row(draft, place) for place in range(part.start, part.stop)],
        "page": part,
        "clash": [name_number(eid) for eid in clash],
        "refusal": WORDS.get(refusal.code, refusal.code) if refusal is not None else "",
        "codes": [refusal.code] if refusal is not None else [],
        "outgoing": request.GET.get("draft", request.POST.get("outgoing", ""))[:36],
    }
    return page(request, "agreements/draft.html", context, status=422 if refusal is not None else 200)


def _row(draft: DraftView, place: int) -> dict[str, Any]:
    article = draft.articles[place]
    marks = marks_of(article)
    heading, text = article.get("heading") or {}, article.get("text") or {}
    return {
        "eid": article["eid"],
        "number": name_number(str(article["eid"])) if draft.is_numbered else str(place + 1),
        "is_first": place == 0,
        "is_last": place == len(draft.articles) - 1,
        "words": {lang: _cut(heading.get(lang) or text.get(lang, "")) for lang in ("ar", "fr")},
        "missing": [lang for lang, mark in marks.items() if mark is Mark.MISSING],
        "is_stale": Mark.STALE in marks.values(),
        "is_changed": article["eid"] in draft.changed and draft.is_numbered,
    }


def _cut(text: str) -> str:
    return text if len(text) <= _PREVIEW_CHARS else f"{text[:_PREVIEW_CHARS]}…"


@workspace_page(verb="draft", methods=("GET", "POST"))
def edit_terms(request: HttpRequest, draft_id: UUID) -> HttpResponseBase:
    """Everything but the articles."""
    draft, lang = _open(request, draft_id), language()
    known: dict[str, Any] = {"node": get_node(), "readable": readable_codes(request)}
    known["dossiers"] = dossier_choices(request)
    if request.method == "POST":
        form = TermsForm(request.POST, request.FILES, draft=draft, lang=lang, **known)
        if form.is_valid() and _keep_terms(request, draft, form):
            return _back(draft)
    else:
        form = TermsForm(draft=draft, lang=lang, initial=kept_values(request), **known)
    context = {"form": form, "heading": _("Terms of the text"), "draft": draft, "cancel_url": _url(draft)}
    return page(request, "agreements/form.html", context, status=422 if form.is_bound else 200)


def _keep_terms(request: HttpRequest, draft: DraftView, form: TermsForm) -> bool:
    try:
        check_number(draft, form.cleaned_data["base"])
        form.keep_scan(get_node(), str(request.user.pk))
        data = form.make_data()
        check_agreement(data)
    except MithaqError as error:
        known = {**WORDS, **FILE_WORDS}
        if error.code not in known:
            raise
        field = "scan" if error.code in FILE_WORDS else None
        add_refusal(form, error.code, known[error.code], field)
        return False
    body = {
        "data": {**data, LOCAL: form.local()},
        "effect": form.effect(),
        "signatories": form.signatories(),
    }
    _keep(request, draft, "draft_fields", body)
    return True


@workspace_page(verb="draft", methods=("GET", "POST"))
def edit_article(request: HttpRequest, draft_id: UUID, eid: str) -> HttpResponseBase:
    """One article in both languages."""
    draft = _open(request, draft_id)
    article = draft.find(eid)
    if request.method == "POST":
        form = ArticleForm(request.POST)
        if form.is_valid() and _keep_article(request, draft, form, article):
            return _back(draft, eid)
    else:
        form = ArticleForm(initial={**initial_of(article, draft.number), **kept_values(request)})
    return _article_page(request, draft, form, article)


def _article_page(
    request: HttpRequest,
    draft: DraftView,
    form: ArticleForm,
    article: Mapping[str, Any] | None,
    after: str = "",
) -> HttpResponseBase:
    eid = str(article["eid"]) if article is not None else ""
    before = next((each for each in draft.before if each.get("eid") == eid), None)
    context = {
        "form": form,
        "draft": draft,
        "number": _number(draft, eid) if eid else "",
        "eid": eid,
        "after": _number(draft, after) if after else "",
        "before": before if before != article else None,
        "is_stale": article is not None and Mark.STALE in marks_of(article).values(),
        "cancel_url": _url(draft, eid),
    }
    return page(request, "agreements/article.html", context, status=422 if form.is_bound else 200)


def _number(draft: DraftView, eid: str) -> str:
    return name_number(eid) if draft.is_numbered else draft.number_of(eid)


def _keep_article(
    request: HttpRequest, draft: DraftView, form: ArticleForm, article: Mapping[str, Any]
) -> bool:
    """Keep an article that nobody has changed since the form was shown."""
    if not _is_current(draft, form, str(article["eid"])):
        return False
    written = form.write(article, writer_of(request).post, language())
    _keep(request, draft, "draft_article", {"article": written})
    return True


def _is_current(draft: DraftView, form: ArticleForm, eid: str) -> bool:
    try:
        check_number(draft, form.cleaned_data["base"])
    except ConflictError as error:
        add_refusal(form, error.code, WORDS[error.code])
        return False
    return True


@workspace_page(verb="draft", methods=("GET", "POST"))
def add_article(request: HttpRequest, draft_id: UUID) -> HttpResponseBase:
    """A new article, at the end or behind another one: ``?after=art_5``."""
    draft = _open(request, draft_id)
    after = request.GET.get("after", "")[:32]
    if after:
        draft.find(after)
    if request.method == "POST":
        form = ArticleForm(request.POST)
        if form.is_valid() and _is_current(draft, form, ""):
            taken = [str(each.get("eid")) for each in draft.before]
            order, eid = insert(draft.order, after, taken, is_numbered=draft.is_numbered)
            written = form.write({"eid": eid}, writer_of(request).post, language())
            _keep(request, draft, "draft_article", {"article": written, "order": order})
            return _back(draft, eid, order)
    else:
        form = ArticleForm(initial={"base": str(draft.number), **kept_values(request)})
    return _article_page(request, draft, form, None, after)


@workspace_page(verb="draft", methods=("POST",))
def change_order(request: HttpRequest, draft_id: UUID) -> HttpResponseBase:
    """Move an article up, down or behind another one; take one out; say that its rendering is right."""
    draft = _open(request, draft_id)
    verb, _separator, eid = request.POST.get("do", "").partition(":")
    draft.find(eid)
    order = draft.order
    match verb:
        case "tick":
            ticked = tick_article(draft.find(eid), writer_of(request).post)
            _keep(request, draft, "draft_article", {"article": ticked})
            return _back(draft, eid)
        case "remove":
            place = order.index(eid)
            _keep(request, draft, "draft_order", {"order": remove(order, eid)})
            return _back(draft, order[place - 1] if place else "")
        case "up" | "down" | "after":
            moved = _moved(request, order, eid, verb)
            _keep(request, draft, "draft_order", {"order": moved})
            return _back(draft, eid, moved)
        case _:
            raise ConflictError("out_of_state", "This cannot be done with the record as it stands.")


def _moved(request: HttpRequest, order: list[str], eid: str, verb: str) -> list[str]:
    place = order.index(eid)
    if verb == "after":
        return move(order, eid, request.POST.get("after", ""))
    if verb == "up":
        return order if place == 0 else move(order, eid, order[place - 2] if place > 1 else "")
    return order if place == len(order) - 1 else move(order, eid, order[place + 1])


@workspace_page(verb="draft", methods=("POST",))
def change_base(request: HttpRequest, draft_id: UUID) -> HttpResponseBase:
    """Lay a draft over the newer version of the other side: own changes stay, all else is theirs."""
    draft = _open(request, draft_id)
    if draft.behind is None:
        raise ConflictError("out_of_state", "This cannot be done with the record as it stands.")
    new = [str(each["eid"]) for each in articles_of(get_node(), draft.behind.manifest)]
    old = [str(each.get("eid")) for each in draft.before]
    body = {"base": draft.behind.content_hash, "order": rebase(draft.order, old, new)}
    _keep(request, draft, "draft_rebased", body)
    return _back(draft)


@workspace_page(verb="draft", methods=("POST",))
def drop_draft(request: HttpRequest, draft_id: UUID) -> HttpResponseBase:
    """Delete a draft."""
    draft = _open(request, draft_id)
    _keep(request, draft, "draft_dropped", {})
    return HttpResponseRedirect(reverse("agreements-drafts"))


@workspace_page(verb="draft", methods=("POST",))
def propose(request: HttpRequest, draft_id: UUID) -> HttpResponseBase:
    """To the preview of what would leave; what stands in the way is told, and the draft is kept."""
    draft, node = _open(request, draft_id), get_node()
    outgoing = request.POST.get("outgoing", "")[:36]
    try:
        command, manifest = propose_draft(node, draft, writer_of(request).post)
        wrote = {each.holder for each in node.store.journal.of_subject(NAME, draft.draft_id)}
        response = start(request, command, NAME, draft.title, _url(draft), outgoing, wrote)
    except NotAllowedError as error:
        if error.code not in WORDS:
            raise
        return _show(request, draft, error)
    except MithaqError as error:
        if error.code not in WORDS:
            raise
        return _show(request, draft, error)
    body = {"content_hash": manifest.content_hash, "object": manifest.object_id}
    _keep(request, draft, "draft_proposed", body)
    return response


def _open(request: HttpRequest, draft_id: UUID) -> DraftView:
    demand_draft(request)
    draft = read_draft(get_node(), str(draft_id))
    demand_draft(request, str(draft.data.get(LOCAL, {}).get("code", "green")))
    return draft


def _keep(request: HttpRequest, draft: DraftView, kind: str, body: Mapping[str, Any]) -> None:
    append_entry(get_node(), NAME, kind, draft.draft_id, body, writer_of(request).author())


def _url(draft: DraftView, eid: str = "", order: Sequence[str] = ()) -> str:
    """The draft, at the page on which an article stands in the order as it is now."""
    url, known = reverse("agreements-draft", args=[draft.draft_id]), order or draft.order
    if eid not in known:
        return url
    number = known.index(eid) // PAGE_ROWS + 1
    return f"{url}?page={number}#{eid}" if number > 1 else f"{url}#{eid}"


def _back(draft: DraftView, eid: str = "", order: Sequence[str] = ()) -> HttpResponseBase:
    return HttpResponseRedirect(_url(draft, eid, order))
