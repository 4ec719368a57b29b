"""``may``: whether a person may do something with a record. Pure; the first check that fails decides.

Spec: the function of the trust page, "One function".
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mithaq.web.access.table import (
    ALWAYS_LOGGED,
    AMBER,
    CODES,
    EMERGENCY_ALSO_RELEASER,
    FOUR_EYES,
    LOGGED_FROM_AMBER,
    MIN_REASON,
    NAMED_READERS,
    NOT_ONWARD,
    NOT_OWN,
    RELEASE_BELOW_AMBER,
    RELEASE_FROM_AMBER,
    ROLE_FIELDS,
    ROLE_VERBS,
    SESSION_S,
    STEP_UP,
    STEP_UP_S,
    WITHOUT_PURPOSE,
    Field,
    Obligation,
    Role,
    Verb,
)


@dataclass(frozen=True, slots=True)
class Subject:
    """The person who asks, as the post that acts.

    Attributes:
        user_id: of the account; empty for nobody.
        administration: code of this node.
        posts: ids of the posts that act, ``desk``; without the administration.
        units: ids of the units that these posts belong to.
        clearance: a code of ``table.CODES``.
        purposes: codes for which records are read.
        persons_purposes: codes for which the persons block is read.
        session_age_s: seconds since sign-in.
        step_up_age_s: seconds since a factor was last shown; None for never.
        cross_purpose_reason: why a record of another purpose is read now.
    """

    user_id: str = ""
    administration: str = ""
    posts: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    clearance: str = "clear"
    caveats: frozenset[str] = frozenset()
    purposes: frozenset[str] = frozenset()
    session_age_s: float = 0.0
    step_up_age_s: float | None = None
    is_active: bool = False
    units: frozenset[str] = frozenset()
    persons_purposes: frozenset[str] = frozenset()
    cross_purpose_reason: str = ""


@dataclass(frozen=True, slots=True)
class Protected:
    """What a record, a row or a local thing is protected by. What is not said counts as closed.

    Attributes:
        administration_is_ours_or_released: whether it is of this node, or was released to it.
        readers: posts or units that it names, ``fr-mi.minister``; empty where it names none.
        author_posts: posts of this node that made it: they read it whatever it names.
        author_id: account that drafted it; empty where no account of this node did.
        editor_ids: accounts that have changed the draft.
        emergency: whether an emergency release is asked for.
        has_persons: whether it has a persons block.
        is_local: of this node alone, not sent to anybody.
        object_id: what it is, for the access log; no check looks at it.
        recipients: codes of those it would go to, for the access log.
        reason: why it is done, for the access log.
    """

    administration_is_ours_or_released: bool = False
    code: str = "red"
    caveats: frozenset[str] = frozenset()
    purpose: str = ""
    readers: tuple[str, ...] = ()
    restricted: bool = False
    author_id: str = ""
    author_posts: frozenset[str] = frozenset()
    editor_ids: frozenset[str] = frozenset()
    emergency: bool = False
    has_persons: bool = False
    is_local: bool = False
    object_id: str = ""
    recipients: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer.

    Attributes:
        reason: which check failed; empty when none did.
        obligations: what the caller must do before, or with, what is allowed.
    """

    allowed: bool
    reason: str = ""
    obligations: frozenset[Obligation] = frozenset()

    def needs(self, obligation: Obligation) -> bool:
        """Whether that obligation goes with it."""
        return obligation in self.obligations


_Check = Callable[[Subject, Verb, Protected, str], bool]


def may(subject: Subject, verb: str, object: Protected, field: str = "") -> Decision:  # noqa: A002
    """Whether ``subject`` may do ``verb`` with ``object``, or with one ``field`` of it.

    What is unknown, a verb, a field, a role or a code, is refused or counts as closed.
    """
    try:
        known = Verb(verb)
        known_field = Field(field) if field else ""
    except ValueError:
        return Decision(False, "unknown_verb", frozenset({Obligation.LOG}))
    is_breaking_glass = Role.BREAK_GLASS in subject.roles and known in ROLE_VERBS[Role.BREAK_GLASS]
    for reason, check in _CHECKS:
        if is_breaking_glass and reason not in _EVEN_BREAKING_GLASS:
            continue
        if not check(subject, known, object, known_field):
            return Decision(False, reason, frozenset({Obligation.LOG}))
    return Decision(True, "", _obligations(subject, known, object, known_field))


def rank_of(code: str) -> int:
    """Place of a handling code from open to closed; an unknown one is the most closed."""
    return CODES.index(code) if code in CODES else len(CODES) - 1


def _is_signed_in(subject: Subject, verb: Verb, thing: Protected, field: str) -> bool:
    return subject.is_active and bool(subject.user_id) and 0 <= subject.session_age_s <= SESSION_S


def _has_role(subject: Subject, verb: Verb, thing: Protected, field: str) -> bool:
    if verb is Verb.RELEASE:
        return _may_release(subject, thing)
    return any(verb in ROLE_VERBS[role] for role in _roles_for(subject, field))


def _may_release(subject: Subject, thing: Protected) -> bool:
    roles = _known_roles(subject)
    if not thing.emergency:
        wanted = RELEASE_FROM_AMBER if rank_of(thing.code) >= AMBER else RELEASE_BELOW_AMBER
        return bool(roles & wanted)
    needs_releaser = thing.has_persons or bool(thing.caveats & EMERGENCY_ALSO_RELEASER)
    return Role.DUTY in roles and (Role.RELEASER in roles or not needs_releaser)


def _is_not_own(subject: Subject, verb: Verb, thing: Protected, field: str) -> bool:
    if verb not in NOT_OWN or thing.emergency:
        return True
    return subject.user_id != thing.author_id and subject.user_id not in thing.editor_ids


def _is_ours(subject: Subject, verb: Verb, thing: Protected, field: str) -> bool:
    return thing.administration_is_ours_or_released


def _is_reader(subject: Subject, verb: Verb, thing: Protected, field: str) -> bool:
    if subject.posts & thing.author_posts:
        return True
    if thing.readers:
        return bool(_names_of(subject) & set(thing.readers))
    return thing.is_local or rank_of(thing.code) < NAMED_READERS


def _is_cleared(subject: Subject, verb: Verb, thing: Protected, field: str) -> bool:
    if subject.clearance not in CODES:
        return False
    return rank_of(thing.code) <= rank_of(subject.clearance)


def _holds_caveats(subject: Subject, verb: Verb, thing: Protected, field: str) -> bool:
    return thing.caveats <= subject.caveats


def _has_purpose(subject: Subject, verb: Verb, thing: Protected, field: str) -> bool:
    if verb in WITHOUT_PURPOSE or thing.purpose in subject.purposes:
        return True
    if not thing.purpose and rank_of(thing.code) == 0:
        return True
    return bool(thing.purpose) and len(subject.cross_purpose_reason.strip()) >= MIN_REASON


def _is_not_restricted(subject: Subject, verb: Verb, thing: Protected, field: str) -> bool:
    if not thing.restricted or verb in WITHOUT_PURPOSE:
        return True
    return bool(_known_roles(subject) & {Role.HANDLING_OFFICER, Role.DATA_PROTECTION})


def _may_see_persons(subject: Subject, verb: Verb, thing: Protected, field: str) -> bool:
    return field != Field.PERSONS or thing.purpose in subject.persons_purposes


_CHECKS: Final[tuple[tuple[str, _Check], ...]] = (
    ("not_signed_in", _is_signed_in),
    ("no_role", _has_role),
    ("own_draft", _is_not_own),
    ("not_released_to_us", _is_ours),
    ("not_a_reader", _is_reader),
    ("above_clearance", _is_cleared),
    ("caveat_not_held", _holds_caveats),
    ("other_purpose", _has_purpose),
    ("restricted", _is_not_restricted),
    ("no_right_to_persons", _may_see_persons),
)
_EVEN_BREAKING_GLASS: Final = frozenset({"not_signed_in", "no_role", "not_released_to_us"})

HIDDEN_REASONS: Final = frozenset(
    {"no_role", "not_released_to_us", "not_a_reader", "above_clearance", "caveat_not_held"}
)
"""Refusals of ``list``: whoever meets one must not learn that the record is there."""


def _known_roles(subject: Subject) -> frozenset[Role]:
    return frozenset(role for role in Role if role in subject.roles)


def _roles_for(subject: Subject, field: str) -> frozenset[Role]:
    """The roles that see that part of a record; all where no part is named."""
    roles = _known_roles(subject)
    return roles if not field else frozenset(role for role in roles if Field(field) in ROLE_FIELDS[role])


def _names_of(subject: Subject) -> set[str]:
    return {f"{subject.administration}.{each}" for each in subject.posts | subject.units}


def is_held_here(thing: Protected) -> bool:
    """Whether a caveat holds it on this node: no file, feed or print of it leaves, whoever asks."""
    return bool(thing.caveats & NOT_ONWARD)


def is_sensitive(thing: Protected, field: str = "") -> bool:
    """Whether to read it leaves a trace: from AMBER on, and the persons block."""
    return rank_of(thing.code) >= AMBER or field == Field.PERSONS


def _obligations(subject: Subject, verb: Verb, thing: Protected, field: str) -> frozenset[Obligation]:
    leaves_trace = is_sensitive(thing, field)
    found = set()
    leaves_row = leaves_trace or Role.BREAK_GLASS in subject.roles
    if verb in ALWAYS_LOGGED or (verb in LOGGED_FROM_AMBER and leaves_row):
        found.add(Obligation.LOG)
    if verb in STEP_UP and (subject.step_up_age_s is None or subject.step_up_age_s > STEP_UP_S):
        found.add(Obligation.STEP_UP)
    if verb in FOUR_EYES:
        found.add(Obligation.FOUR_EYES)
    if is_held_here(thing):
        found.add(Obligation.NO_EXPORT)
    if leaves_trace or thing.restricted:
        found.add(Obligation.MARK_PAGE)
    return frozenset(found)
