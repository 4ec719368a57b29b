"""Rows of the access log for what a command shows, takes away or sends: no row, no read.

Whoever runs a command holds the folder of the node, so the policy is not asked; but what he reads of AMBER
and above, or of persons, stands in the log as it does for a page, under the name that this machine has for
him. What a command prints leaves through ``Output`` alone, and that asks here first.

Spec: trust 4.1, 5.4.
"""

import getpass
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from mithaq.node.draft import Draft
    from mithaq.node.node import Appender, Node, Outcome
    from mithaq.web.access.policy import Protected

_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_NAMING: Final = frozenset({"id", "object", "act", "instrument", "note"})
"""Members by which a record names what it shows; others only point to something."""

_LISTING: Final = frozenset({"list", "lines", "meetings", "match"})
_TAKING: Final = frozenset({"export", "ics"})
_MOST_USER: Final = 36


@dataclass(frozen=True, slots=True)
class ReadLog:
    """What one command has to write down before it goes on."""

    node: "Node"

    def note_records(self, schema: str, records: Sequence[Mapping[str, Any]], verb: str = "") -> None:
        """Records that are about to be printed, or written with another verb than that of the schema.

        Raises:
            UnavailableError: ``access_log``; then nothing is printed.
        """
        self.note(verb or _verb_of(schema), [each for record in records for each in _ids_in(record)])

    def note(self, verb: str, ids: Iterable[str]) -> None:
        """Objects or acts of these ids that are about to be shown, or to leave in a file.

        Raises:
            UnavailableError: ``access_log``.
        """
        from mithaq.web.access.policy import is_sensitive
        from mithaq.web.access.protected import protect_acts

        wanted = list(dict.fromkeys(each for each in ids if _ID.fullmatch(each)))
        if not wanted:
            return
        self._serve()
        acts = self.node.store.rows.first_acts(wanted).values()
        told = [act for act in acts if act.parsed.object_kind or act.parsed.handling is not None]
        self._write(verb, [each for each in protect_acts(told) if is_sensitive(each) or each.has_persons])

    def take_away(self, ids: Iterable[str]) -> None:
        """Objects of these ids, that are about to leave in a file made for it.

        Raises:
            NotAllowedError: ``no_export``; a caveat holds one of them on this node.
            UnavailableError: ``access_log``.
        """
        from mithaq.web.access.gate import check_may_leave
        from mithaq.web.access.protected import protect_acts

        wanted = [each for each in ids if _ID.fullmatch(each)]
        self._serve()
        for thing in protect_acts(list(self.node.store.rows.first_acts(wanted).values())):
            check_may_leave(thing)
        self.note("export", wanted)

    def without_held(self, records: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Those records that no caveat keeps out of a file."""
        from mithaq.web.access.policy import is_held_here
        from mithaq.web.access.protected import protect_acts

        self._serve()
        wanted = list(dict.fromkeys(each for record in records for each in _ids_in(record)))
        acts = self.node.store.rows.first_acts([each for each in wanted if _ID.fullmatch(each)])
        guarded = zip(acts, protect_acts(list(acts.values())), strict=True)
        held = {object_id for object_id, thing in guarded if is_held_here(thing)}
        return [record for record in records if held.isdisjoint(_ids_in(record))]

    def note_log(self, origin: str) -> None:
        """A whole log that is about to leave: every act of it that this node may read.

        Raises:
            UnavailableError: ``access_log``.
        """
        from mithaq.web.access.policy import Protected

        self._serve()
        self._write("export", [Protected(object_id=f"log:{origin}")])

    def note_drafts(self, drafts: Sequence["Draft"]) -> None:
        """Acts that are about to be appended by the command itself.

        Raises:
            UnavailableError: ``access_log``; nothing is appended.
        """
        from mithaq.web.access.policy import Protected
        from mithaq.web.access.protected import read_code_of

        self._serve()
        for draft in drafts:
            handling = draft.fields.get("handling") or {}
            thing = Protected(
                code=read_code_of(handling) if handling else "",
                purpose=str(handling.get("purpose") or ""),
                object_id=draft.act_id,
                recipients=tuple(map(str, draft.recipients)),
            )
            self._write("sign" if draft.fields["kind"] == "instrument.sign" else "release", [thing])

    def _serve(self) -> None:
        from mithaq.web.runtime import is_serving, set_node

        if not is_serving():
            set_node(self.node)

    def _write(self, verb: str, things: Sequence["Protected"]) -> None:
        from mithaq.web.access.noted import write_given

        write_given("command", f"system:{_name_user()}"[:_MOST_USER], verb, things)


@dataclass(frozen=True, slots=True)
class LoggedAppender:
    """Implements ``node.node.Appender``: writes down what a command sends before it is sent."""

    inner: "Appender"
    log: ReadLog

    def submit(self, drafts: Sequence["Draft"]) -> "Future[list[Outcome]]":
        """As the appender behind it.

        Raises:
            UnavailableError: ``access_log``, or as the appender behind it.
        """
        self.log.note_drafts(drafts)
        return self.inner.submit(drafts)


def _verb_of(schema: str) -> str:
    """The verb of the log, from ``mithaq/<noun>-<verb>/1``."""
    verb = schema.split("/")[1].rpartition("-")[2] if schema.count("/") == 2 else ""
    if verb in _LISTING:
        return "list"
    return "export" if verb in _TAKING else "read"


def _ids_in(value: Any, name: str = "") -> Iterator[str]:
    """Each id under a naming member, at any depth."""
    match value:
        case Mapping():
            for key, item in value.items():
                yield from _ids_in(item, str(key))
        case list() | tuple():
            for item in value:
                yield from _ids_in(item, name)
        case str() if name in _NAMING:
            yield value


def _name_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name
        return str(os.getuid())
