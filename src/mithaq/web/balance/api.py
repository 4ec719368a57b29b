"""The balance in the API."""

from mithaq.node.ports.row_reader import Tally
from mithaq.node.registry import Promised
from mithaq.web.api import schema as s
from mithaq.web.api.call import ApiCall
from mithaq.web.api.routes import Answer, Parameter, Route
from mithaq.web.balance.figures import COUNTS, PROMISE_COUNTS, parse_year, read_balance, read_promises

_ROW = s.obj(
    {
        "from": s.text(64),
        "to": s.text(64),
        "register": s.text(32),
        **{name: s.integer() for name in COUNTS},
    },
    ["from", "to", "register", *COUNTS],
)


_PROMISED = s.obj(
    {"owner": s.text(64), "register": s.text(32), **{name: s.integer() for name in PROMISE_COUNTS}},
    ["owner", "register", *PROMISE_COUNTS],
)


def describe(one: Tally) -> dict[str, object]:
    """JSON-ready."""
    counts = {name: getattr(one, name) for name in COUNTS}
    return {"from": one.sender, "to": one.recipient, "register": one.register, **counts}


def describe_promised(one: Promised) -> dict[str, object]:
    """JSON-ready."""
    counts = {name: getattr(one, name) for name in PROMISE_COUNTS}
    return {"owner": one.owner, "register": one.register, **counts}


def show_balance(call: ApiCall) -> Answer:
    """The figures of one year, and the commitments of today."""
    year = parse_year(call.query.get("year") or str(call.node.clock.now().year))
    rows = [describe(one) for one in read_balance(call.node, year)]
    promises = [describe_promised(one) for one in read_promises(call.node)]
    return Answer({"year": year, "rows": rows, "commitments": promises})


ROUTES = (
    Route(
        "GET",
        "/balance",
        "balance-show",
        "list",
        show_balance,
        response_schema=s.obj(
            {"year": s.integer(), "rows": s.array(_ROW), "commitments": s.array(_PROMISED)},
            ["year", "rows", "commitments"],
        ),
        summary="Who owes whom an answer, how much came in time, and who has promised what",
        query=(Parameter("year", "Of opening, UTC; this year when absent.", "2[01][0-9]{2}"),),
    ),
)
