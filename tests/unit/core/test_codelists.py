"""Code lists: what is read, what is refused, how they grow, which renderings are found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.core.codelists import (
    START_LISTS,
    TERMS,
    Code,
    Codelist,
    find_wrong_terms,
    merge_lists,
    parse_codelist,
)
from mithaq.errors import MalformedError

LABEL = {"ar": "حرائق", "fr": "Feux"}


def test_a_list_is_read() -> None:
    data = {"name": "field", "codes": [{"code": "FIRE", "label": LABEL, "wrong": {"fr": ["Incendie"]}}]}
    found = parse_codelist(data).find("FIRE")
    assert found is not None
    assert (found.name("ar"), found.name("en")) == ("حرائق", "Feux")
    assert found.wrong == {"fr": ("Incendie",)}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"name": "Field", "codes": [{"code": "A", "label": LABEL}]},
        {"name": "field", "codes": []},
        {"name": "field", "codes": "ABC"},
        {"name": "field", "codes": [{"code": "A", "label": {"fr": "Feux"}}]},
        {"name": "field", "codes": [{"code": "A", "label": {"ar": " ", "fr": "Feux"}}]},
        {"name": "field", "codes": [{"code": "é", "label": LABEL}]},
        {"name": "field", "codes": [{"code": "A", "label": LABEL}, {"code": "a", "label": LABEL}]},
        {"name": "field", "codes": [{"code": "A", "label": LABEL, "wrong": {"fr": "Feu"}}]},
        {"name": "field", "codes": [{"code": "A", "label": LABEL, "wrong": {"fr": ["x"] * 21}}]},
        {"name": "field", "codes": [{"code": f"A{i}", "label": LABEL} for i in range(1_001)]},
    ],
)
def test_what_is_no_list_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(MalformedError, match="codelist"):
        parse_codelist(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.dictionaries(st.sampled_from(["name", "codes", "x"]), JSON))
def test_a_reader_raises_nothing_else(data: dict[str, object]) -> None:
    try:
        parse_codelist(data)
    except MalformedError:
        return


def test_a_list_grows_and_loses_nothing() -> None:
    old = Codelist("x", (Code("A", LABEL), Code("B", LABEL)))
    new = Codelist("x", (Code("C", LABEL), Code("B", {"ar": "ب", "fr": "B"})))
    assert [(one.code, one.name("fr")) for one in merge_lists(old, new).codes] == [
        ("C", "Feux"),
        ("B", "B"),
        ("A", "Feux"),
    ]


def test_the_start_lists_read_as_any_other() -> None:
    for one in START_LISTS.values():
        codes = [{"code": code.code, "label": code.label, "wrong": code.wrong} for code in one.codes]
        assert parse_codelist({"name": one.name, "codes": codes}) == one


def test_no_wrong_rendering_is_a_meant_one() -> None:
    for code in TERMS.codes:
        for lang in ("ar", "fr", "en"):
            assert not find_wrong_terms(code.label[lang], lang, TERMS), (code.code, lang)


def test_only_whole_words_are_found() -> None:
    assert not find_wrong_terms("خريطة طريقنا", "ar", TERMS)
    [found] = find_wrong_terms("اعتماد خريطة طريق للتعاون", "ar", TERMS)
    assert (found.start, found.end, found.meant) == (7, 17, "خارطة طريق")
