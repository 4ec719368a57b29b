"""Sources for programs: take in, read, decide, candidate meetings; a release as a draft."""

from dataclasses import replace
from typing import Any, Final

from mithaq.errors import MissingError
from mithaq.node.append.submit import Author
from mithaq.registers.sources.forms.leaving import Outgoing, release_command
from mithaq.registers.sources.intake.adding import Described, add_source, describe_source
from mithaq.registers.sources.intake.deciding import classify_paragraph, decide, rule_on_meetings
from mithaq.registers.sources.models import Finding, Source
from mithaq.registers.sources.reading import records
from mithaq.registers.sources.reading.meetings import describe_groups, find_meetings
from mithaq.registers.sources.reading.texts import read_bytes
from mithaq.registers.sources.rules.kinds import GENRES, LANGUAGES, MAX_FIELD_CHARS
from mithaq.registers.sources.rules.reading import MAX_SOURCE_CHARS
from mithaq.registers.sources.rules.values import Reason
from mithaq.web.access.protected import protect_local
from mithaq.web.api import schema as s
from mithaq.web.api.call import ApiCall
from mithaq.web.api.drafts import start_draft, writer_of_call
from mithaq.web.api.routes import Answer, Collection, File, Parameter, Route

REGISTER: Final = "sources"
OPEN: Final = s.obj({}, is_open=True)
_DESCRIBED: Final = {
    "published_on": s.text(64),
    "publisher": s.text(MAX_FIELD_CHARS),
    "language": s.choice(*LANGUAGES),
    "genre": s.choice(*GENRES),
    "url": s.text(1_000),
}
SOURCE_INPUT: Final = s.obj({"text": s.text(MAX_SOURCE_CHARS, least=1), **_DESCRIBED}, ("text",))
DESCRIBE_INPUT: Final = s.obj(_DESCRIBED)
DECISION_INPUT: Final = s.obj(
    {
        "assertion": s.text(16, least=16, pattern="[0-9a-f]{16}"),
        "status": s.choice("accepted", "rejected", "proposed"),
    },
    ("assertion", "status"),
)
PARAGRAPH_INPUT: Final = s.obj(
    {"no": s.integer(1, 100_000), "reason": s.or_null(s.choice(*(str(one) for one in Reason)))},
    ("no", "reason"),
)
_KEY: Final = s.text(36, least=34, pattern="[0-9a-f]{32}#[0-9]{1,3}")
RULING_INPUT: Final = s.obj(
    {"first": _KEY, "second": _KEY, "is_same": s.boolean()}, ("first", "second", "is_same")
)
RELEASE_INPUT: Final = s.obj(
    {
        "to": s.array(s.code(), 50),
        "title": s.texts(MAX_FIELD_CHARS),
        "code": s.choice("clear", "green", "amber"),
        "with_text": s.boolean(),
        "with_accepted": s.boolean(),
    },
    ("to", "title"),
)
ID: Final = Parameter("id", "Id of a source on this node.", "[0-9a-f]{32}", required=True)


def _find(call: ApiCall) -> Source:
    call.caller.check("read", protect_local())
    row = Source.objects.filter(source_id=call.path["id"]).first()
    if row is None:
        raise MissingError("not_found", "There is nothing at this address.")
    return row


def _author(call: ApiCall) -> Author:
    call.caller.check("draft", protect_local())
    return writer_of_call(call).author()


def _said(body: Any) -> Described:
    return Described(**{name: body[name] for name in _DESCRIBED if name in body})


def list_sources(call: ApiCall) -> Collection:
    """Sources, the newest first."""
    call.caller.check("list", protect_local())
    rows = records.list_sources(only_open=call.query.get("waits") == "open")
    if call.query.get("language"):
        rows = rows.filter(language=call.query["language"])
    return call.queryset(rows, order=("-added_ms", "-source_id"), describe=records.describe_row)


def add(call: ApiCall) -> Answer:
    """Take in a text; ``is_new`` is false where the same bytes were here."""
    author = _author(call)
    added = add_source(call.node, call.body["text"].encode(), _said(call.body), author)
    row = records.find_source(added.source_id)
    return Answer({**records.describe_added(row), "is_new": added.is_new}, 201)


def show(call: ApiCall) -> Answer:
    """Everything of one source."""
    return Answer(records.describe_source(_find(call), only_open=call.query.get("open") == "yes"))


def download(call: ApiCall) -> File:
    """The raw bytes as they came."""
    row = _find(call)
    return File(read_bytes(call.node, row.sha256), f"source-{row.source_id[:8]}.txt")


def describe(call: ApiCall) -> Answer:
    """Say more of a source; the text is read again."""
    row, author = _find(call), _author(call)
    describe_source(call.node, row.source_id, _said(call.body), author)
    return Answer(records.describe_source(records.find_source(row.source_id)))


def decide_one(call: ApiCall) -> Answer:
    """Accept or reject one assertion, or take that back."""
    row, author = _find(call), _author(call)
    assertion = call.body["assertion"]
    decide(call.node, row.source_id, assertion, call.body["status"], author)
    found = Finding.objects.get(source=row, assertion_id=assertion)
    return Answer(records.describe_assertion(found))


def classify(call: ApiCall) -> Answer:
    """Say that a paragraph is content (reason null), or why it is not."""
    row, author = _find(call), _author(call)
    classify_paragraph(call.node, row.source_id, call.body["no"], call.body["reason"], author)
    return Answer(records.describe_source(records.find_source(row.source_id)))


def list_meetings(call: ApiCall) -> Collection:
    """Candidate meetings with their reasons and accounts."""
    call.caller.check("list", protect_local())
    known = find_meetings()
    page = call.collection(known.groups, key=lambda one: one.id, describe=lambda one: one)
    return replace(page, items=describe_groups(known, page.items))


def rule(call: ApiCall) -> Answer:
    """Say that two candidates are one meeting, or two."""
    author = _author(call)
    body = call.body
    rule_on_meetings(call.node, body["first"], body["second"], is_same=body["is_same"], author=author)
    return Answer({"first": body["first"], "second": body["second"], "is_same": body["is_same"]}, 201)


def release(call: ApiCall) -> Answer:
    """A note with this source as a draft; a person releases it."""
    row = _find(call)
    _author(call)
    body = call.body
    chosen = Outgoing(
        tuple(body["to"]),
        body["title"],
        body.get("code", "green"),
        with_text=body.get("with_text", True),
        with_accepted=body.get("with_accepted", True),
    )
    return start_draft(call, release_command(row, chosen), REGISTER, body["title"])


ROUTES: Final = (
    Route("GET", "/sources", "source-list", "list", list_sources, None, OPEN, "Sources, the newest first.",
          REGISTER, is_collection=True,
          query=(Parameter("language", "ar, fr or en.", "ar|fr|en"),
                 Parameter("waits", "`open`: with open proposals.", "open"))),
    Route("POST", "/sources", "source-add", "draft", add, SOURCE_INPUT, OPEN,
          "Take in a public text; kept on this node alone.", REGISTER, status=201),
    Route("GET", "/sources/meetings", "source-meetings", "list", list_meetings, None, OPEN,
          "Which texts tell of the same meeting, and why.", REGISTER, is_collection=True),
    Route("POST", "/sources/rulings", "source-rule", "draft", rule, RULING_INPUT, OPEN,
          "Two candidates are one meeting, or two.", REGISTER, status=201),
    Route("GET", "/sources/{id}", "source-show", "read", show, None, OPEN, "One source.", REGISTER,
          parameters=(ID,), query=(Parameter("open", "`yes`: only what waits.", "yes"),)),
    Route("GET", "/sources/{id}/raw", "source-raw", "read", download, None, None,
          "The raw bytes.", REGISTER, parameters=(ID,), media_type="application/octet-stream"),
    Route("POST", "/sources/{id}/description", "source-describe", "draft", describe, DESCRIBE_INPUT, OPEN,
          "Say more of a source; it is read again.", REGISTER, parameters=(ID,)),
    Route("POST", "/sources/{id}/decisions", "source-decide", "draft", decide_one, DECISION_INPUT, OPEN,
          "Accept or reject one assertion.", REGISTER, parameters=(ID,)),
    Route("POST", "/sources/{id}/paragraphs", "source-classify", "draft", classify, PARAGRAPH_INPUT, OPEN,
          "Mark or unmark a paragraph.", REGISTER, parameters=(ID,)),
    Route("POST", "/sources/{id}/release", "source-release", "draft", release, RELEASE_INPUT, OPEN,
          "A note with this source as a draft.", REGISTER, parameters=(ID,), status=201),
)  # fmt: skip
