"""Partner logs in the database: head, leaves, acts, and what could not be used."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import connection

from mithaq.adapters.store import rows
from mithaq.adapters.store.models import POSITION_BITS
from mithaq.adapters.store.own_log import add_cosignature, cosigned_note
from mithaq.adapters.store.rows import LogNumbers, execute, execute_many, query
from mithaq.core.log.signed_note import SignatureLine
from mithaq.core.types import AdministrationCode, LeafIndex, Origin, RootHash, TreeSize
from mithaq.errors import MissingError
from mithaq.node.records import FollowedHead, ParkedAct, SealedAct, StoredAct, WaitingAct, WantedBlob

HEAD_COLUMNS = (
    "origin, administration, tree_size, root_hash, compact_range, note,"
    " next_index, last_seq, applied_size, applied_root, frozen"
)

ACT_TABLES = (
    ("store_act", "position"),
    ("store_section", "position"),
    ("store_blobname", "position"),
    ("store_receipt", "receipt_position"),
)

WAITING_COLUMNS = "position, waiting_for, waiting_size, line"


class DatabaseFollowed:
    """Implements ``node.ports.FollowedStore``."""

    def __init__(self, numbers: LogNumbers, own_code: AdministrationCode) -> None:
        self._numbers = numbers
        self._own_code = own_code

    def heads(self) -> list[FollowedHead]:
        """Every followed log, sorted by origin."""
        found = query(f"SELECT {HEAD_COLUMNS} FROM store_log WHERE NOT is_own")
        return sorted(map(_head, found), key=lambda head: head.origin)

    def head(self, origin: Origin, *, lock: bool = False) -> FollowedHead:
        """One followed log."""
        suffix = " FOR UPDATE" if lock and connection.vendor == "postgresql" else ""
        found = query(
            f"SELECT {HEAD_COLUMNS} FROM store_log WHERE NOT is_own AND origin = %s{suffix}", (origin,)
        )
        if not found:
            raise MissingError("origin", "this node does not follow that log")
        return _head(found[0])

    def add(self, head: FollowedHead) -> None:
        """Start to follow a log."""
        execute(
            f"INSERT INTO store_log ({HEAD_COLUMNS}, is_own)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (head.origin, head.administration, *_cursor_values(head), False),
        )

    def save(self, head: FollowedHead) -> None:
        """Replace head and cursor."""
        execute(
            "UPDATE store_log SET tree_size = %s, root_hash = %s, compact_range = %s, note = %s,"
            " next_index = %s,"
            " last_seq = %s, applied_size = %s, applied_root = %s, frozen = %s WHERE NOT is_own AND"
            " origin = %s",
            (*_cursor_values(head), head.origin),
        )

    def bundle(self, origin: Origin, number: int) -> bytes:
        """Stored bundle; empty when none is stored."""
        found = query(
            "SELECT entries FROM store_bundle WHERE log_id = %s AND number = %s",
            (self._numbers.id_of(origin), number),
        )
        return bytes(found[0][0]) if found else b""

    def save_bundles(self, origin: Origin, bundles: Mapping[int, bytes]) -> None:
        """Store bundles in the place of what is there: it may be a liar's, fetched before."""
        log_id = self._numbers.id_of(origin)
        rows.insert_many(
            "store_bundle",
            ("log_id", "number", "entries"),
            [(log_id, number, entries) for number, entries in bundles.items()],
            "ON CONFLICT (log_id, number) DO UPDATE SET entries = excluded.entries",
        )

    def add_head(self, origin: Origin, tree_size: TreeSize, root_hash: RootHash, note: bytes) -> None:
        """Keep a verified checkpoint verbatim."""
        execute(
            "INSERT INTO store_checkpoint (log_id, tree_size, root_hash, note) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            (self._numbers.id_of(origin), tree_size, root_hash, note),
        )

    def root_at(self, origin: Origin, tree_size: TreeSize) -> RootHash | None:
        """Root of a verified checkpoint of that size."""
        found = query(
            "SELECT root_hash FROM store_checkpoint WHERE log_id = %s AND tree_size = %s",
            (self._numbers.id_of(origin), tree_size),
        )
        return RootHash(bytes(found[0][0])) if found else None

    def add_cosignature(self, origin: Origin, tree_size: TreeSize, line: SignatureLine, at_s: int) -> None:
        """Keep our cosignature of a partner's checkpoint."""
        add_cosignature(self._numbers.id_of(origin), tree_size, line, at_s, self._own_code)

    def cosigned(self, origin: Origin) -> tuple[TreeSize, bytes]:
        """Last checkpoint of that log that we cosigned."""
        log_id = self._numbers.id_of(origin)
        found = query(
            "SELECT COALESCE(MAX(tree_size), 0) FROM store_cosignature WHERE log_id = %s AND"
            " administration = %s",
            (log_id, self._own_code),
        )
        tree_size = TreeSize(found[0][0])
        return (tree_size, cosigned_note(log_id, tree_size)) if tree_size else (TreeSize(0), b"")

    def add_acts(self, acts: Sequence[SealedAct]) -> None:
        """Insert verified acts."""
        positions = [self._numbers.position(act.log, act.leaf_index) for act in acts]
        rows.add_acts([rows.act_row(act, at) for act, at in zip(acts, positions, strict=True)])
        rows.add_parts(acts, positions)

    def add_disclosed(self, act: SealedAct) -> None:
        """Insert a disclosed act unless it is held."""
        position = self._numbers.position(act.log, act.leaf_index)
        if not query("SELECT 1 FROM store_act WHERE position = %s", (position,)):
            self.add_acts([act])

    def remove_act(self, origin: Origin, leaf_index: LeafIndex) -> None:
        """Forget an act and what came with it."""
        position = self._numbers.position(origin, leaf_index)
        for table, column in ACT_TABLES:
            execute(f"DELETE FROM {table} WHERE {column} = %s", (position,))
        execute(
            "DELETE FROM store_blobwant WHERE log_id = %s AND leaf_index = %s",
            (self._numbers.id_of(origin), leaf_index),
        )

    def acts_from(self, origin: Origin, first: LeafIndex, limit: int) -> list[StoredAct]:
        """Acts of that log held here."""
        base = self._numbers.position(origin, 0)
        found = query(
            f"SELECT {rows.ACT_COLUMNS} FROM store_act WHERE position >= %s AND position < %s ORDER"
            " BY position LIMIT %s",
            (base + first, base + (1 << POSITION_BITS), limit),
        )
        return rows.stored_acts(found, self._numbers)

    def park(self, parked: Sequence[ParkedAct]) -> None:
        """Keep unusable acts with their reasons."""
        execute_many(
            "INSERT INTO store_parked (position, reason, line) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            [(self._numbers.position(act.log, act.leaf_index), act.reason, act.line) for act in parked],
        )

    def unpark(self, origin: Origin, indexes: Iterable[LeafIndex]) -> None:
        """Forget what was parked at these leaves."""
        execute_many(
            "DELETE FROM store_parked WHERE position = %s",
            [(self._numbers.position(origin, index),) for index in indexes],
        )

    def count_parked(self, origin: Origin | None = None) -> int:
        """How many acts are parked."""
        found = query(
            "SELECT COUNT(*) FROM store_parked WHERE position BETWEEN %s AND %s", self._range(origin)
        )
        return int(found[0][0])

    def parked(self, origin: Origin | None = None) -> list[ParkedAct]:
        """Parked acts in index order."""
        first, last = self._range(origin)
        found = query(
            "SELECT position, reason, line FROM store_parked WHERE position BETWEEN %s AND %s ORDER"
            " BY position",
            (first, last),
        )
        return [ParkedAct(*self._numbers.place(at), reason, bytes(line)) for at, reason, line in found]

    def hold(self, waiting: Sequence[WaitingAct]) -> None:
        """Keep acts that wait for another log."""
        execute_many(
            "INSERT INTO store_waiting (position, waiting_for, waiting_size, line) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (position) DO UPDATE"
            " SET waiting_for = excluded.waiting_for, waiting_size = excluded.waiting_size",
            [
                (self._numbers.position(act.log, act.leaf_index), act.waiting_for, act.waiting_size, act.line)
                for act in waiting
            ],
        )

    def waiting(self, origin: Origin | None = None) -> list[WaitingAct]:
        """Acts that wait, in index order."""
        found = query(
            f"SELECT {WAITING_COLUMNS} FROM store_waiting WHERE position BETWEEN %s AND %s ORDER BY position",
            self._range(origin),
        )
        return self._waiting(found)

    def count_waiting(self, origin: Origin | None = None) -> tuple[int, int]:
        """How many wait, and the bytes of their lines."""
        [(count, size)] = query(
            "SELECT COUNT(*), COALESCE(SUM(LENGTH(line)), 0) FROM store_waiting"
            " WHERE position BETWEEN %s AND %s",
            self._range(origin),
        )
        return int(count), int(size)

    def first_waiting(self, origin: Origin) -> LeafIndex | None:
        """Place of the first that waits."""
        [(position,)] = query(
            "SELECT MIN(position) FROM store_waiting WHERE position BETWEEN %s AND %s", self._range(origin)
        )
        return None if position is None else self._numbers.place(position)[1]

    def waits(self, origin: Origin) -> dict[Origin, TreeSize]:
        """Logs waited for, each with the smallest size."""
        found = query(
            "SELECT waiting_for, MIN(waiting_size) FROM store_waiting WHERE position BETWEEN %s AND %s"
            " GROUP BY waiting_for ORDER BY waiting_for",
            self._range(origin),
        )
        return {Origin(log): TreeSize(size) for log, size in found}

    def waiting_for(self, origin: Origin, log: Origin, most: TreeSize, limit: int) -> list[WaitingAct]:
        """The first that wait for that log up to that size."""
        found = query(
            f"SELECT {WAITING_COLUMNS} FROM store_waiting WHERE position BETWEEN %s AND %s"
            " AND waiting_for = %s AND waiting_size <= %s ORDER BY position LIMIT %s",
            (*self._range(origin), log, most, limit),
        )
        return self._waiting(found)

    def _waiting(self, found: Sequence[rows.Row]) -> list[WaitingAct]:
        return [
            WaitingAct(*self._numbers.place(at), Origin(log), TreeSize(size), bytes(line))
            for at, log, size, line in found
        ]

    def unhold(self, waiting: WaitingAct) -> None:
        """Forget a wait that is over."""
        execute(
            "DELETE FROM store_waiting WHERE position = %s",
            (self._numbers.position(waiting.log, waiting.leaf_index),),
        )

    def want_blobs(self, origin: Origin, wanted: Sequence[WantedBlob]) -> None:
        """Remember attachments to fetch."""
        log_id = self._numbers.id_of(origin)
        execute_many(
            "INSERT INTO store_blobwant (log_id, leaf_index, sha256) VALUES (%s, %s, %s)",
            [(log_id, one.leaf_index, one.sha256) for one in wanted],
        )

    def wanted_blobs(self, origin: Origin) -> list[WantedBlob]:
        """Attachments still to fetch."""
        found = query(
            "SELECT leaf_index, sha256 FROM store_blobwant WHERE log_id = %s ORDER BY leaf_index, id",
            (self._numbers.id_of(origin),),
        )
        return [WantedBlob(LeafIndex(leaf_index), sha256) for leaf_index, sha256 in found]

    def blob_arrived(self, origin: Origin, sha256: str) -> list[LeafIndex]:
        """Forget that want; the acts that want nothing more."""
        log_id = self._numbers.id_of(origin)
        named = query(
            "SELECT leaf_index FROM store_blobwant WHERE log_id = %s AND sha256 = %s", (log_id, sha256)
        )
        self.forget_blob(origin, sha256)
        left = {row[0] for row in query("SELECT leaf_index FROM store_blobwant WHERE log_id = %s", (log_id,))}
        return sorted({LeafIndex(row[0]) for row in named if row[0] not in left})

    def forget_blob(self, origin: Origin, sha256: str) -> None:
        """Give that attachment up."""
        execute(
            "DELETE FROM store_blobwant WHERE log_id = %s AND sha256 = %s",
            (self._numbers.id_of(origin), sha256),
        )

    def set_gaps(self, origin: Origin, missing: Iterable[int]) -> None:
        """Replace the missing numbers; one that stays has been missed once more."""
        log_id, polls = self._numbers.id_of(origin), self.gaps(origin)
        wanted = set(missing)
        if not wanted and not polls:
            return
        execute("DELETE FROM store_gap WHERE log_id = %s", (log_id,))
        execute_many(
            "INSERT INTO store_gap (log_id, seq, polls) VALUES (%s, %s, %s)",
            [(log_id, seq, polls.get(seq, -1) + 1) for seq in sorted(wanted)],
        )

    def gaps(self, origin: Origin) -> dict[int, int]:
        """Missing number -> polls since first missed."""
        found = query("SELECT seq, polls FROM store_gap WHERE log_id = %s", (self._numbers.id_of(origin),))
        return {int(seq): int(polls) for seq, polls in found}

    def incomplete(self) -> list[AdministrationCode]:
        """Administrations of whose followed log a number is missing, sorted."""
        found = query(
            "SELECT DISTINCT administration FROM store_log WHERE NOT is_own"
            " AND EXISTS (SELECT 1 FROM store_gap WHERE store_gap.log_id = store_log.id) ORDER BY 1"
        )
        return [AdministrationCode(row[0]) for row in found]

    def _range(self, origin: Origin | None) -> tuple[int, int]:
        if origin is None:
            return 0, (1 << 63) - 1
        base = self._numbers.position(origin, 0)
        return base, base + (1 << POSITION_BITS) - 1


def _head(row: rows.Row) -> FollowedHead:
    return FollowedHead(
        Origin(row[0]),
        AdministrationCode(row[1]),
        TreeSize(row[2]),
        RootHash(bytes(row[3])),
        bytes(row[4]),
        bytes(row[5]),
        LeafIndex(row[6]),
        int(row[7]),
        TreeSize(row[8]),
        RootHash(bytes(row[9])),
        bool(row[10]),
    )


def _cursor_values(head: FollowedHead) -> tuple[object, ...]:
    return (
        head.verified_size,
        head.root_hash,
        head.compact_range,
        head.note,
        head.next_index,
        head.last_seq,
        head.applied_size,
        head.applied_root,
        head.frozen,
    )
