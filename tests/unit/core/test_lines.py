"""Addresses of lines, and the basis that names them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.core.instruments.lines import LineAddress, find_basis, parse_line_address
from mithaq.errors import MalformedError

ID = "0197aaaa-0000-7000-8000-000000000001"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (ID, LineAddress(ID)),
        (f"{ID}@2", LineAddress(ID, 2)),
        (f"{ID}#art_5__para_2", LineAddress(ID, None, "art_5__para_2")),
        (f"{ID}@12#d.4", LineAddress(ID, 12, "d.4")),
    ],
)
def test_an_address_comes_back(text: str, address: LineAddress) -> None:
    assert parse_line_address(text) == address
    assert address.encode() == text


@pytest.mark.parametrize(
    "text", ["", ID[:-1], f"{ID}@0", f"{ID}@01", f"{ID}@٢", f"{ID}#", f"{ID}#é", f"{ID}\n"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(MalformedError, match="line_address"):
        parse_line_address(text)


@given(st.text())
def test_a_reader_raises_nothing_else(text: str) -> None:
    try:
        assert parse_line_address(text).encode() == text
    except MalformedError:
        return


def test_basis_in_each_form() -> None:
    basis = [f"{ID}@1", {"at": f"{ID}#a"}, {"text": "a decision"}, "words", 7, None, {"at": 3}]
    assert find_basis({"basis": basis}) == [LineAddress(ID, 1), LineAddress(ID, None, "a")]
    assert find_basis({"basis": ID}) == []
    assert find_basis({}) == []
