"""What may leave this node, as frozen values: each becomes one act through the desk.

The stored form is plain JSON without floats, so that its hash is the same wherever it is computed.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, assert_never

from mithaq.core.acts.kinds import Kind
from mithaq.core.encoding import encode_base64, encode_canonical, parse_base64
from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.core.types import AdministrationCode
from mithaq.errors import MalformedError

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SendNote:
    """Open a note.

    Attributes:
        object_kind: ``register.kind``.
        fields: of ``node.append.submit.ENVELOPE_FIELDS``.
        sections: name -> exact bytes.
        made: hashes of files that this node has just made of the writer's own words. They are no part of
            the stored form, so nobody claims one from outside.
    """

    object_kind: str
    recipients: tuple[str, ...]
    body: Mapping[str, Any]
    fields: Mapping[str, Any] = field(default_factory=dict)
    sections: Mapping[str, bytes] = field(default_factory=dict)
    object_v: int = 1
    made: frozenset[str] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """Act on a note: read, accept, clarify, explain, answer, refuse, extend, withdraw, correct, close."""

    note_id: str
    kind: str
    body: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ActOnInstrument:
    """Any act on an instrument; a proposal opens it under ``object_id``, which its manifest names.

    Attributes:
        made: as in ``SendNote``.
    """

    object_id: str
    kind: str
    body: Mapping[str, Any]
    fields: Mapping[str, Any] = field(default_factory=dict)
    made: frozenset[str] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class Release:
    """Disclose an own act to administrations that it was not addressed to."""

    act_id: str
    recipients: tuple[str, ...]


Command: TypeAlias = SendNote | Reply | ActOnInstrument | Release

_AUTHORED = frozenset({Kind.NOTE_ANSWER, Kind.NOTE_REFUSE})


def kind_of(command: Command) -> str:
    """Kind of the act that it becomes."""
    match command:
        case SendNote():
            return str(Kind.NOTE_SEND)
        case Reply() | ActOnInstrument():
            return str(command.kind)
        case Release():
            return str(Kind.RELEASE)
        case _:
            assert_never(command)


def object_id_of(command: Command) -> str:
    """The note or instrument that it acts on; empty for a new note and for a release."""
    match command:
        case Reply():
            return command.note_id
        case ActOnInstrument():
            return command.object_id
        case SendNote() | Release():
            return ""
        case _:
            assert_never(command)


def name_author(command: Command, post: str) -> Command:
    """The same with the post that drafted it, where the record wants that beside the post that releases."""
    if isinstance(command, SendNote) or (isinstance(command, Reply) and command.kind in _AUTHORED):
        return replace(command, body={"author_post": post, **command.body})
    return command


def name_emergency(command: Command, reason: str) -> Command:
    """The same with the reason of an emergency release, which the partner sees."""
    if isinstance(command, SendNote | Reply):
        return replace(command, body={**command.body, "emergency": {"reason": reason}})
    return command


def dossier_of(command: Command) -> str | None:
    """The dossier of a record that it opens, empty for none; None for what opens no record."""
    if isinstance(command, SendNote) or (
        isinstance(command, ActOnInstrument) and command.kind == Kind.INSTRUMENT_PROPOSE
    ):
        return str(command.fields.get("dossier") or "")
    return None


def file_into(command: Command, dossier: str) -> Command:
    """The same, filed into that dossier; empty for none."""
    if isinstance(command, Release):
        return command
    fields = {name: value for name, value in command.fields.items() if name != "dossier"}
    return replace(command, fields={**fields, "dossier": dossier} if dossier else fields)


def to_json(command: Command) -> Json:
    """The form that is stored."""
    match command:
        case SendNote():
            return {
                "command": "send_note",
                "object_kind": command.object_kind,
                "object_v": command.object_v,
                "recipients": sorted(command.recipients),
                "body": dict(command.body),
                "fields": dict(command.fields),
                "sections": {name: encode_base64(data) for name, data in command.sections.items()},
            }
        case Reply():
            return {
                "command": "reply",
                "note_id": command.note_id,
                "kind": str(Kind(command.kind)),
                "body": dict(command.body),
                "fields": dict(command.fields),
            }
        case ActOnInstrument():
            return {
                "command": "act_on_instrument",
                "object_id": command.object_id,
                "kind": str(InstrumentKind(command.kind)),
                "body": dict(command.body),
                "fields": dict(command.fields),
            }
        case Release():
            return {
                "command": "release",
                "act_id": command.act_id,
                "recipients": sorted(command.recipients),
            }
        case _:
            assert_never(command)


def from_json(stored: Mapping[str, Any]) -> Command:
    """The command of a stored form.

    Raises:
        MalformedError: ``outgoing_command``.
    """
    try:
        return _read(stored)
    except (KeyError, TypeError, ValueError, MalformedError) as error:
        raise MalformedError("outgoing_command", "The draft cannot be read.") from error


def _read(stored: Mapping[str, Any]) -> Command:
    match stored["command"]:
        case "send_note":
            return SendNote(
                str(stored["object_kind"]),
                tuple(map(str, stored["recipients"])),
                dict(stored["body"]),
                dict(stored["fields"]),
                {str(name): parse_base64(data) for name, data in stored["sections"].items()},
                int(stored["object_v"]),
            )
        case "reply":
            body, fields = dict(stored["body"]), dict(stored["fields"])
            return Reply(str(stored["note_id"]), str(Kind(stored["kind"])), body, fields)
        case "act_on_instrument":
            body, fields = dict(stored["body"]), dict(stored["fields"])
            kind = str(InstrumentKind(stored["kind"]))
            return ActOnInstrument(str(stored["object_id"]), kind, body, fields)
        case "release":
            return Release(str(stored["act_id"]), tuple(map(str, stored["recipients"])))
        case _:
            raise MalformedError("outgoing_command", "There is no such command.")


def hash_command(command: Command) -> str:
    """Hex SHA-256 of the canonical stored form.

    Raises:
        MalformedError: a value that an act cannot hold, as a float.
    """
    return hashlib.sha256(encode_canonical(to_json(command))).hexdigest()


def codes_of(recipients: tuple[str, ...]) -> list[AdministrationCode]:
    """Recipients as the desk takes them."""
    return [AdministrationCode(code) for code in recipients]
