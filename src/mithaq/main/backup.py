"""``node backup`` and ``node restore``: the two sets of a home, out and back in."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mithaq.adapters.backup_files import BackupRequest, restore_backup, write_backup
from mithaq.core.encoding import make_uuid7
from mithaq.core.types import Origin, TreeSize
from mithaq.main.home import Home, load_choices
from mithaq.node.ports import Clock, Entropy
from mithaq.node.restore.backup import BackupManifest, BackupSet
from mithaq.node.restore.restore_guard import BACKUP_GENERATION, GUARD, MODE

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


def restore_node(source: Path, home: Home) -> RestoreReport:
    """Brings one set back into an empty home, or beside the other set. No option overrides the guard.

    Raises:
        ConflictError: ``home_not_empty``.
        MalformedError, RefusedError, MissingError, UnavailableError: as ``restore_backup``.
    """
    manifest = restore_backup(source, home.folder, {MODE: GUARD, BACKUP_GENERATION: "{generation}"})
    return _report(manifest)


def _report(manifest: BackupManifest) -> RestoreReport:
    if manifest.kind is BackupSet.KEYSTORE:
        return RestoreReport(manifest.kind, Origin(""), TreeSize(0), "", "keys only")
    origin = manifest.heads[0].origin if manifest.heads else Origin("")
    return RestoreReport(manifest.kind, origin, manifest.tree_size, GUARD, REASON)
