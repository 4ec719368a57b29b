"""Meetings as other registers choose among them: by words of their title or place, with their agenda."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from django.db.models import Q

from mithaq.node.node import Node
from mithaq.node.registry import Occasion
from mithaq.registers.meetings.models import Meeting, TextVersion
from mithaq.registers.meetings.reading.rows import load_texts
from mithaq.registers.meetings.rules.appointment import written_date
from mithaq.registers.meetings.rules.kinds import AGENDA


class Occasions:
    """Implements ``node.registry.OccasionSource``."""

    def find_occasions(
        self, node: Node, words: Sequence[str], limit: int, object_id: str = ""
    ) -> list[Occasion]:
        """Meetings that hold each word, the latest first, in two questions; one of that id is among them."""
        wanted = Q()
        for word in words:
            wanted &= Q(title__icontains=word) | Q(data__icontains=word)
        rows = list(Meeting.objects.filter(wanted).order_by("-starts_ms", "object_id")[:limit])
        if object_id and all(row.object_id != object_id for row in rows):
            rows += Meeting.objects.filter(object_id=object_id)
        agendas = _read_agendas([row.object_id for row in rows])
        return [_describe(row, agendas.get(row.object_id)) for row in rows]


def _read_agendas(ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """The newest agenda of each of these meetings that has one."""
    rows = TextVersion.objects.filter(meeting_id__in=ids, object_kind=AGENDA).order_by(
        "version", "created_ms"
    )
    return {row.meeting_id: orjson.loads(row.data) for row in rows}


def _describe(row: Meeting, agenda: Mapping[str, Any] | None) -> Occasion:
    data = orjson.loads(row.data)
    items = agenda["items"] if agenda is not None else data.get("agenda", [])
    return Occasion(
        row.object_id,
        load_texts(row.title),
        written_date(data),
        [(int(each["no"]), dict(each["title"])) for each in items],
    )
