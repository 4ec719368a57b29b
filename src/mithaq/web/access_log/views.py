"""The access log as a page, for auditors and data protection officers."""

from typing import Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.web.access.noted import ALLOWED
from mithaq.web.access_log.models import AccessRow
from mithaq.web.access_log.reading import REFUSED, find_rows
from mithaq.web.access_log.verify import ChainWatch, check_chains
from mithaq.web.access_log.words import DECISIONS, PROBLEMS, VERBS, WAYS
from mithaq.web.access_log.words import REFUSED as REFUSED_WORD
from mithaq.web.accounts.models import User
from mithaq.web.lists import Column, Empty, Filter, Listing, Row, list_page, read_filters, slice_of
from mithaq.web.runtime import get_node, get_part
from mithaq.web.view import workspace_page

MOST_OBJECTS: Final = 3
_COLUMNS: Final = (
    Column("seq", _("Row"), "number"),
    Column("at", _("When"), "time"),
    Column("user", _("Who")),
    Column("post", _("Post"), "code"),
    Column("verb", _("Verb")),
    Column("decision", _("Decision")),
    Column("code", _("Handling"), "code"),
    Column("objects", _("Records"), "code"),
    Column("reason", _("Reason")),
    Column("way", _("Way")),
)


@workspace_page(verb="audit")
def show_access_log(request: HttpRequest) -> HttpResponseBase:
    """Fifty rows, the newest first, and whether the chain is whole; ``?verify=`` computes it again now."""
    people = {str(each.pk): str(each) for each in User.objects.order_by("login")}
    filters = read_filters(request, _filters(people))
    found = find_rows(filters.values)
    part = slice_of(request, found.count())
    rows = [_row(each, people) for each in found[part.start : part.stop]]
    is_whole = "verify" in request.GET
    check = check_chains(get_node()) if is_whole else get_part(ChainWatch).get(get_node())
    empty = Empty(_("Readings of AMBER and above, refusals, releases and changes of roles stand here."))
    listing = Listing(_("Access log"), _COLUMNS, rows, part, empty, filters)
    context = {"check": check, "problem": PROBLEMS.get(check.problem, "")}
    return list_page(request, "access_log/log.html", listing, context)


def _filters(people: dict[str, str]) -> tuple[Filter, ...]:
    answers: list[tuple[str, Promise]] = [(ALLOWED, DECISIONS[ALLOWED]), (REFUSED, REFUSED_WORD)]
    return (
        Filter("user", _("Who"), list(people.items())),
        Filter("verb", _("Verb"), [(str(verb), word) for verb, word in VERBS.items()]),
        Filter("decision", _("Decision"), answers),
        Filter("object", _("Record (id)")),
        Filter("since", _("From the day")),
        Filter("until", _("Until")),
    )


def _row(row: AccessRow, people: dict[str, str]) -> Row:
    objects = row.objects_named.split()
    more = len(objects) - MOST_OBJECTS
    values: dict[str, Any] = {
        "seq": row.seq,
        "at": row.at,
        "user": people.get(row.user, row.user),
        "post": row.post,
        "verb": VERBS.get(row.verb, row.verb),
        "decision": DECISIONS.get(row.decision, f"{REFUSED_WORD}: {row.decision}"),
        "code": row.code,
        "objects": " ".join(objects[:MOST_OBJECTS]) + (f" +{more}" if more > 0 else ""),
        "reason": row.reason,
        "way": WAYS.get(row.way, row.way),
    }
    return Row(values)
