"""Which texts are public. Whatever the pages show passes here; nothing else reads the record for them.

A text is public when every signatory has signed one version of it, that version says
``visibility: public``, every act that put it forward is handled as CLEAR, and no embargo runs.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from mithaq.core.acts.placed import PlacedAct
from mithaq.core.encoding import parse_time
from mithaq.core.instruments.fold import fold_instrument
from mithaq.core.instruments.manifest import Manifest
from mithaq.core.instruments.next_step import DatedStep, next_step
from mithaq.core.instruments.state import OtherInstruments, State, Version, state_at
from mithaq.core.names import fold
from mithaq.core.names.fronts import without_front
from mithaq.errors import MalformedError, MissingError
from mithaq.node.handling import HandlingCode, read_code
from mithaq.node.node import Node
from mithaq.node.ports.search import SearchQuery
from mithaq.node.read.instrument_rows import KnownInstruments
from mithaq.node.read.placing import place_acts
from mithaq.node.read.revoked_acts import without_revoked
from mithaq.node.records import InstrumentRow, SealedAct
from mithaq.web.records.record import reference_of
from mithaq.web.texts import read_texts
from mithaq.web.two_columns import make_rows

PAGE_TEXTS: Final = 50
MOST_HITS: Final = 200
"""Of each register, of a search."""
MOST_CHARACTERS: Final = 200
MOST_WORDS: Final = 8


@dataclass(frozen=True, slots=True)
class PublicAct:
    """An act of a public text.

    Attributes:
        is_clear: whether its envelope may be given to anyone; else only that it exists is shown.
    """

    act: SealedAct
    is_clear: bool


@dataclass(frozen=True, slots=True)
class PublicText:
    """A co-signed text that anyone may read.

    Attributes:
        object_id: of the instrument.
        version: the one in force; else the latest one that is public; else the one asked for.
        versions: all that are public, the newest first.
        state: of that version, now.
        next: what happens next to it, and when.
        data: what anyone may read of its manifest.
        is_whole: whether that is all of it; else the act that put it forward stays closed.
        opener: the act that put it forward.
        signings: by administration code, sorted.
    """

    object_id: str
    object_kind: str
    reference: str
    version: Version
    versions: tuple[Version, ...]
    state: State
    next: DatedStep | None
    data: Mapping[str, Any]
    is_whole: bool
    opener: PublicAct
    signings: tuple[PublicAct, ...]

    @property
    def title(self) -> Mapping[str, str]:
        """By language."""
        return read_texts(self.data.get("title") or self.data.get("name"))

    @property
    def is_demonstration(self) -> bool:
        """Whether it is marked as no real text."""
        return self.data.get("demonstration") is True

    @property
    def signed_on(self) -> date | None:
        """The day of the last signing, or that of ``past``."""
        return self.version.signed_on

    @property
    def acts(self) -> tuple[PublicAct, ...]:
        """Every act that has a proof panel."""
        return (self.opener, *self.signings)


class Publications:
    """Reads the public texts of one node."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def page(self, number: int, kind: str = "", text: str = "") -> tuple[list[PublicText], bool]:
        """Texts of page ``number`` (from 1), the latest signed first; and whether there are more.

        Args:
            number: of the page.
            kind: one ``object_kind``; all when empty.
            text: words that each of them holds; any when empty.
        """
        rows = self._node.store.projections.instruments(
            is_public="1", **({"object_kind": kind} if kind else {})
        )
        rows.sort(key=_latest_first, reverse=True)
        start = (number - 1) * PAGE_TEXTS
        words = read_words(text)
        if not words:
            chosen = rows[start : start + PAGE_TEXTS]
            return self._read_all([row.object_id for row in chosen]), len(rows) > start + PAGE_TEXTS
        found = self._find_words(words, rows)
        return found[start : start + PAGE_TEXTS], len(found) > start + PAGE_TEXTS

    def text(self, object_id: str, number: int | None = None) -> PublicText:
        """One text: the version that stands, or that of a number.

        Raises:
            MissingError: ``text``; there is none of that id, or it is not public: nobody can tell which.
        """
        for found in self._read_all([object_id], number):
            return found
        raise MissingError("text", "There is no public text of that id.")

    def act(self, act_id: str) -> PublicAct:
        """An act of a public version; the id of a text means the act that put its version forward.

        Raises:
            MissingError: ``text``.
        """
        try:
            object_id = self._node.store.acts.by_id(act_id).object_id
        except MissingError as error:
            raise MissingError("text", "There is no public text of that id.") from error
        text = self.text(object_id)
        if act_id == object_id:
            return text.opener
        for version in text.versions:
            for found in self.text(object_id, version.number).acts:
                if found.act.parsed.id == act_id:
                    return found
        raise MissingError("text", "There is no public text of that id.")

    def _find_words(self, words: Sequence[str], rows: Sequence[InstrumentRow]) -> list[PublicText]:
        """Of those texts, the ones whose public version holds each word.

        The index knows drafts too, so what it finds is only where to look: the words must stand in the
        version that anyone may read.
        """
        known = {row.object_id: place for place, row in enumerate(rows)}
        query = SearchQuery([[word, *without_front(word)] for word in words], [str(HandlingCode.CLEAR)])
        hits = self._node.search.find(query, MOST_HITS)
        ids = {hit.document.object_id for group in hits.values() for hit in group} & known.keys()
        texts = self._read_all(sorted(ids, key=lambda each: known[each]))
        return [text for text in texts if holds_words(text, words)]

    def _read_all(self, object_ids: Sequence[str], wanted: int | None = None) -> list[PublicText]:
        """Those of them that are public, in their order: a few look-ups for all."""
        store = self._node.store
        grouped = store.acts.of_objects(object_ids)
        acts = without_revoked(store, [act for each in object_ids for act in grouped.get(each, ())])
        pairs: dict[str, list[tuple[SealedAct, PlacedAct]]] = {}
        for act, placed in zip(acts, place_acts(acts, store.receipts), strict=True):
            pairs.setdefault(act.object_id, []).append((act, placed))
        others, now = KnownInstruments(store.projections, list(pairs)), self._node.clock.now()
        show = self._show_public
        texts = [judge_text(found, others, now, wanted, show) for found in pairs.values()]
        return [text for text in texts if text is not None]

    def _show_public(self, manifest: Manifest) -> Mapping[str, Any]:
        kind, data = self._node.registry.find(manifest.object_kind, manifest.object_v), manifest.data or {}
        return data if kind is None else kind.for_public(data)


def judge_text(
    acts: Sequence[tuple[SealedAct, PlacedAct]],
    others: OtherInstruments,
    now: datetime,
    wanted: int | None,
    show: Callable[[Manifest], Mapping[str, Any]],
) -> PublicText | None:
    """A text of which these are the acts, as far as anyone may read it; None where that is nothing.

    Args:
        acts: of one object, those that count.
        others: look-up of versions of other instruments.
        now: the instant asked about.
        wanted: number of a version; None for the one that stands.
        show: what anyone may read of a manifest; its own data where that is all of it.
    """
    first = next((act for act, _ in acts if act.parsed.id == act.object_id), None)
    if first is None:
        return None
    sealed = {(act.log, act.leaf_index): act for act, _ in acts}
    state = fold_instrument([placed for _, placed in acts], others)

    def judge(one: PlacedAct) -> PublicAct:
        act = sealed[one.log, one.leaf_index]
        return PublicAct(act, is_clear(act, first))

    public = [each for each in state.versions if is_public(each, judge, now)]
    version = choose_version([each for each in public if wanted in (None, each.number)], now)
    if version is None:
        return None
    data, opener = show(version.manifest), judge(version.openers[0])
    is_whole = data == (version.manifest.data or {})
    return PublicText(
        object_id=first.object_id,
        object_kind=version.manifest.object_kind,
        reference=reference_of(first),
        version=version,
        versions=tuple(sorted(public, key=lambda each: each.rank, reverse=True)),
        state=state_at(version, now),
        next=next_step(version, now),
        data=data,
        is_whole=is_whole,
        opener=opener if is_whole else replace(opener, is_clear=False),
        signings=tuple(judge(version.signings[code]) for code in sorted(version.signings)),
    )


def read_words(text: str) -> list[str]:
    """The words asked for, folded; at most eight."""
    return list(dict.fromkeys(fold(text.strip()[:MOST_CHARACTERS]).split()))[:MOST_WORDS]


def holds_words(text: PublicText, words: Sequence[str]) -> bool:
    """Whether each word begins a word of the title or of a line of this version."""
    rows = make_rows(text.data)
    told = [*text.title.values(), *(cell.text for row in rows for cell in row.cells)]
    held = {word for each in told for word in fold(each).split()}
    held |= {bare for word in held for bare in without_front(word)}
    return all(any(one.startswith(word) for one in held) for word in words)


def is_clear(act: SealedAct, first: SealedAct) -> bool:
    """Whether an act is CLEAR without a caveat: by its own handling, else by that of its first act."""
    handling = first.parsed.handling if act.parsed.handling is None else act.parsed.handling
    has_caveats = isinstance(handling, Mapping) and bool(handling.get("caveats"))
    return read_code(handling) is HandlingCode.CLEAR and not has_caveats


def is_public(version: Version, judge: Callable[[PlacedAct], PublicAct], now: datetime) -> bool:
    """Whether anyone may read a version at ``now``."""
    return (
        version.state is State.SIGNED
        and is_published(version.manifest.data, now)
        and all(judge(opener).is_clear for opener in version.openers)
    )


def choose_version(public: Sequence[Version], now: datetime) -> Version | None:
    """The public version in force at ``now``, else the greatest public one; None when there is none."""
    standing = [version for version in public if state_at(version, now) is State.IN_FORCE]
    return max(standing or public, key=lambda version: version.rank, default=None)


def is_published(data: Mapping[str, Any] | None, now: datetime) -> bool:
    """Whether a text says so, to no named readers, its embargo past. One that is unreadable never is."""
    if data is None or data.get("visibility") != "public" or "readers" in data:
        return False
    if "embargo_until_at" not in data:
        return True
    try:
        return parse_time(data["embargo_until_at"]) <= now
    except (MalformedError, TypeError, AttributeError):
        return False


def _latest_first(row: InstrumentRow) -> tuple[str, datetime, str]:
    return (row.signed_on or "", row.created_at, row.object_id)
