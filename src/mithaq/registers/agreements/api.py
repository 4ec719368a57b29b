"""Agreements for programs: lists, one text, its consolidated text; proposals and initiallings as drafts."""

from collections.abc import Mapping
from typing import Any, Final

from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.core.instruments.effect import Rule
from mithaq.core.instruments.manifest import Manifest, Signatory, build_manifest
from mithaq.core.types import AdministrationCode
from mithaq.errors import MissingError
from mithaq.node.append.submit import Desk
from mithaq.node.read.whole_data import name_blobs, split_data
from mithaq.registers.agreements.reading.describing import (
    describe_consolidated,
    describe_text,
    describe_whole,
    write_initialling,
)
from mithaq.registers.agreements.reading.lists import Wanted, ordered_ids
from mithaq.registers.agreements.reading.texts import AgreementView, read_agreements, view_acts
from mithaq.registers.agreements.rules.kinds import INITIALLING, NAME, TEXT_KINDS
from mithaq.registers.agreements.rules.texts import check_rests
from mithaq.web.access.protected import protect_objects, without_closed
from mithaq.web.api.call import ApiCall
from mithaq.web.api.drafts import start_draft
from mithaq.web.api.paging import MOST_JUDGED, count_seen
from mithaq.web.api.routes import Answer, Collection, Parameter, Route
from mithaq.web.api.schema import array, boolean, choice, code, obj, text, texts, uuid
from mithaq.web.outgoing.commands import ActOnInstrument, SendNote

OPEN: Final[Mapping[str, Any]] = obj({}, is_open=True)
_ARTICLE: Final = obj(
    {"eid": text(32, least=1), "heading": texts(300), "text": texts(20_000)}, ("eid", "text"), is_open=True
)
_EFFECT: Final = obj({"rule": choice(*(each.value for each in Rule))}, ("rule",), is_open=True)
_VERSION: Final[Mapping[str, Any]] = {
    "title": texts(300),
    "articles": array(_ARTICLE, 1_000),
    "changes": array(OPEN, 1_000),
    "effect": _EFFECT,
    "data": OPEN,
}
TEXT_INPUT: Final = obj(
    {
        "kind": choice(*TEXT_KINDS),
        "signatories": array(
            obj({"administration": code(), "post": text(128, least=1)}, ("administration", "post")), 33
        ),
        "handling": choice("clear", "green", "amber"),
        "dossier": uuid(),
        **_VERSION,
    },
    ("kind", "title", "signatories", "effect"),
)
VERSION_INPUT: Final = obj(_VERSION)
INITIALLING_INPUT: Final = obj({"has_compared": boolean(), "text": text(2_000)})


def list_agreements(call: ApiCall) -> Collection:
    """Texts that the caller may list, the next date first."""
    wanted = Wanted(
        call.query.get("kind", ""),
        call.query.get("state", ""),
        call.query.get("party", ""),
        "",
        call.caller.codes,
    )
    ids = sorted(ordered_ids(call.node, wanted), reverse=True)
    page = call.collection(ids, key=lambda each: each, describe=lambda each: each)
    found = read_agreements(call.node, page.items, is_whole=False)
    guarded = protect_objects([each.object_id for each in found]) if found else []
    items = [
        describe_text(each)
        for each, protected in zip(found, guarded, strict=True)
        if call.caller.may("list", protected)
    ]
    count = count_seen(ids[: MOST_JUDGED + 1], call.caller.seen(protect_objects))
    return Collection(items, page.next, count)


def show_agreement(call: ApiCall) -> Answer:
    """One text: who has signed, what is missing, what happens next, every date, every article."""
    found = describe_whole(call.node, _open(call))
    guards = protect_objects([each["id"] for each in found["dependents"]])
    guarded = zip(found["dependents"], guards, strict=True)
    dependents = [each for each, thing in guarded if call.caller.may("read", thing)]
    return Answer({**found, "dependents": dependents})


def show_consolidated(call: ApiCall) -> Answer:
    """The text with its amendments in force."""
    found = describe_consolidated(call.node, _open(call))
    for protected in protect_objects([each["id"] for each in found["amendments"]]):
        call.caller.check("read", protected)
    return Answer(found)


def draft_text(call: ApiCall) -> Answer:
    """A new text as a draft: a person puts it forward."""
    given = call.body
    object_id = Desk(call.node).new_object_id()
    data = {**given.get("data", {}), **_data(given)}
    check_rests(data)
    signatories = [
        Signatory(AdministrationCode(each["administration"]), each["post"]) for each in given["signatories"]
    ]
    handling = {"code": given.get("handling", "green"), "caveats": [], "purpose": "ADMIN"}
    kept, parts = split_data(data, call.node.blobs, ("articles", "changes"))
    manifest = build_manifest(
        object_id=object_id,
        object_kind=given["kind"],
        object_v=1,
        signatories=signatories,
        effect=given["effect"],
        parts=parts,
        data={**kept, "author_post": call.caller.token.post},
    )
    fields = {"subject": dict(given["title"]), "lang": ["ar", "fr"], "handling": handling}
    if given.get("dossier"):
        fields["dossier"] = given["dossier"]
    return _start(call, InstrumentKind.PROPOSE, manifest, fields)


def draft_version(call: ApiCall) -> Answer:
    """A counter-proposal, or a new version of a text that binds, as a draft; what is left out stays."""
    found, given = _open(call), call.body
    older = found.shown.manifest
    before = {name: value for name, value in found.data.items() if name not in ("long", "author_post")}
    data = {**before, **given.get("data", {}), **_data(given)}
    kept, parts = split_data(data, call.node.blobs, ("articles", "changes"))
    manifest = build_manifest(
        object_id=older.object_id,
        object_kind=older.object_kind,
        object_v=older.object_v,
        signatories=older.signatories,
        effect=given.get("effect") or dict(older.members["effect"]),  # type: ignore[call-overload]
        version=older.version + 1,
        previous=older.content_hash,
        supersedes=older.supersedes,
        parts=parts,
        data={**kept, "author_post": call.caller.token.post},
    )
    title = dict(given.get("title") or found.title)
    fields: dict[str, Any] = {"subject": title, "lang": ["ar", "fr"]}
    if found.first.parsed.handling is not None:
        fields["handling"] = found.first.parsed.handling
    return _start(call, InstrumentKind.COUNTER, manifest, fields)


def _start(call: ApiCall, kind: InstrumentKind, manifest: Manifest, fields: Mapping[str, Any]) -> Answer:
    """A version as a draft; its parts were made here, of what the caller has given."""
    blobs = {"blobs": name_blobs(manifest.parts)} if manifest.parts else {}
    made = frozenset(part.sha256 for part in manifest.parts)
    body = {"manifest": dict(manifest.members)}
    command = ActOnInstrument(manifest.object_id, kind.value, body, {**fields, **blobs}, made)
    return start_draft(call, command, NAME, fields["subject"])


def draft_initialling(call: ApiCall) -> Answer:
    """An initialling of the version under negotiation as a draft."""
    found, given = _open(call), call.body
    body, fields = write_initialling(
        found,
        call.caller.token.post,
        has_compared=bool(given.get("has_compared")),
        remark=given.get("text", ""),
    )
    recipients = tuple(sorted(set(found.signatories) - {str(call.node.identity.code)}))
    return start_draft(call, SendNote(INITIALLING, recipients, body, fields), NAME, dict(found.title))


def _data(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: given[name] for name in ("title", "articles", "changes") if name in given}


def _open(call: ApiCall) -> AgreementView:
    object_id = call.path["id"]
    acts = call.node.store.acts.of_objects([object_id])[object_id]
    first = next((act for act in acts if act.parsed.id == object_id), None)
    if first is None or first.parsed.object_kind not in TEXT_KINDS:
        raise MissingError("agreement", "There is no such text.")
    call.caller.check("read", protect_objects([object_id])[0])
    return view_acts(call.node, object_id, without_closed(acts, lambda one: call.caller.may("read", one)))


ROUTES: Final = (
    Route("GET", "/agreements", "agreement-list", "list", list_agreements, None, OPEN,
          "Texts that bind or are to bind, the newest first.", NAME,
          query=(Parameter("kind", "One kind.", "|".join(TEXT_KINDS)),
                 Parameter("state", "One state.", "[a-z_]{1,20}"),
                 Parameter("party", "Signed by one administration.", "[a-z0-9-]{2,64}")), is_collection=True),
    Route("POST", "/agreements", "agreement-propose", "draft", draft_text, TEXT_INPUT, OPEN,
          "A new text as a draft; a person puts it forward.", NAME, status=201),
    Route("GET", "/agreements/{id}", "agreement-show", "read", show_agreement, None, OPEN,
          "One text: who has signed, what is missing, what happens next.", NAME),
    Route("GET", "/agreements/{id}/consolidated", "agreement-consolidated", "read", show_consolidated, None,
          OPEN, "The text with its amendments in force.", NAME),
    Route("POST", "/agreements/{id}/versions", "agreement-counter", "draft", draft_version, VERSION_INPUT,
          OPEN, "A counter-proposal or a new version as a draft.", NAME, status=201),
    Route("POST", "/agreements/{id}/initiallings", "agreement-initial", "draft", draft_initialling,
          INITIALLING_INPUT, OPEN, "An initialling as a draft.", NAME, status=201),
)  # fmt: skip
