"""The folder of a node: where each thing lies, and the choices in ``node.toml``."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from mithaq.adapters.durable import PRIVATE_FILE, disk_errors, replace_file
from mithaq.adapters.http.certificate import Certificate
from mithaq.core.encoding import check_administration_code
from mithaq.core.types import AdministrationCode, Origin
from mithaq.errors import MalformedError, MissingError
from mithaq.node.node import Identity

TomlValue: TypeAlias = "str | bool | int | list[str] | Mapping[str, TomlValue]"

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Home:
    """Paths of a node's folder. Only names are made here; nothing is created."""

    folder: Path

    @property
    def choices(self) -> Path:
        """``node.toml``, 0600."""
        return self.folder / "node.toml"

    @property
    def keys(self) -> Path:
        """Private keys, 0700."""
        return self.folder / "keys"

    @property
    def kek(self) -> Path:
        """Wraps the data keys; 32 bytes."""
        return self.keys / "kek"

    @property
    def blob_index(self) -> Path:
        """Names the files of attachments; 32 bytes."""
        return self.keys / "blob-index"

    @property
    def transport_key(self) -> Path:
        """Signs the requests to partners."""
        return self.keys / "transport.key"

    @property
    def offline(self) -> Path:
        """Root keys, to be taken away after ``node init``; 0700."""
        return self.folder / "offline"

    @property
    def roots(self) -> Path:
        """Own root files, ``1.json`` and so on; public."""
        return self.folder / "roots"

    def root_file(self, version: int) -> Path:
        """Own root file of that version (DSSE)."""
        return self.roots / f"{version}.json"

    @property
    def tls(self) -> Path:
        """Own authority and certificates, 0700."""
        return self.folder / "tls"

    @property
    def tls_ca(self) -> Path:
        """Certificate of the own authority; goes into the card."""
        return self.tls / "ca.pem"

    @property
    def tls_ca_key(self) -> Path:
        """Its key, for renewals."""
        return self.tls / "ca.key"

    @property
    def server_certificate(self) -> Certificate:
        """What the node shows to those who call it."""
        return Certificate(self.tls / "server.pem", self.tls / "server.key")

    @property
    def client_certificate(self) -> Certificate:
        """What it shows to partners that it calls."""
        return Certificate(self.tls / "client.pem", self.tls / "client.key")

    @property
    def signer(self) -> Path:
        """The signer's own head, 0700."""
        return self.folder / "signer"

    @property
    def record(self) -> Path:
        """Database of the record (SQLite)."""
        return self.folder / "record.sqlite3"

    @property
    def ephemeral(self) -> Path:
        """Database of nonces; may be lost."""
        return self.folder / "ephemeral.sqlite3"

    @property
    def search(self) -> Path:
        """The search index beside SQLite; made anew when it is not there."""
        return self.folder / "search.sqlite3"

    @property
    def key_table(self) -> Path:
        """Wrapped data keys."""
        return self.folder / "keytable.sqlite3"

    @property
    def log(self) -> Path:
        """The served tree: ``tile/…``."""
        return self.folder / "log"

    @property
    def blobs(self) -> Path:
        """Sealed attachments."""
        return self.folder / "blobs"

    @property
    def run(self) -> Path:
        """Locks and the control socket."""
        return self.folder / "run"

    @property
    def sequencer_lock(self) -> Path:
        """Held by the one process that appends."""
        return self.run / "sequencer.lock"


@dataclass(frozen=True, slots=True)
class PostHolder:
    """A post that signs here, and who holds it today.

    Attributes:
        post: ``[a-z0-9][a-z0-9_.-]{0,63}``.
        holder: pseudonym that goes into ``actor``.
        rights: of its key in the root file.
    """

    post: str
    holder: str
    rights: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NodeChoices:
    """What ``node.toml`` holds.

    Attributes:
        identity: code, origin, name and address.
        posts: in the order of the file.
        tables: every other table, as ``database``, ``web``, ``cli``; kept as it is.
    """

    identity: Identity
    posts: tuple[PostHolder, ...] = ()
    tables: Mapping[str, TomlValue] = field(default_factory=dict)

    def holder_of(self, post: str) -> PostHolder:
        """The holder of a post.

        Raises:
            MissingError: ``post``.
        """
        for holder in self.posts:
            if holder.post == post:
                return holder
        raise MissingError("post", "There is no such post here.")

    def encode(self) -> bytes:
        """The bytes of ``node.toml``.

        Raises:
            MalformedError: ``choices``; a value has no form there.
        """
        who = self.identity
        posts: dict[str, TomlValue] = {
            holder.post: {"holder": holder.holder, "rights": list(holder.rights)} for holder in self.posts
        }
        top = {"code": who.code, "origin": who.origin, "name": who.name, "base_url": who.base_url}
        return encode_toml({**top, "posts": posts, **self.tables})


def encode_toml(values: Mapping[str, TomlValue]) -> bytes:
    """Writes strings, integers, booleans, lists of strings and tables of them.

    Raises:
        MalformedError: ``choices``.

    Spec: TOML 1.0.0.
    """
    try:
        return "\n".join(_write_table(values, ())).lstrip("\n").encode() + b"\n"
    except UnicodeEncodeError as error:
        raise MalformedError("choices", "A text has no UTF-8.") from error


def _write_table(values: Mapping[str, TomlValue], path: tuple[str, ...]) -> Iterator[str]:
    tables = {key: value for key, value in values.items() if isinstance(value, Mapping)}
    if path and (len(tables) < len(values) or not values):
        yield f"\n[{'.'.join(map(_write_key, path))}]"
    for key, value in values.items():
        if not isinstance(value, Mapping):
            yield f"{_write_key(key)} = {_write_value(value)}"
    for key, table in tables.items():
        yield from _write_table(table, (*path, key))


def _write_key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else _write_value(key)


def _write_value(value: TomlValue) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            # The escapes of JSON are escapes of TOML; it wants one character more escaped.
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case list() if all(isinstance(item, str) for item in value):
            return f"[{', '.join(map(_write_value, value))}]"
        case _:
            raise MalformedError("choices", "A value has no form in node.toml.")


def parse_choices(data: bytes) -> NodeChoices:
    """Reads ``node.toml``.

    Raises:
        MalformedError: ``choices``; not TOML, or a field missing or of another form.
    """
    try:
        values = tomllib.loads(data.decode())
        code, origin, name, base_url = (values.pop(key) for key in ("code", "origin", "name", "base_url"))
        posts = values.pop("posts", {})
        if not all(isinstance(value, str) for value in (code, origin, name, base_url)):
            raise MalformedError("choices")
        check_administration_code(code)
        holders = tuple(
            PostHolder(str(post), str(fields["holder"]), tuple(map(str, fields.get("rights", ()))))
            for post, fields in posts.items()
        )
    except (ValueError, KeyError, TypeError, AttributeError, MalformedError) as error:
        raise MalformedError("choices", "node.toml cannot be read.") from error
    identity = Identity(AdministrationCode(code), Origin(origin), name, base_url)
    return NodeChoices(identity, holders, values)


def load_choices(home: Home) -> NodeChoices:
    """The choices of the node in a folder.

    Raises:
        MissingError: ``home``; no node was made there.
        MalformedError: ``choices``.
        UnavailableError: ``disk``.
    """
    with disk_errors():
        try:
            data = home.choices.read_bytes()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise MissingError(
                "home", "There is no node in that folder; make one with: mithaq node init"
            ) from error
    return parse_choices(data)


def save_choices(home: Home, choices: NodeChoices) -> None:
    """Replaces ``node.toml``, 0600: it may hold a password of a database.

    Raises:
        MalformedError: ``choices``.
        UnavailableError: ``disk``.
    """
    replace_file(home.choices, choices.encode(), PRIVATE_FILE)
