"""``may``: denied by default, the first check that fails decides, obligations go with what is allowed."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.web.access.policy import Decision, Protected, Subject, may
from mithaq.web.access.table import (
    CODES,
    IDLE_S,
    PURPOSES,
    ROLE_FIELDS,
    ROLE_VERBS,
    SESSION_S,
    STEP_UP_S,
    Field,
    Obligation,
    Role,
    Verb,
)

OFFICIAL = Subject(
    user_id="u-1",
    administration="ma-mi",
    posts=frozenset({"desk"}),
    roles=frozenset({Role.DRAFTER}),
    clearance="red",
    caveats=frozenset({"h0", "h1", "h2", "h3"}),
    purposes=frozenset(PURPOSES),
    persons_purposes=frozenset(PURPOSES),
    session_age_s=10,
    step_up_age_s=10,
    is_active=True,
)
RECORD = Protected(administration_is_ours_or_released=True, code="green", purpose="OC")


def with_roles(*roles: str, **changes: object) -> Subject:
    return replace(OFFICIAL, roles=frozenset(roles), **changes)  # type: ignore[arg-type]


def reason(subject: Subject, verb: str, thing: Protected = RECORD, field: str = "") -> str:
    return may(subject, verb, thing, field).reason


def test_nobody_may_anything() -> None:
    for verb, field in product(Verb, ("", *Field)):
        assert may(Subject(), verb, Protected(), field) == Decision(
            False, "not_signed_in", frozenset({Obligation.LOG})
        )


def test_what_is_not_said_is_closed() -> None:
    """Without rights that are named a signed-in person meets a refusal at each verb; so does every record
    that says nothing of itself."""
    bare = Subject(user_id="u", administration="ma-mi", is_active=True)
    for verb in Verb:
        assert not may(bare, verb, RECORD).allowed
        assert not may(with_roles(*Role), verb, Protected()).allowed


def test_the_table_of_roles_is_what_is_asked() -> None:
    allowed = {
        (role, verb)
        for role, verb in product(Role, Verb)
        if may(with_roles(role), verb, replace(RECORD, emergency=role is Role.DUTY)).allowed
    }
    expected = {(role, verb) for role, verbs in ROLE_VERBS.items() for verb in verbs}
    expected.discard((Role.HANDLING_OFFICER, Verb.RELEASE))  # from AMBER on
    assert allowed == expected


def test_administrators_and_the_auditor_see_no_content() -> None:
    for role in (Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN, Role.AUDITOR):
        assert not {Verb.LIST, Verb.READ, Verb.SEARCH, Verb.EXPORT} & ROLE_VERBS[role]
        assert Field.BODY not in ROLE_FIELDS[role]
    header_only = with_roles(Role.RETENTION_OFFICER)
    assert may(header_only, Verb.LIST, RECORD, Field.HEADER).allowed
    assert reason(header_only, Verb.LIST, RECORD, Field.TITLE) == "no_role"


def test_unknown_words_are_refused() -> None:
    assert reason(OFFICIAL, "own") == "unknown_verb"
    assert reason(OFFICIAL, Verb.READ, RECORD, "everything") == "unknown_verb"
    assert reason(with_roles("director"), Verb.READ) == "no_role"
    assert reason(OFFICIAL, Verb.READ, replace(RECORD, code="secret"), "") == "not_a_reader"
    assert reason(replace(OFFICIAL, clearance="cosmic"), Verb.READ) == "above_clearance"
    assert reason(OFFICIAL, Verb.READ, replace(RECORD, caveats=frozenset({"h9"}))) == "caveat_not_held"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"is_active": False}, "not_signed_in"),
        ({"session_age_s": SESSION_S + 1}, "not_signed_in"),
        ({"session_age_s": float("inf")}, "not_signed_in"),
        ({"roles": frozenset()}, "no_role"),
        ({"clearance": "clear"}, "above_clearance"),
        ({"caveats": frozenset()}, "caveat_not_held"),
        ({"purposes": frozenset()}, "other_purpose"),
    ],
)
def test_each_check_of_the_subject(change: dict[str, object], expected: str) -> None:
    thing = replace(RECORD, caveats=frozenset({"h1"}))
    assert may(OFFICIAL, Verb.READ, thing).allowed
    assert reason(replace(OFFICIAL, **change), Verb.READ, thing) == expected  # type: ignore[arg-type]


def test_the_first_failure_wins() -> None:
    """A record closed in every way, opened step by step: the reasons come in the order of the design."""
    subject = Subject(administration="ma-mi", posts=frozenset({"desk"}))
    thing = Protected(
        code="red", caveats=frozenset({"h2"}), purpose="CT", readers=("ma-mi.minister",), restricted=True
    )
    steps: list[tuple[str, dict[str, object], dict[str, object]]] = [
        ("not_signed_in", {"user_id": "u", "is_active": True}, {}),
        ("no_role", {"roles": frozenset({Role.READER})}, {}),
        ("not_released_to_us", {}, {"administration_is_ours_or_released": True}),
        ("not_a_reader", {"posts": frozenset({"minister"})}, {}),
        ("above_clearance", {"clearance": "red"}, {}),
        ("caveat_not_held", {"caveats": frozenset({"h2"})}, {}),
        ("other_purpose", {"purposes": frozenset({"CT"})}, {}),
        ("restricted", {}, {"restricted": False}),
        ("no_right_to_persons", {"persons_purposes": frozenset({"CT"})}, {}),
    ]
    for expected, of_subject, of_thing in steps:
        assert reason(subject, Verb.READ, thing, Field.PERSONS) == expected
        subject = replace(subject, **of_subject)  # type: ignore[arg-type]
        thing = replace(thing, **of_thing)  # type: ignore[arg-type]
    assert may(subject, Verb.READ, thing, Field.PERSONS).allowed


def test_readers_narrow_and_closed_codes_need_them() -> None:
    for code in CODES:
        named = replace(RECORD, code=code, readers=("ma-mi.minister",))
        assert reason(OFFICIAL, Verb.READ, named) == "not_a_reader"
        assert may(replace(OFFICIAL, posts=frozenset({"minister"})), Verb.READ, named).allowed
        assert may(OFFICIAL, Verb.READ, replace(named, author_posts=frozenset({"desk"}))).allowed
        assert may(OFFICIAL, Verb.READ, replace(RECORD, code=code)).allowed is (code in CODES[:3])
    # A post of the same name in another administration is another post.
    assert reason(OFFICIAL, Verb.READ, replace(RECORD, readers=("fr-mi.desk",))) == "not_a_reader"
    unit = replace(OFFICIAL, units=frozenset({"dgsn"}))
    assert may(unit, Verb.READ, replace(RECORD, code="red", readers=("ma-mi.dgsn",))).allowed


def test_a_reason_across_purposes() -> None:
    other = replace(OFFICIAL, purposes=frozenset({"ADMIN"}))
    assert reason(other, Verb.READ) == "other_purpose"
    assert reason(replace(other, cross_purpose_reason=" short reason "), Verb.READ) == "other_purpose"
    given_reason = replace(other, cross_purpose_reason="asked by the joint committee")
    assert may(given_reason, Verb.READ, RECORD).allowed
    # A list shows that it is there; a record without a purpose is open where it is CLEAR alone.
    assert may(other, Verb.LIST, RECORD).allowed
    assert may(other, Verb.READ, replace(RECORD, code="clear", purpose="")).allowed
    assert reason(other, Verb.READ, replace(RECORD, purpose="")) == "other_purpose"


def test_own_drafts_are_released_by_another_person() -> None:
    releaser = with_roles(Role.RELEASER, Role.SIGNATORY)
    for verb in (Verb.RELEASE, Verb.SIGN):
        assert may(releaser, verb, RECORD).allowed
        assert reason(releaser, verb, replace(RECORD, author_id="u-1")) == "own_draft"
        assert reason(releaser, verb, replace(RECORD, editor_ids=frozenset({"u-1"}))) == "own_draft"
        assert may(releaser, verb, replace(RECORD, author_id="u-2", editor_ids=frozenset({"u-3"}))).allowed


def test_release_from_amber_on_is_the_handling_officers() -> None:
    for code in CODES:
        thing = replace(RECORD, code=code, is_local=True)
        is_low = code in ("clear", "green")
        assert may(with_roles(Role.RELEASER), Verb.RELEASE, thing).allowed is is_low
        assert may(with_roles(Role.HANDLING_OFFICER), Verb.RELEASE, thing).allowed is not is_low


def test_emergency_release_is_of_the_post_on_duty() -> None:
    urgent = replace(RECORD, emergency=True, author_id="u-1", is_local=True)
    assert may(with_roles(Role.DUTY), Verb.RELEASE, urgent).allowed
    assert reason(with_roles(Role.RELEASER), Verb.RELEASE, urgent) == "no_role"
    assert reason(with_roles(Role.DUTY), Verb.RELEASE, replace(urgent, emergency=False)) == "no_role"
    for harder in (replace(urgent, has_persons=True), replace(urgent, caveats=frozenset({"h3"}))):
        assert reason(with_roles(Role.DUTY), Verb.RELEASE, harder) == "no_role"
        assert may(with_roles(Role.DUTY, Role.RELEASER), Verb.RELEASE, harder).allowed


def test_breaking_the_glass_reads_all_and_does_nothing_else() -> None:
    closed = Protected(
        administration_is_ours_or_released=True, code="red", readers=("ma-mi.x",), restricted=True
    )
    glass = with_roles(Role.BREAK_GLASS, clearance="clear", purposes=frozenset(), caveats=frozenset())
    for verb in Verb:
        allowed = may(glass, verb, closed).allowed
        assert allowed is (verb in (Verb.LIST, Verb.READ, Verb.SEARCH))
    assert not may(glass, Verb.READ, Protected()).allowed
    assert not may(replace(glass, is_active=False), Verb.READ, closed).allowed


def test_obligations() -> None:
    read = may(OFFICIAL, Verb.READ, RECORD)
    assert read.obligations == frozenset()
    amber = may(OFFICIAL, Verb.READ, replace(RECORD, code="amber"))
    assert amber.obligations == {Obligation.LOG, Obligation.MARK_PAGE}
    assert may(OFFICIAL, Verb.READ, RECORD, Field.PERSONS).needs(Obligation.LOG)
    assert may(OFFICIAL, Verb.READ, replace(RECORD, caveats=frozenset({"h2"}))).needs(Obligation.NO_EXPORT)
    releaser = with_roles(Role.RELEASER)
    fresh = may(releaser, Verb.RELEASE, RECORD)
    assert fresh.obligations == {Obligation.LOG, Obligation.FOUR_EYES}
    for age_s in (None, STEP_UP_S + 1):
        stale = may(replace(releaser, step_up_age_s=age_s), Verb.RELEASE, RECORD)
        assert stale.allowed
        assert stale.needs(Obligation.STEP_UP)
    assert may(replace(OFFICIAL, step_up_age_s=None), Verb.EXPORT, RECORD).needs(Obligation.STEP_UP)
    assert IDLE_S == 900


@given(
    st.sets(st.sampled_from([*map(str, Role), "director"])),
    st.sampled_from([*CODES, "secret", ""]),
    st.sets(st.sampled_from(["h0", "h2", "zz"])),
    st.sampled_from([*map(str, Verb)]),
    st.sampled_from(["", *map(str, Field)]),
    st.booleans(),
)
def test_fewer_rights_never_allow_more(
    roles: set[str], code: str, caveats: set[str], verb: str, field: str, is_ours: bool
) -> None:
    thing = Protected(
        administration_is_ours_or_released=is_ours, code=code, caveats=frozenset(caveats), purpose="OC"
    )
    subject = with_roles(*roles, clearance="amber", caveats=frozenset({"h0"}))
    if may(subject, verb, thing, field).allowed:
        return
    for fewer in (
        replace(subject, clearance="clear"),
        replace(subject, caveats=frozenset()),
        replace(subject, purposes=frozenset()),
        replace(subject, persons_purposes=frozenset()),
        *(replace(subject, roles=subject.roles - {role}) for role in subject.roles),
    ):
        assert not may(fewer, verb, thing, field).allowed
