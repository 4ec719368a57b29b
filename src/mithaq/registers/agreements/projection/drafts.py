"""Texts in hand, from the local journal: one entry an article, so that a long text stays light.

``draft_opened``    subject is the id of the draft; body ``{kind, purpose, object?, base?, data, effect,
                    signatories, order}``
``draft_fields``    ``{data, effect, signatories}``
``draft_article``   ``{article, order?}``
``draft_order``     ``{order}``: what is not in it is taken out
``draft_rebased``   ``{base, order}``
``draft_proposed``  ``{content_hash, object}``
``draft_dropped``
"""

from collections.abc import Mapping
from typing import Any

from mithaq.core.encoding import to_ms
from mithaq.node.records import JournalEntry
from mithaq.registers.agreements.models import LocalArticle, LocalDraft
from mithaq.web.read_model import dump


def apply_entry(entry: JournalEntry) -> None:
    """Take in one entry."""
    if entry.kind == "draft_opened":
        _open(entry)
        return
    change = _CHANGES.get(entry.kind)
    draft = LocalDraft.objects.filter(draft_id=entry.subject).first() if change is not None else None
    if change is None or draft is None:
        return
    change(draft, entry)
    if entry.kind != "draft_dropped":
        draft.number, draft.at_ms, draft.post = entry.number, to_ms(entry.at), entry.post
        draft.save()


def _open(entry: JournalEntry) -> None:
    body = entry.body
    LocalArticle.objects.filter(draft_id=entry.subject).delete()
    LocalDraft.objects.update_or_create(
        draft_id=entry.subject,
        defaults={
            "object_kind": str(body.get("kind", ""))[:64],
            "object_id": str(body.get("object", ""))[:36],
            "purpose": str(body.get("purpose", "new"))[:16],
            "base": str(body.get("base", ""))[:64],
            **_fields(body),
            "order": dump(body.get("order", [])),
            "proposed_hash": "",
            "post": entry.post,
            "number": entry.number,
            "at_ms": to_ms(entry.at),
        },
    )
    for article in body.get("articles", ()):
        _put(entry, article)


def _fields(body: Mapping[str, Any]) -> dict[str, str]:
    return {name: dump(body.get(name, {})) for name in ("data", "effect", "signatories")}


def _set_fields(draft: LocalDraft, entry: JournalEntry) -> None:
    for name, value in _fields(entry.body).items():
        setattr(draft, name, value)


def _set_article(draft: LocalDraft, entry: JournalEntry) -> None:
    _put(entry, entry.body.get("article", {}))
    if "order" in entry.body:
        draft.order = dump(entry.body["order"])


def _put(entry: JournalEntry, article: Mapping[str, Any]) -> None:
    LocalArticle.objects.update_or_create(
        draft_id=entry.subject,
        eid=str(article.get("eid", ""))[:32],
        defaults={"data": dump(dict(article)), "number": entry.number},
    )


def _set_order(draft: LocalDraft, entry: JournalEntry) -> None:
    order = [str(each) for each in entry.body.get("order", ())]
    draft.order = dump(order)
    LocalArticle.objects.filter(draft_id=draft.draft_id).exclude(eid__in=order).delete()


def _rebase(draft: LocalDraft, entry: JournalEntry) -> None:
    draft.base = str(entry.body.get("base", ""))[:64]
    _set_order(draft, entry)


def _set_proposed(draft: LocalDraft, entry: JournalEntry) -> None:
    draft.proposed_hash = str(entry.body.get("content_hash", ""))[:64]


def _drop(draft: LocalDraft, entry: JournalEntry) -> None:
    LocalArticle.objects.filter(draft_id=draft.draft_id).delete()
    draft.delete()


_CHANGES = {
    "draft_fields": _set_fields,
    "draft_article": _set_article,
    "draft_order": _set_order,
    "draft_rebased": _rebase,
    "draft_proposed": _set_proposed,
    "draft_dropped": _drop,
}
