"""The data of a version where it is too long for its manifest: members that stand in a part (spec 9.1).

A part of the media type ``application/vnd.mithaq.data+json`` holds the canonical JSON of an object whose
members belong to ``data``. ``data.long`` names them, so that no other member can be slipped in with a blob.
The content hash covers the part by its hash, so what is signed is the same either way.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from mithaq.core.encoding import check_submittable, encode_canonical, parse_canonical
from mithaq.core.instruments.manifest import Manifest, Part
from mithaq.errors import MissingError, MithaqError
from mithaq.node.blobs import Blobs

DATA_MEDIA: Final = "application/vnd.mithaq.data+json"
DATA_LANG: Final = "mul"
INLINE_BYTES: Final = 49_152
"""Members up to this size stay in the manifest: the act then says all of itself."""

MAX_LONG_BYTES: Final = 4_194_304


def read_data(manifest: Manifest, blobs: Blobs) -> dict[str, Any]:
    """Data of a version with its long members in place.

    Raises:
        MissingError: ``blob``; the part is not here yet.
        MalformedError: the part is not the canonical JSON of an object.
    """
    data = dict(manifest.data or {})
    wanted = _named(data)
    for part in manifest.parts:
        if wanted - data.keys() and is_data_part(part):
            members = parse_canonical(_read(part, blobs), max_bytes=MAX_LONG_BYTES)
            data |= {name: members[name] for name in wanted if name in members and name not in data}
    if wanted - data.keys():
        raise MissingError("blob", "a part of this text is not here")
    return data


def with_long(data: Mapping[str, Any], parts: Sequence[Part], blobs: Blobs) -> Mapping[str, Any]:
    """The same for pages: what is not here, or cannot be read, is left out."""
    found = dict(data)
    wanted = _named(found)
    for part in parts:
        if not wanted - found.keys() or not is_data_part(part):
            continue
        try:
            members = parse_canonical(_read(part, blobs), max_bytes=MAX_LONG_BYTES)
        except MithaqError:
            continue
        found |= {name: members[name] for name in wanted if name in members and name not in found}
    return found


def _named(data: Mapping[str, Any]) -> set[str]:
    named = data.get("long")
    return {str(each) for each in named} if isinstance(named, list | tuple) else set()


def is_data_part(part: Part) -> bool:
    """Whether a part holds members of the data, and is no attachment of its own."""
    return part.media == DATA_MEDIA


def split_data(
    data: Mapping[str, Any], blobs: Blobs, names: Sequence[str], *, most_bytes: int = INLINE_BYTES
) -> tuple[dict[str, Any], list[Part]]:
    """Data as the manifest carries it, and the part that holds what is too long for it.

    Args:
        data: whole.
        blobs: of this node; the part is stored there.
        names: members that may be put into a part.
        most_bytes: canonical bytes of these members up to which nothing is put into one.

    The envelope of the proposal names the part among its ``blobs``, as it does all parts: ``name_blobs``.

    Raises:
        MalformedError: as ``encode_canonical`` and ``check_submittable``.
    """
    plain = {name: value for name, value in data.items() if name != "long"}
    long = {name: plain[name] for name in names if plain.get(name)}
    encoded = encode_canonical(long, max_bytes=MAX_LONG_BYTES)
    check_submittable(encoded)
    if len(encoded) <= most_bytes:
        return plain, []
    sha256, size_bytes = blobs.add(iter([encoded]))
    part = Part("data", DATA_LANG, DATA_MEDIA, sha256, size_bytes)
    return {**{name: plain[name] for name in plain if name not in long}, "long": sorted(long)}, [part]


def name_blobs(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """Parts as the ``blobs`` of an envelope."""
    found = {part.sha256: part for part in parts}
    return [
        {"sha256": part.sha256, "size": part.size_bytes, "media": part.media, "name": part.name}
        for part in found.values()
    ]


def _read(part: Part, blobs: Blobs) -> bytes:
    if part.size_bytes > MAX_LONG_BYTES or not blobs.is_whole(part.sha256):
        raise MissingError("blob", "a part of this text is not here")
    chunks = (part.size_bytes + _CHUNK_BYTES - 1) // _CHUNK_BYTES
    return b"".join(blobs.read_chunk(part.sha256, number) for number in range(chunks))


_CHUNK_BYTES: Final = 1_048_576
