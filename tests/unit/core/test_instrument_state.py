"""The fold of an instrument, row by row: acts and their effect, states, marks, dates."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.core.instruments.fold import fold_instrument
from mithaq.core.instruments.manifest import Manifest, Part, Signatory
from mithaq.core.instruments.state import (
    InstrumentState,
    Mark,
    NoEffect,
    OtherVersion,
    State,
    Version,
    in_force_at,
    is_line_suspended_at,
    marks_at,
    state_at,
    suspended_parts_at,
)
from tests.unit.core.instrument_world import BEGIN, OBJECT_ID, Story, make_manifest

FR, MA, SN = "fr-mi", "ma-mi", "sn-mi"
LATER = BEGIN + timedelta(days=400)
TEXTS = [Part(name, "fr", "text/plain", "0" * 64, 1) for name in ("annex", "text")]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def day(text: str) -> date:
    return date.fromisoformat(text)


def begin(*codes: str, **options) -> tuple[Story, Manifest]:
    """A story with one proposal by the first signatory."""
    codes = codes or (FR, MA)
    story, manifest = Story(*codes), make_manifest(*codes, **options)
    story.propose(codes[0], manifest)
    return story, manifest


def signed(*codes: str, **options) -> tuple[Story, Manifest]:
    story, manifest = begin(*codes, **options)
    story.sign_all(manifest)
    return story, manifest


def fold(story: Story, others=None) -> InstrumentState:
    state = fold_instrument(story.acts, others)
    assert fold_instrument(reversed(story.acts), others) == state
    return state


def only(story: Story, others=None) -> Version:
    (version,) = fold(story, others).versions
    return version


def reasons(story: Story) -> list[NoEffect]:
    return [each.reason for each in fold(story).without_effect]


# --- before it is signed ----------------------------------------------------------------------------


def test_nothing() -> None:
    assert fold_instrument(()) == InstrumentState(object_id=None)
    assert fold_instrument(()).latest is None
    assert in_force_at(fold_instrument(()), BEGIN) is None


def test_proposed() -> None:
    story, manifest = begin()
    state = fold(story)
    assert state.object_id == OBJECT_ID
    assert state.latest == state.find(manifest.content_hash) == only(story)
    assert only(story).state is State.PROPOSED
    assert state.sent == ()


def test_an_act_that_nobody_acknowledged_shows_as_sent() -> None:
    story, manifest = Story(FR, MA), make_manifest(FR, MA)
    story.propose(FR, manifest, at=None)
    assert fold(story).sent == (OBJECT_ID,)
    story, manifest = begin()
    story.on(MA, "sign", manifest, at=None)
    assert only(story).state is State.PROPOSED
    assert list(only(story).signings) == [MA]
    assert len(fold(story).sent) == 1


def test_part_signed_then_signed() -> None:
    story, manifest = begin()
    story.on(MA, "sign", manifest)
    assert only(story).state is State.PART_SIGNED
    assert only(story).signed_on is None
    story.on(FR, "sign", manifest, at=at("2025-03-02T23:30"))
    assert only(story).state is State.SIGNED
    assert only(story).signed_on == day("2025-03-02")


def test_a_signing_counts_for_the_verdict_only_once_received() -> None:
    story, manifest = begin()
    story.on(MA, "sign", manifest)
    story.on(FR, "sign", manifest, at=None)
    version = only(story)
    assert version.state is State.PART_SIGNED
    assert version.is_complete


def test_a_receipt_of_one_who_is_no_signatory_counts_nothing() -> None:
    story, manifest = begin()
    story.on(MA, "sign", manifest)
    story.on(FR, "sign", manifest, at={SN: BEGIN})
    assert only(story).state is State.PART_SIGNED


def test_signed_on_is_the_latest_of_the_earliest_receipts() -> None:
    story, manifest = begin(FR, MA, SN, effect={"rule": "ON_SIGNATURE", "offset": "+01:00"})
    story.on(FR, "sign", manifest, at={MA: at("2025-03-09T10:00"), SN: at("2025-03-05T10:00")})
    story.on(MA, "sign", manifest, at={FR: at("2025-03-06T23:30"), SN: at("2025-03-30T10:00")})
    story.on(SN, "sign", manifest, at={FR: at("2025-03-04T10:00")})
    assert only(story).signed_on == day("2025-03-07")


def test_declined() -> None:
    story, manifest = begin()
    decline = story.on(MA, "decline", manifest, at=None)
    assert only(story).state is State.PROPOSED
    assert only(story).withdrawal_pending
    story, manifest = begin()
    decline = story.on(MA, "decline", manifest)
    assert only(story).state is State.DECLINED
    assert only(story).decided_by == decline


@pytest.mark.parametrize("of", [{}, {"of": "proposal"}])
def test_a_proposal_is_withdrawn(of: dict[str, object]) -> None:
    story, manifest = begin()
    story.on(FR, "withdraw", manifest, body=of)
    assert only(story).state is State.WITHDRAWN


def test_a_signing_is_withdrawn_and_pending_until_the_other_has_seen_it() -> None:
    story, manifest = begin()
    story.on(MA, "sign", manifest)
    withdrawal = story.on(MA, "withdraw", manifest, at=None)
    assert only(story).state is State.PART_SIGNED
    assert Mark.WITHDRAWAL_PENDING in marks_at(only(story), BEGIN)
    # Any act of the other that saw it proves it as well as a receipt.
    story.on(FR, "sign", manifest)
    assert only(story).state is State.WITHDRAWN
    assert only(story).decided_by == withdrawal
    assert marks_at(only(story), BEGIN) == frozenset()
    assert reasons(story) == [NoEffect.ANNULLED]


def test_a_crossing_withdrawal_is_too_late() -> None:
    story, manifest = begin()
    story.on(MA, "sign", manifest)
    withdrawal = story.on(MA, "withdraw", manifest)
    story.on(FR, "sign", manifest, blind_to=(withdrawal,))
    version = only(story)
    assert version.state is State.SIGNED
    assert not version.withdrawal_pending
    assert reasons(story) == [NoEffect.TOO_LATE]
    assert state_at(version, LATER) is State.IN_FORCE


def test_a_crossing_counter_is_too_late_to_decline_but_stands_as_a_proposal() -> None:
    story, manifest = begin()
    story.on(MA, "sign", manifest)
    newer = make_manifest(FR, MA, previous=manifest)
    counter = story.counter(MA, newer)
    story.on(FR, "sign", manifest, blind_to=(counter,))
    assert [version.state for version in fold(story).versions] == [State.SIGNED, State.COUNTERED]
    assert reasons(story) == []


def test_one_of_three_who_saw_the_withdrawal_decides() -> None:
    story, manifest = begin(FR, MA, SN)
    story.on(FR, "sign", manifest)
    withdrawal = story.on(FR, "withdraw", manifest, at=None)
    story.on(MA, "sign", manifest, blind_to=(withdrawal,))
    assert only(story).withdrawal_pending
    story.on(SN, "sign", manifest)
    assert only(story).state is State.WITHDRAWN
    assert reasons(story) == [NoEffect.ANNULLED]


def test_pending_while_one_of_three_has_yet_to_see_it() -> None:
    story, manifest = begin(FR, MA, SN)
    story.on(FR, "sign", manifest)
    story.on(FR, "withdraw", manifest, at={MA: BEGIN})
    assert only(story).withdrawal_pending
    story.acts.pop()
    story.on(FR, "withdraw", manifest)
    assert only(story).state is State.WITHDRAWN


def test_an_act_that_not_all_have_proves_nothing_to_all() -> None:
    story, manifest = begin(FR, MA, SN)
    story.on(FR, "sign", manifest)
    withdrawal = story.on(FR, "withdraw", manifest, at={MA: BEGIN})
    story.on(SN, "decline", manifest, to=(FR,))
    assert only(story).withdrawal_pending
    assert only(story).annulments == (withdrawal,)


def test_after_a_withdrawal_nobody_who_saw_it_can_sign_again() -> None:
    story, manifest = begin()
    story.on(MA, "sign", manifest)
    story.on(MA, "withdraw", manifest)
    story.on(MA, "sign", manifest)
    story.on(FR, "sign", manifest)
    assert only(story).state is State.WITHDRAWN
    assert sorted(reasons(story)) == [NoEffect.ANNULLED, NoEffect.REPEATED]


def test_an_act_that_not_all_have_does_not_shift_the_order_of_others() -> None:
    """Met by the random search: else one node says declined and another withdrawn."""
    story, manifest = begin(FR, MA, SN)
    narrow = story.on(SN, "sign", manifest, to=(FR,))
    withdrawal = story.on(FR, "withdraw", manifest)
    story.on(MA, "decline", manifest, blind_to=(withdrawal, narrow))
    without = fold_instrument(act for act in story.acts if act is not narrow)
    assert fold(story).versions == without.versions
    assert only(story).decided_by == withdrawal


def test_a_counter_declines_the_older_version() -> None:
    story, manifest = begin()
    newer = make_manifest(FR, MA, previous=manifest)
    story.counter(MA, newer)
    older, counter = fold(story).versions
    assert (older.state, counter.state) == (State.DECLINED, State.COUNTERED)
    assert fold(story).latest == counter
    assert counter.root == older.root == manifest.content_hash
    story.sign_all(newer)
    assert [version.state for version in fold(story).versions] == [State.DECLINED, State.SIGNED]


def test_the_author_replaces_its_proposal_after_it_was_answered_but_not_before() -> None:
    story, manifest = begin()
    newer = make_manifest(FR, MA, previous=manifest)
    story.counter(FR, newer)
    assert reasons(story) == [NoEffect.OWN_PROPOSAL]
    story, manifest = begin()
    story.on(MA, "decline", manifest)
    story.counter(FR, newer)
    assert [version.state for version in fold(story).versions] == [State.DECLINED, State.COUNTERED]


def test_one_manifest_put_forward_twice_is_one_version() -> None:
    story, manifest = begin(FR, MA, SN)
    newer = make_manifest(FR, MA, SN, previous=manifest)
    first = story.counter(MA, newer)
    story.counter(SN, newer, blind_to=(first,))
    older, counter = fold(story).versions
    assert len(counter.openers) == 2
    assert {act.author for act in older.annulments} == {MA, SN}


# --- without effect ---------------------------------------------------------------------------------


def wrong_acts():
    other = make_manifest(FR, MA, data={"other": True})

    def second_proposal(story: Story, _: Manifest) -> None:
        story.tell(MA, "propose", {"manifest": other.members}, act_id="another")

    def counter(**options):
        def act(story: Story, manifest: Manifest) -> None:
            codes = options.pop("codes", (FR, MA))
            fields = {"previous": manifest} | options
            story.counter(MA, make_manifest(*codes, **fields))

        return act

    def on(author: str, kind: str, **options):
        return lambda story, manifest: story.on(author, kind, manifest, **options)

    def notice(author: str, kind: str, **options):
        return lambda story, manifest: story.notice(author, kind, manifest, **options)

    return [
        (second_proposal, NoEffect.OTHER_OBJECT),
        (counter(version=3), NoEffect.VERSION_MISMATCH),
        (counter(object_kind="roadmap.roadmap"), NoEffect.OTHER_OBJECT),
        (counter(object_id="01890000-0000-7000-8000-000000000002"), NoEffect.OTHER_OBJECT),
        (counter(codes=(MA, SN)), NoEffect.NOT_TO_ALL),
        (lambda story, _: story.counter(MA, make_manifest(FR, MA, previous=other)), NoEffect.UNKNOWN_VERSION),
        (lambda story, _: story.on(MA, "sign", other), NoEffect.UNKNOWN_VERSION),
        (on(MA, "sign", post="DEPUTY"), NoEffect.WRONG_POST),
        (on(MA, "sign", body={"version": 2}), NoEffect.VERSION_MISMATCH),
        (on(MA, "sign", to=()), NoEffect.NOT_TO_ALL),
        (on(MA, "sign", body={"version": "1"}), NoEffect.MALFORMED_BODY),
        (on(MA, "withdraw"), NoEffect.NOTHING_TO_WITHDRAW),
        (on(FR, "withdraw", body={"of": "signing"}), NoEffect.NOTHING_TO_WITHDRAW),
        (notice(MA, "notify"), NoEffect.OUT_OF_STATE),
        (notice(MA, "denounce"), NoEffect.OUT_OF_STATE),
        (notice(MA, "suspend", body={"ground": "g"}), NoEffect.OUT_OF_STATE),
        (notice(MA, "resume"), NoEffect.OUT_OF_STATE),
        (notice(MA, "supersede", body={"by": "00" * 32}), NoEffect.OUT_OF_STATE),
        (notice(MA, "explode"), NoEffect.UNKNOWN_KIND),
    ]


@pytest.mark.parametrize(("act", "reason"), wrong_acts())
def test_without_effect_on_a_proposal(act, reason: NoEffect) -> None:
    story, manifest = begin()
    before = fold(story).versions
    act(story, manifest)
    assert reasons(story) == [reason]
    assert fold(story).versions == before


def test_a_stranger_changes_nothing() -> None:
    story = Story(FR, MA, SN)
    manifest = make_manifest(FR, MA)
    story.propose(FR, manifest)
    for kind in ("sign", "decline", "withdraw"):
        story.on(SN, kind, manifest)
    story.counter(SN, make_manifest(FR, MA, previous=manifest))
    assert reasons(story) == [NoEffect.NOT_SIGNATORY] * 4
    assert only(story).state is State.PROPOSED


def test_a_counter_by_two_of_three_cannot_drop_the_third() -> None:
    story, manifest = begin(FR, MA, SN)
    story.counter(MA, make_manifest(FR, MA, previous=manifest))
    assert reasons(story) == [NoEffect.OTHER_SIGNATORIES]


def test_nobody_signs_what_it_had_not_received() -> None:
    story, manifest = begin()
    newer = make_manifest(FR, MA, previous=manifest)
    counter = story.counter(MA, newer)
    story.on(FR, "sign", newer, blind_to=(counter,))
    assert reasons(story) == [NoEffect.UNKNOWN_VERSION]


def test_acts_after_all_have_signed() -> None:
    story, manifest = signed()
    story.on(MA, "sign", manifest)
    story.on(MA, "withdraw", manifest)
    story.on(MA, "decline", manifest)
    story.notice(MA, "notify", manifest)
    story.notice(MA, "denounce", manifest, body={"objection": True})
    story.notice(MA, "resume", manifest)
    story.notice(MA, "suspend", manifest, body={"ground": "g", "scope": ["annex"]})
    story.notice(MA, "supersede", manifest, body={"by": manifest.content_hash})
    assert reasons(story) == [
        NoEffect.REPEATED,
        NoEffect.OUT_OF_STATE,
        NoEffect.OUT_OF_STATE,
        NoEffect.NOT_ASKED,
        NoEffect.NOT_ASKED,
        NoEffect.OUT_OF_STATE,
        NoEffect.UNKNOWN_PART,
        NoEffect.OTHER_OBJECT,
    ]
    assert only(story).state is State.SIGNED


def test_a_foreign_proposal_under_a_copied_id_reaches_nothing() -> None:
    story = Story(FR, MA, SN)
    ours, theirs = make_manifest(FR, MA), make_manifest(MA, SN, data={"x": 1})
    story.propose(FR, ours)
    story.propose(MA, theirs)
    for code in (FR, MA):
        story.on(code, "sign", ours)
    for code in (MA, SN):
        story.on(code, "sign", theirs)
    state = fold(story)
    assert {state_at(version, LATER) for version in state.versions} == {State.IN_FORCE}
    for manifest in (ours, theirs):
        found = in_force_at(state, LATER, root=manifest.content_hash)
        assert found is not None
        assert found.manifest == manifest
    assert in_force_at(state, LATER, root="00" * 32) is None


# --- entry into force ------------------------------------------------------------------------------


def test_in_force_from_the_start_of_the_day_in_the_offset() -> None:
    story, _ = signed(effect={"rule": "ON_DATE", "date": "2025-03-10", "offset": "+01:00"})
    version = only(story)
    assert state_at(version, at("2025-03-09T22:59:59")) is State.SIGNED
    assert state_at(version, at("2025-03-09T23:00")) is State.IN_FORCE
    assert in_force_at(fold(story), at("2025-03-09T22:59:59")) is None
    assert in_force_at(fold(story), at("2025-03-09T23:00")) == version


def test_the_agreement_of_30_may_2000() -> None:
    """Signed in Paris on 30 May 2000; in force on the first day of the second month after receipt of
    the second notification: 1 May 2001 (French decree 2001-374 of 25 April 2001)."""
    effect = {
        "rule": "FIRST_DAY_OF_NTH_MONTH_AFTER_LAST_NOTIFICATION",
        "n": 2,
        "notifications": [FR, MA],
        "past": {"signed_on": "2000-05-30", "received_on": {FR: "2000-11-20", MA: "2001-03-12"}},
    }
    story, manifest = begin(effect=effect)
    assert only(story).entry_into_force_on is None
    story.sign_all(manifest)
    version = only(story)
    assert version.signed_on == day("2000-05-30")
    assert version.entry_into_force_on == day("2001-05-01")
    assert version.settled_at is None
    assert state_at(version, at("2001-04-30T23:59")) is State.SIGNED
    assert state_at(version, at("2001-05-01T00:00")) is State.IN_FORCE


def test_a_past_text_with_one_notification_still_to_come() -> None:
    effect = {
        "rule": "ON_EXCHANGE_OF_INSTRUMENTS",
        "past": {"signed_on": "2024-10-28", "received_on": {FR: "2024-12-01"}},
    }
    story, manifest = signed(effect=effect)
    assert only(story).entry_into_force_on is None
    story.notice(MA, "notify", manifest, at=at("2025-03-12T09:00"))
    assert only(story).entry_into_force_on == day("2025-03-12")
    assert only(story).settled_at == at("2025-03-12T09:00")


NOTIFIED = {
    "ON_EXCHANGE_OF_INSTRUMENTS": (None, "2025-03-12"),
    "N_DAYS_AFTER_LAST_NOTIFICATION": (30, "2025-04-11"),
    "FIRST_DAY_OF_NTH_MONTH_AFTER_LAST_NOTIFICATION": (2, "2025-05-01"),
}


@pytest.mark.parametrize("rule", NOTIFIED)
def test_notifications(rule: str) -> None:
    n, expected = NOTIFIED[rule]
    story, manifest = signed(effect={"rule": rule} | ({"n": n} if n else {}))
    story.notice(FR, "notify", manifest, at=at("2025-03-05T09:00"))
    assert only(story).entry_into_force_on is None
    notice = story.notice(MA, "notify", manifest, at=None)
    assert only(story).entry_into_force_on is None
    assert only(story).notified_by == (FR, MA)
    notice.deliveries[FR] = at("2025-03-12T09:00")  # type: ignore[index]
    assert only(story).entry_into_force_on == day(expected)
    assert only(story).received_on == {FR: day("2025-03-05"), MA: day("2025-03-12")}
    story.notice(MA, "notify", manifest, at=at("2025-09-01T09:00"))
    assert reasons(story) == [NoEffect.REPEATED]
    assert only(story).entry_into_force_on == day(expected)


def test_a_notification_counts_when_the_last_other_party_has_it() -> None:
    effect = {"rule": "ON_EXCHANGE_OF_INSTRUMENTS", "notifications": [FR]}
    story, manifest = signed(FR, MA, SN, effect=effect)
    notice = story.notice(FR, "notify", manifest, at={MA: at("2025-03-05T09:00")})
    assert only(story).entry_into_force_on is None
    notice.deliveries[SN] = at("2025-03-04T09:00")  # type: ignore[index]
    assert only(story).entry_into_force_on == day("2025-03-05")


class Others:
    """Versions of other instruments, for the look-up."""

    def __init__(self, *versions: OtherVersion, successors: tuple[OtherVersion, ...] = ()) -> None:
        self.versions = {version.content_hash: version for version in versions}
        self.successors = successors

    def find_version(self, content_hash: str) -> OtherVersion | None:
        return self.versions.get(content_hash)

    def find_successors(self, content_hash: str) -> tuple[OtherVersion, ...]:
        return self.successors


def other(on: str | None, *signatories: str, content_hash: str = "aa" * 32) -> OtherVersion:
    start = at(f"{on}T00:00") if on else None
    return OtherVersion(content_hash, day(on) if on else None, start, None, signatories or (FR, MA))


def test_same_as() -> None:
    story, _ = signed(effect={"rule": "SAME_AS", "other": "aa" * 32})
    assert only(story).entry_into_force_on is None
    assert fold(story).depends_on == {"aa" * 32}
    assert only(story, Others(other(None))).entry_into_force_on is None
    assert only(story, Others(other("2025-05-01"))).entry_into_force_on == day("2025-05-01")
    # Signed after the other entered: not before its own signature.
    assert only(story, Others(other("2001-05-01"))).entry_into_force_on == day("2025-03-01")


def test_a_circle_never_enters() -> None:
    """Each of two instruments asks the other: from no dates, no date ever comes."""
    hashes = {"a": "aa" * 32, "b": "bb" * 32}
    known: dict[str, OtherVersion] = {}
    for _ in range(3):
        for name, asks in (("a", "b"), ("b", "a")):
            story, _ = signed(effect={"rule": "SAME_AS", "other": hashes[asks]}, data={"name": name})
            version = only(story, Others(*known.values()))
            assert version.entry_into_force_on is None
            known[name] = other(None, content_hash=hashes[name])


def test_same_as_an_older_version_of_the_same_instrument() -> None:
    story, manifest = signed(effect={"rule": "ON_DATE", "date": "2025-06-01"})
    newer = make_manifest(
        FR, MA, previous=manifest, effect={"rule": "SAME_AS", "other": manifest.content_hash}
    )
    story.counter(MA, newer)
    story.sign_all(newer)
    older, amendment = fold(story).versions
    assert older.entry_into_force_on == amendment.entry_into_force_on == day("2025-06-01")
    assert in_force_at(fold(story), LATER) == amendment
    assert state_at(older, LATER) is State.SUPERSEDED
    assert fold(story).depends_on == frozenset()


def test_provisional() -> None:
    effect = {"rule": "ON_EXCHANGE_OF_INSTRUMENTS", "provisional_from": "2025-04-01"}
    story, manifest = begin(effect=effect)
    assert marks_at(only(story), LATER) == frozenset()
    story.sign_all(manifest)
    assert marks_at(only(story), at("2025-03-31T23:59")) == frozenset()
    assert marks_at(only(story), at("2025-04-01T00:00")) == {Mark.PROVISIONAL}
    for code in (FR, MA):
        story.notice(code, "notify", manifest, at=at("2025-05-01T09:00"))
    assert marks_at(only(story), at("2025-05-01T00:00")) == frozenset()


# --- what takes its place ---------------------------------------------------------------------------


def test_an_amendment_supersedes_the_day_it_enters() -> None:
    story, manifest = signed()
    newer = make_manifest(FR, MA, previous=manifest, effect={"rule": "ON_DATE", "date": "2025-06-01"})
    story.counter(FR, newer)  # the author of a signed version may amend it
    assert [version.state for version in fold(story).versions] == [State.SIGNED, State.COUNTERED]
    story.sign_all(newer)
    state = fold(story)
    older, amendment = state.versions
    assert older.superseded_on == day("2025-06-01")
    assert in_force_at(state, at("2025-05-31T23:59")) == older
    assert in_force_at(state, at("2025-06-01T00:00")) == amendment
    assert state_at(older, at("2025-06-01T00:00")) is State.SUPERSEDED
    assert state.latest == amendment


def test_of_two_amendments_the_greater_is_in_force() -> None:
    story, manifest = signed()
    rivals = [make_manifest(FR, MA, previous=manifest, data={"by": code}) for code in (FR, MA)]
    first = story.counter(FR, rivals[0])
    story.counter(MA, rivals[1], blind_to=(first,))
    for rival in rivals:
        story.sign_all(rival)
    state = fold(story)
    found = in_force_at(state, LATER)
    assert found is not None
    assert found.content_hash == max(rival.content_hash for rival in rivals)
    standing = [version for version in state.versions if state_at(version, LATER) is State.IN_FORCE]
    assert standing == [found]


def test_a_superseded_version_does_not_come_back() -> None:
    story, manifest = signed()
    newer = make_manifest(FR, MA, previous=manifest)
    story.counter(FR, newer)
    story.sign_all(newer)
    story.notice(FR, "denounce", newer, at=at("2025-03-05T00:00"))
    assert in_force_at(fold(story), at("2026-03-06T00:00")) is None


def test_another_instrument_supersedes_only_if_it_binds_all_parties() -> None:
    story, _ = signed(FR, MA, SN)
    narrow = other("2025-06-01", FR, MA)
    wide = other("2025-07-01", FR, MA, SN)
    assert only(story, Others(successors=(narrow,))).superseded_on is None
    version = only(story, Others(successors=(narrow, wide)))
    assert version.superseded_on == day("2025-07-01")
    assert state_at(version, at("2025-07-01T00:00")) is State.SUPERSEDED


def test_what_a_signed_version_replaces_is_named() -> None:
    story, manifest = begin(supersedes=["cc" * 32])
    assert fold(story).replaces == frozenset()
    story.sign_all(manifest)
    assert fold(story).replaces == {"cc" * 32}


def test_supersede_takes_every_party() -> None:
    story, manifest = signed()
    world = Others(other("2025-06-01"))
    for code, expected in ((FR, None), (MA, day("2025-06-05"))):
        body = {"by": "aa" * 32}
        story.notice(code, "supersede", manifest, body=body, at=at("2025-06-05T09:00"))
        assert only(story, world).superseded_on == expected
    assert fold(story).depends_on == {"aa" * 32}
    assert only(story, Others(other("2026-01-01"))).superseded_on == day("2026-01-01")
    assert only(story, Others(other(None))).superseded_on is None
    assert only(story).superseded_on is None


# --- how it ends -----------------------------------------------------------------------------------


def test_denunciation_of_two() -> None:
    story, manifest = signed(effect={"rule": "ON_SIGNATURE", "denunciation_months": 6})
    story.notice(MA, "denounce", manifest, at=at("2025-08-31T09:00"))
    version = only(story)
    assert version.leaving_on == {MA: day("2026-02-28")}
    assert version.terminated_on == day("2026-02-28")
    assert state_at(version, at("2026-02-27T23:59")) is State.IN_FORCE
    assert state_at(version, at("2026-02-28T00:00")) is State.TERMINATED
    assert marks_at(version, at("2026-02-28T00:00")) == frozenset()
    assert version.denounced_by == (MA,)


def test_denunciation_counts_from_delivery() -> None:
    story, manifest = signed()
    story.notice(MA, "denounce", manifest, at=None)
    assert only(story).terminated_on is None
    assert only(story).denounced_by == (MA,)


def test_denunciation_of_three_leaves_two() -> None:
    story, manifest = signed(FR, MA, SN)
    story.notice(SN, "denounce", manifest, at=at("2025-06-01T09:00"))
    version = only(story)
    assert version.terminated_on is None
    assert version.parties_on(day("2026-05-31")) == (FR, MA, SN)
    assert version.parties_on(day("2026-06-01")) == (FR, MA)
    story.notice(FR, "denounce", manifest, at=at("2025-09-01T09:00"))
    assert only(story).terminated_on == day("2026-09-01")


def test_a_fixed_term_expires() -> None:
    story, _ = signed(effect={"rule": "ON_SIGNATURE", "term": {"months": 12}})
    version = only(story)
    assert version.terminated_on == day("2026-03-01")
    assert state_at(version, at("2026-03-01T00:00")) is State.TERMINATED
    assert marks_at(version, at("2026-03-01T00:00")) == {Mark.EXPIRED}
    assert marks_at(version, at("2026-02-28T00:00")) == frozenset()


@pytest.mark.parametrize(
    ("objected", "expected"), [("2025-11-30", "2026-03-01"), ("2025-12-02", "2027-03-01")]
)
def test_tacit_renewal_and_objection(objected: str, expected: str) -> None:
    term = {"months": 12, "renewal_months": 12, "objection_months": 3}
    story, manifest = signed(effect={"rule": "ON_SIGNATURE", "term": term})
    assert only(story).terminated_on is None
    story.notice(MA, "denounce", manifest, body={"objection": True}, at=at(f"{objected}T09:00"))
    version = only(story)
    assert version.terminated_on == day(expected)
    assert version.is_expired
    assert version.objected_by == (MA,)
    assert version.leaving_on == {}


def test_what_ended_first_names_the_end() -> None:
    story, manifest = signed(
        effect={"rule": "ON_SIGNATURE", "term": {"months": 12}, "denunciation_months": 1}
    )
    newer = make_manifest(FR, MA, previous=manifest, effect={"rule": "ON_DATE", "date": "2026-01-01"})
    story.counter(FR, newer)
    story.sign_all(newer)
    assert state_at(fold(story).versions[0], at("2027-01-01T00:00")) is State.SUPERSEDED
    story.notice(FR, "denounce", manifest, at=at("2025-05-01T09:00"))
    assert state_at(fold(story).versions[0], at("2027-01-01T00:00")) is State.TERMINATED


# --- suspension ------------------------------------------------------------------------------------


def test_suspended_from_delivery_to_resumption() -> None:
    story, manifest = signed()
    story.notice(MA, "suspend", manifest, body={"ground": "art. 60"}, at=at("2025-06-01T09:00"))
    version = only(story)
    assert state_at(version, at("2025-06-01T08:59")) is State.IN_FORCE
    assert state_at(version, at("2025-06-01T09:00")) is State.SUSPENDED
    assert version.suspended_by == (MA,)
    assert in_force_at(fold(story), at("2025-06-01T09:00")) is None
    story.notice(MA, "resume", manifest, at=at("2025-07-01T09:00"))
    assert state_at(only(story), at("2025-07-01T08:59")) is State.SUSPENDED
    assert state_at(only(story), at("2025-07-01T09:00")) is State.IN_FORCE
    assert only(story).suspended_by == ()


def test_in_force_again_only_when_no_suspension_stands() -> None:
    story, manifest = signed()
    for code in (FR, MA):
        story.notice(code, "suspend", manifest, body={"ground": "g"}, at=at("2025-06-01T09:00"))
    story.notice(MA, "resume", manifest, at=at("2025-07-01T09:00"))
    assert state_at(only(story), at("2025-07-02T09:00")) is State.SUSPENDED
    story.notice(FR, "resume", manifest, at=at("2025-08-01T09:00"))
    assert state_at(only(story), at("2025-08-02T09:00")) is State.IN_FORCE


def test_a_later_start_and_a_resumption_before_it() -> None:
    story, manifest = signed(effect={"rule": "ON_SIGNATURE", "offset": "+01:00"})
    body = {"ground": "g", "start_on": "2025-08-01"}
    story.notice(MA, "suspend", manifest, body=body, at=at("2025-06-01T09:00"))
    assert state_at(only(story), at("2025-07-31T22:59")) is State.IN_FORCE
    assert state_at(only(story), at("2025-07-31T23:00")) is State.SUSPENDED
    story.notice(MA, "resume", manifest, at=at("2025-07-01T09:00"))
    assert only(story).suspensions == ()


def test_a_start_before_delivery_is_delivery() -> None:
    story, manifest = signed()
    body = {"ground": "g", "start_on": "2020-01-01"}
    story.notice(MA, "suspend", manifest, body=body, at=at("2025-06-01T09:00"))
    assert only(story).suspensions[0].from_at == at("2025-06-01T09:00")


def test_articles_suspended() -> None:
    """One article stands still, the text goes on; a paragraph stands still with its article."""
    story, manifest = signed()
    body = {"ground": "art. 60", "scope": ["#art_5", "#art_7"]}
    story.notice(MA, "suspend", manifest, body=body, at=at("2025-06-01T09:00"))
    within = at("2025-06-02T09:00")
    version = only(story)
    assert state_at(version, within) is State.IN_FORCE
    assert suspended_parts_at(version, within) == {"#art_5", "#art_7"}
    lines = ("art_5", "art_5__para_2", "art_6", "art_7", "art_50")
    assert [line for line in lines if is_line_suspended_at(version, line, within)] == [
        "art_5",
        "art_5__para_2",
        "art_7",
    ]
    story.notice(MA, "resume", manifest, at=at("2025-06-03T09:00"))
    after = at("2025-06-04T09:00")
    assert not any(is_line_suspended_at(only(story), line, after) for line in lines)


def test_parts_suspended() -> None:
    story, manifest = signed(parts=TEXTS)
    body = {"ground": "g", "scope": ["annex"]}
    story.notice(MA, "suspend", manifest, body=body, at=at("2025-06-01T09:00"))
    version = only(story)
    assert state_at(version, at("2025-06-02T09:00")) is State.IN_FORCE
    assert suspended_parts_at(version, at("2025-06-02T09:00")) == {"annex"}
    assert suspended_parts_at(version, at("2025-05-02T09:00")) == frozenset()
    story.notice(FR, "suspend", manifest, body={"ground": "g"}, at=at("2025-06-03T09:00"))
    assert suspended_parts_at(only(story), at("2025-06-04T09:00")) == {"annex", "text"}


def test_joint_suspension_takes_both() -> None:
    story, manifest = signed(effect={"rule": "ON_SIGNATURE", "suspension": "joint"})
    for code, opened, closed in ((FR, "2025-06-01", "2025-08-01"), (MA, "2025-07-01", "2025-09-01")):
        story.notice(code, "suspend", manifest, body={"ground": "g"}, at=at(f"{opened}T09:00"))
        story.notice(code, "resume", manifest, at=at(f"{closed}T09:00"))
    (suspension,) = only(story).suspensions
    assert suspension.by == (FR, MA)
    assert (suspension.from_at, suspension.until_at) == (at("2025-07-01T09:00"), at("2025-09-01T09:00"))


def test_who_has_left_no_longer_suspends() -> None:
    story, manifest = signed(FR, MA, SN, effect={"rule": "ON_SIGNATURE", "denunciation_months": 1})
    story.notice(SN, "suspend", manifest, body={"ground": "g"}, at=at("2025-06-01T09:00"))
    story.notice(SN, "denounce", manifest, at=at("2025-06-10T09:00"))
    assert state_at(only(story), at("2025-07-09T23:59")) is State.SUSPENDED
    assert state_at(only(story), at("2025-07-10T00:00")) is State.IN_FORCE


# --- asked as of an earlier knowledge ---------------------------------------------------------------


def test_a_version_signed_in_the_afternoon_moves_no_clock_of_the_morning() -> None:
    story, manifest = signed()
    newer = make_manifest(FR, MA, previous=manifest)
    story.counter(FR, newer)
    story.sign_all(newer, at=at("2025-06-01T15:00"))
    older, amendment = fold(story).versions
    morning = at("2025-06-01T10:00")
    assert amendment.settled_at == at("2025-06-01T15:00")
    assert in_force_at(fold(story), morning) == amendment
    assert in_force_at(fold(story), morning, known_at=morning) == older
    assert in_force_at(fold(story), morning, known_at=at("2025-06-01T15:00")) == amendment


# --- withheld acts: what the record cannot judge, and the guard against it ----------------------------


def test_a_late_act_refolds() -> None:
    """Two who lie can show a third a signature that a withheld withdrawal undoes; the gap is alarmed."""
    story, manifest = begin(FR, MA, SN)
    story.on(FR, "sign", manifest)
    withheld = story.on(FR, "withdraw", manifest)
    story.on(MA, "sign", manifest)
    story.on(SN, "sign", manifest)
    without = [act for act in story.acts if act is not withheld]
    assert fold_instrument(without).versions[0].state is State.SIGNED
    assert fold_instrument(story.acts).versions[0].state is State.WITHDRAWN


def test_acts_given_twice_count_once() -> None:
    story, _ = signed()
    assert fold_instrument(story.acts + story.acts) == fold(story)


def test_posts_may_change_from_version_to_version() -> None:
    story, manifest = begin()
    posts = [Signatory(FR, "MIN"), Signatory(MA, "DG")]
    newer = make_manifest(FR, MA, previous=manifest, signatories=posts)
    story.counter(MA, newer)
    story.on(FR, "sign", newer)
    story.on(MA, "sign", newer, post="DG")
    assert fold(story).versions[1].state is State.SIGNED


# --- anything at all --------------------------------------------------------------------------------

VALUES = st.recursive(
    st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["proposal", "2025-01-01", "ab" * 32]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)
NAMES = st.sampled_from(["manifest", "version", "content_hash", "of", "reason", "ground", "scope", "by", "x"])


@given(
    st.lists(
        st.tuples(
            st.sampled_from([FR, MA, SN]),
            st.sampled_from(list(InstrumentKind)),
            st.dictionaries(NAMES, VALUES),
        ),
        max_size=4,
    ),
    st.booleans(),
)
def test_no_body_makes_the_fold_raise(acts, is_named: bool) -> None:
    story, manifest = begin()
    own: dict[str, object] = {
        "content_hash": manifest.content_hash,
        "version": 1,
        "manifest": manifest.members,
    }
    for author, kind, body in acts:
        story.tell(author, kind.removeprefix("instrument."), own | body if is_named else body)
    assert fold(story).find(manifest.content_hash) is not None


@pytest.mark.parametrize("offset", ["+14:00", "-14:00"])
@pytest.mark.parametrize("on", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar(on: str, offset: str) -> None:
    effect = {
        "rule": "ON_DATE",
        "date": on,
        "offset": offset,
        "provisional_from": on,
        "past": {"signed_on": on},
        "term": {"months": 1200, "renewal_months": 1, "objection_months": 1200},
    }
    story, manifest = signed(effect=effect)
    story.notice(FR, "denounce", manifest, body={"objection": True})
    story.notice(FR, "suspend", manifest, body={"ground": "g", "start_on": on})
    version = only(story)
    assert version.entry_into_force_on == day(on)
    assert state_at(version, LATER) in State
    assert marks_at(version, LATER) <= set(Mark)
    assert in_force_at(fold(story), LATER) in (version, None)
