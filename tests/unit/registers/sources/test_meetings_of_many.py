"""Meetings of many sources: what is looked up gives the same groups as looking at everything."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from mithaq.core.names import score
from mithaq.registers.sources.rules import grouping
from mithaq.registers.sources.rules.candidates import Candidate
from mithaq.registers.sources.rules.grouping import YEAR_DAYS, Group, Ruling, Told, group_meetings

SYLLABLES = ("ka", "mel", "fek", "ki", "ra", "chid", "ben", "ali", "mou", "nir", "sa", "lim", "ha", "jar")


def make_world(seed: int) -> tuple[list[Told], list[Ruling]]:
    """Sixty candidates of few pairs of persons, dated in every way, and a person's words on some."""
    chance = random.Random(seed)

    def name() -> str:
        words = chance.choice((1, 2, 2, 3))
        return " ".join("".join(chance.sample(SYLLABLES, words)).title() for _ in range(words))

    names = {f"new/{number}": {"fr": name()} for number in range(12)}
    pairs = [tuple(sorted(chance.sample(["laftit", "darmanin", *names], 2))) for _ in range(4)]
    days = chance.choice((15, 60, 400, 1200))
    told = []
    for number in range(60):
        on = date(2024, 1, 1) + timedelta(chance.randrange(days))
        day = on.isoformat()
        dates = (day, day, day[:7], day[:4], "", "", f"{day}/{on + timedelta(2)}", f"{day[:4]}-21")
        pair = chance.choice(pairs)
        place, words = chance.choice(("", "rabat", "paris")), chance.choice(("", "lundi"))
        candidate = Candidate(
            pair, place, chance.choice(dates), "day", words, 0, 9, is_main=chance.random() < 0.7
        )
        published = on if chance.random() < 0.6 else None
        known = {each: names[each] for each in pair if each in names}
        told.append(Told(f"s{chance.randrange(45)}", number, candidate, published, known))
    keys = [one.key for one in told]
    rulings = [
        Ruling(chance.choice(keys), chance.choice(keys), chance.random() < 0.5)
        for _ in range(chance.choice((0, 0, 3, 10)))
    ]
    return told, rulings


def look_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is looked up: every cluster is tried, every name is scored."""

    def possible(clusters: Any, one: Told) -> Iterator[Any]:
        yield from clusters.all

    def met_again(everything: Any, participants: Any, but: Any, days: Any) -> list[str]:
        found = set()
        for source_id, key, day in everything._by_people[frozenset(participants)]:
            apart = [abs(day - each.toordinal()) for each in days] if day is not None else []
            if key not in but and (not apart or min(apart) <= YEAR_DAYS):
                found.add(source_id)
        return sorted(found)

    def sound_alike(a: Any, b: Any) -> bool:
        return score(*(" ".join(word.text for word in one) for one in (a, b))).value >= 0.75

    monkeypatch.setattr(grouping._Clusters, "possible", possible)
    monkeypatch.setattr(grouping._Everything, "met_again", met_again)
    monkeypatch.setattr(grouping, "_sound_alike", sound_alike)


def shape(groups: list[Group]) -> list[Any]:
    return [
        (one.id, [each.key for each in one.told], one.place, one.date, one.reasons, one.open)
        for one in groups
    ]


def test_what_is_looked_up_gives_the_same_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    worlds = [make_world(seed) for seed in range(40)]
    found = [shape(group_meetings(*world)) for world in worlds]
    look_at_all(monkeypatch)
    assert [shape(group_meetings(*world)) for world in worlds] == found
    assert any(len(group) > 1 for groups in found for _, group, *_ in groups)
