"""The draft of a roadmap or of its next version, which nobody but this node sees, and what it still lacks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mithaq.core.fields import Fields
from mithaq.errors import MalformedError, MissingError
from mithaq.node.node import Node
from mithaq.registers.roadmap.models import RoadmapDraft
from mithaq.registers.roadmap.reading.roadmaps import RoadmapView, read_roadmap
from mithaq.registers.roadmap.reading.rows import load
from mithaq.registers.roadmap.rules.plan import check_line, check_roadmap

LOCAL: frozenset[str] = frozenset({"author_post", "demonstration", "signers"})
"""Members of a draft that are no part of what it says."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What a draft lacks: in a line, or in the whole (``no`` is 0)."""

    no: int
    code: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft.

    Attributes:
        number: of the journal entry that left it so; 0 for one that nobody has kept yet.
        roadmap: that it is the next version of; None for a new one.
        base: data of the version in force, or of the one that it answers; empty for a new roadmap.
        is_behind: whether the other side has put a version forward that is not in it.
    """

    subject: str
    number: int
    data: Mapping[str, Any]
    roadmap: RoadmapView | None
    base: Mapping[str, Any]
    is_behind: bool

    @property
    def fields(self) -> list[str]:
        """Codes of the fields that have a chapter."""
        return [str(each.get("field", "")) for each in self.data.get("chapters", [])]

    @property
    def gaps(self) -> list[Gap]:
        """What it still lacks."""
        return list(find_gaps(self.data))

    def line(self, no: int) -> Mapping[str, Any]:
        """The line of that number.

        Raises:
            MissingError: ``line``.
        """
        for each in self.data.get("lines", []):
            if each.get("no") == no:
                found: Mapping[str, Any] = each
                return found
        raise MissingError("line", "there is no such line in the draft")


def find_gaps(data: Fields) -> Iterator[Gap]:
    """Line by line; what is wrong with the whole only once every line stands."""
    is_whole = True
    for line in data.get("lines", []):
        try:
            check_line(line)
        except MalformedError as error:
            is_whole = False
            yield Gap(int(line.get("no", 0)), error.code)
    if is_whole:
        try:
            check_roadmap(data)
        except MalformedError as error:
            yield Gap(0, error.code)


def read_draft(node: Node, subject: str) -> Draft:
    """The draft at an address: kept before, or made of the version that counts.

    Raises:
        MissingError: ``roadmap``; there is neither a draft nor a roadmap of that id.
    """
    row = RoadmapDraft.objects.filter(subject=subject).first()
    try:
        roadmap = read_roadmap(node, subject)
    except MissingError:
        if row is None:
            raise
        return Draft(subject, row.number, load(row.data), None, {}, is_behind=False)
    version = roadmap.pending or roadmap.shown
    said = roadmap.data_of(roadmap.versions)
    base = said[version.content_hash]
    kept = load(row.data) if row is not None else None
    if row is None or kept is None or says(kept) in [says(each) for each in said.values()]:
        return Draft(subject, row.number if row else 0, base, roadmap, base, is_behind=False)
    other = version.proposer != str(node.identity.code)
    is_behind = other and roadmap.pending is not None and says(base) != says(kept)
    return Draft(subject, row.number, kept, roadmap, base, is_behind)


def says(data: Fields) -> dict[str, Any]:
    """What a version says, without who wrote it."""
    return {name: value for name, value in data.items() if name not in LOCAL}


def list_new_drafts(known: set[str]) -> list[tuple[str, Mapping[str, str]]]:
    """(id, title) of drafts of roadmaps that are not in the record yet."""
    rows = RoadmapDraft.objects.exclude(subject__in=known).order_by("-number")[:20]
    return [(row.subject, load(row.data).get("title", {})) for row in rows]
