"""Pages of a record: detail where a register has none of its own, timeline, text, diff, proof."""

import re
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mithaq.core.instruments.state import Version, state_at
from mithaq.core.types import LeafIndex
from mithaq.errors import MissingError
from mithaq.node.registry import Primitive
from mithaq.web.access.protected import protect_act, protect_instruments, protect_notes
from mithaq.web.kept import remember_record
from mithaq.web.lists import Empty, Listing, list_page, read_filters
from mithaq.web.pages import find_url, installed_pages, object_url, pages_of
from mithaq.web.parties import parties, party_of
from mithaq.web.proof import Prover, known_keys
from mithaq.web.records import rows
from mithaq.web.records.act_words import act_word
from mithaq.web.records.answers import read_spoken
from mithaq.web.records.compared import compare_kept
from mithaq.web.records.corrections import list_corrections
from mithaq.web.records.counted import visible_page
from mithaq.web.records.facts import list_facts, list_fields
from mithaq.web.records.offers import list_offers
from mithaq.web.records.printed import find_document_url, find_pdf_url, is_asked_for, print_record
from mithaq.web.records.record import NOTHING_HERE, Record, load_record
from mithaq.web.records.rights import is_open_to, readable_codes
from mithaq.web.records.tabs import tabs_of
from mithaq.web.records.timeline import make_timeline
from mithaq.web.runtime import get_node
from mithaq.web.two_columns import list_attachments, make_rows
from mithaq.web.view import page, workspace_page

_NUMBER: Final = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)
_PRINTED: Final = ("detail", "text")
"""Pages that stand for the text itself: these answer ``?format=pdf``."""


# Ways to a record


@workspace_page(verb="list")
def find_record(request: HttpRequest, object_id: UUID) -> HttpResponseBase:
    """From the id of a record, or of any act of it, to the page of its register."""
    try:
        act = get_node().store.acts.by_id(str(object_id))
    except MissingError as error:
        raise MissingError("not_found", NOTHING_HERE) from error
    return _redirect_to(request, act.object_id)


@workspace_page(verb="list")
def find_reference(request: HttpRequest, side: str, year: str, number: str) -> HttpResponseBase:
    """From a short reference, ``side/year/number``, to the page of its register."""
    node = get_node()
    logs = {head.administration: head.origin for head in node.store.followed.heads()}
    logs[node.identity.code] = node.identity.origin
    origin = next((found for code, found in logs.items() if str(code) == side), None)
    if origin is None:
        raise MissingError("not_found", NOTHING_HERE)
    try:
        act = node.store.acts.at(origin, LeafIndex(int(number)))
    except MissingError as error:
        raise MissingError("not_found", NOTHING_HERE) from error
    if act.parsed.created_at.year != int(year):
        raise MissingError("not_found", NOTHING_HERE)
    return _redirect_to(request, act.object_id)


def _redirect_to(request: HttpRequest, object_id: str) -> HttpResponseBase:
    record = load_record(request, object_id, verb="list")
    if pages_of(record.object_kind) is None:
        raise MissingError("not_found", NOTHING_HERE)
    return HttpResponseRedirect(object_url(get_language() or "en", record.object_kind, record.object_id))


# Pages of a register that has none of its own


@workspace_page(verb="list")
def list_records(request: HttpRequest, register: str) -> HttpResponseBase:
    """The records of a register."""
    pages = next(each for each in installed_pages() if each.name == register)
    chosen = read_filters(request, rows.make_filters(register))
    store = get_node().store.rows
    query = rows.with_codes(rows.make_query(request, register, chosen.values), readable_codes(request))
    if rows.primitive_of(register, query.object_kind) is Primitive.INSTRUMENT:
        part, texts = visible_page(
            request,
            store.count_instruments(query),
            lambda start, stop: store.instruments(query, stop - start, offset=start),
            protect_instruments,
        )
        columns, told = rows.INSTRUMENT_COLUMNS, [*rows.tell_instruments(texts).values()]
    else:
        part, notes = visible_page(
            request,
            store.count_notes(query),
            lambda start, stop: store.notes(query, stop - start, offset=start),
            protect_notes,
        )
        columns, told = rows.NOTE_COLUMNS, [*rows.tell_notes(notes).values()]
    empty = Empty(_("What both sides send and sign in this register stands here."))
    return list_page(request, "web/list.html", Listing(pages.label, columns, told, part, empty, chosen))


@workspace_page(verb="read")
def show_record(request: HttpRequest, register: str, object_id: UUID) -> HttpResponseBase:
    """A record whose register has no page of its own."""
    record = load_record(request, str(object_id), register)
    standing, spoken = record.standing, read_spoken(get_node(), record)
    context = {
        "facts": list_facts(record),
        "fields": list_fields(record, spoken.author),
        "answers": spoken.answers,
        "corrections": list_corrections(record) if record.instrument is None else [],
        "versions": version_rows(record),
        "rows": make_rows(standing.manifest.data or {}, standing.manifest.parts, get_node().blobs)
        if standing
        else [],
        **_offers(request, record),
    }
    return record_page(request, record, "detail", "web/record_detail.html", context)


def _offers(request: HttpRequest, record: Record) -> dict[str, Any]:
    """What can be done with it, where its register leaves that to the shell."""
    name = f"{record.register}-act"
    try:
        reverse(name, kwargs={"object_id": record.object_id, "action": "read"})
    except NoReverseMatch:
        return {}
    return {"offers": list_offers(request, record), "act_url": name}


# Pages of every record


@workspace_page(verb="read")
def show_timeline(request: HttpRequest, register: str, object_id: UUID) -> HttpResponseBase:
    """Every act of a record, in order."""
    record = load_record(request, str(object_id), register)
    context = {"timeline": make_timeline(get_node(), record)}
    return record_page(request, record, "timeline", "web/record_timeline.html", context)


@workspace_page(verb="read")
def show_text(request: HttpRequest, register: str, object_id: UUID) -> HttpResponseBase:
    """A version in two columns, Arabic on the right and French on the left; ``?version=`` names another."""
    record = load_record(request, str(object_id), register)
    version = _choose_version(request, record, "version", record.standing)
    node = get_node()
    context = {
        "version": version,
        "version_state": str(state_at(version, node.clock.now())),
        "versions": version_rows(record),
        "rows": make_rows(version.manifest.data or {}, version.manifest.parts, node.blobs),
        "attachments": list_attachments(version.manifest.parts, node.blobs),
        "titles": (version.manifest.data or {}).get("title") or record.title,
    }
    return record_page(request, record, "text", "web/record_text.html", context)


@workspace_page(verb="read")
def show_diff(request: HttpRequest, register: str, object_id: UUID) -> HttpResponseBase:
    """Two versions compared: ``?from=1&to=2``; by default the newest and the one before it."""
    record = load_record(request, str(object_id), register)
    versions = record.instrument.versions if record.instrument else ()
    if len(versions) < 2:
        raise MissingError("version", "There is one version alone.")
    before = _choose_version(request, record, "from", versions[-2])
    after = _choose_version(request, record, "to", versions[-1])
    context = {
        "difference": compare_kept(before, after, get_node().blobs),
        "versions": version_rows(record),
    }
    return record_page(request, record, "diff", "web/record_diff.html", context)


@workspace_page(verb="read")
def show_proof(request: HttpRequest, register: str, object_id: UUID) -> HttpResponseBase:
    """What others can check of an act: of the one that opened the record, or of ``?act=``."""
    record = load_record(request, str(object_id), register)
    node, known = get_node(), parties()
    ordered = sorted(record.acts, key=lambda each: (each.parsed.created_at, each.log, each.leaf_index))
    chosen_id = request.GET.get("act", record.object_id)
    chosen = next((act for act in ordered if act.parsed.id == chosen_id), None)
    if chosen is None:
        raise MissingError("not_found", NOTHING_HERE)
    protected = record.protected if chosen.parsed.handling is None else protect_act(chosen)
    clear = is_open_to(request, "export", protected, "body")
    prover = Prover(node, known_keys())
    context = {
        "acts": [
            {
                "id": act.parsed.id,
                "word": act_word(act.parsed.kind),
                "party": party_of(act.parsed.author, known),
                "at": act.parsed.created_at,
                "is_here": act is chosen,
            }
            for act in ordered
        ],
        "panel": prover.panel(chosen, _hash_of(record, chosen.parsed.body), is_clear=clear),
        "word": act_word(chosen.parsed.kind),
        "party": party_of(chosen.parsed.author, known),
        "act_id": chosen.parsed.id,
        "policy_code": chosen.parsed.author,
    }
    return record_page(request, record, "proof", "web/record_proof.html", context)


# Parts


def record_page(
    request: HttpRequest, record: Record, here: str, template: str, context: dict[str, Any]
) -> HttpResponseBase:
    """A page of a record, with the way to its other pages; its text as a PDF where that is asked for."""
    version = context.get("version") if here == "text" else record.standing
    if here in _PRINTED and is_asked_for(request):
        return print_record(request, record, version)
    pages = pages_of(record.object_kind)
    remember_record(request, dict(record.title) or record.object_kind)
    shared = {
        "record": record,
        "title": dict(record.title) or str(pages.kinds.get(record.object_kind, "") if pages else ""),
        "tabs": tabs_of(record, here),
        "list_label": pages.label if pages else "",
        "list_url": find_url(f"{record.register}-list"),
        "pdf_url": find_pdf_url(request, record, version) if here in _PRINTED else "",
        "document_url": find_document_url(request, record, version) if here in _PRINTED else "",
    }
    return page(request, template, {**shared, **context})


def _choose_version(request: HttpRequest, record: Record, name: str, default: Version | None) -> Version:
    number = request.GET.get(name, "")
    if not number and default is not None:
        return default
    found = record.version(int(number)) if _NUMBER.fullmatch(number) else None
    if found is None:
        raise MissingError("version", "There is no such version.")
    return found


def version_rows(record: Record) -> list[dict[str, Any]]:
    """The versions of an instrument, the newest first."""
    if record.instrument is None:
        return []
    now, known = get_node().clock.now(), parties()
    return [
        {
            "number": each.number,
            "state": str(state_at(each, now)),
            "signed_by": [party_of(code, known) for code in each.signings],
            "content_hash": each.content_hash,
            "at": each.openers[0].created_at,
            "by": party_of(each.openers[0].author, known),
        }
        for each in reversed(record.instrument.versions)
    ]


def _hash_of(record: Record, body: Any) -> str:
    """The content hash that an act is about; empty for none."""
    if record.instrument is None:
        return ""
    named = body.get("content_hash")
    if isinstance(named, str):
        return named
    manifest = body.get("manifest")
    number = manifest.get("version") if isinstance(manifest, dict) else None
    found = record.version(number) if isinstance(number, int) else None
    return found.content_hash if found else ""
