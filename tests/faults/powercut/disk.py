"""A disk that keeps what was synced and, of the rest, whatever chance lets it keep.

Replays a journal (``journal.c``) and builds what the disk may hold if the power goes after any record:
of the writes, lengths and names that no sync has covered, each is there, is not there, or (a write) is
there in some of its 512-byte sectors.
"""

import os
import random
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path

HEADER = struct.Struct("<IIIIQQQ")
SECTOR_BYTES = 512
MARKER = ".marker"
"""What is written to this file is no part of the disk: it tells what the node has promised by then."""

NOT_ON_DISK = ("-shm", ".lock", "/lock", ".sock")
"""Ends of names that mean nothing after a start: shared memory, locks, the socket."""


class Kind(IntEnum):
    """As in ``journal.c``."""

    CREATE = 1
    WRITE = 2
    TRUNCATE = 3
    SYNC = 4
    SYNC_FOLDER = 5
    RENAME = 6
    LINK = 7
    UNLINK = 8
    MAKE_FOLDER = 9
    REMOVE_FOLDER = 10


@dataclass(frozen=True, slots=True)
class Record:
    """One operation."""

    kind: Kind
    path: str
    second: str
    inode: int
    offset: int
    data: bytes


def read_journal(data: bytes) -> Iterator[Record]:
    """Records of a journal, in order."""
    at = 0
    while at < len(data):
        kind, first, second, _, inode, offset, length = HEADER.unpack_from(data, at)
        at += HEADER.size
        path = os.fsdecode(data[at : at + first])
        other = os.fsdecode(data[at + first : at + first + second])
        at += first + second
        yield Record(Kind(kind), path, other, inode, offset, data[at : at + length])
        at += length


@dataclass(slots=True)
class File:
    """Content: what is certain, and the writes and lengths that no sync has covered."""

    certain: bytearray = field(default_factory=bytearray)
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)
    _settled: bytes | None = None
    """Copy of what is certain, made when first asked for: the same object as long as nothing changes."""

    def sync(self) -> None:
        """Everything so far is on the disk."""
        if self.pending:
            self._settled = None
        for change in self.pending:
            apply_change(self.certain, *change)
        self.pending.clear()

    def guess(self, chance: random.Random) -> bytes:
        """What the disk may hold."""
        if not self.pending:
            if self._settled is None:
                self._settled = bytes(self.certain)
            return self._settled
        content = bytearray(self.certain)
        for offset, data in self.pending:
            luck = chance.random()
            if luck < 0.45:
                apply_change(content, offset, data)
            elif luck < 0.55 and data is not None:
                tear(content, offset, data, chance)
        return bytes(content)


def apply_change(content: bytearray, offset: int, data: bytes | None) -> None:
    """A write, or with None a new length."""
    size = offset if data is None else offset + len(data)
    if data is None:
        del content[offset:]
    if len(content) < (offset if data is not None else size):
        content.extend(bytes(offset - len(content)))
    if data is not None:
        content[offset:size] = data


def tear(content: bytearray, offset: int, data: bytes, chance: random.Random) -> None:
    """Some of the sectors of a write."""
    at = 0
    while at < len(data):
        step = SECTOR_BYTES - (offset + at) % SECTOR_BYTES
        if chance.random() < 0.5:
            apply_change(content, offset + at, data[at : at + step])
        at += step


FOLDER = -1
"""Stands for a folder where a name leads to a file's number."""

Change = tuple[tuple[str, int | None], ...]
"""Names and where they lead from now on, None for nowhere; all of it happens or none."""


class Disk:
    """Files and names of one folder, replayed.

    Args:
        root: the folder that the journal speaks of.
        before: its content at the start, all of it on the disk.
        inodes: name below the folder -> inode, at the start.
    """

    def __init__(self, root: Path, before: Path, inodes: Mapping[str, int]) -> None:
        self._root = str(root)
        self.files: list[File] = []
        self.names: dict[str, int] = {}
        self._live: dict[str, int] = {}
        self._pending: dict[str, list[Change]] = {}
        self._of_inode: dict[int, int] = {}
        for path in sorted(before.rglob("*")):
            name = str(path.relative_to(before))
            if path.is_dir():
                self.names[f"{root}/{name}"] = FOLDER
            else:
                self._of_inode[inodes[name]] = len(self.files)
                self.names[f"{root}/{name}"] = len(self.files)
                self.files.append(File(bytearray(path.read_bytes())))
        self._live.update(self.names)

    def apply(self, record: Record) -> bool:
        """Take one operation; answers whether it changed what the disk may hold."""
        if record.path.endswith(NOT_ON_DISK) or record.path.endswith(MARKER):
            self._of_inode.pop(record.inode, None)
            return False
        match record.kind:
            case Kind.WRITE | Kind.TRUNCATE | Kind.SYNC:
                return self._change_file(record)
            case Kind.SYNC_FOLDER:
                for change in self._pending.pop(record.path, []):
                    move(self.names, change)
            case Kind.CREATE:
                self._of_inode[record.inode] = len(self.files)
                self._name(((record.path, len(self.files)),))
                self.files.append(File())
            case Kind.MAKE_FOLDER:
                self._name(((record.path, FOLDER),))
            case Kind.LINK:
                self._name(((record.second, self._live[record.path]),))
            case Kind.RENAME:
                assert os.path.dirname(record.path) == os.path.dirname(record.second)
                self._name(((record.second, self._live[record.path]), (record.path, None)))
            case Kind.UNLINK | Kind.REMOVE_FOLDER:
                self._name(((record.path, None),))
        return True

    def _change_file(self, record: Record) -> bool:
        number = self._of_inode.get(record.inode)
        if number is None:
            return False
        if record.kind is Kind.SYNC:
            self.files[number].sync()
        else:
            data = record.data if record.kind is Kind.WRITE else None
            self.files[number].pending.append((record.offset, data))
        return True

    def _name(self, change: Change) -> None:
        move(self._live, change)
        self._pending.setdefault(os.path.dirname(change[0][0]), []).append(change)

    def guess(self, chance: random.Random) -> dict[str, bytes | None]:
        """Path below the root -> content, None for a folder: what the disk may hold now."""
        names = dict(self.names)
        for changes in self._pending.values():
            for change in changes:
                if chance.random() < 0.5:
                    move(names, change)
        found: dict[str, bytes | None] = {}
        below = len(self._root) + 1
        for path in sorted(names):
            name = path[below:]
            parent, _, _ = name.rpartition("/")
            if parent and parent not in found:
                continue  # its folder is not there
            number = names[path]
            found[name] = None if number == FOLDER else self.files[number].guess(chance)
        return found


def move(names: dict[str, int], change: Change) -> None:
    """Carry out a change of names."""
    for path, number in change:
        if number is None:
            names.pop(path, None)
        else:
            names[path] = number
