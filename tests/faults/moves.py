"""What people and machines do at a node: the moves of tests and of the simulator."""

import random
from collections.abc import Mapping
from typing import Any

from mithaq.core.acts.kinds import Kind
from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.core.instruments.manifest import Signatory, build_manifest
from mithaq.core.types import LeafIndex, Origin
from mithaq.errors import MithaqError
from mithaq.node.append.submit import NoteContent
from mithaq.node.draft import Draft, new_act_id
from mithaq.node.node import Appended

from .federation import DESK, MINISTER, SimNode, World

HANDLING = {"code": "amber", "caveats": [], "purpose": "ADMIN"}


def fields_of(text: str, **more: Any) -> dict[str, Any]:
    return {"subject": {"en": text}, "lang": ["en"], "handling": HANDLING, **more}


def make_note(
    world: World, sender: SimNode, *recipients: str, kind: str = "requests.spontaneous_information"
) -> Draft:
    """A checked note with a canary in each of its parts."""
    canary = world.observer.make_canary(*recipients, sender.code)
    body: dict[str, Any] = {"text": f"body {canary}"}
    if kind == "requests.request":
        body |= {"class": "normal_7d", "questions": [{"no": 1, "text": "when?"}, {"no": 2, "text": "where?"}]}
    content = NoteContent(
        kind,
        recipients,
        body,
        fields_of(f"subject {canary}"),
        {"persons": f"section {canary}".encode()},  # type: ignore[arg-type]
    )
    return sender.desk.draft_note(content, DESK)


def send_note(
    world: World, sender: SimNode, *recipients: str, kind: str = "requests.spontaneous_information"
) -> Appended:
    [appended] = sender.append(make_note(world, sender, *recipients, kind=kind))
    return appended


def keep_private(world: World, node: SimNode) -> Appended:
    """An act that is released to nobody."""
    canary = world.observer.make_canary(node.code)
    [appended] = node.append(make_plain(node, Kind.NOOP, {"text": f"private {canary}"}))
    return appended


def release(world: World, node: SimNode, act_id: str, *readers: str) -> Appended:
    """Disclose an own act to others."""
    sealed = node.durable.acts.by_id(act_id)
    parts = [sealed.envelope, *(section.data for section in sealed.sections)]
    world.observer.release(b" ".join(parts), *readers)
    return node.acknowledged(node.desk.release(act_id, list(readers), DESK))  # type: ignore[arg-type]


def send_with_blob(world: World, sender: SimNode, *recipients: str, size: int = 1_500_000) -> Appended:
    """A note with an attachment of some chunks."""
    canary = world.observer.make_canary(*recipients, sender.code)
    data = f"blob {canary} ".encode().ljust(size, b".")
    digest, length = sender.blobs.add(
        iter([data[at : at + 1_048_576] for at in range(0, len(data), 1_048_576)])
    )
    blob = {"sha256": digest, "size": length, "media": "application/pdf", "name": "annex.pdf"}
    content = NoteContent(
        "requests.spontaneous_information",
        recipients,
        {"text": canary},
        fields_of("annex", blobs=[blob]),  # type: ignore[arg-type]
    )
    return sender.acknowledged(sender.desk.send_note(content, DESK))


def make_plain(node: SimNode, kind: str, body: Mapping[str, Any], *recipients: str, **fields: Any) -> Draft:
    """A draft of any kind, past the desk."""
    post = fields.pop("post", None)
    own = {
        "kind": str(kind),
        "id": new_act_id(node.clock.now(), node.entropy.random_bytes(10), Origin(node.origin)),
        "priority": "normal",
        "actor": {"post": post or "desk", "holder": "h"},
        "body": dict(body),
        **fields,
    }
    return Draft(own, tuple(sorted(recipients)), post)  # type: ignore[arg-type]


def reply(node: SimNode, note_id: str, kind: Kind, body: Mapping[str, Any] | None = None) -> Appended:
    return node.acknowledged(node.desk.reply(note_id, kind, body or {}, DESK))


def propose(world: World, node: SimNode, *others: str, rule: str = "ON_SIGNATURE") -> str:
    """A new instrument; gives its id."""
    canary = world.observer.make_canary(node.code, *others)
    object_id = node.desk.new_object_id()
    manifest = build_manifest(
        object_id=object_id,
        object_kind="agreements.agreement",
        object_v=1,
        signatories=[Signatory(code, "minister") for code in (node.code, *others)],  # type: ignore[arg-type]
        effect={"rule": rule},
        data={"text": f"we agree {canary}"},
    )
    act(
        node,
        object_id,
        InstrumentKind.PROPOSE,
        {"manifest": dict(manifest.members)},
        fields_of(f"text {canary}"),
    )
    return object_id


def act(
    node: SimNode,
    object_id: str,
    kind: InstrumentKind,
    body: Mapping[str, Any],
    fields: Mapping[str, Any] | None = None,
) -> Appended:
    return node.acknowledged(node.desk.act_on_instrument(object_id, kind, body, MINISTER, fields))


def act_on_latest(node: SimNode, object_id: str, kind: InstrumentKind, **more: Any) -> Appended:
    """Sign, decline or withdraw the newest version that the node knows."""
    _, state = node.desk.instrument_state(object_id)
    latest = state.latest
    assert latest is not None
    return act(node, object_id, kind, {"version": latest.number, "content_hash": latest.content_hash, **more})


def notify(node: SimNode, object_id: str) -> Appended:
    _, state = node.desk.instrument_state(object_id)
    assert state.latest is not None
    return act(node, object_id, InstrumentKind.NOTIFY, {"content_hash": state.latest.content_hash})


REPLIES: dict[Kind, dict[str, Any]] = {
    Kind.NOTE_READ: {},
    Kind.NOTE_ACCEPT: {},
    Kind.NOTE_CLARIFY: {"text": "which one?"},
    Kind.NOTE_EXPLAIN: {"text": "that one"},
    Kind.NOTE_ANSWER: {"answers": [{"question_no": 1, "text": "soon"}], "final": True},
    Kind.NOTE_REFUSE: {"ground": "no_legal_basis"},
    Kind.NOTE_EXTEND: {"add_s": 86_400},
    Kind.NOTE_WITHDRAW: {"reason": "not needed"},
    Kind.NOTE_CORRECT: {"fields": {"text": "better"}, "reason": "slip"},
    Kind.NOTE_CLOSE: {"outcome": "done"},
}
SIGNATURES = (*(InstrumentKind.SIGN,) * 6, InstrumentKind.WITHDRAW, InstrumentKind.DECLINE)
NOTE_KINDS = ("requests.spontaneous_information", "requests.early_warning", "requests.request")


def move_at_random(world: World, node: SimNode, chance: random.Random) -> str:
    """One move of people at a node; one that the rules forbid is no move."""
    roll = chance.random()
    others = world.partners_of(node.code)
    chosen = chance.sample(others, chance.randint(1, len(others)))
    try:
        if roll < 0.40:
            send_note(world, node, *chosen, kind=chance.choice(NOTE_KINDS))
            return "send"
        if roll < 0.46:
            keep_private(world, node)
            return "private"
        if roll < 0.48:
            send_with_blob(world, node, *chosen, size=chance.choice((10, 1_048_577)))
            return "blob"
        if roll < 0.50:
            return _release_something(world, node, chance, chosen)
        if roll < 0.60:
            rule = chance.choice(("ON_SIGNATURE", "ON_EXCHANGE_OF_INSTRUMENTS"))
            propose(world, node, *chosen, rule=rule)
            return "propose"
        if roll < 0.80:
            return _sign_something(node, chance)
        return _reply_to_something(node, chance)
    except MithaqError as error:
        return f"refused {error.code}"


def _release_something(world: World, node: SimNode, chance: random.Random, chosen: list[str]) -> str:
    size = node.durable.own.head().tree_size
    candidates = node.durable.own.acts_from(LeafIndex(max(0, size - 40)), 40)
    kinds = (Kind.NOOP, Kind.NOTE_SEND)
    candidates = [act for act in candidates if act.parsed.kind in kinds]
    if not candidates:
        return "nothing"
    release(world, node, chance.choice(candidates).parsed.id, *chosen)
    return "release"


def _sign_something(node: SimNode, chance: random.Random) -> str:
    rows = node.durable.projections.instruments()[:8]
    if not rows:
        return "nothing"
    object_id = chance.choice(rows).object_id
    if chance.random() < 0.3:
        notify(node, object_id)
        return "notify"
    kind = chance.choice(SIGNATURES)
    act_on_latest(node, object_id, kind)
    return kind


def _reply_to_something(node: SimNode, chance: random.Random) -> str:
    rows = node.durable.projections.notes()[:12]
    if not rows:
        return "nothing"
    kind = chance.choice(list(REPLIES))
    reply(node, chance.choice(rows).object_id, kind, REPLIES[kind])
    return kind
