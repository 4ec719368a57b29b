"""What one side does through its running service, and what it waits to see. Django is set up by now."""

import hashlib
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

from mithaq.core.acts.kinds import Kind
from mithaq.core.encoding import encode_base64, encode_canonical, format_time
from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.core.instruments.manifest import Signatory, build_manifest
from mithaq.core.instruments.state import State, Version, in_force_at
from mithaq.core.types import AdministrationCode, LeafIndex
from mithaq.errors import MalformedError, MissingError, UnavailableError
from mithaq.main.cli.homes import NoSigner
from mithaq.main.wiring.build import open_node
from mithaq.main.wiring.control import ControlClient
from mithaq.main.wiring.writer import writer
from mithaq.node.append.submit import Author, Desk, NoteContent
from mithaq.node.records import StoredAct
from mithaq.registers.sources.intake.adding import Described, add_source

Message = dict[str, Any]
_Found = TypeVar("_Found")

POLL_S = 0.005
WAIT_S = 60.0
MANY = 1_000_000


class Hands:
    """Calls by name; each takes and gives one JSON object."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open = ExitStack()
        self._node = self._open.enter_context(writer(open_node(folder, NoSigner()), folder))
        self._desk = Desk(self._node)
        self._calls: dict[str, Callable[[Message], Message]] = {
            "send": self._send,
            "reply": self._reply,
            "propose": self._propose,
            "counter": self._counter,
            "instrument": self._act_on_instrument,
            "await_note": self._await_note,
            "await_signed": self._await_signed,
            "await_entry": self._await_entry,
            "take_in": self._take_in,
            "sync": self._sync,
            "state": self._state,
        }

    def answer(self, message: Message) -> Message:
        """One call."""
        call = self._calls.get(message["do"])
        if call is None:
            raise MalformedError("demo_message", "there is no such call")
        return call(message)

    def close(self) -> None:
        """Let go of the service."""
        self._open.close()

    # Acts

    def _send(self, message: Message) -> Message:
        content = NoteContent(
            message["object_kind"],
            message["to"],
            message["body"],
            message["fields"],
            {name: encode_canonical(value) for name, value in message.get("sections", {}).items()},
        )
        appended = self._desk.send_note(content, _author(message))
        act = self._node.store.acts.by_id(appended.act_id)
        return {
            "id": appended.act_id,
            "leaf_index": appended.leaf_index,
            "commitment": act.commitment.hex(),
        }

    def _reply(self, message: Message) -> Message:
        kind = Kind(message["kind"])
        appended = self._desk.reply(message["id"], kind, message["body"], _author(message), message["fields"])
        return {"id": appended.act_id, "leaf_index": appended.leaf_index}

    def _propose(self, message: Message) -> Message:
        object_id = self._desk.new_object_id()
        manifest = build_manifest(
            object_id=object_id,
            object_kind=message["object_kind"],
            object_v=1,
            signatories=_signatories(message),
            effect=message["effect"],
            data=message["data"],
        )
        body = {"manifest": dict(manifest.members), "demonstration": True}
        self._desk.act_on_instrument(
            object_id, InstrumentKind.PROPOSE, body, _author(message), message["fields"]
        )
        return {"id": object_id, "content_hash": manifest.content_hash}

    def _counter(self, message: Message) -> Message:
        older = self._version(message["id"], message["previous"])
        manifest = build_manifest(
            object_id=message["id"],
            object_kind=older.manifest.object_kind,
            object_v=older.manifest.object_v,
            signatories=older.manifest.signatories,
            effect=message["effect"],
            version=older.number + 1,
            previous=older.content_hash,
            data=message["data"],
        )
        body = {"manifest": dict(manifest.members), "demonstration": True}
        author = _author(message)
        self._desk.act_on_instrument(message["id"], InstrumentKind.COUNTER, body, author, message["fields"])
        return {"id": message["id"], "content_hash": manifest.content_hash}

    def _act_on_instrument(self, message: Message) -> Message:
        version = self._version(message["id"], message["content_hash"])
        body: Message = {"content_hash": version.content_hash, "demonstration": True}
        kind = InstrumentKind(message["kind"])
        if kind is InstrumentKind.SIGN:
            body["version"] = version.number
        appended = self._desk.act_on_instrument(
            message["id"], kind, body, _author(message), message["fields"]
        )
        return {"id": appended.act_id, "leaf_index": appended.leaf_index}

    def _version(self, object_id: str, content_hash: str) -> Version:
        """A version, once its act is here."""

        def look() -> Version | None:
            return self._desk.instrument_state(object_id)[1].find(content_hash)

        return _wait_for(look, "the version")

    # Sources

    def _take_in(self, message: Message) -> Message:
        author = Author("desk", f"{self._node.identity.code.partition('-')[0]}-desk-1")
        for file in message["files"]:
            add_source(self._node, Path(file).read_bytes(), Described(), author)
        return {"sources": len(message["files"])}

    # What is seen

    def _await_note(self, message: Message) -> Message:
        def look() -> Message | None:
            for row in self._node.store.projections.notes(object_id=message["id"]):
                if row.state == message["state"]:
                    due_at = None if row.due_at is None else format_time(row.due_at)
                    return {"state": row.state, "due_at": due_at, "remaining_s": row.remaining_s}
            return None

        return _wait_for(look, f"a note {message['state']}")

    def _await_signed(self, message: Message) -> Message:
        def look() -> Message | None:
            version = self._desk.instrument_state(message["id"])[1].find(message["content_hash"])
            if version is None or version.state is not State.SIGNED:
                return None
            return {"signed_on": str(version.signed_on)}

        return _wait_for(look, "the signings")

    def _await_entry(self, message: Message) -> Message:
        def look() -> Message | None:
            version = in_force_at(self._desk.instrument_state(message["id"])[1], self._node.clock.now())
            if version is None or version.content_hash != message["content_hash"]:
                return None
            return {"entry_into_force_on": str(version.entry_into_force_on)}

        return _wait_for(look, "the entry into force")

    # State of this node

    def _sync(self, message: Message) -> Message:
        client = ControlClient(self._folder)
        try:
            return client.ask({"do": "sync"})
        finally:
            client.close()

    def _state(self, message: Message) -> Message:
        store, identity = self._node.store, self._node.identity
        head = store.own.head()
        followed = store.followed.heads()[0]
        released = store.own.released(followed.administration, LeafIndex(0), head.tree_size, MANY)
        held = store.followed.acts_from(followed.origin, LeafIndex(0), MANY)
        return {
            "code": identity.code,
            "tree_size": head.tree_size,
            "root_hash": encode_base64(head.root_hash),
            "cosigned_size": store.own.cosigned_size(),
            "released": _hash_acts(released),
            "partner": {
                "tree_size": followed.applied_size,
                "root_hash": encode_base64(followed.applied_root),
                "held": _hash_acts(held),
            },
            "trouble": len(store.followed.parked())
            + len(store.followed.waiting())
            + len(store.alarms.alarms()),
            "digest": {name: list(found) for name, found in store.projections.digest().items()},
            "instruments_in_force": self._count_in_force(),
            "notes_closed": len(store.projections.notes(state="closed")),
            "can_read": self._can_read(message.get("act")),
        }

    def _count_in_force(self) -> int:
        now = self._node.clock.now()
        rows = self._node.store.projections.instruments()
        states = (self._desk.instrument_state(row.object_id)[1] for row in rows)
        return sum(in_force_at(state, now) is not None for state in states)

    def _can_read(self, act_id: str | None) -> bool:
        try:
            return act_id is not None and bool(self._node.store.acts.by_id(act_id))
        except MissingError:
            return False


def _author(message: Message) -> Author:
    return Author(message["post"], message["holder"])


def _signatories(message: Message) -> list[Signatory]:
    return [Signatory(AdministrationCode(code), "minister") for code in message["signatories"]]


def _hash_acts(acts: Iterable[StoredAct]) -> str:
    """One hash over places and exact bytes: of what one side released, and of what the other holds."""
    digest = hashlib.sha256()
    for act in acts:
        digest.update(act.leaf_index.to_bytes(8, "big") + act.salt)
        digest.update(len(act.envelope).to_bytes(8, "big") + act.envelope)
        for section in sorted(act.sections, key=lambda each: each.name):
            digest.update(section.name.encode() + section.salt + section.data)
    return digest.hexdigest()


def _wait_for(look: Callable[[], _Found | None], what: str) -> _Found:
    deadline_s = time.monotonic() + WAIT_S
    while time.monotonic() < deadline_s:
        try:
            found = look()
        except MissingError:
            found = None  # its first act is still on the way
        if found is not None:
            return found
        time.sleep(POLL_S)
    raise UnavailableError("not_seen", f"{what} did not arrive here in {WAIT_S:.0f} s")
