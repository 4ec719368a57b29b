"""The days ahead in the API."""

from datetime import date, timedelta
from typing import Any

from mithaq.errors import MalformedError
from mithaq.web.access.protected import protect_instruments
from mithaq.web.api import schema as s
from mithaq.web.api.call import ApiCall
from mithaq.web.api.routes import Answer, Parameter, Route
from mithaq.web.reminders.ahead import list_ahead, list_reminders, with_rows
from mithaq.web.reminders.describing import describe_ahead

MOST_DAYS = 400
_DAY = "[12][0-9]{3}-[01][0-9]-[0-3][0-9]"


def list_dates(call: ApiCall) -> Answer:
    """What people are to be reminded of now; with ``from`` or ``until`` every day between."""
    if "from" in call.query or "until" in call.query:
        today = call.node.clock.now().date()
        first = _read_day(call.query.get("from", today.isoformat()))
        until = _read_day(call.query.get("until", (first + timedelta(days=90)).isoformat()))
        if not first <= until <= first + timedelta(days=MOST_DAYS):
            raise MalformedError(
                "date_span", f"The last day is not before the first, and at most {MOST_DAYS} later."
            )
        found = list_ahead(call.node, first, until + timedelta(days=1))
    else:
        found = with_rows(call.node, list_reminders(call.node))
    guarded = protect_instruments([each.row for each in found]) if found else []
    shown = [each for each, guard in zip(found, guarded, strict=True) if call.caller.may("read", guard)]
    return Answer({"dates": [describe_ahead(each) for each in shown]})


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise MalformedError("date_impossible", "There is no such day.") from error


_SCHEMA: dict[str, Any] = dict(s.obj({"dates": s.array(s.obj({}, is_open=True))}, ["dates"]))

ROUTES = (
    Route(
        "GET",
        "/dates",
        "date-list",
        "list",
        list_dates,
        response_schema=_SCHEMA,
        summary="Days of instruments that are near, or all between two days",
        query=(
            Parameter("from", "The first day.", _DAY),
            Parameter("until", "The last day, at most 400 after it.", _DAY),
        ),
    ),
)
