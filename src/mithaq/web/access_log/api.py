"""The access log in the API, for auditors' programs."""

from mithaq.web.access_log.models import AccessRow
from mithaq.web.access_log.readers import count_readers
from mithaq.web.access_log.reading import describe_row, find_rows
from mithaq.web.access_log.verify import check_chains
from mithaq.web.api import schema as s
from mithaq.web.api.call import ApiCall
from mithaq.web.api.routes import UUID_PATTERN, Answer, Collection, Parameter, Route

_TEXTS = (
    "lane",
    "way",
    "request_id",
    "user",
    "post",
    "verb",
    "code",
    "reason",
    "decision",
    "prev_hash",
    "row_hash",
)
_LISTS = ("roles", "objects", "fields", "purpose", "recipients")
_ROW = s.obj(
    {
        "seq": s.integer(),
        "at": s.moment(),
        **{name: s.text(2000) for name in _TEXTS},
        **{name: s.array(s.text(64)) for name in _LISTS},
    },
    ["seq", "at", *_TEXTS, *_LISTS],
)
_CHECK = s.obj(
    {
        "ok": s.boolean(),
        "rows": s.integer(),
        "lane": s.text(16),
        "seq": s.integer(-1),
        "problem": s.text(32),
    },
    ["ok", "rows", "lane", "seq", "problem"],
)


def list_rows(call: ApiCall) -> Collection:
    """Rows, the newest first."""

    def describe(row: AccessRow) -> dict[str, object]:
        return describe_row(row)

    return call.queryset(find_rows(call.query), order=("-id",), describe=describe)


def show_check(call: ApiCall) -> Answer:
    """The whole chain computed again."""
    found = check_chains(call.node)
    return Answer(
        {
            "ok": found.ok,
            "rows": found.rows,
            "lane": found.lane,
            "seq": found.seq,
            "problem": found.problem,
        }
    )


def list_readers(call: ApiCall) -> Answer:
    """Counts and pseudonyms of who has read a record, to be given to the partner that asks."""
    now = call.node.clock.now()
    return Answer({"object": call.path["id"], "readers": count_readers(call.path["id"], now.year)})


_READERS = s.obj(
    {
        "object": s.uuid(),
        "readers": s.array(
            s.obj(
                {"reader": s.text(64), "reads": s.integer(), "taken_away": s.integer()},
                ["reader", "reads", "taken_away"],
            )
        ),
    },
    ["object", "readers"],
)
_DAY = r"[12][0-9]{3}-[01][0-9]-[0-3][0-9]"

ROUTES = (
    Route(
        "GET",
        "/access-log",
        "access-list",
        "audit",
        list_rows,
        response_schema=_ROW,
        summary="Who read, took away, released or was refused what",
        query=(
            Parameter("user", "Id of an account.", UUID_PATTERN),
            Parameter("object", "Id of a record.", UUID_PATTERN),
            Parameter("verb", "A verb of the policy.", "[a-z_]{1,16}"),
            Parameter("decision", "Allowed or refused.", "allowed|refused"),
            Parameter("since", "From that day on, UTC.", _DAY),
            Parameter("until", "Up to that day, UTC.", _DAY),
        ),
        is_collection=True,
    ),
    Route(
        "GET",
        "/access-log/check",
        "access-check",
        "audit",
        show_check,
        response_schema=_CHECK,
        summary="Whether the chain of the access log is whole",
    ),
    Route(
        "GET",
        "/access-log/readers/{id}",
        "access-readers",
        "audit",
        list_readers,
        response_schema=_READERS,
        summary="How often a record was read, under pseudonyms, for the partner that asks",
    ),
)
