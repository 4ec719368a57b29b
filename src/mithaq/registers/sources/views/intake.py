"""Take in, say more, decide, mark: each ends in an entry of the journal, none leaves the node."""

import re

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mithaq.errors import MalformedError, MithaqError
from mithaq.registers.sources.forms.intake import DescribeForm, IntakeForm
from mithaq.registers.sources.intake.adding import add_source, describe_source
from mithaq.registers.sources.intake.deciding import classify_paragraph, decide
from mithaq.registers.sources.views.desk import author_of, open_source
from mithaq.web.kept import forget_form, kept_values
from mithaq.web.runtime import get_node
from mithaq.web.view import page, workspace_page

_NUMBER = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)
_ASSERTION = re.compile(r"[0-9a-f]{16}", re.ASCII)


@workspace_page(verb="draft", methods=("GET", "POST"))
def take_in(request: HttpRequest) -> HttpResponseBase:
    """The form of intake."""
    author = author_of(request)
    if request.method != "POST":
        form = IntakeForm(initial=kept_values(request))
        return page(request, "sources/new.html", {"form": form})
    form = IntakeForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            added = add_source(get_node(), form.data_bytes(), form.said(), author)
        except MithaqError as error:
            form.refuse(error)
        else:
            forget_form(request)
            told = _("The text is kept on this node.") if added.is_new else _("These bytes were here before.")
            messages.success(request, str(told))
            return HttpResponseRedirect(reverse("sources-show", args=[added.source_id]))
    return page(request, "sources/new.html", {"form": form}, status=422)


@workspace_page(verb="draft", methods=("GET", "POST"))
def describe(request: HttpRequest, source_id: str) -> HttpResponseBase:
    """Say more of a source, or correct it; the text is read again."""
    row, author = open_source(request, source_id), author_of(request)
    known = {name: getattr(row, name) for name in ("published_on", "publisher", "language", "genre", "url")}
    form = DescribeForm(request.POST or None, initial=known | kept_values(request))
    if request.method == "POST" and form.is_valid():
        try:
            describe_source(get_node(), row.source_id, form.said(), author)
        except MithaqError as error:
            form.refuse(error)
        else:
            forget_form(request)
            messages.success(request, str(_("Kept. The text was read again.")))
            return HttpResponseRedirect(reverse("sources-show", args=[row.source_id]))
    context = {"form": form, "row": row, "cancel_url": reverse("sources-show", args=[row.source_id])}
    return page(request, "sources/describe.html", context, status=422 if form.is_bound else 200)


@workspace_page(verb="draft", methods=("POST",))
def decide_one(request: HttpRequest, source_id: str) -> HttpResponseBase:
    """Accept or reject one assertion, or take that back."""
    row, author = open_source(request, source_id), author_of(request)
    assertion = request.POST.get("assertion", "")
    if not _ASSERTION.fullmatch(assertion):
        raise MalformedError("source_decision", "no assertion has that name")
    decide(get_node(), row.source_id, assertion, request.POST.get("status", ""), author)
    return HttpResponseRedirect(f"{reverse('sources-show', args=[row.source_id])}#a-{assertion}")


@workspace_page(verb="draft", methods=("POST",))
def classify(request: HttpRequest, source_id: str) -> HttpResponseBase:
    """Say that a paragraph is content, or why it is not."""
    row, author = open_source(request, source_id), author_of(request)
    number = request.POST.get("number", "")
    if not _NUMBER.fullmatch(number):
        raise MalformedError("source_reason", "a paragraph has a number")
    reason = request.POST.get("reason", "") or None
    classify_paragraph(get_node(), row.source_id, int(number), reason, author)
    messages.success(request, str(_("Kept. The text was read again.")))
    return HttpResponseRedirect(f"{reverse('sources-show', args=[row.source_id])}#p-{number}")
