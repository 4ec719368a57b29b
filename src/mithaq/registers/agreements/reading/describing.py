"""Texts as JSON: what the API and the command line give, with the same keys."""

from collections.abc import Mapping
from typing import Any

from mithaq.core.encoding import format_time
from mithaq.core.instruments.lines import LineAddress
from mithaq.core.instruments.next_step import DatedStep
from mithaq.core.instruments.state import state_at
from mithaq.errors import ConflictError, MissingError
from mithaq.node.node import Node
from mithaq.registers.agreements.reading.links import consolidate_text, dependents_of
from mithaq.registers.agreements.reading.suspending import articles_that_apply, find_still
from mithaq.registers.agreements.reading.texts import AgreementView, day_text
from mithaq.registers.agreements.rules.articles import lines_of
from mithaq.registers.agreements.rules.signing import check_languages


def describe_text(text: AgreementView) -> dict[str, Any]:
    """A text as a list shows it."""
    law, step = text.binding or text.shown, text.next
    return {
        "id": text.object_id,
        "kind": text.object_kind,
        "title": dict(text.title),
        "version": text.shown.number,
        "content_hash": text.shown.content_hash,
        "state": str(text.state),
        "word": text.word,
        "marks": list(text.marks),
        "signatories": [
            {"administration": code, "post": post, "signed": code in text.shown.signings}
            for code, post in text.signatories.items()
        ],
        "rule": str(law.manifest.effect.rule),
        "signed_on": day_text(law.signed_on),
        "entry_into_force_on": day_text(law.entry_into_force_on),
        "ends_on": day_text(law.terminated_on),
        "next": str(step.step) if step else None,
        "next_on": day_text(step.on) if step else None,
        "awaited_from": [str(code) for code in step.who] if step else [],
    }


def describe_whole(node: Node, text: AgreementView) -> dict[str, Any]:
    """A text with everything that is known of it."""
    law, now = text.binding or text.shown, node.clock.now()
    return {
        **describe_text(text),
        "data": {name: value for name, value in text.data.items() if name not in ("articles", "changes")},
        "effect": dict(text.shown.manifest.members["effect"]),  # type: ignore[call-overload]
        "binding_version": text.binding.number if text.binding else None,
        "versions": [
            {
                "version": each.number,
                "content_hash": each.content_hash,
                "state": str(state_at(each, now)),
                "by": str(each.openers[0].author),
            }
            for each in text.fold.versions
        ],
        "without_initials": list(text.without_initials),
        "without_concordance": list(text.without_concordance),
        "missing_notifications": list(text.missing_notifications()),
        "received_on": {str(code): day_text(on) for code, on in (law.received_on or {}).items()},
        "gaps": [{"line": gap.line, "lang": gap.lang, "mark": str(gap.mark)} for gap in text.gaps],
        "dates": [describe_step(each) for each in text.dates()],
        "suspensions": [
            {
                "by": [str(code) for code in each.by],
                "from_at": format_time(each.from_at),
                "until_at": format_time(each.until_at) if each.until_at else None,
                "scope": list(each.scope),
            }
            for each in law.suspensions
        ],
        "suspended_articles": find_still(node, text, _eids(node, text)),
        "articles": [_describe_article(text, each) for each in _articles(text.data)],
        "dependents": [
            {"id": each.object_id, "kind": each.object_kind, "relation": each.relation}
            for each in dependents_of(node, text)
        ],
    }


def _eids(node: Node, text: AgreementView) -> list[str]:
    """Articles of the text that binds, those of its amendments too; none while a part is on its way."""
    if text.binding is None or not any(each.scope for each in text.binding.suspensions):
        return []
    try:
        return [str(each.get("eid", "")) for each in articles_that_apply(node, text)]
    except MissingError:
        return []


def describe_step(step: DatedStep) -> dict[str, Any]:
    """A dated step."""
    return {"step": str(step.step), "on": day_text(step.on), "who": [str(code) for code in step.who]}


def _articles(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = [*(data.get("articles") or ()), *(data.get("changes") or ())]
    return [each for each in found if isinstance(each, Mapping)]


def _describe_article(text: AgreementView, article: Mapping[str, Any]) -> dict[str, Any]:
    eid = str(article.get("eid", ""))
    known = {name: article[name] for name in ("op", "after", "heading", "text") if name in article}
    return {"eid": eid, "address": LineAddress(text.object_id, text.shown.number, eid).encode(), **known}


def describe_consolidated(node: Node, text: AgreementView) -> dict[str, Any]:
    """The text with its amendments in force.

    Raises:
        ConflictError: ``not_signed``; no version binds yet.
    """
    found = consolidate_text(node, text)
    if found is None:
        raise ConflictError("not_signed", "no version of this text is signed by all")
    return {
        "id": text.object_id,
        "version": found.base.number,
        "amendments": [
            {
                "id": each.object_id,
                "entry_into_force_on": day_text(each.binding.entry_into_force_on) if each.binding else None,
            }
            for each in found.amendments
        ],
        "articles": [
            {name: each[name] for name in ("eid", "heading", "text", "repealed") if name in each}
            for each in found.articles
        ],
        "changed": sorted(found.changed),
        "misfits": [{"eid": each.eid, "op": each.op} for each in found.misfits],
    }


def write_initialling(
    text: AgreementView, post: str, *, has_compared: bool, remark: str = ""
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Body and envelope fields of an initialling of the version under negotiation.

    Raises:
        ConflictError: ``not_open``, ``translation_missing``, ``translation_stale``.
    """
    if not text.is_open:
        raise ConflictError("not_open", "this version is not to be signed any more")
    check_languages(text.data)
    body: dict[str, Any] = {
        "instrument": text.object_id,
        "version": text.shown.number,
        "content_hash": text.shown.content_hash,
    }
    if has_compared:
        body["concordance"] = {"post": post, "lines": lines_of(text.data)}
    if remark:
        body["text"] = remark
    handling = text.first.parsed.handling or {"code": "green", "caveats": [], "purpose": "ADMIN"}
    subject = {lang: words for lang, words in text.title.items() if words}
    dossier = {"dossier": text.first.parsed.dossier} if text.first.parsed.dossier else {}
    return body, {"subject": subject, "lang": ["ar", "fr"], "handling": handling, **dossier}
