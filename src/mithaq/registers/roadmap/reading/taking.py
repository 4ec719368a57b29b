"""What other registers offer to be taken over as lines, and which of it a roadmap has taken already."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from mithaq.core.fields import MAX_TITLE_CHARS, Fields
from mithaq.node.node import Node
from mithaq.node.ports import RowQuery
from mithaq.node.registry import OfferedLine

MOST_OFFERED: Final = 500


def offered_lines(node: Node) -> list[OfferedLine]:
    """Everything on offer."""
    return node.registry.offered_lines(node)[:MOST_OFFERED]


def key_of(ground: object) -> str:
    """What an entry of ``basis`` names, as an offer names it; empty for words alone."""
    if isinstance(ground, str):
        return ground
    if not isinstance(ground, Mapping):
        return ""
    if "source" in ground:
        return f"{ground['source']}:{ground.get('start')}-{ground.get('end')}"
    return str(ground.get("at", ""))


def name_addresses(
    node: Node, addresses: Sequence[str]
) -> dict[str, tuple[Mapping[str, str], Mapping[str, str]]]:
    """Address -> (words of the line, title of its text), by language, for those that are known here.

    An address without a line is the text as a whole: its title stands for its words.
    """
    wanted = set(addresses)
    found: dict[str, tuple[Mapping[str, str], Mapping[str, str]]] = {
        each.key: (each.text, each.origin) for each in node.registry.offered_lines(node) if each.key in wanted
    }
    whole = {each for each in wanted - set(found) if "#" not in each}
    if whole:
        query = RowQuery(object_ids=sorted({each[:36] for each in whole}))
        subjects = {row.object_id: row.subject for row in node.store.rows.instruments(query, len(whole))}
        found |= {each: (subjects[each[:36]], {}) for each in whole if each[:36] in subjects}
    return found


def taken_keys(versions: Iterable[Fields]) -> set[str]:
    """What the lines of these versions rest on."""
    return {
        key_of(ground)
        for data in versions
        for line in data.get("lines", [])
        for ground in line.get("basis", [])
    }


def make_line(offer: OfferedLine, no: int, fields: Sequence[str]) -> dict[str, Any]:
    """A line that takes an offer over: its words, its owner, its day, and where they come from.

    Args:
        offer: what is taken over.
        no: number of the line.
        fields: that have a chapter.
    """
    title = {lang: _first_words(text) for lang, text in offer.text.items()}
    known = [each for each in offer.fields if each in fields]
    line: dict[str, Any] = {
        "no": no,
        "kind": "action" if offer.kind == "action" else "commitment",
        "title": title,
        "text": dict(offer.text),
        "basis": [dict(offer.basis)],
        "owner": offer.owner or "joint",
        "field": known[0] if known else "",
    }
    if offer.due_on:
        line["due_on"] = offer.due_on
    if known[1:]:
        line["other_fields"] = known[1:]
    return line


def _first_words(text: str) -> str:
    """The text as a title: its first sentence, cut at a word."""
    plain = " ".join(text.split())
    if len(plain) <= MAX_TITLE_CHARS:
        return plain
    return plain[: MAX_TITLE_CHARS - 1].rsplit(" ", 1)[0] + "…"
