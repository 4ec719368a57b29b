"""Which acts can count at all, whatever their order: the first sieve of the fold.

What does not pass has no effect on any node, so it may be known to some signatories only. It is
kept out of the causal order for that reason: an act that one node has and another has not could
else shift, between them, the order of two concurrent acts that both have.

Spec: docs/spec 8.5.4, 9.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mithaq.core.acts.placed import PlacedAct, sort_causally
from mithaq.core.instruments.bodies import (
    Body,
    Decline,
    InstrumentKind,
    Proposal,
    Signing,
    Withdrawal,
    parse_body,
)
from mithaq.core.instruments.manifest import Manifest
from mithaq.core.instruments.state import Ineffective, NoEffect
from mithaq.core.types import AdministrationCode
from mithaq.errors import MalformedError


@dataclass(frozen=True, slots=True)
class Admitted:
    """An act that counts, with its body read.

    Attributes:
        root: content hash of the version 1 from which the version it names descends.
    """

    act: PlacedAct
    body: Body
    root: str


def admit(acts: Iterable[PlacedAct]) -> tuple[list[Admitted], list[Ineffective]]:
    """Part the acts that can count from those that cannot. Never raises, whatever an act holds.

    Returns:
        The first in causal order within each root, root after root; the second by place.
    """
    rejected: list[Ineffective] = []
    bodies: dict[tuple[bytes, int], tuple[PlacedAct, Body]] = {}
    for place, act in sorted({act.place: act for act in acts}.items()):
        body = _read(act)
        if isinstance(body, NoEffect):
            rejected.append(Ineffective(act, body))
        else:
            bodies[place] = (act, body)
    roots = _find_roots(bodies.values())
    lines: dict[str, list[PlacedAct]] = {}
    for act, body in bodies.values():
        fault = _find_fault(act, body, roots)
        if fault is not None:
            rejected.append(Ineffective(act, fault))
        else:
            lines.setdefault(roots[body.content_hash][1], []).append(act)
    admitted = [
        Admitted(act, bodies[act.place][1], root)
        for root, line in sorted(lines.items())
        for act in sort_causally(line)
    ]
    return admitted, sorted(rejected, key=lambda each: each.act.place)


def find_missing_recipients(act: PlacedAct, manifest: Manifest) -> set[AdministrationCode]:
    """Answer the signatories besides its author to whom ``act`` is not addressed."""
    return set(manifest.administrations) - {act.author} - set(act.recipients)


def find_misfit(older: Manifest, newer: Manifest) -> NoEffect | None:
    """Answer why ``newer`` cannot be the version made from ``older``; None when it can."""
    if (newer.object_id, newer.object_kind) != (older.object_id, older.object_kind):
        return NoEffect.OTHER_OBJECT
    if newer.version != older.version + 1:
        return NoEffect.VERSION_MISMATCH
    # Else two of three could replace, between them, what the third has signed.
    return None if newer.administrations == older.administrations else NoEffect.OTHER_SIGNATORIES


_Roots = Mapping[str, tuple[Manifest, str]]
"""Content hash -> that version and the root it descends from."""


def _read(act: PlacedAct) -> Body | NoEffect:
    try:
        kind = InstrumentKind(act.kind)
    except ValueError:
        return NoEffect.UNKNOWN_KIND
    try:
        return parse_body(kind, act.body)
    except MalformedError:
        return NoEffect.MALFORMED_BODY


def _find_roots(read: Iterable[tuple[PlacedAct, Body]]) -> _Roots:
    proposals = [(act, body.manifest) for act, body in read if isinstance(body, Proposal)]
    roots: dict[str, tuple[Manifest, str]] = {}
    # Lower versions first, so that each finds the one it was made from.
    for act, manifest in sorted(proposals, key=lambda each: each[1].version):
        if _find_proposal_fault(act, manifest, roots) is None:
            root = roots[manifest.previous][1] if manifest.previous else manifest.content_hash
            roots[manifest.content_hash] = (manifest, root)
    return roots


def _find_proposal_fault(act: PlacedAct, manifest: Manifest, roots: _Roots) -> NoEffect | None:
    fault = _find_stranger(act, manifest)
    if fault is not None:
        return fault
    if manifest.previous is None:
        return None if manifest.object_id == act.act_id else NoEffect.OTHER_OBJECT
    if manifest.previous not in roots:
        return NoEffect.UNKNOWN_VERSION
    return find_misfit(roots[manifest.previous][0], manifest)


def _find_fault(act: PlacedAct, body: Body, roots: _Roots) -> NoEffect | None:
    if isinstance(body, Proposal):
        return _find_proposal_fault(act, body.manifest, roots)
    if body.content_hash not in roots:
        return NoEffect.UNKNOWN_VERSION
    manifest = roots[body.content_hash][0]
    fault = _find_stranger(act, manifest)
    if fault is not None:
        return fault
    if isinstance(body, (Signing, Decline, Withdrawal)) and body.version != manifest.version:
        return NoEffect.VERSION_MISMATCH
    if isinstance(body, Signing) and (act.actor is None or act.actor.post != manifest.post_of(act.author)):
        return NoEffect.WRONG_POST
    return None


def _find_stranger(act: PlacedAct, manifest: Manifest) -> NoEffect | None:
    if act.author not in manifest.administrations:
        return NoEffect.NOT_SIGNATORY
    return NoEffect.NOT_TO_ALL if find_missing_recipients(act, manifest) else None
