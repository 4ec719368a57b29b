"""Routes of the record itself: acts, instruments, notes, dossiers, proofs, and how the node stands."""

from collections.abc import Sequence
from typing import Any

from mithaq.core.encoding import encode_base64, format_time
from mithaq.core.types import LeafIndex, Origin
from mithaq.errors import MissingError, NotAllowedError
from mithaq.node.health import check_health
from mithaq.node.ports import RowQuery
from mithaq.node.read.journal_pages import MACHINE_KINDS, JournalFilter, JournalLine, act_states, read_lines
from mithaq.node.read.status import read_status
from mithaq.node.records import InstrumentRow, NoteRow, SealedAct
from mithaq.web.access.policy import Protected
from mithaq.web.access.protected import protect_act, protect_acts, protect_instruments, protect_notes
from mithaq.web.access.table import Obligation
from mithaq.web.api import schema as s
from mithaq.web.api.call import ApiCall
from mithaq.web.api.openapi import describe_api
from mithaq.web.api.paging import (
    MOST_JUDGED,
    MOST_ROUNDS,
    count_seen,
    make_collection,
    read_cursor,
    write_cursor,
)
from mithaq.web.api.routes import Answer, Collection, File, Parameter, Route
from mithaq.web.proof import Prover

KIND = Parameter("kind", "One kind.", r"[a-z][a-z0-9_]{0,31}(\.[a-z][a-z0-9_]{0,31})?")
REGISTER = Parameter("register", "One register.", r"[a-z]{1,32}")
STATE = Parameter("state", "One state.", r"[a-z_]{1,16}")
DOSSIER = Parameter("dossier", "One dossier.", r"[0-9a-f-]{36}")
PARTY = r"[a-z0-9-]{1,64}"

_NOTE_ITEM = s.obj(
    {
        "id": s.uuid(),
        "kind": s.text(64),
        "title": s.or_null(s.obj({}, is_open=True)),
        "from": s.text(64),
        "to": s.text(64),
        "state": s.text(16),
        "marks": s.array(s.text(32)),
        "handling": s.text(16),
        "dossier": s.or_null(s.text(36)),
        "created_at": s.moment(),
        "delivered_at": s.or_null(s.moment()),
        "due_at": s.or_null(s.moment()),
    },
    ["id", "kind", "state"],
)
_INSTRUMENT_ITEM = s.obj(
    {
        "id": s.uuid(),
        "kind": s.text(64),
        "title": s.or_null(s.obj({}, is_open=True)),
        "proposer": s.text(64),
        "version": s.integer(),
        "content_hash": s.text(64),
        "state": s.text(16),
        "marks": s.array(s.text(32)),
        "dossier": s.or_null(s.text(36)),
        "signed_on": s.or_null(s.day()),
        "entry_into_force_on": s.or_null(s.day()),
        "created_at": s.moment(),
    },
    ["id", "kind", "state"],
)
_ACT_ITEM = s.obj(
    {
        "id": s.or_null(s.text(36)),
        "log": s.text(255),
        "leaf_index": s.integer(),
        "kind": s.or_null(s.text(64)),
        "state": s.text(32),
        "reason": s.text(64),
        "from": s.or_null(s.text(64)),
        "to": s.array(s.text(64)),
        "object": s.or_null(s.text(36)),
        "object_kind": s.or_null(s.text(64)),
        "dossier": s.or_null(s.text(36)),
        "title": s.or_null(s.obj({}, is_open=True)),
        "created_at": s.or_null(s.moment()),
    },
    ["log", "leaf_index", "state"],
)
_OBJECT = s.obj({}, is_open=True)


# The node


def show_status(call: ApiCall) -> Answer:
    """Sizes, lag, alarms, what is due."""
    return Answer(read_status(call.node))


def show_health(call: ApiCall) -> Answer:
    """The checks of ``node doctor`` that a running node can make."""
    checks = check_health(call.node)
    return Answer(
        {
            "checks": [
                {"code": one.code, "level": one.level, "message": one.message, "remedy": one.remedy}
                for one in checks
            ]
        }
    )


# Notes and instruments


def list_notes(call: ApiCall) -> Collection:
    """Notes, the newest first."""
    query, seen = _row_query(call), call.caller.seen(protect_notes)
    after = read_cursor(call.cursor, 2) if call.cursor else None
    place = (str(after[0]), str(after[1])) if after else None
    found: list[NoteRow] = []
    for _ in range(MOST_ROUNDS):
        rows = call.node.store.rows.notes(query, call.limit + 1, place)
        found += seen.shown(rows)
        if len(rows) <= call.limit or len(found) > call.limit:
            break
        place = (rows[-1].object_id, rows[-1].recipient)
    return make_collection(
        found,
        place_of=lambda row: [row.object_id, row.recipient],
        describe=describe_note,
        limit=call.limit,
        count=count_seen(call.node.store.rows.notes(query, MOST_JUDGED + 1), seen),
    )


def list_instruments(call: ApiCall) -> Collection:
    """Instruments, the newest first."""
    query, seen = _row_query(call), call.caller.seen(protect_instruments)
    place = str(read_cursor(call.cursor, 1)[0]) if call.cursor else None
    found: list[InstrumentRow] = []
    for _ in range(MOST_ROUNDS):
        rows = call.node.store.rows.instruments(query, call.limit + 1, place)
        found += seen.shown(rows)
        if len(rows) <= call.limit or len(found) > call.limit:
            break
        place = rows[-1].object_id
    return make_collection(
        found,
        place_of=lambda row: [row.object_id],
        describe=describe_instrument,
        limit=call.limit,
        count=count_seen(call.node.store.rows.instruments(query, MOST_JUDGED + 1), seen),
    )


def _row_query(call: ApiCall) -> RowQuery:
    given = call.query
    return RowQuery(
        register=given.get("register", ""),
        object_kind=given.get("kind", ""),
        states=(given["state"],) if "state" in given else (),
        dossier=given.get("dossier", ""),
        sender=given.get("from", ""),
        recipient=given.get("to", ""),
        codes=call.caller.codes,
    )


def show_note(call: ApiCall) -> Answer:
    """A note at each recipient, with what its acts say."""
    rows = call.node.store.projections.notes(object_id=call.path["id"])
    first, acts, protected = _read_object(call, bool(rows))
    told = [describe_note(row) for row in rows]
    return Answer({**told[0], "recipients": told, **_contents(call, first, acts, protected)})


def show_instrument(call: ApiCall) -> Answer:
    """An instrument with its versions and what its acts say."""
    rows = call.node.store.projections.instruments(object_id=call.path["id"])
    first, acts, protected = _read_object(call, bool(rows))
    [row] = rows
    contents = _contents(call, first, acts, protected)
    return Answer({**describe_instrument(row), "versions": list(row.versions), **contents})


def _read_object(call: ApiCall, is_there: bool) -> tuple[SealedAct, list[SealedAct], Protected]:
    object_id = call.path["id"]
    acts = call.node.store.acts.of_objects([object_id])[object_id]
    first = next((act for act in acts if act.parsed.id == object_id), None)
    if first is None or not is_there:
        raise MissingError("not_found", "There is nothing at this address.")
    protected = protect_act(first)
    call.caller.check("read", protected)
    return first, acts, protected


def _contents(
    call: ApiCall, first: SealedAct, acts: Sequence[SealedAct], protected: Protected
) -> dict[str, Any]:
    states, guards = act_states(call.node, acts), protect_acts(acts)
    told = [
        describe_act(act, state, title=call.caller.may("read", guard, "title"))
        for act, state, guard in zip(acts, states, guards, strict=True)
    ]
    if call.caller.may("read", protected, "body"):
        for one, act, guard in zip(told, acts, guards, strict=True):
            if call.caller.may("read", guard, "body"):
                one["body"] = act.parsed.body
    return {"acts": told, "handling": first.parsed.handling}


def describe_note(row: NoteRow) -> dict[str, Any]:
    """A note at one recipient as JSON."""
    return {
        "id": row.object_id,
        "kind": row.object_kind,
        "title": dict(row.subject),
        "from": row.sender,
        "to": row.recipient,
        "state": row.state,
        "marks": list(row.marks),
        "handling": row.handling,
        "dossier": row.dossier,
        "created_at": format_time(row.created_at),
        "delivered_at": None if row.delivered_at is None else format_time(row.delivered_at),
        "due_at": None if row.due_at is None else format_time(row.due_at),
    }


def describe_instrument(row: InstrumentRow) -> dict[str, Any]:
    """An instrument as JSON."""
    return {
        "id": row.object_id,
        "kind": row.object_kind,
        "title": dict(row.subject),
        "proposer": row.proposer,
        "version": row.version,
        "content_hash": row.content_hash,
        "state": row.state,
        "marks": list(row.marks),
        "dossier": row.dossier,
        "signed_on": row.signed_on,
        "entry_into_force_on": row.entry_into_force_on,
        "created_at": format_time(row.created_at),
    }


# Acts and the journal


def list_acts(call: ApiCall) -> Collection:
    """Acts of one log in its order; leaves that were not released to this node are told as such."""
    log = _log_of(call)
    first = LeafIndex(int(read_cursor(call.cursor, 1)[0] or 0)) if call.cursor else LeafIndex(0)
    wanted = JournalFilter(
        call.query.get("kind", ""), call.query.get("register", ""), call.query.get("dossier", "")
    )
    page = read_lines(call.node, log, first, call.limit, wanted)
    guards = iter(protect_acts([line.act for line in page.lines if line.act is not None]))
    items = [describe_line(call, line, next(guards) if line.act else None) for line in page.lines]
    following = None if page.next_index is None else write_cursor([page.next_index])
    return Collection(items, following, page.size)


def _log_of(call: ApiCall) -> Origin:
    log = call.query.get("log", str(call.node.identity.origin))
    known = [call.node.identity.origin, *(head.origin for head in call.node.store.followed.heads())]
    if log not in known:
        raise MissingError("origin", "this node neither writes nor follows that log")
    return Origin(log)


def describe_line(call: ApiCall, line: JournalLine, protected: Protected | None) -> dict[str, Any]:
    """A line of the journal as JSON; what the caller may not read looks like what was not released."""
    hidden: dict[str, Any] = {
        "id": None, "log": line.log, "leaf_index": line.leaf_index, "kind": None, "state": line.state,
        "reason": line.reason, "from": None, "to": [], "object": None, "object_kind": None, "dossier": None,
        "title": None, "created_at": None,
    }  # fmt: skip
    if line.act is None or protected is None:
        return hidden
    if line.act.parsed.kind not in MACHINE_KINDS and not call.caller.may("list", protected):
        return {**hidden, "state": "not_for_you"}
    title = call.caller.may("list", protected, "title")
    return describe_act(line.act, line.state, title=title)


def describe_act(act: SealedAct, state: str, *, title: bool) -> dict[str, Any]:
    """An act as JSON, without its body."""
    parsed = act.parsed
    return {
        "id": parsed.id,
        "log": act.log,
        "leaf_index": act.leaf_index,
        "kind": parsed.kind,
        "state": state,
        "reason": "",
        "from": parsed.author,
        "to": [one.administration for one in parsed.to],
        "object": parsed.object or (parsed.id if parsed.object_kind else None),
        "object_kind": parsed.object_kind,
        "dossier": parsed.dossier,
        "title": dict(parsed.subject) if title and parsed.subject else None,
        "created_at": format_time(parsed.created_at),
    }


def show_act(call: ApiCall) -> Answer:
    """One act with its body, its place and what can be checked of it."""
    act, protected = _read_act(call, "read")
    [state] = act_states(call.node, [act])
    told = describe_act(act, state, title=True)
    told |= {
        "actor": {"post": act.parsed.actor.post, "holder": act.parsed.actor.holder},
        "commitment": act.commitment.hex(),
        "handling": act.parsed.handling,
        "sections": sorted(act.parsed.sections),
        "signatures": [{"keyid": one.keyid, "sig": encode_base64(one.sig)} for one in act.signatures],
    }
    if call.caller.may("read", protected, "body"):
        told["body"] = act.parsed.body
    return Answer(told)


def download_act(call: ApiCall) -> File:
    """The canonical bytes of the envelope."""
    act = _take_act(call)
    return File(act.envelope, f"{act.parsed.id}.json", "application/json")


def download_proof(call: ApiCall) -> File:
    """The ``.tlog-proof`` of an act, with its salt and its content, but without its sections."""
    act = _take_act(call)
    proof = Prover(call.node).proof_file(act.parsed.id)
    return File(proof.encode(), f"{act.parsed.id}.tlog-proof")


def _take_act(call: ApiCall) -> SealedAct:
    """An act whose content may leave this node in a file."""
    act, protected = _read_act(call, "read", "body")
    if call.caller.check("read", protected, "body").needs(Obligation.NO_EXPORT):
        raise NotAllowedError("no_export", "A caveat of the act forbids to take it away.")
    return act


def download_policy(call: ApiCall) -> File:
    """The policy under which the proof of an act is to be verified."""
    act, _ = _read_act(call, "read")
    policy = Prover(call.node).policy(act.log)
    return File(policy.encode(), f"{act.parsed.id}.policy", "text/plain; charset=utf-8")


def _read_act(call: ApiCall, verb: str, field: str = "") -> tuple[SealedAct, Protected]:
    try:
        act = call.node.store.acts.by_id(call.path["id"])
    except MissingError as error:
        raise MissingError("not_found", "There is nothing at this address.") from error
    protected = protect_act(act)
    call.caller.check(verb, protected, field)
    return act, protected


# Dossiers


def show_dossier(call: ApiCall) -> Answer:
    """Notes and instruments of a dossier."""
    query = RowQuery(dossier=call.path["id"], codes=call.caller.codes)
    rows = call.node.store.rows
    notes = call.caller.visible(rows.notes(query, 500), protect_notes)
    instruments = call.caller.visible(rows.instruments(query, 500), protect_instruments)
    if not notes and not instruments:
        raise MissingError("not_found", "There is nothing at this address.")
    return Answer(
        {
            "id": call.path["id"],
            "notes": [describe_note(row) for row in notes],
            "instruments": [describe_instrument(row) for row in instruments],
        }
    )


def show_openapi(call: ApiCall) -> Answer:
    """The description of all routes."""
    return Answer(describe_api())


_LOG = Parameter("log", "Origin of a log; the own one when absent.", r"[\x21-\x7e]{1,255}")
_ROW_FILTERS = (REGISTER, KIND, STATE, DOSSIER)

ROUTES = (
    Route("GET", "/openapi.json", "openapi", "list", show_openapi, None, _OBJECT,
          "This description.", is_open=True),
    Route("GET", "/status", "status-show", "list|audit|backup", show_status, None, _OBJECT,
          "How the node stands: sizes, lag, alarms, what is due."),
    Route("GET", "/health", "health-show", "list|audit|backup", show_health, None, _OBJECT,
          "The checks of node doctor, each with its remedy."),
    Route("GET", "/acts", "act-list", "list|audit", list_acts, None, _ACT_ITEM,
          "The journal: every leaf of a log in its order.",
          query=(_LOG, KIND, REGISTER, DOSSIER), is_collection=True),
    Route("GET", "/acts/{id}", "act-show", "read", show_act, None, _OBJECT, "One act."),
    Route("GET", "/acts/{id}/envelope", "act-envelope", "read", download_act, None, None,
          "The canonical bytes of an act.", media_type="application/json"),
    Route("GET", "/acts/{id}/proof", "proof-download", "read", download_proof, None, None,
          "The proof file of an act.", media_type="application/octet-stream"),
    Route("GET", "/acts/{id}/policy", "proof-policy", "read", download_policy, None, None,
          "The policy to verify its proof under.", media_type="text/plain"),
    Route("GET", "/notes", "note-list", "list", list_notes, None, _NOTE_ITEM, "Notes, the newest first.",
          query=(*_ROW_FILTERS, Parameter("from", "Sender.", PARTY), Parameter("to", "Recipient.", PARTY)),
          is_collection=True),
    Route("GET", "/notes/{id}", "note-show", "read", show_note, None, _OBJECT, "One note."),
    Route("GET", "/instruments", "instrument-list", "list", list_instruments, None, _INSTRUMENT_ITEM,
          "Instruments, the newest first.", query=_ROW_FILTERS, is_collection=True),
    Route("GET", "/instruments/{id}", "instrument-show", "read", show_instrument, None, _OBJECT,
          "One instrument with its versions."),
    Route("GET", "/dossiers/{id}", "dossier-show", "list", show_dossier, None, _OBJECT,
          "What belongs to one dossier."),
)  # fmt: skip
