"""``node backup`` and ``node restore``: the two sets of a home, out and back in."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mithaq.adapters.backup_files import BackupRequest, read_roots, restore_backup, write_backup
from mithaq.adapters.keystore.key_files import load_key
from mithaq.core.acts.root_chain import verify_root_chain
from mithaq.core.acts.roots import Role, parse_signed_root
from mithaq.core.encoding import encode_base64, make_uuid7
from mithaq.core.log.checkpoint import open_checkpoint
from mithaq.core.log.signed_note import parse_signed_note
from mithaq.core.types import Origin, TreeSize
from mithaq.errors import ConflictError, RefusedError
from mithaq.main.home import Home, load_choices
from mithaq.node.node import Node
from mithaq.node.ports import Clock, Entropy
from mithaq.node.restore.backup import (
    RECORD_FILE,
    BackupManifest,
    BackupSet,
    SignedManifest,
    sign_manifest,
    verify_manifest,
)
from mithaq.node.restore.restore_guard import (
    BACKUP_GENERATION,
    GUARD,
    HAND_CHECKPOINT,
    MODE,
    RestoreGuard,
    Verdict,
)

NODE_KEY = "node.key"
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
        MissingError, MalformedError, RefusedError: the ``node`` key cannot be used.
        UnavailableError: ``disk``.
    """
    code = load_choices(home).identity.code
    now = clock.now()
    key = load_key(home.keys / NODE_KEY).key
    generation = make_uuid7(now, entropy.random_bytes(10))
    request = BackupRequest(kind, code, generation, now, sign=lambda data: sign_manifest(data, key))
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
    manifest = restore_backup(source, home.folder, settings, _verify)
    if checkpoint is not None and manifest.heads:
        _check_brought(home, manifest.heads[0].origin, checkpoint)
    return _report(manifest)


def _verify(signed: SignedManifest, staging: Path) -> None:
    """The backup is as its node signed it: by the key that its own root names, or that is in the set.

    Raises:
        MalformedError, RefusedError: as ``verify_manifest`` and ``verify_root_chain``.
    """
    if signed.manifest.kind is BackupSet.KEYSTORE:
        verify_manifest(signed, [load_key(staging / "keys" / NODE_KEY).key.public])
        return
    files = read_roots(staging / RECORD_FILE, signed.manifest.code)
    if not files:
        raise RefusedError("root_missing", "The backup holds no root file.")
    root = verify_root_chain(files, parse_signed_root(files[0]).sha256)
    if root.administration != signed.manifest.code:
        raise RefusedError("root_administration", "The root file is of another administration.")
    verify_manifest(signed, [key.public for key in root.keys(Role.NODE)])


def _check_brought(home: Home, origin: Origin, checkpoint: bytes) -> None:
    """The checkpoint is of this log; the guard would pass over another one without a word.

    Raises:
        MalformedError, RefusedError: as ``open_checkpoint``; the backup is restored all the same.
    """
    code = load_choices(home).identity.code
    root = parse_signed_root(read_roots(home.record, code)[-1]).root
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
