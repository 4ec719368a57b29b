"""The directory for programs: cards, posts with holders, names, matching; a card as a draft, decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from mithaq.core.names import check_name
from mithaq.errors import ConflictError, MissingError, NotAllowedError
from mithaq.registers.directory.exchange import write_jscontact, write_popolo, write_vcard
from mithaq.registers.directory.forms.commands import (
    REGISTER,
    check_new_card,
    command_of,
    keep_decision,
    keep_verdict,
    reverse_decision,
)
from mithaq.registers.directory.models import Card, Decision
from mithaq.registers.directory.reading.contacts import make_contact, make_popolo
from mithaq.registers.directory.reading.describing import (
    describe_candidate,
    describe_card,
    describe_decision,
    describe_entity,
    describe_post,
)
from mithaq.registers.directory.reading.entities import (
    find_candidates,
    find_decision,
    find_entity,
    labels_of,
    proposal_for,
)
from mithaq.registers.directory.reading.posts import PostFilter, find_posts, read_lines
from mithaq.registers.directory.reading.scope import Scope
from mithaq.registers.directory.reading.today import read_today
from mithaq.registers.directory.rules.cards import CardType
from mithaq.registers.directory.rules.matching import EntryKind, make_decision
from mithaq.registers.directory.rules.values import NameKind
from mithaq.web.access.policy import Protected
from mithaq.web.access.protected import protect_local, protect_objects
from mithaq.web.access.table import Obligation
from mithaq.web.api import schema as s
from mithaq.web.api.call import ApiCall
from mithaq.web.api.drafts import start_draft
from mithaq.web.api.paging import Seen, collect_queryset
from mithaq.web.api.routes import Answer, Collection, File, Parameter, Route

OPEN: Final = s.obj({}, is_open=True)
_NAME: Final = s.obj(
    {
        "text": s.text(200, least=1),
        "lang": s.text(3, least=2),
        "script": s.text(4, least=4),
        "kind": s.choice(*(str(one) for one in NameKind)),
    },
    ("text", "lang", "script", "kind"),
)
CARD_INPUT: Final = s.obj(
    {
        "card": s.choice(*(str(one) for one in CardType)),
        "id": s.text(100),
        **dict.fromkeys(("names", "persons"), s.array(_NAME, 200)),
        **dict.fromkeys(("parent", "organisation", "post", "person"), s.text(100)),
        "seat": s.obj({"place": s.text(200), "tzid": s.text(64)}, ("place", "tzid")),
        "label": s.texts(200),
        "role_code": s.text(64),
        **dict.fromkeys(("fields", "languages", "for_kinds"), s.array(s.text(64), 200)),
        "contact_details": s.array(
            s.obj(
                {
                    "type": s.text(16),
                    "value": s.text(300),
                    "note": s.text(300),
                    "valid_from_on": s.day(),
                    "until_on": s.day(),
                },
                ("type", "value"),
            ),
            200,
        ),
        **dict.fromkeys(("always_on", "acting"), s.boolean()),
        "hours": s.text(300),
        **dict.fromkeys(("from_on", "to_on", "revoked_on"), s.day()),
        **dict.fromkeys(("from_at", "until_at", "revoked_at"), s.moment()),
        "tzid": s.text(64),
        "phone": s.text(64),
        "backup": s.text(200),
        "fingerprint": s.text(64),
    },
    ("card",),
)
DECISION_INPUT: Final = s.obj(
    {
        "entity": s.text(200, least=5),
        "text": s.text(200, least=1),
        "decision": s.choice("confirm", "reject", "add"),
        "kind": s.choice("alias", "old", "seen_in_press"),
        "reason": s.text(500),
    },
    ("entity", "text", "decision"),
)
REVERSAL_INPUT: Final = s.obj({"reason": s.text(500, least=1)}, ("reason",))

PARTY: Final = r"[a-z0-9-]{1,64}"
TEXT: Final = Parameter("text", "A spelling in either script.", r"[^\x00-\x1f\x7f]{1,200}", required=True)
NUMBER: Final = Parameter("number", "Number of a decision.", r"[1-9][0-9]{0,17}", required=True)
ENTITY: Final = (
    Parameter("issuer", "Code of a side, or local.", r"[a-z0-9-]{2,64}", required=True),
    Parameter("word", "As person, organisation, place, body.", r"[a-z]{4,16}", required=True),
    Parameter("id", "Id of the card or entity.", r"[a-z0-9._-]{1,100}", required=True),
)


def _scope(call: ApiCall) -> Scope:
    return Scope(call.caller.codes)


# Cards and posts


def list_cards(call: ApiCall) -> Collection:
    """Cards that stand now; with ``all=yes`` replaced ones too."""
    given = call.query
    rows = _scope(call).cards() if given.get("all") == "yes" else _scope(call).standing()
    for name, column in (("card", "card"), ("issuer", "issuer"), ("id", "card_id"), ("post", "post")):
        if given.get(name):
            rows = rows.filter(**{column: given[name]})
    order, today = ("-created_at", "-object_id"), read_today()
    return call.queryset(
        rows, order=order, describe=lambda row: describe_card(row, today), protect=_protect_cards
    )


def _protect_cards(rows: Sequence[Card]) -> list[Protected]:
    return protect_objects([row.object_id for row in rows])


def show_card(call: ApiCall) -> Answer:
    """One card by the id of its note."""
    return Answer(describe_card(_find(call), read_today()))


def _find(call: ApiCall) -> Card:
    object_id = call.path["id"]
    row = Card.objects.filter(pk=object_id).first()
    if row is None:
        raise MissingError("not_found", "There is nothing at this address.")
    call.caller.check("read", protect_objects([object_id])[0])
    return row


def _take(call: ApiCall) -> Card:
    """A card that may leave this node in a file."""
    row = _find(call)
    if call.caller.check("read", protect_objects([row.object_id])[0], "body").needs(Obligation.NO_EXPORT):
        raise NotAllowedError("no_export", "A caveat of the card forbids to take it away.")
    return row


def list_posts(call: ApiCall) -> Collection:
    """Posts with their holder of today and duty now."""
    given, today = call.query, read_today()
    wanted = PostFilter(
        given.get("q", ""), given.get("issuer", ""), given.get("state", ""), given.get("field", "")
    )
    rows = find_posts(_scope(call), wanted, today, "fr").order_by()
    order = ("issuer", "card_id", "object_id")
    page = call.queryset(rows, order=order, describe=lambda row: row, protect=_protect_cards)
    lines = read_lines(_scope(call), list(page.items), call.node.clock.now(), today)
    return replace(page, items=[describe_post(line) for line in lines])


def draft_card(call: ApiCall) -> Answer:
    """A card of our side as a draft; a person releases it. Warnings come back under ``warnings``."""
    body = {name: value for name, value in call.body.items() if name != "persons"}
    made = check_new_card(body, call.body.get("persons", ()), read_today())
    answer = start_draft(call, command_of(made), REGISTER, made.subject())
    warnings = [{"code": str(one.code), "about": one.about} for one in made.warnings]
    return Answer({**answer.body, "warnings": warnings}, answer.status, answer.etag, answer.headers)


# Forms of other programs


def download_contact(call: ApiCall) -> Answer:
    """A post, person or organisation as JSContact."""
    return Answer(write_jscontact(make_contact(_scope(call), _take(call), read_today())))


def download_vcard(call: ApiCall) -> File:
    """A post, person or organisation as vCard 4.0."""
    row = _take(call)
    return File(
        write_vcard(make_contact(_scope(call), row, read_today())), f"{row.card_id}.vcf", "text/vcard"
    )


def download_popolo(call: ApiCall) -> Answer:
    """Everything that stands as Popolo JSON."""
    call.caller.check("read", protect_local())
    lang = call.query.get("lang", "fr")
    return Answer(write_popolo(make_popolo(_scope(call), lang, call.query.get("issuer", ""))))


# Names


def match(call: ApiCall) -> Answer:
    """Whom a spelling may mean: proposals with the reason of each difference; nothing is linked."""
    call.caller.check("search", protect_local())
    found = find_candidates(_scope(call), check_name(call.query["text"]))
    return Answer({"text": call.query["text"], "proposals": [describe_candidate(one) for one in found]})


def show_entity(call: ApiCall) -> Answer:
    """A person, body or place with every spelling and decision."""
    call.caller.check("read", protect_local())
    entity_id = "/".join(call.path[name] for name in ("issuer", "word", "id"))
    return Answer(describe_entity(find_entity(_scope(call), entity_id)))


def list_decisions(call: ApiCall) -> Collection:
    """Decisions on spellings, the newest first."""
    call.caller.check("list", protect_local())

    def known(rows: Sequence[Decision]) -> list[Decision]:
        labels = labels_of(_scope(call), [row.entity_id for row in rows])
        return [row for row in rows if row.entity_id in labels]

    return collect_queryset(
        Decision.objects.all(),
        order=("-number",),
        describe=describe_decision,
        limit=call.limit,
        cursor=call.cursor,
        seen=Seen(known, known),
    )


def decide(call: ApiCall) -> Answer:
    """Confirm, reject or add a spelling: kept on this node with the post and the time."""
    call.caller.check("draft", protect_local())
    given: Mapping[str, Any] = call.body
    scope, author = _scope(call), call.caller.author
    entity = find_entity(scope, given["entity"])
    reason = given.get("reason", "")
    if given["decision"] == "add":
        kind = NameKind(given.get("kind", "alias"))
        added = make_decision(EntryKind.ALIAS_ADDED, entity.entity_id, given["text"], kind, reason)
        return Answer(_decided(keep_decision(added, author)), 201)
    shown = proposal_for(scope, check_name(given["text"]), entity.entity_id)
    if shown is None:
        raise ConflictError("alias_not_proposed", "That spelling is not proposed for it now.")
    is_confirmed = given["decision"] == "confirm"
    number = keep_verdict(
        entity.entity_id, given["text"], shown.score, reason, author, is_confirmed=is_confirmed
    )
    return Answer(_decided(number), 201)


def take_back(call: ApiCall) -> Answer:
    """Take a decision back; both stay in the journal."""
    call.caller.check("draft", protect_local())
    row = find_decision(int(call.path["number"]))
    if row is None or row.entity_id not in labels_of(_scope(call), [row.entity_id]):
        raise MissingError("not_found", "There is nothing at this address.")
    reverse_decision(row, call.body["reason"], call.caller.author)
    return Answer(_decided(row.number))


def _decided(number: int) -> dict[str, Any]:
    row = find_decision(number)
    return describe_decision(row) if row is not None else {"number": number}


_CARD_QUERY = (
    Parameter("card", "One type of card.", "|".join(str(one) for one in CardType)),
    Parameter("issuer", "Code of a side.", PARTY),
    Parameter("id", "Id on the card.", r"[a-z0-9._-]{1,100}"),
    Parameter("post", "Cards about this post.", r"[a-z0-9._-]{1,100}"),
    Parameter("all", "yes: replaced cards too.", "yes"),
)
_POST_QUERY = (
    Parameter("q", "A name, in either script."),
    Parameter("issuer", "Code of a side.", PARTY),
    Parameter("state", "One state.", "active|ended|revoked"),
    Parameter("field", "A field of cooperation.", r"[A-Z]{2,16}"),
)
_LANG = Parameter("lang", "Of the names.", "ar|fr|en")

ROUTES = (
    Route("GET", "/directory/cards", "directory-card-list", "list", list_cards, None, OPEN,
          "Cards, the newest first.", REGISTER, query=_CARD_QUERY, is_collection=True),
    Route("GET", "/directory/cards/{id}", "directory-card-show", "read", show_card, None, OPEN,
          "One card.", REGISTER),
    Route("POST", "/directory/cards", "directory-card-draft", "draft", draft_card, CARD_INPUT, OPEN,
          "A card of our side as a draft; a person releases it.", REGISTER, status=201),
    Route("GET", "/directory/cards/{id}/jscontact", "directory-card-jscontact", "read", download_contact,
          None, OPEN, "A post, person or organisation as JSContact (RFC 9553).", REGISTER),
    Route("GET", "/directory/cards/{id}/vcard", "directory-card-vcard", "read", download_vcard, None, None,
          "A post, person or organisation as vCard 4.0.", REGISTER, media_type="text/vcard"),
    Route("GET", "/directory/popolo", "directory-popolo", "read", download_popolo, None, OPEN,
          "Everything that stands, as Popolo JSON.", REGISTER,
          query=(Parameter("issuer", "Code of a side.", PARTY), _LANG)),
    Route("GET", "/directory/posts", "directory-post-list", "list", list_posts, None, OPEN,
          "Posts with holder and duty.", REGISTER, query=_POST_QUERY, is_collection=True),
    Route("GET", "/directory/match", "directory-match", "search", match, None, OPEN,
          "Whom a spelling may mean, with reasons.", REGISTER, query=(TEXT,)),
    Route("GET", "/directory/entities/{issuer}/{word}/{id}", "directory-entity-show", "read", show_entity,
          None, OPEN, "A person, body or place with every spelling.", REGISTER, parameters=ENTITY),
    Route("GET", "/directory/decisions", "directory-decision-list", "list", list_decisions, None, OPEN,
          "Decisions on spellings.", REGISTER, is_collection=True),
    Route("POST", "/directory/decisions", "directory-decide", "draft", decide, DECISION_INPUT, OPEN,
          "Confirm, reject or add a spelling; kept on this node alone.", REGISTER, status=201),
    Route("POST", "/directory/decisions/{number}/reversal", "directory-decision-reverse", "draft", take_back,
          REVERSAL_INPUT, OPEN, "Take a decision back.", REGISTER, parameters=(NUMBER,)),
)  # fmt: skip
