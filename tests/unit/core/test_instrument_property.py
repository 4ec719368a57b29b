"""The property of instruments, over all interleavings: record, Instruments, Property to test.

Same acts give the same verdict at every node; once signed, always signed; nothing is signed without
every signatory over one hash; a withdrawal seen by the last signer always wins; never two versions
of one instrument in force on one day.

The search is over worlds, not over sequences: two orders that lead to the same logs and the same
cursors are one world, and each world is expanded once. A move is one act, one entry applied, or one
receipt, so depth counts all three.
"""

import os
import random
from collections.abc import Iterator
from datetime import timedelta

import pytest

from mithaq.core.instruments import bodies
from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.core.instruments.decide import decide
from mithaq.core.instruments.fold import fold_instrument
from mithaq.core.instruments.manifest import read_manifest
from mithaq.core.instruments.state import InstrumentState, NoEffect, State, in_force_at, state_at
from mithaq.errors import MithaqError
from tests.unit.core.instrument_world import (
    BEGIN,
    CODES,
    MANIFESTS,
    OBJECT_ID,
    RECEIPT,
    Entry,
    Transition,
    View,
    World,
    acknowledge,
    append,
    drain,
    list_transport,
    make_body,
    make_world,
    offer,
    place_acts,
    pull,
    view_of,
)

SOAK = os.environ.get("MITHAQ_SOAK", "") not in ("", "0")
pytestmark = pytest.mark.timeout(3_600 if SOAK else 300)
ANNULS = ("instrument.decline", "instrument.withdraw", "instrument.counter")
CLOSED = (State.DECLINED, State.WITHDRAWN)


@pytest.fixture(autouse=True)
def _read_each_manifest_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The search folds the same few manifests a million times; what they say does not change."""
    known = {id(manifest.members): manifest for manifest in MANIFESTS.values()}

    def read(members):
        found = known.get(id(members))
        if found is None or found.members is not members:
            found = known[id(members)] = read_manifest(members)
        return found

    monkeypatch.setattr(bodies, "read_manifest", read)


class Search:
    """Verdicts of views, each computed and checked once."""

    def __init__(self, nodes: int, max_version: int, honest: bool = True) -> None:
        self.nodes, self.max_version, self.honest = nodes, max_version, honest
        self.verdicts: dict[View, InstrumentState] = {}
        self.allowed: dict[tuple[View, int], list[Entry]] = {}
        self.steps: set[tuple[View, View]] = set()

    def verdict(self, view: View) -> InstrumentState:
        found = self.verdicts.get(view)
        if found is None:
            found = self.verdicts[view] = fold_instrument(place_acts(view))
            check_view(view, found, self.honest)
        return found

    def step(self, before: World, move: Transition) -> None:
        """Only the view of the node that moved has changed."""
        old, new = view_of(before, move.node), view_of(move.after, move.node)
        if (old, new) not in self.steps:
            self.steps.add((old, new))
            check_step(self.verdict(old), self.verdict(new), move.name, self.nodes)

    def acts(self, world: World, node: int) -> list[Entry]:
        """What ``decide`` lets the node do in its own view."""
        view = view_of(world, node)
        found = self.allowed.get((view, node))
        if found is None:
            state = self.verdict(view)
            found = [
                entry for entry in self._wishes(state, node) if is_allowed(state, entry, node, self.nodes)
            ]
            self.allowed[view, node] = found
        return found

    def _wishes(self, state: InstrumentState, node: int) -> Iterator[Entry]:
        for version in state.versions:
            for kind in ("instrument.sign", "instrument.decline", "instrument.withdraw"):
                yield Entry(kind, version.content_hash, "", ())
            if version.number < self.max_version:
                newer = offer(self.nodes, version.content_hash, node)
                yield Entry("instrument.counter", newer.content_hash, "", ())

    def moves(self, world: World) -> Iterator[Transition]:
        for node in range(self.nodes):
            for entry in self.acts(world, node):
                after = append(world, node, entry.kind, entry.subject, entry.detail)
                yield Transition(f"{CODES[node]} {entry.kind} {entry.subject[:8]}", node, after)
        yield from list_transport(world)


def is_allowed(state: InstrumentState, entry: Entry, node: int, nodes: int) -> bool:
    try:
        decide(
            state,
            InstrumentKind(entry.kind),
            make_body(entry, nodes),
            author=CODES[node],
            post="MIN",
            at=BEGIN,
            act_id=OBJECT_ID,
        )
    except MithaqError:
        return False
    return True


# --- what must hold -----------------------------------------------------------------------------------


def check_view(view: View, state: InstrumentState, honest: bool) -> None:
    for version in state.versions:
        if honest:
            expected = is_signed_by_the_letter(view, version.content_hash)
            assert (version.state is State.SIGNED) == expected, explain(view)
        if version.state is State.SIGNED:
            check_signed(version, view)
    if honest:
        # What decide allowed has effect; only a crossing withdrawal may come too late.
        reasons = {each.reason for each in state.without_effect}
        assert reasons <= {NoEffect.TOO_LATE}, explain(view)
    check_in_force(state, view)


def check_signed(version, view: View) -> None:
    codes = version.manifest.administrations
    assert set(version.signings) == set(codes), explain(view)
    for act in version.signings.values():
        assert act.body["content_hash"] == version.content_hash
        assert not any(act.saw(annulment) for annulment in version.annulments), explain(view)


def check_in_force(state: InstrumentState, view: View) -> None:
    signed = [version for version in state.versions if version.state is State.SIGNED]
    if len(signed) < 2:
        return
    assert len({version.root for version in signed}) == 1 or len(view) == 1
    edges = {version.entry_into_force_on for version in signed if version.entry_into_force_on}
    for day in sorted(edges):
        for hours in (-25, -2, 0, 1, 23, 47):
            at = BEGIN.replace(year=day.year, month=day.month, day=day.day, hour=0) + timedelta(hours=hours)
            standing = [version for version in signed if state_at(version, at) is State.IN_FORCE]
            assert len(standing) <= 1, explain(view)
            found = in_force_at(state, at)
            assert found == (standing[0] if standing else None)


def check_step(old: InstrumentState, new: InstrumentState, name: str, nodes: int) -> None:
    for version in old.versions:
        after = new.find(version.content_hash)
        assert after is not None, name
        if version.state is State.SIGNED:
            assert after.state is State.SIGNED, f"signed, then not, when {name}"
            if nodes == 2:
                assert after.signed_on == version.signed_on, f"the date of signature moved when {name}"
        if version.state in CLOSED:
            assert after.state in CLOSED, f"{version.state}, then {after.state}, when {name}"


def is_signed_by_the_letter(view: View, content_hash: str) -> bool:
    """The paragraph 'Signed, without any clock', from raw logs, sharing nothing with the fold."""

    def is_annulment(entry: Entry) -> bool:
        if entry.kind == "instrument.counter":
            return MANIFESTS[entry.subject].previous == content_hash
        return entry.kind in ANNULS and entry.subject == content_hash

    nodes = range(len(view))
    annulments = [
        (node, index) for node in nodes for index, entry in enumerate(view[node]) if is_annulment(entry)
    ]

    def saw(node: int, index: int, annulment: tuple[int, int]) -> bool:
        other, place = annulment
        return place < index if node == other else view[node][index].seen[other] > place

    signings: dict[int, int] = {}
    for node in nodes:
        for index, entry in enumerate(view[node]):
            if entry.kind == "instrument.sign" and entry.subject == content_hash and node not in signings:
                signings[node] = index
    for node in nodes:
        if node not in signings:
            return False
        place = signings[node]
        covered = any(
            entry.kind == RECEIPT and entry.subject == str(node) and entry.seen[node] > place
            for other in nodes
            if other != node
            for entry in view[other]
        )
        has_no_effect = any(saw(node, place, annulment) for annulment in annulments)
        annulled = any(
            author == node
            and index > place
            and any(
                other not in signings or saw(other, signings[other], (author, index))
                for other in nodes
                if other != node
            )
            for author, index in annulments
        )
        if not covered or has_no_effect or annulled:
            return False
    return True


def check_drained(world: World, fold) -> None:
    """Once all is delivered and acknowledged, all nodes say the same and nothing is pending."""
    nodes = range(len(world.logs))
    before = [fold(view_of(world, node)) for node in nodes]
    settled = drain(world)
    states = [fold(view_of(settled, node)) for node in nodes]
    assert all(state == states[0] for state in states), explain(settled.logs)
    narrow = {act.act_id for act in place_acts(settled.logs) if not act.recipients}
    assert set(states[0].sent) <= narrow
    for version in states[0].versions:
        assert not version.withdrawal_pending, explain(settled.logs)
        assert not version.is_complete or version.state is State.SIGNED
        # A version is signed or it can never be: nothing hangs on a crossing that is over.
        assert not version.annulments or version.state in (State.SIGNED, *CLOSED), explain(settled.logs)
    for state in before:
        check_step(state, states[0], "all was delivered", len(nodes))


def explain(view: View) -> str:
    lines = [
        f"{CODES[node]}[{index}] {entry.kind} {entry.subject[:8]} {entry.detail} saw {entry.seen}"
        for node, log in enumerate(view)
        for index, entry in enumerate(log)
    ]
    return "\n".join(["counter-example:", *lines])


# --- all interleavings --------------------------------------------------------------------------------


def propose(nodes: int) -> World:
    return append(make_world(nodes), 0, "instrument.propose", offer(nodes, None, 0).content_hash)


def sign_by_all(nodes: int) -> World:
    """All have signed version 1, and know it."""
    world = drain(propose(nodes))
    for node in range(nodes):
        world = append(world, node, "instrument.sign", offer(nodes, None, 0).content_hash)
    return drain(world)


def search_all(start: World, depth: int, max_version: int, drain_one_in: int) -> tuple[int, Search]:
    search = Search(len(start.logs), max_version)
    level = {start}
    worlds, count = 1, 0
    for _ in range(depth):
        # Every move makes one log or one cursor longer, so worlds of different depth differ.
        following: set[World] = set()
        for world in level:
            for move in search.moves(world):
                search.step(world, move)
                following.add(move.after)
            count += 1
            if count % drain_one_in == 0:
                check_drained(world, search.verdict)
        level = following
        worlds += len(level)
    for world in level:
        count += 1
        if count % drain_one_in == 0:
            check_drained(world, search.verdict)
    return worlds, search


@pytest.mark.parametrize(
    ("nodes", "depth", "max_version"),
    [(2, 12, 2), (2, 10, 4), (3, 10, 2), (3, 8, 3)] if SOAK else [(2, 9, 2), (3, 7, 3)],
)
def test_all_interleavings(nodes: int, depth: int, max_version: int) -> None:
    worlds, search = search_all(propose(nodes), depth - 1, max_version, drain_one_in=97)
    print(f"\n{nodes} signatories, depth {depth}: {worlds:,} worlds, {len(search.verdicts):,} views")
    assert worlds > 1_000


@pytest.mark.parametrize(
    ("nodes", "depth", "heard"),
    [(2, 11, True), (2, 10, False), (3, 9, False)] if SOAK else [(2, 7, True), (2, 6, False), (3, 5, False)],
)
def test_all_interleavings_of_an_amendment(nodes: int, depth: int, heard: bool) -> None:
    """Version 1 binds, and the first has amended it; the others may do so too before they hear of it."""
    newer = offer(nodes, offer(nodes, None, 0).content_hash, 0).content_hash
    start = append(sign_by_all(nodes), 0, "instrument.counter", newer)
    start = (pull(start, 1, 0) or start) if heard else start
    worlds, search = search_all(start, depth, max_version=2, drain_one_in=97)
    both = sum(
        sum(version.state is State.SIGNED for version in state.versions) > 1
        for state in search.verdicts.values()
    )
    print(f"\n{nodes} signatories, {depth} moves: {worlds:,} worlds, {both} views with two signed versions")
    assert both > 0 or not heard


def sign_and_withdraw_only(nodes: int, depth: int) -> int:
    """The crossing itself, deeper: all have the proposal already; only signings and withdrawals follow."""
    search = Search(nodes, max_version=1)
    level = {drain(propose(nodes))}
    worlds = 0
    for _ in range(depth):
        following: set[World] = set()
        for world in level:
            for move in search.moves(world):
                entry = move.after.logs[move.node][-1]
                if entry.kind != "instrument.decline":
                    search.step(world, move)
                    following.add(move.after)
        level = following
        worlds += len(level)
    for number, world in enumerate(level):
        if number % 13 == 0:
            check_drained(world, search.verdict)
    return worlds


@pytest.mark.parametrize(("nodes", "depth"), [(2, 16), (3, 11)] if SOAK else [(2, 16), (3, 8)])
def test_all_crossings_of_sign_and_withdraw(nodes: int, depth: int) -> None:
    worlds = sign_and_withdraw_only(nodes, depth)
    print(f"\n{nodes} signatories, {depth} moves after the proposal: {worlds:,} worlds")
    assert worlds > 500


# --- at random, longer, with liars --------------------------------------------------------------------

KINDS = [kind.value for kind in InstrumentKind if kind is not InstrumentKind.PROPOSE]


class Walk:
    """One random run: each node keeps the order in which acts reached it."""

    def __init__(self, seed: int, nodes: int, liars: bool) -> None:
        self.random = random.Random(seed)
        self.nodes, self.liars = nodes, liars
        first = offer(nodes, None, 0, self.random.randrange(6)).content_hash
        self.world = append(make_world(nodes), 0, "instrument.propose", first)
        self.known = [first]
        self.arrived: list[list[tuple[str, int]]] = [[] for _ in range(nodes)]
        self.arrived[0].append((_log(0), 0))

    def fold(self, node: int) -> InstrumentState:
        return fold_instrument(place_acts(view_of(self.world, node), node))

    def step(self) -> None:
        node = self.random.randrange(self.nodes)
        before = self.fold(node)
        other = self.random.choice([each for each in range(self.nodes) if each != node])
        choice = self.random.random()
        if choice < 0.45:
            self._pull(node, other)
        elif choice < 0.7:
            self.world = acknowledge(self.world, node, other) or self.world
        elif self.liars and choice < 0.85:
            self._lie(node)
        else:
            self._act(node, before)
        after = self.fold(node)
        check_step(before, after, f"{CODES[node]} moved", self.nodes)
        check_view(view_of(self.world, node), after, honest=not self.liars)

    def _pull(self, node: int, other: int) -> None:
        after = pull(self.world, node, other)
        if after is not None:
            index = self.world.applied[node][other]
            self.world = after
            self.arrived[node].append((_log(other), index))

    def _append(self, node: int, entry: Entry, seen: tuple[int, ...] | None = None) -> None:
        self.arrived[node].append((_log(node), len(self.world.logs[node])))
        self.world = append(self.world, node, entry.kind, entry.subject, entry.detail, seen)

    def _wish(self, node: int) -> Entry:
        kind = self.random.choice(KINDS + ["instrument.sign"] * 6 + ["instrument.counter"] * 2)
        subject = self.random.choice(self.known)
        if kind == "instrument.counter":
            newer = offer(self.nodes, subject, node, self.random.randrange(6)).content_hash
            return Entry(kind, newer, "", ())
        details = {
            "instrument.withdraw": ["", "proposal", "signing"],
            "instrument.denounce": ["", "objection"],
            "instrument.suspend": ["", "text"],
            "instrument.supersede": self.known,
        }
        return Entry(kind, subject, self.random.choice(details.get(kind, [""])), ())

    def _act(self, node: int, state: InstrumentState) -> None:
        """Something that ``decide`` allows, if a few tries find it."""
        for _ in range(4):
            entry = self._wish(node)
            if is_allowed(state, entry, node, self.nodes):
                self._learn(entry)
                self._append(node, entry)
                return

    def _lie(self, node: int) -> None:
        """Anything at all: out of state, on what it has not seen, to some only, older ``seen``."""
        entry = self._wish(node)
        if entry.kind == "instrument.counter" and len(self.known) > 5:
            return
        self._learn(entry)
        if self.random.random() < 0.3:
            left_out = self.random.choice([code for code in CODES[: self.nodes] if code != CODES[node]])
            entry = entry._replace(detail=f"not to {left_out}")
        elif self.random.random() < 0.1:
            entry = entry._replace(detail="wrong number")
        # Lower than it has applied, but never lower than it has said before: that would be refused.
        least = self.world.logs[node][-1].seen if self.world.logs[node] else (0,) * self.nodes
        most = self.world.applied[node]
        seen = tuple(self.random.choice([low, high]) for low, high in zip(least, most, strict=True))
        self._append(node, entry, seen if is_causal(self.world, seen) else None)

    def _learn(self, entry: Entry) -> None:
        if entry.kind == "instrument.counter" and entry.subject not in self.known:
            self.known.append(entry.subject)

    def finish(self) -> None:
        check_drained(self.world, lambda view: fold_instrument(place_acts(view)))
        settled = drain(self.world)
        states = []
        for node in range(self.nodes):
            order = {place: number for number, place in enumerate(self.arrived[node])}
            acts = place_acts(view_of(settled, node), node)
            acts.sort(key=lambda act, order=order: order.get((act.log, act.leaf_index), len(order)))
            states.append(fold_instrument(acts))
            self.random.shuffle(acts)
            assert fold_instrument(acts) == states[-1]
        # What has no effect may be known to some only; what has, all know.
        assert all(state.versions == states[0].versions for state in states), explain(settled.logs)


def is_causal(world: World, seen: tuple[int, ...]) -> bool:
    """Whether these heads contain all that their own acts saw; others wait for ever."""
    return all(
        entry.seen[third] <= seen[third]
        for other, size in enumerate(seen)
        for entry in world.logs[other][:size]
        for third in range(len(seen))
        if third != other
    )


def _log(node: int) -> str:
    return f"{CODES[node]}.example/log/1"


@pytest.mark.parametrize("liars", [False, True], ids=["honest", "liars"])
@pytest.mark.parametrize("nodes", [2, 3])
def test_at_random(nodes: int, liars: bool) -> None:
    for seed in range(800 if SOAK else 60):
        walk = Walk(seed, nodes, liars)
        try:
            for _ in range(120 if SOAK else 60):
                walk.step()
            walk.finish()
        except AssertionError as error:
            raise AssertionError(f"seed {seed}, {nodes} nodes, liars {liars}: {error}") from error
