"""Texts in hand on this node alone, each laid over the version that it starts from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Exists, F, OuterRef, Value

from mithaq.core.encoding import from_ms
from mithaq.core.instruments.state import State, Version
from mithaq.errors import ConflictError, MissingError
from mithaq.node.node import Node
from mithaq.registers.agreements.models import AgreementVersion, LocalArticle, LocalDraft
from mithaq.registers.agreements.reading.links import consolidate_text, links_to
from mithaq.registers.agreements.reading.rows import load
from mithaq.registers.agreements.reading.texts import AgreementView, articles_of, read_agreement
from mithaq.registers.agreements.rules.articles import Gap, find_gaps, number_of
from mithaq.registers.agreements.rules.drafting import read_order

if TYPE_CHECKING:
    from django.db.models import QuerySet

NEW: Final = "new"
"""A text that nobody has seen."""

COUNTER: Final = "counter"
"""The next version of one under negotiation."""

REVISE: Final = "revise"
"""A new version of a text that binds: it takes the place of the older one."""

CORRECT: Final = "correct"
"""A version of a text that binds in which an error is put right."""

AMEND: Final = "amend"
"""An amendment: a text of its own whose changes are those made here to the text that it amends."""

PURPOSES: Final = (NEW, COUNTER, REVISE, CORRECT, AMEND)


@dataclass(frozen=True, slots=True)
class DraftView:
    """A text in hand.

    Attributes:
        number: of the journal entry that last changed it.
        text: the text that it is a version of, or amends; None for a new one.
        base: the version that it starts from.
        data: fields without articles.
        articles: in their order.
        before: the articles of the base, in their order.
        changed: eids that differ from the base.
        behind: a version that came after the base and is still open; None when it is up to date.
    """

    draft_id: str
    object_kind: str
    purpose: str
    number: int
    at: datetime
    post: str
    text: AgreementView | None
    base: Version | None
    data: Mapping[str, Any]
    effect: Mapping[str, Any]
    signatories: Mapping[str, str]
    articles: tuple[Mapping[str, Any], ...]
    before: tuple[Mapping[str, Any], ...]
    changed: frozenset[str]
    behind: Version | None

    @property
    def title(self) -> Mapping[str, str]:
        """By language."""
        title = self.data.get("title")
        return title if isinstance(title, Mapping) else {}

    @property
    def order(self) -> list[str]:
        """The eids in their order."""
        return [str(each["eid"]) for each in self.articles]

    @property
    def is_numbered(self) -> bool:
        """Whether the numbers of its articles are known to the other side."""
        return self.purpose != NEW

    def find(self, eid: str) -> Mapping[str, Any]:
        """One article.

        Raises:
            MissingError: ``article``.
        """
        found = next((each for each in self.articles if each["eid"] == eid), None)
        if found is None:
            raise MissingError("article", "there is no such article in this draft")
        return found

    def number_of(self, eid: str) -> str:
        """The number that is shown: the place in a new text, else that of its eid."""
        return number_of(eid) if self.is_numbered else str(self.order.index(eid) + 1)

    def gaps(self) -> list[Gap]:
        """What is missing or stale in one language."""
        return find_gaps({**self.data, "articles": list(self.articles)})


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft in a list; ``code`` is that by which it is to be handled."""

    draft_id: str
    object_kind: str
    purpose: str
    title: Mapping[str, str]
    article_count: int
    at: datetime
    code: str


def list_drafts() -> list[DraftRow]:
    """Drafts that have not been put forward, the last changed first."""
    rows = list(LocalDraft.objects.order_by("-number")[:200])
    hashes = [row.proposed_hash for row in rows if row.proposed_hash]
    sent = set(
        AgreementVersion.objects.filter(content_hash__in=hashes).values_list("content_hash", flat=True)
    )
    return [
        DraftRow(
            row.draft_id,
            row.object_kind,
            row.purpose,
            load(row.data).get("title") or {},
            len(load(row.order)),
            from_ms(row.at_ms),
            str(load(row.data).get("local", {}).get("code", "green")),
        )
        for row in rows
        if row.proposed_hash not in sent
    ]


def _unsent(object_id: str) -> "QuerySet[LocalDraft]":
    """Drafts of versions of one text, or of amendments to it, that have not been put forward."""
    sent = AgreementVersion.objects.filter(content_hash=OuterRef("proposed_hash"))
    return LocalDraft.objects.filter(~Exists(sent), object_id=object_id)


def drafts_and_links(text: AgreementView) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(id, purpose) of unsent drafts of a text, and (id, relation) of ``links_to`` it, with one question."""
    names = ("first", "second", "place")
    drafts = _unsent(text.object_id).annotate(first=F("draft_id"), second=F("purpose"), place=F("number"))
    links = links_to(text).annotate(first=F("object_id"), second=F("relation"), place=Value(-1))
    rows = list(drafts.values_list(*names).union(links.values_list(*names), all=True))
    own = sorted((row for row in rows if row[2] >= 0), key=lambda row: -row[2])
    return [(row[0], row[1]) for row in own], [(row[0], row[1]) for row in rows if row[2] < 0]


def read_draft(node: Node, draft_id: str) -> DraftView:
    """One draft.

    Raises:
        MissingError: ``draft``, or as ``read_agreement``.
    """
    row = LocalDraft.objects.filter(draft_id=draft_id).first()
    if row is None:
        raise MissingError("draft", "There is no such draft.")
    text = read_agreement(node, row.object_id) if row.object_id else None
    base = text.fold.find(row.base) if text is not None and row.base else None
    before = _read_before(node, row, text, base)
    own = {
        each.eid: load(each.data) for each in LocalArticle.objects.filter(draft_id=draft_id).order_by("eid")
    }
    known = {str(each.get("eid")): each for each in before}
    articles = tuple(
        {**known, **own}[eid] for eid in read_order(load(row.order)) if eid in own or eid in known
    )
    return DraftView(
        draft_id=draft_id,
        object_kind=row.object_kind,
        purpose=row.purpose,
        number=row.number,
        at=from_ms(row.at_ms),
        post=row.post,
        text=text,
        base=base,
        data=load(row.data),
        effect=load(row.effect),
        signatories=load(row.signatories),
        articles=articles,
        before=tuple(before),
        changed=frozenset(eid for eid, article in own.items() if article != known.get(eid)),
        behind=_find_newer(text, base) if row.purpose == COUNTER else None,
    )


def _read_before(
    node: Node, row: LocalDraft, text: AgreementView | None, base: Version | None
) -> list[dict[str, Any]]:
    """The articles that a draft starts from: with the amendments in force, where it goes on from these."""
    if text is None or base is None:
        return []
    if row.purpose in (AMEND, REVISE):
        whole = consolidate_text(node, text)
        if whole is not None and whole.base.content_hash == base.content_hash:
            return [dict(each) for each in whole.articles if not each.get("repealed")]
    return articles_of(node, base.manifest)


def _find_newer(text: AgreementView | None, base: Version | None) -> Version | None:
    """A version that was made from the base, or later, and stands."""
    if text is None or base is None:
        return None
    newest = text.fold.latest
    closed = (State.DECLINED, State.WITHDRAWN)
    is_newer = newest is not None and newest.rank > base.rank and newest.state not in closed
    return newest if is_newer else None


def check_number(draft: DraftView, number: str) -> None:
    """That nobody has changed a draft since a form of it was shown.

    Raises:
        ConflictError: ``draft_changed``.
    """
    if number != str(draft.number):
        raise ConflictError("draft_changed", "somebody else has saved this draft meanwhile")


def conflicts(draft: DraftView, newer: Sequence[Mapping[str, Any]]) -> list[str]:
    """Articles that both this draft and a newer version have changed since the base."""
    old = {str(each.get("eid")): each for each in draft.before}
    new = {str(each.get("eid")): each for each in newer}
    return [eid for eid in draft.order if eid in draft.changed and old.get(eid) != new.get(eid)]
