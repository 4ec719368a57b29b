"""Attach a source to a meeting of this node; release it to a partner through the preview."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mithaq.errors import MithaqError
from mithaq.registers.sources.forms.leaving import AttachForm, ReleaseForm
from mithaq.registers.sources.intake.deciding import Attachment, attach
from mithaq.registers.sources.views.desk import author_of, language, open_source
from mithaq.web.outgoing.drafts import start
from mithaq.web.parties import parties
from mithaq.web.runtime import get_node
from mithaq.web.texts import pick
from mithaq.web.view import page, workspace_page


@workspace_page(verb="draft", methods=("GET", "POST"))
def attach_to(request: HttpRequest, source_id: str) -> HttpResponseBase:
    """Put the source beside a meeting or text, "as reported by"."""
    row, author = open_source(request, source_id), author_of(request)
    back = reverse("sources-show", args=[row.source_id])
    initial = {"reported_by": row.publisher, "object_id": request.GET.get("object", "")[:36]}
    form = AttachForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        chosen = Attachment(
            cleaned["object_id"],
            cleaned["reported_by"],
            int(cleaned["item"]) if cleaned["item"] else None,
            language() if cleaned["with_topics"] else "",
        )
        try:
            attach(get_node(), row.source_id, chosen, author)
        except MithaqError as error:
            form.refuse(error)
        else:
            messages.success(request, str(_("The source stands beside it now, as reported, not as agreed.")))
            return HttpResponseRedirect(back)
    context = {"form": form, "row": row, "cancel_url": back}
    return page(request, "sources/attach.html", context, status=422 if form.is_bound else 200)


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
