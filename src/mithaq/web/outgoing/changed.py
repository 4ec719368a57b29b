"""What a new version changes: told above its text, against the version in force, before it leaves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.module_loading import import_string

from mithaq.core.acts.kinds import Kind
from mithaq.core.instruments.manifest import Manifest, read_manifest
from mithaq.core.instruments.state import Version, in_force_at
from mithaq.node.append.submit import Desk
from mithaq.node.node import Node
from mithaq.node.read.whole_data import with_long
from mithaq.node.records import SealedAct
from mithaq.web.access.gate import may
from mithaq.web.access.policy import Subject
from mithaq.web.access.protected import protect_act
from mithaq.web.outgoing.models import OutgoingDraft
from mithaq.web.pages import installed_pages
from mithaq.web.records.differences import compare_manifests


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version that would leave beside the one that it is told against.

    Attributes:
        number: of the other one.
        is_in_force: whether that binds now; else it is the one under negotiation that this one answers.
        template, context: what differs, as the pages of the register compare versions.
    """

    number: int
    is_in_force: bool
    template: str
    context: Mapping[str, Any]


def tell_new_version(node: Node, draft: OutgoingDraft, reader: Subject, desk: Desk) -> NewVersion | None:
    """What a draft changes; None where it is no new version, or the other one is not for the reader."""
    members = draft.command.get("body", {}).get("manifest")
    if draft.kind != Kind.INSTRUMENT_COUNTER or not isinstance(members, Mapping):
        return None
    held, state = desk.read_instrument(draft.object_id)
    after = read_manifest(members)
    binding = in_force_at(state, node.clock.now())
    before = binding or state.find(after.previous or "")
    if before is None or not may(reader, "read", protect_act(_opener_of(before, held.acts))).allowed:
        return None
    return NewVersion(before.number, binding is not None, *_compare(node, before.manifest, after))


def _opener_of(version: Version, acts: Sequence[SealedAct]) -> SealedAct:
    opener = version.openers[0]
    return next(each for each in acts if (each.log, each.leaf_index) == (opener.log, opener.leaf_index))


def _compare(node: Node, before: Manifest, after: Manifest) -> tuple[str, Mapping[str, Any]]:
    register = after.object_kind.partition(".")[0]
    named = next((each.changes for each in installed_pages() if each.name == register and each.changes), "")
    if not named:
        return "web/_diff.html", {"difference": compare_manifests(before, after, node.blobs)}
    old, new = (with_long(each.data or {}, each.parts, node.blobs) for each in (before, after))
    told: tuple[str, Mapping[str, Any]] = import_string(named)(old, new)
    return told
