"""Ten thousand random lives of texts: two nodes that hear of them in other orders say the same of each.

A life is one to three texts that hang on each other by SAME_AS, each under one of the six rules, signed,
notified, suspended as a whole or in articles, resumed, denounced, with deliveries that random clocks and
queues give. One node folds the acts as they stand in the logs and goes round until nothing moves; the other
gets them shuffled and in the opposite order of texts. Both must agree on every version, date and state, and
with a reckoning of its own that shares nothing with the fold but the calendar.
"""

import os
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from mithaq.core.acts.envelope import Actor
from mithaq.core.acts.placed import PlacedAct
from mithaq.core.instruments import bodies
from mithaq.core.instruments.entry_into_force import add_months
from mithaq.core.instruments.fold import fold_instrument
from mithaq.core.instruments.manifest import Manifest, Signatory, build_manifest, read_manifest
from mithaq.core.instruments.next_step import list_dates, next_step
from mithaq.core.instruments.state import (
    InstrumentState,
    OtherVersion,
    State,
    Version,
    describe_version,
    in_force_at,
    is_line_suspended_at,
    state_at,
)

LIVES = 10_000
CHUNKS = 8
CODES = ("fr-mi", "ma-mi")
LOGS = {code: f"{code}.example/log/1" for code in CODES}
BEGIN = datetime(2025, 1, 27, 20, tzinfo=UTC)
PLAIN_RULES = (
    "ON_SIGNATURE",
    "ON_DATE",
    "ON_EXCHANGE_OF_INSTRUMENTS",
    "N_DAYS_AFTER_LAST_NOTIFICATION",
    "FIRST_DAY_OF_NTH_MONTH_AFTER_LAST_NOTIFICATION",
)
OFFSETS = ("+00:00", "+01:00", "-05:30")
pytestmark = pytest.mark.timeout(3_600 if os.environ.get("MITHAQ_SOAK") else 300)


@dataclass
class Facts:
    """What happened to one text, for the reckoning: instants of delivery at the other side."""

    manifest: Manifest
    signed: dict[str, datetime | None] = field(default_factory=dict)
    notified: dict[str, datetime | None] = field(default_factory=dict)
    denounced: dict[str, datetime | None] = field(default_factory=dict)
    spells: list[tuple[str, datetime | None, date | None, datetime | None, tuple[str, ...]]] = field(
        default_factory=list
    )

    @property
    def zone(self) -> timezone:
        return self.manifest.effect.zone


class Life:
    """Builds the logs of both nodes."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.at = BEGIN + timedelta(days=self.random.randrange(40))
        self.sizes = dict.fromkeys(CODES, 0)
        self.known = {code: dict.fromkeys(CODES, 0) for code in CODES}
        self.acts: dict[str, list[PlacedAct]] = {}
        self.texts: list[Facts] = []
        for number in range(self.random.choice((1, 1, 2, 3, 3))):
            self._make_text(number)
        for facts in self.texts:
            self._bind(facts)
        for facts in self.texts:
            self._live(facts)

    # The texts

    def _make_text(self, number: int) -> None:
        effect = self._make_effect()
        object_id = f"01890000-0000-7000-8000-00000000000{number + 1}"
        manifest = build_manifest(
            object_id=object_id,
            object_kind="agreements.agreement",
            object_v=1,
            signatories=SIGNATORIES,
            effect=effect,
            data=DATA,
        )
        self.texts.append(Facts(manifest))
        self.acts[object_id] = []

    def _make_effect(self) -> dict[str, Any]:
        is_chained = bool(self.texts) and self.random.random() < 0.6
        rule = "SAME_AS" if is_chained else self.random.choice(PLAIN_RULES)
        effect: dict[str, Any] = {"rule": rule, "offset": self.random.choice(OFFSETS)}
        if rule == "SAME_AS":
            other = self.texts[-1] if self.random.random() < 0.6 else self.random.choice(self.texts)
            effect["other"] = other.manifest.content_hash
        elif rule == "ON_DATE":
            effect["date"] = (BEGIN.date() + timedelta(days=self.random.randrange(-20, 200))).isoformat()
        elif rule.startswith("N_DAYS"):
            effect["n"] = self.random.randrange(1, 60)
        elif rule.startswith("FIRST_DAY"):
            effect["n"] = self.random.randrange(1, 4)
        if self.random.random() < 0.3:
            effect["denunciation_months"] = self.random.randrange(0, 4)
        return effect

    def _bind(self, facts: Facts) -> None:
        first = self.random.choice(CODES)
        self._tell(facts, first, "propose", {"manifest": facts.manifest.members})
        for code in self.random.sample(CODES, 2):
            if self.random.random() < 0.95:
                body = {"version": 1, "content_hash": facts.manifest.content_hash}
                facts.signed[code] = self._tell(facts, code, "sign", body)

    def _live(self, facts: Facts) -> None:
        is_known = len(facts.signed) == 2
        body = {"content_hash": facts.manifest.content_hash}
        for code in facts.manifest.effect.notifications:
            if is_known and self.random.random() < 0.9:
                facts.notified[code] = self._tell(facts, code, "notify", body)
        for _ in range(self.random.choice((0, 0, 1, 2)) if is_known else 0):
            self._suspend(facts, self.random.choice(CODES), body)
        if is_known and self.random.random() < 0.25:
            code = self.random.choice(CODES)
            facts.denounced[code] = self._tell(facts, code, "denounce", body)

    def _suspend(self, facts: Facts, code: str, body: dict[str, Any]) -> None:
        notice: dict[str, Any] = {**body, "ground": "art. 60"}
        start_on, scope = None, ()
        if self.random.random() < 0.4:
            scope = tuple(sorted(self.random.sample([f"#{line}" for line in LINES], 2)))
            notice["scope"] = list(scope)
        if self.random.random() < 0.3:
            start_on = (self.at + timedelta(days=self.random.randrange(0, 30))).date()
            notice["start_on"] = start_on.isoformat()
        from_at = self._tell(facts, code, "suspend", notice)
        until_at = self._tell(facts, code, "resume", body) if self.random.random() < 0.6 else None
        facts.spells = [
            (by, begin, on, until_at if by == code and until is None else until, lines)
            for by, begin, on, until, lines in facts.spells
        ]
        facts.spells.append((code, from_at, start_on, until_at, scope))

    # The record

    def _tell(self, facts: Facts, author: str, kind: str, body: dict[str, object]) -> datetime | None:
        """Append an act; answers when the other side had applied it, None while it has not."""
        other = CODES[1 - CODES.index(author)]
        self.at += timedelta(hours=self.random.randrange(1, 200))
        # Nobody signs or notifies what it has not seen; how much more it has seen is up to the queue.
        self.known[author][other] = self.sizes[other]
        index = self.sizes[author]
        self.sizes[author] += 1
        is_delivered = self.random.random() < 0.97
        delivered_at = self.at + timedelta(minutes=self.random.randrange(1, 3_000)) if is_delivered else None
        object_id = facts.manifest.object_id
        self.acts[object_id].append(
            PlacedAct(
                log=LOGS[author],
                leaf_index=index,
                act_id=object_id if kind == "propose" else f"{author}/{index}",
                kind=f"instrument.{kind}",
                author=author,
                recipients=(other,),
                created_at=self.at,
                seen={LOGS[other]: self.known[author][other]},
                body=body,
                actor=Actor(post="MIN", holder="h"),
                deliveries={other: delivered_at} if delivered_at else {},
            )
        )
        return delivered_at


LINES = ("art_1", "art_2", "art_3")
SIGNATORIES = [Signatory(code, "MIN") for code in CODES]
DATA = {"title": {"fr": "Accord"}}


class Known:
    """What a node has folded so far of other texts."""

    def __init__(self) -> None:
        self.versions: dict[str, OtherVersion] = {}

    def find_version(self, content_hash: str) -> OtherVersion | None:
        return self.versions.get(content_hash)

    def find_successors(self, content_hash: str) -> Sequence[OtherVersion]:
        return ()


def fold_all(acts: dict[str, list[PlacedAct]]) -> dict[str, InstrumentState]:
    """Fold text after text, and again what hangs on one that moved, until nothing does."""
    known, states = Known(), {}
    waiting = list(acts)
    while waiting:
        object_id = waiting.pop(0)
        state = fold_instrument(acts[object_id], known)
        states[object_id] = state
        for version in state.versions:
            described = describe_version(version)
            if known.versions.get(version.content_hash) != described:
                known.versions[version.content_hash] = described
                waiting += [
                    each
                    for each, other in states.items()
                    if version.content_hash in other.depends_on and each not in waiting
                ]
    return states


# --- a reckoning of its own -----------------------------------------------------------------------------


def day(at: datetime, zone: timezone) -> date:
    return at.astimezone(zone).date()


def entry_of(facts: Facts, texts: Sequence[Facts]) -> date | None:
    """The day of entry, from the table of the six rules."""
    effect, zone = facts.manifest.effect, facts.zone
    signed = [at for at in facts.signed.values() if at is not None]
    if len(signed) < 2:
        return None
    signed_on = day(max(signed), zone)
    received = [day(at, zone) for at in facts.notified.values() if at is not None]
    last_on = max(received) if len(received) == 2 else None
    match str(effect.rule):
        case "ON_SIGNATURE":
            return signed_on
        case "ON_DATE":
            return max(effect.on_date or date.max, signed_on)
        case "SAME_AS":
            other = next(each for each in texts if each.manifest.content_hash == effect.other)
            on = entry_of(other, texts)
            return max(on, signed_on) if on else None
        case "ON_EXCHANGE_OF_INSTRUMENTS":
            return last_on
        case "N_DAYS_AFTER_LAST_NOTIFICATION":
            return last_on + timedelta(days=effect.n or 0) if last_on else None
        case _:
            return add_months(last_on.replace(day=1), effect.n or 0) if last_on else None


def end_of(facts: Facts) -> date | None:
    """Of two parties one that leaves ends it."""
    days = [day(at, facts.zone) for at in facts.denounced.values() if at is not None]
    return min((add_months(on, facts.manifest.effect.denunciation_months) for on in days), default=None)


def is_suspended(facts: Facts, at: datetime, line: str | None = None) -> bool:
    """The whole, or one article: with it or by itself."""
    ends_on = end_of(facts)
    for code, delivered_at, start_on, until_at, scope in facts.spells:
        if delivered_at is None or (scope and f"#{line}" not in scope):
            continue
        begins = delivered_at
        if start_on is not None:
            begins = max(begins, datetime(start_on.year, start_on.month, start_on.day, tzinfo=facts.zone))
        is_gone = code in facts.denounced and ends_on is not None and day(at, facts.zone) >= ends_on
        if begins <= at and (until_at is None or at < until_at) and not is_gone:
            return True
    return False


def state_of(facts: Facts, texts: Sequence[Facts], at: datetime) -> State:
    """The state at an instant, of a text that both have signed."""
    today, entered_on, ends_on = day(at, facts.zone), entry_of(facts, texts), end_of(facts)
    if ends_on is not None and ends_on <= today:
        return State.TERMINATED
    if entered_on is None or today < entered_on:
        return State.SIGNED
    return State.SUSPENDED if is_suspended(facts, at) else State.IN_FORCE


# --- the property -------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _read_each_manifest_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every fold reads the same manifest again; what it says does not change."""
    known: dict[int, Manifest] = {}

    def read(members: Any) -> Manifest:
        found = known.get(id(members))
        if found is None or found.members is not members:
            found = known[id(members)] = read_manifest(members)
        return found

    monkeypatch.setattr(bodies, "read_manifest", read)


def check_text(
    life: Life, facts: Facts, here: InstrumentState, there: InstrumentState, seen: Counter[str]
) -> None:
    assert here.versions == there.versions
    [version] = here.versions
    is_signed = len([at for at in facts.signed.values() if at is not None]) == 2
    assert (version.state is State.SIGNED) == is_signed
    assert version.entry_into_force_on == entry_of(facts, life.texts)
    seen[f"{facts.manifest.effect.rule} {'enters' if version.entry_into_force_on else 'never enters'}"] += 1
    if not is_signed:
        return
    [other] = there.versions
    assert version.terminated_on == end_of(facts)
    review_months = 6 if life.random.random() < 0.1 else None
    assert list_dates(version, review_months) == list_dates(other, review_months)
    for _ in range(3):
        at = life.at + timedelta(hours=life.random.randrange(-4_000, 10_000))
        state = state_at(version, at)
        assert state is state_at(other, at) is state_of(facts, life.texts, at)
        seen[f"state {state}"] += 1
        for line in LINES:
            stands_still = is_line_suspended_at(version, line, at)
            assert stands_still == is_line_suspended_at(other, line, at) == is_suspended(facts, at, line)
            seen["article suspended, text in force"] += stands_still and state is State.IN_FORCE
        assert in_force_at(here, at) == in_force_at(there, at)
        assert next_step(version, at, review_months) == next_step(other, at, review_months)


LEAST = {
    **{f"{rule} enters": 1_200 for rule in (*PLAIN_RULES, "SAME_AS")},
    **{f"{rule} never enters": 180 for rule in (*PLAIN_RULES, "SAME_AS")},
    "state signed": 4_000,
    "state in_force": 4_000,
    "state suspended": 800,
    "state terminated": 800,
    "article suspended, text in force": 800,
    "suspended": 4_000,
    "suspended in articles": 1_600,
    "suspended from a later day": 1_200,
    "resumed": 2_400,
    "denounced": 2_000,
    "chain of two": 2_400,
    "chain of three": 600,
}
"""How often each has to be met in ten thousand lives: a chance that never falls would hold nothing."""


def count_life(life: Life, seen: Counter[str]) -> None:
    """What a life holds beside the rules of its texts."""
    for facts in life.texts:
        seen["denounced"] += bool(facts.denounced)
        for _code, _from_at, start_on, until_at, scope in facts.spells:
            seen["suspended"] += 1
            seen["suspended in articles"] += bool(scope)
            seen["suspended from a later day"] += start_on is not None
            seen["resumed"] += until_at is not None
        seen[{2: "chain of two", 3: "chain of three"}.get(length_of(facts, life.texts), "alone")] += 1


def length_of(facts: Facts, texts: Sequence[Facts]) -> int:
    """How many texts hang on each other, this one at the end."""
    other = facts.manifest.effect.other
    found = next((each for each in texts if each.manifest.content_hash == other), None)
    return 1 + length_of(found, texts) if found else 1


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_both_nodes_compute_the_same_state_and_date(chunk: int) -> None:
    seen: Counter[str] = Counter()
    for seed in range(chunk, LIVES, CHUNKS):
        life = Life(seed)
        here = fold_all(life.acts)
        shuffled = {
            object_id: life.random.sample(life.acts[object_id], len(life.acts[object_id]))
            for object_id in reversed(life.acts)
        }
        there = fold_all(shuffled)
        try:
            for facts in life.texts:
                object_id = facts.manifest.object_id
                check_text(life, facts, here[object_id], there[object_id], seen)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error
        count_life(life, seen)
    assert {name: seen[name] for name, least in LEAST.items() if seen[name] * CHUNKS < least} == {}


def test_a_text_of_2000_enters_from_its_two_notifications() -> None:
    """First day of the second month after receipt of the second notification: 1 May 2001."""
    manifest = build_manifest(
        object_id="01890000-0000-7000-8000-000000000009",
        object_kind="agreements.agreement",
        object_v=1,
        signatories=SIGNATORIES,
        effect={
            "rule": "FIRST_DAY_OF_NTH_MONTH_AFTER_LAST_NOTIFICATION",
            "n": 2,
            "past": {
                "signed_on": "2000-05-30",
                "received_on": {"fr-mi": "2001-03-12", "ma-mi": "2000-12-18"},
            },
        },
        data=DATA,
    )
    life = Life(0)
    facts = Facts(manifest)
    life.acts = {manifest.object_id: []}
    life._tell(facts, "fr-mi", "propose", {"manifest": manifest.members})
    for code in CODES:
        life._tell(facts, code, "sign", {"version": 1, "content_hash": manifest.content_hash})
    acts = [
        PlacedAct(
            **{**{name: getattr(act, name) for name in PLACED}, "deliveries": {act.recipients[0]: life.at}}
        )
        for act in life.acts[manifest.object_id]
    ]
    [version] = fold_instrument(acts).versions
    assert isinstance(version, Version)
    assert version.signed_on == date(2000, 5, 30)
    assert version.entry_into_force_on == date(2001, 5, 1)
    assert state_at(version, BEGIN) is State.IN_FORCE


PLACED = (
    "log", "leaf_index", "act_id", "kind", "author", "recipients", "created_at", "seen", "body", "actor",
)  # fmt: skip
