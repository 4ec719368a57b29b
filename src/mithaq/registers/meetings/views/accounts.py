"""What public texts report of a meeting: topic by account, never mixed with what was agreed.

Accounts are kept by this node alone. Each says who reports it, and each cell of the table what it rests on.
"""

import re
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mithaq.errors import MissingError
from mithaq.node.journal import append_entry
from mithaq.node.registry import Occasion
from mithaq.registers.meetings.models import Account
from mithaq.registers.meetings.reading import OCCASIONS
from mithaq.registers.meetings.rules.kinds import INVITATION, NAME
from mithaq.registers.meetings.views.about import demand_draft, language, may_draft, open_act
from mithaq.web.fields import TextField
from mithaq.web.outgoing.drafts import writer_of
from mithaq.web.pages import find_url
from mithaq.web.runtime import get_node
from mithaq.web.texts import pick
from mithaq.web.view import page, workspace_page

VERDICTS = (("says", _("Says so")), ("silent", _("Is silent")), ("otherwise", _("Says otherwise")))
MOST_CHOICES = 20
MOST_WORDS = 8
MAX_ASKED = 200
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}", re.ASCII)


class AccountForm(forms.Form):
    """What one account says of one topic."""

    submit_label = _("Keep")
    groups = ()
    reported_by = TextField(label=_("As reported by"), max_length=200)
    source = forms.ChoiceField(
        label=_("Source"),
        required=False,
        help_text=_("The latest of the register of sources; search above for others."),
        error_messages={"invalid_choice": _("Choose a source of the list.")},
    )
    item = forms.ChoiceField(label=_("Item of the agenda"), required=False)
    topic = TextField(label=_("Topic"), max_length=300, required=False)
    verdict = forms.ChoiceField(label=_("What it does"), choices=[("", "—"), *VERDICTS], required=False)
    quotation = TextField(
        label=_("Quotation"), rows=3, required=False, help_text=_("The exact words, as they stand there.")
    )

    def __init__(
        self,
        *args: object,
        items: list[tuple[str, str]],
        sources: list[tuple[str, str]],
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        item, source = self.fields["item"], self.fields["source"]
        assert isinstance(item, forms.ChoiceField)
        assert isinstance(source, forms.ChoiceField)
        item.choices = [("", _("The meeting as a whole")), *items]
        source.choices = [("", _("None of the register")), *sources]

    def clean(self) -> dict[str, object]:
        """Whoever says something is quoted."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("verdict") in ("says", "otherwise") and not cleaned.get("quotation"):
            self.add_error("quotation", _("Quote the words that say so."))
        if cleaned.get("verdict") and not cleaned.get("topic"):
            self.add_error("topic", _("Name the topic."))
        return cleaned


@dataclass(frozen=True, slots=True)
class Reporter:
    """One account."""

    name: str
    source_id: str
    url: str


@dataclass(frozen=True, slots=True)
class TopicRow:
    """One topic with the cell of each account; None where nobody has looked yet."""

    topic: str
    cells: tuple[Account | None, ...]


@workspace_page(verb="read", methods=("GET", "POST"))
def show_accounts(request: HttpRequest, object_id: UUID) -> HttpResponseBase:
    """The table, and a form to add to it."""
    meeting = _open_occasion(request, str(object_id))
    items, asked = _items(meeting), request.GET.get("q", "")[:MAX_ASKED]
    if request.method == "POST":
        demand_draft(request)
        if "drop" in request.POST:
            return _drop(request, meeting)
        sources = _find_sources(asked, request.POST.get("source", ""))
        form = AccountForm(request.POST, items=items, sources=sources)
        if form.is_valid():
            return _keep(request, meeting, form)
    else:
        chosen = {
            name: request.GET[name][:200]
            for name in ("source", "reported_by", "topic")
            if name in request.GET
        }
        sources = _find_sources(asked, chosen.get("source", ""))
        form = AccountForm(items=items, sources=sources, initial=chosen)
    rows = list(Account.objects.filter(meeting_id=meeting.object_id).order_by("number"))
    reporters, topics = arrange(rows)
    context = {
        "meeting": meeting,
        "form": form,
        "reporters": reporters,
        "topics": topics,
        "others": [row for row in rows if not row.topic],
        "verdicts": dict(VERDICTS),
        "may_draft": may_draft(request),
        "sources_url": find_url("sources-list"),
        "asked": asked,
        "is_found": bool(sources),
    }
    return page(request, "meetings/accounts.html", context, status=422 if form.is_bound else 200)


def arrange(rows: list[Account]) -> tuple[list[Reporter], list[TopicRow]]:
    """Accounts as columns, topics as rows; of two entries for one cell the later counts."""
    names = list(dict.fromkeys((row.reported_by, row.source_id) for row in rows))
    cells = {(row.topic, row.reported_by, row.source_id): row for row in rows if row.topic}
    topics = list(dict.fromkeys(row.topic for row in rows if row.topic))
    reporters = [Reporter(name, source, _source_url(source)) for name, source in names]
    return reporters, [
        TopicRow(topic, tuple(cells.get((topic, *each)) for each in names)) for topic in topics
    ]


def _source_url(source_id: str) -> str:
    base = find_url("sources-list")
    return f"{base}{source_id}/" if base and source_id else ""


def _open_occasion(request: HttpRequest, object_id: str) -> Occasion:
    """The meeting with its agenda, as far as this page needs it.

    Raises:
        MissingError: ``not_found``. NotAllowedError: as the policy says.
    """
    act = open_act(request, object_id)
    found = OCCASIONS.find_occasions(get_node(), (), 0, object_id)
    if act.parsed.object_kind != INVITATION or not found:
        raise MissingError("not_found", "There is nothing at this address.")
    return found[0]


def _items(meeting: Occasion) -> list[tuple[str, str]]:
    return [(str(no), f"{no}. {pick(title, language())[0]}") for no, title in meeting.items]


def _find_sources(asked: str, source_id: str) -> list[tuple[str, str]]:
    """Sources that hold the words, each with its publisher and day, as choices."""
    node = get_node()
    if node.registry.texts is None:
        return []
    named = source_id if _ID.fullmatch(source_id) else ""
    found = node.registry.texts.find_texts(node, asked.split()[:MOST_WORDS], MOST_CHOICES, named)
    return [
        (each.source_id, " · ".join(part for part in (each.title, each.publisher, each.published_on) if part))
        for each in found
    ]


def _keep(request: HttpRequest, meeting: Occasion, form: AccountForm) -> HttpResponseBase:
    cleaned = form.cleaned_data
    body = {name: cleaned[name] for name in ("source", "reported_by", "topic", "verdict", "quotation")}
    if cleaned["item"]:
        body["item"] = int(cleaned["item"])
    append_entry(get_node(), NAME, "account", meeting.object_id, body, writer_of(request).author())
    return HttpResponseRedirect(reverse("meetings-accounts", args=[meeting.object_id]))


def _drop(request: HttpRequest, meeting: Occasion) -> HttpResponseBase:
    text = request.POST["drop"]
    if re.fullmatch(r"[1-9][0-9]{0,17}", text, re.ASCII):
        body = {"number": int(text)}
        append_entry(
            get_node(), NAME, "account_dropped", meeting.object_id, body, writer_of(request).author()
        )
    return HttpResponseRedirect(reverse("meetings-accounts", args=[meeting.object_id]))
