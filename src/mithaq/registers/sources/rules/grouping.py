"""Which texts tell of the same meeting: same persons, places and dates that do not contradict, with reasons.

Likeness of texts plays no part: it is blind across scripts and misleads within one. A person may put a
candidate with others or apart; that word stands above every rule.

Spec: registers 3.12.2, step 10.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Final

from mithaq.core.names import Word, skeleton
from mithaq.core.names.score import at_most, value_of
from mithaq.registers.sources.rules.candidates import Candidate

REPORT_DAYS: Final = 10
"""How long after a meeting the press still reports it as news."""
YEAR_DAYS: Final = 366
DAY_LENGTH, MONTH_LENGTH = 10, 7
"""Characters of a date of EDTF that is a day, and of one that is a month."""

_SAME_NAME: Final = 0.75
_LEAST_WORD: Final = 2 * _SAME_NAME - 1 - 1e-9


@dataclass(frozen=True, slots=True)
class Told:
    """A candidate of one source, with what a person said of the source.

    Attributes:
        names: name of each participant by id, for people the tables do not know.
        key: ``source#number``.
        days: the day that it is nearest to, as far as known: its own, else that of the publication. One or
            none.
        number: of the candidate within its source, from 0.
    """

    source_id: str
    number: int
    candidate: Candidate
    published_on: date | None
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    key: str = field(init=False)
    days: tuple[date, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", f"{self.source_id}#{self.number}")
        object.__setattr__(self, "days", _days(self))


@dataclass(frozen=True, slots=True)
class Reason:
    """Why texts stand together, or why they are not sure to: a code and its values."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """Texts that tell of one meeting.

    Attributes:
        id: of the group: grows from its earliest candidate.
        date: EDTF, empty when no text settles it.
    """

    id: str
    told: Sequence[Told]
    participants: Sequence[str]
    place: str
    date: str
    date_precision: str
    reasons: Sequence[Reason]
    open: Sequence[Reason]

    @property
    def sources(self) -> list[str]:
        """Ids of the texts, each once, in the order they were given."""
        return list(dict.fromkeys(one.source_id for one in self.told))


@dataclass(frozen=True, slots=True)
class Ruling:
    """A person's word: these candidates are of one meeting, or of two."""

    first: str
    second: str
    is_same: bool


def group_meetings(told: Iterable[Told], rulings: Sequence[Ruling] = ()) -> list[Group]:
    """All groups, those of several texts first, then by date and id."""
    ordered = list(told)
    same = {frozenset((one.first, one.second)): one.is_same for one in rulings}
    ruled = {key for one in rulings for key in (one.first, one.second)}
    alike = _name_alike(ordered)
    buckets: dict[tuple[str, ...], list[Told]] = defaultdict(list)
    for one in ordered:
        key = tuple(sorted(alike.get(each, each) for each in one.candidate.participants))
        buckets[key].append(one)
    clusters = [cluster for bucket in buckets.values() for cluster in _cluster(bucket, same, ruled)]
    clusters = _join_by_word(clusters, rulings)
    everything = _Everything(ordered)
    groups = [_make(cluster, everything, same) for cluster in clusters]
    return sorted(groups, key=lambda one: (-len(one.sources), one.date or "9999", one.id))


class _Everything:
    """All candidates: their order, and those of the same persons."""

    def __init__(self, ordered: Sequence[Told]) -> None:
        self.order = {one.key: at for at, one in enumerate(ordered)}
        self._by_people: dict[frozenset[str], list[tuple[str, str, int | None]]] = defaultdict(list)
        for one in ordered:
            day = one.days[0].toordinal() if one.days else None
            self._by_people[frozenset(one.candidate.participants)].append((one.source_id, one.key, day))
        for met in self._by_people.values():
            met.sort(key=lambda each: each[0])

    def met_again(self, participants: Iterable[str], but: Set[str], days: Iterable[date]) -> Sequence[str]:
        """Sources, in order, that tell of exactly these persons within a year of one of these days.

        Where one side knows no day, nothing says that it is not within a year. Candidates whose keys are
        in ``but`` are left out.
        """
        met = self._by_people.get(frozenset(participants), ())
        spans = [(each - YEAR_DAYS, each + YEAR_DAYS) for each in {day.toordinal() for day in days}]
        if len(spans) == 1:  # as nearly always
            [(low, high)] = spans
            near = [
                source for source, key, day in met if (day is None or low <= day <= high) and key not in but
            ]
        else:
            near = [
                source
                for source, key, day in met
                if key not in but
                and (day is None or not spans or any(low <= day <= high for low, high in spans))
            ]
        return list(dict.fromkeys(near))


def _name_alike(told: Sequence[Told]) -> dict[str, str]:
    """New names of other texts and scripts that sound like one: id -> id that stands for both."""
    fresh: dict[str, str] = {}
    for one in told:
        for ident, names in one.names.items():
            if ident.startswith("new/") and names:
                fresh.setdefault(ident, next(iter(names.values())))
    alike: dict[str, str] = {}
    kept: dict[str, tuple[Word, ...]] = {}
    for ident in sorted(fresh)[:300]:
        words = skeleton(fresh[ident])
        match = next((each for each, other in kept.items() if _sound_alike(other, words)), None)
        if match is None:
            kept[ident] = words
        else:
            alike[ident] = match
    return alike


def _sound_alike(a: tuple[Word, ...], b: tuple[Word, ...]) -> bool:
    """Whether two names score enough; what more they cannot be is told before they are measured.

    A word left over costs more than may be missing. The score is the mean of all words and of the worst:
    where one is under ``_LEAST_WORD``, the others cannot make up for it.
    """
    if not a or len(a) != len(b):
        return False
    if any(all(at_most(one, other) < _LEAST_WORD for other in b) for one in a):
        return False
    return value_of(a, b) >= _SAME_NAME


def _cluster(
    bucket: Sequence[Told], same: Mapping[frozenset[str], bool], ruled: Set[str]
) -> list[list[Told]]:
    """Splits candidates of the same persons where places or dates contradict.

    Candidates with a day come first, so that an undated one joins a day rather than the other way.
    """
    order = sorted(bucket, key=lambda one: (len(one.candidate.date) != DAY_LENGTH, one.candidate.date == ""))
    clusters = _Clusters()
    for one in order:
        words = same if one.key in ruled else {}
        fitting: list[_Cluster] = []
        for cluster in clusters.all if words else clusters.possible(one):
            if _fits(one, cluster.told, words):
                fitting.append(cluster)
                if len(fitting) > 1 and not one.days:
                    break  # nothing says which of them is nearer
        clusters.put(one, fitting[0] if len(fitting) == 1 else _nearest(one, fitting))
    return [cluster.told for cluster in clusters.all]


@dataclass(slots=True, eq=False)
class _Cluster:
    """Candidates of one meeting, with the first date and the first day (ordinal) that one of them knows."""

    told: list[Told] = field(default_factory=list)
    date: str = ""
    day: int | None = None


class _Clusters:
    """The clusters of one bucket, by what must be the same in who joins them: the rest need no look."""

    def __init__(self) -> None:
        self.all: list[_Cluster] = []
        self._of_date: dict[str, list[_Cluster]] = defaultdict(list)
        self._of_month: dict[str, list[_Cluster]] = defaultdict(list)
        self._of_day: dict[int, list[_Cluster]] = defaultdict(list)

    def put(self, one: Told, cluster: _Cluster | None) -> None:
        """Put a candidate into a cluster, or into one of its own."""
        if cluster is None:
            cluster = _Cluster()
            self.all.append(cluster)
        cluster.told.append(one)
        text = one.candidate.date
        if text and not cluster.date:
            cluster.date = text
            self._of_date[text].append(cluster)
            self._of_month[text[:MONTH_LENGTH]].append(cluster)
        if one.days and cluster.day is None:
            cluster.day = one.days[0].toordinal()
            self._of_day[cluster.day].append(cluster)

    def possible(self, one: Told) -> Iterator[_Cluster]:
        """All that a candidate may fit, in a bucket where days come first and what has no date last."""
        text = one.candidate.date
        if len(text) == DAY_LENGTH:
            yield from self._of_date.get(text, ())
        elif len(text) >= MONTH_LENGTH:
            yield from self._of_month.get(text[:MONTH_LENGTH], ())
            yield from (each for each in self.all if len(each.date) < MONTH_LENGTH)
        elif text or not one.days:
            yield from self.all
        else:
            day = one.days[0].toordinal()
            for near in range(day - REPORT_DAYS, day + REPORT_DAYS + 1):
                yield from self._of_day.get(near, ())
            yield from (each for each in self.all if each.day is None)


def _nearest(one: Told, clusters: Sequence[_Cluster]) -> _Cluster | None:
    """The one cluster that is reported while it was news; None where none or several are."""
    near = [
        cluster
        for cluster in clusters
        if any(
            abs((other - mine).days) <= REPORT_DAYS
            for mine in one.days
            for each in cluster.told
            for other in each.days
        )
    ]
    return near[0] if len(near) == 1 else None


def _days(one: Told) -> tuple[date, ...]:
    if len(one.candidate.date) == DAY_LENGTH:
        return (date.fromisoformat(one.candidate.date),)
    return () if one.published_on is None or not one.candidate.is_main else (one.published_on,)


def _fits(one: Told, cluster: Sequence[Told], same: Mapping[frozenset[str], bool]) -> bool:
    words = [same.get(frozenset((one.key, each.key))) for each in cluster] if same else []
    if False in words:
        return False
    if True in words:
        return True
    return all(one.source_id != each.source_id and _agree(one, each) for each in cluster)


def _agree(one: Told, other: Told) -> bool:
    """Whether nothing in two candidates of the same persons contradicts."""
    mine, theirs = one.candidate, other.candidate
    if mine.place and theirs.place and mine.place != theirs.place:
        return False
    if mine.date and theirs.date:
        length = min(len(mine.date), len(theirs.date))
        return mine.date[:length] == theirs.date[:length]
    if mine.is_main != theirs.is_main and (mine.date_text or theirs.date_text):
        # One tells of today, the other looks back: without dates nothing says they are one.
        return _looks_back_to(one, other)
    return all(-1 <= (later - earlier).days <= REPORT_DAYS for earlier, later in _pairs_of_days(one, other))


def _looks_back_to(one: Told, other: Told) -> bool:
    return any(abs((first - second).days) <= REPORT_DAYS for first, second in _pairs_of_days(one, other))


def _pairs_of_days(one: Told, other: Told) -> list[tuple[date, date]]:
    return [tuple(sorted((mine, theirs))) for mine in one.days for theirs in other.days]  # type: ignore[misc]


def _join_by_word(clusters: list[list[Told]], rulings: Sequence[Ruling]) -> list[list[Told]]:
    """Puts together what a person said is one, also across different persons named."""
    joined = dict(enumerate(map(list, clusters)))
    place_of = {one.key: at for at, cluster in joined.items() for one in cluster}
    for ruling in rulings:
        places = sorted({place_of[key] for key in (ruling.first, ruling.second) if key in place_of})
        if not ruling.is_same or len(places) != 2:
            continue
        first, second = places
        moved = joined.pop(second)
        joined[first].extend(moved)
        place_of |= {one.key: first for one in moved}
    return list(joined.values())


# What a group says


def _make(cluster: Sequence[Told], everything: _Everything, same: Mapping[frozenset[str], bool]) -> Group:
    told = sorted(cluster, key=lambda one: everything.order[one.key])
    participants = list(dict.fromkeys(ident for one in told for ident in one.candidate.participants))
    place = next((one.candidate.place for one in told if one.candidate.place), "")
    dated = max(told, key=lambda one: (len(one.candidate.date), one.candidate.is_main))
    reasons = list(_reasons(told, participants, place, dated, same))
    return Group(
        _group_id(told),
        told,
        participants,
        place,
        dated.candidate.date,
        dated.candidate.date_precision if dated.candidate.date else "open",
        reasons,
        list(_open(told, everything, dated)),
    )


def _group_id(told: Sequence[Told]) -> str:
    return sha256(min(one.key for one in told).encode()).hexdigest()[:16]


def _reasons(
    told: Sequence[Told],
    participants: Sequence[str],
    place: str,
    dated: Told,
    same: Mapping[frozenset[str], bool],
) -> Iterable[Reason]:
    sources = list(dict.fromkeys(one.source_id for one in told))
    code = "same_participants" if len(sources) > 1 else "participants"
    yield Reason(code, {"participants": list(participants), "sources": sources})
    with_place = [one.source_id for one in told if one.candidate.place]
    if place:
        yield Reason(
            "same_place" if len(with_place) > 1 else "place", {"place": place, "sources": with_place}
        )
    if dated.candidate.date:
        agreeing = [one.source_id for one in told if one.candidate.date]
        yield Reason(
            "same_date" if len(agreeing) > 1 else "date",
            {"date": dated.candidate.date, "words": dated.candidate.date_text, "sources": agreeing},
        )
    elif len(sources) > 1:
        yield Reason("no_date_contradicts", {"sources": sources})
    yield from _weekday_reason(told)
    if any(one.published_on for one in told) and len(sources) > 1:
        days = sorted(one.published_on.isoformat() for one in told if one.published_on)
        yield Reason("published_near", {"from": days[0], "to": days[-1]})
    if same and any(
        same.get(frozenset((one.key, each.key))) for one in told for each in told if one is not each
    ):
        yield Reason("a_person_said_so", {})


def _weekday_reason(told: Sequence[Told]) -> Iterable[Reason]:
    saying = [one for one in told if one.candidate.date_text]
    if saying:
        words = sorted({one.candidate.date_text for one in saying})
        yield Reason("words_of_the_day", {"words": words, "sources": [one.source_id for one in saying]})


def _open(told: Sequence[Told], everything: _Everything, dated: Told) -> Iterable[Reason]:
    if len(dated.candidate.date) == DAY_LENGTH:
        return
    undated = [one.source_id for one in told if one.published_on is None]
    yield Reason("ask_publication_date" if undated else "no_day_in_text", {"sources": undated})
    mine = {one.key for one in told}
    days = [each for one in told for each in one.days]
    others = everything.met_again(told[0].candidate.participants, mine, days)
    if others:
        yield Reason("same_people_met_again", {"sources": others})
