"""A store in memory that keeps the contract of ``node.ports.Store``: transactions that roll back, unique
places, copies as backups. Fast: the double for the simulator and for whatever needs a node without a disk.

What is outside of a transaction is durable at once, as in the database. ``copy`` gives the state that
a process would find after a kill, or that a backup would bring back.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from mithaq.core.acts.receipts import ReceiptResult
from mithaq.core.acts.revocations import add_revocation
from mithaq.core.log.merkle import EMPTY_ROOT, CompactRange
from mithaq.core.log.signed_note import SignatureLine
from mithaq.core.types import AdministrationCode, LeafIndex, Origin, TreeSize
from mithaq.errors import ConflictError, MissingError
from mithaq.node.ports.roster import MOST_EVIDENCE
from mithaq.node.records import (
    Alarm,
    FollowedHead,
    JournalEntry,
    Outcome,
    OwnHead,
    ParkedAct,
    Partner,
    ReceiptRange,
    SealedAct,
    StoredAct,
    WaitingAct,
    WantedBlob,
)

from .memory_models import MemoryProjections, describe
from .memory_tables import Tables, add_cosignature, clash, cosigned_note, insert_acts, remove_act

__all__ = ["MemoryStore", "describe"]


class MemoryStore:
    """Implements ``node.ports.Store``."""

    def __init__(self, code: str, origin: str, tables: Tables | None = None) -> None:
        self.code, self.origin = AdministrationCode(code), Origin(origin)
        self.tables = tables or Tables()
        if not self.tables.own_head:
            head = OwnHead(self.origin, TreeSize(0), EMPTY_ROOT, LeafIndex(0), CompactRange().encode(), b"")
            self.tables.own_head.put("head", head)
        self.own = MemoryOwnLog(self.tables, self.origin)
        self.followed = MemoryFollowed(self.tables, self.code)
        self.witnessed = MemoryWitnessed(self.tables)
        self.acts = MemoryActs(self.tables)
        self.receipts = MemoryReceipts(self.tables)
        self.projections = MemoryProjections(self.tables)
        self.roster = MemoryRoster(self.tables)
        self.alarms = MemoryAlarms(self.tables)
        self.settings = MemorySettings(self.tables)
        self.journal = MemoryJournal(self.tables)
        self.check_commit: Callable[[], None] = lambda: None

    def transaction(self) -> Any:
        return self.tables.journal.transaction(lambda: self.check_commit())

    def copy(self) -> "MemoryStore":
        """What a backup of this moment holds. Not within a transaction."""
        assert not self.tables.journal.depth
        return MemoryStore(self.code, self.origin, Tables(self.tables))


class MemoryOwnLog:
    def __init__(self, tables: Tables, origin: Origin) -> None:
        self._tables = tables
        self._origin = origin

    def head(self, *, lock: bool = False) -> OwnHead:
        head: OwnHead = self._tables.own_head["head"]
        return head

    def next_seqs(self, codes: Iterable[AdministrationCode]) -> dict[AdministrationCode, int]:
        return {code: self._last(code) + 1 for code in codes}

    def add_acts(self, acts: Sequence[SealedAct], releases: Sequence[Any]) -> None:
        self._insert(acts, releases)
        self._move_next(acts[-1].leaf_index + 1)

    def restore_acts(
        self,
        acts: Sequence[SealedAct],
        releases: Sequence[Any],
        lost: Mapping[LeafIndex, bytes],
        next_index: int,
    ) -> None:
        self._insert(acts, releases)
        for leaf_index, commitment in lost.items():
            if (self._origin, leaf_index) in self._tables.acts:
                raise clash("store_act.position")
            act = StoredAct(self._origin, leaf_index, commitment, b"", b"")
            self._tables.acts.put((self._origin, leaf_index), act)
            self._tables.order.insert(self._origin, leaf_index)
        self._move_next(next_index)

    def _insert(self, acts: Sequence[SealedAct], releases: Sequence[Any]) -> None:
        insert_acts(self._tables, acts)
        for one in releases:
            if any(
                leaf_index == one.leaf_index
                for leaf_index, _ in self._tables.releases.of(one.administration)[-600:]
            ):
                raise clash("release_once")
            self._tables.releases.insert(one.administration, (one.leaf_index, one.seq))

    def _move_next(self, next_index: int) -> None:
        self._tables.own_head.put("head", replace(self.head(), next_index=LeafIndex(next_index)))

    def _between(self, first: int, count: int) -> list[StoredAct]:
        places = ((self._origin, index) for index in range(first, first + count))
        return [self._tables.acts[place] for place in places if place in self._tables.acts]

    def read_committed(self, first: LeafIndex, count: int) -> list[tuple[bytes, bytes, bytes]]:
        return [(act.commitment, act.salt, act.envelope) for act in self._between(first, count)]

    def acts_from(self, first: LeafIndex, count: int) -> list[SealedAct]:
        return [act for act in self._between(first, count) if act.envelope]  # type: ignore[misc]

    def publish(self, old: OwnHead, new: OwnHead, release_heads: Mapping[str, bytes]) -> None:
        head = self.head()
        if (head.tree_size, head.root_hash) != (old.tree_size, old.root_hash):
            raise ConflictError("head_moved", "another sequencer published a checkpoint")
        self._tables.own_head.put("head", replace(new, next_index=head.next_index))
        self._tables.checkpoints.put((self._origin, new.tree_size), (new.root_hash, new.note))
        for code, document in release_heads.items():
            self._tables.release_heads.put((code, new.tree_size), document)

    def checkpoint_covering(self, leaf_index: LeafIndex) -> tuple[TreeSize, bytes]:
        sizes = self._tables.cosigned.of((self._origin, None))
        at = bisect_right(sizes, leaf_index)
        if at == len(sizes):
            raise MissingError("not_cosigned", "no partner has cosigned a checkpoint over this act yet")
        return sizes[at], self.note_at(sizes[at])

    def latest_checkpoint(self) -> tuple[TreeSize, bytes]:
        head = self.head()
        return (head.tree_size, self.note_at(head.tree_size)) if head.note else (TreeSize(0), b"")

    def note_at(self, tree_size: TreeSize) -> bytes:
        return cosigned_note(self._tables, self._origin, tree_size)

    def release_head(self, administration: AdministrationCode, tree_size: TreeSize) -> bytes:
        found: bytes | None = self._tables.release_heads.get((administration, tree_size))
        if found is None:
            raise MissingError("no_release_head", "no release head for that size")
        return found

    def last_seq(self, administration: AdministrationCode, below: TreeSize) -> int:
        return self._last(administration, below)

    def released(self, administration: str, first: LeafIndex, below: TreeSize, limit: int) -> list[StoredAct]:
        rows = self._tables.releases.of(administration)
        start, end = bisect_left(rows, (first, 0)), bisect_left(rows, (below, 0))
        places = ((self._origin, leaf_index) for leaf_index, _ in rows[start : min(end, start + limit)])
        return [self._tables.acts[place] for place in places if place in self._tables.acts]

    def is_blob_released(self, administration: AdministrationCode, sha256: str) -> bool:
        size = self.head().tree_size
        released = {leaf_index for leaf_index, _ in self._tables.releases.of(administration)}
        return any(
            log == self._origin and leaf_index < size and leaf_index in released
            for log, leaf_index in self._tables.blobs.of(sha256)
        )

    def add_cosignature(
        self, tree_size: TreeSize, line: SignatureLine, at_s: int, by: AdministrationCode
    ) -> None:
        add_cosignature(self._tables, self._origin, tree_size, line, at_s, by)

    def cosigned_size(self, administration: AdministrationCode | None = None) -> TreeSize:
        return TreeSize(next(reversed(self._tables.cosigned.of((self._origin, administration))), 0))

    def _last(self, code: str, below: int | None = None) -> int:
        rows = self._tables.releases.of(code)
        end = len(rows) if below is None else bisect_left(rows, (below, 0))
        return rows[end - 1][1] if end else 0


class MemoryFollowed:
    def __init__(self, tables: Tables, code: AdministrationCode) -> None:
        self._tables = tables
        self._code = code

    def heads(self) -> list[FollowedHead]:
        return [self._tables.heads[origin] for origin in sorted(self._tables.heads)]

    def head(self, origin: Origin, *, lock: bool = False) -> FollowedHead:
        found: FollowedHead | None = self._tables.heads.get(origin)
        if found is None:
            raise MissingError("origin", "this node does not follow that log")
        return found

    def add(self, head: FollowedHead) -> None:
        if head.origin in self._tables.heads:
            raise clash("store_log.origin")
        self._tables.heads.put(head.origin, head)

    def save(self, head: FollowedHead) -> None:
        if head.origin in self._tables.heads:
            self._tables.heads.put(head.origin, head)

    def bundle(self, origin: Origin, number: int) -> bytes:
        found: bytes = self._tables.bundles.get((origin, number), b"")
        return found

    def save_bundles(self, origin: Origin, bundles: Mapping[int, bytes]) -> None:
        for number, entries in bundles.items():
            self._tables.bundles.put((origin, number), entries)

    def add_head(self, origin: Origin, tree_size: TreeSize, root_hash: bytes, note: bytes) -> None:
        if (origin, tree_size) not in self._tables.checkpoints:
            self._tables.checkpoints.put((origin, tree_size), (root_hash, note))

    def root_at(self, origin: Origin, tree_size: TreeSize) -> Any:
        return self._tables.checkpoints.get((origin, tree_size), (None, b""))[0]

    def add_cosignature(self, origin: Origin, tree_size: TreeSize, line: SignatureLine, at_s: int) -> None:
        add_cosignature(self._tables, origin, tree_size, line, at_s, self._code)

    def cosigned(self, origin: Origin) -> tuple[TreeSize, bytes]:
        size = next(reversed(self._tables.cosigned.of((origin, self._code))), 0)
        return (TreeSize(size), cosigned_note(self._tables, origin, size)) if size else (TreeSize(0), b"")

    def add_acts(self, acts: Sequence[SealedAct]) -> None:
        insert_acts(self._tables, acts)

    def add_disclosed(self, act: SealedAct) -> None:
        if (act.log, act.leaf_index) not in self._tables.acts:
            insert_acts(self._tables, [act])

    def remove_act(self, origin: Origin, leaf_index: LeafIndex) -> None:
        remove_act(self._tables, origin, leaf_index)

    def acts_from(self, origin: Origin, first: LeafIndex, limit: int) -> list[StoredAct]:
        order = self._tables.order.of(origin)
        start = bisect_left(order, first)
        return [self._tables.acts[origin, index] for index in order[start : start + limit]]

    def park(self, parked: Sequence[ParkedAct]) -> None:
        for act in parked:
            if (act.log, act.leaf_index) not in self._tables.parked:
                self._tables.parked.put((act.log, act.leaf_index), act)

    def parked(self, origin: Origin | None = None) -> list[ParkedAct]:
        return [self._tables.parked[key] for key in sorted(self._tables.parked) if origin in (None, key[0])]

    def count_parked(self, origin: Origin | None = None) -> int:
        return len(self.parked(origin))

    def unpark(self, origin: Origin, indexes: Iterable[LeafIndex]) -> None:
        for index in indexes:
            self._tables.parked.drop((origin, index))

    def hold(self, waiting: Sequence[WaitingAct]) -> None:
        for act in waiting:
            self._tables.waiting.put((act.log, act.leaf_index), act)

    def waiting(self, origin: Origin | None = None) -> list[WaitingAct]:
        return self._held(origin)

    def _held(self, origin: Origin | None = None) -> list[WaitingAct]:
        return [self._tables.waiting[key] for key in sorted(self._tables.waiting) if origin in (None, key[0])]

    def count_waiting(self, origin: Origin | None = None) -> tuple[int, int]:
        found = self._held(origin)
        return len(found), sum(len(act.line) for act in found)

    def first_waiting(self, origin: Origin) -> LeafIndex | None:
        return min((act.leaf_index for act in self._held(origin)), default=None)

    def waits(self, origin: Origin) -> dict[Origin, TreeSize]:
        found: dict[Origin, TreeSize] = {}
        for act in self._held(origin):
            found[act.waiting_for] = min(found.get(act.waiting_for, act.waiting_size), act.waiting_size)
        return found

    def waiting_for(self, origin: Origin, log: Origin, most: TreeSize, limit: int) -> list[WaitingAct]:
        found = [act for act in self._held(origin) if act.waiting_for == log and act.waiting_size <= most]
        return found[:limit]

    def unhold(self, waiting: WaitingAct) -> None:
        self._tables.waiting.drop((waiting.log, waiting.leaf_index))

    def want_blobs(self, origin: Origin, wanted: Sequence[WantedBlob]) -> None:
        if wanted:
            self._tables.wanted.put(origin, (*self.wanted_blobs(origin), *wanted))

    def wanted_blobs(self, origin: Origin) -> list[WantedBlob]:
        return list(self._tables.wanted.get(origin, ()))

    def blob_arrived(self, origin: Origin, sha256: str) -> list[LeafIndex]:
        named = {one.leaf_index for one in self.wanted_blobs(origin) if one.sha256 == sha256}
        self.forget_blob(origin, sha256)
        return sorted(named - {one.leaf_index for one in self.wanted_blobs(origin)})

    def forget_blob(self, origin: Origin, sha256: str) -> None:
        left = tuple(one for one in self.wanted_blobs(origin) if one.sha256 != sha256)
        self._tables.wanted.put(origin, left)

    def set_gaps(self, origin: Origin, missing: Iterable[int]) -> None:
        polls = self.gaps(origin)
        wanted = {seq: polls.get(seq, -1) + 1 for seq in sorted(set(missing))}
        if wanted or polls:
            self._tables.gaps.put(origin, wanted)

    def gaps(self, origin: Origin) -> dict[int, int]:
        return dict(self._tables.gaps.get(origin, {}))

    def incomplete(self) -> list[AdministrationCode]:
        return sorted({head.administration for head in self.heads() if self.gaps(head.origin)})


class MemoryWitnessed:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def last(self, origin: Origin) -> bytes:
        found: bytes = self._tables.witnessed.get(origin, b"")
        return found

    def replace(self, origin: Origin, old: bytes, new: bytes) -> bool:
        if self.last(origin) != old:
            return False
        self._tables.witnessed.put(origin, new)
        return True


class MemoryActs:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def by_id(self, act_id: str) -> SealedAct:
        return self._first(self._tables.ids.of(act_id))

    def at(self, log: Origin, leaf_index: LeafIndex) -> SealedAct:
        return self._first([(log, leaf_index)])

    def _first(self, places: Sequence[Any]) -> SealedAct:
        for place in places:
            act = self._tables.acts.get(place)
            if act is not None and act.envelope:
                found: SealedAct = act
                return found
        raise MissingError("act", "no such act is held here")

    def naming_blob(self, sha256: str, limit: int = 200) -> list[SealedAct]:
        return [self._tables.acts[place] for place in self._tables.blobs.of(sha256)][-limit:][::-1]

    def of_objects(self, object_ids: Iterable[str]) -> dict[str, list[SealedAct]]:
        return {
            object_id: [self._tables.acts[place] for place in self._tables.objects.of(object_id)]
            for object_id in sorted(set(object_ids))
        }

    def places_of(self, act_ids: Iterable[str]) -> dict[str, tuple[Origin, LeafIndex]]:
        return {act_id: self._tables.ids.of(act_id)[0] for act_id in act_ids if self._tables.ids.of(act_id)}

    def count_of_objects(self, object_ids: Iterable[str], log: Origin) -> dict[str, int]:
        return {
            object_id: sum(
                place[0] == log and self._tables.acts[place].parsed.id != object_id
                for place in self._tables.objects.of(object_id)
            )
            for object_id in object_ids
        }

    def objects_signed_by(self, log: Origin, keyid: str, first: LeafIndex) -> list[str]:
        order = self._tables.order.of(log)
        acts = [self._tables.acts[log, index] for index in order[bisect_left(order, first) :]]
        return sorted({act.object_id for act in acts if any(one.keyid == keyid for one in act.signatures)})

    def scan(self, log: Origin, first: LeafIndex = LeafIndex(0)) -> Iterator[StoredAct]:
        order = self._tables.order.of(log)
        for index in order[bisect_left(order, first) :]:
            act = self._tables.acts[log, index]
            if act.envelope:
                yield act

    def objects_in(self, log: Origin, first: LeafIndex, last: LeafIndex) -> list[str]:
        order = self._tables.order.of(log)
        found = set()
        for index in order[bisect_left(order, first) : bisect_right(order, last)]:
            act = self._tables.acts[log, index]
            if act.envelope and (act.parsed.object or len(self._tables.objects.of(act.object_id)) > 1):
                found.add(act.object_id)
        return sorted(found)


class MemoryReceipts:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def add(self, ranges: Sequence[ReceiptRange]) -> None:
        for one in ranges:
            key = (one.receipt_log, one.receipt_index, one.first)
            if key in self._tables.receipt_keys.of(one.subject_log):
                continue
            self._tables.receipt_keys.insert(one.subject_log, key)
            self._tables.receipts.insert(one.subject_log, (one.last, self._tables.next_serial(), one))
            self._tables.floors.insert((one.subject_log, one.recipient), (one.tree_size, one.at))

    def covering(self, log: Origin, indexes: Iterable[LeafIndex]) -> list[ReceiptRange]:
        wanted = sorted(set(indexes))
        if not wanted:
            return []
        rows = self._tables.receipts.of(log)
        found = [one for _, _, one in rows[bisect_left(rows, (wanted[0], 0)) :] if one.first <= wanted[-1]]
        found = [one for one in found if bisect_left(wanted, one.first) < bisect_right(wanted, one.last)]
        return sorted(found, key=_receipt_place)

    def covering_each(
        self, indexes: Mapping[Origin, Iterable[LeafIndex]]
    ) -> dict[Origin, list[ReceiptRange]]:
        return {log: self.covering(log, each) for log, each in indexes.items()}

    def told(self, one: ReceiptRange) -> list[tuple[LeafIndex, LeafIndex]]:
        found = [row[2] for row in self._tables.receipts.of(one.subject_log)]
        return [
            (each.first, each.last)
            for each in found
            if (each.recipient, each.result, each.receipt_log) == (one.recipient, one.result, one.receipt_log)
            and each.receipt_index < one.receipt_index
            and each.first <= one.last
            and each.last >= one.first
        ]

    def about(self, log: Origin) -> list[ReceiptRange]:
        return sorted((one for _, _, one in self._tables.receipts.of(log)), key=_receipt_place)

    def floor_at(self, log: Origin, by: AdministrationCode, leaf_index: LeafIndex) -> datetime | None:
        return max((at for size, at in self._tables.floors.of((log, by)) if size <= leaf_index), default=None)

    def floors_at(
        self, asked: Sequence[tuple[Origin, AdministrationCode, LeafIndex]]
    ) -> list[datetime | None]:
        return [self.floor_at(*one) for one in asked]

    def owe(self, log: Origin, outcomes: Sequence[Outcome]) -> None:
        for one in outcomes:
            self._tables.owed.insert(log, (one.first, self._tables.next_serial(), one))

    def owed(self, log: Origin, limit: int) -> list[Outcome]:
        return [one for _, _, one in self._tables.owed.of(log)[:limit]]

    def settle(self, log: Origin, first: LeafIndex, last: LeafIndex, result: ReceiptResult) -> None:
        for row in [*self._tables.owed.of(log)]:
            one = row[2]
            if one.first >= first and one.last <= last and one.result is result:
                self._tables.owed.remove(log, row)


def _receipt_place(one: ReceiptRange) -> tuple[str, int, int]:
    return (one.receipt_log, one.receipt_index, one.first)


class MemoryRoster:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def codes(self) -> list[AdministrationCode]:
        return sorted(self._tables.partners)

    def partners(self) -> list[Partner]:
        return [self.partner(code) for code in self.codes()]

    def partner(self, code: AdministrationCode) -> Partner:
        if code not in self._tables.partners:
            raise MissingError("partner", "no administration of that code is on the roster")
        partner: Partner = self._tables.partners[code]
        return replace(partner, root=self.last_root(code))

    def save(self, partner: Partner) -> None:
        self._tables.partners.put(partner.code, partner)

    def set_contact(self, code: AdministrationCode, at: datetime, health: str) -> None:
        if code in self._tables.partners:
            self.save(replace(self.partner(code), last_contact_at=at, health=health))

    def root_versions(self, code: AdministrationCode) -> list[bytes]:
        return [document for _, document in self._tables.roots.get(code, ())]

    def last_root(self, code: AdministrationCode) -> bytes:
        return next(reversed(self.root_versions(code)), b"")

    def revocations(self, code: AdministrationCode) -> dict[str, Any]:
        return dict(self._tables.revocations.get(code, {}))

    def revocations_of(self, codes: Iterable[AdministrationCode]) -> dict[AdministrationCode, dict[str, Any]]:
        return {code: self.revocations(code) for code in codes}

    def add_revocation(self, code: AdministrationCode, revocation: Any) -> None:
        self._tables.revocations.put(code, add_revocation(self.revocations(code), revocation))

    def add_root(self, code: AdministrationCode, version: int, document: bytes) -> None:
        known = self._tables.roots.get(code, ())
        if all(number != version for number, _ in known):
            self._tables.roots.put(code, tuple(sorted((*known, (version, document)))))


class MemoryAlarms:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def raise_alarm(self, alarm: Alarm) -> bool:
        if (alarm.code, alarm.subject) in self._tables.alarms:
            return False
        self._tables.alarms.put((alarm.code, alarm.subject), alarm)
        return True

    def alarms(self) -> list[Alarm]:
        return list(self._tables.alarms.values())

    def clear(self, code: str, subject: str) -> None:
        self._tables.alarms.drop((code, subject))

    def keep_evidence(self, origin: Origin, kind: str, notes: Sequence[bytes]) -> None:
        known = self._tables.evidence.get(origin, ())
        has_room = sum(kind == each for each, _ in known) < MOST_EVIDENCE
        if has_room and (kind, tuple(notes)) not in known:
            self._tables.evidence.put(origin, (*known, (kind, tuple(notes))))

    def evidence(self, origin: Origin) -> list[tuple[str, list[bytes]]]:
        return [(kind, list(notes)) for kind, notes in self._tables.evidence.get(origin, ())]


class MemoryJournal:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def append(self, entry: JournalEntry) -> JournalEntry:
        kept = replace(entry, number=self._tables.next_serial())
        self._tables.entries.put(kept.number, kept)
        return kept

    def last_number(self) -> int:
        return max(self._tables.entries, default=0)

    def entries(self, register: str) -> Iterator[JournalEntry]:
        return iter([one for one in self._tables.entries.values() if one.register == register])

    def since(self, number: int, limit: int) -> list[JournalEntry]:
        return [one for key, one in sorted(self._tables.entries.items()) if key > number][:limit]

    def of_subject(self, register: str, subject: str) -> list[JournalEntry]:
        return [one for one in self.entries(register) if one.subject == subject]


class MemorySettings:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def get(self, name: str) -> str | None:
        found: str | None = self._tables.settings.get(name)
        return found

    def set(self, name: str, value: str | None) -> None:
        if value is None:
            self._tables.settings.drop(name)
        else:
            self._tables.settings.put(name, value)
