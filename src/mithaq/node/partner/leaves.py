"""What stored leaves say of an act, and what an act says of its sections."""

from collections.abc import Mapping

from mithaq.core.acts.commitment import commit_act, hash_section
from mithaq.core.acts.envelope import Envelope
from mithaq.core.federation.page import ActLine, SectionPart
from mithaq.core.log.tiles import TILE_WIDTH
from mithaq.core.types import LeafIndex, Origin
from mithaq.errors import MissingError, RefusedError
from mithaq.node.ports import FollowedStore
from mithaq.node.records import SectionContent

ENTRY_BYTES = 35
"""An entry in a stored bundle: two bytes of length, the version byte, the commitment."""


class LeafMismatch(RefusedError):
    """An act is not the one that its leaf commits to; fetch the page once more before parking it."""


class LeafLookup:
    """Commitments of a followed log's leaves, a bundle at a time."""

    def __init__(self, followed: FollowedStore, origin: Origin) -> None:
        self._followed = followed
        self._origin = origin
        self._number = -1
        self._bundle = b""

    def commitment(self, leaf_index: LeafIndex) -> bytes:
        """The 32 bytes that the entry at this index holds.

        Raises:
            MissingError: ``entry``; the leaf is not stored here.
        """
        number, place = divmod(leaf_index, TILE_WIDTH)
        if number != self._number:
            self._number, self._bundle = number, self._followed.bundle(self._origin, number)
        entry = self._bundle[place * ENTRY_BYTES : (place + 1) * ENTRY_BYTES]
        if len(entry) != ENTRY_BYTES:
            raise MissingError("entry", "the leaf is not stored here")
        return entry[3:]

    def commit(self, line: ActLine) -> bytes:
        """The commitment of the act on a line, which is the one that its leaf holds.

        Raises:
            LeafMismatch: it is another.
            MissingError: ``entry``.
        """
        commitment = commit_act(line.salt, line.envelope)
        if commitment != self.commitment(line.leaf_index):
            raise LeafMismatch("leaf_mismatch", "the act is not the one that its leaf commits to")
        return commitment


def check_sections(envelope: Envelope, parts: Mapping[str, SectionPart]) -> tuple[SectionContent, ...]:
    """Sections as they came, each against its hash in the envelope. One may be absent, never false.

    Raises:
        RefusedError: ``section_mismatch``.
    """
    found = []
    for name, part in sorted(parts.items()):
        if envelope.sections.get(name) != hash_section(part.salt, part.data).hex():
            raise RefusedError("section_mismatch", "a section is not the one that its act commits to")
        found.append(SectionContent(name, part.salt, part.data))
    return tuple(found)
