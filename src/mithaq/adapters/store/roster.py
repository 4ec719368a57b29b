"""Partners, root versions, alarms, evidence and settings: small tables, through the ORM."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import orjson

from mithaq.adapters.store import models
from mithaq.adapters.store.engine import write_transaction
from mithaq.adapters.store.lost_connection import with_engine_errors
from mithaq.adapters.store.rows import execute, marks, maybe_from_ms, query
from mithaq.core.acts.revocations import Revocation, add_revocation
from mithaq.core.encoding import encode_base64, from_ms, parse_base64, to_ms
from mithaq.core.types import AdministrationCode, Origin, TreeSize
from mithaq.errors import MissingError
from mithaq.node.ports.roster import MOST_EVIDENCE
from mithaq.node.records import Alarm, Partner


@with_engine_errors()
class DatabaseRoster:
    """Implements ``node.ports.Roster``."""

    def codes(self) -> list[AdministrationCode]:
        """Codes of all partners, sorted."""
        return sorted(AdministrationCode(code) for (code,) in query("SELECT code FROM store_partner"))

    def partners(self) -> list[Partner]:
        """All, sorted by code."""
        return [self._partner(row) for row in sorted(models.Partner.objects.all(), key=lambda row: row.code)]

    def partner(self, code: AdministrationCode) -> Partner:
        """One partner."""
        row = models.Partner.objects.filter(code=code).first()
        if row is None:
            raise MissingError("partner", "no administration of that code is on the roster")
        return self._partner(row)

    def save(self, partner: Partner) -> None:
        """Insert or replace."""
        models.Partner.objects.update_or_create(
            code=partner.code,
            defaults={
                "origin": partner.origin,
                "name": partner.name,
                "base_url": partner.base_url,
                "pinned_sha256": partner.pinned_sha256,
                "tls_ca": orjson.dumps(list(partner.tls_ca)).decode(),
                "client_spki_sha256": orjson.dumps(list(partner.client_spki_sha256)).decode(),
                "health": partner.health,
            },
        )

    def set_contact(self, code: AdministrationCode, at: datetime, health: str) -> None:
        """Note the last contact."""
        execute(
            "UPDATE store_partner SET last_contact_ms = %s, health = %s WHERE code = %s",
            (to_ms(at), health, code),
        )

    def root_versions(self, code: AdministrationCode) -> list[bytes]:
        """Root files, version 1 first."""
        found = models.RootVersion.objects.filter(administration=code).order_by("version")
        return [bytes(document) for document in found.values_list("document", flat=True)]

    def last_root(self, code: AdministrationCode) -> bytes:
        """Root file of the highest verified version."""
        found = query(
            "SELECT document FROM store_rootversion WHERE administration = %s ORDER BY version DESC LIMIT 1",
            (code,),
        )
        return bytes(found[0][0]) if found else b""

    def revocations(self, code: AdministrationCode) -> dict[str, Revocation]:
        """Revoked keys, by keyid."""
        return self.revocations_of([code])[code]

    def revocations_of(
        self, codes: Iterable[AdministrationCode]
    ) -> dict[AdministrationCode, dict[str, Revocation]]:
        """As ``revocations``, for several in one statement."""
        known: dict[AdministrationCode, dict[str, Revocation]] = {code: {} for code in codes}
        if not known:
            return known
        found = query(
            "SELECT administration, keyid, last_good_size, reason FROM store_revocation"
            f" WHERE administration IN ({marks(len(known))})",
            list(known),
        )
        for code, keyid, size, reason in found:
            known[AdministrationCode(code)][keyid] = Revocation(keyid, TreeSize(size), reason)
        return known

    def add_revocation(self, code: AdministrationCode, revocation: Revocation) -> None:
        """Keep a revocation; the smaller size counts."""
        known = add_revocation(self.revocations(code), revocation)[revocation.keyid]
        models.Revocation.objects.update_or_create(
            administration=code,
            keyid=known.keyid,
            defaults={"last_good_size": known.last_good_size, "reason": known.reason},
        )

    def add_root(self, code: AdministrationCode, version: int, document: bytes) -> None:
        """Keep a verified root file."""
        models.RootVersion.objects.get_or_create(
            administration=code, version=version, defaults={"document": document}
        )

    def _partner(self, row: models.Partner) -> Partner:
        code = AdministrationCode(row.code)
        versions = self.root_versions(code)
        return Partner(
            code=code,
            origin=Origin(row.origin),
            name=row.name,
            base_url=row.base_url,
            root=versions[-1] if versions else b"",
            pinned_sha256=row.pinned_sha256,
            tls_ca=tuple(orjson.loads(row.tls_ca)),
            client_spki_sha256=tuple(orjson.loads(row.client_spki_sha256)),
            last_contact_at=maybe_from_ms(row.last_contact_ms),
            health=row.health,
        )


@with_engine_errors()
class DatabaseAlarms:
    """Implements ``node.ports.AlarmStore``."""

    def raise_alarm(self, alarm: Alarm) -> bool:
        """Keep it once per (code, subject)."""
        _, is_new = models.Alarm.objects.get_or_create(
            code=alarm.code,
            subject=alarm.subject,
            defaults={"at_ms": to_ms(alarm.at), "detail": alarm.detail},
        )
        return is_new

    def alarms(self) -> list[Alarm]:
        """All that stand, oldest first."""
        return [
            Alarm(row.code, row.subject, from_ms(row.at_ms), row.detail)
            for row in models.Alarm.objects.order_by("id")
        ]

    def clear(self, code: str, subject: str) -> None:
        """End an alarm whose cause is gone."""
        # Looked for first: it is hardly ever there, and to delete takes the place of the one writer.
        if query("SELECT 1 FROM store_alarm WHERE code = %s AND subject = %s", (code, subject)):
            execute("DELETE FROM store_alarm WHERE code = %s AND subject = %s", (code, subject))

    def keep_evidence(self, origin: Origin, kind: str, notes: Sequence[bytes]) -> None:
        """Keep SignedNotes verbatim."""
        packed = orjson.dumps([encode_base64(note) for note in notes])
        known = models.Evidence.objects.filter(origin=origin, kind=kind)
        if known.count() < MOST_EVIDENCE and not known.filter(notes=packed).exists():
            models.Evidence.objects.create(origin=origin, kind=kind, notes=packed)

    def evidence(self, origin: Origin) -> list[tuple[str, list[bytes]]]:
        """What is kept about that log."""
        found = models.Evidence.objects.filter(origin=origin).order_by("id")
        return [(row.kind, [parse_base64(note) for note in orjson.loads(bytes(row.notes))]) for row in found]


class DatabaseWitnessed:
    """Implements ``node.ports.WitnessStore``."""

    def last(self, origin: Origin) -> bytes:
        """The note last cosigned; empty before the first."""
        found = query("SELECT note FROM store_witnessed WHERE origin = %s", (origin,))
        return bytes(found[0][0]) if found else b""

    def replace(self, origin: Origin, old: bytes, new: bytes) -> bool:
        """Compare-and-swap; durable on return."""
        with write_transaction():
            if not old:
                sql = "INSERT INTO store_witnessed (origin, note) VALUES (%s, %s) ON CONFLICT DO NOTHING"
                return execute(sql, (origin, new)) == 1
            sql = "UPDATE store_witnessed SET note = %s WHERE origin = %s AND note = %s"
            return execute(sql, (new, origin, old)) == 1


@with_engine_errors()
class DatabaseSettings:
    """Implements ``node.ports.Settings``."""

    def get(self, name: str) -> str | None:
        """Value, or None."""
        found = query("SELECT value FROM store_setting WHERE name = %s", (name,))
        return str(found[0][0]) if found else None

    def set(self, name: str, value: str | None) -> None:
        """Set, or remove with None."""
        if value is None:
            models.Setting.objects.filter(name=name).delete()
        else:
            models.Setting.objects.update_or_create(name=name, defaults={"value": value})
