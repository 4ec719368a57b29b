"""Where the lines of all roadmaps stand, kept until something is written: for home and the calendar."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.http import HttpRequest

from mithaq.node.node import Node
from mithaq.registers.roadmap.reading.lines import Standings, stand_all
from mithaq.registers.roadmap.reading.roadmaps import list_roadmaps
from mithaq.web.access.gate import may
from mithaq.web.access.policy import Protected
from mithaq.web.access.protected import protect_objects
from mithaq.web.access.subject import subject_of
from mithaq.web.lasting import Unchanged
from mithaq.web.runtime import get_part

KEPT_FOR: Final = timedelta(minutes=1)
"""So late home learns that a line became late by the clock alone; the pages of the register are of now."""


def readable_standings(request: HttpRequest) -> list[Standings]:
    """Of the roadmaps in force that are not closed, those that the reader may read."""
    subject = subject_of(request)
    kept = get_part(_make_standings).get(request)
    return [standings for standings, thing in kept if may(subject, "read", thing).allowed]


def _make_standings() -> Unchanged[Sequence[tuple[Standings, Protected]]]:
    return Unchanged(_read_standings, KEPT_FOR)


def _read_standings(node: Node) -> Sequence[tuple[Standings, Protected]]:
    found = [each for each in list_roadmaps(node) if each.binding is not None and not each.is_closed]
    if not found:
        return ()
    guarded = protect_objects([each.object_id for each in found])
    return tuple(zip(stand_all(node, found), guarded, strict=True))
