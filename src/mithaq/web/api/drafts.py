"""What a program may start: drafts. A person looks at each and lets it go; a token never does."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mithaq.core.encoding import format_time
from mithaq.errors import MissingError, NotAllowedError
from mithaq.web.access import policy
from mithaq.web.access.gate import note_shown
from mithaq.web.api import schema as s
from mithaq.web.api.call import ApiCall
from mithaq.web.api.paging import Seen, collect_queryset
from mithaq.web.api.preconditions import check_if_match, make_etag
from mithaq.web.api.routes import TABLE, Answer, Collection, Parameter, Route
from mithaq.web.outgoing.commands import Command, from_json, kind_of
from mithaq.web.outgoing.drafts import (
    Title,
    Writer,
    change_draft,
    delete_draft,
    find_draft,
    hand_over,
    make_draft,
    protect_command,
    protect_draft,
)
from mithaq.web.outgoing.models import OutgoingDraft
from mithaq.web.outgoing.rules import way_of


def start_draft(call: ApiCall, command: Command, register: str, title: Title) -> Answer:
    """Keep a command as a draft: 201 with its id, its address and its ``ETag``.

    Registers call this from their POST routes.

    Raises:
        NotAllowedError, MissingError, MalformedError, ConflictError: as the desk; nothing was kept.
    """
    _check_verb(call, command)
    draft = make_draft(writer_of_call(call), command, register, title)
    answer = _shown(draft)
    return Answer(answer.body, 201, answer.etag, {"Location": f"/api/v1/drafts/{draft.pk}"})


def writer_of_call(call: ApiCall) -> Writer:
    """The account behind a token, with the rights of the token."""
    return Writer(call.caller.token.user, call.caller.subject, call.caller.token.post)


def _check_verb(call: ApiCall, command: Command) -> None:
    """Whoever may not sign may not prepare a signature either: no token has that verb."""
    verb = str(way_of(kind_of(command)).start)
    if verb not in call.caller.verbs:
        raise NotAllowedError("token_verb", "The token was not made for this verb.")


def list_drafts(call: ApiCall) -> Collection:
    """Drafts that are not sent, those that the caller may see; the newest first."""
    rows = OutgoingDraft.objects.exclude(state="sent").filter(code__in=call.caller.codes)
    if "register" in call.query:
        rows = rows.filter(register=call.query["register"])
    if "state" in call.query:
        rows = rows.filter(state=call.query["state"])

    is_file = call.query.get("format") == TABLE

    def judged(found: Sequence[OutgoingDraft]) -> list[OutgoingDraft]:
        seen = [draft for draft in found if _may_see(call, draft)]
        return [each for each in seen if not (is_file and policy.is_held_here(protect_draft(each)))]

    page = collect_queryset(
        rows,
        order=("-created_at", "-id"),
        describe=lambda draft: draft,
        limit=call.limit,
        cursor=call.cursor,
        seen=Seen(judged, judged),
    )
    note_shown(call.caller.subject, "list", map(protect_draft, page.items))
    return replace(page, items=[describe_draft(draft) for draft in page.items])


def _may_see(call: ApiCall, draft: OutgoingDraft) -> bool:
    """Own drafts, and those that the caller may read and has to do with: as on the pages."""
    if str(draft.author_id) == call.caller.user_id:
        return True
    subject, thing, way = call.caller.subject, protect_draft(draft), way_of(draft.kind)
    is_read = policy.may(subject, "read", protect_command(from_json(draft.command))).allowed
    return is_read and any(policy.may(subject, verb, thing).allowed for verb in (way.start, way.perform))


def post_draft(call: ApiCall) -> Answer:
    """A draft of any command."""
    command = from_json(_stored(call.body["command"]))
    register = str(call.body["register"])
    call.caller.check_route("draft|reply|withdraw", register)
    return start_draft(call, command, register, call.body["title"])


def show_draft(call: ApiCall) -> Answer:
    """One draft."""
    return _shown(_find(call))


def put_draft(call: ApiCall) -> Answer:
    """Replace what a draft says; whoever was asked to release it is asked again."""
    draft = _find(call)
    check_if_match(call.request, etag_of(draft))
    command = from_json(_stored(call.body["command"]))
    _check_verb(call, command)
    return _shown(change_draft(writer_of_call(call), str(draft.pk), command, call.body["title"]))


def remove_draft(call: ApiCall) -> Answer:
    """Delete a draft that was not released."""
    draft = _find(call)
    check_if_match(call.request, etag_of(draft))
    delete_draft(writer_of_call(call), str(draft.pk))
    return Answer(None, 204)


def ask_for_release(call: ApiCall) -> Answer:
    """Ask another person to release it."""
    draft = _find(call)
    check_if_match(call.request, etag_of(draft))
    return _shown(hand_over(writer_of_call(call), str(draft.pk)))


def _find(call: ApiCall) -> OutgoingDraft:
    draft = find_draft(call.path["id"])
    if not _may_see(call, draft):
        raise MissingError("draft", "There is no such draft.")
    if draft.register and draft.register not in call.caller.registers:
        raise NotAllowedError("token_register", "The token was not made for this register.")
    if str(draft.author_id) != call.caller.user_id:
        call.caller.check("read", protect_draft(draft))
    note_shown(call.caller.subject, "read", [protect_draft(draft)])
    return draft


def etag_of(draft: OutgoingDraft) -> str:
    """Changes with what the draft says and where it stands."""
    return make_etag(str(draft.pk), draft.content_sha256, draft.state, format_time(draft.changed_at))


def _shown(draft: OutgoingDraft) -> Answer:
    command = {name: value for name, value in draft.command.items() if value is not None}
    return Answer({**describe_draft(draft), "command": command}, 200, etag_of(draft))


def describe_draft(draft: OutgoingDraft) -> dict[str, Any]:
    """A draft as JSON, without its command."""
    return {
        "id": str(draft.pk),
        "register": draft.register,
        "title": draft.title,
        "kind": draft.kind,
        "object": draft.object_id or None,
        "act": draft.act_id,
        "handling": draft.code,
        "state": draft.state,
        "two_persons": draft.two_persons,
        "return_reason": draft.return_reason,
        "content_sha256": draft.content_sha256,
        "created_at": format_time(draft.created_at),
        "changed_at": format_time(draft.changed_at),
    }


def _stored(given: Mapping[str, Any]) -> dict[str, Any]:
    """A command as it is stored: what a program may leave out is filled in."""
    defaults: dict[str, Any] = {"fields": {}, "body": {}}
    if given.get("command") == "send_note":
        defaults |= {"sections": {}, "object_v": 1}
    return {**defaults, **given}


_COMMAND = s.obj(
    {
        "command": s.choice("send_note", "reply", "act_on_instrument", "release"),
        "object_kind": s.text(64),
        "object_v": s.integer(1, 1000),
        "recipients": s.array(s.code(), 64),
        "body": s.obj({}, is_open=True),
        "fields": s.obj({}, is_open=True),
        "sections": s.obj({}, is_open=True),
        "note_id": s.uuid(),
        "object_id": s.uuid(),
        "act_id": s.uuid(),
        "kind": s.text(64),
    },
    ["command"],
)
DRAFT_INPUT = s.obj(
    {"register": s.code(), "title": {"anyOf": [s.texts(300), s.text(300)]}, "command": _COMMAND},
    ["register", "title", "command"],
)
DRAFT_CHANGE = s.obj(
    {"title": {"anyOf": [s.texts(300), s.text(300)]}, "command": _COMMAND}, ["title", "command"]
)
DRAFT = s.obj(
    {
        "id": s.uuid(),
        "register": s.text(32),
        "title": s.anything(),
        "kind": s.text(32),
        "object": s.or_null(s.text(36)),
        "act": s.text(36),
        "handling": s.text(16),
        "state": s.choice("draft", "to_release", "releasing", "sent"),
        "two_persons": s.boolean(),
        "return_reason": s.text(500),
        "content_sha256": s.text(64),
        "created_at": s.moment(),
        "changed_at": s.moment(),
    },
    ["id", "register", "kind", "state"],
    is_open=True,
)
_FILTERS = (
    Parameter("register", "One register.", r"[a-z]{1,32}"),
    Parameter("state", "draft or to_release.", r"draft|to_release|releasing"),
)

ROUTES = (
    Route("GET", "/drafts", "draft-list", "list", list_drafts, None, DRAFT,
          "Drafts that have not left.", query=_FILTERS, is_collection=True),
    Route("POST", "/drafts", "draft-make", "draft|reply|withdraw", post_draft, DRAFT_INPUT, DRAFT,
          "Make a draft of any act; a person releases it.", status=201),
    Route("GET", "/drafts/{id}", "draft-show", "read", show_draft, None, DRAFT, "One draft with its ETag."),
    Route("PUT", "/drafts/{id}", "draft-change", "draft|reply|withdraw", put_draft, DRAFT_CHANGE, DRAFT,
          "Replace what a draft says.", needs_if_match=True),
    Route("DELETE", "/drafts/{id}", "draft-delete", "draft|reply|withdraw", remove_draft, None, None,
          "Delete a draft.", status=204, needs_if_match=True),
    Route("POST", "/drafts/{id}/to-release", "draft-hand-over", "draft|reply|withdraw", ask_for_release,
          None, DRAFT, "Ask another person to release a draft.", needs_if_match=True),
)  # fmt: skip
