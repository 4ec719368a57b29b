"""Amendments: changes article by article, and the text that they give.

A change is ``{op, eid, after?, heading?, text?, …}``: ``replace`` an article, ``insert`` one behind ``after``
(at the head of the text without it), or ``repeal`` one. What was repealed keeps its place and its number.

Spec: docs/spec 15.4.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mithaq.errors import MalformedError
from mithaq.registers.agreements.rules.articles import check_article, is_eid
from mithaq.registers.agreements.rules.fields import Fields, read_items

OPERATIONS: Final = ("replace", "insert", "repeal")
_OF_ARTICLE: Final = ("eid", "heading", "text", "original", "from_hash", "by_post")


@dataclass(frozen=True, slots=True)
class Misfit:
    """A change that the text at hand has no place for."""

    eid: str
    op: str


def check_changes(data: Fields) -> None:
    """The changes of an amendment.

    Raises:
        MalformedError: ``agreement_change``, or another code that begins with ``agreement_``.
    """
    seen: set[str] = set()
    for change in read_items(data, "changes"):
        eid, op = change.get("eid"), change.get("op")
        if op not in OPERATIONS or not is_eid(eid) or eid in seen:
            raise MalformedError(
                "agreement_change", "a change replaces, inserts or repeals one article, once"
            )
        if "after" in change and not is_eid(change["after"]):
            raise MalformedError("agreement_change", "after names an article")
        seen.add(str(eid))
        check_article(change)


def consolidate(
    articles: Sequence[Fields], changes: Iterable[Fields]
) -> tuple[list[dict[str, Any]], list[Misfit]]:
    """The text after the changes, and the changes that found no place.

    Args:
        articles: of the text before.
        changes: of one amendment, or of several one after the other.

    A repealed article stays, without words and with ``repealed`` set, so that no number is given twice.
    """
    order = [str(each.get("eid")) for each in articles]
    found: dict[str, dict[str, Any]] = {str(each.get("eid")): dict(each) for each in articles}
    misfits: list[Misfit] = []
    for change in changes:
        eid, op = str(change.get("eid")), str(change.get("op"))
        after = change.get("after")
        if (op == "insert") == (eid in found) or (
            op == "insert" and after is not None and after not in found
        ):
            misfits.append(Misfit(eid, op))
            continue
        if op == "insert":
            order.insert(order.index(str(after)) + 1 if after is not None else 0, eid)
        found[eid] = _apply(change, eid, op)
    return [found[eid] for eid in order], misfits


def _apply(change: Fields, eid: str, op: str) -> dict[str, Any]:
    if op == "repeal":
        return {"eid": eid, "text": {}, "repealed": True}
    return {name: change[name] for name in _OF_ARTICLE if name in change}


def find_changes(before: Sequence[Fields], after: Sequence[Fields]) -> list[dict[str, Any]]:
    """The changes that lead from one text to another: what an amendment drafted as a whole text says.

    Order matters for what is inserted alone; articles that only moved are not told.
    """
    old = {str(each.get("eid")): each for each in before}
    new = {str(each.get("eid")): each for each in after}
    changes: list[dict[str, Any]] = []
    previous: str | None = None
    for eid, article in new.items():
        words = {name: article[name] for name in _OF_ARTICLE if name in article}
        if eid not in old:
            changes.append({"op": "insert", **({"after": previous} if previous else {}), **words})
        elif _words(old[eid]) != _words(article):
            changes.append({"op": "replace", **words})
        previous = eid
    changes += [{"op": "repeal", "eid": eid} for eid in old if eid not in new]
    return changes


def _words(article: Fields) -> tuple[Any, Any]:
    return _plain(article.get("heading")), _plain(article.get("text"))


def _plain(texts: object) -> dict[str, str]:
    known = texts if isinstance(texts, Mapping) else {}
    return {str(lang): str(text) for lang, text in known.items() if text}
