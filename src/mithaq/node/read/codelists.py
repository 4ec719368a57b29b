"""The code list that counts now: what is co-signed and in force, over the list the program starts with."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import reduce
from typing import cast

from mithaq.core.codelists import START_LISTS, Codelist, merge_lists, parse_codelist
from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.core.instruments.manifest import Manifest, read_manifest
from mithaq.errors import MissingError
from mithaq.node.ports import Store
from mithaq.node.records import InstrumentRow

OBJECT_KIND = "reference.codelist"
_CARRIERS = (InstrumentKind.PROPOSE, InstrumentKind.COUNTER)


def read_codelist(store: Store, name: str, on: date) -> Codelist:
    """The list of that name on a day: the start list, then every co-signed one as it entered into force.

    Raises:
        MissingError: ``codelist_missing``; neither the program nor a co-signed text has one.
    """
    signed = [one for one in _signed_lists(store, on) if one.name == name]
    start = START_LISTS.get(name)
    if start is None and not signed:
        raise MissingError("codelist_missing", "there is no code list of that name")
    return reduce(merge_lists, signed, start or Codelist(name, ()))


def find_manifest(store: Store, row: InstrumentRow, content_hash: str | None = None) -> Manifest | None:
    """The version of an instrument with that content hash, by default the one that stands."""
    wanted = content_hash or row.content_hash
    for act in store.acts.of_objects([row.object_id])[row.object_id]:
        if act.parsed.kind in _CARRIERS:
            manifest = read_manifest(cast("Mapping[str, object]", act.parsed.body["manifest"]))
            if manifest.content_hash == wanted:
                return manifest
    return None


def _signed_lists(store: Store, on: date) -> Iterator[Codelist]:
    """Lists that have entered into force by that day; one that was replaced since still gives its codes."""
    entered = [
        (str(version["entry_into_force_on"]), row.object_id, row, str(version["content_hash"]))
        for row in store.projections.instruments(object_kind=OBJECT_KIND)
        for version in row.versions
        if str(version.get("entry_into_force_on") or "9999") <= on.isoformat()
    ]
    for _, _, row, content_hash in sorted(entered, key=lambda one: (one[0], one[1], one[3])):
        manifest = find_manifest(store, row, content_hash)
        if manifest is not None and manifest.data is not None:
            yield parse_codelist(manifest.data)
