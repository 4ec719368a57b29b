"""The overview of a note: for which post it was written, and what was answered to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.functional import Promise

from mithaq.core.acts.kinds import Kind
from mithaq.node.node import Node
from mithaq.node.read.placing import place_acts
from mithaq.node.records import SealedAct
from mithaq.node.who import Holder, PostAt
from mithaq.web.codes import labels_of
from mithaq.web.parties import Party, parties, party_of
from mithaq.web.records.act_words import ActWord, act_word, reason_word
from mithaq.web.records.facts import AUTHOR_POST, NamedPost
from mithaq.web.records.record import Record
from mithaq.web.records.timeline import find_reasons, read_text

_ANSWERS: Final = frozenset({Kind.NOTE_ANSWER, Kind.NOTE_REFUSE})
_SPOKEN: Final = ("text", "reason")


@dataclass(frozen=True, slots=True)
class Line:
    """What one answer says to a question; ``question_no`` is 0 where it names none."""

    question_no: int
    text: Any


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer or a refusal.

    Attributes:
        post: its label by language, or its id.
        holder: who held the post that day, by language; empty when the directory does not say.
        ground: of a refusal: its label by language, or its code.
        refused: numbers of the questions that a refusal is about; none where it is of the whole note.
        without_effect: why it changes nothing; empty when it counts.
    """

    word: ActWord
    author: Party
    post: Any
    holder: Mapping[str, str]
    at: datetime
    lines: Sequence[Line]
    ground: Any = ""
    refused: Sequence[int] = ()
    without_effect: Promise | str = ""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Who speaks in a note.

    Attributes:
        author: the post that it was written for; None where the directory has no card of it.
    """

    author: NamedPost | None
    answers: Sequence[Answer]


def read_spoken(node: Node, record: Record) -> Spoken:
    """Author and answers of a note, with one question for all holders; nothing for an instrument."""
    if record.instrument is not None:
        return Spoken(None, ())
    acts = sorted(
        (act for act in record.acts if act.parsed.kind in _ANSWERS),
        key=lambda act: (act.parsed.created_at, act.log, act.leaf_index),
    )
    opened = record.first.parsed
    written = PostAt(str(opened.author), str(opened.body.get(AUTHOR_POST) or ""), opened.created_at)
    who, asked = node.registry.who, [written, *map(_post_of, acts)]
    holders = {} if who is None else who.holders_of([each for each in asked if each.post])
    reasons = find_reasons(node, record, place_acts(record.acts, node.store.receipts)) if acts else {}
    answers = [_tell(act, holders.get(_post_of(act)), reasons.get(act.parsed.id, "")) for act in acts]
    return Spoken(_name_post(node, written, holders.get(written)), answers)


def _name_post(node: Node, post: PostAt, holder: Holder | None) -> NamedPost | None:
    if holder is not None:
        return holder.label, holder.names
    who = node.registry.who
    label = who.label_of(post.administration, post.post) if who is not None and post.post else {}
    return (label, {}) if label else None


def _post_of(act: SealedAct) -> PostAt:
    return PostAt(str(act.parsed.author), act.parsed.actor.post, act.parsed.created_at)


def _tell(act: SealedAct, holder: Holder | None, reason: str) -> Answer:
    parsed, body = act.parsed, act.parsed.body
    lang = parsed.lang[0] if parsed.lang and len(parsed.lang) == 1 else ""
    ground, refused = str(body.get("ground") or ""), body.get("questions")
    return Answer(
        word=act_word(parsed.kind),
        author=party_of(parsed.author, parties()),
        post=(holder.label if holder else None) or parsed.actor.post,
        holder=holder.names if holder else {},
        at=parsed.created_at,
        lines=[
            Line(number, {lang: text} if lang and isinstance(text, str) else text)
            for number, text in _lines_of(body)
        ],
        ground=labels_of("refusal_ground").get(ground, ground) if ground else "",
        refused=[each for each in refused if isinstance(each, int)] if isinstance(refused, list) else (),
        without_effect=reason_word(reason) if reason else "",
    )


def _lines_of(body: Mapping[str, Any]) -> list[tuple[int, Any]]:
    """(number of the question, text) of everything that it says in words."""
    answers = body.get("answers")
    named = [each for each in answers if isinstance(each, Mapping)] if isinstance(answers, list) else []
    found = [(0, read_text(body.get(name))) for name in _SPOKEN]
    found += [(_number_of(each.get("question_no")), read_text(each.get("text"))) for each in named]
    return [(number, text) for number, text in found if text]


def _number_of(value: object) -> int:
    return value if isinstance(value, int) else 0
