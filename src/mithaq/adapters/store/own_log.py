"""The own log in the database. Order of the writes: ``node.sequencer``."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import connection

from mithaq.adapters.store import rows
from mithaq.adapters.store.rows import LogNumbers, execute, execute_many, query
from mithaq.core.log.signed_note import SignatureLine, parse_signed_note
from mithaq.core.types import AdministrationCode, LeafIndex, Origin, RootHash, TreeSize
from mithaq.errors import ConflictError, MissingError
from mithaq.node.records import OwnHead, Release, SealedAct, StoredAct


class DatabaseOwnLog:
    """Implements ``node.ports.OwnLogStore``."""

    def __init__(self, numbers: LogNumbers, origin: Origin) -> None:
        self._numbers = numbers
        self._origin = origin

    def head(self, *, lock: bool = False) -> OwnHead:
        """The head; with ``lock``, under the row lock of the running transaction."""
        suffix = " FOR UPDATE" if lock and connection.vendor == "postgresql" else ""
        found = query(
            "SELECT tree_size, root_hash, next_index, compact_range, note FROM store_log WHERE origin = %s"
            + suffix,
            (self._origin,),
        )
        if not found:
            raise MissingError("origin", "the node has no log yet")
        tree_size, root_hash, next_index, compact_range, note = found[0]
        return OwnHead(
            self._origin,
            TreeSize(tree_size),
            RootHash(bytes(root_hash)),
            LeafIndex(next_index),
            bytes(compact_range),
            bytes(note),
        )

    def next_seqs(self, codes: Iterable[AdministrationCode]) -> dict[AdministrationCode, int]:
        """Next free number for each recipient."""
        return {code: self._last_release(code) + 1 for code in codes}

    def add_acts(self, acts: Sequence[SealedAct], releases: Sequence[Release]) -> None:
        """Insert acts and move ``next_index`` (transaction A)."""
        self._insert(acts, releases)
        self._move_next(LeafIndex(acts[-1].leaf_index + 1))

    def restore_acts(
        self,
        acts: Sequence[SealedAct],
        releases: Sequence[Release],
        lost: Mapping[LeafIndex, bytes],
        next_index: LeafIndex,
    ) -> None:
        """Take back acts; lost ones keep their commitment alone."""
        self._insert(acts, releases)
        rows.add_acts(
            [
                (self._numbers.position(self._origin, leaf_index), "", None, commitment, b"", b"", None)
                for leaf_index, commitment in lost.items()
            ]
        )
        self._move_next(next_index)

    def _insert(self, acts: Sequence[SealedAct], releases: Sequence[Release]) -> None:
        positions = [self._numbers.position(self._origin, act.leaf_index) for act in acts]
        rows.add_acts([rows.act_row(act, at) for act, at in zip(acts, positions, strict=True)])
        rows.add_parts(acts, positions)
        rows.insert_many(
            "store_release",
            ("administration", "leaf_index", "seq"),
            [(release.administration, release.leaf_index, release.seq) for release in releases],
        )

    def _move_next(self, next_index: LeafIndex) -> None:
        execute("UPDATE store_log SET next_index = %s WHERE origin = %s", (next_index, self._origin))

    def read_committed(self, first: LeafIndex, count: int) -> list[tuple[bytes, bytes, bytes]]:
        """(commitment, salt, envelope) as the database holds them now."""
        start = self._numbers.position(self._origin, first)
        found = query(
            "SELECT commitment, salt, envelope FROM store_act WHERE position >= %s AND position < %s"
            " ORDER BY position",
            (start, start + count),
        )
        return [(bytes(commitment), bytes(salt), bytes(envelope)) for commitment, salt, envelope in found]

    def acts_from(self, first: LeafIndex, count: int) -> list[SealedAct]:
        """Acts of the own log, above the head too."""
        start = self._numbers.position(self._origin, first)
        found = query(
            f"SELECT {rows.ACT_COLUMNS} FROM store_act WHERE position >= %s AND position < %s"
            f" AND {rows.HAS_CONTENT} ORDER BY position",
            (start, start + count),
        )
        return [act.read() for act in rows.stored_acts(found, self._numbers)]

    def publish(self, old: OwnHead, new: OwnHead, release_heads: Mapping[AdministrationCode, bytes]) -> None:
        """Compare-and-swap the head, store checkpoint and release heads (transaction B)."""
        changed = execute(
            "UPDATE store_log SET tree_size = %s, root_hash = %s, compact_range = %s, note = %s"
            " WHERE origin = %s AND tree_size = %s AND root_hash = %s",
            (
                new.tree_size,
                new.root_hash,
                new.compact_range,
                new.note,
                self._origin,
                old.tree_size,
                old.root_hash,
            ),
        )
        if changed != 1:
            raise ConflictError("head_moved", "another sequencer published a checkpoint")
        execute(
            "INSERT INTO store_checkpoint (log_id, tree_size, root_hash, note) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            (self._numbers.id_of(self._origin), new.tree_size, new.root_hash, new.note),
        )
        execute_many(
            "INSERT INTO store_releasehead (administration, tree_size, document) VALUES (%s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            [(code, new.tree_size, document) for code, document in release_heads.items()],
        )

    def checkpoint_covering(self, leaf_index: LeafIndex) -> tuple[TreeSize, bytes]:
        """First cosigned checkpoint over that index."""
        found = query(
            "SELECT tree_size FROM store_cosignature WHERE log_id = %s AND tree_size > %s ORDER BY"
            " tree_size LIMIT 1",
            (self._numbers.id_of(self._origin), leaf_index),
        )
        if not found:
            raise MissingError("not_cosigned", "no partner has cosigned a checkpoint over this act yet")
        tree_size = TreeSize(found[0][0])
        return tree_size, self.note_at(tree_size)

    def latest_checkpoint(self) -> tuple[TreeSize, bytes]:
        """Last published checkpoint with its cosignatures."""
        head = self.head()
        return (head.tree_size, self.note_at(head.tree_size)) if head.note else (TreeSize(0), b"")

    def note_at(self, tree_size: TreeSize) -> bytes:
        """The checkpoint published at that size, with every cosignature known."""
        return cosigned_note(self._numbers.id_of(self._origin), tree_size)

    def release_head(self, administration: AdministrationCode, tree_size: TreeSize) -> bytes:
        """Release head of that checkpoint for that partner."""
        found = query(
            "SELECT document FROM store_releasehead WHERE administration = %s AND tree_size = %s",
            (administration, tree_size),
        )
        if not found:
            raise MissingError("no_release_head", "no release head for that size")
        return bytes(found[0][0])

    def last_seq(self, administration: AdministrationCode, below: TreeSize) -> int:
        """Number of the last act released to that partner under that size."""
        return self._last_release(administration, below)

    def released(
        self, administration: AdministrationCode, first: LeafIndex, below: TreeSize, limit: int
    ) -> list[StoredAct]:
        """Acts released to that partner, in index order."""
        base = self._numbers.position(self._origin, 0)
        found = query(
            f"SELECT {rows.ACT_COLUMNS} FROM store_act JOIN store_release ON position = leaf_index + %s"
            " WHERE administration = %s AND leaf_index >= %s AND leaf_index < %s ORDER BY leaf_index"
            " LIMIT %s",
            (base, administration, first, below, limit),
        )
        return rows.stored_acts(found, self._numbers)

    def is_blob_released(self, administration: AdministrationCode, sha256: str) -> bool:
        """Whether a published act released to that partner names the blob."""
        base = self._numbers.position(self._origin, 0)
        found = query(
            "SELECT 1 FROM store_blobname JOIN store_release ON position = leaf_index + %s"
            " WHERE sha256 = %s AND administration = %s AND leaf_index < %s LIMIT 1",
            (base, sha256, administration, self.head().tree_size),
        )
        return bool(found)

    def add_cosignature(
        self, tree_size: TreeSize, line: SignatureLine, at_s: int, by: AdministrationCode
    ) -> None:
        """Keep a partner's cosignature of an own checkpoint."""
        add_cosignature(self._numbers.id_of(self._origin), tree_size, line, at_s, by)

    def cosigned_size(self, administration: AdministrationCode | None = None) -> TreeSize:
        """Largest own size cosigned by that partner, or by any."""
        sql = "SELECT COALESCE(MAX(tree_size), 0) FROM store_cosignature WHERE log_id = %s"
        values: list[object] = [self._numbers.id_of(self._origin)]
        if administration is not None:
            sql, values = sql + " AND administration = %s", [*values, administration]
        return TreeSize(query(sql, values)[0][0])

    def _last_release(self, code: AdministrationCode, below: int | None = None) -> int:
        bound = "" if below is None else " AND leaf_index < %s"
        values: list[object] = [code] if below is None else [code, below]
        found = query(
            f"SELECT seq FROM store_release WHERE administration = %s{bound} ORDER BY leaf_index DESC"
            " LIMIT 1",
            values,
        )
        return int(found[0][0]) if found else 0


def add_cosignature(log_id: int, tree_size: TreeSize, line: SignatureLine, at_s: int, by: str) -> None:
    """Insert one line; the same line twice is kept once."""
    known = query(
        "SELECT 1 FROM store_cosignature WHERE log_id = %s AND tree_size = %s AND key_id = %s AND at_s = %s",
        (log_id, tree_size, line.key_id, at_s),
    )
    if not known:
        execute(
            "INSERT INTO store_cosignature (log_id, tree_size, administration, name, key_id, signature, at_s)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (log_id, tree_size, by, line.name, line.key_id, line.signature, at_s),
        )


def cosigned_note(log_id: int, tree_size: TreeSize) -> bytes:
    """A stored checkpoint with the newest cosignature of each key.

    Raises:
        MissingError: ``checkpoint_missing``; none is stored at that size.
    """
    found = query(
        "SELECT own.note, seal.name, seal.key_id, seal.signature FROM store_checkpoint AS own"
        " LEFT JOIN store_cosignature AS seal ON seal.log_id = own.log_id AND seal.tree_size = own.tree_size"
        " WHERE own.log_id = %s AND own.tree_size = %s ORDER BY seal.at_s, seal.id",
        (log_id, tree_size),
    )
    if not found:
        raise MissingError("checkpoint_missing", "no checkpoint was published at that size")
    newest: dict[tuple[str, bytes], SignatureLine] = {}
    for _note, name, key_id, signature in found:
        if name is None:
            break  # nobody has cosigned it
        newest[(name, bytes(key_id))] = SignatureLine(name, bytes(key_id), bytes(signature))
    note = bytes(found[0][0])
    return parse_signed_note(note).with_lines(*newest.values()).encode() if newest else note
