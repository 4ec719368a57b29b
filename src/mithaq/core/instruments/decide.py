"""What an administration may do now: the guard that ``submit`` asks before it seals an act.

Each function answers to whom the act must go, all other signatories, or raises. ``state`` must be
folded over every act that this node has of the object, its own unacknowledged ones included; then
an act that is allowed here has effect on every node.

Errors: ``MissingError`` for a version that does not exist, ``NotAllowedError`` for one who may not,
``ConflictError`` for a state that has moved on.

Spec: docs/spec 9.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from mithaq.core.instruments.admission import find_misfit
from mithaq.core.instruments.bodies import (
    Body,
    Decline,
    Denunciation,
    InstrumentKind,
    Notification,
    Proposal,
    Resumption,
    Signing,
    Supersession,
    SuspensionNotice,
    Withdrawal,
    Withdrawn,
    parse_body,
)
from mithaq.core.instruments.entry_into_force import cut_to_date
from mithaq.core.instruments.manifest import Manifest
from mithaq.core.instruments.state import InstrumentState, NoEffect, State, Version, state_at
from mithaq.core.types import AdministrationCode
from mithaq.errors import ConflictError, MissingError, NotAllowedError, RefusedError

Recipients = tuple[AdministrationCode, ...]


def decide(
    state: InstrumentState,
    kind: InstrumentKind,
    members: Mapping[str, object],
    *,
    author: AdministrationCode,
    post: str,
    at: datetime,
    act_id: str,
    missing_from: Collection[AdministrationCode] = (),
) -> Recipients:
    """Judge any act on an instrument.

    Args:
        state: ``fold_instrument(())`` for a new instrument.
        kind: the kind of the act.
        members: its body.
        author: our administration.
        post: the post that authorises the act.
        at: now, aware UTC; only notices ask for it.
        act_id: id of the act to be.
        missing_from: administrations of whose acts some are known to be missing here.

    Raises:
        MalformedError: the body is not as ``bodies`` says.
        MissingError, NotAllowedError, ConflictError: as the function of the kind.
    """
    body = parse_body(kind, members)
    match body:
        case Proposal():
            if kind is InstrumentKind.PROPOSE:
                return decide_propose(state, body.manifest, author=author, act_id=act_id)
            return decide_counter(state, body.manifest, author=author)
        case Signing():
            return decide_sign(state, body, author=author, post=post, missing_from=missing_from)
        case Decline():
            return decide_decline(state, body, author=author)
        case Withdrawal():
            return decide_withdraw(state, body, author=author)
        case _:
            return decide_notice(state, body, author=author, at=at)


def decide_notice(
    state: InstrumentState, body: Body, *, author: AdministrationCode, at: datetime
) -> Recipients:
    """Judge an act on a signed version: notify, suspend, resume, denounce or supersede.

    Raises:
        RefusedError: ``not_a_notice``. Or as the function of the kind.
    """
    match body:
        case Notification():
            return decide_notify(state, body, author=author, at=at)
        case SuspensionNotice():
            return decide_suspend(state, body, author=author, at=at)
        case Resumption():
            return decide_resume(state, body, author=author, at=at)
        case Denunciation():
            return decide_denounce(state, body, author=author, at=at)
        case Supersession():
            return decide_supersede(state, body, author=author, at=at)
        case _:
            raise RefusedError("not_a_notice", "this is no act on a signed version")


def decide_propose(
    state: InstrumentState, manifest: Manifest, *, author: AdministrationCode, act_id: str
) -> Recipients:
    """Judge a new instrument.

    Raises:
        NotAllowedError: ``not_signatory``.
        ConflictError: ``object_exists``.
        RefusedError: ``other_object`` when the manifest names another object than ``act_id``.
    """
    _check_signatory(manifest, author)
    if state.versions:
        raise ConflictError("object_exists", "this instrument has been proposed")
    if manifest.object_id != act_id:
        raise RefusedError("other_object", "the manifest does not name the act that proposes it")
    return _list_others(manifest, author)


def decide_counter(state: InstrumentState, manifest: Manifest, *, author: AdministrationCode) -> Recipients:
    """Judge a counter-proposal, or the amendment of a signed version.

    Raises:
        MissingError: ``no_such_version`` for an unknown ``previous``.
        NotAllowedError: ``not_signatory``; ``own_proposal`` (withdraw it first).
        ConflictError: ``newer_version`` when a version that stands was made from the same one.
        RefusedError: ``other_object``, ``other_signatories``. ConflictError: ``version_mismatch``.
    """
    older = _find(state, manifest.previous or "")
    _check_signatory(older.manifest, author)
    misfit = find_misfit(older.manifest, manifest)
    if misfit is NoEffect.VERSION_MISMATCH:
        raise ConflictError("version_mismatch", "the manifest does not follow from its previous version")
    if misfit is not None:
        raise RefusedError(misfit.value, "the manifest does not follow from its previous version")
    if older.is_open and author in {opener.author for opener in older.openers}:
        raise NotAllowedError("own_proposal", "an own proposal is withdrawn, not countered")
    closed = (State.DECLINED, State.WITHDRAWN)
    if any(
        each.manifest.previous == older.content_hash and each.state not in closed for each in state.versions
    ):
        raise ConflictError("newer_version", "a newer version stands")
    return _list_others(manifest, author)


def decide_sign(
    state: InstrumentState,
    body: Signing,
    *,
    author: AdministrationCode,
    post: str,
    missing_from: Collection[AdministrationCode] = (),
) -> Recipients:
    """Judge a signing.

    Args:
        state: of the instrument.
        body: what would be signed.
        author: our administration.
        post: the post whose key signs.
        missing_from: administrations of whose acts some are known to be missing here (a gap in
            ``seq``, or a tail that the release head shows). A signing says that its author saw all
            of the logs it names, so it must not be made over a gap.

    Raises:
        MissingError: ``no_such_version``.
        NotAllowedError: ``not_signatory``, ``wrong_post``.
        ConflictError: ``version_mismatch``, ``acts_missing``, ``already_signed``, ``annulled``.
    """
    version = _find_numbered(state, body.content_hash, body.version)
    _check_signatory(version.manifest, author)
    if post != version.manifest.post_of(author):
        raise NotAllowedError("wrong_post", "the manifest names another post to sign")
    if not set(missing_from).isdisjoint(version.manifest.administrations):
        raise ConflictError("acts_missing", "acts of a signatory are missing here; they may be a withdrawal")
    if author in version.signings:
        raise ConflictError("already_signed", "this administration has signed this version")
    if version.annulments:
        raise ConflictError("annulled", "this version was withdrawn, declined or countered")
    return _list_others(version.manifest, author)


def decide_decline(state: InstrumentState, body: Decline, *, author: AdministrationCode) -> Recipients:
    """Judge a refusal of a version.

    Raises:
        MissingError: ``no_such_version``.
        NotAllowedError: ``not_signatory``.
        ConflictError: ``version_mismatch``; ``already_signed`` by all, so only denunciation is left;
            ``annulled`` by the author before.
    """
    version = _find_numbered(state, body.content_hash, body.version)
    _check_signatory(version.manifest, author)
    _check_annullable(version, author)
    return _list_others(version.manifest, author)


def decide_withdraw(state: InstrumentState, body: Withdrawal, *, author: AdministrationCode) -> Recipients:
    """Judge the withdrawal of a proposal or a signing.

    Raises:
        MissingError: ``no_such_version``.
        NotAllowedError: ``not_signatory``, ``nothing_to_withdraw``.
        ConflictError: as ``decide_decline``.
    """
    version = _find_numbered(state, body.content_hash, body.version)
    _check_signatory(version.manifest, author)
    has_proposed = author in {opener.author for opener in version.openers}
    has_signed = author in version.signings
    held = {Withdrawn.PROPOSAL: has_proposed, Withdrawn.SIGNING: has_signed}
    if not (held[body.of] if body.of else has_proposed or has_signed):
        raise NotAllowedError("nothing_to_withdraw", "this administration has nothing there to withdraw")
    _check_annullable(version, author)
    return _list_others(version.manifest, author)


def decide_notify(
    state: InstrumentState, body: Notification, *, author: AdministrationCode, at: datetime
) -> Recipients:
    """Judge the notice that the internal procedure is done.

    Raises:
        MissingError: ``no_such_version``.
        NotAllowedError: ``not_signatory``, ``not_party``, ``not_asked``.
        ConflictError: ``not_signed``, ``ended``, ``already_notified``.
    """
    version = _find_bound(state, body.content_hash, author, at)
    past = version.manifest.effect.past
    if author not in version.manifest.effect.notifications:
        raise NotAllowedError("not_asked", "the manifest asks for no notification of this administration")
    if author in version.notified_by or (past is not None and author in past.received_on):
        raise ConflictError("already_notified", "this administration has notified")
    return _list_others(version.manifest, author)


def decide_suspend(
    state: InstrumentState, body: SuspensionNotice, *, author: AdministrationCode, at: datetime
) -> Recipients:
    """Judge a suspension.

    Raises:
        MissingError: ``no_such_version``, ``unknown_part``.
        NotAllowedError: ``not_signatory``, ``not_party``.
        ConflictError: ``not_signed``, ``ended``, ``not_in_force``.
    """
    version = _find_bound(state, body.content_hash, author, at)
    if state_at(version, at) is State.SIGNED:
        raise ConflictError("not_in_force", "this version is not in force")
    if not version.manifest.knows_scope(body.scope):
        raise MissingError("unknown_part", "the scope names a part that the manifest does not have")
    return _list_others(version.manifest, author)


def decide_resume(
    state: InstrumentState, body: Resumption, *, author: AdministrationCode, at: datetime
) -> Recipients:
    """Judge the end of one's own suspensions.

    Raises:
        MissingError: ``no_such_version``.
        NotAllowedError: ``not_signatory``, ``not_party``.
        ConflictError: ``not_signed``, ``ended``, ``not_suspended``.
    """
    version = _find_bound(state, body.content_hash, author, at)
    if author not in version.suspended_by:
        raise ConflictError("not_suspended", "this administration has suspended nothing here")
    return _list_others(version.manifest, author)


def decide_denounce(
    state: InstrumentState, body: Denunciation, *, author: AdministrationCode, at: datetime
) -> Recipients:
    """Judge a denunciation, or an objection to tacit renewal.

    Raises:
        MissingError: ``no_such_version``.
        NotAllowedError: ``not_signatory``, ``not_party``; ``not_asked`` without tacit renewal.
        ConflictError: ``not_signed``, ``ended``, ``already_denounced``.
    """
    version = _find_bound(state, body.content_hash, author, at)
    term = version.manifest.effect.term
    if body.objection and (term is None or term.renewal_months is None):
        raise NotAllowedError("not_asked", "there is no tacit renewal to object to")
    if author in (version.objected_by if body.objection else version.denounced_by):
        raise ConflictError("already_denounced", "this administration has given this notice")
    return _list_others(version.manifest, author)


def decide_supersede(
    state: InstrumentState, body: Supersession, *, author: AdministrationCode, at: datetime
) -> Recipients:
    """Judge a party's consent that another text takes the place of a version.

    Raises:
        MissingError: ``no_such_version``.
        NotAllowedError: ``not_signatory``, ``not_party``.
        ConflictError: ``not_signed``, ``ended``.
        RefusedError: ``other_object`` when it names itself.
    """
    version = _find_bound(state, body.content_hash, author, at)
    if body.by == body.content_hash:
        raise RefusedError("other_object", "a version cannot take its own place")
    return _list_others(version.manifest, author)


def _find(state: InstrumentState, content_hash: str) -> Version:
    version = state.find(content_hash)
    if version is None:
        raise MissingError("no_such_version", "there is no version with this content hash")
    return version


def _find_numbered(state: InstrumentState, content_hash: str, number: int) -> Version:
    version = _find(state, content_hash)
    if version.number != number:
        raise ConflictError("version_mismatch", "the content hash is that of another version")
    return version


def _find_bound(
    state: InstrumentState, content_hash: str, author: AdministrationCode, at: datetime
) -> Version:
    version = _find(state, content_hash)
    _check_signatory(version.manifest, author)
    if version.state is not State.SIGNED:
        raise ConflictError("not_signed", "this version is not signed by all")
    if state_at(version, at) in (State.TERMINATED, State.SUPERSEDED):
        raise ConflictError("ended", "this version has ended")
    if author not in version.parties_on(cut_to_date(at, version.manifest.effect.zone)):
        raise NotAllowedError("not_party", "this administration is no party any more")
    return version


def _check_signatory(manifest: Manifest, author: AdministrationCode) -> None:
    if author not in manifest.administrations:
        raise NotAllowedError("not_signatory", "this administration is no signatory")


def _check_annullable(version: Version, author: AdministrationCode) -> None:
    if version.is_complete:
        raise ConflictError("already_signed", "all have signed; denunciation is the way out")
    if author in {annulment.author for annulment in version.annulments}:
        raise ConflictError("annulled", "this administration has withdrawn, declined or countered it")


def _list_others(manifest: Manifest, author: AdministrationCode) -> Recipients:
    return tuple(code for code in manifest.administrations if code != author)
