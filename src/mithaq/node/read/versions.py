"""What a register reads out of acts for its read model: bodies that keep to the kind, versions of a text."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.core.instruments.manifest import Manifest, read_manifest
from mithaq.errors import MalformedError
from mithaq.node.handling import asks_for_more, read_names, read_narrowing
from mithaq.node.records import SealedAct

Checks = Mapping[str, Callable[[Mapping[str, Any]], None]]
"""Name of a kind -> what raises ``MalformedError`` for a body that breaks it."""

_OPENERS: Final = frozenset({InstrumentKind.PROPOSE, InstrumentKind.COUNTER})


def is_good(checks: Checks, kind: str, fields: Mapping[str, Any]) -> bool:
    """Whether a body keeps to its kind; one of a kind that is not among the checks does not."""
    check = checks.get(kind)
    if check is None:
        return False
    try:
        check(fields)
    except MalformedError:
        return False
    return True


def read_versions(
    checks: Checks, first: SealedAct, acts: Sequence[SealedAct]
) -> Iterator[tuple[SealedAct, Manifest]]:
    """Versions of a text that keep to its kind, each once, with the act that brings it.

    A partner may send others: these are in the record, and in no read model. The order is that of the logs
    and their leaves, whatever the order in which the acts came in.
    """
    seen: set[str] = set()
    for act in sorted(acts, key=lambda each: (each.log, each.leaf_index)):
        members = act.parsed.body.get("manifest")
        if act.parsed.kind not in _OPENERS or not isinstance(members, Mapping):
            continue
        try:
            manifest = read_manifest(members)
        except MalformedError:
            continue
        is_ours = (manifest.object_id, manifest.object_kind) == (first.object_id, first.parsed.object_kind)
        is_new = is_ours and manifest.content_hash not in seen
        if is_new and is_good(checks, manifest.object_kind, manifest.data or {}):
            seen.add(manifest.content_hash)
            yield act, manifest


def without_stricter(first: SealedAct, acts: Sequence[SealedAct]) -> list[SealedAct]:
    """The acts that whoever reads the record may read: pages let people in by the handling of the record.

    Left out is what asks for a higher code, for a caveat or a purpose that the record does not ask for, and
    what names readers that are fewer than those of the record.
    """
    return [act for act in acts if not is_narrower(act, first)]


def is_narrower(act: SealedAct, first: SealedAct) -> bool:
    """Whether somebody who may read ``first`` may not read a later act of the same record."""
    handling = act.parsed.handling
    if handling is not None and asks_for_more(handling, first.parsed.handling):
        return True
    named, of_record = _readers_of(act), _readers_of(first)
    return bool(named) and not (of_record and of_record <= named)


def _readers_of(act: SealedAct) -> frozenset[str]:
    return read_names(read_narrowing(act.parsed.body).get("readers"))
