"""A text: who has signed, what is missing, what happens next; and with its amendments worked in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mithaq.core.instruments.entry_into_force import cut_to_date
from mithaq.core.instruments.next_step import DatedStep, Step
from mithaq.core.instruments.state import Version, state_at
from mithaq.errors import MissingError
from mithaq.registers.agreements.forms.proposing import REPEALED
from mithaq.registers.agreements.forms.words import (
    LANGUAGE_WORDS,
    NATURE_WORDS,
    PURPOSE_WORDS,
    RELATION_WORDS,
    STEP_WORDS,
    WORDS,
    name_rule,
)
from mithaq.registers.agreements.models import Initialling
from mithaq.registers.agreements.reading.drafts import drafts_and_links
from mithaq.registers.agreements.reading.links import consolidate_text, read_near
from mithaq.registers.agreements.reading.suspending import find_still
from mithaq.registers.agreements.reading.texts import AgreementView
from mithaq.registers.agreements.rules.articles import TITLE
from mithaq.registers.agreements.rules.kinds import INITIALLING
from mithaq.registers.agreements.views.about import (
    may_draft,
    name_number,
    name_scope,
    open_record,
    post_label,
    text_of,
)
from mithaq.registers.agreements.views.acting import INITIAL, acts_for, find_bar, may_initial
from mithaq.registers.agreements.views.starting import purposes_of
from mithaq.web.access.gate import demand
from mithaq.web.access.protected import protect_objects
from mithaq.web.access.subject import subject_of
from mithaq.web.basis import name_basis
from mithaq.web.codes import name_code
from mithaq.web.parties import parties, party_of
from mithaq.web.records.differences import compare_rows
from mithaq.web.records.record import NOTHING_HERE, Record
from mithaq.web.records.rights import known_protections, may_do, readable_codes
from mithaq.web.records.views import record_page, version_rows
from mithaq.web.runtime import get_node
from mithaq.web.two_columns import make_rows
from mithaq.web.view import workspace_page

MOST_DATES = 12
MOST_REVIEWS = 2  # they come back for ever: the next ones say enough
"""Days ahead that are told; a text for an indefinite time has reviews without end."""

STILL = _("Suspended: it does not apply now.")
CHANGE_WORDS = {"replace": _("replaced"), "insert": _("put in"), "repeal": _("repealed")}


@dataclass(frozen=True, slots=True)
class Side:
    """A signatory as the page shows it."""

    name: Any
    post: Any
    powers: str
    has_signed: bool
    has_initialled: bool
    has_compared: bool
    notified_on: date | None
    is_asked: bool


@workspace_page(verb="read")
def show(request: HttpRequest, object_id: UUID) -> HttpResponseBase:
    """A record of this register."""
    record = open_record(request, str(object_id))
    if record.object_kind == INITIALLING:
        return _show_initialling(request, record)
    return _show_text(request, record, text_of(record))


def _show_text(request: HttpRequest, record: Record, text: AgreementView) -> HttpResponseBase:
    node = get_node()
    own, drafting = str(node.identity.code), may_draft(request)
    acts = acts_for(request, record, text)
    bar = find_bar(text)
    drafts, links = drafts_and_links(text)
    context = {
        "text": text,
        "main_acts": [*([INITIAL] if may_initial(request, record, text) else []), *_main(acts)],
        "acts": [each for each in acts if not each.is_main],
        "starts": [(each, PURPOSE_WORDS[each]) for each in purposes_of(text, own)] if drafting else [],
        "in_hand": [(draft_id, PURPOSE_WORDS[purpose]) for draft_id, purpose in drafts] if drafting else [],
        "bar": WORDS.get(bar.code, bar.code) if bar is not None and own in text.waiting else "",
        "sides": _sides(text),
        "next": _tell(text.next),
        "dates": [_tell(each) for each in _dates_ahead(text)],
        "suspended": _suspensions(text),
        "rule": name_rule(str(_law(text).manifest.effect.rule), _law(text).manifest.effect.n),
        "effect": _law(text).manifest.effect,
        "law": _law(text),
        "facts_of": _facts(text),
        "gaps": [(_line(gap.line), dict(LANGUAGE_WORDS)[gap.lang], str(gap.mark)) for gap in text.gaps],
        **_near(request, text, links),
        "versions": version_rows(record),
        "rows": make_rows(text.data),
        "still_word": STILL,
        "still": _still(text) if text.binding is text.shown else [],
        "changes": [
            (name_number(str(each.get("eid"))), CHANGE_WORDS.get(str(each.get("op")), ""), each.get("eid"))
            for each in text.data.get("changes", ())
        ],
        "dossier": text.first.parsed.dossier,
        "is_default": "review_every_months" not in text.data,
        "is_other_law": text.binding is not None and text.binding is not text.shown,
        "is_public": text.data.get("visibility") == "public" and not text.is_open,
    }
    return record_page(request, record, "detail", "agreements/text.html", context)


def _main(acts: Sequence[Any]) -> list[Any]:
    return [each for each in acts if each.is_main]


def _law(text: AgreementView) -> Version:
    """The version that binds; before one does, the version shown."""
    return text.binding or text.shown


def _still(text: AgreementView) -> list[str]:
    """Articles that stand still while the text applies; both tables mark them."""
    named = [*text.data.get("articles", ()), *text.data.get("changes", ())]
    return find_still(get_node(), text, [str(each.get("eid")) for each in named if isinstance(each, Mapping)])


def _line(name: str) -> tuple[str, str]:
    return name, "" if name == TITLE else name_number(name)


def _tell(step: DatedStep | None) -> dict[str, Any] | None:
    if step is None:
        return None
    known = parties()
    return {
        "words": STEP_WORDS[step.step],
        "step": str(step.step),
        "on": step.on,
        "who": [party_of(str(code), known).name for code in step.who],
    }


def _dates_ahead(text: AgreementView) -> list[DatedStep]:
    today = cut_to_date(get_node().clock.now(), _law(text).manifest.effect.zone)
    dated = [each for each in text.dates() if each.on is not None]
    past = [each for each in dated if each.on is not None and each.on <= today]
    ahead = [each for each in dated if each not in past]
    reviews = [each for each in ahead if each.step is Step.REVIEW][:MOST_REVIEWS]
    kept = [each for each in ahead if each.step is not Step.REVIEW or each in reviews]
    return [*past, *kept[: MOST_DATES - 1]]


def _sides(text: AgreementView) -> list[Side]:
    known, law = parties(), _law(text)
    received = law.received_on or {}
    powers = text.data.get("full_powers")
    named = powers if isinstance(powers, Mapping) else {}
    return [
        Side(
            party_of(code, known).name,
            post_label(code, post),
            str(named.get(code, "")),
            code in text.shown.signings,
            code not in text.without_initials,
            any(each.sender == code and each.has_compared for each in text.initiallings)
            and code not in text.without_concordance,
            next((on for party, on in received.items() if party == code), None),
            code in law.manifest.effect.notifications,
        )
        for code, post in text.signatories.items()
    ]


def _suspensions(text: AgreementView) -> list[dict[str, Any]]:
    known = parties()
    return [
        {
            "by": [party_of(str(code), known).name for code in each.by],
            "from_at": each.from_at,
            "until_at": each.until_at,
            "scope": [name_scope(name) for name in each.scope],
        }
        for each in _law(text).suspensions
    ]


def _facts(text: AgreementView) -> dict[str, Any]:
    data = text.data
    return {
        "nature": dict(NATURE_WORDS).get(str(data.get("legal_nature"))),
        "languages": [word for code, word in LANGUAGE_WORDS if code in data.get("authentic_languages", ())],
        "prevailing": dict(LANGUAGE_WORDS).get(str(data.get("prevailing_language"))),
        "place": data.get("place"),
        "fields": [name_code("field", str(each)) for each in data.get("fields", ())],
        "bodies": list(data.get("bodies_created", ())),
        "basis": [name_basis(each) for each in data.get("basis", ())],
        "registers": list(data.get("registers", ())),
        "from_on": _day(data.get("from_on")),
        "dispute": data.get("dispute_rule"),
        "correction": data.get("correction"),
        "depositary": data.get("depositary"),
        "scan": data.get("original_scan_sha256"),
        **_registration(data),
    }


def _registration(data: Mapping[str, Any]) -> dict[str, Any]:
    """Where it is registered and published, with days as days."""
    known, found = parties(), data.get("un_registration")
    return {
        "un": {**found, "on": _day(found.get("date"))} if isinstance(found, Mapping) else {},
        "is_unregistered": found == "none",
        "published": [
            (
                party_of(str(each.get("administration")), known).name,
                each.get("publication"),
                _day(each.get("date")),
            )
            for each in data.get("publication", ())
        ],
    }


def _day(text: object) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) and text else None


def _near(
    request: HttpRequest, text: AgreementView, links: Sequence[tuple[str, str]]
) -> dict[str, list[Any]]:
    """The texts that this one names, and what rests on it: as far as the reader may read them, asked once."""
    relations = _relations(text)
    titles, found = read_near(get_node(), text, {each for _word, each in relations}, links, 50)
    guarded = known_protections([*titles, *(each.object_id for each in found)])
    readable = {each: may_do(request, "read", thing) for each, thing in guarded.items()}
    codes = readable_codes(request)
    return {
        "relations": [
            (word, reverse("record", args=[each]), titles[each] if readable[each] else _("Another text"))
            for word, each in relations
            if each in titles and guarded[each].code in codes
        ],
        "dependents": [
            (each, RELATION_WORDS.get(each.relation, each.relation))
            for each in found
            if readable[each.object_id]
        ],
    }


def _relations(text: AgreementView) -> list[tuple[Any, str]]:
    """(what it is, id) of the texts that this one names."""
    data = text.data
    named = [(_("Belongs under"), [data.get("parent")]), (_("Amends"), [data.get("amends")])]
    named += [
        (
            _("Basis"),
            [each.get("at") if isinstance(each, Mapping) else each for each in data.get("basis", ())],
        ),
        (_("Member agreements"), data.get("members", ())),
        (_("Related texts"), data.get("related", ())),
    ]
    return [(word, str(each)[:36]) for word, some in named for each in some if each]


def _show_initialling(request: HttpRequest, record: Record) -> HttpResponseBase:
    row = Initialling.objects.filter(object_id=record.object_id).first()
    if row is None:
        raise MissingError("not_found", NOTHING_HERE)
    context = {
        "note": row,
        "sender": party_of(row.sender, parties()).name,
        "has_compared": '"concordance"' in row.data,
        "text_url": reverse("record", args=[row.instrument_id]),
    }
    return record_page(request, record, "detail", "agreements/initialling.html", context)


@workspace_page(verb="read")
def show_consolidated(request: HttpRequest, object_id: UUID) -> HttpResponseBase:
    """The text with its amendments in force worked in, and what they changed: for reading, not signed."""
    record = open_record(request, str(object_id))
    node = get_node()
    text = text_of(record)
    found = consolidate_text(node, text)
    if found is None:
        raise MissingError("version", "There is no such version.")
    # Their words stand in the text: who may not read one of them may not read it worked in either.
    for protected in protect_objects([each.object_id for each in found.amendments]):
        demand(subject_of(request), "read", protected)
    data = {
        "articles": [{**each, "text": REPEALED} if each.get("repealed") else each for each in found.articles]
    }
    old = make_rows({"articles": [dict(each) for each in found.before]})
    context = {
        "text": text,
        "base": found.base,
        "base_state": str(state_at(found.base, node.clock.now())),
        "amendments": found.amendments,
        "rows": make_rows(data),
        "still_word": STILL,
        "still": find_still(node, text, [str(each.get("eid")) for each in found.articles]),
        "changed": [each for each in compare_rows(old, make_rows(data)) if each.is_changed],
        "misfits": [(name_number(each.eid), CHANGE_WORDS.get(each.op, "")) for each in found.misfits],
    }
    return record_page(request, record, "detail", "agreements/consolidated.html", context)
