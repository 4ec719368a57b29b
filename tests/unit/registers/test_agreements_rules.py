"""Rules of agreements: articles in two languages, drafts in hand, amendments, what bars a signature."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.core.instruments.fold import fold_instrument
from mithaq.core.instruments.manifest import Manifest
from mithaq.errors import ConflictError, MalformedError, MissingError
from mithaq.registers.agreements.rules.amending import check_changes, consolidate, find_changes
from mithaq.registers.agreements.rules.articles import (
    Mark,
    eid_between,
    find_gaps,
    hash_text,
    lines_of,
    next_eid,
    number_of,
    tick_article,
    write_article,
)
from mithaq.registers.agreements.rules.drafting import insert, move, number_anew, rebase, remove
from mithaq.registers.agreements.rules.notes import check_initialling
from mithaq.registers.agreements.rules.signing import (
    check_languages,
    check_signable,
    sides_without_concordance,
    sides_without_initials,
)
from mithaq.registers.agreements.rules.standing import binding_version, word_of
from mithaq.registers.agreements.rules.texts import (
    check_agreement,
    check_amendment,
    check_framework,
    check_scope_decision,
)
from tests.unit.core.instrument_world import BEGIN, Story, make_manifest

ID = "01890000-0000-7000-8000-0000000000aa"
FR, MA = "fr-mi", "ma-mi"


def article(number: int, fr: str = "Texte.", ar: str = "نص.", **more: Any) -> dict[str, Any]:
    return {"eid": f"art_{number}", "text": {"fr": fr, "ar": ar}, **more}


# Fields


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"title": "Accord"}, "agreement_text"),
        ({"title": {"fr": "x" * 301}}, "agreement_text"),
        ({"legal_nature": "pact"}, "agreement_choice"),
        ({"authentic_languages": ["fr", "fr"]}, "agreement_choice"),
        ({"authentic_languages": ["fr"], "prevailing_language": "ar"}, "agreement_choice"),
        ({"review_every_months": 0}, "agreement_number"),
        ({"signed_on": "2000-05-32"}, "agreement_date"),
        ({"parent": "somewhere"}, "agreement_reference"),
        ({"related": [ID, ID]}, "agreement_list"),
        ({"full_powers": {"nobody!": "exempt"}}, "agreement_party"),
        ({"articles": [article(1), article(1)]}, "agreement_article"),
        ({"articles": [{"eid": "article 1", "text": {}}]}, "agreement_article"),
        ({"articles": [article(1, original="en")]}, "agreement_choice"),
        ({"articles": {"art_1": {}}}, "agreement_list"),
        ({"correction": {"reason": "coquille", "lines": []}}, "agreement_list"),
        ({"un_registration": {"class": "IV"}}, "agreement_choice"),
        ({"long": ["title"]}, "agreement_list"),
    ],
)
def test_what_has_another_form_is_refused_with_a_stable_code(data: dict[str, Any], code: str) -> None:
    with pytest.raises(MalformedError) as caught:
        check_agreement(data)
    assert caught.value.code == code


def test_a_text_in_negotiation_need_not_be_whole() -> None:
    check_agreement({})
    check_agreement({"title": {"fr": "Accord"}, "articles": [article(1, ar="")], "unknown": {"kept": 1}})
    check_framework({"members": [ID, f"{ID[:-1]}b"]})


def test_an_amendment_names_its_text_and_a_scope_decision_its_registers() -> None:
    change = {"op": "replace", **article(2)}
    check_amendment({"amends": f"{ID}@1", "changes": [change]})
    for data, code in (
        ({"changes": [change]}, "agreement_amends"),
        ({"amends": ID, "changes": [1]}, "agreement_list"),
    ):
        with pytest.raises(MalformedError, match=code):
            check_amendment(data)
    with pytest.raises(MalformedError, match="agreement_change"):
        check_changes({"changes": [change, change]})
    check_scope_decision({"registers": ["events", "protection"], "from_on": "2026-01-01"})
    for data in (
        {"registers": [], "from_on": "2026-01-01"},
        {"registers": ["directory"], "from_on": "2026-01-01"},
    ):
        with pytest.raises(MalformedError, match="agreement_scope"):
            check_scope_decision(data)


def test_an_initialling_names_one_version() -> None:
    good = {"instrument": ID, "version": 2, "content_hash": "0" * 64}
    check_initialling(good)
    check_initialling({**good, "concordance": {"post": "desk", "lines": ["title", "art_1"]}})
    for bad in ({"version": 0}, {"content_hash": "x"}, {"concordance": {"post": "desk", "lines": ["par_1"]}}):
        with pytest.raises(MalformedError, match="agreement_"):
            check_initialling({**good, **bad})
    with pytest.raises(MalformedError, match="agreement_reference"):
        check_initialling({"instrument": ID, "content_hash": "0" * 64})


# Languages


def test_gaps_are_told_article_by_article() -> None:
    stale = article(3, original="ar", from_hash=hash_text("أقدم"))
    headed = article(4, heading={"fr": "Objet"})
    data = {"title": {"fr": "Accord"}, "articles": [article(1), article(2, ar=""), stale, headed]}
    assert [(gap.line, gap.lang, gap.mark) for gap in find_gaps(data)] == [
        ("title", "ar", Mark.MISSING),
        ("art_2", "ar", Mark.MISSING),
        ("art_3", "fr", Mark.STALE),
        ("art_4", "ar", Mark.MISSING),
    ]
    assert find_gaps({**data, "authentic_languages": ["fr"]})[0].line == "art_3"


def test_a_change_of_the_original_leaves_the_other_language_stale() -> None:
    written = write_article({"eid": "art_1"}, {}, {"fr": "Un.", "ar": ""}, "desk", "ar")
    assert written["original"] == "fr"
    rendered = write_article(written, {}, {"fr": "Un.", "ar": "واحد."}, "desk", "ar")
    assert find_gaps({"articles": [rendered]}) == []
    changed = write_article(rendered, {}, {"fr": "Un, changé.", "ar": "واحد."}, "desk", "fr")
    assert [gap.mark for gap in find_gaps({"articles": [changed]})] == [Mark.STALE]
    assert find_gaps({"articles": [tick_article(changed, "desk")]}) == []


def test_a_text_whose_languages_do_not_match_is_not_signed() -> None:
    with pytest.raises(ConflictError, match="translation_missing"):
        check_languages({"articles": [article(1, ar="")]})
    with pytest.raises(ConflictError, match="translation_stale"):
        check_languages({"articles": [article(1, original="fr", from_hash="0" * 64)]})
    check_languages({"changes": [{"op": "repeal", "eid": "art_1"}]})


def test_a_paragraph_that_one_language_lacks_bars_the_signature_whatever_the_text_asks_for() -> None:
    uneven = article(2, fr="Un.\n\nDeux.", ar="واحد.\nاثنان.")
    [gap] = find_gaps({"articles": [article(1, fr="Un.\n \nDeux.", ar="واحد.\n\nاثنان."), uneven]})
    assert (gap.line, gap.lang, gap.mark) == ("art_2", "ar", Mark.SHORTER)
    for more, effect in (({}, {}), ({"concordance": False}, {}), ({}, {"past": {"signed_on": "2000-05-30"}})):
        data = {"articles": [uneven], **more}
        with pytest.raises(ConflictError, match="translation_missing"):
            check_signable(manifest_of(data, **effect), data, [])
    check_languages({"articles": [uneven], "authentic_languages": ["fr"]})


def manifest_of(data: dict[str, Any], **effect: Any) -> Manifest:
    return make_manifest(FR, MA, data=data, effect={"rule": "ON_SIGNATURE", **effect})


def test_a_concordance_of_every_side_over_this_version_is_asked_for() -> None:
    data = {"articles": [article(1), article(2)], "concordance": True}
    manifest = manifest_of(data)
    whole = {"content_hash": manifest.content_hash, "concordance": {"post": "desk", "lines": lines_of(data)}}
    part = {"content_hash": manifest.content_hash, "concordance": {"post": "desk", "lines": ["art_1"]}}
    plain = {"content_hash": manifest.content_hash}
    other = {**whole, "content_hash": "0" * 64}
    for told in (
        [],
        [(FR, whole)],
        [(FR, whole), (MA, part)],
        [(FR, whole), (MA, plain)],
        [(FR, whole), (MA, other)],
    ):
        with pytest.raises(ConflictError, match="concordance_missing"):
            check_signable(manifest, data, told)
    check_signable(manifest, data, [(FR, whole), (MA, whole)])
    assert sides_without_concordance(data, manifest.content_hash, (FR, MA), [(FR, whole)]) == [MA]
    assert sides_without_initials(manifest.content_hash, (FR, MA), [(FR, plain), (MA, other)]) == [MA]
    # What was concluded before the record was compared then; a program may not ask for it.
    check_signable(manifest_of(data, past={"signed_on": "2000-05-30"}), data, [])
    check_signable(manifest_of({"articles": [article(1)]}), {"articles": [article(1)]}, [])


# Drafts in hand


def test_numbers_that_the_other_side_has_seen_stay() -> None:
    assert next_eid(["art_2", "art_7bis"]) == "art_8"
    assert eid_between("art_5", ["art_5", "art_6"]) == "art_5bis"
    assert eid_between("art_5", ["art_5", "art_5bis", "art_6"]) == "art_5ter"
    assert eid_between("art_5bis", ["art_5bis"]) == "art_5ter"
    assert (number_of("art_5bis"), number_of("art_12")) == ("5 bis", "12")
    assert insert(["art_1", "art_2"], "art_1", (), is_numbered=True) == (
        ["art_1", "art_1bis", "art_2"],
        "art_1bis",
    )
    assert insert(["art_1", "art_2"], "art_2", (), is_numbered=True)[1] == "art_3"
    assert insert(["art_1"], "", ["art_4"], is_numbered=True)[1] == "art_5"
    assert insert(["art_1", "art_2"], "art_1", (), is_numbered=False)[1] == "art_3"
    anew = number_anew([article(3), article(1)])
    assert [each["eid"] for each in anew] == ["art_1", "art_2"]


def test_articles_are_moved_and_taken_out() -> None:
    order = ["art_1", "art_2", "art_3"]
    assert move(order, "art_3", "") == ["art_3", "art_1", "art_2"]
    assert move(order, "art_1", "art_2") == ["art_2", "art_1", "art_3"]
    assert remove(order, "art_2") == ["art_1", "art_3"]
    for change in (lambda: move(order, "art_9", ""), lambda: remove(order, "art_9")):
        with pytest.raises(MissingError, match="article"):
            change()


def test_a_draft_is_laid_over_a_newer_version() -> None:
    old, new = ["art_1", "art_2", "art_3"], ["art_1", "art_1bis", "art_2", "art_3"]
    assert rebase(["art_1", "art_3", "art_3bis"], old, new) == ["art_1", "art_1bis", "art_3", "art_3bis"]
    assert rebase(old, old, new) == new


@given(
    st.lists(st.tuples(st.sampled_from(["insert", "move", "remove"]), st.integers(0, 20), st.integers(0, 20)))
)
def test_an_order_never_loses_or_doubles_an_article(steps: list[tuple[str, int, int]]) -> None:
    order: list[str] = []
    for verb, one, two in steps:
        before = set(order)
        at = order[one % len(order)] if order else ""
        if verb == "insert":
            order, eid = insert(order, at, (), is_numbered=True)
            assert set(order) == before | {eid}
            assert eid not in before
        elif order and verb == "move":
            order = move(order, at, order[two % len(order)])
            assert set(order) == before
        elif order:
            order = remove(order, at)
            assert set(order) == before - {at}
        assert len(set(order)) == len(order)


# Amendments


def test_amendments_give_the_consolidated_text() -> None:
    before = [article(1), article(2), article(3)]
    after = [article(1), article(2, fr="Deux."), {"eid": "art_2bis", "text": {"fr": "Neuf.", "ar": "جديد."}}]
    changes = find_changes(before, after)
    assert [(each["op"], each["eid"], each.get("after")) for each in changes] == [
        ("replace", "art_2", None),
        ("insert", "art_2bis", "art_2"),
        ("repeal", "art_3", None),
    ]
    check_changes({"changes": changes})
    found, misfits = consolidate(before, changes)
    assert misfits == []
    assert [each["eid"] for each in found] == ["art_1", "art_2", "art_2bis", "art_3"]
    assert found[1]["text"]["fr"] == "Deux."
    assert found[3] == {"eid": "art_3", "text": {}, "repealed": True}


def test_a_change_without_a_place_is_told_and_changes_nothing() -> None:
    before = [article(1)]
    changes = [
        {"op": "replace", **article(9)},
        {"op": "insert", **article(1)},
        {"op": "insert", "after": "art_8", **article(2)},
        {"op": "repeal", "eid": "art_7"},
    ]
    found, misfits = consolidate(before, changes)
    assert found == before
    assert [(each.op, each.eid) for each in misfits] == [
        ("replace", "art_9"), ("insert", "art_1"), ("insert", "art_2"), ("repeal", "art_7"),
    ]  # fmt: skip


@given(st.permutations([1, 2, 3, 4]), st.sets(st.integers(1, 4)), st.sets(st.integers(5, 9)))
def test_the_changes_between_two_texts_lead_from_one_to_the_other(
    order: list[int], gone: set[int], added: set[int]
) -> None:
    before = [article(number) for number in (1, 2, 3, 4)]
    after = [article(n, fr=f"v{order[n - 1]}") for n in (1, 2, 3, 4) if n not in gone]
    after += [article(number) for number in sorted(added)]
    found, misfits = consolidate(before, find_changes(before, after))
    assert misfits == []
    standing = [each for each in found if not each.get("repealed")]
    assert sorted(standing, key=str) == sorted(after, key=str)


# Words


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_words_are_names_for_the_states_of_the_record() -> None:
    story, first = Story(FR, MA), manifest_of({}, provisional_from="2025-04-01", offset="+00:00")
    first = make_manifest(
        FR, MA, effect={"rule": "ON_EXCHANGE_OF_INSTRUMENTS", "provisional_from": "2025-04-01"}
    )
    story.propose(FR, first)
    [version] = fold_instrument(story.acts).versions
    assert word_of(version, BEGIN) == "proposed"
    assert word_of(version, BEGIN, is_initialled=True) == "text_agreed"
    story.sign_all(first)
    state = fold_instrument(story.acts)
    [version] = state.versions
    assert word_of(version, at("2025-03-31")) == "signed"
    assert word_of(version, at("2025-04-01")) == "provisionally_applied"
    assert binding_version(state, BEGIN) == version
    for code in (FR, MA):
        story.notice(code, "notify", first)
    second = make_manifest(
        FR, MA, previous=first, data={"correction": {"reason": "coquille", "lines": ["art_1"]}}
    )
    story.counter(FR, second)
    story.sign_all(second, at=at("2025-06-01"))
    versions = fold_instrument(story.acts).versions
    assert word_of(versions[0], at("2025-06-02"), siblings=versions) == "corrected"
    assert word_of(versions[0], at("2025-06-02")) == "superseded"
    assert word_of(versions[1], at("2025-06-02")) == "in_force"
