"""The timeline of a record: every act in order, who did it for which post, and how far it has come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from mithaq.core.acts.kinds import is_post_signed
from mithaq.core.acts.placed import PlacedAct
from mithaq.core.notes.state import fold_note
from mithaq.errors import MithaqError
from mithaq.node.node import Node
from mithaq.node.read.placing import place_acts
from mithaq.node.who import PostAt, SigningJudgement, Standing
from mithaq.web.parties import Party, parties, party_of
from mithaq.web.records.act_words import ActWord, act_word, reason_word
from mithaq.web.records.record import Record
from mithaq.web.texts import pick, read_texts

_SPOKEN = ("text", "subject_text", "reason", "message", "statement")


@dataclass(frozen=True, slots=True)
class Delivery:
    """When the act was applied at a recipient; None while it was not."""

    party: Party
    at: datetime | None


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One act.

    Attributes:
        post: its label by language, or its id.
        holder: who held the post that day, by language; empty when the directory does not say.
        texts: what it says, each by language or plain.
        without_effect: why it changes nothing; empty when it counts.
        version: number of the version it is about; 0 for none.
        standing: mark of a signing that was not by the holder of its day; empty for any other act.
    """

    act_id: str
    word: ActWord
    author: Party
    post: Any
    holder: Mapping[str, str]
    at: datetime
    deliveries: tuple[Delivery, ...]
    texts: tuple[Any, ...]
    without_effect: Promise | str = ""
    version: int = 0
    standing: str = ""


def make_timeline(node: Node, record: Record) -> list[TimelineEntry]:
    """Every act of a record, the oldest first."""
    placed = place_acts(record.acts, node.store.receipts)
    known = parties()
    standings = _judge(node, record, placed)
    reasons = find_reasons(node, record, placed)
    languages = {act.parsed.id: act.parsed.lang for act in record.acts}
    ordered = sorted(placed, key=lambda act: (act.created_at, act.place))
    return [
        _make_entry(record, act, known, standings, reasons, languages.get(act.act_id) or ())
        for act in ordered
    ]


def _make_entry(
    record: Record,
    act: PlacedAct,
    known: Mapping[str, Party],
    standings: Mapping[str, SigningJudgement],
    reasons: Mapping[str, str],
    languages: Sequence[str],
) -> TimelineEntry:
    post = act.actor.post if act.actor else ""
    judged = standings.get(act.act_id)
    holder = judged.holder if judged else None
    return TimelineEntry(
        act_id=act.act_id,
        word=act_word(act.kind),
        author=party_of(act.author, known),
        post=(holder.label if holder else None) or post,
        holder=holder.names if holder else {},
        at=act.created_at,
        deliveries=tuple(
            Delivery(party_of(code, known), act.deliveries.get(code)) for code in act.recipients
        ),
        texts=tuple(_read_spoken(act.body, languages)),
        without_effect=reason_word(reasons[act.act_id]) if act.act_id in reasons else "",
        version=_version_of(record, act),
        standing=_mark_standing(judged),
    )


def _judge(node: Node, record: Record, acts: Sequence[PlacedAct]) -> Mapping[str, SigningJudgement]:
    """Id -> holder of the post on the day of the act, and how the act stands to him."""
    who = node.registry.who
    by_posts = [(act, act.actor) for act in acts if act.actor]
    if who is None:
        return {}
    asked = [(PostAt(act.author, by.post, act.created_at), by.holder, act.kind) for act, by in by_posts]
    signings = {act.act_id for act, _by in by_posts if is_post_signed(act.kind, record.object_kind)}
    if signings:
        judged = who.judge_signings(asked)
    else:
        holders = who.holders_of([post for post, _holder, _kind in asked])
        judged = [SigningJudgement(Standing.HOLDER, holders.get(post)) for post, _holder, _kind in asked]
    return {
        act.act_id: one if act.act_id in signings else replace(one, standing=Standing.HOLDER)
        for (act, _by), one in zip(by_posts, judged, strict=True)
    }


def _mark_standing(judged: SigningJudgement | None) -> str:
    """Only what a post signs is judged; what the log alone binds may be done by whoever holds the desk."""
    return "" if judged is None or judged.standing is Standing.HOLDER else f"signed_{judged.standing}"


def find_reasons(node: Node, record: Record, acts: Sequence[PlacedAct]) -> Mapping[str, str]:
    """Id -> why an act has no effect, with any recipient."""
    found = dict.fromkeys(record.revoked, "revoked_key")
    if record.instrument is not None:
        return found | {each.act.act_id: str(each.reason) for each in record.instrument.without_effect}
    kind = node.registry.find(record.object_kind, record.first.parsed.object_v)
    if kind is None:
        return found
    acts = [act for act in acts if act.act_id not in record.revoked]
    for recipient in record.first.parsed.to:
        try:
            state = fold_note(acts, recipient.administration, kind.terms(record.first.parsed.body))
        except MithaqError:
            continue
        found |= {each.act.act_id: str(each.reason) for each in state.without_effect}
    return found


def _version_of(record: Record, act: PlacedAct) -> int:
    if record.instrument is None:
        return 0
    manifest = act.body.get("manifest")
    number = manifest.get("version") if isinstance(manifest, Mapping) else act.body.get("version")
    if isinstance(number, int):
        return number
    found = record.instrument.find(str(act.body.get("content_hash")))
    return found.number if found else 0


def _read_spoken(body: Mapping[str, object], languages: Sequence[str]) -> list[Any]:
    """What an act says in words: texts, questions, answers; a plain one in the one language of the act."""
    found = [read_text(body.get(name)) for name in _SPOKEN]
    for name in ("questions", "answers"):
        lines = body.get(name)
        if isinstance(lines, list):
            found += [read_text(each.get("text")) for each in lines if isinstance(each, Mapping)]
    lang = languages[0] if len(languages) == 1 else ""
    return [{lang: each} if lang and isinstance(each, str) else each for each in found if each]


def read_text(value: object) -> Any:
    """A text by language, a plain one, or one that names its language."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping) and isinstance(value.get("text"), str):
        return {str(value.get("lang", "")): value["text"]}
    texts = read_texts(value)
    return texts if pick(texts, "fr")[0] else None
