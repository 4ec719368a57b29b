"""Attach a source to a meeting of this node; release it to a partner through the preview."""

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mithaq.errors import MithaqError
from mithaq.registers.sources.forms.leaving import AttachForm, Choice, ReleaseForm
from mithaq.registers.sources.intake.deciding import Attachment, attach
from mithaq.registers.sources.views.desk import author_of, language, open_source
from mithaq.web.access.gate import may
from mithaq.web.access.protected import protect_objects
from mithaq.web.access.subject import subject_of
from mithaq.web.dates import write_date
from mithaq.web.outgoing.drafts import start
from mithaq.web.parties import parties
from mithaq.web.runtime import get_node
from mithaq.web.texts import pick
from mithaq.web.view import page, workspace_page

MOST_CHOICES: Final = 20
MOST_WORDS: Final = 8
MAX_ASKED: Final = 200


@workspace_page(verb="draft", methods=("GET", "POST"))
def attach_to(request: HttpRequest, source_id: str) -> HttpResponseBase:
    """Put the source beside a meeting or text, "as reported by"."""
    row, author = open_source(request, source_id), author_of(request)
    back = reverse("sources-show", args=[row.source_id])
    asked = request.GET.get("q", "")[:MAX_ASKED]
    named = request.POST.get("place", "") if request.method == "POST" else request.GET.get("object", "")
    choices = _find_choices(request, asked, named.partition("#")[0][:36])
    initial = {"reported_by": row.publisher, "place": named[:64]}
    form = AttachForm(request.POST or None, initial=initial, choices=choices)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        object_id, item = form.chosen()
        topics_in = language() if cleaned["with_topics"] else ""
        chosen = Attachment(object_id, cleaned["reported_by"], item, topics_in)
        try:
            attach(get_node(), row.source_id, chosen, author)
        except MithaqError as error:
            form.refuse(error)
        else:
            messages.success(request, str(_("The source stands beside it now, as reported, not as agreed.")))
            return HttpResponseRedirect(back)
    context = {"form": form, "row": row, "cancel_url": back, "asked": asked, "is_empty": not choices}
    return page(request, "sources/attach.html", context, status=422 if form.is_bound else 200)


def _find_choices(request: HttpRequest, asked: str, object_id: str) -> list[Choice]:
    """Meetings that hold the words, as far as the reader may read them."""
    node = get_node()
    if node.registry.occasions is None:
        return []
    found = node.registry.occasions.find_occasions(node, asked.split()[:MOST_WORDS], MOST_CHOICES, object_id)
    subject, lang = subject_of(request), language()
    guards = protect_objects([each.object_id for each in found])
    return [
        Choice(
            each.object_id,
            f"{pick(each.title, lang)[0]} · {write_date(each.on, lang)}",
            [(no, pick(title, lang)[0]) for no, title in each.items],
        )
        for each, guard in zip(found, guards, strict=True)
        if may(subject, "read", guard).allowed
    ]


@workspace_page(verb="draft", methods=("GET", "POST"))
def release(request: HttpRequest, source_id: str) -> HttpResponseBase:
    """To whom, with what; then the preview of exactly what would cross the border."""
    row = open_source(request, source_id)
    author_of(request)
    partners = [
        (code, pick(party.name, language())[0]) for code, party in parties().items() if not party.is_own
    ]
    back = reverse("sources-show", args=[row.source_id])
    titles = {f"title_{lang}": row.title if row.language == lang else "" for lang in ("ar", "fr")}
    form = ReleaseForm(request.POST or None, partners=partners, initial={"code": "green", **titles})
    if request.method == "POST" and form.is_valid():
        command = form.command(row)
        title = {"ar": form.cleaned_data["title_ar"], "fr": form.cleaned_data["title_fr"]}
        return start(request, command, "sources", title, reverse("sources-release", args=[row.source_id]))
    context = {"form": form, "row": row, "cancel_url": back, "has_partners": bool(partners)}
    return page(request, "sources/release.html", context, status=422 if form.is_bound else 200)
