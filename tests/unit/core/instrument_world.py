"""Nodes with own logs, in memory: a world for the tests of instruments.

Honest in what matters: an act carries the sizes its author's node had **applied**; a log is applied
in index order under the causal hold; a receipt is an entry of the log of the node that gives it,
and another node knows it only once it has applied that entry. A world is a value: a move makes a
new one, and equal worlds are equal keys, so that a search meets each only once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Any, NamedTuple

from mithaq.core.acts.envelope import Actor
from mithaq.core.acts.placed import PlacedAct
from mithaq.core.instruments.manifest import Manifest, Part, Signatory, build_manifest

CODES = ("fr-mi", "ma-mi", "sn-mi")
OBJECT_ID = "01890000-0000-7000-8000-000000000001"
BEGIN = datetime(2025, 3, 1, 10, tzinfo=UTC)
RECEIPT = "receipt"


class Entry(NamedTuple):
    """An act or a receipt. ``seen[node]`` is the size of that node's log that the author had applied."""

    kind: str
    subject: str  # content hash; of a receipt, the index of the log it covers
    detail: str
    seen: tuple[int, ...]


class World(NamedTuple):
    logs: tuple[tuple[Entry, ...], ...]
    applied: tuple[tuple[int, ...], ...]  # applied[node][other]; applied[node][node] is unused: 0


View = tuple[tuple[Entry, ...], ...]
"""What a node holds: a beginning of each log."""


def make_world(nodes: int) -> World:
    return World(((),) * nodes, ((0,) * nodes,) * nodes)


def view_of(world: World, node: int) -> View:
    applied = world.applied[node]
    return tuple(log if other == node else log[: applied[other]] for other, log in enumerate(world.logs))


def append(
    world: World, node: int, kind: str, subject: str, detail: str = "", seen: tuple[int, ...] | None = None
) -> World:
    """Seal an entry; ``seen`` only for a liar, else what the node has applied."""
    entry = Entry(kind, subject, detail, world.applied[node] if seen is None else seen)
    logs = list(world.logs)
    logs[node] = (*logs[node], entry)
    return world._replace(logs=tuple(logs))


def pull(world: World, node: int, other: int) -> World | None:
    """Apply the next entry of ``other`` at ``node``; None when there is none, or it must wait."""
    applied = world.applied[node]
    if applied[other] == len(world.logs[other]):
        return None
    entry = world.logs[other][applied[other]]
    for log, size in enumerate(entry.seen):
        if log not in (node, other) and size > applied[log]:
            return None
    row = tuple(size + (log == other) for log, size in enumerate(applied))
    return world._replace(applied=(*world.applied[:node], row, *world.applied[node + 1 :]))


def acknowledge(world: World, node: int, other: int) -> World | None:
    """Append a receipt for what is applied of ``other`` and not yet acknowledged; None if nothing is."""
    size = world.applied[node][other]
    done = max(
        (
            entry.seen[other]
            for entry in world.logs[node]
            if entry.kind == RECEIPT and entry.subject == str(other)
        ),
        default=0,
    )
    if all(entry.kind == RECEIPT for entry in world.logs[other][done:size]):
        return None
    return append(world, node, RECEIPT, str(other))


def drain(world: World) -> World:
    """Deliver and acknowledge everything."""
    nodes = range(len(world.logs))
    moved = True
    while moved:
        moved = False
        for node in nodes:
            for other in nodes:
                if node == other:
                    continue
                while (after := pull(world, node, other)) is not None:
                    world, moved = after, True
                after = acknowledge(world, node, other)
                if after is not None:
                    world, moved = after, True
    return world


def receipt_time(node: int, index: int) -> datetime:
    """T of a receipt: rises along a log; the clocks of the nodes differ by days."""
    return BEGIN + timedelta(days=index, hours=node, minutes=17 * node)


def place_acts(view: View, reader: int | None = None) -> list[PlacedAct]:
    """The acts in a view, each with the deliveries that the receipts in the same view prove.

    With ``reader`` only those that this node wrote or is a recipient of.
    """
    deliveries: dict[tuple[int, int], dict[str, datetime]] = {}
    for node, log in enumerate(view):
        done = [0] * len(view)
        for index, entry in enumerate(log):
            if entry.kind != RECEIPT:
                continue
            about = int(entry.subject)
            for covered in range(done[about], entry.seen[about]):
                deliveries.setdefault((about, covered), {})[CODES[node]] = receipt_time(node, index)
            done[about] = entry.seen[about]
    acts = [
        _place(node, index, entry, len(view), deliveries.get((node, index), {}))
        for node, log in enumerate(view)
        for index, entry in enumerate(log)
        if entry.kind != RECEIPT
    ]
    if reader is None:
        return acts
    return [act for act in acts if CODES[reader] in (act.author, *act.recipients)]


def _place(node: int, index: int, entry: Entry, nodes: int, deliveries: dict[str, datetime]) -> PlacedAct:
    body, seen = _frame(node, entry, nodes)
    left_out = entry.detail.removeprefix("not to ") if entry.detail.startswith("not to ") else ""
    recipients = tuple(code for code in CODES[:nodes] if code not in (CODES[node], left_out))
    return PlacedAct(
        log=_origin(node),
        leaf_index=index,
        act_id=OBJECT_ID if entry.kind == "instrument.propose" else f"{CODES[node]}/{index}",
        kind=entry.kind,
        author=CODES[node],
        recipients=recipients,
        created_at=BEGIN,
        seen=seen,
        body=body,
        actor=Actor(post="MIN", holder="h1"),
        deliveries={code: at for code, at in deliveries.items() if code in recipients},
    )


@lru_cache(maxsize=100_000)
def _frame(node: int, entry: Entry, nodes: int) -> tuple[dict[str, object], dict[str, int]]:
    seen = {_origin(other): size for other, size in enumerate(entry.seen) if other != node}
    return make_body(entry, nodes), seen


def _origin(node: int) -> str:
    return f"{CODES[node]}.example/log/1"


# --- versions ---------------------------------------------------------------------------------------

MANIFESTS: dict[str, Manifest] = {}


def offer(nodes: int, previous: str | None, author: int, variant: int = 0) -> Manifest:
    """The version that ``author`` would make from ``previous``; the same each time."""
    return _offer(nodes, previous, author, variant)


RULES: tuple[dict[str, object], ...] = (
    {"rule": "ON_SIGNATURE", "offset": "+01:00"},
    {"rule": "ON_DATE", "date": "2025-03-09"},
    {"rule": "ON_SIGNATURE"},
    {"rule": "ON_EXCHANGE_OF_INSTRUMENTS", "offset": "-05:30", "suspension": "joint"},
    {"rule": "N_DAYS_AFTER_LAST_NOTIFICATION", "n": 2, "denunciation_months": 0},
    {"rule": "ON_SIGNATURE", "term": {"months": 1, "renewal_months": 1}, "denunciation_months": 0},
)


@cache
def _offer(nodes: int, previous: str | None, author: int, variant: int) -> Manifest:
    number = MANIFESTS[previous].version + 1 if previous else 1
    rule = RULES[(number + author + variant) % (3 if variant == 0 else len(RULES))]
    manifest = build_manifest(
        object_id=OBJECT_ID,
        object_kind="agreements.agreement",
        object_v=1,
        version=number,
        previous=previous,
        signatories=[Signatory(code, "MIN") for code in CODES[:nodes]],
        data={"by": CODES[author], "variant": variant},
        parts=[Part("text", "fr", "text/plain", "0" * 64, 3)],
        effect=rule,
    )
    MANIFESTS[manifest.content_hash] = manifest
    return manifest


def make_body(entry: Entry, nodes: int) -> dict[str, object]:
    if entry.kind in ("instrument.propose", "instrument.counter"):
        return {"manifest": MANIFESTS[entry.subject].members}
    content_hash, detail = entry.subject, entry.detail
    match entry.kind.removeprefix("instrument."):
        case "sign" | "decline" | "withdraw":
            wrong = detail == "wrong number"
            body: dict[str, object] = {"content_hash": content_hash}
            body["version"] = MANIFESTS[content_hash].version + wrong
            return body | ({"of": detail} if detail in ("proposal", "signing") else {})
        case "denounce":
            return {"content_hash": content_hash} | ({"objection": True} if detail == "objection" else {})
        case "suspend":
            scope = {"scope": ["text"]} if detail == "text" else {}
            return {"content_hash": content_hash, "ground": "art. 60"} | scope
        case "supersede":
            return {"content_hash": content_hash, "by": detail or "0" * 64}
        case _:
            return {"content_hash": content_hash}


class Story:
    """One record told act by act, for tables: by default each act has seen all and reaches all at ``at``."""

    def __init__(self, *codes: str) -> None:
        self.codes = codes
        self.acts: list[PlacedAct] = []

    def tell(
        self,
        author: str,
        kind: str,
        body: dict[str, object],
        *,
        at: datetime | dict[str, datetime] | None = BEGIN,
        blind_to: tuple[PlacedAct, ...] = (),
        to: tuple[str, ...] | None = None,
        post: str = "MIN",
        act_id: str | None = None,
    ) -> PlacedAct:
        """Append an act.

        ``at``: T of the receipt of every recipient, or of each; None while nobody acknowledged.
        ``blind_to``: acts that the author's node had not yet applied, nor what follows them there.
        """
        own = [act for act in self.acts if act.author == author]
        recipients = tuple(code for code in self.codes if code != author) if to is None else to
        seen = {
            f"{code}/log": min(
                [len([act for act in self.acts if act.author == code])]
                + [act.leaf_index for act in blind_to if act.author == code]
            )
            for code in self.codes
            if code != author
        }
        deliveries = at if isinstance(at, dict) else dict.fromkeys(recipients, at) if at else {}
        act = PlacedAct(
            log=f"{author}/log",
            leaf_index=len(own),
            act_id=act_id or f"{author}-{len(own)}",
            kind=f"instrument.{kind}",
            author=author,
            recipients=recipients,
            created_at=BEGIN,
            seen=seen,
            body=body,
            actor=Actor(post=post, holder="h1"),
            deliveries=deliveries,
        )
        self.acts.append(act)
        return act

    def propose(self, author: str, manifest: Manifest, **options: Any) -> PlacedAct:
        body: dict[str, object] = {"manifest": manifest.members}
        return self.tell(author, "propose", body, act_id=manifest.object_id, **options)

    def counter(self, author: str, manifest: Manifest, **options: Any) -> PlacedAct:
        return self.tell(author, "counter", {"manifest": manifest.members}, **options)

    def on(self, author: str, kind: str, manifest: Manifest, **options: Any) -> PlacedAct:
        """Sign, decline or withdraw."""
        body: dict[str, object] = {"version": manifest.version, "content_hash": manifest.content_hash}
        return self.tell(author, kind, body | options.pop("body", {}), **options)

    def notice(self, author: str, kind: str, manifest: Manifest, **options: Any) -> PlacedAct:
        body: dict[str, object] = {"content_hash": manifest.content_hash}
        return self.tell(author, kind, body | options.pop("body", {}), **options)

    def sign_all(self, manifest: Manifest, **options: Any) -> None:
        for code in self.codes:
            self.on(code, "sign", manifest, **options)


def make_manifest(*codes: str, previous: Manifest | None = None, **options: Any) -> Manifest:
    """A manifest for tables; ``effect`` and others as options."""
    fields: dict[str, Any] = {
        "object_id": OBJECT_ID,
        "object_kind": "agreements.agreement",
        "object_v": 1,
        "version": previous.version + 1 if previous else 1,
        "previous": previous.content_hash if previous else None,
        "signatories": [Signatory(code, "MIN") for code in codes],
        "effect": {"rule": "ON_SIGNATURE"},
    }
    return build_manifest(**(fields | options))


@dataclass(frozen=True)
class Transition:
    """A move of one node: its name for messages, who moved, and the world after."""

    name: str
    node: int
    after: World


def list_transport(world: World) -> Iterator[Transition]:
    """Deliveries and receipts, one entry at a time."""
    nodes = range(len(world.logs))
    for node in nodes:
        for other in nodes:
            if node != other:
                after = pull(world, node, other)
                if after is not None:
                    yield Transition(f"{CODES[node]} applies the next of {CODES[other]}", node, after)
                after = acknowledge(world, node, other)
                if after is not None:
                    yield Transition(f"{CODES[node]} acknowledges {CODES[other]}", node, after)
