"""Fills the read model of this register from journal entries and released notes. Nothing else writes it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from mithaq.core.encoding import to_ms
from mithaq.node.records import JournalEntry, SealedAct
from mithaq.registers.sources.models import Alias, Attached, Finding, Released, Ruling, Sighting, Source
from mithaq.registers.sources.rules.kinds import SOURCE_KIND
from mithaq.web.read_model import Keys, clear_rows, digest_rows, dump

_DESCRIBED: Final = ("published_on", "publisher", "url", "genre", "language", "title")
_APART: Final = frozenset({"assertions", "title", "language", "genre"})


class SourcesModel:
    """Implements ``node.registry.ReadModel``."""

    name = "sources"

    def clear(self) -> None:
        """Drop every row."""
        clear_rows(_KEYS)

    def project(self, first: SealedAct, acts: Sequence[SealedAct]) -> None:
        """Replace the row of one released source."""
        if first.parsed.object_kind != SOURCE_KIND:
            return
        body = first.parsed.body
        Released.objects.update_or_create(
            object_id=first.object_id,
            defaults={
                "sha256": _text(body, "sha256", 64),
                "sender": first.parsed.author,
                "title": _text(body, "title", 300),
                "publisher": _text(body, "publisher", 300),
                "published_on": _text(body, "published_on", 10),
                "language": _text(body, "language", 2) or "ar",
                "body": dump(dict(body)),
                "created_ms": to_ms(first.parsed.created_at),
            },
        )

    def apply(self, entry: JournalEntry) -> None:
        """Take in one entry of the local journal; a kind of a newer node is passed over."""
        known = _APPLY.get(entry.kind)
        if known is not None:
            known(entry)

    def digest(self) -> tuple[int, str]:
        """Row count and hash over all rows in the order of their keys."""
        return digest_rows(_KEYS)


_KEYS: Final[Keys] = (
    (Finding, ("source_id", "assertion_id")),
    (Source, ("source_id",)),
    (Sighting, ("source_id", "number")),
    (Ruling, ("first", "second")),
    (Alias, ("entity_id", "text")),
    (Attached, ("source_id", "object_id", "at_ms", "item")),
    (Released, ("object_id",)),
)

READ_MODEL: Final = SourcesModel()


def _text(body: Mapping[str, Any], name: str, most: int) -> str:
    value = body.get(name)
    return value[:most] if isinstance(value, str) else ""


# Sources


def _apply_added(entry: JournalEntry) -> None:
    body = entry.body
    Source.objects.update_or_create(
        source_id=entry.subject,
        defaults={
            "sha256": _text(body, "sha256", 64),
            "size_bytes": int(body.get("size", 0)),
            "media_type": _text(body, "media_type", 32),
            "encoding": _text(body, "encoding", 32),
            "added_ms": to_ms(entry.at),
            "added_by": entry.post,
            "entry": entry.number,
            **_described(body),
            **_analysed(body),
        },
    )
    _replace_assertions(entry)
    _replace_sightings(entry)


def _described(body: Mapping[str, Any]) -> dict[str, str]:
    limits = {"url": 1000, "published_on": 10, "language": 2, "genre": 20}
    return {name: _text(body, name, limits.get(name, 300)) for name in _DESCRIBED if name in body}


def _analysed(body: Mapping[str, Any]) -> dict[str, object]:
    analysis = body.get("analysis")
    if not isinstance(analysis, Mapping):
        return {}
    kept = {name: value for name, value in analysis.items() if name not in _APART}
    return {
        "analysis": dump(kept),
        "reports": dump(analysis.get("reports", [])),
        "rules_version": int(analysis.get("rules_version", 1)),
    }


def _replace_assertions(entry: JournalEntry) -> None:
    """The assertions of a new analysis; one that was there before keeps what a person said of it."""
    analysis = entry.body.get("analysis")
    if not isinstance(analysis, Mapping):
        return
    decided = {
        row.assertion_id: row
        for row in Finding.objects.filter(source_id=entry.subject).exclude(decided_by_post="")
    }
    Finding.objects.filter(source_id=entry.subject).delete()
    rows: dict[str, Finding] = {}
    for position, one in enumerate(analysis.get("assertions", ())):
        before = decided.get(one["id"])
        rows[one["id"]] = Finding(
            source_id=entry.subject,
            assertion_id=one["id"],
            position=position,
            type=one["type"],
            start=one["start"],
            end=one["end"],
            exact=one["exact"],
            rule_id=one["rule_id"],
            rule_version=one["rule_version"],
            value=dump(one["value"]),
            is_proposal=one["is_proposal"],
            status="proposed" if before is None else before.status,
            decided_by_post="" if before is None else before.decided_by_post,
            decided_ms=None if before is None else before.decided_ms,
        )
    Finding.objects.bulk_create(rows.values(), batch_size=200)


def _replace_sightings(entry: JournalEntry) -> None:
    """The meetings that a new analysis finds told."""
    analysis = entry.body.get("analysis")
    if not isinstance(analysis, Mapping):
        return
    names = {
        str(one["value"]["id"]): one["value"].get("names", {})
        for one in reversed(analysis.get("assertions", ()))
        if one["type"] == "person"
    }
    Sighting.objects.filter(source_id=entry.subject).delete()
    Sighting.objects.bulk_create(
        Sighting(
            source_id=entry.subject,
            number=number,
            participants=dump(one["participants"]),
            names=dump({each: names[each] for each in one["participants"] if each in names}),
            place=one["place"][:200],
            date=one["date"][:32],
            date_precision=one["date_precision"][:8],
            date_text=one["date_text"],
            start=one["start"],
            end=one["end"],
            is_main=one["is_main"],
        )
        for number, one in enumerate(analysis.get("candidates", ()))
    )


def _apply_described(entry: JournalEntry) -> None:
    body = entry.body
    Source.objects.filter(source_id=entry.subject).update(
        entry=entry.number, **_described(body), **_analysed(body)
    )
    _replace_assertions(entry)
    _replace_sightings(entry)


def _apply_classified(entry: JournalEntry) -> None:
    Source.objects.filter(source_id=entry.subject).update(
        entry=entry.number, overrides=dump(entry.body.get("overrides", [])), **_analysed(entry.body)
    )
    _replace_assertions(entry)
    _replace_sightings(entry)


def _apply_decided(entry: JournalEntry) -> None:
    Finding.objects.filter(source_id=entry.subject, assertion_id=str(entry.body.get("assertion"))).update(
        status=str(entry.body.get("status")), decided_by_post=entry.post, decided_ms=to_ms(entry.at)
    )


# Beside the sources


def _apply_ruled(entry: JournalEntry) -> None:
    first, second = sorted((str(entry.body.get("first")), str(entry.body.get("second"))))
    Ruling.objects.update_or_create(
        first=first,
        second=second,
        defaults={
            "is_same": entry.body.get("is_same") is True,
            "by_post": entry.post,
            "at_ms": to_ms(entry.at),
        },
    )


def _apply_alias(entry: JournalEntry) -> None:
    Alias.objects.update_or_create(
        entity_id=entry.subject,
        text=_text(entry.body, "text", 200),
        defaults={"by_post": entry.post, "at_ms": to_ms(entry.at)},
    )


def _apply_alias_dropped(entry: JournalEntry) -> None:
    Alias.objects.filter(entity_id=entry.subject, text=_text(entry.body, "text", 200)).delete()


def _apply_attached(entry: JournalEntry) -> None:
    item = entry.body.get("item")
    Attached.objects.create(
        source_id=entry.subject,
        object_id=_text(entry.body, "object", 36),
        item=item if type(item) is int else None,
        reported_by=_text(entry.body, "reported_by", 200),
        at_ms=to_ms(entry.at),
    )


_APPLY: Final[Mapping[str, Callable[[JournalEntry], None]]] = {
    "source.added": _apply_added,
    "source.described": _apply_described,
    "source.classified": _apply_classified,
    "assertion.decided": _apply_decided,
    "meeting.ruled": _apply_ruled,
    "alias.confirmed": _apply_alias,
    "alias.dropped": _apply_alias_dropped,
    "source.attached": _apply_attached,
}
