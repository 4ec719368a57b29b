"""``node backup`` and ``node restore``: the two sets of a home, out and back in."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mithaq.adapters.backup_files import BackupRequest, restore_backup, write_backup
from mithaq.core.acts.roots import Role, parse_signed_root
from mithaq.core.encoding import encode_base64, make_uuid7
from mithaq.core.log.checkpoint import open_checkpoint
from mithaq.core.log.signed_note import parse_signed_note
from mithaq.core.types import Origin, TreeSize
from mithaq.errors import ConflictError, RefusedError
from mithaq.main.home import Home, load_choices
from mithaq.node.node import Node
from mithaq.node.ports import Clock, Entropy
from mithaq.node.restore.backup import BackupManifest, BackupSet
from mithaq.node.restore.restore_guard import (
    BACKUP_GENERATION,
    GUARD,
    HAND_CHECKPOINT,
    MODE,
    RestoreGuard,
    Verdict,
)

BROUGHT = {
    Verdict.WE_EXTEND: "the checkpoint counts as the answer of those who cosigned it",
    Verdict.IT_EXTENDS: "the log is larger than this backup; the node waits for a partner that has the rest",
}
REASON = "restored from a backup; the node waits for what its partners hold of its log"


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What ``node backup`` answers.

    Attributes:
        file: the tar file.
        sha256: hex, of the tar file.
        tree_size: of the own log in it; 0 in a keystore set.
        created_at: aware UTC.
    """

    file: Path
    sha256: str
    tree_size: TreeSize
    created_at: datetime


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What ``node restore`` answers.

    Attributes:
        kind: the set that was restored.
        origin, tree_size: of the own log; empty and 0 for a keystore set.
        mode: ``guard`` after a data set; empty after a keystore set, which decides nothing.
    """

    kind: BackupSet
    origin: Origin
    tree_size: TreeSize
    mode: str
    reason: str


def backup_node(home: Home, target: Path, kind: BackupSet, clock: Clock, entropy: Entropy) -> BackupReport:
    """Copies one set of a node, running or not, into a new file.

    Raises:
        MissingError: ``home``; ``backup_record``, the record is on a server (PostgreSQL).
        ConflictError: ``backup_exists``.
        UnavailableError: ``disk``.
    """
    code = load_choices(home).identity.code
    now = clock.now()
    request = BackupRequest(kind, code, make_uuid7(now, entropy.random_bytes(10)), now)
    manifest, digest = write_backup(home.folder, target, request)
    return BackupReport(target, digest, manifest.tree_size, manifest.created_at)


def restore_node(source: Path, home: Home, checkpoint: bytes | None = None) -> RestoreReport:
    """Brings one set back into an empty home, or beside the other set. No option overrides the guard.

    Args:
        source: the backup.
        home: made when missing.
        checkpoint: a SignedNote of this log that people brought; the guard hears it when the node starts.

    Raises:
        ConflictError: ``home_not_empty``.
        MalformedError, RefusedError, MissingError, UnavailableError: as ``restore_backup``.
    """
    settings = {MODE: GUARD, BACKUP_GENERATION: "{generation}"}
    if checkpoint is not None:
        parse_signed_note(checkpoint)  # before anything is restored
        settings[HAND_CHECKPOINT] = encode_base64(checkpoint)
    manifest = restore_backup(source, home.folder, settings)
    if checkpoint is not None and manifest.heads:
        _check_brought(home, manifest.heads[0].origin, checkpoint)
    return _report(manifest)


def _check_brought(home: Home, origin: Origin, checkpoint: bytes) -> None:
    """The checkpoint is of this log; the guard would pass over another one without a word.

    Raises:
        MalformedError, RefusedError: as ``open_checkpoint``; the backup is restored all the same.
    """
    versions = [int(path.stem) for path in home.roots.glob("*.json")]
    root = parse_signed_root(home.root_file(max(versions)).read_bytes()).root
    keys = [key.to_verifier() for key in root.keys(Role.LOG)]
    open_checkpoint(parse_signed_note(checkpoint), origin, keys)


def bring_checkpoint(guard: RestoreGuard, node: Node, checkpoint: bytes) -> RestoreReport:
    """Hands a checkpoint to the guard of a node that was restored before.

    Raises:
        ConflictError: ``guard``; the node is not in guard.
        RefusedError: ``own_fork``. MalformedError, RefusedError: as ``RestoreGuard.accept_checkpoint``.
    """
    if not guard.is_closed:
        raise ConflictError("guard", "this node waits for no answer")
    verdict = guard.accept_checkpoint(checkpoint)
    if verdict is Verdict.FORK:
        raise RefusedError("own_fork", "the checkpoint is of another history of this log; both are kept")
    head = node.store.own.head()
    return RestoreReport(BackupSet.DATA, head.origin, head.tree_size, GUARD, BROUGHT[verdict])


def _report(manifest: BackupManifest) -> RestoreReport:
    if manifest.kind is BackupSet.KEYSTORE:
        return RestoreReport(manifest.kind, Origin(""), TreeSize(0), "", "keys only")
    origin = manifest.heads[0].origin if manifest.heads else Origin("")
    return RestoreReport(manifest.kind, origin, manifest.tree_size, GUARD, REASON)
