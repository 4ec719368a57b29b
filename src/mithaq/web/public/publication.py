"""Which texts are public. Whatever the pages show passes here; nothing else reads the record for them.

A text is public when every signatory has signed one version of it, that version says
``visibility: public``, every act that put it forward is handled as CLEAR, and no embargo runs.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mithaq.core.acts.placed import PlacedAct
from mithaq.core.encoding import parse_time
from mithaq.core.instruments.state import InstrumentState, State, Version, state_at
from mithaq.errors import MalformedError, MissingError
from mithaq.node.append.submit import Desk
from mithaq.node.handling import HandlingCode, read_code
from mithaq.node.node import Node
from mithaq.node.records import InstrumentRow, SealedAct
from mithaq.web.texts import read_texts

PAGE_TEXTS = 50


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
        version: the one in force; else the latest one that is public.
        state: of that version, now.
        data: of its manifest.
        opener: the act that put it forward.
        signings: by administration code, sorted.
    """

    object_id: str
    object_kind: str
    version: Version
    state: State
    data: Mapping[str, Any]
    opener: PublicAct
    signings: tuple[PublicAct, ...]

    @property
    def title(self) -> Mapping[str, str]:
        """By language."""
        return read_texts(self.data.get("title"))

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
        self._desk = Desk(node)

    def page(self, number: int) -> tuple[list[PublicText], bool]:
        """Texts of page ``number`` (from 1), the latest signed first; and whether there are more."""
        rows = sorted(self._candidates(), key=_latest_first, reverse=True)
        start = (number - 1) * PAGE_TEXTS
        chosen = rows[start : start + PAGE_TEXTS]
        return list(self._texts(chosen)), len(rows) > start + PAGE_TEXTS

    def text(self, object_id: str) -> PublicText:
        """One text.

        Raises:
            MissingError: ``text``; there is none of that id, or it is not public: nobody can tell which.
        """
        found = self._find(object_id)
        if found is None:
            raise MissingError("text", "There is no public text of that id.")
        return found

    def act(self, act_id: str) -> PublicAct:
        """An act of a public text; the id of a text means the act that put its version forward.

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
        for found in text.acts:
            if found.act.parsed.id == act_id:
                return found
        raise MissingError("text", "There is no public text of that id.")

    def _candidates(self) -> list[InstrumentRow]:
        return self._node.store.projections.instruments(is_public="1")

    def _texts(self, rows: list[InstrumentRow]) -> Iterator[PublicText]:
        for row in rows:
            found = self._find(row.object_id)
            if found is not None:
                yield found

    def _find(self, object_id: str) -> PublicText | None:
        try:
            first, state = self._desk.instrument_state(object_id)
        except MissingError:
            return None
        now = self._node.clock.now()
        version = choose_version(state, first, self._read, now)
        if version is None:
            return None
        signings = [version.signings[code] for code in sorted(version.signings)]
        return PublicText(
            object_id,
            version.manifest.object_kind,
            version,
            state_at(version, now),
            version.manifest.data or {},
            self._judge(version.openers[0], first),
            tuple(self._judge(signing, first) for signing in signings),
        )

    def _judge(self, placed: PlacedAct, first: SealedAct) -> PublicAct:
        act = self._read(placed)
        return PublicAct(act, is_clear(act, first))

    def _read(self, placed: PlacedAct) -> SealedAct:
        return self._node.store.acts.at(placed.log, placed.leaf_index)


def is_clear(act: SealedAct, first: SealedAct) -> bool:
    """Whether an act is handled as CLEAR: by its own code, else by that of the first act of its object."""
    own = act.parsed.handling
    return read_code(first.parsed.handling if own is None else own) is HandlingCode.CLEAR


def choose_version(
    state: InstrumentState, first: SealedAct, read: Callable[[PlacedAct], SealedAct], now: datetime
) -> Version | None:
    """The public version in force at ``now``, else the greatest public one; None when there is none."""
    public = [
        version
        for version in state.versions
        if version.state is State.SIGNED
        and is_published(version.manifest.data, now)
        and all(is_clear(read(opener), first) for opener in version.openers)
    ]
    standing = [version for version in public if state_at(version, now) is State.IN_FORCE]
    return max(standing or public, key=lambda version: version.rank, default=None)


def is_published(data: Mapping[str, Any] | None, now: datetime) -> bool:
    """Whether a manifest says so, and its embargo, if any, has passed. An unreadable embargo never has."""
    if data is None or data.get("visibility") != "public":
        return False
    if "embargo_until_at" not in data:
        return True
    try:
        return parse_time(data["embargo_until_at"]) <= now
    except (MalformedError, TypeError, AttributeError):
        return False


def _latest_first(row: InstrumentRow) -> tuple[str, datetime, str]:
    return (row.signed_on or "", row.created_at, row.object_id)
