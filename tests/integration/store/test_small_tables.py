"""``Roster``, ``AlarmStore``, ``WitnessStore``, ``Settings`` and ``NonceStore``."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mithaq.core.acts.revocations import Revocation
from mithaq.core.types import AdministrationCode, Origin, TreeSize
from mithaq.errors import MissingError
from mithaq.node.ports.roster import MOST_EVIDENCE
from mithaq.node.records import Alarm, JournalEntry

from .engines import OnPostgresql, OnSqlite
from .samples import LATER, NOW, OWN, OWN_LOG, PARTNER, PARTNER_LOG, THIRD_LOG, make_note, make_partner


class RosterContract:
    def test_partners_come_back(self, store: Any) -> None:
        partner = make_partner()
        store.roster.save(partner)
        assert store.roster.partner(PARTNER) == partner
        assert store.roster.partners() == [partner]
        changed = replace(partner, base_url="https://other.example", tls_ca=())
        store.roster.save(changed)
        assert store.roster.partners() == [changed]

    def test_codes_come_byte_by_byte(self, store: Any) -> None:
        codes = ["a", "a-b", "ab", "a-b-c", "b1", "b-1", "b"]
        for code in codes:
            store.roster.save(make_partner(AdministrationCode(code), Origin(f"{code}.example/log/1")))
        assert store.roster.codes() == sorted(codes)
        assert [partner.code for partner in store.roster.partners()] == sorted(codes)

    def test_an_unknown_partner(self, store: Any) -> None:
        with pytest.raises(MissingError) as caught:
            store.roster.partner(PARTNER)
        assert caught.value.code == "partner"

    def test_contact(self, store: Any) -> None:
        store.roster.save(make_partner())
        store.roster.set_contact(PARTNER, LATER, "ok")
        found = store.roster.partner(PARTNER)
        assert (found.last_contact_at, found.health) == (LATER, "ok")

    def test_root_versions_in_order(self, store: Any) -> None:
        store.roster.save(make_partner())
        assert (store.roster.root_versions(PARTNER), store.roster.last_root(PARTNER)) == ([], b"")
        for version in (10, 2, 1):
            store.roster.add_root(PARTNER, version, b"root %d" % version)
        store.roster.add_root(PARTNER, 2, b"never replaced")
        store.roster.add_root(OWN, 1, b"own")
        assert store.roster.root_versions(PARTNER) == [b"root 1", b"root 2", b"root 10"]
        assert store.roster.last_root(PARTNER) == b"root 10"
        assert store.roster.partner(PARTNER).root == b"root 10"
        assert store.roster.last_root(OWN) == b"own"

    def test_the_smaller_size_of_two_revocations_counts(self, store: Any) -> None:
        keyid = "ab" * 32
        for size in (9, 2**53 - 1, 4, 7):
            store.roster.add_revocation(PARTNER, Revocation(keyid, TreeSize(size), "stolen " + "x" * 900))
        assert store.roster.revocations(PARTNER)[keyid].last_good_size == 4
        assert store.roster.revocations(OWN) == {}

    def test_a_root_version_of_any_number_holds(self, store: Any) -> None:
        store.roster.add_root(PARTNER, 2**53 - 1, b"far")
        assert store.roster.last_root(PARTNER) == b"far"


class AlarmsContract:
    def test_an_alarm_stands_once(self, store: Any) -> None:
        alarm = Alarm("gap", PARTNER_LOG, NOW, "3 acts are missing")
        assert store.alarms.raise_alarm(alarm)
        assert not store.alarms.raise_alarm(replace(alarm, at=LATER))
        assert store.alarms.raise_alarm(replace(alarm, subject=THIRD_LOG))
        assert store.alarms.alarms() == [alarm, replace(alarm, subject=THIRD_LOG)]

    def test_an_alarm_ends_with_its_cause(self, store: Any) -> None:
        alarm = Alarm("gap", PARTNER_LOG, NOW)
        store.alarms.raise_alarm(alarm)
        store.alarms.clear("gap", THIRD_LOG)
        assert store.alarms.alarms() == [alarm]
        store.alarms.clear("gap", PARTNER_LOG)
        assert store.alarms.alarms() == []
        assert store.alarms.raise_alarm(alarm)

    def test_a_detail_of_any_length(self, store: Any) -> None:
        alarm = Alarm("self_check", "x" * 255, NOW, "ميثاق " * 5_000)
        store.alarms.raise_alarm(alarm)
        assert store.alarms.alarms() == [alarm]

    def test_an_alarm_inside_a_transaction(self, store: Any) -> None:
        alarm = Alarm("gap", PARTNER_LOG, NOW)
        store.alarms.raise_alarm(alarm)
        with store.transaction():
            assert not store.alarms.raise_alarm(alarm)
            store.settings.set("after", "still good")
        assert store.settings.get("after") == "still good"

    def test_evidence_is_kept_verbatim_and_once(self, store: Any) -> None:
        notes = [make_note(3), b"\x00 not even a note \xff"]
        for _ in range(2):
            store.alarms.keep_evidence(OWN_LOG, "fork", notes)
        store.alarms.keep_evidence(OWN_LOG, "rollback", notes[:1])
        assert store.alarms.evidence(OWN_LOG) == [("fork", notes), ("rollback", notes[:1])]
        assert store.alarms.evidence(PARTNER_LOG) == []

    def test_evidence_of_a_kind_is_bounded(self, store: Any) -> None:
        for number in range(MOST_EVIDENCE + 5):
            store.alarms.keep_evidence(OWN_LOG, "rollback", [b"%d" % number])
        store.alarms.keep_evidence(OWN_LOG, "fork", [b"0"])
        kept = store.alarms.evidence(OWN_LOG)
        assert [notes for kind, notes in kept if kind == "rollback"] == [
            [b"%d" % n] for n in range(MOST_EVIDENCE)
        ]
        assert kept[-1] == ("fork", [b"0"])


class WitnessedContract:
    def test_compare_and_swap(self, store: Any) -> None:
        one, two, three = (make_note(size, PARTNER_LOG) for size in (1, 2, 3))
        assert store.witnessed.last(PARTNER_LOG) == b""
        assert store.witnessed.replace(PARTNER_LOG, b"", one)
        assert not store.witnessed.replace(PARTNER_LOG, b"", two)
        assert not store.witnessed.replace(PARTNER_LOG, two, three)
        assert store.witnessed.replace(PARTNER_LOG, one, two)
        assert store.witnessed.last(PARTNER_LOG) == two
        assert store.witnessed.last(THIRD_LOG) == b""


class SettingsContract:
    def test_set_replace_remove(self, store: Any) -> None:
        assert store.settings.get("mode") is None
        store.settings.set("mode", None)
        store.settings.set("mode", "guard")
        store.settings.set("mode", "حارس " * 100)
        assert store.settings.get("mode") == "حارس " * 100
        store.settings.set("mode", None)
        assert store.settings.get("mode") is None


class JournalContract:
    def test_entries_come_back_in_order(self, store: Any) -> None:
        kept = [
            store.journal.append(JournalEntry(0, register, "added", subject, body, "desk", "h1", NOW))
            for register, subject, body in (
                ("sources", "a", {"title": "نص"}),
                ("directory", "b", {}),
                ("sources", "c", {"spans": [[0, 4]]}),
            )
        ]
        assert [one.number for one in kept] == sorted({one.number for one in kept})
        assert list(store.journal.entries("sources")) == [kept[0], kept[2]]
        assert store.journal.of_subject("sources", "c") == [kept[2]]
        assert store.journal.of_subject("directory", "c") == []


class NoncesContract:
    @pytest.fixture
    def nonces(self, databases: None) -> Any:
        from mithaq.adapters.store.store import DatabaseNonces

        return DatabaseNonces()

    def test_a_nonce_is_taken_once(self, nonces: Any) -> None:
        assert nonces.is_fresh("key", "n1", LATER)
        assert not nonces.is_fresh("key", "n1", LATER)
        assert nonces.is_fresh("key", "n2", LATER)
        assert nonces.is_fresh("other key", "n1", LATER)

    def test_expired_ones_are_forgotten(self, nonces: Any) -> None:
        nonces.is_fresh("key", "old", NOW)
        nonces.is_fresh("key", "young", LATER)
        assert nonces.forget_expired(NOW + timedelta(seconds=2)) == 1
        assert nonces.is_fresh("key", "old", LATER)
        assert not nonces.is_fresh("key", "young", LATER)

    def test_the_table_does_not_grow_for_ever(self, nonces: Any) -> None:
        from mithaq.adapters.store.models import Nonce

        for number in range(700):
            nonces.is_fresh("key", str(number), NOW + timedelta(minutes=number))
        assert Nonce.objects.count() < 400

    def test_they_live_apart_where_the_engine_has_files(self, nonces: Any) -> None:
        from django.db import connections

        nonces.is_fresh("key", "n1", LATER)
        has_table = {
            alias: "store_nonce" in connections[alias].introspection.table_names() for alias in connections
        }
        has_log = {
            alias: "store_log" in connections[alias].introspection.table_names() for alias in connections
        }
        is_one = connections["default"].vendor == "postgresql"
        assert has_table == {"default": is_one, "ephemeral": True}
        assert has_log == {"default": True, "ephemeral": is_one}


class TestRosterOnSqlite(OnSqlite, RosterContract):
    pass


class TestRosterOnPostgresql(OnPostgresql, RosterContract):
    pass


class TestAlarmsOnSqlite(OnSqlite, AlarmsContract):
    pass


class TestAlarmsOnPostgresql(OnPostgresql, AlarmsContract):
    pass


class TestWitnessedOnSqlite(OnSqlite, WitnessedContract):
    pass


class TestWitnessedOnPostgresql(OnPostgresql, WitnessedContract):
    pass


class TestSettingsOnSqlite(OnSqlite, SettingsContract):
    pass


class TestSettingsOnPostgresql(OnPostgresql, SettingsContract):
    pass


class TestJournalOnSqlite(OnSqlite, JournalContract):
    pass


class TestJournalOnPostgresql(OnPostgresql, JournalContract):
    pass


class TestNoncesOnSqlite(OnSqlite, NoncesContract):
    pass


class TestNoncesOnPostgresql(OnPostgresql, NoncesContract):
    pass
