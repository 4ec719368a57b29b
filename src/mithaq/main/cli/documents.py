"""The JSON documents that ``note send``, ``note reply`` and ``instrument propose`` take.

Note::

    {"object_kind": "requests.request", "to": ["fr-mi"], "subject": {"fr": "…"}, "lang": ["fr"],
     "handling": {"code": "AMBER", "caveats": [], "purpose": "…"}, "priority": "urgent",
     "body": {…}, "sections": {"persons": {…}}, "refs": [{"log", "index", "c", "rel"}],
     "blobs": [{"path": "annex.pdf", "media": "application/pdf", "name": "annex.pdf"}],
     "dossier": "<uuid>", "clock": {"instrument": "<hex>", "code": "…"}, "object_v": 1}

``object_kind``, ``to`` and ``body`` are needed; ``lang`` is that of ``subject`` unless given. A section
is a JSON object, written in its canonical form, or ``{"path": "file"}`` for exact
bytes. A blob may be only its path. Paths count from the folder of the document.

Reply: ``body`` and, where wanted, ``lang, handling, priority, refs, blobs``; or the body alone.

Instrument::

    {"object_kind": "agreements.framework", "subject": {"fr": "…"}, "lang": ["fr", "ar"],
     "signatories": [{"administration": "ma-mi", "post": "minister"}, …],
     "effect": {"rule": "ON_SIGNATURE"}, "data": {…}, "handling": {…}, "supersedes": ["<hex>"],
     "parts": [{"name": "text", "lang": "fr", "media": "text/plain", "text": "…"},
               {"name": "map", "lang": "fr", "media": "image/png", "file": "map.png"}]}

``object_kind``, ``signatories`` and ``effect`` are needed; with ``--counter`` all but ``parts`` may be
left out and is taken from the version that is countered.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mithaq.errors import MalformedError, MissingError, UnavailableError

if TYPE_CHECKING:
    from mithaq.core.instruments.manifest import Part, Signatory
    from mithaq.node.append.submit import NoteContent
    from mithaq.node.blobs import Blobs

CHUNK_BYTES = 1_048_576

ENVELOPE_MEMBERS = ("subject", "lang", "handling", "priority", "refs", "dossier", "clock")
NOTE_MEMBERS = frozenset({*ENVELOPE_MEMBERS, "object_kind", "object_v", "to", "body", "sections", "blobs"})
REPLY_MEMBERS = frozenset({"body", "lang", "handling", "priority", "refs", "blobs"})
INSTRUMENT_MEMBERS = frozenset(
    {
        "subject",
        "lang",
        "handling",
        "priority",
        "refs",
        "dossier",
        "object_kind",
        "object_v",
        "signatories",
        "effect",
        "data",
        "parts",
        "supersedes",
    }
)


def check_members(document: Mapping[str, Any], allowed: frozenset[str]) -> None:
    """Refuse a member that would be lost without a word.

    Raises:
        MalformedError: ``unknown_member``.
    """
    unknown = sorted(set(document) - allowed)
    if unknown:
        raise MalformedError("unknown_member", f"a member {unknown[0]} has no meaning here")


def demand(document: Mapping[str, Any], name: str, kind: type) -> Any:
    """A member of a type.

    Raises:
        MalformedError: ``member_missing``, ``bad_member``.
    """
    if name not in document:
        raise MalformedError("member_missing", f"the member {name} is missing")
    if not isinstance(document[name], kind):
        raise MalformedError("bad_member", f"the member {name} is not of its form")
    return document[name]


@dataclass(frozen=True, slots=True)
class Attachments:
    """Reads files beside a document and puts them into the node.

    Args:
        folder: that paths in the document count from.
        blobs: of the node.
        is_dry: compute hashes only; nothing is stored.
    """

    folder: Path
    blobs: "Blobs"
    is_dry: bool = False

    def add_file(self, name: str) -> tuple[str, int]:
        """(hex SHA-256, size in bytes) of a file, stored.

        Raises:
            MissingError: ``file``. UnavailableError: ``disk``.
        """
        return self._add(self._read_chunks(self.folder / name))

    def add_text(self, text: str) -> tuple[str, int]:
        """The same for a text, as UTF-8."""
        return self._add(iter([text.encode()]))

    def read_section(self, value: Any) -> bytes:
        """The exact bytes of a section."""
        from mithaq.core.encoding import encode_canonical

        if isinstance(value, dict) and set(value) == {"path"}:
            return b"".join(self._read_chunks(self.folder / str(value["path"])))
        if not isinstance(value, dict):
            raise MalformedError("bad_member", "a section is an object, or {path}")
        return encode_canonical(value)

    def blob_entries(self, listed: Any) -> list[dict[str, Any]]:
        """``blobs`` of an envelope from the ``blobs`` of a document."""
        if not isinstance(listed, list):
            raise MalformedError("bad_member", "blobs is a list")
        return [self._blob_entry(one) for one in listed]

    def _blob_entry(self, one: Any) -> dict[str, Any]:
        fields = {"path": one} if isinstance(one, str) else one
        if not isinstance(fields, dict):
            raise MalformedError("bad_member", "a blob is a path, or {path, media, name}")
        check_members(fields, frozenset({"path", "media", "name"}))
        path = demand(fields, "path", str)
        name = str(fields.get("name") or Path(path).name)
        media = self._recognize(name, fields.get("media") or "", self.folder / path)
        sha256, size = self.add_file(path)
        return {"sha256": sha256, "size": size, "media": media, "name": name}

    def _recognize(self, name: str, declared: str, path: Path) -> str:
        """The media type of a file that is taken: the same rule as on pages and over the API."""
        from mithaq.formats.attachments.kinds import MAX_FILE_BYTES, recognize_file

        data = bytearray()
        for chunk in self._read_chunks(path):
            data += chunk
            if len(data) > MAX_FILE_BYTES:
                raise MalformedError("upload_size", f"{path} is over 100 MiB")
        return recognize_file(name, declared, bytes(data))

    def _read_chunks(self, path: Path) -> Iterator[bytes]:
        try:
            with path.open("rb") as file:
                while chunk := file.read(CHUNK_BYTES):
                    yield chunk
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise MissingError("file", f"there is no file {path}") from error
        except OSError as error:
            raise UnavailableError("disk", f"{path} cannot be read: {error.strerror}") from error

    def _add(self, chunks: Iterator[bytes]) -> tuple[str, int]:
        if not self.is_dry:
            return self.blobs.add(chunks)
        from hashlib import sha256

        digest, size = sha256(), 0
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
        return digest.hexdigest(), size


def folder_of(name: str) -> Path:
    """The folder that paths in a document count from; the current one for stdin."""
    return Path.cwd() if name == "-" else Path(name).parent


def envelope_fields(document: Mapping[str, Any], files: Attachments) -> dict[str, Any]:
    """Fields of the envelope that the author chooses."""
    fields = {name: document[name] for name in ENVELOPE_MEMBERS if name in document}
    if "lang" not in fields and isinstance(fields.get("subject"), dict) and fields["subject"]:
        fields["lang"] = sorted(fields["subject"])
    if document.get("blobs"):
        fields["blobs"] = files.blob_entries(document["blobs"])
    return fields


def read_note(document: Mapping[str, Any], files: Attachments, recipients: list[str]) -> "NoteContent":
    """A note from its document; ``recipients`` are added to ``to``.

    Raises:
        MalformedError: ``unknown_member``, ``member_missing``, ``bad_member``. MissingError: ``file``.
    """
    from mithaq.core.types import AdministrationCode
    from mithaq.node.append.submit import NoteContent

    check_members(document, NOTE_MEMBERS)
    named = demand({"to": [], **document}, "to", list)
    codes = sorted({*map(str, named), *recipients})
    if not codes:
        raise MalformedError("member_missing", "the note names no recipient: give to, or --to CODE")
    sections = demand({"sections": {}, **document}, "sections", dict)
    return NoteContent(
        object_kind=demand(document, "object_kind", str),
        recipients=[AdministrationCode(code) for code in codes],
        body=demand(document, "body", dict),
        fields=envelope_fields(document, files),
        sections={name: files.read_section(value) for name, value in sections.items()},
        object_v=demand({"object_v": 1, **document}, "object_v", int),
    )


def read_reply(document: Mapping[str, Any], files: Attachments) -> tuple[dict[str, Any], dict[str, Any]]:
    """(body, envelope fields) of a reply."""
    if not isinstance(document.get("body"), dict):
        return dict(document), {}
    check_members(document, REPLY_MEMBERS)
    return dict(document["body"]), envelope_fields(document, files)


def read_signatories(document: Mapping[str, Any]) -> "list[Signatory]":
    """``signatories`` of an instrument."""
    from mithaq.core.instruments.manifest import Signatory
    from mithaq.core.types import AdministrationCode

    found = []
    for one in demand(document, "signatories", list):
        if not isinstance(one, dict):
            raise MalformedError("bad_member", "a signatory is {administration, post}")
        check_members(one, frozenset({"administration", "post"}))
        found.append(
            Signatory(AdministrationCode(demand(one, "administration", str)), demand(one, "post", str))
        )
    return found


def read_parts(document: Mapping[str, Any], files: Attachments) -> "list[Part]":
    """``parts`` of an instrument, each stored as a blob."""
    return [_read_part(one, files) for one in demand({"parts": [], **document}, "parts", list)]


def _read_part(one: Any, files: Attachments) -> "Part":
    from mithaq.core.instruments.manifest import Part

    if not isinstance(one, dict):
        raise MalformedError("bad_member", "a part is {name, lang, media, file or text}")
    check_members(one, frozenset({"name", "lang", "media", "file", "text"}))
    if ("file" in one) == ("text" in one):
        raise MalformedError("bad_member", "a part has either a file or a text")
    is_text = "text" in one
    sha256, size = (
        files.add_text(demand(one, "text", str)) if is_text else files.add_file(demand(one, "file", str))
    )
    media = one.get("media") or ("text/plain;charset=utf-8" if is_text else "application/octet-stream")
    return Part(demand(one, "name", str), demand(one, "lang", str), media, sha256, size)


def part_blobs(parts: "list[Part]") -> list[dict[str, Any]]:
    """``blobs`` of the envelope of a proposal: its parts, so that the signatories may fetch them."""
    found = {}
    for part in parts:
        found[part.sha256] = {
            "sha256": part.sha256,
            "size": part.size_bytes,
            "media": part.media,
            "name": f"{part.name}.{part.lang}",
        }
    return list(found.values())
