"""The text that a proposal would carry, whole: a hash of a part says nothing to a reader."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mithaq.core.instruments.manifest import read_manifest
from mithaq.node.node import Node
from mithaq.node.read.whole_data import with_long
from mithaq.web.two_columns import Row, line_members, make_rows

_OF_READING: Final = frozenset({"eid", "no", "heading", "title", "text"})
_OF_MAKING: Final = frozenset({"op", "after", "original", "from_hash", "by_post"})


@dataclass(frozen=True, slots=True)
class WholeText:
    """A version as it would be sent.

    Attributes:
        data: with its long members in place.
        rows: in two columns, Arabic and French; texts that go as files too.
        titles: by language.
        places: beginnings of the names of fields that belong to single lines.
        says_more: whether lines have members that two columns do not show.
    """

    data: Mapping[str, Any]
    rows: tuple[Row, ...]
    titles: Mapping[str, str]
    places: tuple[str, ...]
    says_more: bool


def read_whole_text(node: Node, body: Mapping[str, Any]) -> WholeText | None:
    """The text in the body of a proposal; None where it carries none.

    Raises:
        MalformedError: as ``read_manifest``.
    """
    members = body.get("manifest")
    if not isinstance(members, Mapping):
        return None
    manifest = read_manifest(members)
    data = with_long(manifest.data or {}, manifest.parts, node.blobs)
    names = line_members(data)
    titles = data.get("title")
    return WholeText(
        data,
        tuple(make_rows(data, manifest.parts, node.blobs)),
        titles if isinstance(titles, Mapping) else {},
        tuple(f"manifest.data.{name}." for name in names),
        any(_says_more(each) for name in names for each in _lines(data[name])),
    )


def _lines(value: object) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _says_more(line: Mapping[str, Any]) -> bool:
    return bool(line.keys() - _OF_READING - _OF_MAKING)
