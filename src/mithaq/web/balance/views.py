"""The balance as a page."""

from typing import Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from mithaq.node.ports.row_reader import Tally
from mithaq.web.balance.figures import COUNTS, PROMISE_COUNTS, parse_year, read_balance, read_promises
from mithaq.web.lists import Column, Empty, Filter, Listing, Row, list_page, read_filters, slice_of
from mithaq.web.pages import find_url, installed_pages
from mithaq.web.parties import parties, party_of
from mithaq.web.runtime import get_node
from mithaq.web.view import workspace_page

YEARS: Final = 10
_COLUMNS: Final = (
    Column("from", _("Asked by"), "party"),
    Column("to", _("Owed by"), "party"),
    Column("register", _("Register")),
    Column("opened", _("Opened"), "number"),
    Column("open", _("Still open"), "number"),
    Column("overdue", _("Overdue"), "number"),
    Column("in_time", _("Met in time"), "number"),
    Column("late", _("Met late"), "number"),
    Column("ended", _("Ended otherwise"), "number"),
)


@workspace_page(verb="list")
def show_balance(request: HttpRequest) -> HttpResponseBase:
    """Open and answered notes of a year, between each two administrations."""
    node = get_node()
    now = node.clock.now().year
    years = [(str(year), str(year)) for year in range(now, now - YEARS, -1)]
    filters = read_filters(request, [Filter("year", _("Year"), years)])
    tallies = read_balance(node, parse_year(filters.values.get("year", str(now))))
    part = slice_of(request, len(tallies))
    rows = [_row(one) for one in tallies[part.start : part.stop]]
    empty = Empty(_("What one side asks of the other is counted here."), _("Home"), find_url("home"))
    listing = Listing(_("Balance"), _COLUMNS, rows, part, empty, filters)
    return list_page(request, "balance/balance.html", listing, {"promises": _promises()})


def _promises() -> list[dict[str, Any]]:
    """Commitments in force by owner; these are of today, whatever the year above."""
    known, labels = parties(), {each.name: each.label for each in installed_pages()}
    return [
        {
            "owner": _("All sides together") if one.owner == "joint" else party_of(one.owner, known).name,
            "register": labels.get(one.register, one.register),
            **{name: getattr(one, name) for name in PROMISE_COUNTS},
        }
        for one in read_promises(get_node())
    ]


def _row(one: Tally) -> Row:
    known = parties()
    pages = next((each for each in installed_pages() if each.name == one.register), None)
    values = {
        "from": party_of(one.sender, known).name,
        "to": party_of(one.recipient, known).name,
        "register": pages.label if pages else one.register,
        **{name: getattr(one, name) for name in COUNTS},
    }
    return Row(values)
