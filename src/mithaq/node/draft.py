"""A draft: everything of an act but what the sequencer gives it (place, numbers, time, heads seen)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec import Struct

from mithaq.core.acts.act_ids import make_act_id
from mithaq.core.acts.commitment import MAX_SECTION_BYTES, MAX_SECTIONS_BYTES, hash_section
from mithaq.core.acts.envelope import MAX_ENVELOPE_BYTES, Envelope, write_envelope
from mithaq.core.acts.kinds import ENVELOPE_VERSION
from mithaq.core.encoding import check_submittable, format_time
from mithaq.core.types import AdministrationCode, Origin
from mithaq.errors import MalformedError
from mithaq.node.records import FollowedHead, SectionContent

ROOM_FOR_HEADS_BYTES = 16_384
"""Kept free below the envelope's limit for ``to`` and ``seen``, which the sequencer fills."""


class Draft(Struct, frozen=True, forbid_unknown_fields=True):
    """An act before it has a place.

    Attributes:
        fields: envelope fields without ``v, log, from, to, created, seen, sections``; ``id`` included.
        recipients: administrations it is released to, sorted, none twice.
        post: whose key signs it; None for kinds that the log alone binds.
        sections: content with fresh salts.
        is_once: its id was reserved before: an act of ours with that id is the answer, not a second one.
    """

    fields: Mapping[str, Any]
    recipients: tuple[AdministrationCode, ...] = ()
    post: str | None = None
    sections: Sequence[SectionContent] = ()
    is_once: bool = False

    @property
    def act_id(self) -> str:
        """Id of the act to be."""
        return str(self.fields["id"])

    @property
    def is_urgent(self) -> bool:
        """Whether it goes ahead of the queue."""
        return self.fields.get("priority") == "immediate" or self.fields["kind"] in (
            "receipt",
            "alarm.equivocation",
        )


@dataclass(frozen=True, slots=True)
class SealingContext:
    """What the sequencer adds to every draft of a batch."""

    log: Origin
    author: AdministrationCode
    created: str
    seen: Sequence[Mapping[str, Any]]


def new_act_id(now: datetime, random: bytes, log: Origin) -> str:
    """Fresh UUIDv7 that belongs to a log; ``random`` is 10 bytes."""
    return make_act_id(now, random, log)


def seen_heads(heads: Sequence[FollowedHead]) -> list[dict[str, Any]]:
    """``seen`` of an act sealed now: what is applied here of each followed log."""
    return [
        {"log": head.origin, "size": head.applied_size, "root": head.applied_root.hex()}
        for head in heads
        if head.applied_size
    ]


def seal_draft(
    draft: Draft, context: SealingContext, seqs: Mapping[AdministrationCode, int]
) -> tuple[bytes, Envelope]:
    """Canonical bytes of the act, and the same read. ``seqs`` gives the number for each recipient.

    Checked as every recipient will check it, and held to settled Unicode too (spec 5.2.7).

    Raises:
        MalformedError: as ``parse_envelope`` and ``check_submittable``; ``section_size``, a section that
            no recipient would take.
    """
    fields: dict[str, Any] = {
        **draft.fields,
        "v": ENVELOPE_VERSION,
        "log": context.log,
        "from": context.author,
        "to": [{"administration": code, "seq": seqs[code]} for code in draft.recipients],
        "created": context.created,
        "seen": context.seen,
    }
    if draft.sections:
        _check_sections(draft.sections)
        fields["sections"] = {
            section.name: hash_section(section.salt, section.data).hex() for section in draft.sections
        }
    data, envelope = write_envelope(fields)
    check_submittable(data)
    return data, envelope


def _check_sections(sections: Sequence[SectionContent]) -> None:
    sizes_bytes = [len(section.data) for section in sections]
    if max(sizes_bytes) > MAX_SECTION_BYTES or sum(sizes_bytes) > MAX_SECTIONS_BYTES:
        raise MalformedError("section_size", "a section is at most 256 KiB, all of an act 1 MiB")


def make_context(
    log: Origin, author: AdministrationCode, now: datetime, heads: Sequence[FollowedHead]
) -> SealingContext:
    """What an act sealed now gets."""
    return SealingContext(log, author, format_time(now), seen_heads(heads))


def check_draft(draft: Draft, context: SealingContext) -> Envelope:
    """Check a draft as ``seal_draft`` will, with room left for what the sequencer adds.

    Raises:
        MalformedError: as ``seal_draft``; ``envelope_size`` when nothing is left for the heads.
    """
    data, envelope = seal_draft(draft, context, dict.fromkeys(draft.recipients, 1))
    if len(data) > MAX_ENVELOPE_BYTES - ROOM_FOR_HEADS_BYTES:
        raise MalformedError(
            "envelope_size", "the act is too large; put long texts into parts or attachments"
        )
    return envelope
