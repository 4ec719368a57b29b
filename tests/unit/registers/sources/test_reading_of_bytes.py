"""Bytes to text: what is kept, what is refused, and that nothing is guessed in silence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.errors import MalformedError, MithaqError, RefusedError
from mithaq.registers.sources.rules.analysis import analyse
from mithaq.registers.sources.rules.reading import MAX_SOURCE_BYTES, read_source

ARABIC = "استقبل الوزير نظيره بالرباط، وتباحثا في قضايا الأمن."
FRENCH = "Le ministre a reçu son homologue à Rabat : « très utile », a-t-il déclaré."


@pytest.mark.parametrize(
    ("data", "encoding", "is_guessed"),
    [
        (ARABIC.encode(), "utf-8", False),
        (b"\xef\xbb\xbf" + FRENCH.encode(), "utf-8", False),
        (ARABIC.encode("utf-16"), "utf-16", False),
        (ARABIC.encode("windows-1256"), "windows-1256", True),
        (FRENCH.encode("windows-1252"), "windows-1252", True),
    ],
)
def test_encodings(data: bytes, encoding: str, is_guessed: bool) -> None:
    found = read_source(data)

    assert (found.encoding, found.is_guessed) == (encoding, is_guessed)
    assert found.text.endswith((ARABIC, FRENCH))
    asked = {one.what for one in analyse(found).open}
    assert ("encoding" in asked) is is_guessed


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "source_empty"),
        (b" \n 12 - * ", "source_empty"),
        (b"a\0b", "source_not_text"),
        (b"%PDF-1.7 ...", "source_not_text"),
        (b"PK\x03\x04rest", "source_not_text"),
        (ARABIC.encode()[:-9] + b"\xd9\n" + FRENCH.encode(), "source_encoding"),
        (b"\xff\xfe\x00", "source_encoding"),
        (b"\x81\x8d\x8f\x90\x9d" * 9, "source_encoding"),
        (b"x" * (MAX_SOURCE_BYTES + 1), "source_too_long"),
        (b"x" * 20_000_000, "source_too_long"),
        (b"a\n" * 20_000, "source_too_long"),
        (b"<p>a" * 20_000, "source_too_long"),
    ],
)
def test_refused_with_a_code(data: bytes, code: str) -> None:
    with pytest.raises((MalformedError, RefusedError)) as caught:
        read_source(data)
    assert caught.value.code == code


def test_invisible_characters_are_kept_and_told() -> None:
    text = "Le ministre Laft\u202eit a reçu\u200b Bruno Retailleau à Rabat."
    found = read_source(text.encode())

    assert found.text == text
    assert found.invisible == 2
    assert "invisible" in {one.what for one in analyse(found).open}


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_by_the_error_tree(data: bytes) -> None:
    try:
        found = read_source(data)
    except MithaqError:
        return
    assert read_source(data) == found
    assert found.text.encode(found.encoding) in (data, b"\xff\xfe" + data[2:]) or found.encoding == "utf-16"
