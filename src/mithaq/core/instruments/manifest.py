"""What one version of an instrument consists of, and the hash that every signatory signs.

A manifest is a canonical object, carried whole in the body of ``instrument.propose`` and
``instrument.counter``::

    {v: 1, object, version, object_kind, object_v, previous?, supersedes[],
     signatories[{administration, post}], parts[{name, lang, media, sha256, size}], data?,
     effect{rule, …}}                                                     see ``effect.py``

``object`` is the id of the first act of the instrument, which the proposer makes before the
manifest. Version 1 has no ``previous``; every later one names the content hash of the version it
was made from. ``signatories`` (by administration), ``supersedes`` and ``notifications`` are sorted
and hold nothing twice, so that one agreement has one hash. Members that this schema does not know
are kept, and stand under the hash as all others do.

Spec: docs/spec 9.1.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from mithaq.core.encoding import encode_canonical, parse_canonical
from mithaq.core.instruments import members as read
from mithaq.core.instruments.effect import MAX_SIGNATORIES, Effect, fill_effect, read_effect
from mithaq.core.instruments.lines import is_line_name
from mithaq.core.types import AdministrationCode
from mithaq.errors import MalformedError

CONTENT_HASH_PREFIX: Final = b"mithaq/instrument/v1\x00"
MANIFEST_VERSION: Final = 1

MIN_SIGNATORIES: Final = 2
MAX_PARTS: Final = 256
MAX_SUPERSEDES: Final = 64
MAX_VERSION: Final = 9_999
MAX_POST_CHARS: Final = 128

_OBJECT_KIND = re.compile(r"[a-z][a-z0-9_]{0,31}\.[a-z][a-z0-9_]{0,31}", re.ASCII)
_TOKEN = r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}"
_MEDIA = re.compile(rf"{_TOKEN}/{_TOKEN}(?:;[ -~]{{1,128}})?", re.ASCII)
_LANG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Signatory:
    """An administration that is to sign, and the post that signs for it."""

    administration: AdministrationCode
    post: str


@dataclass(frozen=True, slots=True)
class Part:
    """One text, table or attachment of a version: a blob named by its hash.

    Attributes:
        name: what ``scope`` of a suspension names; one name may stand once in each language.
        lang: BCP 47 tag.
        sha256: 64 lower-case hex characters.
    """

    name: str
    lang: str
    media: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """One immutable version.

    Attributes:
        object_id: id of the first act of the instrument.
        content_hash: hex of ``H("mithaq/instrument/v1" || 00 || canonical bytes)``.
        members: the object as it was received, with every member this schema does not know.
    """

    object_id: str
    version: int
    object_kind: str
    object_v: int
    previous: str | None
    supersedes: tuple[str, ...]
    signatories: tuple[Signatory, ...]
    parts: tuple[Part, ...]
    data: Mapping[str, object] | None
    effect: Effect
    content_hash: str
    members: Mapping[str, object] = field(repr=False)

    @property
    def administrations(self) -> tuple[AdministrationCode, ...]:
        """Codes of the signatories, sorted."""
        return tuple(signatory.administration for signatory in self.signatories)

    def post_of(self, administration: AdministrationCode) -> str | None:
        """The post that signs for ``administration``; None when it is no signatory."""
        for signatory in self.signatories:
            if signatory.administration == administration:
                return signatory.post
        return None

    def knows_scope(self, scope: Iterable[str]) -> bool:
        """Whether each name is that of a part, or has the form of a line.

        Which lines a text has is for its register to say: they stand in ``data``, or in a part.
        """
        parts = {part.name for part in self.parts}
        return all(name in parts or is_line_name(name) for name in scope)

    def encode(self) -> bytes:
        """The canonical bytes, unknown members included."""
        return encode_canonical(self.members)


def hash_manifest(canonical: bytes) -> str:
    """Answer the content hash, 64 hex characters, of a manifest's canonical bytes."""
    return hashlib.sha256(CONTENT_HASH_PREFIX + canonical).hexdigest()


def parse_manifest(data: bytes) -> Manifest:
    """Read the canonical bytes of a manifest.

    Raises:
        MalformedError: as ``parse_canonical`` and ``read_manifest``.
    """
    return read_manifest(parse_canonical(data))


def read_manifest(members: Mapping[str, object]) -> Manifest:
    """Read a manifest that stands in the body of an act.

    Raises:
        MalformedError: ``no_entry_into_force_rule`` when the effect names no rule, ``not_sorted``,
            ``bad_member``, ``unknown_manifest_version``, or a code of the canonical JSON profile.
    """
    if read.read_int(members, "v", 0, MAX_VERSION) != MANIFEST_VERSION:
        raise MalformedError("unknown_manifest_version", "the manifest is of an unknown version")
    version = read.read_int(members, "version", 1, MAX_VERSION)
    signatories = _read_signatories(members)
    return Manifest(
        object_id=read.read_id(members, "object"),
        version=version,
        object_kind=read.read_pattern(members, "object_kind", _OBJECT_KIND),
        object_v=read.read_int(members, "object_v", 1, MAX_VERSION),
        previous=_read_previous(members, version),
        supersedes=_read_supersedes(members),
        signatories=signatories,
        parts=_read_parts(members),
        data=read.read_object(members, "data") if "data" in members else None,
        effect=read_effect(members, [signatory.administration for signatory in signatories]),
        content_hash=hash_manifest(encode_canonical(members)),
        members=members,
    )


def build_manifest(
    *,
    object_id: str,
    object_kind: str,
    object_v: int,
    signatories: Sequence[Signatory],
    effect: Mapping[str, object],
    version: int = 1,
    previous: str | None = None,
    supersedes: Sequence[str] = (),
    parts: Sequence[Part] = (),
    data: Mapping[str, object] | None = None,
) -> Manifest:
    """Make a version; arrays without order are sorted here, and defaults of ``effect`` written out.

    Args:
        object_id: UUIDv7, id of the first act of the instrument.
        object_kind: ``register.name``.
        object_v: schema version of ``object_kind``, 1..9999.
        signatories: 2..33, in any order.
        effect: members as on the wire; ``rule`` at least.
        version: 1..9999.
        previous: content hash of the version before; for every version but the first.
        supersedes: content hashes of other instruments' versions that this one replaces.
        parts: texts and attachments, in the order they are to be shown.
        data: fields of the ``object_kind``.

    Raises:
        MalformedError: as ``read_manifest``.
    """
    ordered = sorted(signatories, key=lambda signatory: signatory.administration)
    members: dict[str, object] = {
        "v": MANIFEST_VERSION,
        "object": object_id,
        "version": version,
        "object_kind": object_kind,
        "object_v": object_v,
        "supersedes": sorted(supersedes),
        "signatories": [{"administration": each.administration, "post": each.post} for each in ordered],
        "parts": [_write_part(part) for part in parts],
        "effect": fill_effect(effect, [each.administration for each in ordered]),
    }
    if previous is not None:
        members["previous"] = previous
    if data is not None:
        members["data"] = data
    return read_manifest(members)


def _write_part(part: Part) -> dict[str, object]:
    return {
        "name": part.name,
        "lang": part.lang,
        "media": part.media,
        "sha256": part.sha256,
        "size": part.size_bytes,
    }


def _read_previous(members: Mapping[str, object], version: int) -> str | None:
    if ("previous" in members) != (version > 1):
        raise read.bad_member("previous", "there exactly for versions after the first")
    return read.read_hash(members, "previous") if version > 1 else None


def _read_supersedes(members: Mapping[str, object]) -> tuple[str, ...]:
    hashes = read.read_texts(members, "supersedes", 0, MAX_SUPERSEDES)
    for each in hashes:
        read.check_hash(each, "supersedes")
    return hashes


def _read_signatories(members: Mapping[str, object]) -> tuple[Signatory, ...]:
    found = tuple(
        Signatory(read.read_code(each, "administration"), read.read_text(each, "post", MAX_POST_CHARS))
        for each in read.read_objects(members, "signatories", MIN_SIGNATORIES, MAX_SIGNATORIES)
    )
    read.check_sorted([signatory.administration for signatory in found], "signatories")
    return found


def _read_parts(members: Mapping[str, object]) -> tuple[Part, ...]:
    parts = tuple(
        Part(
            name=read.read_text(each, "name", 128),
            lang=read.read_pattern(each, "lang", _LANG),
            media=read.read_pattern(each, "media", _MEDIA),
            sha256=read.read_hash(each, "sha256"),
            size_bytes=read.read_int(each, "size", 0, read.MAX_SAFE_INTEGER),
        )
        for each in read.read_objects(members, "parts", 0, MAX_PARTS)
    )
    if len({(part.name, part.lang) for part in parts}) != len(parts):
        raise read.bad_member("parts", "free of two parts with one name and language")
    return parts
