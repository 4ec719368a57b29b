"""How instruments hang on one another, in the database: dates asked of others, texts replaced by others."""

from collections.abc import Sequence
from datetime import date

from mithaq.adapters.store.rows import Row, execute, execute_many, marks, maybe_from_ms, query
from mithaq.core.encoding import to_ms
from mithaq.core.instruments.state import OtherVersion
from mithaq.core.types import AdministrationCode
from mithaq.node.records import InstrumentLink, NearVersions

VERSION_COLUMNS = "content_hash, entry_into_force_on, start_ms, settled_ms, signatories"

_OTHER_COLUMNS = ", ".join(f"other.{name}" for name in VERSION_COLUMNS.split(", "))
NEAR = f"""SELECT 'replaces', own.content_hash, {_OTHER_COLUMNS} FROM store_instrumentversion AS own
    LEFT JOIN store_instrumentlink AS link
    ON link.other_hash = own.content_hash AND link.relation = 'replaces'
    LEFT JOIN store_instrumentversion AS other ON other.content_hash = link.own_hash
    WHERE own.object_id IN ({{places}})
    UNION ALL SELECT link.relation, link.other_hash, {_OTHER_COLUMNS} FROM store_instrumentlink AS link
    JOIN store_instrumentversion AS other ON other.content_hash = link.other_hash
    WHERE link.relation = 'depends_on' AND link.object_id IN ({{places}})"""


class InstrumentLinks:
    """The part of ``node.ports.Projections`` about versions and links."""

    def save_versions(
        self, object_id: str, versions: Sequence[OtherVersion], links: Sequence[InstrumentLink]
    ) -> None:
        """Replace versions and links of one instrument."""
        execute("DELETE FROM store_instrumentversion WHERE object_id = %s", (object_id,))
        execute("DELETE FROM store_instrumentlink WHERE object_id = %s", (object_id,))
        execute_many(
            f"INSERT INTO store_instrumentversion (object_id, {VERSION_COLUMNS}) VALUES (%s, %s, %s,"
            " %s, %s, %s)",
            [(object_id, *_values(version)) for version in versions],
        )
        execute_many(
            "INSERT INTO store_instrumentlink (object_id, own_hash, other_hash, relation) VALUES"
            " (%s, %s, %s, %s)",
            [(object_id, link.own_hash, link.other_hash, link.relation) for link in links],
        )

    def versions_of(self, object_id: str) -> list[OtherVersion]:
        """Versions of one instrument."""
        return _select("object_id = %s", (object_id,))

    def find_version(self, content_hash: str) -> OtherVersion | None:
        """The version with that hash."""
        return next(iter(_select("content_hash = %s", (content_hash,))), None)

    def find_successors(self, content_hash: str) -> list[OtherVersion]:
        """Versions that replace that hash."""
        return _select(
            "content_hash IN (SELECT own_hash FROM store_instrumentlink"
            " WHERE other_hash = %s AND relation = 'replaces')",
            (content_hash,),
        )

    def near_versions(self, object_ids: Sequence[str]) -> NearVersions:
        """Versions at the other end of the links of these instruments."""
        successors: dict[str, list[OtherVersion]] = {}
        named: dict[str, OtherVersion] = {}
        places = marks(len(object_ids))
        found = query(NEAR.format(places=places), [*object_ids, *object_ids]) if object_ids else []
        for relation, content_hash, *columns in found:
            if relation == "depends_on":
                named.setdefault(content_hash, _version(columns))
                continue
            known = successors.setdefault(content_hash, [])
            if columns[0] is not None:
                known.append(_version(columns))
        return NearVersions(successors, named)

    def dependents(self, object_id: str, content_hashes: Sequence[str]) -> list[str]:
        """Objects to fold again when these versions changed."""
        if not content_hashes:
            return []
        places = marks(len(content_hashes))
        found = query(
            f"SELECT object_id FROM store_instrumentlink WHERE other_hash IN ({places})"
            " UNION SELECT version.object_id FROM store_instrumentlink AS link"
            " JOIN store_instrumentversion AS version ON version.content_hash = link.other_hash"
            f" WHERE link.relation = 'replaces' AND link.own_hash IN ({places})",
            [*content_hashes, *content_hashes],
        )
        return sorted(row[0] for row in found if row[0] != object_id)


def _values(version: OtherVersion) -> Row:
    return (
        version.content_hash,
        version.entry_into_force_on.isoformat() if version.entry_into_force_on else None,
        to_ms(version.start_at) if version.start_at else None,
        to_ms(version.settled_at) if version.settled_at else None,
        " ".join(version.signatories),
    )


def _select(where: str, values: Sequence[object]) -> list[OtherVersion]:
    found = query(f"SELECT {VERSION_COLUMNS} FROM store_instrumentversion WHERE {where} ORDER BY id", values)
    return [_version(row) for row in found]


def _version(row: Row) -> OtherVersion:
    return OtherVersion(
        content_hash=row[0],
        entry_into_force_on=date.fromisoformat(row[1]) if row[1] else None,
        start_at=maybe_from_ms(row[2]),
        settled_at=maybe_from_ms(row[3]),
        signatories=tuple(AdministrationCode(code) for code in row[4].split()),
    )
