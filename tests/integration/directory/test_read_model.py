"""Cards to rows: what replaces what, what a partner may not do, and that a replay gives the same."""

from datetime import UTC, datetime
from typing import Any

from mithaq.node.read.rebuild import rebuild
from mithaq.node.who import EntityType, PostAt, Standing

from .cards import ORGANISATION, POST, issue, name, reply

LAFTIT = [name("عبد الوافي لفتيت", "ar"), name("Abdelouafi Laftit")]
AT = datetime(2024, 4, 22, 12, tzinfo=UTC)


def rows(**wanted: Any) -> Any:
    from mithaq.registers.directory.models import Card

    return Card.objects.filter(**wanted)


def hold(number: int, person: str, from_on: str, **changes: Any) -> dict[str, Any]:
    body = {"card": "holding", "id": f"h{number}", "post": "ma-mi.minister", "person": person}
    return {**body, "from_on": from_on, **changes}


def test_a_newer_card_of_the_same_thing_stands_and_the_old_one_stays_readable(office: Any) -> None:
    first = issue(office, POST)
    second = issue(office, {**POST, "label": {"ar": "وزير الداخلية", "fr": "Ministre"}})
    assert [one.object_id for one in rows(is_current=True)] == [second]
    assert rows(pk=first).get().label["fr"] == "Ministre de l’intérieur"


def test_a_withdrawn_card_gives_way_to_the_one_before(office: Any) -> None:
    first, second = issue(office, POST), issue(office, POST)
    reply(office, second, "note.withdraw", {"reason": "erreur"})
    assert [one.object_id for one in rows(is_current=True)] == [first]
    assert rows(pk=second).get().is_withdrawn


def test_a_correction_shows_and_one_that_is_no_card_does_not(office: Any) -> None:
    sent = issue(office, POST)
    reply(office, sent, "note.correct", {"fields": {"hours": "09:00-17:00"}, "reason": "oubli"})
    assert (rows(pk=sent).get().body["hours"], rows(pk=sent).get().is_corrected) == ("09:00-17:00", True)
    reply(office, sent, "note.correct", {"fields": {"label": "x", "id": "other"}, "reason": "erreur"})
    row = rows(pk=sent).get()
    assert (row.card_id, row.label["ar"]) == ("ma-mi.minister", "وزير الداخلية")


def test_names_stand_in_a_section_and_are_found_in_both_scripts(office: Any) -> None:
    issue(office, {"card": "person", "id": "p1", "languages": ["ar"]}, LAFTIT)
    who = office.node.registry.who
    [found] = [one for one in who.entities() if one.type is EntityType.PERSON]
    assert found.entity_id == "ma-mi/person/p1"
    assert found.names == {"ar": "عبد الوافي لفتيت", "fr": "Abdelouafi Laftit"}
    assert who.names().propose("لفتيت")[0].is_link


def test_what_is_limited_or_closed_reaches_nobody_through_other_registers(office: Any) -> None:
    issue(
        office,
        {"card": "person", "id": "p1"},
        LAFTIT,
        handling={"code": "red", "caveats": [], "purpose": "ADMIN"},
    )
    issue(office, {"card": "person", "id": "p2", "readers": ["fr-mi.desk"]}, LAFTIT)
    assert office.node.registry.who.entities() == []


def test_holder_of_the_day_and_how_a_signing_stands_to_it(any_office: Any) -> None:
    office = any_office
    for body in (
        ORGANISATION,
        POST,
        hold(1, "p1", "2020-07-06", to_on="2024-09-21"),
        hold(2, "p2", "2024-09-21"),
    ):
        issue(office, body)
    issue(office, {"card": "person", "id": "p1"}, LAFTIT)
    proxy = {
        "card": "proxy",
        "id": "x",
        "post": "ma-mi.minister",
        "for_kinds": ["instrument.sign"],
        "person": "p3",
    }
    issue(office, {**proxy, "from_on": "2024-04-01", "to_on": "2024-04-30"})
    who, asked = office.node.registry.who, PostAt("ma-mi", "minister", AT)
    holder = who.holder_of("ma-mi", "minister", AT)
    assert (holder.person, holder.names["fr"], holder.label["ar"]) == (
        "p1",
        "Abdelouafi Laftit",
        "وزير الداخلية",
    )
    assert who.holder_of("ma-mi", "minister", datetime(2025, 4, 14, tzinfo=UTC)).person == "p2"
    # In Rabat the 21st has begun while it is still the 20th in UTC.
    assert who.holder_of("ma-mi", "minister", datetime(2024, 9, 20, 23, 30, tzinfo=UTC)).person == "p2"
    judged = who.judge_signings([(asked, person, "instrument.sign") for person in ("p1", "p2", "p3")])
    assert [one.standing for one in judged] == [Standing.HOLDER, Standing.OTHER_PERSON, Standing.PROXY]
    unknown = PostAt("ma-mi", "nobody", AT)
    assert who.judge_signing(unknown, "p1", "instrument.sign").standing is Standing.UNKNOWN_POST
    assert who.holders_of([asked, unknown]).keys() == {asked}


def test_a_replay_of_acts_and_entries_gives_the_same_rows(any_office: Any) -> None:
    from mithaq.node.append.submit import Author
    from mithaq.registers.directory.forms.commands import keep_decision, keep_entity, reverse_decision
    from mithaq.registers.directory.models import Decision, Spelling
    from mithaq.registers.directory.rules.matching import EntryKind, make_decision, make_entity
    from mithaq.registers.directory.rules.values import NameKind

    office, author = any_office, Author("desk", "p-desk")
    # The journal may speak of an entity before its card is here, and of one that never comes.
    for text in ("Lafetet", "Abdeloufi Laftit"):
        decision = make_decision(
            EntryKind.ALIAS_ADDED, "ma-mi/person/p1", text, NameKind.SEEN_IN_PRESS, "002"
        )
        number = keep_decision(decision, author)
    reverse_decision(Decision.objects.get(number=number), "faute", author)
    keep_entity(make_entity("place", "rabat", [name("الرباط", "ar"), name("Rabat")]), author)
    keep_entity(
        make_entity("place", "rabat", [name("الرباط", "ar"), name("Rabat"), name("Rbat", kind="alias")]),
        author,
    )
    for body in (
        ORGANISATION,
        POST,
        hold(1, "p1", "2020-07-06"),
        {**POST, "label": {"ar": "وزير", "fr": "M"}},
    ):
        issue(office, body)
    issue(office, {"card": "person", "id": "p1"}, LAFTIT)
    issue(office, {"card": "person", "id": "p1"}, LAFTIT[:1])
    assert sorted(Spelling.objects.filter(entity_id="ma-mi/person/p1").values_list("text", flat=True)) == [
        "Lafetet", "عبد الوافي لفتيت",
    ]  # fmt: skip
    assert Spelling.objects.filter(entity_id="local/place/rabat").count() == 3
    [found] = [one for one in rebuild(office.node, check=True) if one.name == "directory"]
    assert found.equal
    assert found.rows > 10


def test_lists_and_names_are_asked_in_the_same_way_on_both_engines(any_office: Any) -> None:
    from mithaq.registers.directory.reading.entities import find_candidates
    from mithaq.registers.directory.reading.posts import (
        PostFilter,
        duty_alarms,
        find_posts,
        read_answering,
        read_lines,
    )
    from mithaq.registers.directory.reading.scope import EVERYONE

    for body in (ORGANISATION, {**POST, "fields": ["SEC"], "always_on": True}, hold(1, "p1", "2020-07-06")):
        issue(any_office, body)
    issue(any_office, {"card": "person", "id": "p1"}, LAFTIT)
    for wanted in (
        PostFilter("لفتيت"),
        PostFilter("LAFTIT"),
        PostFilter(field="SEC"),
        PostFilter("ministère"),
        PostFilter(state="active"),
    ):
        [line] = read_lines(EVERYONE, list(find_posts(EVERYONE, wanted, AT.date(), "ar")), AT, AT.date())
        assert line.holder.names["fr"] == "Abdelouafi Laftit"
    for wanted in (
        PostFilter("%"),
        PostFilter(field="CT"),
        PostFilter(state="ended"),
        PostFilter(issuer="fr-mi"),
    ):
        assert not find_posts(EVERYONE, wanted, AT.date(), "fr").exists()
    alarms = duty_alarms(read_answering(EVERYONE), AT, AT.date())
    assert [one.post.card_id for one in alarms] == ["ma-mi.minister"]
    assert [one.proposal.entity_id for one in find_candidates(EVERYONE, "Lafetet")] == ["ma-mi/person/p1"]
