"""The body of each act on an instrument, exactly as it goes over the wire.

====================== =========================================================================
kind                   body
====================== =========================================================================
instrument.propose     ``{manifest}``: version 1; its ``object`` is the id of this very act
instrument.counter     ``{manifest}``: the next version; ``previous`` is the hash it replaces
instrument.sign        ``{version, content_hash}``
instrument.decline     ``{version, content_hash, reason?}``
instrument.withdraw    ``{version, content_hash, of?: "proposal" | "signing", reason?}``
instrument.notify      ``{content_hash}``
instrument.suspend     ``{content_hash, ground, start_on?, scope?: [part name, …]}``
instrument.resume      ``{content_hash}``
instrument.denounce    ``{content_hash, objection?: bool}``
instrument.supersede   ``{content_hash, by}``: ``by`` is the content hash of the new version
====================== =========================================================================

``manifest`` is the manifest itself, an object. ``content_hash`` and ``by`` are SHA-256 in lower-case
hex. ``version`` must be that of the manifest with this hash. ``of`` left out takes back whatever
its author has there, proposal or signing. ``scope`` left out means the whole; present, it is not
empty, sorted, and names parts of the manifest. Every act goes ``to`` all other signatories: one
that leaves out a signatory has no effect, for else they would not compute the same.
Members unknown here are kept.

Spec: docs/spec 9.2.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, TypeAlias, assert_never

from mithaq.core.instruments import members as read
from mithaq.core.instruments.manifest import MAX_PARTS, MAX_VERSION, Manifest, read_manifest
from mithaq.errors import MalformedError

MAX_REASON_CHARS: Final = 2_000


class InstrumentKind(StrEnum):
    """Kinds of acts on an instrument."""

    PROPOSE = "instrument.propose"
    COUNTER = "instrument.counter"
    SIGN = "instrument.sign"
    DECLINE = "instrument.decline"
    WITHDRAW = "instrument.withdraw"
    NOTIFY = "instrument.notify"
    SUSPEND = "instrument.suspend"
    RESUME = "instrument.resume"
    DENOUNCE = "instrument.denounce"
    SUPERSEDE = "instrument.supersede"


class Withdrawn(StrEnum):
    """What a withdrawal takes back."""

    PROPOSAL = "proposal"
    SIGNING = "signing"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Body of ``propose`` and ``counter``."""

    manifest: Manifest

    @property
    def content_hash(self) -> str:
        """Hash of the version that is put forward."""
        return self.manifest.content_hash


@dataclass(frozen=True, slots=True)
class Signing:
    """Body of ``sign``."""

    version: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class Decline:
    """Body of ``decline``."""

    version: int
    content_hash: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Body of ``withdraw``; ``of`` None means both."""

    version: int
    content_hash: str
    of: Withdrawn | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Notification:
    """Body of ``notify``."""

    content_hash: str


@dataclass(frozen=True, slots=True)
class SuspensionNotice:
    """Body of ``suspend``; ``scope`` names parts and, behind ``#``, lines. Empty, it means the whole."""

    content_hash: str
    ground: str
    start_on: date | None = None
    scope: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resumption:
    """Body of ``resume``: ends every suspension of its author."""

    content_hash: str


@dataclass(frozen=True, slots=True)
class Denunciation:
    """Body of ``denounce``; with ``objection`` it only stops the tacit renewal."""

    content_hash: str
    objection: bool = False


@dataclass(frozen=True, slots=True)
class Supersession:
    """Body of ``supersede``."""

    content_hash: str
    by: str


Body: TypeAlias = (
    Proposal
    | Signing
    | Decline
    | Withdrawal
    | Notification
    | SuspensionNotice
    | Resumption
    | Denunciation
    | Supersession
)


def parse_body(kind: InstrumentKind, members: Mapping[str, object]) -> Body:
    """Read the body of an act on an instrument.

    Raises:
        MalformedError: ``bad_member`` or a code of ``read_manifest``.
    """
    if kind in (InstrumentKind.PROPOSE, InstrumentKind.COUNTER):
        return _parse_proposal(kind, members)
    content_hash = read.read_hash(members, "content_hash")
    match kind:
        case InstrumentKind.SIGN | InstrumentKind.DECLINE | InstrumentKind.WITHDRAW:
            return _parse_versioned(kind, members, content_hash)
        case InstrumentKind.NOTIFY:
            return Notification(content_hash)
        case InstrumentKind.RESUME:
            return Resumption(content_hash)
        case InstrumentKind.DENOUNCE:
            return Denunciation(content_hash, _read_flag(members, "objection"))
        case InstrumentKind.SUPERSEDE:
            return Supersession(content_hash, read.read_hash(members, "by"))
        case _:
            return _parse_suspension(members, content_hash)


def write_body(body: Body) -> dict[str, object]:
    """Write a body as it goes over the wire; what was left out stays out."""
    match body:
        case Proposal(manifest):
            return {"manifest": dict(manifest.members)}
        case Signing(version, content_hash):
            return {"version": version, "content_hash": content_hash}
        case Decline(version, content_hash, reason):
            return _fill({"version": version, "content_hash": content_hash}, reason=reason)
        case Withdrawal(version, content_hash, of, reason):
            return _fill({"version": version, "content_hash": content_hash}, of=of, reason=reason)
        case Notification(content_hash) | Resumption(content_hash):
            return {"content_hash": content_hash}
        case Denunciation(content_hash, objection):
            return (
                {"content_hash": content_hash, "objection": True}
                if objection
                else {"content_hash": content_hash}
            )
        case Supersession(content_hash, by):
            return {"content_hash": content_hash, "by": by}
        case SuspensionNotice(content_hash, ground, start_on, scope):
            start = start_on.isoformat() if start_on else None
            return _fill(
                {"content_hash": content_hash, "ground": ground}, start_on=start, scope=list(scope) or None
            )
        case _:
            assert_never(body)


def _fill(members: dict[str, object], **optional: object) -> dict[str, object]:
    return members | {
        name: value.value if isinstance(value, StrEnum) else value
        for name, value in optional.items()
        if value is not None
    }


def _parse_proposal(kind: InstrumentKind, members: Mapping[str, object]) -> Proposal:
    manifest = read_manifest(read.read_object(members, "manifest"))
    if (manifest.version == 1) != (kind is InstrumentKind.PROPOSE):
        raise MalformedError("bad_member", "version 1 is proposed, every later version is a counter-proposal")
    return Proposal(manifest)


def _parse_versioned(
    kind: InstrumentKind, members: Mapping[str, object], content_hash: str
) -> Signing | Decline | Withdrawal:
    version = read.read_int(members, "version", 1, MAX_VERSION)
    if kind is InstrumentKind.SIGN:
        return Signing(version, content_hash)
    reason = read.read_optional_text(members, "reason", MAX_REASON_CHARS)
    if kind is InstrumentKind.DECLINE:
        return Decline(version, content_hash, reason)
    return Withdrawal(version, content_hash, _read_withdrawn(members), reason)


def _read_withdrawn(members: Mapping[str, object]) -> Withdrawn | None:
    if "of" not in members:
        return None
    try:
        return Withdrawn(read.read_text(members, "of", 16))
    except ValueError as error:
        raise read.bad_member("of", "'proposal' or 'signing'") from error


def _parse_suspension(members: Mapping[str, object], content_hash: str) -> SuspensionNotice:
    return SuspensionNotice(
        content_hash=content_hash,
        ground=read.read_text(members, "ground", MAX_REASON_CHARS),
        start_on=read.read_optional_date(members, "start_on"),
        scope=read.read_texts(members, "scope", 1, MAX_PARTS) if "scope" in members else (),
    )


def _read_flag(members: Mapping[str, object], name: str) -> bool:
    value = members.get(name, False)
    if not isinstance(value, bool):
        raise read.bad_member(name, "true or false")
    return value
